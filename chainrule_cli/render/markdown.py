"""Document -> Markdown with mathematics between dollar signs, as GitHub and Jupyter show it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import assert_never

from chainrule_cli.document import (
    Block,
    Chart,
    Diagram,
    DisplayedFormula,
    Document,
    Heading,
    Item,
    Onion,
    Remark,
    Runs,
    StyledRun,
    Table,
    Text,
    Tree,
    list_blocks,
)
from chainrule_cli.notation.write import to_latex
from chainrule_cli.render.layout import MARKS
from chainrule_cli.render.mermaid import write_flowchart
from chainrule_cli.render.spans import make_visible

MOST_EDGES = 500
"""Mermaid draws no more unless its host allows it."""

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|$~])")


def render(document: Document, **_: object) -> str:
    """The page as Markdown."""
    parts = [
        f"# {escape(document.title)}",
        *("\n".join(_write_element(element)) for element in list_blocks(document)),
    ]
    return "\n\n".join(parts) + "\n"


def escape(text: str) -> str:
    """Text that no Markdown reader takes for markup."""
    return _SPECIAL.sub(r"\\\1", make_visible(text))


def _write_runs(runs: Runs) -> str:
    return "".join(_write_run(run) for run in runs)


def _write_run(run: StyledRun) -> str:
    if not isinstance(run.content, str):
        return f"${to_latex(run.content)}$"
    text = escape(run.content)
    core = text.strip()
    return text.replace(core, f"**{core}**") if run.role in ("strong", "rule") and core else text


def _write_element(element: Block) -> Iterator[str]:  # noqa: C901  # one case each
    match element:
        case Heading():
            yield f"## {escape(element.text)}"
        case Text():
            yield _write_runs(element.runs)
        case Remark():
            yield f"> {MARKS[element.kind]}{_write_runs(element.runs)}"
        case DisplayedFormula():
            yield f"$$\n{to_latex_label(element.label)} {to_latex(element.syntax)}\n$$"
        case Onion():
            yield from _write_onion(element)
        case Tree():
            yield from (f"{'  ' * depth}- {_write_runs(runs)}" for depth, runs in element.lines)
        case Item():
            yield f"{element.number}. {_write_runs(element.head)}" + (
                f" — {_write_runs(element.aside)}" if element.aside else ""
            )
            yield from (
                f"   - {escape(label)}: {_write_runs(content)}" + (f" ({escape(remark)})" if remark else "")
                for label, content, remark in element.rows
            )
        case Table():
            yield from _write_table(element)
        case Chart():
            yield from (
                "```text",
                *map(make_visible, element.rows),
                *([make_visible(element.legend)] if element.legend else []),
                "```",
            )
        case Diagram():
            yield from _write_diagram(element)
        case _:
            assert_never(element)


def to_latex_label(label: str) -> str:
    """dy/dx = as a fraction of differentials."""
    return re.sub(
        r"([d∂])(\S*?)/([d∂])(\S+)",
        lambda found: rf"\frac{{{found[1]}{found[2]}}}{{{found[3]}{found[4]}}}".replace("∂", r"\partial "),
        label,
    )


def _write_onion(onion: Onion) -> Iterator[str]:
    for index, ring in enumerate(onion.rings):
        numbers = f" — value {escape(ring.value)}, rate {escape(ring.rate)}" if ring.value else ""
        yield f"{'  ' * index}- ${ring.name} = {to_latex(ring.outer)}${numbers}"
    if onion.product:
        yield f"\nProduct of the rates at {escape(onion.where)}: {escape(onion.product)}"


def _write_table(table: Table) -> Iterator[str]:
    yield "| " + " | ".join(escape(title) for title in table.columns) + " |"
    yield "|" + "|".join(" :--- " if kind == "l" else " ---: " for kind in table.aligned) + "|"
    yield from ("| " + " | ".join(_write_runs(cell) for cell in row) + " |" for row in table.rows)


def _write_diagram(diagram: Diagram) -> Iterator[str]:
    if len(diagram.edges) > MOST_EDGES:
        size = f"{len(diagram.vertices)} vertices and {len(diagram.edges)} edges"
        yield f"A computation graph of {size}: too large to be drawn here."
        return
    yield from ("```mermaid", *write_flowchart(diagram), "```")
    if diagram.caption:
        yield f"\n*{escape(diagram.caption)}*"
