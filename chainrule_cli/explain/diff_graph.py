"""GraphRecord -> the part of a derivative's page that can be stepped through."""

from __future__ import annotations

from collections.abc import Iterator

from chainrule_cli.document import Element, Heading, Run, Text, runs
from chainrule_cli.explain.diagrams import diagram
from chainrule_cli.explain.numbers import where
from chainrule_cli.explain.walk import frames
from chainrule_cli.records.graph import GraphRecord


def passes(record: GraphRecord) -> Iterator[Element]:
    """The graph with the moments of its two passes."""
    yield Heading("The same by reverse mode")
    yield Text(runs(Run(f"at {where(record.at)}: values go forward, gradients come back", "dim")))
    yield diagram(
        record.nodes, record.events, [output.node for output in record.outputs], frames=frames(record)
    )
