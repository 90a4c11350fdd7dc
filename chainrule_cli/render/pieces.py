"""Lines of styled pieces: what a terminal gives them in cells, and how they are cut. Knows no element and no colour."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from chainrule_cli.document import Role, Run, Runs
from chainrule_cli.notation.write import to_unicode


class Piece(NamedTuple):
    """vertex: of a diagram, by its place, where the piece is its label or one of its numbers."""

    text: str
    role: Role = "plain"
    hue: int = 0
    vertex: int | None = None


Line = list[Piece]


def line_of(runs: Runs) -> Line:
    return [Piece(written(run), run.role, run.hue) for run in runs]


def written(run: Run) -> str:
    return visible(run.content) if isinstance(run.content, str) else to_unicode(run.content)


def visible(text: str) -> str:
    """The text with control characters and direction marks shown as escapes: nothing of a user's reaches a terminal raw."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04x}"
        for char in text
    )


def columns(text: str) -> int:
    """Cells that a terminal gives to the text."""
    if text.isascii():
        return len(text)
    return sum(map(_cells, text))


def _cells(char: str) -> int:
    return 0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1


def length(line: Line) -> int:
    return sum(columns(piece.text) for piece in line)


def merged(line: Line) -> Line:
    """The line with neighbours of one role as one piece, and nothing empty."""
    out: Line = []
    for piece in line:
        if out and out[-1][1:] == piece[1:]:
            out[-1] = piece._replace(text=out[-1].text + piece.text)
        elif piece.text:
            out.append(piece)
    return out


def marked(line: Line, vertex: int) -> Line:
    """The line as a part of a vertex."""
    return [piece._replace(vertex=vertex) for piece in line]


def clipped(line: Line, room: int) -> Line:
    """The line, or as much of it as leaves a cell for the … that says it was longer."""
    if length(line) <= room:
        return line
    kept: Line = []
    for piece in line:
        left = room - 1 - length(kept)
        text = _start(piece.text, left)
        kept.append(piece._replace(text=text))
        if text != piece.text:
            break
    return [*kept, Piece("…", "dim")]


def _start(text: str, room: int) -> str:
    """As many characters from the left as the cells hold."""
    for place, char in enumerate(text):
        room -= _cells(char)
        if room < 0:
            return text[:place]
    return text


def pointed(column: Sequence[Line]) -> list[Line]:
    """Numbers with blanks behind them, so that their points stand below each other."""
    behind = [
        columns("".join(piece.text for piece in cell).partition(".")[2])
        + ("." in "".join(piece.text for piece in cell))
        for cell in column
    ]
    most = max(behind, default=0)
    return [[*cell, Piece(" " * (most - tail))] for cell, tail in zip(column, behind, strict=True)]
