"""Derivatives with an established form: the answer has it, up to tidying, and its number by differences of a numpy function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.linalg import det, inv, norm

from chainrule_cli.graph.sweep import forward
from chainrule_cli.graph.values.array_carriers import ARRAYS_OF_FLOATS
from chainrule_cli.matrix.inference import infer
from chainrule_cli.matrix.lowering import lower
from chainrule_cli.matrix.reading import read
from chainrule_cli.matrix.sizes import parse_shapes
from chainrule_cli.reports.matrix import report
from tests.matrix.support import differences, distance, run

SHAPES = "A:3x3,B:3x3,C:3x3,X:3x3,Am:4x3,Xm:4x3,x:3,y:3,v:3,a:3,b:3,bm:4,W:3x2,G:4x2"
SIZES = {
    name: tuple(map(int, sizes.split("x"))) for name, sizes in (each.split(":") for each in SHAPES.split(","))
}


class Row(NamedTuple):
    """form: the established form, in our notation; text: how the answer is spelled; value: the formula in numpy."""

    formula: str
    wrt: str
    form: str
    text: str
    value: Callable[[dict[str, Any]], Any]
    order: int = 1


def softmax(x: Any) -> Any:
    return np.exp(x) / np.sum(np.exp(x))


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


ROWS = (
    Row("v'*x", "x", "v", "v", lambda at: at["v"] @ at["x"]),
    Row("Am*x", "x", "Am", "Am", lambda at: at["Am"] @ at["x"]),
    Row("x'*A*x", "x", "(A+A')*x", "(A + A')*x", lambda at: at["x"] @ at["A"] @ at["x"]),
    Row("Am*exp(x)", "x", "Am*diag(exp(x))", "Am*diag(exp(x))", lambda at: at["Am"] @ np.exp(at["x"])),
    Row("sin(x)'*y", "x", "cos(x).*y", "y .* cos(x)", lambda at: np.sin(at["x"]) @ at["y"]),
    Row("norm2(Am*x-bm)^2", "x", "2*Am'*(Am*x-bm)", "2*Am'*(Am*x - bm)", lambda at: norm(at["Am"] @ at["x"] - at["bm"]) ** 2),
    Row("norm1(Am*x-bm)", "x", "Am'*sign(Am*x-bm)", "Am'*sign(Am*x - bm)", lambda at: np.sum(np.abs(at["Am"] @ at["x"] - at["bm"]))),
    Row("log(sum(exp(x)))", "x", "softmax(x)", "softmax(x)", lambda at: np.log(np.sum(np.exp(at["x"])))),
    Row("softmax(x)", "x", "p = softmax(x); diag(p)-p*p'", "diag(softmax(x)) - softmax(x)*softmax(x)'", lambda at: softmax(at["x"])),
    Row("sigmoid(Am*x)", "x", "s = sigmoid(Am*x); diag(s.*(1-s))*Am", "diag(sigmoid(Am*x) .* (1 - sigmoid(Am*x)))*Am", lambda at: sigmoid(at["Am"] @ at["x"])),
    Row("(x'*A*x)/(x'*x)", "x", "(A+A')*x/(x'*x) - 2*(x'*A'*x)*x/(x'*x)^2", "(A + A')*x/(x'*x) - 2*(x'*A*x)*x/(x'*x)^2", lambda at: at["x"] @ at["A"] @ at["x"] / (at["x"] @ at["x"])),
    Row("tr(A*X)", "X", "A'", "A'", lambda at: np.trace(at["A"] @ at["X"])),
    Row("tr(A*X*B)", "X", "A'*B'", "A'*B'", lambda at: np.trace(at["A"] @ at["X"] @ at["B"])),
    Row("tr(X'*B*X*C)", "X", "B*X*C+B'*X*C'", "B*X*C + B'*X*C'", lambda at: np.trace(at["X"].T @ at["B"] @ at["X"] @ at["C"])),
    Row("tr(Xm'*Xm)", "Xm", "2*Xm", "2*Xm", lambda at: np.sum(at["Xm"] ** 2)),
    Row("bm'*Xm*a", "Xm", "bm*a'", "bm*a'", lambda at: at["bm"] @ at["Xm"] @ at["a"]),
    Row("det(X)", "X", "det(X)*inv(X)'", "det(X)*inv(X)'", lambda at: det(at["X"])),
    Row("logdet(X)", "X", "inv(X)'", "inv(X)'", lambda at: np.log(det(at["X"]))),
    Row("log(det(X))", "X", "inv(X)'", "inv(X)'", lambda at: np.log(det(at["X"]))),
    Row("a'*inv(X)*b", "X", "-inv(X)'*a*b'*inv(X)'", "-inv(X)'*a*b'*inv(X)'", lambda at: at["a"] @ inv(at["X"]) @ at["b"]),
    Row("norm2(Xm)", "Xm", "Xm/norm2(Xm)", "Xm/norm2(Xm)", lambda at: norm(at["Xm"])),
    Row("sum(G.*(Xm*W))", "Xm", "G*W'", "G*W'", lambda at: np.sum(at["G"] * (at["Xm"] @ at["W"]))),
    Row("sum(G.*(Xm*W))", "W", "Xm'*G", "Xm'*G", lambda at: np.sum(at["G"] * (at["Xm"] @ at["W"]))),
    Row("tr(X)*det(X)", "X", "det(X)*(eye+tr(X)*inv(X)')", "det(X)*(eye + tr(X)*inv(X)')", lambda at: np.trace(at["X"]) * det(at["X"])),
    Row("x'*A*x", "x", "A+A'", "A + A'", lambda at: at["x"] @ at["A"] @ at["x"], 2),
    Row("exp(tr(A*X))", "X", "exp(tr(A*X))*A'", "exp(tr(A*X))*A'", lambda at: np.exp(np.trace(at["A"] @ at["X"]))),
    Row("1/tr(X)", "X", "-(eye + X - X)/tr(X)^2", "-eye/tr(X)^2", lambda at: 1 / np.trace(at["X"])),
)  # fmt: skip
"""The list of expected answers, and three that sympy 1.14 gets wrong in silence."""

SHORT = {
    "softmax(x)": "diag(f) - f*f'",
    "sigmoid(Am*x)": "diag(f .* (1 - f))*Am",
    "(x'*A*x)/(x'*x)": "((A + A')*x - 2*f*x)/(x'*x)",
}
"""The same with the result's own name."""


def declared(formula: str) -> str:
    return ",".join(
        each for each in SHAPES.split(",") if each.partition(":")[0] in read(formula, SIZES).variables
    )


def number_of(formula: str, at: dict[str, Any]) -> Any:
    """The value of a formula of ours, without any derivative."""
    shaped = infer(read(formula, SIZES), parse_shapes(declared(formula)), loose=True)
    lowered = lower(shaped, shaped.sizes.assign_stand_ins())
    node, rows, _ = lowered.output
    found = forward(lowered.graph, at, ARRAYS_OF_FLOATS, wanted=[node])[node]
    return found.T if rows == 1 else found


def point() -> dict[str, Any]:
    draw = np.random.default_rng(7)
    found = {name: draw.normal(size=shape) * 0.5 for name, shape in SIZES.items()}
    return {name: each + 2 * np.eye(*each.shape) if each.ndim == 2 else each for name, each in found.items()}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.formula} by {row.wrt}")
def test_form(row: Row) -> None:
    record = report(row.formula, wrt=row.wrt, shapes=declared(row.formula), order=row.order)
    assert record.derivative.text == row.text.replace("^", "**")
    assert (record.short.expr.text if record.short else None) == SHORT.get(
        row.formula if row.order == 1 else ""
    )
    assert record.check.verdict == "agree"
    at = point()
    assert distance(run(record.derivative.python, at), number_of(row.form, at)) < 1e-12


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.formula} by {row.wrt}")
def test_number(row: Row) -> None:
    at = point()
    wanted = differences(row.value, at, row.wrt)
    if row.order > 1:
        wanted = differences(lambda there: differences(row.value, there, row.wrt), at, row.wrt)
    record = report(row.formula, wrt=row.wrt, shapes=declared(row.formula), order=row.order)
    assert distance(run(record.derivative.python, at), wanted) < 1e-6


def test_an_inverse_has_entries() -> None:
    record = report("inv(X)", wrt="X")
    assert (record.entries, record.derivative.text) == ("df[i,j]/dX[k,l]", "-inv(X)[i,k]*inv(X)[l,j]")
    at = point()
    assert (
        distance(run(record.derivative.python, at), differences(lambda there: inv(there["X"]), at, "X"))
        < 1e-6
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.formula} by {row.wrt}")
def test_an_answer_reads_back_as_itself(row: Row) -> None:
    """The gradient of <answer, Q> by Q is the answer, tidied once more."""
    record = report(row.formula, wrt=row.wrt, shapes=declared(row.formula), order=row.order)
    text = record.derivative.text
    product, by = (f"tr(({text})'*Q)", "Q") if "x" in record.derivative_shape else (f"({text})'*q", "q")
    assert (
        report(product, wrt=by, shapes=f"{declared(text)},{by}:{record.derivative_shape}").derivative.text
        == text
    )
