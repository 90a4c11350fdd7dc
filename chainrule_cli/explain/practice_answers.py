"""AnswersRecord -> Document: a row for each answer, the mistakes below, the score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chainrule_cli.document import Document, Element, Note, Role, Run, Runs, Table, Text, runs
from chainrule_cli.explain.check import number
from chainrule_cli.explain.numbers import where
from chainrule_cli.explain.practice import again
from chainrule_cli.records.practice import AnswersRecord, GradedRecord

MARKS = {"correct": "✓ ", "incorrect": "✗ ", "unreadable": "✗ ", "undecided": "? ", "missing": "– "}
LONGEST = 60
"""Characters of an answer that a row shows."""


def explain(record: AnswersRecord, detail: str = "normal") -> Document:  # noqa: ARG001  # all explanations are called alike
    """The page of a graded sheet."""
    elements: list[Element] = [
        Table(("", "exercise", "answer", "verdict"), "rlll", tuple(map(_row, record.answers))),
        *(Text(line) for row in record.answers for line in _why(row)),
        Note(_score(record), "good" if record.verdict == "correct" else "note"),
        Note(runs(Run(f"the exercises: {again(record.level, record.seed, record.count)}", "dim"))),
    ]
    return Document(f"answers to the exercises of level {record.level}, seed {record.seed}", tuple(elements))


def _row(row: GradedRecord) -> tuple[Runs, ...]:
    role: Role = "good" if row.verdict == "correct" else "bad"
    shown = row.answer or "—"
    answer = shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"
    return (
        runs(f"{row.number}"),
        runs(row.exercise.formula.syntax),
        runs(answer),
        runs(Run(f"{MARKS[row.verdict]}{row.verdict}", role)),
    )


def _why(row: GradedRecord) -> Iterator[Runs]:
    """What there is to say of an answer that is not right."""
    lead = Run(f"{row.number}  ", "strong")
    if row.counterexample is not None:
        found = row.counterexample
        got = "the answer has no value" if found.got is None else f"the answer gives {number(found.got)}"
        place = f"at {where(found.at)} " if found.at else ""
        yield runs(lead, f"{place}the derivative is {number(found.expected)}, {got}")
    if row.mistakes:
        yield runs(
            Run("   consistent with ", "dim"), Run(row.mistakes[0].id, "strong"), f": {row.mistakes[0].text}"
        )
    if row.problem is not None:
        yield runs(lead, row.problem.message, f" ({row.problem.hint})" if row.problem.hint else "")
    if row.reason is not None:
        yield runs(lead, row.reason)


def _score(record: AnswersRecord) -> Runs:
    """How many are right, and the mistakes of the others."""
    named = Counter(row.mistakes[0].id for row in record.answers if row.mistakes).most_common()
    mistakes = "; " + ", ".join(f"{name} {count}×" for name, count in named) if named else ""
    return runs(Run(f"{record.correct} of {record.count}", "strong"), " correct", mistakes)
