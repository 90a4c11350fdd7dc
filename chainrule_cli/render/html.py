"""Document -> one HTML file that needs nothing else: no network, no font from outside; light, dark, paper.

Mathematics is MathML, diagrams are SVG. Everything that a user typed is text; a policy in the page's head
forbids the browser to fetch or run anything all the same. Only a diagram with moments has a script,
stepper.py's own, which the policy names by its hash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import assert_never

from chainrule_cli.document import (
    Block,
    Chart,
    Diagram,
    DisplayedFormula,
    Document,
    Element,
    Figure,
    Heading,
    Item,
    Onion,
    Remark,
    Ring,
    Runs,
    StyledRun,
    Table,
    Text,
    Tree,
)
from chainrule_cli.notation.syntax import Syntax
from chainrule_cli.notation.write import to_latex
from chainrule_cli.render import figures, stepper, svg
from chainrule_cli.render.layout import MARKS
from chainrule_cli.render.markdown import to_latex_label
from chainrule_cli.render.mathml import to_mathml
from chainrule_cli.render.spans import make_visible
from chainrule_cli.render.styles import DARK, HUES, LIGHT, declare_variables, read_asset

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
BAR = re.compile("█+")
COLOURS = f"""
:root {{ color-scheme: light dark; {declare_variables(LIGHT)} }}
@media screen and (prefers-color-scheme: dark) {{ :root {{ {declare_variables(DARK)} }} }}
@media print {{ :root {{ color-scheme: light; }} }}
"""
OPTION = re.compile(r"(?<!\S)--[a-z][a-z-]*")
KINDS = {"good": "agrees", "bad": "disagrees", "open": "open", "note": "note"}
"""What a note is, for those who do not see its colour."""


def render(document: Document, **_: object) -> str:
    """The page as HTML."""
    title = _escape_text(document.title)
    body = "\n".join(line for element in document.elements for line in _write_element(element))
    steps = any(
        isinstance(element, Diagram) and stepper.is_steppable(element) for element in document.elements
    )
    policy = f"{POLICY}; script-src 'sha256-{stepper.hash_script()}'" if steps else POLICY
    head = _write_head(policy, "page", *["stepper"] * steps)
    script = f"<script>{stepper.read_script()}</script>\n" if steps else ""
    main = f"<main>\n<h1>{title}</h1>\n{body}\n</main>"
    whole = f"<head>\n{head}\n<title>{title}</title>\n</head>\n<body>\n{main}\n{script}</body>"
    return f'<!DOCTYPE html>\n<html lang="en">\n{whole}\n</html>\n'


def _write_head(policy: str, *sheets: str) -> str:
    style = COLOURS + "".join(f"\n{read_asset(f'{sheet}.css')}" for sheet in sheets)
    return f"""<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<style>{style}</style>"""


def _escape_text(text: str) -> str:
    """Text that no browser takes for markup."""
    return escape(make_visible(text), quote=True)


def _write_prose(text: str) -> str:
    """Text in which the name of an option stays on one line."""
    return OPTION.sub(r'<span class="option">\g<0></span>', _escape_text(text))


def _write_content(content: str | Syntax) -> str:
    if not isinstance(content, str):
        return to_mathml(to_latex(content))
    if BAR.fullmatch(content):
        return f'<span class="bar" style="--n:{len(content)}" aria-hidden="true"></span>'
    return _write_prose(content)


def _write_run(run: StyledRun) -> str:
    inside = _write_content(run.content)
    role = f"layer hue{run.hue % HUES}" if run.role == "layer" else run.role
    return inside if role == "plain" or not inside else f'<span class="{role}">{inside}</span>'


def _write_runs(runs: Runs) -> str:
    return "".join(map(_write_run, runs))


def _write_element(element: Element) -> Iterator[str]:
    yield from _write_figure(element) if isinstance(element, Figure) else _write_block(element)


def _write_figure(figure: Figure) -> Iterator[str]:
    """The drawing; what stands in its place elsewhere is folded up below it, for those who rather read."""
    if figure.title:
        yield f"<h2>{_escape_text(figure.title)}</h2>"
    yield f'<figure class="scroll drawing">{figures.draw(figure.drawing, figure.title)}</figure>'
    if figure.instead:
        inside = "\n".join(line for block in figure.instead for line in _write_block(block))
        yield f"<details><summary>the same in numbers</summary>\n{inside}\n</details>"


def _write_block(element: Block) -> Iterator[str]:  # noqa: C901  # one case each
    match element:
        case Heading():
            yield f"<h2>{_escape_text(element.text)}</h2>"
        case Text():
            yield f"<p>{_write_runs(element.runs)}</p>"
        case Remark():
            hidden = f'<span class="hidden">{KINDS[element.kind]}: </span>{MARKS[element.kind]}'
            yield f'<p class="note {element.kind}">{hidden}{_write_runs(element.runs)}</p>'
        case DisplayedFormula():
            framed = " framed" if element.framed else ""
            latex = f"{to_latex_label(element.label)} {to_latex(element.syntax)}"
            yield f'<div class="formula scroll{framed}">{to_mathml(latex, display=True)}</div>'
        case Onion():
            yield from _write_onion(element)
        case Tree():
            lines = "".join(
                f'<li style="--depth:{depth}">{_write_runs(runs)}</li>' for depth, runs in element.lines
            )
            yield f'<ul class="tree">{lines}</ul>'
        case Item():
            yield from _write_item(element)
        case Table():
            yield from _write_table(element)
        case Chart():
            rows = "\n".join(map(_escape_text, element.rows))
            legend = f"<figcaption>{_write_prose(element.legend)}</figcaption>" if element.legend else ""
            yield f"<figure><pre>{rows}</pre>{legend}</figure>"
        case Diagram():
            yield from _write_diagram(element)
        case _:
            assert_never(element)


def _write_diagram(diagram: Diagram) -> Iterator[str]:
    picture = svg.draw(diagram, "a computation graph")
    if stepper.is_steppable(diagram):
        yield from stepper.write_figure(
            diagram, picture, [_write_runs(frame.words) for frame in diagram.frames]
        )
        return
    most = f"{len(diagram.frames)} moments are too many to step through on a page" if diagram.frames else ""
    caption = ". ".join(filter(None, (diagram.caption, most)))
    below = f"<figcaption>{_write_prose(caption)}</figcaption>" if caption else ""
    yield f'<figure><div class="scroll">{picture}</div>{below}</figure>'


def _write_onion(onion: Onion) -> Iterator[str]:
    where = f'<p class="dim">{_escape_text("at " + onion.where)}</p>' if onion.where else ""
    product = (
        f'<p>product of the rates <span class="gradient">{_escape_text(onion.product)}</span></p>'
        if onion.product
        else ""
    )
    yield f'<div class="onion">{where}{_nest_rings(onion.rings, onion)}{product}</div>'


def _nest_rings(rings: Sequence[Ring], onion: Onion) -> str:
    """The first ring around the others, the core innermost."""
    inside = _write_ring_head(_escape_text(onion.core), _write_span("value", onion.core_value))
    for index, ring in reversed(list(enumerate(rings))):
        numbers = f"{_write_span('value', ring.value)} rate {_write_span('gradient', ring.rate)}"
        head = _write_ring_head(
            to_mathml(f"{ring.name} = {to_latex(ring.outer)}"),
            f"<span>value {numbers}</span>" if ring.value else "",
        )
        inside = f'<div class="ring" style="border-color: var(--hue{index % HUES})">{head}{inside}</div>'
    return inside


def _write_ring_head(formula: str, numbers: str) -> str:
    return f'<div class="head"><span>{formula}</span>{numbers}</div>'


def _write_span(role: str, text: str) -> str:
    return f'<span class="{role}">{_escape_text(text)}</span>'


def _write_item(item: Item) -> Iterator[str]:
    aside = f' <span class="dim">{_write_runs(item.aside)}</span>' if item.aside else ""
    rows = "".join(_write_row(*row) for row in item.rows)
    head = f"{_write_span('strong', item.number)} {_write_runs(item.head)}{aside}"
    yield f'<div class="item scroll">{head}{f"<dl>{rows}</dl>" if rows else ""}</div>'


def _write_row(label: str, content: Runs, remark: str) -> str:
    behind = f" <span class=dim>{_write_prose(remark)}</span>" if remark else ""
    return f"<dt>{_escape_text(label)}</dt><dd>{_write_runs(content)}{behind}</dd>"


def _write_table(table: Table) -> Iterator[str]:
    classes = ["" if kind == "l" else ' class="right"' for kind in table.aligned]
    head = "".join(
        f'<th scope="col"{kind}>{_escape_text(title)}</th>' if title else "<td></td>"
        for title, kind in zip(table.columns, classes, strict=True)
    )
    body = "\n".join(
        "<tr>"
        + "".join(f"<td{kind}>{_write_runs(cell)}</td>" for cell, kind in zip(row, classes, strict=True))
        + "</tr>"
        for row in table.rows
    )
    titles = f"<thead><tr>{head}</tr></thead>" if any(table.columns) else ""
    yield f'<div class="scroll"><table>{titles}<tbody>\n{body}\n</tbody></table></div>'
