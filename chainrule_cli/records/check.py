"""The records of `check`, a verdict with what settled it and where the answer fails, and of `hint`."""

from __future__ import annotations

from typing import Literal

from chainrule_cli.records.base import Crosscheck, Expression, NamedExpression, Record

Verdict = Literal["correct", "incorrect", "unreadable", "undecided"]
Method = Literal["identical", "identity-test", "symbolic", "proved-different", "numeric"]


class Counterexample(Record, frozen=True, kw_only=True):
    """A point at which the answer is not the derivative. Numbers too close for the digits of a double are decimal texts; got is
    null where the answer has no value."""  # noqa: E501

    at: dict[str, float]
    expected: float | str
    got: float | str | None


class MistakeRecord(Record, frozen=True, kw_only=True):
    """One mistake that the answer is consistent with. text: for the teacher; hint: for the student, without the answer; where:
    the part of the formula at which it was made, as typed, null where it was made everywhere."""  # noqa: E501

    id: str
    text: str
    where: str | None
    hint: str


class Problem(Record, frozen=True, kw_only=True):
    """Why the answer cannot be read. span: start and end in the answer's text, in characters."""

    message: str
    span: tuple[int, int] | None
    hint: str


class OneReading(Record, frozen=True, kw_only=True):
    """One way to read the answer, written as expressions are, and what was decided for it."""

    text: str
    latex: str
    notes: tuple[str, ...]


class ReadingRecord(Record, frozen=True, kw_only=True):
    """How the answer was read. chosen: the reading that was judged. others: how else it could be read, the canonical reading among
    them where another one was right; none where the text has one reading only."""  # noqa: E501

    chosen: OneReading
    others: tuple[OneReading, ...]


class LineRecord(Record, frozen=True, kw_only=True):
    """One line of working, an answer or something else that is true or false. follows: whether it says the same as the answer
    before it, null where that cannot be told. notes: on how it was read, and why it was passed over."""  # noqa: E501

    n: int
    text: str
    verdict: Verdict
    follows: bool | None
    mistakes: tuple[MistakeRecord, ...]
    problem: Problem | None
    notes: tuple[str, ...]


class CheckRecord(Record, frozen=True, kw_only=True):
    """verdict: of the answer, or of the last line of working where there is no answer. method: what settled it. points: real points
    at which the answer agrees. mistakes: likeliest first, of a wrong answer only. form: what --form asked for; has_form: whether
    an answer that is right in value has it. first_wrong: number of the first wrong line of working."""  # noqa: E501

    schema: Literal["chainrule.check.v1"] = "chainrule.check.v1"
    typed: str
    typed_answer: str | None
    formula: Expression
    answer: Expression | None
    reading: ReadingRecord | None
    variables: tuple[str, ...]
    wrt: str
    order: int
    dependent: str | None
    verdict: Verdict
    method: Method | None
    points: int
    counterexample: Counterexample | None
    mistakes: tuple[MistakeRecord, ...]
    form: str | None
    has_form: bool | None
    problem: Problem | None
    lines: tuple[LineRecord, ...] | None
    first_wrong: int | None
    notes: tuple[str, ...]


class HintRecord(Record, frozen=True, kw_only=True):
    """rule: the rule that comes first. text: the hint. crosscheck: of the derivative, at the level that gives it."""  # noqa: E501

    schema: Literal["chainrule.hint.v1"] = "chainrule.hint.v1"
    typed: str
    formula: Expression
    definitions: tuple[NamedExpression, ...]
    variables: tuple[str, ...]
    wrt: str
    dependent: str | None
    level: int
    rule: str
    text: str
    crosscheck: Crosscheck | None
    notes: tuple[str, ...]
