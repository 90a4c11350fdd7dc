"""(level, seed, count) -> PracticeRecord: exercises whose derivative the witnesses and the grader agree on, with their solutions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from chainrule_cli.errors import UsageError
from chainrule_cli.lessons.exercises import LEVELS, Exercise, exercises
from chainrule_cli.notation.syntax import tree_size
from chainrule_cli.notation.write import to_unicode
from chainrule_cli.records.base import Expression
from chainrule_cli.records.diff import DiffRecord
from chainrule_cli.records.practice import ExerciseRecord, Kink, PracticeRecord, SolutionRecord
from chainrule_cli.reports import check, diff, graph

MOST_EXERCISES = 200
LARGEST_SEED = 2**63
LARGEST_ANSWER = 60
"""Nodes of a derivative that fits an answer of one line."""
WHOLE_NUMBERS = range(-9, 10)
"""Where the kinks of exercises are."""
UNTOLD = frozenset({"constant", "identity", "dependent variable"})
"""Rules that a solution does not name."""
STAGES_EVERY = 10

Sheet = Literal["exercises", "solutions", "both"]
Stage = Callable[[str, PracticeRecord], None]


@dataclass(frozen=True, slots=True)
class Solved:
    """An exercise with its solution, both verified."""

    exercise: ExerciseRecord
    solution: SolutionRecord


def report(
    *, level: int = 1, seed: int, count: int = 10, sheet: Sheet = "both", stage: Stage | None = None
) -> PracticeRecord:
    """A sheet of `count` exercises of a level from 1 to 5: the same for the same level and seed.

    sheet: whether exercises, solutions or both are in the record. stage: called with ("drawn", record) while there are more to come.
    Raises UsageError.
    """
    refuse(level, seed, count)
    found: list[Solved] = []
    for one in islice(solved(level, seed), count):
        found.append(one)
        if stage is not None and len(found) % STAGES_EVERY == 0 and len(found) < count:
            stage("drawn", _record(level, seed, count, sheet, found))
    if len(found) < count:
        raise UsageError(
            f"level {level} has no {count} different exercises",
            hint=f"--count {len(found)} takes all that there are",
        )
    return _record(level, seed, count, sheet, found)


def refuse(level: int, seed: int, count: int) -> None:
    """Raises UsageError for what no sheet can be made of."""
    if level not in LEVELS:
        raise UsageError(
            f"--level {level} is not between 1 and {len(LEVELS)}",
            hint="; ".join(f"{n} {about}" for n, about in LEVELS.items()),
        )
    if not 0 <= seed < LARGEST_SEED:
        raise UsageError(f"--seed {seed} is not a whole number from 0 to 2^63")
    if not 1 <= count <= MOST_EXERCISES:
        raise UsageError(f"--count {count} is not between 1 and {MOST_EXERCISES}")


def _record(level: int, seed: int, count: int, sheet: Sheet, found: list[Solved]) -> PracticeRecord:
    return PracticeRecord(
        level=level,
        about=LEVELS[level],
        seed=seed,
        count=count,
        sheet=sheet,
        exercises=() if sheet == "solutions" else tuple(one.exercise for one in found),
        solutions=() if sheet == "exercises" else tuple(one.solution for one in found),
        complete=len(found) == count,
    )


def solved(level: int, seed: int) -> Iterator[Solved]:
    """The exercises of a level that are fit for a sheet, numbered; one that a witness or the grader does not confirm is left out."""
    number = 0
    for drawn in exercises(level, seed):
        found = solve(drawn, number + 1)
        if found is not None:
            number += 1
            yield found


def solve(drawn: Exercise, number: int) -> Solved | None:
    """The exercise with its solution; None where its answer is too long, or not confirmed by cross-check and grader."""
    text, asked = to_unicode(drawn.formula), drawn.kind
    found = diff.report(text, wrt=asked.wrt, order=asked.order, dependent=asked.dependent)
    if found.crosscheck.verdict != "agree" or not 1 < tree_size(found.derivative.syntax) <= LARGEST_ANSWER:
        return None
    answer = to_unicode(found.derivative.syntax)
    graded = check.report(text, answer, wrt=asked.wrt, order=asked.order, dependent=asked.dependent)
    if graded.verdict != "correct":
        return None
    exercise = _exercise(drawn, number, found)
    return Solved(exercise, _solution(exercise, found))


def _exercise(drawn: Exercise, number: int, found: DiffRecord) -> ExerciseRecord:
    """As diff has read it, and calls it."""
    kind = drawn.kind
    return ExerciseRecord(
        number=number,
        kind=kind.name,
        formula=Expression(drawn.formula),
        text=found.typed,
        name=found.dependent or found.name,
        variables=found.variables,
        wrt=kind.wrt,
        order=kind.order,
        dependent=kind.dependent,
        bent=kind.bent,
    )


def _solution(exercise: ExerciseRecord, found: DiffRecord) -> SolutionRecord:
    rules = dict.fromkeys(
        step.rule for step in found.steps if step.part_of == "derive" and step.rule not in UNTOLD
    )
    return SolutionRecord(
        number=exercise.number,
        exercise=exercise,
        derivative=found.derivative,
        rules=tuple(rules),
        kinks=tuple(_kinks(exercise)) if exercise.bent else (),
        points=len(found.crosscheck.points),
    )


def _kinks(exercise: ExerciseRecord) -> Iterator[Kink]:
    for place in WHOLE_NUMBERS:
        at = {exercise.wrt: float(place)}
        found = graph.report(exercise.text, at=at)
        left, right = found.partial_sides[exercise.wrt]
        if found.partial_status[exercise.wrt] != "exact" and left != right:
            yield Kink(at=at, left=left, right=right)
