"""A function is two rows: every other table falls back where it has none, and none of that raises or judges
wrongly.

python tests/functions/test_rows.py             for each function the tables that have a row of it
python tests/functions/test_rows.py lambertw    what the tables without a row do instead
"""

from __future__ import annotations

import dataclasses
import itertools
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # as a script

import numpy as np
import pytest

import chainrule_cli
from chainrule_cli.calculus import algebra, precise
from chainrule_cli.graph.adjoint import derivative
from chainrule_cli.graph.carriers import DIGITS
from chainrule_cli.graph.compile import codegen, rewrite
from chainrule_cli.graph.identity import field_laws, field_partials, field_values
from chainrule_cli.graph.identity.signature import compare
from chainrule_cli.graph.lower import lower
from chainrule_cli.graph.onesided import expand
from chainrule_cli.graph.operations import OPS
from chainrule_cli.graph.sweep import forward
from chainrule_cli.graph.values import arrays, balls, complex_arrays, complexes
from chainrule_cli.matrix.language import ELEMENTWISE, ENTRY_CODE
from chainrule_cli.notation import latex_writer
from chainrule_cli.notation.functions import FUNCTIONS
from chainrule_cli.notation.reader import read
from chainrule_cli.reports import check as checking
from chainrule_cli.reports import matrix

TABLES: dict[str, tuple[Mapping[str, Any], str]] = {
    "calculus/precise VALUES": (precise.VALUES, "mpmath's function of that name, else the meaning's value, else none"),
    "calculus/algebra BUILDERS": (algebra.BUILDERS, "sympy's function of that spelling, else the meaning, else none"),
    "graph/values/arrays ARRAYS": (arrays.ARRAYS, "entry by entry, by the operation of OPS"),
    "graph/values/balls BALL_OPS": (balls.BALL_OPS, "no bound: digits decide instead"),
    "graph/values/complexes COMPLEX_OPS": (complexes.COMPLEX_OPS, "refused: no complex step"),
    "graph/values/complex_arrays COMPLEX_ARRAY_OPS": (complex_arrays.COMPLEX_ARRAY_OPS, "refused: differences instead of a complex step"),
    "graph/identity/field_values VALUES": (field_values.VALUES, "an unknown function of its arguments"),
    "graph/identity/field_partials PARTIALS": (field_partials.PARTIALS, "the value of the derivative's own nodes"),
    "graph/identity/field_laws EXPONENTIALS": (field_laws.EXPONENTIALS, "the exponential of an unknown"),
    "graph/identity/field_laws POINTS": (field_laws.POINTS, "the point at an unknown angle"),
    "graph/identity/field_laws LOGARITHMS": (field_laws.LOGARITHMS, "the logarithm of an unknown"),
    "graph/onesided/expand SERIES_OPS": (expand.SERIES_OPS, "Taylor's series of the operation's own derivatives"),
    "graph/onesided/expand PIECES": (expand.PIECES, "Taylor's series; at a kink nothing is known"),
    "graph/compile/codegen SPELLINGS": (codegen.SPELLINGS, "a call of its name"),
    "graph/compile/rewrite REWRITES": (rewrite.REWRITES, "left as it is"),
    "graph/compile/rewrite ARRAY_REWRITES": (rewrite.ARRAY_REWRITES, "left as it is"),
    "matrix/language ENTRY_CODE": (ENTRY_CODE, "numpy's function of that name, else a call of this program"),
    "notation/latex_writer SIGNS": (latex_writer.SIGNS, "its name and brackets"),
}  # fmt: skip
"""Every table keyed by functions or operations that may lack a row -> what happens then."""

REPLACED = (
    precise.VALUES,
    algebra.BUILDERS,
    arrays.ARRAYS,
    balls.BALL_OPS,
    complexes.COMPLEX_OPS,
    complex_arrays.COMPLEX_ARRAY_OPS,
    field_values.VALUES,
    field_partials.PARTIALS,
    expand.SERIES_OPS,
    expand.PIECES,
    ENTRY_CODE,
)
"""Tables whose rows are taken away in the tests; the others say only how something is written, or a law
more."""

CALLED = [name for name, row in FUNCTIONS.items() if row.most != 0]


def lines(name: str | None) -> Iterator[str]:
    """What the script prints."""
    if name is None:
        for function in FUNCTIONS:
            yield f"{function}: {', '.join(title for title, (table, _) in TABLES.items() if function in table) or '-'}"
        return
    yield f"{name}: a row in FUNCTIONS" + (" and one in OPS" if name in OPS else "")
    for title, (table, instead) in TABLES.items():
        yield f"  {title:42} {'a row' if name in table else 'no row: ' + instead}"


def test_the_four_have_no_other_row() -> None:
    mine = {"lambertw", "sinc", "beta"}
    assert not [(name, title) for title, (table, _) in TABLES.items() for name in mine if name in table]
    assert all(name in FUNCTIONS and name in OPS for name in mine | {"erfc"})


@pytest.fixture
def bare(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A function without a row in any of the tables, and without its derivative where something else gives
    it."""
    name: str = request.param
    row = FUNCTIONS[name]
    before = [(table, dict(table)) for table in REPLACED]
    for table in REPLACED:
        table.pop(name, None)  # type: ignore[attr-defined]  # they are dicts
    if row.meaning or algebra._by_sympy(row, 0) is not None:
        monkeypatch.setitem(FUNCTIONS, name, dataclasses.replace(row, derivative=()))
    _forget()
    yield name
    for table, rows in before:  # in their old order, which other tests look at
        table.clear()  # type: ignore[attr-defined]
        table.update(rows)  # type: ignore[attr-defined]
    _forget()


def _forget() -> None:
    algebra.elementary.cache_clear()
    checking._read_and_prepare.cache_clear()


everywhere = pytest.mark.parametrize("bare", CALLED, indirect=True)


@everywhere
def test_steps_graph_and_verdicts(bare: str) -> None:
    formula = FUNCTIONS[bare].example
    found = chainrule_cli.diff(formula, at={"x": 0.7})
    assert found.crosscheck.verdict != "disagree"
    swept = chainrule_cli.gradient(formula, {"x": 0.7})
    assert swept.crosscheck is None or swept.crosscheck.verdict == "agree"
    right, wrong = found.derivative.text, f"({found.derivative.text})*(1 + x^2/7)"
    assert chainrule_cli.check(formula, right).verdict == "correct"
    assert chainrule_cli.check(formula, wrong).verdict == ("correct" if right == "0" else "incorrect")
    assert chainrule_cli.check(formula, f"({right}) + 1/7").verdict == "incorrect"


@everywhere
def test_arrays_and_balls(bare: str) -> None:
    formula, x = FUNCTIONS[bare].example, np.array([0.7, 0.9, 1.3])
    function = chainrule_cli.compile(formula)
    values, (slopes,) = function(x)
    one_by_one = [function(each) for each in x.tolist()]
    assert values.tolist() == pytest.approx([value for value, _ in one_by_one])
    assert slopes.tolist() == pytest.approx([slope for _, (slope,) in one_by_one])
    lowered = lower(read(formula))
    ball = forward(lowered.graph, {"x": 0.7}, balls.BALLS(60))[lowered.output]
    assert ball.is_nan() == (not balls.has_bounds(lowered.graph, lowered.output))


@everywhere
def test_the_identity_test(bare: str) -> None:
    formula = lower(read(FUNCTIONS[bare].example))
    slope = derivative(formula.graph, formula.output, "x")
    own, off = (
        (formula.graph, slope),
        (formula.graph, formula.graph.apply("add", slope, formula.graph.constant(1))),
    )
    assert compare((formula.graph, formula.output), own, [bare], "x").verdict != "not shown"
    assert compare((formula.graph, formula.output), off, [bare], "x").verdict != "same"


@everywhere
def test_sides(bare: str) -> None:
    """Beside a kink of another operation: what cannot be told is undefined, what can is right."""
    formula = f"{FUNCTIONS[bare].example} + abs(x - 0.7)"
    left, right = chainrule_cli.gradient(formula, {"x": 0.7}).partial_sides["x"]
    smooth = chainrule_cli.gradient(FUNCTIONS[bare].example, {"x": 0.7}).partials["x"]
    assert smooth is not None
    assert left is None or left == pytest.approx(smooth - 1)
    assert right is None or right == pytest.approx(smooth + 1)


@pytest.mark.parametrize("bare", [name for name in CALLED if name in ELEMENTWISE], indirect=True)
def test_matrices(bare: str) -> None:
    row, variables = FUNCTIONS[bare], iter("xcd")
    args = ["3" if parameter == "n" else next(variables) for parameter in row.parameters[: row.least]]
    record = matrix.report(f"sum({bare}({', '.join(args)}))", wrt="x")
    assert record.check.verdict != "disagree"


def test_at_a_kink_that_has_no_pieces_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(expand.PIECES, "abs")
    assert chainrule_cli.gradient("abs(x)", {"x": 0}).partial_status == {"x": "undefined"}


@pytest.mark.parametrize("name", OPS)
def test_no_number_of_many_digits_raises(name: str) -> None:
    carrier = DIGITS(50)
    far = ("inf", "-inf", "1e300", "-1e300", "1e-300", "0", "-1", "2.5")
    for texts in itertools.product(far, repeat=len(OPS[name].example)):
        carrier.operation(name)(*map(carrier.enter, texts))


if __name__ == "__main__":
    for line in lines(sys.argv[1] if len(sys.argv) > 1 else None):
        print(line)
