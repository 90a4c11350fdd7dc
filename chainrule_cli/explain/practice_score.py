"""ScoreRecord -> Document: what a session came to, what to practise, how to have the same exercises again."""

from __future__ import annotations

from chainrule_cli.document import Document, Element, Note, Run, Text, runs
from chainrule_cli.explain.practice import again
from chainrule_cli.records.practice import Named, ScoreRecord

WAYS = {
    "later": "after another try",
    "with_hints": "with hints",
    "shown": "shown",
    "skipped": "skipped",
    "unanswered": "not answered",
}
MOST_RULES = 4


def explain(record: ScoreRecord, detail: str = "normal") -> Document:  # noqa: ARG001  # all explanations are called alike
    """The page of a session's end."""
    ways = "".join(
        f", {getattr(record, field)} {words}" for field, words in WAYS.items() if getattr(record, field)
    )
    line = runs(Run(f"{record.first_try} of {record.count}", "strong"), f" right at the first try{ways}")
    elements: list[Element] = [Note(line, "good" if record.first_try == record.count else "note")]
    if record.mistakes:
        elements.append(Text(runs(Run("mistakes      ", "dim"), _listed(record.mistakes))))
    if record.rules:
        elements.append(Text(runs(Run("to practise   ", "dim"), _listed(record.rules[:MOST_RULES]))))
    elements.append(
        Text(runs(Run("the same again: ", "dim"), again(record.level, record.seed, record.count)))
    )
    return Document("practice", tuple(elements))


def _listed(named: tuple[Named, ...]) -> str:
    return ", ".join(each.name + (f" ({each.count} times)" if each.count > 1 else "") for each in named)
