"""Variables with a size of 1: rows stay rows, columns columns, in the text, in the numpy code and in the steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from chainrule_cli.reports.matrix import report
from tests.matrix.support import differences, distance, read_back, run

CASES = [
    # formula, by, shapes, answer, shape of the answer, numpy
    ("X*w", "w", "X:1x3,w:3", "X'", "3", lambda X, w: (X @ w)[0]),
    ("X*w", "X", "X:1x3,w:3", "w'", "1x3", lambda X, w: (X @ w)[0]),
    ("norm2(X*A)^2", "A", "X:1x3,A:3x2", "2*X'*X*A", "3x2", lambda X, A: np.sum((X @ A) ** 2)),
    ("norm2(X*A)^2", "X", "X:1x3,A:3x2", "2*X*A*A'", "1x3", lambda X, A: np.sum((X @ A) ** 2)),
    ("sum((A*W + b - Y).^2)", "b", "A:4x3,W:3x2,b:1x2,Y:4x2", "2*vector(1)'*(A*W + vector(1)*b - Y)", "1x2", lambda A, W, b, Y: np.sum((A @ W + b - Y) ** 2)),
    ("sum((A*W + b - Y).^2)", "W", "A:4x3,W:3x2,b:1x2,Y:4x2", "2*A'*(A*W + vector(1)*b - Y)", "3x2", lambda A, W, b, Y: np.sum((A @ W + b - Y) ** 2)),
    ("sum(A.*X)", "A", "A:4x3,X:4x1", "X*vector(1)'", "4x3", lambda A, X: np.sum(A * X)),
    ("A*X", "X", "A:4x3,X:3x1", "A", "4x3", lambda A, X: (A @ X)[:, 0]),
    ("exp(X)*A", "X", "X:1x3,A:3x2", "A'*diag(exp(X'))", "2x3", lambda X, A: (np.exp(X) @ A)[0]),
    ("tr(A*X*B)", "X", "A:2x1,X:1x3,B:3x2", "A'*B'", "1x3", lambda A, X, B: np.trace(A @ X @ B)),
    ("X*Y'", "X", "X:1x3,Y:1x3", "Y", "1x3", lambda X, Y: (X @ Y.T)[0, 0]),
    ("X.*Y", "X", "X:1x3,Y:1x3", "diag(Y')", "3x3", lambda X, Y: (X * Y)[0]),
    ("sum(X)", "X", "X:1x4", "vector(1)'", "1x4", np.sum),
]  # fmt: skip


def point(shapes: str) -> dict[str, Any]:
    draw = np.random.default_rng(3)
    return {
        name: draw.normal(size=tuple(map(int, sizes.split("x"))))
        for name, sizes in (each.split(":") for each in shapes.split(","))
    }


@pytest.mark.parametrize(("formula", "wrt", "shapes", "text", "shape", "value"), CASES)
def test_rows(formula: str, wrt: str, shapes: str, text: str, shape: str, value: Any) -> None:
    record = report(formula, wrt=wrt, shapes=shapes)
    assert (record.derivative.text, record.derivative_shape, record.check.verdict) == (
        text.replace("^", "**"),
        shape,
        "agree",
    )
    at = point(shapes)
    wanted = differences(lambda there: value(*there.values()), at, wrt)
    assert (
        distance(run(record.derivative.python, at), wanted.reshape([int(each) for each in shape.split("x")]))
        < 1e-8
    )
    assert (
        distance(
            read_back(record.derivative.text, shapes, shape, at),
            wanted.reshape([int(each) for each in shape.split("x") if each != "1"]),
        )
        < 1e-8
    )


@pytest.mark.parametrize(("mode", "text"), [("vjp", "X'*v"), ("jvp", "X*dA")])
def test_products_with_the_jacobian_of_a_row(mode: str, text: str) -> None:
    record = report("X*A", wrt="A", shapes="X:1x3,A:3x2", **{mode: True})
    assert (record.derivative.text, record.check.verdict) == (text, "agree")
    assert [sent.expr.text for step in record.steps for sent in step.sends] == [text]
