"""text -> HintRecord: as much of the derivation as a student asks for."""

from __future__ import annotations

from chainrule_cli.calculus.differentiate import Request, differentiate, tidy_result
from chainrule_cli.calculus.step import InnerLetters
from chainrule_cli.errors import UsageError
from chainrule_cli.grading.hint import LEVELS, hint
from chainrule_cli.notation.write import to_unicode
from chainrule_cli.records.base import Crosscheck, Expression, list_definitions
from chainrule_cli.records.check import HintRecord
from chainrule_cli.records.diff import DiffRecord
from chainrule_cli.reports import diff
from chainrule_cli.reports.question import Question, ask, collect_taken_names, name_formula

TELLING = LEVELS[-1] + 1
"""The level that gives the derivative."""


def report(text: str, *, wrt: str | None = None, dependent: str | None = None, level: int = 1) -> HintRecord:
    """A hint at the derivative of a formula.

    text, wrt, dependent: as `ask` takes them; level: as `answer` takes it. Raises what they raise.
    """
    _check_level(level)  # before the formula, as `answer` cannot
    return answer(ask(text, wrt, None, dependent), level)


def answer(question: Question, level: int = 1) -> HintRecord:
    """The record of a question that has been read.

    level: 1 the rule, 2 the layer, 3 the set-up with blanks, 4 the derivative, checked. Below 4 the hint
        holds neither the derivative nor a factor of it that is still to be found.

    Raises UsageError for another level.
    """
    _check_level(level)
    reading = question.reading
    rule, text, crosscheck = _tell(question) if level == TELLING else _hint(question, level)
    return HintRecord(
        typed=reading.text,
        formula=Expression(reading.expr, reading.definitions),
        definitions=list_definitions(reading),
        variables=reading.variables,
        wrt=question.wrt,
        dependent=question.dependent,
        level=level,
        rule=rule,
        text=text,
        crosscheck=crosscheck,
        notes=tuple(note.text for note in reading.notes),
    )


def _check_level(level: int) -> None:
    if level not in {*LEVELS, TELLING}:
        raise UsageError(
            f"--level {level} is not between 1 and {TELLING}",
            hint="1 the rule, 2 the layer, 3 the set-up, 4 the derivative",
        )


def _head(question: Question) -> str:
    """dy/dx"""
    return f"d{name_formula(question.reading, question.wrt, question.dependent)}/d{question.wrt}"


def _hint(question: Question, level: int) -> tuple[str, str, None]:
    """The rule, and what is said of it."""
    request = Request(question.reading, question.wrt, dependent=question.dependent)
    letters = InnerLetters(collect_taken_names(question))
    answered = tidy_result(differentiate(request, letters), question.wrt)
    found = hint(request, answered, letters, level, _head(question))
    return found.rule, found.text, None


def _tell(question: Question) -> tuple[str, str, Crosscheck]:
    """The rule, the derivative, and its cross-check."""
    full = diff.answer(question)
    root = full.steps[0] if not question.reading.equation else full.steps[1]
    return root.rule, _write_answer(full, _head(question)), full.crosscheck


def _write_answer(record: DiffRecord, head: str) -> str:
    """The derivative, with the slopes that it names."""
    slopes = ", ".join(
        f"{each.name} = {to_unicode(each.expr.syntax)}" for each in record.definitions if not each.typed
    )
    return f"{head} = {to_unicode(record.derivative.syntax)}" + (f", where {slopes}" if slopes else "")
