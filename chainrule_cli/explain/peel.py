"""PeelRecord -> Document: the onion, or the tree of layers, with its numbers."""

from __future__ import annotations

from chainrule_cli.document import Document, Element, Formula, Heading, Note, Run, Text, runs
from chainrule_cli.explain.numbers import short, where
from chainrule_cli.explain.onions import onion
from chainrule_cli.records.diff import PeelRecord


def explain(record: PeelRecord, detail: str = "normal") -> Document:
    """The page of the layers; detail full shows all of a large tree."""
    name = "y" if record.wrt != "y" else "z"
    elements: list[Element] = [
        *(Formula(f"{each.name} =", each.expr.syntax) for each in record.definitions),
        Formula(f"{name} =", record.formula.syntax),
    ]
    layers = onion(record.layers, record.wrt, name, record.at, everything=detail == "full")
    if layers:
        elements += [Heading("Onion"), *layers]
    else:
        elements.append(Note(runs(f"one layer: {name} is made of {record.wrt} directly")))
    if record.derivative_value is not None and record.at is not None:
        elements.append(
            Text(
                runs(
                    f"at {where(record.at)}: the product of the rates is ",
                    Run(short(record.derivative_value), "gradient"),
                )
            )
        )
    elements += [Note(runs(note)) for note in record.notes]
    return Document(f"layers of {record.typed}", tuple(elements))
