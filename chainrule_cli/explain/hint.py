"""HintRecord -> Document: the hint, and how to see more."""

from __future__ import annotations

from chainrule_cli.document import Document, Element, Remark, StyledRun, Text, join_runs
from chainrule_cli.records.check import HintRecord

KINDS = {1: "the rule", 2: "the layer", 3: "the set-up", 4: "the derivative"}


def explain(record: HintRecord) -> Document:
    """The page of a hint."""
    elements: list[Element] = [Text(join_runs(StyledRun(f"{KINDS[record.level]}  ", "strong"), record.text))]
    if record.crosscheck is not None and record.crosscheck.verdict != "agree":
        elements.append(
            Remark(
                join_runs(
                    f"cross-check: {record.crosscheck.verdict}",
                    f" ({record.crosscheck.reason})" if record.crosscheck.reason else "",
                ),
                "open",
            )
        )
    elements += [Remark(join_runs(note)) for note in record.notes]
    return Document(f"a hint at the derivative of {record.typed}", tuple(elements))
