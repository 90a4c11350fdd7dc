"""Long texts of every hostile kind: read or refused in words, by work that grows no faster than the text."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from bench.hostile_texts import KINDS, make_text
from chainrule_cli.errors import ChainruleError
from chainrule_cli.notation.answers import read_answer_text
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Reading
from tests.support import steps

BY_KIND = pytest.mark.parametrize("kind", KINDS)
MOST = 3
"""Times the work of a sum as long: it is lines that are counted, and lines are not alike."""

COUNTED = 2_000
"""Characters of the texts whose work is counted: line by line that takes its time."""


def read_answer(text: str) -> Reading:
    return read_answer_text(text, declared=("x", "y")).reading


Door = Callable[[str], Reading]
BY_DOOR = pytest.mark.parametrize("door", [read, read_answer])


def attempt(door: Door, text: str) -> Reading | ChainruleError:
    try:
        return door(text)
    except ChainruleError as error:
        return error


@cache
def plain_work(door: Door) -> int:
    return steps(lambda: attempt(door, make_text("terms", COUNTED)))


@BY_DOOR
@BY_KIND
def test_it_is_read_or_refused(door: Door, kind: str) -> None:
    found = attempt(door, make_text(kind))
    assert isinstance(found, Reading) or found.message


@BY_DOOR
@BY_KIND
def test_it_is_little_more_work_than_a_sum(door: Door, kind: str) -> None:
    assert steps(lambda: attempt(door, make_text(kind, COUNTED))) <= MOST * plain_work(door)
