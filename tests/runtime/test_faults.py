"""faults.py: the caret stands under the place, whatever the text holds, and nothing that was typed commands the terminal."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule_cli.errors import ExitStatus, Span
from chainrule_cli.runtime.faults import Fault, caret, to_json, to_text

FAULT = Fault(
    ExitStatus.USAGE, "unreadable", "a bracket is not closed", "sin(x**2", Span(3, 4), "add ) at the end?"
)


def test_a_fault_on_a_page() -> None:
    assert to_text(FAULT).splitlines() == [
        "error: a bracket is not closed",
        "  sin(x**2",
        "     ^",
        "  add ) at the end?",
    ]


def test_a_fault_in_json() -> None:
    assert json.loads(to_json(FAULT)) == {
        "schema": "chainrule.error.v1",
        "code": "unreadable",
        "message": "a bracket is not closed",
        "span": [3, 4],
        "hint": "add ) at the end?",
    }
    assert to_json(FAULT._replace(text="", span=None, hint="")).endswith('"span": null, "hint": null}')


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        ("sin(x**2", (3, 4), ("sin(x**2", "   ^")),
        ("sin(foo)", (4, 7), ("sin(foo)", "    ^^^")),
        ("sin(", (4, 4), ("sin(", "    ^")),
        ("", (0, 0), ("", "^")),
        ("x", (9, 12), ("x", " ^")),
        ("日本(", (2, 3), ("日本(", "    ^")),
        ("e\u0301(", (2, 3), ("e\u0301(", " ^")),
        ("𝑥(", (1, 2), ("𝑥(", " ^")),
        ("a\tb(", (3, 4), (r"a\tb(", "    ^")),
        ("a\x1b[31m(", (6, 7), (r"a\x1b[31m(", " " * 9 + "^")),
        ("\u202e\u200f(", (2, 3), (r"\u202e\u200f(", " " * 12 + "^")),
        ("\0", (0, 1), (r"\x00", "^^^^")),
        ("\ud800x", (1, 2), (r"\ud800x", " " * 6 + "^")),
        ("u = x\nu*(", (8, 9), ("u*(", "  ^")),
        ("u = (\nu", (4, 5), ("u = (", "    ^")),
        ("u = x\nu", (5, 6), ("u = x", "     ^")),
    ],
)
def test_the_caret_stands_under_the_place(
    text: str, span: tuple[int, int], expected: tuple[str, str]
) -> None:
    assert caret(text, Span(*span)) == expected


@pytest.mark.parametrize("place", [0, 1, 30, 4_000, 7_970, 7_998, 7_999, 8_000])
@pytest.mark.parametrize("width", [20, 78, 200])
def test_a_long_text_is_shown_around_the_place(place: int, width: int) -> None:
    text = "".join(chr(97 + at % 26) for at in range(8_000))
    shown, mark = caret(text, Span(place, place + 1), width=width)
    assert len(shown) <= width
    assert len(mark) <= width
    if place < len(text):
        assert shown[len(mark) - 1] == text[place]
    assert shown.startswith("...") == (place > width)
    assert shown.strip(".") in text


@given(
    st.text(max_size=120),
    st.integers(0, 120),
    st.integers(0, 130),
    st.integers(20, 100),
    st.sampled_from(["utf-8", "ascii", "latin-1", "cp437"]),
)
def test_nothing_typed_reaches_the_terminal_as_a_command(
    text: str, start: int, length: int, width: int, encoding: str
) -> None:
    place = Span(min(start, len(text)), start + length)
    page = to_text(
        Fault(ExitStatus.USAGE, "unreadable", f"unknown name {text}", text, place, text.replace("\n", " ")),
        width=width,
        encoding=encoding,
    )
    assert all(
        character.isprintable() or character == "\n" or unicodedata.category(character) in ("Mn", "Me")
        for character in page
    )
    page.encode(encoding)
    shown, mark = caret(text, place, width=width, encoding=encoding)
    assert "\n" not in shown
    assert len(mark) <= width + 10  # one character may be an escape of ten columns
    assert set(mark) <= {" ", "^"}


def test_a_message_does_not_flood() -> None:
    assert len(to_text(Fault(ExitStatus.USAGE, "unreadable", "unknown name " + "x" * 9_000))) < 500
