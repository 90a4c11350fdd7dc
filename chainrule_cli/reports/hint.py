"""text -> HintRecord: as much of the derivation as a student asks for."""

from __future__ import annotations

from chainrule_cli.calculus.differentiate import Question, differentiate, tidied
from chainrule_cli.calculus.step import Letters
from chainrule_cli.errors import UsageError
from chainrule_cli.grading.hint import LEVELS, hint
from chainrule_cli.notation.write import to_unicode
from chainrule_cli.records.base import Expression
from chainrule_cli.records.check import HintRecord
from chainrule_cli.records.diff import DiffRecord, NamedExpression
from chainrule_cli.reports import diff
from chainrule_cli.reports.question import ask, called, taken

TELLING = LEVELS[-1] + 1
"""The level that gives the derivative."""


def report(text: str, *, wrt: str | None = None, dependent: str | None = None, level: int = 1) -> HintRecord:
    """A hint at the derivative of a formula: 1 the rule, 2 the layer, 3 the set-up with blanks, 4 the derivative, checked.

    Below level 4 the hint holds neither the derivative nor a factor of it that is still to be found. Raises ReadError,
    QuestionError, UsageError as diff does.
    """
    if level not in {*LEVELS, TELLING}:
        raise UsageError(
            f"--level {level} is not between 1 and {TELLING}",
            hint="1 the rule, 2 the layer, 3 the set-up, 4 the derivative",
        )
    asked = ask(text, wrt, None, dependent)
    reading = asked.reading
    head = f"d{called(reading, asked.wrt, asked.dependent)}/d{asked.wrt}"
    crosscheck = None
    if level == TELLING:
        full = diff.report(text, wrt=wrt, dependent=dependent)
        root = full.steps[0] if not reading.equation else full.steps[1]
        rule, said, crosscheck = root.rule, _answer(full, head), full.crosscheck
    else:
        question, letters = Question(reading, asked.wrt, dependent=asked.dependent), Letters(taken(asked))
        found = hint(question, tidied(differentiate(question, letters), asked.wrt), letters, level, head)
        rule, said = found.rule, found.text
    return HintRecord(
        typed=reading.text,
        formula=Expression(reading.expr, reading.definitions),
        definitions=tuple(
            NamedExpression(name=each.name, expr=Expression(each.body), typed=True)
            for each in reading.definitions
        ),
        variables=reading.variables,
        wrt=asked.wrt,
        dependent=asked.dependent,
        level=level,
        rule=rule,
        text=said,
        crosscheck=crosscheck,
        notes=tuple(note.text for note in reading.notes),
    )


def _answer(record: DiffRecord, head: str) -> str:
    """The derivative, with the slopes that it names."""
    slopes = ", ".join(
        f"{each.name} = {to_unicode(each.expr.syntax)}" for each in record.definitions if not each.typed
    )
    return f"{head} = {to_unicode(record.derivative.syntax)}" + (f", where {slopes}" if slopes else "")
