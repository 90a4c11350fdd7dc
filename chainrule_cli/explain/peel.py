"""PeelRecord -> Document: the onion, or the tree of layers, with its numbers."""

from __future__ import annotations

from chainrule_cli.document import (
    DisplayedFormula,
    Document,
    Element,
    Heading,
    Remark,
    StyledRun,
    Text,
    join_runs,
)
from chainrule_cli.explain.numbers import short, where
from chainrule_cli.explain.onions import onion
from chainrule_cli.records.diff import PeelRecord


def explain(record: PeelRecord, detail: str = "normal") -> Document:
    """The page of the layers; detail full shows all of a large tree."""
    name = "y" if record.wrt != "y" else "z"
    elements: list[Element] = [
        *(DisplayedFormula(f"{each.name} =", each.expr.syntax) for each in record.definitions),
        DisplayedFormula(f"{name} =", record.formula.syntax),
    ]
    layers = onion(record.layers, record.wrt, name, record.at, everything=detail == "full")
    if layers:
        elements += [Heading("Onion"), *layers]
    else:
        elements.append(Remark(join_runs(f"one layer: {name} is made of {record.wrt} directly")))
    if record.derivative_value is not None and record.at is not None:
        elements.append(
            Text(
                join_runs(
                    f"at {where(record.at)}: the product of the rates is ",
                    StyledRun(short(record.derivative_value), "gradient"),
                )
            )
        )
    elements += [Remark(join_runs(note)) for note in record.notes]
    return Document(f"layers of {record.typed}", tuple(elements))
