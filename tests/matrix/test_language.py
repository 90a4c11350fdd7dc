"""The rows of the notation, and what has no row: every function of numbers goes entry by entry, with a value and numpy code."""

from __future__ import annotations

import random

import numpy as np
import pytest

from chainrule_cli.graph.operations import OPS
from chainrule_cli.matrix.language import ALIASES, ELEMENTWISE, ENTRY_CODE, MATRIX_FUNCTIONS, OPERATORS, ROWS
from chainrule_cli.matrix.nodes import EntryFunction, make_name
from chainrule_cli.matrix.numpy_arrays import NUMPY_ARRAYS
from chainrule_cli.matrix.numpy_code import write_code
from chainrule_cli.matrix.numpy_pieces import NumpyNames
from chainrule_cli.matrix.values import evaluate
from chainrule_cli.notation.functions import FUNCTIONS
from chainrule_cli.reports.matrix import report
from tests.matrix.support import run

SHAPE = (2, 3)
NAMES = ("X", "Y", "Z")


def arguments(name: str) -> dict[str, np.ndarray]:
    """Near the operation's own example, which is in its domain; an order or a degree as it is."""
    draw = random.Random(name)
    near = OPS[name].example
    is_fixed = [parameter == "n" for parameter in FUNCTIONS[name].parameters]
    return {
        at: np.full(SHAPE, value)
        if fixed
        else np.array([value * (1 + 0.01 * draw.random()) for _ in range(6)]).reshape(SHAPE)
        for at, value, fixed in zip(NAMES, near, is_fixed, strict=False)
    }


def test_a_row_has_all_that_its_operations_need() -> None:
    for name, row in (OPERATORS | MATRIX_FUNCTIONS).items():
        assert row.phrase, name
        assert bool(row.code) == (row.value is not MATRIX_FUNCTIONS["mean"].value), name
        assert row.least <= row.most, name
    assert all(row.summary and row.example for row in MATRIX_FUNCTIONS.values())
    assert set(ALIASES) & set(ROWS) == set()


def test_every_function_of_numbers_goes_entry_by_entry() -> None:
    others = {name for name, row in FUNCTIONS.items() if row.least == 0 or row.most is None}
    assert set(ELEMENTWISE) | set(MATRIX_FUNCTIONS) >= set(FUNCTIONS) - others
    assert set(ENTRY_CODE) <= set(ELEMENTWISE)


@pytest.mark.parametrize("name", sorted(ELEMENTWISE))
def test_value_and_code_are_those_of_numbers(name: str) -> None:
    point = arguments(name)
    matrix = EntryFunction(tuple(make_name(each, (2, 3)) for each in point), (2, 3), name)
    entries = zip(*(array.ravel().tolist() for array in point.values()), strict=True)
    wanted = np.array([OPS[name].forward(*each) for each in entries]).reshape(SHAPE)
    found = evaluate(matrix, point, {2: 2, 3: 3}, NUMPY_ARRAYS)
    np.testing.assert_allclose(found, wanted, rtol=1e-13)
    text = write_code(matrix, NumpyNames(dict.fromkeys(point, SHAPE), {2: "2", 3: "3"}))
    np.testing.assert_allclose(run(text, point), wanted, rtol=1e-12)


@pytest.mark.parametrize("name", sorted(set(ELEMENTWISE) - set(ENTRY_CODE)))
@pytest.mark.parametrize("mode", ["gradient", "vjp", "jvp"])
def test_a_function_without_a_row_is_differentiated(name: str, mode: str) -> None:
    variables = iter(("X", "c", "d"))
    count = ELEMENTWISE[name].least
    typed = ["3" if parameter == "n" else next(variables) for parameter in FUNCTIONS[name].parameters[:count]]
    formula = f"{name}({', '.join(typed)})"
    if mode == "gradient":
        formula = f"sum({formula})"
    record = report(formula, wrt="X", vjp=mode == "vjp", jvp=mode == "jvp", shapes="X:2x3")
    assert record.check.verdict in ("agree", "undecided")
    if record.check.verdict == "undecided":  # asec and its like have no value at the points tried
        assert "no value" in (record.check.reason or "")
    steps = record.steps
    assert any(step.rule == f"{name}, entry by entry" for step in steps)


@pytest.mark.parametrize("formula", ["gamma*x", "x*gamma", "beta*x", "sum(root.*x)", "mod'*x"])
def test_a_name_of_a_function_without_a_bracket_is_a_name(formula: str) -> None:
    assert report(formula, wrt="x").check.verdict == "agree"


def test_several_arguments_take_one_shape() -> None:
    record = report("sum(atan2(X, y'))", wrt="X", shapes="X:2x3,y:3")
    assert record.check.verdict == "agree"
    assert "beta" not in record.derivative.text
