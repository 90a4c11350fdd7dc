"""The signature test: whether two graphs, or a derivative and a graph, have the same image in random finite
fields.

Equal in all draws means equal up to branches and removable points; unequal means nothing.
docs/decisions/006-the-signature-test.md has the mathematics. An operation has a row in field_values.py and
one in field_partials.py, or counts as an unknown function.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias

from chainrule_cli.graph.identity.fields import ANGLES, EXPONENTS, TOP, FieldDraw, NoValue
from chainrule_cli.graph.identity.plans import CHOICES, TANGENT, VALUE, FieldPlan, is_too_large, make_plan
from chainrule_cli.graph.identity.state import FieldState
from chainrule_cli.graph.node import Graph

Verdict: TypeAlias = Literal["same", "not shown", "not applicable"]
Formula: TypeAlias = tuple[Graph, int]

MOST_TRIES, LEAST_TRIES = 100, 4
MOST_JOBS = 200_000
"""Attempts at one draw, fewer for a large formula."""

BRANCHED_DRAWS = 2
"""Times as many draws where there are branches: each draw sees one side of each."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the test says.

    branches: the operations met whose side, sign or jump the fields cannot tell as the reals do; where there
    are any, "same" says
    nothing without agreement at real points
    """

    verdict: Verdict
    branches: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Residues:
    """For each node, None where it is not needed or not known.

    values: mod p
    exponents: its value mod q
    tangents: its derivative mod p
    """

    values: Sequence[int | None]
    exponents: Sequence[int | None]
    tangents: Sequence[int | None]


def compute_residues(graph: Graph, output: int, draw: FieldDraw, wrt: str | None = None) -> Residues | None:
    """The images of all that the output needs, with derivatives where `wrt` names a variable.

    None where the draw has no value for the output: draw again.
    """
    try:
        top, exponents = _run(FieldPlan(graph, output, wrt, slot=VALUE if wrt is None else TANGENT), draw)
    except NoValue:
        return None
    return Residues(top.value, exponents.value, top.tangent)


def compare(
    one: Formula, other: Formula, texts: Sequence[str], wrt: str | None = None, draws: int = 3
) -> Outcome:
    """Whether one, or its derivative by `wrt`, has the image of the other in so many draws, choose by a hash
    of the texts.

    texts: all that someone could aim at the test; the same texts use the same primes: a batch is fast that
    names itself whole
    """
    return Signature(one, texts, wrt).test(other, draws)


class Signature:
    """One formula, or its derivative by `wrt`, to be compared with many: its images are worked out once."""

    def __init__(self, formula: Formula, texts: Sequence[str], wrt: str | None = None) -> None:
        self.texts = texts
        self.large = is_too_large(*formula)
        self._formula, self._wrt = formula, wrt
        self._images: dict[tuple[int, int], tuple[FieldDraw, int | None]] = {}

    @cached_property
    def plan(self) -> FieldPlan:
        return make_plan(*self._formula, self._wrt)

    def test(self, other: Formula, draws: int = 3) -> Outcome:
        """Whether the other has the same image in so many draws, twice as many where there are branches."""
        if self.large or is_too_large(*other):
            return Outcome("not applicable")
        found = make_plan(*other, None)
        branches = frozenset(self.plan.branches | found.branches)
        for number in range(draws * BRANCHED_DRAWS if branches else draws):
            images = self._find_pair(found, number)
            if images is None:
                return Outcome("not applicable", branches)
            if images[0] != images[1]:
                return Outcome("not shown", branches)
        return Outcome("same", branches)

    def _find_pair(self, other: FieldPlan, number: int) -> tuple[int, int] | None:
        """The images of both in the first attempt in which both have one."""
        jobs = len(self.plan.jobs) + len(other.jobs)
        for attempt in range(max(LEAST_TRIES, min(MOST_TRIES, MOST_JOBS // jobs))):
            draw, own = self._recall_own(number, attempt)
            found = None if own is None else _find_image(other, draw)
            if own is not None and found is not None:
                return own, found
        return None

    def _recall_own(self, number: int, attempt: int) -> tuple[FieldDraw, int | None]:
        key = number, attempt
        if key not in self._images:
            draw = FieldDraw(self.texts, number, attempt)
            self._images[key] = draw, _find_image(self.plan, draw)
        return self._images[key]


def _find_image(plan: FieldPlan, draw: FieldDraw) -> int | None:
    """None where the draw has no value for it."""
    try:
        top, _ = _run(plan, draw)
    except NoValue:
        return None
    return (top.value if plan.slot == VALUE else top.tangent)[plan.output]


def _run(plan: FieldPlan, draw: FieldDraw) -> tuple[FieldState, FieldState]:
    """What is known in the fields of values and of exponents after one pass.

    Raises NoValue, unless a branch may leave the value aside.
    """
    size = plan.output + 1
    angles = FieldState(plan.graph, draw, ANGLES, size)
    exponents = FieldState(plan.graph, draw, EXPONENTS, size, (angles,))
    top = FieldState(plan.graph, draw, TOP, size, (angles, exponents))
    states = (angles, exponents, top, top)
    slots: list[list[Any]] = [
        slot
        for state in states[:3]
        for slot in (state.value, state.exponential, state.point, state.logarithm)
    ] + [top.tangent]
    if plan.tolerant:
        _run_tolerantly(plan, states, slots)
        return top, exponents
    for slot, index, rule, args, _ in plan.jobs:
        state = states[slot >> 2]
        image = rule(state, *args)
        slots[slot][index] = image % state.prime if image.__class__ is int else image
    return top, exponents


def _run_tolerantly(plan: FieldPlan, states: Sequence[FieldState], slots: Sequence[list[Any]]) -> None:
    """One pass in which what has no value stays None, so that a branch that is not taken may lack one."""
    for slot, index, rule, args, reads in plan.jobs:
        state = states[slot >> 2]
        if rule not in CHOICES and any(slots[read][at] is None for read, at in reads):
            continue
        try:
            image = rule(state, *args)
        except NoValue:
            continue
        slots[slot][index] = image % state.prime if image.__class__ is int else image
