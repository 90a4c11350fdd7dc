"""The signature test: whether two graphs, or a derivative and a graph, have the same image in random finite fields.

Equal in all draws means equal up to branches and removable points; unequal means nothing. Refuses to judge alone.
docs/decisions/006-the-signature-test.md has the mathematics. An operation has a row in field_values.py and one in
field_partials.py, or counts as an unknown function.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias

from chainrule_cli.graph.identity.degrees import too_large
from chainrule_cli.graph.identity.fields import ANGLES, EXPONENTS, TOP, Draw, NoValue
from chainrule_cli.graph.identity.plans import CHOICES, TANGENT, VALUE, Plan, plan
from chainrule_cli.graph.identity.state import Level
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
    """branches: the operations met whose side, sign or jump the fields cannot tell as the reals do; where there are any,
    "same" says nothing without agreement at real points."""

    verdict: Verdict
    branches: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Residues:
    """For each node its value mod p, its value mod q, and its derivative mod p; None where it is not needed or not known."""

    values: Sequence[int | None]
    exponents: Sequence[int | None]
    slopes: Sequence[int | None]


def residues(graph: Graph, output: int, draw: Draw, wrt: str | None = None) -> Residues | None:
    """The images of all that the output needs, with derivatives where `wrt` names a variable; None where the draw has no
    value for it: draw again."""
    try:
        top, exponents = _run(Plan(graph, output, wrt, slot=VALUE if wrt is None else TANGENT), draw)
    except NoValue:
        return None
    return Residues(top.v, exponents.v, top.d)


def equal(
    one: Formula, other: Formula, texts: Sequence[str], wrt: str | None = None, draws: int = 3
) -> Outcome:
    """Whether one, or its derivative by `wrt`, has the image of the other in so many draws, chosen by a hash of the texts.

    texts: all that someone could aim at the test; the same texts use the same primes, so a batch is fast that names itself whole.
    """
    return Signature(one, texts, wrt).test(other, draws)


class Signature:
    """One formula, or its derivative by `wrt`, to be compared with many: its images are worked out once."""

    def __init__(self, formula: Formula, texts: Sequence[str], wrt: str | None = None) -> None:
        self.texts = texts
        self.large = too_large(*formula)
        self._formula, self._wrt = formula, wrt
        self._images: dict[tuple[int, int], tuple[Draw, int | None]] = {}

    @cached_property
    def plan(self) -> Plan:
        return plan(*self._formula, self._wrt)

    def test(self, other: Formula, draws: int = 3) -> Outcome:
        """Whether the other has the same image in so many draws, twice as many where there are branches."""
        if self.large or too_large(*other):
            return Outcome("not applicable")
        found = plan(*other, None)
        branches = frozenset(self.plan.branches | found.branches)
        for number in range(draws * BRANCHED_DRAWS if branches else draws):
            images = self._pair(found, number)
            if images is None:
                return Outcome("not applicable", branches)
            if images[0] != images[1]:
                return Outcome("not shown", branches)
        return Outcome("same", branches)

    def _pair(self, other: Plan, number: int) -> tuple[int, int] | None:
        """The images of both in the first attempt in which both have one."""
        jobs = len(self.plan.jobs) + len(other.jobs)
        for attempt in range(max(LEAST_TRIES, min(MOST_TRIES, MOST_JOBS // jobs))):
            draw, own = self._own(number, attempt)
            found = None if own is None else _image(other, draw)
            if own is not None and found is not None:
                return own, found
        return None

    def _own(self, number: int, attempt: int) -> tuple[Draw, int | None]:
        key = number, attempt
        if key not in self._images:
            draw = Draw(self.texts, number, attempt)
            self._images[key] = draw, _image(self.plan, draw)
        return self._images[key]


def _image(plan: Plan, draw: Draw) -> int | None:
    """None where the draw has no value for it."""
    try:
        top, _ = _run(plan, draw)
    except NoValue:
        return None
    return (top.v if plan.slot == VALUE else top.d)[plan.output]


def _run(plan: Plan, draw: Draw) -> tuple[Level, Level]:
    """The levels of values and of exponents after one pass. Raises NoValue, unless a branch may leave the value aside."""
    size = plan.output + 1
    angles = Level(plan.graph, draw, ANGLES, size)
    exponents = Level(plan.graph, draw, EXPONENTS, size, (angles,))
    top = Level(plan.graph, draw, TOP, size, (angles, exponents))
    levels = (angles, exponents, top, top)
    slots: list[list[Any]] = [
        slot for level in levels[:3] for slot in (level.v, level.x, level.k, level.l)
    ] + [top.d]
    if plan.tolerant:
        _tolerant(plan, levels, slots)
        return top, exponents
    for slot, place, rule, args, _ in plan.jobs:
        level = levels[slot >> 2]
        image = rule(level, *args)
        slots[slot][place] = image % level.p if image.__class__ is int else image
    return top, exponents


def _tolerant(plan: Plan, levels: Sequence[Level], slots: Sequence[list[Any]]) -> None:
    """One pass in which what has no value stays None, so that a branch that is not taken may lack one."""
    for slot, place, rule, args, reads in plan.jobs:
        level = levels[slot >> 2]
        if rule not in CHOICES and any(slots[read][at] is None for read, at in reads):
            continue
        try:
            image = rule(level, *args)
        except NoValue:
            continue
        slots[slot][place] = image % level.p if image.__class__ is int else image
