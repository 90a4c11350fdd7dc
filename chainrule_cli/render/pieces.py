"""Lines of styled pieces: what a terminal gives them in cells, and how they are cut. Knows no element and no colour."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from chainrule_cli.document import Role, Run, Runs
from chainrule_cli.notation.text_writer import to_unicode


class Span(NamedTuple):
    """vertex: of a diagram, by its place, where the piece is its label or one of its numbers."""

    text: str
    role: Role = "plain"
    hue: int = 0
    vertex: int | None = None


Spans = list[Span]


def to_spans(runs: Runs) -> Spans:
    return [Span(write_run(run), run.role, run.hue) for run in runs]


def write_run(run: Run) -> str:
    return make_visible(run.content) if isinstance(run.content, str) else to_unicode(run.content)


def make_visible(text: str) -> str:
    """The text with control characters and direction marks shown as escapes: nothing of a user's reaches a terminal raw."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04x}"
        for char in text
    )


def count_cells(text: str) -> int:
    """Cells that a terminal gives to the text."""
    if text.isascii():
        return len(text)
    return sum(map(_count_char_cells, text))


def _count_char_cells(char: str) -> int:
    return 0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1


def measure(line: Spans) -> int:
    return sum(count_cells(piece.text) for piece in line)


def merge(line: Spans) -> Spans:
    """The line with neighbours of one role as one piece, and nothing empty."""
    out: Spans = []
    for piece in line:
        if out and out[-1][1:] == piece[1:]:
            out[-1] = piece._replace(text=out[-1].text + piece.text)
        elif piece.text:
            out.append(piece)
    return out


def mark(line: Spans, vertex: int) -> Spans:
    """The line as a part of a vertex."""
    return [piece._replace(vertex=vertex) for piece in line]


def clip(line: Spans, room: int) -> Spans:
    """The line, or as much of it as leaves a cell for the … that says it was longer."""
    if measure(line) <= room:
        return line
    kept: Spans = []
    for piece in line:
        left = room - 1 - measure(kept)
        text = _cut_start(piece.text, left)
        kept.append(piece._replace(text=text))
        if text != piece.text:
            break
    return [*kept, Span("…", "dim")]


def _cut_start(text: str, room: int) -> str:
    """As many characters from the left as the cells hold."""
    for place, char in enumerate(text):
        room -= _count_char_cells(char)
        if room < 0:
            return text[:place]
    return text


def align_points(column: Sequence[Spans]) -> list[Spans]:
    """Numbers with blanks behind them, so that their points stand below each other."""
    behind = [
        count_cells("".join(piece.text for piece in cell).partition(".")[2])
        + ("." in "".join(piece.text for piece in cell))
        for cell in column
    ]
    most = max(behind, default=0)
    return [[*cell, Span(" " * (most - tail))] for cell, tail in zip(column, behind, strict=True)]
