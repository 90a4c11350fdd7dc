"""The canvas that drawings are put on: one SVG that needs nothing else, by day and by night.

Here are its elements, its texts and the numbers along its axes. What a user typed is escaped here; a picture
says in words what it shows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from xml.sax.saxutils import escape

from chainrule_cli.render.spans import estimate_width, make_visible
from chainrule_cli.render.styles import style_picture

WIDTH = 480.0
MARGIN = 16.0
SIZE, SMALL, LINE = 14.0, 12.5, 18.0
"""Of a canvas; of its texts, and of their lines."""
SIZES = {"size": SIZE, "small": SMALL}
NIGHT = "(prefers-color-scheme: dark)"
STEPS = (1.0, 2.0, 5.0, 10.0)
"""Of ticks, times a power of ten."""


def write_svg(title: str, description: str, body: Iterable[str], height: float, drawing: str) -> str:
    """A whole <svg> element, WIDTH wide. drawing: the name of its style sheet, DRAWING.css."""
    wide, high = format_number(WIDTH), format_number(height)
    size = f'width="{wide}" height="{high}" viewBox="0 0 {wide} {high}"'
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
    return f'<path class="{kind}" d="M{write_pair(x, y)}L{write_pair(to_x, to_y)}"/>'


def draw_rect(kind: str, x: float, y: float, width: float, height: float) -> str:
    corner = f'x="{format_number(x)}" y="{format_number(y)}"'
    return f'<rect class="{kind}" {corner} width="{format_number(width)}" height="{format_number(height)}"/>'


def draw_circle(kind: str, x: float, y: float, radius: float) -> str:
    middle = f'cx="{format_number(x)}" cy="{format_number(y)}"'
    return f'<circle class="{kind}" {middle} r="{format_number(radius)}"/>'


def escape_text(words: str) -> str:
    return escape(make_visible(words))


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


def write_pair(x: float, y: float) -> str:
    """Two numbers, as a path has them."""
    return f"{format_number(x)} {format_number(y)}"


def format_number(value: float) -> str:
    """To a tenth, which is less than anyone sees."""
    shown = f"{value:.1f}".removesuffix(".0")
    return "0" if shown == "-0" else shown


# numbers along an axis


def choose_ticks(low: float, high: float, most: int) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten between low and high, at most so many."""
    span = high / 2 - low / 2  # the whole may leave the doubles
    if not 0 < span < math.inf:
        return [low]
    rough = 2 * (span / most)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((part * power for part in STEPS if part * power >= rough), 10 * power)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)] if last - first <= 2 * most else [low]


def label_ticks(numbers: Sequence[float]) -> list[str]:
    """The numbers as text, with as many digits as tell them apart."""
    apart = min((abs(other - one) for one, other in pairwise(numbers)), default=0.0)
    return [_format_tick(number, apart) for number in numbers]


def _format_tick(number: float, apart: float) -> str:
    if number == 0 or abs(number) < 1e-9 * apart:
        return "0"
    digits = max(3, math.ceil(math.log10(abs(number) / apart)) + 1) if apart else 4
    shown = f"{number:.{min(digits, 17)}g}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
    return shown.replace("-", "−", 1) if shown.startswith("-") else shown
