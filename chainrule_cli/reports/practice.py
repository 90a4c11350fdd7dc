"""(level, seed, count) -> PracticeRecord, exercises with their solutions; (sheet, answers) -> AnswersRecord,
the verdicts.

An exercise is on a sheet where the witnesses and the grader agree on its derivative.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

import msgspec

from chainrule_cli.errors import UsageError
from chainrule_cli.lessons.exercises import LEVELS, Exercise, exercises
from chainrule_cli.notation.syntax import Reading, tree_size
from chainrule_cli.notation.write import to_unicode
from chainrule_cli.records.base import Expression
from chainrule_cli.records.check import Counterexample, MistakeRecord, Problem
from chainrule_cli.records.diff import DiffRecord
from chainrule_cli.records.practice import (
    AnswersRecord,
    ExerciseRecord,
    GradedRecord,
    Kink,
    PracticeRecord,
    SolutionRecord,
)
from chainrule_cli.reports import check, diff, graph
from chainrule_cli.reports.question import ask

MOST_EXERCISES = 200
LARGEST_SEED = 2**63
LARGEST_ANSWER = 60
"""Nodes of a derivative that fits an answer of one line."""
WHOLE_NUMBERS = range(-9, 10)
"""Where the kinks of exercises are."""
UNTOLD = frozenset({"constant", "identity", "dependent variable"})
"""Rules that a solution does not name."""
STAGES_EVERY = 10

Graded = Literal["correct", "incorrect", "unreadable", "undecided", "missing"]
REASONS = {"timeout": "the time ran out", "memory": "the memory ran out", "crash": "the program failed on it"}
"""Why an answer has no verdict, by the status of its request."""

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

    sheet: whether exercises, solutions or both are in the record.
    stage: called with ("drawn", record) while there are more to come.

    Raises UsageError for what no sheet can be made of.
    """
    _check_options(level, seed, count)
    found: list[Solved] = []
    for one in islice(solve_exercises(level, seed), count):
        found.append(one)
        if stage is not None and len(found) % STAGES_EVERY == 0 and len(found) < count:
            stage("drawn", _record(level, seed, count, sheet, found))
    if len(found) < count:
        raise UsageError(
            f"level {level} has no {count} different exercises",
            hint=f"--count {len(found)} takes all that there are",
        )
    return _record(level, seed, count, sheet, found)


def _check_options(level: int, seed: int, count: int) -> None:
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


def solve_exercises(level: int, seed: int) -> Iterator[Solved]:
    """The exercises of a level that are fit for a sheet, numbered.

    One that a witness or the grader does not confirm is left out.
    """
    number = 0
    for drawn in exercises(level, seed):
        found = solve(drawn, number + 1)
        if found is not None:
            number += 1
            yield found


def solve(drawn: Exercise, number: int) -> Solved | None:
    """The exercise with its solution; None where its answer is too long, or not confirmed by cross-check and
    grader.
    """
    kind = drawn.kind
    question = ask(to_unicode(drawn.formula), kind.wrt, None, kind.dependent)
    found = diff.answer(question, order=kind.order)
    if found.crosscheck.verdict != "agree" or not 1 < tree_size(found.derivative.syntax) <= LARGEST_ANSWER:
        return None
    answer = to_unicode(found.derivative.syntax)
    if check.grade(check.prepare(question, kind.order), answer).verdict != "correct":
        return None
    exercise = _exercise(drawn, number, found)
    return Solved(exercise, _solution(exercise, found, question.reading))


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


def _solution(exercise: ExerciseRecord, found: DiffRecord, reading: Reading) -> SolutionRecord:
    rules = dict.fromkeys(
        step.rule for step in found.steps if step.part_of == "derive" and step.rule not in UNTOLD
    )
    return SolutionRecord(
        number=exercise.number,
        exercise=exercise,
        derivative=found.derivative,
        rules=tuple(rules),
        kinks=tuple(_kinks(exercise, reading)) if exercise.bent else (),
        points=len(found.crosscheck.points),
    )


def _kinks(exercise: ExerciseRecord, reading: Reading) -> Iterator[Kink]:
    for number in WHOLE_NUMBERS:
        at = {exercise.wrt: float(number)}
        found = graph.answer(graph.lower_at(reading, at))
        left, right = found.partial_sides[exercise.wrt]
        if found.partial_status[exercise.wrt] != "exact" and left != right:
            yield Kink(at=at, left=left, right=right)


# a file of answers


def grade_answers(sheet: PracticeRecord, text: str, *, timeout: float, memory: int) -> AnswersRecord:
    """The verdict on each line of the text, judged by check in a process that it cannot take along.

    sheet: with its exercises.
    text: an answer a line, the first for exercise 1; an empty line is no answer.
    timeout, memory: seconds and bytes of one answer.

    Raises UsageError where there are more answers than exercises.
    """
    from chainrule_cli.reports.batch_run import answer_mappings  # a sheet needs no workers

    lines = [line.strip() for line in text.rstrip().split("\n")]
    if len(lines) > sheet.count:
        raise UsageError(
            f"there are {len(lines)} answers to {sheet.count} exercises",
            hint="one answer a line; --count says how many exercises",
        )
    answers = [*lines, *[""] * (sheet.count - len(lines))]
    given = [(one, answer) for one, answer in zip(sheet.exercises, answers, strict=True) if answer]
    records = (
        answer_mappings(
            (_request(one, answer) for one, answer in given), jobs=1, timeout=timeout, memory=memory
        )
        if given
        else iter(())
    )
    judged = {
        one.number: _grade_line(one, answer, record)
        for (one, answer), record in zip(given, records, strict=True)
    }
    rows = tuple(judged.get(one.number) or _missing(one) for one in sheet.exercises)
    correct = sum(row.verdict == "correct" for row in rows)
    return AnswersRecord(
        level=sheet.level,
        seed=sheet.seed,
        count=sheet.count,
        correct=correct,
        answers=rows,
        verdict=_sum_up(rows),
    )


def _request(exercise: ExerciseRecord, answer: str) -> dict[str, Any]:
    request = {
        "command": "check",
        "formula": exercise.text,
        "answer": answer,
        "wrt": exercise.wrt,
        "order": exercise.order,
    }
    return request | ({"dependent": exercise.dependent} if exercise.dependent else {})


def _grade_line(exercise: ExerciseRecord, answer: str, record: Mapping[str, Any]) -> GradedRecord:
    """Of the record of a batch, in which a request that ran out of its budget is no verdict."""
    judged = record["status"] == "ok"
    notes = record.get("notes") or ()
    verdict: Graded = record["verdict"] if judged else "undecided"
    why = (
        (notes[-1] if notes else None)
        if judged
        else REASONS.get(record["status"], (record.get("error") or {}).get("message"))
    )
    return GradedRecord(
        number=exercise.number,
        exercise=exercise,
        answer=answer,
        verdict=verdict,
        counterexample=msgspec.convert(record.get("counterexample"), Counterexample | None),
        mistakes=msgspec.convert(record.get("mistakes") or (), tuple[MistakeRecord, ...]),
        problem=msgspec.convert(record.get("problem"), Problem | None),
        reason=why if verdict == "undecided" else None,
    )


def _missing(exercise: ExerciseRecord) -> GradedRecord:
    return GradedRecord(
        number=exercise.number,
        exercise=exercise,
        answer=None,
        verdict="missing",
        counterexample=None,
        mistakes=(),
        problem=None,
        reason=None,
    )


def _sum_up(rows: Sequence[GradedRecord]) -> Literal["correct", "incorrect", "unreadable", "undecided"]:
    found = {row.verdict for row in rows}
    if "incorrect" in found:
        return "incorrect"
    if found & {"unreadable", "missing"}:
        return "unreadable"
    return "undecided" if "undecided" in found else "correct"
