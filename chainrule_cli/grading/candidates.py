"""Which mistakes an answer is consistent with: wrong tangent rules tried at one node, everywhere, in pairs, against its numbers.

Knows how hypotheses are made and ranked; the rules are mistakes.py's. A rule at one node changes the whole by the node's adjoint times the
change of its tangent. At most MOST hypotheses; a right answer is given none.
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
from chainrule_cli.grading.reference import Question, values
from chainrule_cli.grading.tangents import Spot, Tangents, Vector
from chainrule_cli.grading.wrong_rules import Rule, chained
from chainrule_cli.graph.adjoint import derivative, gradient
from chainrule_cli.notation.syntax import Apply, Name, Reading, Syntax, substitute
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
class Suspect:
    """One mistake that an answer is consistent with. where: in the formula's text; None where it is the whole, or everywhere."""

    id: str
    where: Span | None
    text: str
    hint: str


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    """What the answer would be at the points. rank: the likelier the smaller."""

    rank: tuple[int, ...]
    suspects: tuple[Suspect, ...]
    values: Vector


class Suspects:
    """One question's hypotheses, worked out once for all its answers."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.places = tuple(range(len(question.points)))[:POINTS]
        self.points = [question.points[place] for place in self.places]
        self.right = tuple(question.expected[place] for place in self.places)

    def matching(self, found: Sequence[float], slopes: Sequence[float] | None = None) -> list[Suspect]:
        """All mistakes that fit, likeliest first. found: a wrong answer at the question's points, nan where it has no value;
        slopes: its derivative there."""
        wanted = tuple(found[place] for place in self.places)
        if not any(map(math.isfinite, wanted)) or _fits(self.right, wanted):
            return []
        matches = [each for each in self.singles if _fits(each.values, wanted)]
        matches += [each for each in self._whole(wanted, slopes) if _fits(each.values, wanted)]
        matches += [each for each in self.everywhere if _fits(each.values, wanted)]
        if not matches:
            matches = [each for each in self.pairs if _fits(each.values, wanted)]
        if not matches:
            matches = [each for each in self._slips(wanted) if _fits(each.values, wanted)]
        suspects: dict[str, Suspect] = {}
        for each in sorted(matches, key=lambda each: each.rank):
            for suspect in each.suspects:
                suspects.setdefault(suspect.id, suspect)
        return list(suspects.values())

    # rules at nodes

    @cached_property
    def tangents(self) -> Tangents | None:
        """None for an equation, a higher order and a formula that is too large."""
        question = self.question
        if question.dependent or question.order > 1:
            return None
        expr = question.stand_in(_written_out(question.reading))
        tangents = Tangents(expr, question.wrt, self.points)
        return tangents if len(tangents.spots) <= LARGEST_FORMULA else None

    @cached_property
    def _wrong(self) -> list[tuple[int, Mistake, Rule, Spot, Vector]]:
        """Every rule at every node where it applies and is not the right one: its number, and its tangents."""
        t = self.tangents
        if t is None:
            return []
        right = t.tangents
        found = []
        for number, mistake in enumerate(MISTAKES.values()):
            for rule in mistake.rules:
                for spot in t.spots:
                    wrong = rule(t, spot, right) if spot.args or not spot.moves else None
                    if wrong is not None and not _fits(right[spot.place], wrong):
                        found.append((number, mistake, rule, spot, wrong))
        return found[:MOST]

    @cached_property
    def singles(self) -> list[_Hypothesis]:
        t = self.tangents
        if t is None:
            return []
        found = []
        for number, mistake, _, spot, wrong in self._wrong:
            change = zip(self.right, t.rates[spot.place], wrong, t.tangents[spot.place], strict=True)
            whole = tuple(right + (rate * (new - old) if rate else 0.0) for right, rate, new, old in change)
            if any(abs(new) < CANCELLED * abs(right) for new, right in zip(whole, self.right, strict=True)):
                whole = t.swept({spot.place: wrong})[-1]
            if not _fits(self.right, whole) and self._layer_fits(mistake.id, spot):
                found.append(
                    _Hypothesis((0, _weight(mistake.id, number)), (self._suspect(mistake, spot),), whole)
                )
        return found

    def _layer_fits(self, name: str, spot: Spot) -> bool:
        """Whether a mistake about the outermost layer, or about one inside, is at such a node."""
        inside = self._inside[spot.place]
        if name in ("deep-layer-dropped", "middle-layer-dropped"):
            return inside
        return True

    @cached_property
    def _inside(self) -> list[bool]:
        """Whether a node is inside another function of the variable."""
        t = self.tangents
        inside = [False] * len(t.spots) if t else []
        for spot in reversed(t.spots if t else []):
            composes = t is not None and chained(spot, t) is not None
            for argument in spot.args:
                inside[argument] = inside[argument] or inside[spot.place] or composes
        return inside

    @cached_property
    def everywhere(self) -> list[_Hypothesis]:
        t = self.tangents
        if t is None:
            return []
        groups: dict[tuple[str, int], list[tuple[int, Mistake, Rule, Spot]]] = {}
        for number, mistake, rule, spot, _ in self._wrong:
            groups.setdefault((mistake.id, id(rule)), []).append((number, mistake, rule, spot))
        found = []
        for members in groups.values():
            number, mistake, rule, _ = members[0]
            if len(members) > 1:
                swept = t.swept({spot.place: partial(rule, t) for *_, spot in members})[-1]
                found.append(
                    _Hypothesis((2, _weight(mistake.id, number)), (self._suspect(mistake, None),), swept)
                )
        return [each for each in found if not _fits(self.right, each.values)]

    @cached_property
    def pairs(self) -> list[_Hypothesis]:
        t = self.tangents
        if t is None:
            return []
        likely = sorted(self._wrong, key=lambda each: _weight(each[1].id, each[0]))[:24]
        found = []
        for one, other in combinations(likely, 2):
            if one[3].place != other[3].place:
                swept = t.swept({one[3].place: partial(one[2], t), other[3].place: partial(other[2], t)})[-1]
                suspects = (self._suspect(one[1], one[3]), self._suspect(other[1], other[3]))
                found.append(_Hypothesis((3, one[0] + other[0]), suspects, swept))
        return found

    # the whole answer

    def _whole(self, wanted: Vector, slopes: Sequence[float] | None) -> Iterator[_Hypothesis]:
        question = self.question
        graph, output = question.lowered
        if question.dependent:
            partials = values((graph, gradient(graph, output, [question.wrt])[question.wrt]), self.points)
            yield self._of_whole("held-constant", partials)
            return
        formula = values((graph, output), self.points)
        yield self._of_whole("unchanged", formula)
        below, slope = question.slope[0], question.slope[1]
        yield self._of_whole(
            "differentiated-twice", values((below, derivative(below, slope, question.wrt)), self.points)
        )
        if slopes is not None and _fits(formula, tuple(slopes[place] for place in self.places)):
            yield self._of_whole("integrated", wanted)
        others = [name for name in question.reading.variables if name != question.wrt]
        for other in gradient(graph, output, others).values() if others else ():
            yield self._of_whole("wrong-variable", values((graph, other), self.points))
        for _, mistake, _, spot, wrong in self._wrong:
            if mistake.id == "constant-as-variable" and self.tangents:
                sent = zip(self.tangents.rates[spot.place], wrong, strict=True)
                yield self._of_whole(mistake.id, tuple(rate * slope for rate, slope in sent))

    def _of_whole(self, name: str, found: Vector) -> _Hypothesis:
        number = list(MISTAKES).index(name)
        return _Hypothesis((1, _weight(name, number)), (self._suspect(MISTAKES[name], None),), found)

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
        for spot in t.spots if t else ():
            function = spot.expr.function if isinstance(spot.expr, Apply) else ""
            if t and function == "+":
                for place in spot.args:
                    sent = tuple(
                        rate * slope
                        for rate, slope in zip(t.rates[spot.place], t.tangents[place], strict=True)
                    )
                    for name, times in (("term-dropped", 1), ("term-sign", 2)):
                        yield self._slip(
                            name,
                            tuple(r - times * s for r, s in zip(self.right, sent, strict=True)),
                            t.spots[place],
                        )
            if t and function == "*":
                yield from self._brackets(t, spot)

    def _brackets(self, t: Tangents, spot: Spot) -> Iterator[_Hypothesis]:
        """c(a + b) as ca + b."""
        for place in spot.args:
            inner = t.spots[place]
            if not isinstance(inner.expr, Apply) or inner.expr.function != "+":
                continue
            kept = [sum(t.tangents[term][i] for term in inner.args[1:]) for i in range(len(self.points))]
            scale = [
                math.prod(t.values[other][i] for other in spot.args if other != place)
                for i in range(len(self.points))
            ]
            change = [
                rate * (rest - factor * rest)
                for rate, rest, factor in zip(t.rates[spot.place], kept, scale, strict=True)
            ]
            yield self._slip(
                "bracket-dropped", tuple(r + c for r, c in zip(self.right, change, strict=True)), spot
            )

    def _slip(self, name: str, found: Vector, spot: Spot | None = None, detail: str = "") -> _Hypothesis:
        text, hint = SLIPS[name]
        place = detail or (_quoted(spot.expr) if spot else "")
        return _Hypothesis(
            (4, list(SLIPS).index(name)),
            (Suspect(name, spot.expr.span if spot else None, text.format(place), hint),),
            found,
        )

    def _suspect(self, mistake: Mistake, spot: Spot | None) -> Suspect:
        where = "every such place" if spot is None else _place(spot.expr, self.question.wrt)
        return Suspect(mistake.id, spot.expr.span if spot else None, mistake.text.format(where), mistake.hint)


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


def _fits(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether the numbers agree wherever both are finite, at LEAST_AGREEING points or at all there are."""
    both = [(a, b) for a, b in zip(one, other, strict=True) if math.isfinite(a) and math.isfinite(b)]
    if len(both) < min(LEAST_AGREEING, len(one)):
        return False
    return all(abs(a - b) <= RELATIVE * max(abs(a), abs(b)) for a, b in both)


def _written_out(reading: Reading) -> Syntax:
    bodies: dict[str, Syntax] = {}
    for definition in reading.definitions:
        bodies[definition.name] = substitute(definition.body, bodies)
    return substitute(reading.expr, bodies)


def _place(expr: Syntax, wrt: str) -> str:
    """sin(u), u = x²"""
    if isinstance(expr, Apply) and expr.function not in ("+", "*", "neg"):
        ranks = [rank for rank, argument in enumerate(expr.args) if _moves(argument, wrt)]
        inner = expr.args[ranks[0]] if len(ranks) == 1 else None
        if inner is not None and not isinstance(inner, Name) and wrt != "u":
            outer = Apply(
                expr.function,
                tuple(Name("u") if argument is inner else argument for argument in expr.args),
                expr.orders,
            )
            return f"{_quoted(outer)}, u = {_quoted(inner)}"
    return _quoted(expr)


def _moves(expr: Syntax, wrt: str) -> bool:
    stack = [expr]
    while stack:
        node = stack.pop()
        if isinstance(node, Name) and node.id == wrt:
            return True
        stack.extend(node.args if isinstance(node, Apply) else ())
    return False


def _quoted(expr: Syntax) -> str:
    text = to_unicode(expr)
    return text if len(text) <= SHORTEST_NAME else f"{text[: SHORTEST_NAME - 1]}…"
