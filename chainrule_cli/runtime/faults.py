"""What a person, or a script, sees on standard error when there is no answer.

A caret under a part of a text that may hold anything, and the object chainrule.error.v1. cli.py makes a
Fault of every exception.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from chainrule_cli.errors import ChainruleError, ExitStatus, Span

MARGIN = "  "
CUT = "..."
_LONGEST = 400
_MARKS = ("Mn", "Me")


class Fault(NamedTuple):
    """An outcome that is not an answer: the exit status and what to say about it."""

    status: ExitStatus
    code: str
    message: str
    text: str = ""
    span: Span | None = None
    hint: str = ""


def make_fault(error: ChainruleError) -> Fault:
    return Fault(error.status, error.code, error.message, error.text, error.span, error.hint)


def to_json(what: Fault) -> str:
    """One line, ASCII, of the record `error`."""
    import json

    span = None if what.span is None else list(what.span)
    return json.dumps(
        {
            "schema": "chainrule.error.v1",
            "code": what.code,
            "message": what.message,
            "span": span,
            "hint": what.hint or None,
        }
    )


def to_text(what: Fault, *, width: int = 80, encoding: str = "utf-8") -> str:
    """The message, the text with a caret under the span, the hint."""
    lines = [f"error: {_tame(what.message, encoding)}"]
    if what.text and what.span is not None:
        lines += [
            MARGIN + line
            for line in caret(what.text, what.span, width=width - len(MARGIN), encoding=encoding)
        ]
    lines += [MARGIN + _tame(line, encoding) for line in what.hint.splitlines()]
    return "\n".join(lines)


def caret(text: str, span: Span, *, width: int = 78, encoding: str = "utf-8") -> tuple[str, str]:
    """The line of text that holds the start of the span, and a line with carets under it; both fit the width.

    Characters that would not be seen, or would command the terminal, are shown as escapes; wide and combining
    ones are given the columns that a terminal gives them.
    """
    start = min(max(span.start, 0), len(text))
    begin, end = text.rfind("\n", 0, start) + 1, (text + "\n").find("\n", start)
    near = max(begin, start - 2 * width), min(end, start + 2 * width)
    cells = [_cell(character, encoding) for character in text[slice(*near)]]
    at = start - near[0]
    low, high = _window([_columns(cell) for cell in cells], at, width - 2 * len(CUT) - 1)
    before, after = (CUT if near[0] + low > begin else ""), (CUT if near[0] + high < end else "")
    indent = len(before) + _columns("".join(cells[low:at]))
    marked = _columns("".join(cells[at : min(high, at + span.end - start)]))
    return before + "".join(cells[low:high]) + after, " " * indent + "^" * max(1, marked)


def _window(widths: list[int], at: int, room: int) -> tuple[int, int]:
    """The cells to show around the one at an index: the first, and the one behind the last.

    Two thirds of the room are for those before it, then come those that follow, then what is left.
    """
    low, used = _grow_left(widths, at, 0, room * 2 // 3)
    high = at
    while high < len(widths) and used + widths[high] <= room:
        used += widths[high]
        high += 1
    low, _ = _grow_left(widths, low, used, room)
    return low, high


def _grow_left(widths: list[int], low: int, used: int, room: int) -> tuple[int, int]:
    while low > 0 and used + widths[low - 1] <= room:
        low -= 1
        used += widths[low]
    return low, used


def _cell(character: str, encoding: str) -> str:
    """The character itself where it can be printed as it is, else its escape."""
    if not character.isprintable():
        return character.encode("unicode_escape").decode("ascii")
    return character.encode(encoding, "backslashreplace").decode(encoding)


def _columns(shown: str) -> int:
    return sum(_column(character) for character in shown)


def _column(character: str) -> int:
    if unicodedata.category(character) in _MARKS:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _tame(message: str, encoding: str) -> str:
    """A message may quote what was typed: no control characters, no flood."""
    if len(message) > _LONGEST:
        message = message[: _LONGEST // 2] + CUT + message[-_LONGEST // 2 :]
    return "".join(_cell(character, encoding) for character in message)
