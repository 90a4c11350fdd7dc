"""The errors of chainrule and the exit codes that the command line makes of them.

ChainruleError             says what was read, where, and what to try; exit 2
├── ReadError              the text is not a formula of the language
│   └── LimitError         it is, but it is larger than a stated limit
├── QuestionError          the formula reads, the question about it does not (no such variable or point)
├── UsageError             options that contradict each other or name nothing
├── AnswerError            the student's answer cannot be read; exit 4
├── BudgetError            the time or the memory ran out; exit 3
└── MissingExtraError      an optional library is not installed; exit 2
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class ExitStatus(IntEnum):
    """What the process says to the shell; 1 is a verdict and nothing else."""

    DONE = 0
    WRONG = 1
    USAGE = 2
    UNDECIDED = 3
    ANSWER_UNREADABLE = 4
    INTERNAL = 70
    INTERRUPTED = 130
    BROKEN_PIPE = 141


class Span(NamedTuple):
    """Half-open interval of character offsets in the text that was typed."""

    start: int
    end: int


class ChainruleError(Exception):
    """A message for the person who typed the text.

    message: one sentence, lower case, without a full stop. text and span: what was read and where the
    trouble is, for the caret. hint: what to try next. code: a stable word for scripts.
    """

    status = ExitStatus.USAGE
    code = "error"

    def __init__(self, message: str, *, text: str = "", span: Span | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.span = span
        self.hint = hint


class ReadError(ChainruleError):
    """The text is not a formula of the language."""

    code = "unreadable"


class LimitError(ReadError):
    """The formula is larger than a stated limit; the message names the limit."""

    code = "limit"


class QuestionError(ChainruleError):
    """The formula reads, but the question about it cannot be asked."""

    code = "question"


class UsageError(ChainruleError):
    """Options that contradict each other or name nothing."""

    code = "usage"


class AnswerError(ChainruleError):
    """The student's answer cannot be read."""

    status = ExitStatus.ANSWER_UNREADABLE
    code = "answer-unreadable"


class BudgetError(ChainruleError):
    """The time or the memory given to a request ran out before anything could be said."""

    status = ExitStatus.UNDECIDED
    code = "budget"


class MissingExtraError(ChainruleError):
    """An optional library is not installed; the hint is the pip command."""

    code = "missing-extra"
