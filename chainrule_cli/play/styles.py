"""Pieces -> rich text. Colour never says anything alone: what is current is reversed, what is stressed is bold.

The colours are light ones, for without colour the app's library makes each the grey that is as bright."""

from __future__ import annotations

from collections.abc import Iterable

from rich.style import Style
from rich.text import Text

from chainrule_cli.render.pieces import Spans

STYLES = {
    "plain": "",
    "strong": "bold",
    "dim": "dim",
    "rule": "bold",
    "value": "#5fd7ff",
    "gradient": "#ff87d7",
    "good": "bold #87d787",
    "bad": "bold #ff8787",
    "layer": "",
}


def to_text(line: Spans, *, current: int | None = None, faint: bool = False) -> Text:
    """One line. current: the vertex that is reversed. faint: what has not happened yet."""
    made = Text(no_wrap=True, end="")
    for piece in line:
        style = Style.parse("dim" if faint else STYLES[piece.role])
        if current is not None and piece.vertex == current and piece.text.strip():
            style += Style(reverse=True)
        made.append(piece.text, style)
    return made


def to_paragraph(lines: Iterable[Spans], *, current: int | None = None) -> Text:
    return Text("\n").join(to_text(line, current=current) for line in lines)


def to_wrapping_text(line: Spans) -> Text:
    """A line that may be broken at blanks."""
    made = to_text(line)
    made.no_wrap = False
    return made
