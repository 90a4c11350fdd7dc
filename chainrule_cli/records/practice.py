"""The records of `practice`: a sheet, its solutions apart, graded answers, the score of a session."""

from __future__ import annotations

from typing import Literal

from chainrule_cli.records.base import Expression, Record
from chainrule_cli.records.check import Counterexample, MistakeRecord, Problem


class ExerciseRecord(Record, frozen=True, kw_only=True):
    """One exercise. kind: what it is about. text: the formula as check and hint read it. name: what it is called, y or z. bent: it has kinks,
    so that its derivative is asked for where it exists."""  # noqa: E501

    number: int
    kind: str
    formula: Expression
    text: str
    name: str
    variables: tuple[str, ...]
    wrt: str
    order: int
    dependent: str | None
    bent: bool


class Kink(Record, frozen=True, kw_only=True):
    """A point without a derivative, and the slopes of its two sides."""

    at: dict[str, float]
    left: float | None
    right: float | None


class SolutionRecord(Record, frozen=True, kw_only=True):
    """The answer to the exercise of that number. rules: by their names, in the order in which they are used. points: of the cross-check that
    agreed."""  # noqa: E501

    number: int
    exercise: ExerciseRecord
    derivative: Expression
    rules: tuple[str, ...]
    kinks: tuple[Kink, ...]
    points: int


class PracticeRecord(Record, frozen=True, kw_only=True):
    """level and seed make the same sheet again; the first of a longer sheet are those of a shorter one. exercises, solutions: as `sheet` asks,
    one of the two may be empty. complete: False where the budget ran out before `count` exercises were there."""  # noqa: E501

    schema: Literal["chainrule.practice.v1"] = "chainrule.practice.v1"
    level: int
    about: str
    seed: int
    count: int
    sheet: Literal["exercises", "solutions", "both"]
    exercises: tuple[ExerciseRecord, ...]
    solutions: tuple[SolutionRecord, ...]
    complete: bool = True


class GradedRecord(Record, frozen=True, kw_only=True):
    """One answer of a sheet. verdict: that of check; missing where the line was empty or is not there. reason: why nothing was decided."""  # noqa: E501

    number: int
    exercise: ExerciseRecord
    answer: str | None
    verdict: Literal["correct", "incorrect", "unreadable", "undecided", "missing"]
    counterexample: Counterexample | None
    mistakes: tuple[MistakeRecord, ...]
    problem: Problem | None
    reason: str | None


class AnswersRecord(Record, frozen=True, kw_only=True):
    """The answers to a sheet, one a line. verdict: incorrect where any is, else unreadable where any is unreadable or missing, else undecided
    where any is, else correct."""  # noqa: E501

    schema: Literal["chainrule.practice-answers.v1"] = "chainrule.practice-answers.v1"
    level: int
    seed: int
    count: int
    correct: int
    answers: tuple[GradedRecord, ...]
    verdict: Literal["correct", "incorrect", "unreadable", "undecided"]


class Named(Record, frozen=True, kw_only=True):
    """A mistake or a rule, and how often."""

    name: str
    count: int


class ScoreRecord(Record, frozen=True, kw_only=True):
    """What a session came to: how many exercises ended in which way, the mistakes that were named, the rules of what was not right at once."""  # noqa: E501

    schema: Literal["chainrule.practice-score.v1"] = "chainrule.practice-score.v1"
    level: int
    seed: int
    count: int
    first_try: int
    later: int
    with_hints: int
    shown: int
    skipped: int
    unanswered: int
    mistakes: tuple[Named, ...]
    rules: tuple[Named, ...]
