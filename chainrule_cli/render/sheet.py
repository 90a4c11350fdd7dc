"""The sheet that drawings are put on: one SVG that needs nothing else, its colours by day and by night, and its words.

Knows colours and texts and no drawing. What a user typed is escaped here; a picture says in words what it shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from chainrule_cli.document import Runs
from chainrule_cli.render.layered import text_width
from chainrule_cli.render.pieces import visible, written

WIDTH = 480.0
MARGIN = 16.0
SIZE, SMALL, LINE = 14.0, 12.5, 18.0
"""Of a sheet; of its texts, and of their lines."""

LIGHT = {
    "paper": "#ffffff",
    "ink": "#1f2328",
    "wire": "#57606a",
    "box": "#f6f8fa",
    "input": "#ddf4ff",
    "output": "#fff3c4",
    "value": "#006b75",
    "gradient": "#b0107a",
    "line": "#d0d7de",
    "good": "#116329",
    "bad": "#a40e26",
}
DARK = {
    "paper": "#0d1117",
    "ink": "#e6edf3",
    "wire": "#9198a1",
    "box": "#1c2128",
    "input": "#0c2d4a",
    "output": "#40330a",
    "value": "#4fd1c5",
    "gradient": "#ff8ac9",
    "line": "#3d444d",
    "good": "#56d364",
    "bad": "#ff7b72",
}
"""Teal and magenta keep apart for every kind of colour blindness; all text has a contrast of 4.5 or more."""

SHAPES = f"""
.chainrule-sheet {{ font: {SMALL:g}px system-ui, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums; }}
.chainrule-sheet text {{ font-style: normal; font-weight: 400; }}
.chainrule-sheet .title {{ font-size: {SIZE:g}px; font-weight: 600; }}
.chainrule-sheet .end {{ text-anchor: end; }}
.chainrule-sheet .middle {{ text-anchor: middle; }}
.chainrule-sheet .halo {{ stroke-width: 4px; stroke-linejoin: round; paint-order: stroke; }}
.chainrule-sheet .thin {{ fill: none; stroke-width: 1px; }}
.chainrule-sheet .thick {{ fill: none; stroke-width: 2.25px; stroke-linejoin: round; stroke-linecap: round; }}
.chainrule-sheet .dashed {{ stroke-dasharray: 5 4; }}
"""
COLOURS = """
.chainrule-sheet .paper { fill: %(paper)s; }
.chainrule-sheet text { fill: %(ink)s; }
.chainrule-sheet .halo { stroke: %(paper)s; }
.chainrule-sheet .dim { fill: %(wire)s; }
.chainrule-sheet .ink-line { stroke: %(ink)s; }
.chainrule-sheet .dim-line { stroke: %(wire)s; }
.chainrule-sheet .faint-line { stroke: %(line)s; }
.chainrule-sheet .faint { fill: %(line)s; }
.chainrule-sheet .panel { fill: %(box)s; }
.chainrule-sheet .ink { fill: %(ink)s; }
.chainrule-sheet .value { fill: %(value)s; }
.chainrule-sheet .gradient { fill: %(gradient)s; }
.chainrule-sheet .value-line { stroke: %(value)s; }
.chainrule-sheet .gradient-line { stroke: %(gradient)s; }
.chainrule-sheet .good { fill: %(good)s; }
.chainrule-sheet .bad { fill: %(bad)s; }
.chainrule-sheet .first { fill: %(input)s; }
.chainrule-sheet .hollow { fill: %(paper)s; }
"""
"""Written twice, since converters know no variables."""


def sheet(title: str, description: str, body: Iterable[str], height: float, styles: str = "") -> str:
    """A whole <svg> element, WIDTH wide. styles: what the drawing needs beside the sheet's own."""
    size = f'width="{number(WIDTH)}" height="{number(height)}" viewBox="0 0 {number(WIDTH)} {number(height)}"'
    lines = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} class="chainrule-sheet" role="img">',
        f"<title>{escaped(title)}</title>",
        f"<desc>{escaped(description)}</desc>",
        f"<style>{SHAPES}{styles}{COLOURS % LIGHT}@media (prefers-color-scheme: dark) {{{COLOURS % DARK}}}\n</style>",
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
