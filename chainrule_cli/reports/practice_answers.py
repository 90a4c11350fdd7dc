"""(sheet, answers) -> AnswersRecord: every answer judged by check, in a process that it cannot take along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from chainrule_cli.errors import UsageError
from chainrule_cli.records.check import Counterexample, MistakeRecord, Problem
from chainrule_cli.records.practice import AnswersRecord, ExerciseRecord, GradedRecord, PracticeRecord
from chainrule_cli.reports.batch_run import of_mappings

Graded = Literal["correct", "incorrect", "unreadable", "undecided", "missing"]

REASONS = {"timeout": "the time ran out", "memory": "the memory ran out", "crash": "the program failed on it"}


def report(sheet: PracticeRecord, text: str, *, timeout: float, memory: int) -> AnswersRecord:
    """The verdict on each line of the text, the first for exercise 1. timeout, memory: of one answer. An empty line is no answer.

    Raises UsageError where there are more answers than exercises.
    """
    lines = [line.strip() for line in text.rstrip().split("\n")]
    if len(lines) > sheet.count:
        raise UsageError(
            f"there are {len(lines)} answers to {sheet.count} exercises",
            hint="one answer a line; --count says how many exercises",
        )
    answers = [*lines, *[""] * (sheet.count - len(lines))]
    asked = [(one, answer) for one, answer in zip(sheet.exercises, answers, strict=True) if answer]
    records = (
        of_mappings((_request(one, answer) for one, answer in asked), jobs=1, timeout=timeout, memory=memory)
        if asked
        else iter(())
    )
    judged = {
        one.number: _graded(one, answer, record) for (one, answer), record in zip(asked, records, strict=True)
    }
    rows = tuple(judged.get(one.number) or _missing(one) for one in sheet.exercises)
    correct = sum(row.verdict == "correct" for row in rows)
    return AnswersRecord(
        level=sheet.level,
        seed=sheet.seed,
        count=sheet.count,
        correct=correct,
        answers=rows,
        verdict=_whole(rows),
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


def _graded(exercise: ExerciseRecord, answer: str, record: Mapping[str, Any]) -> GradedRecord:
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


def _whole(rows: Sequence[GradedRecord]) -> Literal["correct", "incorrect", "unreadable", "undecided"]:
    found = {row.verdict for row in rows}
    if "incorrect" in found:
        return "incorrect"
    if found & {"unreadable", "missing"}:
        return "unreadable"
    return "undecided" if "undecided" in found else "correct"
