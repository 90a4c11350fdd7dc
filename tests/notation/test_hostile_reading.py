"""Long texts of every hostile kind: read or refused in words, by work that grows with the text and no faster."""

from __future__ import annotations

import pytest

from bench.hostile_texts import KINDS, make_text
from chainrule_cli.errors import ChainruleError
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Reading
from tests.support import steps

TO_BE_MENDED = {
    "roots",
    "functions in one another",
    "logarithms to a base",
    "superscripts",
    "pi and names",
    "LaTeX: fractions in one another",
    "LaTeX: fractions without braces",
    "LaTeX: prose",
    "LaTeX: roots",
    "LaTeX: operators",
}
"""Kinds that end in a RecursionError or a ValueError, or whose work grows with the square of the text."""

TOLERATED = pytest.mark.xfail(strict=False, reason="it is still to be mended")
BY_KIND = pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[TOLERATED] if kind in TO_BE_MENDED else []) for kind in KINDS]
)
COUNTED = 3_000
"""Characters of the texts whose work is counted: line by line that takes its time."""


def attempt(text: str) -> Reading | ChainruleError:
    try:
        return read(text)
    except ChainruleError as error:
        return error


@pytest.fixture(scope="module")
def plain_work() -> int:
    return steps(lambda: attempt(make_text("terms", COUNTED)))


@BY_KIND
def test_it_is_read_or_refused(kind: str) -> None:
    found = attempt(make_text(kind))
    assert isinstance(found, Reading) or found.message


@BY_KIND
def test_it_is_no_more_work_than_a_sum(kind: str, plain_work: int) -> None:
    assert steps(lambda: attempt(make_text(kind, COUNTED))) <= 3 * plain_work


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_is_as_long_as_it_says(kind: str) -> None:
    assert 9_900 < len(make_text(kind)) <= 10_000
