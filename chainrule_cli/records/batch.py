"""What a line of a batch says beside its command's record; and what a whole batch comes to."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from chainrule_cli.records.base import Record

Status = Literal["ok", "error", "timeout", "memory", "crash"]


class RequestError(Record, frozen=True, kw_only=True):
    """Why a request has no record, or not a whole one. span: start and end in the formula, in characters."""

    code: str
    message: str
    span: tuple[int, int] | None
    hint: str | None


class BatchRecord(Record, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the output of batch. After these fields come those of the command's record, its schema first, where there is
    one: with status ok all of them, with timeout and memory those of the last stage that was finished. input: the request's fields
    that no command knows. error: with every status but ok. typed, typed_answer: formula and answer of a request without a record."""  # noqa: E501

    id: str | int
    status: Status
    error: RequestError | msgspec.UnsetType = msgspec.UNSET
    input: dict[str, Any]
    typed: str | msgspec.UnsetType = msgspec.UNSET
    typed_answer: str | msgspec.UnsetType | None = msgspec.UNSET


class Count(Record, frozen=True, kw_only=True):
    """How often something came up."""

    name: str
    count: int


class CommonMistake(Record, frozen=True, kw_only=True):
    """A mistake and how many answers are consistent with it first of all. example: one of them, and whose it is."""  # noqa: E501

    id: str
    count: int
    example: str
    example_id: str | int


class QuestionCount(Record, frozen=True, kw_only=True):
    """One question of a class. answers: how many requests; verdicts: of them, most first; a request without an answer counts by
    the verdict of its cross-check, one without a record by its status. commonest: the mistake made most."""  # noqa: E501

    formula: str
    wrt: str | None
    order: int
    answers: int
    correct: int
    verdicts: tuple[Count, ...]
    commonest: CommonMistake | None


class SummaryRecord(Record, frozen=True, kw_only=True):
    """What a batch comes to. mistakes: by the first named of each wrong answer. further_questions: requests of questions beyond those that
    are listed one by one."""  # noqa: E501

    schema: Literal["chainrule.summary.v1"] = "chainrule.summary.v1"
    requests: int
    statuses: tuple[Count, ...]
    verdicts: tuple[Count, ...]
    mistakes: tuple[CommonMistake, ...]
    questions: tuple[QuestionCount, ...]
    further_questions: int
