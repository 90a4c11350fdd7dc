"""Is an answer the derivative of a formula? A ladder of tests, the cheapest first; the verdict names the one
that settled it.

Points where the derivative is finite; the same form; floats that differ, and balls that prove it, or digits
where there are no balls; the signature test with agreement at real points; agreement to many digits. Refuses
to call an answer right by points alone where the evidence is thin.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from chainrule_cli.grading import domains, forms
from chainrule_cli.grading.evidence import Difference, close, prove
from chainrule_cli.grading.reference import Point, Reference, lower_answer, values
from chainrule_cli.graph.identity.signature import Signature
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sampling.domain import seed_rng
from chainrule_cli.notation.definitions import write_out_definitions
from chainrule_cli.notation.functions import FUNCTIONS, OPERATORS
from chainrule_cli.notation.syntax import Apply, Reading, list_functions, tree_size
from chainrule_cli.notation.write import to_text

Verdict = Literal["correct", "incorrect", "undecided"]
Method = Literal["identical", "identity-test", "symbolic", "proved-different", "numeric"]

LEAST_AGREEING = 12
"""Real points that must agree beside the signature test."""

EXTRA_POINTS = 3
"""Points that depend on the answer too: nobody can know them and write an answer for them."""

MOST_KEPT = 256
"""Answers to a question whose judgements are kept: in a class, many give the same one."""

DIGITS = 100
"""Decimal digits to which an answer agrees that is right by points."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """agreeing: real points at which the answer agrees.
    thin: too few for what they are to show.
    values: the answer at the question's points, nan where it has none.
    partial: where it has no value although the derivative has one."""

    verdict: Verdict
    method: Method | None
    counterexample: Difference | None = None
    agreeing: int = 0
    thin: bool = False
    notes: tuple[str, ...] = ()
    partial: bool = False
    values: tuple[float, ...] = ()


SEEDLESS = ("identical", "proved-different")
"""Methods in which no prime has a part."""

Symbolic = Callable[[Reference, Reading], bool]
"""The last rung: whether normal forms show that the answer is the derivative."""


class Grader:
    """One question and all that is asked of it: its points, its values there and its signature are worked out
    once."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self._seed: str | None = None
        self._shared: Signature | None = None
        self._judged_before: dict[tuple[object, ...], Judgement] = {}

    def judge(
        self,
        answer: Reading,
        *,
        strict: bool = False,
        seed: str | None = None,
        symbolic: Symbolic | None = None,
    ) -> Judgement:
        """The verdict on an answer, read for this question.
        strict: only a proof makes it right, and a domain as large as the derivative's.
        seed: what chooses the primes of the signature test for many answers; None for the formula and this
        answer, as safe as can be.
        symbolic: the last rung, asked where the others leave the matter open.

        A judgement depends on the answer and, where a signature had a part in it, on the seed: never on what
        was judged before."""
        key = answer.expr, answer.definitions, strict, symbolic
        seeded_key = (*key, seed or answer.text)
        kept = self._judged_before.get(key) or self._judged_before.get(seeded_key)
        if kept is not None:
            return kept
        if len(self._judged_before) >= MOST_KEPT:
            self._judged_before.clear()
        self._seed = seed
        judged = self._judge(answer, strict=strict, symbolic=symbolic)
        self._judged_before[key if judged.method in SEEDLESS else seeded_key] = judged
        return judged

    def _judge(self, answer: Reading, *, strict: bool, symbolic: Symbolic | None) -> Judgement:
        reference = self.reference
        if not reference.points:
            return Judgement("undecided", None, notes=(NOWHERE,))
        graph = lower_answer(reference, answer)
        points = _with_others(reference, answer, reference.points)
        found = values(graph, points)
        judged = self._climb(answer, graph, points, found)
        if judged.verdict == "correct" and strict:
            judged = _require_proof(judged)
        if judged.verdict != "incorrect" and (judged.thin or (strict and judged.method == "numeric")):
            judged = self._last(answer, judged, symbolic)
        return replace(judged, values=found)

    def _climb(
        self, answer: Reading, graph: tuple[Graph, int], points: Sequence[Point], found: Sequence[float]
    ) -> Judgement:
        reference = self.reference
        same = forms.same(self._forms, graph)
        comparison = _compare(reference, graph, points, reference.expected, found)
        if comparison.difference is not None:
            return _wrong(comparison.difference, _strangers(reference, answer))
        if not comparison.agreeing:
            return _nowhere(reference, comparison)
        image = None if same else self._signature(answer).test(graph)
        everywhere = image is None or (image.verdict == "same" and not image.branches)
        more = _Comparison() if everywhere else self._elsewhere(answer, graph, comparison)
        if more.difference is not None:
            return _wrong(more.difference)
        agreeing = comparison.agreeing + more.agreeing
        notes = comparison.notes or more.notes or domains.find_holes(reference, graph)
        judged = Judgement("correct", "numeric", agreeing=agreeing, notes=notes, partial=bool(notes))
        if image is None:
            return replace(judged, method="identical")
        if image.verdict == "same" and (agreeing >= LEAST_AGREEING or not reference.names):
            return replace(judged, method="identity-test")
        difference = _to_many_digits(reference, graph, comparison.agreed)
        if difference is not None:
            return _wrong(difference)
        return replace(judged, thin=agreeing < LEAST_AGREEING)

    @cached_property
    def _forms(self) -> forms.Forms:
        return forms.forms(*self.reference.slope)

    def _signature(self, answer: Reading) -> Signature:
        if self._seed is None:
            return self._make_signature((self.reference.seed, answer.text))
        if self._shared is None or self._shared.texts != (self._seed,):
            self._shared = self._make_signature((self._seed,))
        return self._shared

    def _make_signature(self, texts: Sequence[str]) -> Signature:
        reference = self.reference
        return (
            Signature(reference.slope, texts)
            if reference.dependent
            else Signature(reference.below, texts, reference.wrt)
        )

    def _elsewhere(self, answer: Reading, graph: tuple[Graph, int], before: _Comparison) -> _Comparison:
        """The same at points that depend on the answer, and on the side of each branch that no point has
        seen."""
        reference = self.reference
        if not reference.names:
            return _Comparison()
        extra = _with_others(
            reference, answer, reference.draw_points(f"{reference.seed}\n{_spell(answer)}", EXTRA_POINTS)
        )
        more = domains.find_unseen_sides(reference, graph, [*before.agreed, *extra])
        points = [point for point in (*extra, *more) if point not in before.agreed]
        return _compare(reference, graph, points, values(reference.slope, points), values(graph, points))

    def _last(self, answer: Reading, judged: Judgement, symbolic: Symbolic | None) -> Judgement:
        if symbolic is not None and symbolic(self.reference, answer):
            return replace(judged, verdict="correct", method="symbolic", thin=False)
        return replace(
            judged,
            verdict="undecided",
            method=None,
            notes=(*judged.notes, UNPROVED.format(_points(judged.agreeing))),
        )


NOWHERE = (
    "no real point was found where the formula and its derivative are finite, so nothing can be compared"
)
UNPROVED = "the answer agrees at {}, but nothing proves that it is the derivative"
SMALLER = "refused by --strict: the answer has no value on a part of the derivative's domain"


def _wrong(difference: Difference, notes: tuple[str, ...] = ()) -> Judgement:
    method: Method = "proved-different" if difference.proved else "numeric"
    return Judgement("incorrect", method, difference, notes=notes)


def _points(count: int) -> str:
    return f"{count} point{'s' if count != 1 else ''}"


def _require_proof(judged: Judgement) -> Judgement:
    if judged.partial:
        return replace(judged, verdict="incorrect", notes=(*judged.notes, SMALLER))
    return judged


def _nowhere(reference: Reference, comparison: _Comparison) -> Judgement:
    """An answer without a value at every point is wrong; one whose values could not be told is open."""
    if comparison.unclear:
        return Judgement(
            "undecided",
            None,
            notes=("the answer's values could not be told from the derivative's at any point",),
        )
    index = min(
        range(len(reference.points)),
        key=lambda index: _plainness(reference.expected[index], reference.points[index]),
    )
    nothing = Difference(dict(reference.points[index]), reference.expected[index], None)
    return Judgement(
        "incorrect",
        "proved-different",
        nothing,
        notes=("the answer has no value anywhere that the derivative has one",),
    )


def _with_others(reference: Reference, answer: Reading, points: Sequence[Point]) -> list[Point]:
    """The points with a value for each name that only the answer has."""
    foreign = _foreign(reference, answer)
    if not foreign:
        return list(points)
    dice = seed_rng(reference.seed, _spell(answer))
    return [{**point, **{name: round(dice.uniform(0.3, 3), 2) for name in foreign}} for point in points]


def _spell(answer: Reading) -> str:
    """The answer in one spelling: the same points for the same answer, however it was typed."""
    return "; ".join(
        [*(f"{each.name} = {to_text(each.body)}" for each in answer.definitions), to_text(answer.expr)]
    )


def _foreign(reference: Reference, answer: Reading) -> list[str]:
    defined = {definition.name for definition in reference.reading.definitions}
    return [name for name in answer.variables if name not in reference.names and name not in defined]


def _strangers(reference: Reference, answer: Reading) -> tuple[str, ...]:
    foreign = _foreign(reference, answer)
    return (f"the answer has {', '.join(foreign)}, which the formula does not have",) if foreign else ()


# comparing at points


@dataclass(frozen=True, slots=True)
class _Comparison:
    """agreed: the points;
    missing: where the answer has no value;
    unclear: where its value could not be told."""

    agreed: tuple[Point, ...] = ()
    missing: tuple[Point, ...] = ()
    unclear: int = 0
    difference: Difference | None = None

    @property
    def agreeing(self) -> int:
        return len(self.agreed)

    @property
    def notes(self) -> tuple[str, ...]:
        return (domains.no_value(self.missing[0]),) if self.missing else ()


def _compare(
    reference: Reference,
    graph: tuple[Graph, int],
    points: Sequence[Point],
    expected: Sequence[float],
    found: Sequence[float],
) -> _Comparison:
    """Floats first; where they differ, or are none, balls decide, the plainest point first."""
    agreed, missing, unclear = list[Point](), list[Point](), 0
    doubtful: list[int] = []
    for index, point in enumerate(points):
        if close(expected[index], found[index]):
            agreed.append(point)
        else:
            doubtful.append(index)
    for index in sorted(
        doubtful, key=lambda index: (math.isnan(found[index]), _plainness(expected[index], points[index]))
    ):
        outcome = prove(reference, graph, points[index])
        if isinstance(outcome, Difference):
            return _Comparison(tuple(agreed), difference=outcome)
        if outcome == "same":
            agreed.append(points[index])
        elif outcome == "no value":
            missing.append(points[index])
        else:
            unclear += 1
    return _Comparison(tuple(agreed), tuple(missing), unclear)


def _plainness(value: float, point: Point) -> float:
    """How far the numbers of a counterexample are from those that people like to see."""
    return max(
        (
            abs(math.log10(abs(number))) if number and math.isfinite(number) else 3.0
            for number in (value, *point.values())
        ),
        default=0.0,
    )


def _to_many_digits(
    reference: Reference, graph: tuple[Graph, int], points: Sequence[Point]
) -> Difference | None:
    outcomes = (prove(reference, graph, point, DIGITS) for point in points)
    return next((outcome for outcome in outcomes if isinstance(outcome, Difference)), None)


LARGEST = 2_000
"""Nodes of formula and answer past which normal forms are not tried."""


def compare_normal_forms(reference: Reference, answer: Reading) -> bool:
    """Whether normal forms show that the answer is the derivative; False says nothing."""
    from chainrule_cli.calculus.algebra import is_derivative

    given = reference.reading
    formula = write_out_definitions(given.expr, given.definitions)
    claimed = write_out_definitions(answer.expr, (*given.definitions, *answer.definitions))
    applied = list_functions(formula, claimed)
    if tree_size(formula) + tree_size(claimed) > LARGEST or any(
        name not in FUNCTIONS and name not in OPERATORS for name in applied
    ):
        return False
    if isinstance(formula, Apply) and formula.function == "=":
        formula = Apply("+", (formula.args[0], Apply("neg", (formula.args[1],))))
    return is_derivative(formula, reference.wrt, reference.order, claimed, reference.dependent)
