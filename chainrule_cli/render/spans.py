"""Lines of spans, which are styled pieces of text: their width in cells and on paper, and how they are cut.

No element and no colour is known here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from chainrule_cli.document import Role, Runs, StyledRun
from chainrule_cli.notation.write import to_unicode


class TextSpan(NamedTuple):
    """A span of a line.

    hue: which layer, from the outside in
    vertex: the index of a diagram's, where the span is its label or one of its numbers
    """

    text: str
    role: Role = "plain"
    hue: int = 0
    vertex: int | None = None


Spans = list[TextSpan]


def to_spans(runs: Runs) -> Spans:
    return [TextSpan(write_run(run), run.role, run.hue) for run in runs]


def write_run(run: StyledRun) -> str:
    return make_visible(run.content) if isinstance(run.content, str) else to_unicode(run.content)


def spell(runs: Runs) -> str:
    """A line as text."""
    return "".join(map(write_run, runs))


def make_visible(text: str) -> str:
    """The text with control characters and direction marks as escapes: none reaches a terminal raw."""
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


def estimate_width(text: str, size: float) -> float:
    """An estimate that rather is too wide: nobody knows which font a reader has."""
    return size * sum(map(_estimate_em, text))


def _estimate_em(char: str) -> float:
    if unicodedata.combining(char):
        return 0.0
    if unicodedata.east_asian_width(char) in "WF":
        return 1.05
    if char in "iljftrI.,:;|!'()[]{} ·′":
        return 0.4
    return 0.9 if char in "mwMW@%→∇√" else 0.64


def measure(line: Spans) -> int:
    return sum(count_cells(span.text) for span in line)


def merge(line: Spans) -> Spans:
    """The line with neighbours of one role as one span, and nothing empty."""
    out: Spans = []
    for span in line:
        if out and out[-1][1:] == span[1:]:
            out[-1] = span._replace(text=out[-1].text + span.text)
        elif span.text:
            out.append(span)
    return out


def mark(line: Spans, vertex: int) -> Spans:
    """The line as a part of a vertex."""
    return [span._replace(vertex=vertex) for span in line]


def clip(line: Spans, room: int) -> Spans:
    """The line, or as much of it as leaves a cell for the … that says it was longer."""
    if measure(line) <= room:
        return line
    kept: Spans = []
    for span in line:
        left = room - 1 - measure(kept)
        text = _cut_start(span.text, left)
        kept.append(span._replace(text=text))
        if text != span.text:
            break
    return [*kept, TextSpan("…", "dim")]


def _cut_start(text: str, room: int) -> str:
    """As many characters from the left as the cells hold."""
    for index, char in enumerate(text):
        room -= _count_char_cells(char)
        if room < 0:
            return text[:index]
    return text


def align_points(column: Sequence[Spans]) -> list[Spans]:
    """Numbers with blanks behind them, so that their points stand below each other."""
    behind = [
        count_cells("".join(span.text for span in cell).partition(".")[2])
        + ("." in "".join(span.text for span in cell))
        for cell in column
    ]
    most = max(behind, default=0)
    return [[*cell, TextSpan(" " * (most - tail))] for cell, tail in zip(column, behind, strict=True)]
