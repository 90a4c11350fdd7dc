"""The sheet that drawings are put on: one SVG that needs nothing else, its colours by day and by night, and its words.

Knows colours and texts and no drawing. What a user typed is escaped here; a picture says in words what it shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from chainrule_cli.document import Runs
from chainrule_cli.render.layered import text_width
from chainrule_cli.render.pieces import visible, written
from chainrule_cli.render.styles import style_picture

WIDTH = 480.0
MARGIN = 16.0
SIZE, SMALL, LINE = 14.0, 12.5, 18.0
"""Of a sheet; of its texts, and of their lines."""
SIZES = {"size": SIZE, "small": SMALL}
NIGHT = "(prefers-color-scheme: dark)"


def sheet(title: str, description: str, body: Iterable[str], height: float, drawing: str) -> str:
    """A whole <svg> element, WIDTH wide. drawing: the name of its style sheet, DRAWING.css."""
    size = f'width="{number(WIDTH)}" height="{number(height)}" viewBox="0 0 {number(WIDTH)} {number(height)}"'
    lines = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} class="chainrule-sheet" role="img">',
        f"<title>{escaped(title)}</title>",
        f"<desc>{escaped(description)}</desc>",
        f"<style>{style_picture('canvas', SIZES, NIGHT, drawing)}</style>",
        '<rect class="paper" width="100%" height="100%"/>',
        *body,
        "</svg>",
    )
    return "\n".join(lines)


def text(kind: str, x: float, y: float, words: str) -> str:
    return f'<text class="{kind}" x="{number(x)}" y="{number(y)}">{escaped(words)}</text>'


def line(kind: str, x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<path class="{kind}" d="M{number(x)} {number(y)}L{number(to_x)} {number(to_y)}"/>'


def rect(kind: str, x: float, y: float, width: float, height: float) -> str:
    return f'<rect class="{kind}" x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"/>'


def circle(kind: str, x: float, y: float, radius: float) -> str:
    return f'<circle class="{kind}" cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"/>'


def escaped(words: str) -> str:
    return escape(visible(words))


def spelled(runs: Runs) -> str:
    """A line as text."""
    return "".join(map(written, runs))


def fitting(words: str, room: float, size: float = SMALL) -> str:
    """The words, or as much of them as the room holds and a …"""
    if text_width(words, size) <= room:
        return words
    kept = words
    while kept and text_width(kept + "…", size) > room:
        kept = kept[: -max(1, len(kept) // 16)]
    return kept + "…"


def folded(words: str, room: float, size: float = SMALL) -> list[str]:
    """The words in lines that the room holds, broken at spaces; a word that is longer is cut."""
    lines: list[str] = []
    for word in words.split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined, size) <= room:
            lines[-1] = joined
        else:
            lines.append(fitting(word, room, size))
    return lines


def number(value: float) -> str:
    """To a tenth, which is less than anyone sees."""
    shown = f"{value:.1f}".removesuffix(".0")
    return "0" if shown == "-0" else shown
