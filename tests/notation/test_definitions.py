"""Names and definitions: what depends on what, what is needed, and how an expression is without them."""

from __future__ import annotations

import pytest

from chainrule_cli.notation.definitions import (
    depends_on,
    find_dependent,
    find_needed,
    write_out_bodies,
    write_out_definitions,
)
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Apply, Name, tree_size
from chainrule_cli.notation.write import to_text

TEXT = "a = t^2; u = x^2; v = sin(u); w = a + 1; u*v + y"


@pytest.mark.parametrize(
    ("names", "expected"), [({"x"}, False), ({"y"}, True), ({"u", "q"}, True), (set(), False)]
)
def test_an_expression_depends_on_the_names_that_stand_in_it(names: set[str], expected: bool) -> None:
    assert depends_on(read(TEXT).expr, names) is expected


def test_shared_parts_are_looked_at_once() -> None:
    expr = Apply("sin", (Name("x"),))
    for _ in range(200):
        expr = Apply("+", (expr, expr))
    assert depends_on(expr, {"x"})
    assert not depends_on(expr, {"y"})


def test_definitions_are_written_out_through_one_another() -> None:
    reading = read(TEXT)
    assert to_text(write_out_definitions(reading.expr, reading.definitions)) == "x**2*sin(x**2) + y"
    assert to_text(write_out_bodies(reading.definitions)["w"]) == "t**2 + 1"


def test_what_is_written_out_is_shared() -> None:
    text = "u0 = x + 1; " + "; ".join(f"u{place + 1} = u{place}*u{place}" for place in range(12)) + "; u12"
    reading = read(text)
    assert tree_size(write_out_definitions(reading.expr, reading.definitions)) > 10_000


@pytest.mark.parametrize(("wrt", "expected"), [("x", ["u", "v"]), ("t", ["a", "w"]), ("y", [])])
def test_definitions_that_change_with_a_variable(wrt: str, expected: list[str]) -> None:
    assert [each.name for each in find_dependent(read(TEXT).definitions, wrt)] == expected


def test_definitions_that_are_needed() -> None:
    reading = read(TEXT)
    assert [each.name for each in find_needed(reading.expr, reading.definitions)] == ["u", "v"]
    assert find_needed(Name("z"), reading.definitions) == ()
