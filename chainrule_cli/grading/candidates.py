"""Which mistakes an answer is consistent with: wrong tangent rules tried at one node, everywhere, in pairs,
against its numbers.

Knows how hypotheses are made and ranked; the rules are mistakes.py's. A rule at one node changes the whole by
the node's adjoint times the change of its tangent. At most MOST hypotheses; a right answer is given none.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from itertools import combinations

from chainrule_cli.errors import Span
from chainrule_cli.grading.mistakes import MISTAKES, Mistake
from chainrule_cli.grading.reference import Reference, values
from chainrule_cli.grading.tangents import Position, Tangents, Vector
from chainrule_cli.grading.wrong_rules import Rule, find_chain
from chainrule_cli.graph.adjoint import derivative, gradient
from chainrule_cli.notation.definitions import depends_on, write_out_definitions
from chainrule_cli.notation.syntax import Apply, Name, Syntax
from chainrule_cli.notation.write import to_unicode

MOST = 2_000
RELATIVE = 1e-8
CANCELLED = 1e-5
"""Share of the right derivative below which a change of it is worked out anew, not taken off."""
POINTS = 8
LEAST_AGREEING = 3
LARGEST_FORMULA = 400
"""Nodes of a formula past which only the whole is looked at."""

LARGEST_COEFFICIENT = 100
SHORTEST_NAME = 30
"""Characters of a formula that a sentence quotes."""

SLIPS = {
    "sign": ("the sign is wrong", "look at the signs once more"),
    "coefficient": ("a constant factor of {} is off", "look at the plain factors once more"),
    "term-sign": ("the sign of one term is wrong: {}", "look at the sign of each term once more"),
    "term-dropped": (
        "a term is missing: the derivative of {}",
        "does every term of the formula have its derivative?",
    ),
    "bracket-dropped": (
        "a bracket is dropped: in {}, the factor goes to one term only",
        "does the factor belong to the whole bracket?",
    ),
}
"""Slips of the pen, likeliest last of all: (text, hint)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One mistake that an answer is consistent with.
    where: in the formula's text; None where it is the whole, or everywhere."""

    id: str
    where: Span | None
    text: str
    hint: str


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    """What the answer would be at the points. rank: the likelier the smaller."""

    rank: tuple[int, ...]
    candidates: tuple[Candidate, ...]
    values: Vector


class CandidateSearch:
    """One question's hypotheses, worked out once for all its answers."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.indices = tuple(range(len(reference.points)))[:POINTS]
        self.points = [reference.points[index] for index in self.indices]
        self.right = tuple(reference.expected[index] for index in self.indices)

    def matching(self, found: Sequence[float], slopes: Sequence[float] | None = None) -> list[Candidate]:
        """All mistakes that fit, likeliest first.
        found: a wrong answer at the question's points, nan where it has no value;
        slopes: its derivative there."""
        wanted = tuple(found[index] for index in self.indices)
        if not any(map(math.isfinite, wanted)) or _agree(self.right, wanted):
            return []
        matches = [each for each in self.singles if _agree(each.values, wanted)]
        matches += [each for each in self._whole(wanted, slopes) if _agree(each.values, wanted)]
        matches += [each for each in self.everywhere if _agree(each.values, wanted)]
        if not matches:
            matches = [each for each in self.pairs if _agree(each.values, wanted)]
        if not matches:
            matches = [each for each in self._slips(wanted) if _agree(each.values, wanted)]
        candidates: dict[str, Candidate] = {}
        for each in sorted(matches, key=lambda each: each.rank):
            for candidate in each.candidates:
                candidates.setdefault(candidate.id, candidate)
        return list(candidates.values())

    # rules at nodes

    @cached_property
    def tangents(self) -> Tangents | None:
        """None for an equation, a higher order and a formula that is too large."""
        reference = self.reference
        if reference.dependent or reference.order > 1:
            return None
        expr = reference.put_surrogates(
            write_out_definitions(reference.reading.expr, reference.reading.definitions)
        )
        tangents = Tangents(expr, reference.wrt, self.points)
        return tangents if len(tangents.positions) <= LARGEST_FORMULA else None

    @cached_property
    def _wrong(self) -> list[tuple[int, Mistake, Rule, Position, Vector]]:
        """Every rule at every node where it applies and is not the right one: its number, and its
        tangents."""
        t = self.tangents
        if t is None:
            return []
        right = t.tangents
        found = []
        for number, mistake in enumerate(MISTAKES.values()):
            for rule in mistake.rules:
                for node in t.positions:
                    wrong = rule(t, node, right) if node.args or not node.moves else None
                    if wrong is not None and not _agree(right[node.index], wrong):
                        found.append((number, mistake, rule, node, wrong))
        return found[:MOST]

    @cached_property
    def singles(self) -> list[_Hypothesis]:
        t = self.tangents
        if t is None:
            return []
        found = []
        for number, mistake, _, node, wrong in self._wrong:
            change = zip(self.right, t.rates[node.index], wrong, t.tangents[node.index], strict=True)
            whole = tuple(right + (rate * (new - old) if rate else 0.0) for right, rate, new, old in change)
            if any(abs(new) < CANCELLED * abs(right) for new, right in zip(whole, self.right, strict=True)):
                whole = t.sweep_with({node.index: wrong})[-1]
            if not _agree(self.right, whole) and self._layer_fits(mistake.id, node):
                found.append(
                    _Hypothesis(
                        (0, _weight(mistake.id, number)), (self._name_candidate(mistake, node),), whole
                    )
                )
        return found

    def _layer_fits(self, name: str, node: Position) -> bool:
        """Whether a mistake about the outermost layer, or about one inside, is at such a node."""
        inside = self._inside[node.index]
        if name in ("deep-layer-dropped", "middle-layer-dropped"):
            return inside
        return True

    @cached_property
    def _inside(self) -> list[bool]:
        """Whether a node is inside another function of the variable."""
        t = self.tangents
        inside = [False] * len(t.positions) if t else []
        for node in reversed(t.positions if t else []):
            composes = t is not None and find_chain(node, t) is not None
            for argument in node.args:
                inside[argument] = inside[argument] or inside[node.index] or composes
        return inside

    @cached_property
    def everywhere(self) -> list[_Hypothesis]:
        t = self.tangents
        if t is None:
            return []
        groups: dict[tuple[str, int], list[tuple[int, Mistake, Rule, Position]]] = {}
        for number, mistake, rule, node, _ in self._wrong:
            groups.setdefault((mistake.id, id(rule)), []).append((number, mistake, rule, node))
        found = []
        for members in groups.values():
            number, mistake, rule, _ = members[0]
            if len(members) > 1:
                swept = t.sweep_with({node.index: partial(rule, t) for *_, node in members})[-1]
                found.append(
                    _Hypothesis(
                        (2, _weight(mistake.id, number)), (self._name_candidate(mistake, None),), swept
                    )
                )
        return [each for each in found if not _agree(self.right, each.values)]

    @cached_property
    def pairs(self) -> list[_Hypothesis]:
        t = self.tangents
        if t is None:
            return []
        likely = sorted(self._wrong, key=lambda each: _weight(each[1].id, each[0]))[:24]
        found = []
        for one, other in combinations(likely, 2):
            if one[3].index != other[3].index:
                swept = t.sweep_with(
                    {one[3].index: partial(one[2], t), other[3].index: partial(other[2], t)}
                )[-1]
                candidates = (self._name_candidate(one[1], one[3]), self._name_candidate(other[1], other[3]))
                found.append(_Hypothesis((3, one[0] + other[0]), candidates, swept))
        return found

    # the whole answer

    def _whole(self, wanted: Vector, slopes: Sequence[float] | None) -> Iterator[_Hypothesis]:
        reference = self.reference
        graph, output = reference.lowered
        if reference.dependent:
            partials = values((graph, gradient(graph, output, [reference.wrt])[reference.wrt]), self.points)
            yield self._of_whole("held-constant", partials)
            return
        formula = values((graph, output), self.points)
        yield self._of_whole("unchanged", formula)
        below, slope = reference.slope[0], reference.slope[1]
        yield self._of_whole(
            "differentiated-twice", values((below, derivative(below, slope, reference.wrt)), self.points)
        )
        if slopes is not None and _agree(formula, tuple(slopes[index] for index in self.indices)):
            yield self._of_whole("integrated", wanted)
        others = [name for name in reference.reading.variables if name != reference.wrt]
        for other in gradient(graph, output, others).values() if others else ():
            yield self._of_whole("wrong-variable", values((graph, other), self.points))
        for _, mistake, _, node, wrong in self._wrong:
            if mistake.id == "constant-as-variable" and self.tangents:
                sent = zip(self.tangents.rates[node.index], wrong, strict=True)
                yield self._of_whole(mistake.id, tuple(rate * slope for rate, slope in sent))

    def _of_whole(self, name: str, found: Vector) -> _Hypothesis:
        number = list(MISTAKES).index(name)
        return _Hypothesis((1, _weight(name, number)), (self._name_candidate(MISTAKES[name], None),), found)

    # slips

    def _slips(self, wanted: Vector) -> Iterator[_Hypothesis]:
        yield self._slip("sign", tuple(-value for value in self.right))
        ratios = [
            found / right
            for found, right in zip(wanted, self.right, strict=True)
            if right and math.isfinite(found)
        ]
        factor = (
            Fraction(ratios[0]).limit_denominator(LARGEST_COEFFICIENT)
            if ratios and math.isfinite(ratios[0])
            else Fraction(0)
        )
        if factor and abs(factor) <= LARGEST_COEFFICIENT:
            yield self._slip(
                "coefficient", tuple(float(factor) * value for value in self.right), None, str(factor)
            )
        t = self.tangents
        for node in t.positions if t else ():
            function = node.expr.function if isinstance(node.expr, Apply) else ""
            if t and function == "+":
                for index in node.args:
                    sent = tuple(
                        rate * slope
                        for rate, slope in zip(t.rates[node.index], t.tangents[index], strict=True)
                    )
                    for name, times in (("term-dropped", 1), ("term-sign", 2)):
                        yield self._slip(
                            name,
                            tuple(r - times * s for r, s in zip(self.right, sent, strict=True)),
                            t.positions[index],
                        )
            if t and function == "*":
                yield from self._brackets(t, node)

    def _brackets(self, t: Tangents, node: Position) -> Iterator[_Hypothesis]:
        """c(a + b) as ca + b."""
        for index in node.args:
            inner = t.positions[index]
            if not isinstance(inner.expr, Apply) or inner.expr.function != "+":
                continue
            kept = [sum(t.tangents[term][i] for term in inner.args[1:]) for i in range(len(self.points))]
            scale = [
                math.prod(t.values[other][i] for other in node.args if other != index)
                for i in range(len(self.points))
            ]
            change = [
                rate * (rest - factor * rest)
                for rate, rest, factor in zip(t.rates[node.index], kept, scale, strict=True)
            ]
            yield self._slip(
                "bracket-dropped", tuple(r + c for r, c in zip(self.right, change, strict=True)), node
            )

    def _slip(self, name: str, found: Vector, node: Position | None = None, detail: str = "") -> _Hypothesis:
        text, hint = SLIPS[name]
        index = detail or (_quote(node.expr) if node else "")
        return _Hypothesis(
            (4, list(SLIPS).index(name)),
            (Candidate(name, node.expr.span if node else None, text.format(index), hint),),
            found,
        )

    def _name_candidate(self, mistake: Mistake, node: Position | None) -> Candidate:
        where = "every such place" if node is None else _name_place(node.expr, self.reference.wrt)
        return Candidate(
            mistake.id, node.expr.span if node else None, mistake.text.format(where), mistake.hint
        )


def _weight(name: str, number: int) -> int:
    """The order of the table; special names before general ones that say the same of a certain function."""
    return EARLIER.get(name, number * 10)


EARLIER = {
    "ln-no-inner": -4,
    "ln-reciprocal-of-derivative": -4,
    "degrees": -3,
    "ln-a-missing": -2,
    "deep-layer-dropped": -1,
}
"""Names that tell more than inner-forgotten and the like, where both fit."""


def _agree(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether the numbers agree wherever both are finite, at LEAST_AGREEING points or at all there are."""
    both = [(a, b) for a, b in zip(one, other, strict=True) if math.isfinite(a) and math.isfinite(b)]
    if len(both) < min(LEAST_AGREEING, len(one)):
        return False
    return all(abs(a - b) <= RELATIVE * max(abs(a), abs(b)) for a, b in both)


def _name_place(expr: Syntax, wrt: str) -> str:
    """sin(u), u = x²"""
    if isinstance(expr, Apply) and expr.function not in ("+", "*", "neg"):
        ranks = [rank for rank, argument in enumerate(expr.args) if depends_on(argument, {wrt})]
        inner = expr.args[ranks[0]] if len(ranks) == 1 else None
        if inner is not None and not isinstance(inner, Name) and wrt != "u":
            outer = Apply(
                expr.function,
                tuple(Name("u") if argument is inner else argument for argument in expr.args),
                expr.orders,
            )
            return f"{_quote(outer)}, u = {_quote(inner)}"
    return _quote(expr)


def _quote(expr: Syntax) -> str:
    text = to_unicode(expr)
    return text if len(text) <= SHORTEST_NAME else f"{text[: SHORTEST_NAME - 1]}…"
