"""The Matrix Cookbook (Petersen & Pedersen, November 15, 2012), equations 49-64, 69-98 and 99-131, by numbers.

Each row has the formula in our notation, the same as a numpy function, and the book's right-hand side. The book is held against differences
of the numpy function, and the answer, as numpy code, against the book. Left out: what says the same as the equation before it (50, 80, 94, 96),
derivatives by a pseudo-inverse (56), of eigenvalues (65-68), by complex variables (89), statements about any F (99) and functions of matrices
that are power series (Tr sin X).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.linalg import det, inv, norm, pinv

from chainrule_cli.reports.matrix import report
from tests.matrix.support import differences, distance, run

tr, eye = np.trace, np.eye(3)
Call = Callable[..., Any]


class Row(NamedTuple):
    """shapes: of variables that are not 3x3 matrices or vectors of 3, by their letter. symmetric: matrices that the book says are."""

    number: str
    formula: str
    wrt: str
    value: Call
    book: Call
    shapes: str = ""
    symmetric: str = ""
    order: int = 1


def power(X: Any, n: int) -> Any:
    return np.linalg.matrix_power(X, n)


ROWS = (
    # 2.1 derivatives of a determinant
    Row("49", "det(X)", "X", lambda X: det(X), lambda X: det(X) * inv(X).T),
    Row("51", "det(A*X*B)", "X", lambda X, A, B: det(A @ X @ B), lambda X, A, B: det(A @ X @ B) * inv(X).T),
    Row("52", "det(X'*A*X)", "X", lambda X, A: det(X.T @ A @ X), lambda X, A: 2 * det(X.T @ A @ X) * inv(X).T),
    Row("53", "det(X'*A*X)", "X", lambda X, A: det(X.T @ A @ X), lambda X, A: 2 * det(X.T @ A @ X) * A @ X @ inv(X.T @ A @ X), "X:4x3,A:4x4", "A"),
    Row("54", "det(X'*A*X)", "X", lambda X, A: det(X.T @ A @ X), lambda X, A: det(X.T @ A @ X) * (A @ X @ inv(X.T @ A @ X) + A.T @ X @ inv(X.T @ A.T @ X)), "X:4x3,A:4x4"),
    Row("55", "log(det(X'*X))", "X", lambda X: np.log(det(X.T @ X)), lambda X: 2 * pinv(X).T, "X:4x3"),
    Row("57", "logdet(X)", "X", lambda X: np.log(abs(det(X))), lambda X: inv(X).T),
    Row("58", "det(X^3)", "X", lambda X: det(power(X, 3)), lambda X: 3 * det(power(X, 3)) * inv(X).T),
    # 2.2 derivatives of an inverse
    Row("59", "inv(A + e*B)", "e", lambda e, A, B: inv(A + e * B), lambda e, A, B: -inv(A + e * B) @ B @ inv(A + e * B)),
    Row("60", "inv(X)", "X", lambda X: inv(X), lambda X: -np.einsum("ki,jl->klij", inv(X), inv(X))),
    Row("61", "a'*inv(X)*b", "X", lambda X, a, b: a @ inv(X) @ b, lambda X, a, b: -inv(X).T @ np.outer(a, b) @ inv(X).T),
    Row("62", "det(inv(X))", "X", lambda X: det(inv(X)), lambda X: -det(inv(X)) * inv(X).T),
    Row("63", "tr(A*inv(X)*B)", "X", lambda X, A, B: tr(A @ inv(X) @ B), lambda X, A, B: -(inv(X) @ B @ A @ inv(X)).T),
    Row("64", "tr(inv(X + A))", "X", lambda X, A: tr(inv(X + A)), lambda X, A: -(inv(X + A) @ inv(X + A)).T),
    # 2.4 derivatives of matrices, vectors and scalar forms
    Row("69", "x'*a", "x", lambda x, a: x @ a, lambda x, a: a),
    Row("69b", "a'*x", "x", lambda x, a: a @ x, lambda x, a: a),
    Row("70", "a'*X*b", "X", lambda X, a, b: a @ X @ b, lambda X, a, b: np.outer(a, b)),
    Row("71", "a'*X'*b", "X", lambda X, a, b: a @ X.T @ b, lambda X, a, b: np.outer(b, a)),
    Row("72", "a'*X*a", "X", lambda X, a: a @ X @ a, lambda X, a: np.outer(a, a)),
    Row("72b", "a'*X'*a", "X", lambda X, a: a @ X.T @ a, lambda X, a: np.outer(a, a)),
    Row("73", "X", "X", lambda X: X, lambda X: np.einsum("ki,lj->klij", eye, eye)),
    Row("74", "X*A", "X", lambda X, A: X @ A, lambda X, A: np.einsum("im,nj->ijmn", eye, A)),
    Row("75", "X'*A", "X", lambda X, A: X.T @ A, lambda X, A: np.einsum("in,mj->ijmn", eye, A)),
    Row("76", "sum(X)^2", "X", lambda X: np.sum(X) ** 2, lambda X: 2 * np.sum(X) * np.ones((3, 3))),
    Row("77", "b'*X'*X*c", "X", lambda X, b, c: b @ X.T @ X @ c, lambda X, b, c: X @ (np.outer(b, c) + np.outer(c, b)), "X:4x3"),
    Row("78", "(B*x + b)'*C*(D*x + d)", "x", lambda x, B, b, C, D, d: (B @ x + b) @ C @ (D @ x + d), lambda x, B, b, C, D, d: B.T @ C @ (D @ x + d) + D.T @ C.T @ (B @ x + b)),
    Row("79", "X'*B*X", "X", lambda X, B: X.T @ B @ X, lambda X, B: np.einsum("lj,ki->klij", eye, X.T @ B) + np.einsum("kj,il->klij", eye, B @ X), "X:4x3,B:4x4"),
    Row("81", "x'*B*x", "x", lambda x, B: x @ B @ x, lambda x, B: (B + B.T) @ x),
    Row("82", "b'*X'*D*X*c", "X", lambda X, b, c, D: b @ X.T @ D @ X @ c, lambda X, b, c, D: D.T @ X @ np.outer(b, c) + D @ X @ np.outer(c, b), "X:4x3,D:4x4"),
    Row("83", "(X*b + c)'*D*(X*b + c)", "X", lambda X, b, c, D: (X @ b + c) @ D @ (X @ b + c), lambda X, b, c, D: (D + D.T) @ np.outer(X @ b + c, b), "X:4x3,c:4,D:4x4"),
    Row("84", "(x - A*s)'*W*(x - A*s)", "s", lambda x, A, s, W: (x - A @ s) @ W @ (x - A @ s), lambda x, A, s, W: -2 * A.T @ W @ (x - A @ s), "", "W"),
    Row("85", "(x - s)'*W*(x - s)", "x", lambda x, s, W: (x - s) @ W @ (x - s), lambda x, s, W: 2 * W @ (x - s), "", "W"),
    Row("86", "(x - s)'*W*(x - s)", "s", lambda x, s, W: (x - s) @ W @ (x - s), lambda x, s, W: -2 * W @ (x - s), "", "W"),
    Row("87", "(x - A*s)'*W*(x - A*s)", "x", lambda x, A, s, W: (x - A @ s) @ W @ (x - A @ s), lambda x, A, s, W: 2 * W @ (x - A @ s), "", "W"),
    Row("88", "(x - A*s)'*W*(x - A*s)", "A", lambda x, A, s, W: (x - A @ s) @ W @ (x - A @ s), lambda x, A, s, W: -2 * W @ np.outer(x - A @ s, s), "", "W"),
    Row("90", "X^3", "X", lambda X: power(X, 3), lambda X: sum(np.einsum("ki,jl->klij", power(X, r), power(X, 2 - r)) for r in range(3))),
    Row("91", "a'*X^4*b", "X", lambda X, a, b: a @ power(X, 4) @ b, lambda X, a, b: sum(power(X, r).T @ np.outer(a, b) @ power(X, 3 - r).T for r in range(4))),
    Row("92", "a'*(X^2)'*X^2*b", "X", lambda X, a, b: a @ power(X, 2).T @ power(X, 2) @ b, lambda X, a, b: sum(power(X, r).T @ power(X, 2) @ (np.outer(a, b) + np.outer(b, a)) @ power(X, 1 - r).T for r in range(2))),
    Row("93", "s = tanh(B*x); r = sin(D*x); s'*A*r", "x", lambda x, A, B, D: np.tanh(B @ x) @ A @ np.sin(D @ x), lambda x, A, B, D: (np.diag(1 - np.tanh(B @ x) ** 2) @ B).T @ A @ np.sin(D @ x) + (np.diag(np.cos(D @ x)) @ D).T @ A.T @ np.tanh(B @ x)),
    Row("95", "(A*x)'*(A*x)/((B*x)'*(B*x))", "x", lambda x, A, B: (x @ A.T @ A @ x) / (x @ B.T @ B @ x), lambda x, A, B: 2 * A.T @ A @ x / (x @ B.T @ B @ x) - 2 * (x @ A.T @ A @ x) * B.T @ B @ x / (x @ B.T @ B @ x) ** 2),
    Row("97", "x'*A*x + b'*x", "x", lambda x, A, b: x @ A @ x + b @ x, lambda x, A, b: (A + A.T) @ x + b),
    Row("98", "x'*A*x + b'*x", "x", lambda x, A, b: x @ A @ x + b @ x, lambda x, A, b: A + A.T, "", "", 2),
    # 2.5 derivatives of traces: first order
    Row("100", "tr(X)", "X", lambda X: tr(X), lambda X: eye),
    Row("101", "tr(X*A)", "X", lambda X, A: tr(X @ A), lambda X, A: A.T),
    Row("102", "tr(A*X*B)", "X", lambda X, A, B: tr(A @ X @ B), lambda X, A, B: A.T @ B.T),
    Row("103", "tr(A*X'*B)", "X", lambda X, A, B: tr(A @ X.T @ B), lambda X, A, B: B @ A),
    Row("104", "tr(X'*A)", "X", lambda X, A: tr(X.T @ A), lambda X, A: A, "X:4x3,A:4x3"),
    Row("105", "tr(A*X')", "X", lambda X, A: tr(A @ X.T), lambda X, A: A, "X:4x3,A:4x3"),
    Row("106", "tr(kron(A, X))", "X", lambda X, A: tr(np.kron(A, X)), lambda X, A: tr(A) * eye),
    # second order
    Row("107", "tr(X^2)", "X", lambda X: tr(X @ X), lambda X: 2 * X.T),
    Row("108", "tr(X^2*B)", "X", lambda X, B: tr(X @ X @ B), lambda X, B: (X @ B + B @ X).T),
    Row("109", "tr(X'*B*X)", "X", lambda X, B: tr(X.T @ B @ X), lambda X, B: B @ X + B.T @ X, "X:4x3,B:4x4"),
    Row("110", "tr(B*X*X')", "X", lambda X, B: tr(B @ X @ X.T), lambda X, B: B @ X + B.T @ X, "X:4x3,B:4x4"),
    Row("111", "tr(X*X'*B)", "X", lambda X, B: tr(X @ X.T @ B), lambda X, B: B @ X + B.T @ X, "X:4x3,B:4x4"),
    Row("112", "tr(X*B*X')", "X", lambda X, B: tr(X @ B @ X.T), lambda X, B: X @ B.T + X @ B, "X:4x3"),
    Row("113", "tr(B*X'*X)", "X", lambda X, B: tr(B @ X.T @ X), lambda X, B: X @ B.T + X @ B, "X:4x3"),
    Row("114", "tr(X'*X*B)", "X", lambda X, B: tr(X.T @ X @ B), lambda X, B: X @ B.T + X @ B, "X:4x3"),
    Row("115", "tr(A*X*B*X)", "X", lambda X, A, B: tr(A @ X @ B @ X), lambda X, A, B: A.T @ X.T @ B.T + B.T @ X.T @ A.T),
    Row("116", "tr(X'*X)", "X", lambda X: tr(X.T @ X), lambda X: 2 * X, "X:4x3"),
    Row("116b", "tr(X*X')", "X", lambda X: tr(X @ X.T), lambda X: 2 * X, "X:4x3"),
    Row("117", "tr(B'*X'*C*X*B)", "X", lambda X, B, C: tr(B.T @ X.T @ C @ X @ B), lambda X, B, C: C.T @ X @ B @ B.T + C @ X @ B @ B.T, "X:4x3,B:3x5,C:4x4"),
    Row("118", "tr(X'*B*X*C)", "X", lambda X, B, C: tr(X.T @ B @ X @ C), lambda X, B, C: B @ X @ C + B.T @ X @ C.T, "X:4x3,B:4x4"),
    Row("119", "tr(A*X*B*X'*C)", "X", lambda X, A, B, C: tr(A @ X @ B @ X.T @ C), lambda X, A, B, C: A.T @ C.T @ X @ B.T + C @ A @ X @ B, "X:4x3,A:5x4,C:4x5"),
    Row("120", "tr((A*X*B + C)*(A*X*B + C)')", "X", lambda X, A, B, C: tr((A @ X @ B + C) @ (A @ X @ B + C).T), lambda X, A, B, C: 2 * A.T @ (A @ X @ B + C) @ B.T, "X:4x3,A:5x4,B:3x2,C:5x2"),
    Row("121", "tr(kron(X, X))", "X", lambda X: tr(np.kron(X, X)), lambda X: 2 * tr(X) * eye),
    # higher order
    Row("122", "tr(X^5)", "X", lambda X: tr(power(X, 5)), lambda X: 5 * power(X, 4).T),
    Row("123", "tr(A*X^4)", "X", lambda X, A: tr(A @ power(X, 4)), lambda X, A: sum((power(X, r) @ A @ power(X, 3 - r)).T for r in range(4))),
    Row("124", "tr(B'*X'*C*X*X'*C*X*B)", "X", lambda X, B, C: tr(B.T @ X.T @ C @ X @ X.T @ C @ X @ B), lambda X, B, C: C @ X @ X.T @ C @ X @ B @ B.T + C.T @ X @ B @ B.T @ X.T @ C.T @ X + C @ X @ B @ B.T @ X.T @ C @ X + C.T @ X @ X.T @ C.T @ X @ B @ B.T, "X:4x3,B:3x2,C:4x4"),
    # other
    Row("125", "tr(A*inv(X)*B)", "X", lambda X, A, B: tr(A @ inv(X) @ B), lambda X, A, B: -inv(X).T @ A.T @ B.T @ inv(X).T),
    Row("126", "tr(inv(X'*C*X)*A)", "X", lambda X, A, C: tr(inv(X.T @ C @ X) @ A), lambda X, A, C: -(C @ X @ inv(X.T @ C @ X)) @ (A + A.T) @ inv(X.T @ C @ X), "X:4x3,C:4x4", "C"),
    Row("127", "tr(inv(X'*C*X)*(X'*B*X))", "X", lambda X, B, C: tr(inv(X.T @ C @ X) @ (X.T @ B @ X)), lambda X, B, C: -2 * C @ X @ inv(X.T @ C @ X) @ X.T @ B @ X @ inv(X.T @ C @ X) + 2 * B @ X @ inv(X.T @ C @ X), "X:4x3,B:4x4,C:4x4", "BC"),
    Row("128", "tr(inv(A + X'*C*X)*(X'*B*X))", "X", lambda X, A, B, C: tr(inv(A + X.T @ C @ X) @ (X.T @ B @ X)), lambda X, A, B, C: -2 * C @ X @ inv(A + X.T @ C @ X) @ X.T @ B @ X @ inv(A + X.T @ C @ X) + 2 * B @ X @ inv(A + X.T @ C @ X), "X:4x3,B:4x4,C:4x4", "ABC"),
    # 2.6, 2.7 derivatives of norms
    Row("129", "norm2(x - a)", "x", lambda x, a: norm(x - a), lambda x, a: (x - a) / norm(x - a)),
    Row("130", "(x - a)/norm2(x - a)", "x", lambda x, a: (x - a) / norm(x - a), lambda x, a: eye / norm(x - a) - np.outer(x - a, x - a) / norm(x - a) ** 3),
    Row("131", "norm2(x)^2", "x", lambda x: x @ x, lambda x: 2 * x),
    Row("132", "norm2(X)^2", "X", lambda X: norm(X) ** 2, lambda X: 2 * X, "X:4x3"),
)  # fmt: skip


def sizes_of(row: Row) -> dict[str, str]:
    """name -> its sizes; a lower letter is a vector of 3, e a number, an upper letter 3x3, unless the row says otherwise."""
    said = dict(each.split(":") for each in row.shapes.split(",") if each)
    names = inspect.signature(row.value).parameters
    return {
        name: said.get(name, "3x3" if name.isupper() else "scalar" if name == "e" else "3") for name in names
    }


def drawn(row: Row) -> dict[str, Any]:
    """Positive definite where the book has a symmetric matrix; else close to the identity, so that all have inverses."""
    draw = np.random.default_rng(int("".join(filter(str.isdigit, row.number))))
    found: dict[str, Any] = {}
    for name, sizes in sizes_of(row).items():
        shape = tuple(map(int, sizes.split("x"))) if sizes != "scalar" else ()
        found[name] = draw.normal(size=shape) * 0.4 + (np.eye(*shape) if len(shape) == 2 else 0.3)
        if name in row.symmetric:
            found[name] = found[name] @ found[name].T + np.eye(shape[0])
    return found


def test_there_are_at_least_sixty() -> None:
    assert len({row.number.rstrip("b") for row in ROWS}) >= 60


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.number)
def test_equation(row: Row) -> None:
    point = drawn(row)
    call = lambda at: row.value(**at)  # noqa: E731  # by name
    book = row.book(**point)
    slopes = differences(call, point, row.wrt)
    if row.order > 1:
        slopes = differences(lambda at: differences(call, at, row.wrt), point, row.wrt)
    assert distance(book, slopes) < 1e-6, "the book"
    record = report(row.formula, wrt=row.wrt, shapes=sizes_of(row), order=row.order)
    assert record.check.verdict == "agree"
    assert distance(run(record.derivative.python, point), book) < 1e-9
