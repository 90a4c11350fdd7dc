"""The sheet that drawings are put on: one SVG that needs nothing else, its colours by day and by night, and its words.

Knows colours and texts and no drawing. What a user typed is escaped here; a picture says in words what it shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from chainrule_cli.document import Runs
from chainrule_cli.render.layered import estimate_width
from chainrule_cli.render.pieces import make_visible, write_run
from chainrule_cli.render.styles import style_picture

WIDTH = 480.0
MARGIN = 16.0
SIZE, SMALL, LINE = 14.0, 12.5, 18.0
"""Of a sheet; of its texts, and of their lines."""
SIZES = {"size": SIZE, "small": SMALL}
NIGHT = "(prefers-color-scheme: dark)"


def write_svg(title: str, description: str, body: Iterable[str], height: float, drawing: str) -> str:
    """A whole <svg> element, WIDTH wide. drawing: the name of its style sheet, DRAWING.css."""
    size = f'width="{format_number(WIDTH)}" height="{format_number(height)}" viewBox="0 0 {format_number(WIDTH)} {format_number(height)}"'
    lines = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} class="chainrule-sheet" role="img">',
        f"<title>{escape_text(title)}</title>",
        f"<desc>{escape_text(description)}</desc>",
        f"<style>{style_picture('canvas', SIZES, NIGHT, drawing)}</style>",
        '<rect class="paper" width="100%" height="100%"/>',
        *body,
        "</svg>",
    )
    return "\n".join(lines)


def draw_text(kind: str, x: float, y: float, words: str) -> str:
    return f'<text class="{kind}" x="{format_number(x)}" y="{format_number(y)}">{escape_text(words)}</text>'


def draw_line(kind: str, x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<path class="{kind}" d="M{format_number(x)} {format_number(y)}L{format_number(to_x)} {format_number(to_y)}"/>'


def draw_rect(kind: str, x: float, y: float, width: float, height: float) -> str:
    return f'<rect class="{kind}" x="{format_number(x)}" y="{format_number(y)}" width="{format_number(width)}" height="{format_number(height)}"/>'


def draw_circle(kind: str, x: float, y: float, radius: float) -> str:
    return f'<circle class="{kind}" cx="{format_number(x)}" cy="{format_number(y)}" r="{format_number(radius)}"/>'


def escape_text(words: str) -> str:
    return escape(make_visible(words))


def spell(runs: Runs) -> str:
    """A line as text."""
    return "".join(map(write_run, runs))


def fit(words: str, room: float, size: float = SMALL) -> str:
    """The words, or as much of them as the room holds and a …"""
    if estimate_width(words, size) <= room:
        return words
    kept = words
    while kept and estimate_width(kept + "…", size) > room:
        kept = kept[: -max(1, len(kept) // 16)]
    return kept + "…"


def fold(words: str, room: float, size: float = SMALL) -> list[str]:
    """The words in lines that the room holds, broken at spaces; a word that is longer is cut."""
    lines: list[str] = []
    for word in words.split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and estimate_width(joined, size) <= room:
            lines[-1] = joined
        else:
            lines.append(fit(word, room, size))
    return lines


def format_number(value: float) -> str:
    """To a tenth, which is less than anyone sees."""
    shown = f"{value:.1f}".removesuffix(".0")
    return "0" if shown == "-0" else shown
