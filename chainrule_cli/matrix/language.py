"""MATRIX_FUNCTIONS: what may stand before a bracket in a matrix formula, one row each, beside the elementwise functions.

Knows names, arities and what each takes; the derivative is the graph's. To add a function, add a row here and its lowering.
"""

from __future__ import annotations

from typing import NamedTuple

from chainrule_cli.notation.functions import FUNCTIONS

ELEMENTWISE = frozenset(name for name, row in FUNCTIONS.items() if row.least == 1 and row.most is not None)
"""Functions of one number, which go element by element over an array: all that the formula language has."""

OF_AN_ORDER = frozenset(name for name, row in FUNCTIONS.items() if row.parameters == ("n", "x"))
"""Functions of a plain number and of an array, over which they go element by element: polygamma(1, x)."""


class MatrixFunction(NamedTuple):
    """least, most: how many arguments. example: a formula that uses it."""

    summary: str
    example: str
    least: int = 1
    most: int = 1


MATRIX_FUNCTIONS: dict[str, MatrixFunction] = {
    "sum": MatrixFunction("the sum of all entries", "sum(X)"),
    "mean": MatrixFunction("the mean of all entries", "mean(X)"),
    "max": MatrixFunction("the greatest entry; of two, entry by entry", "max(x)", 1, 2),
    "min": MatrixFunction("the least entry; of two, entry by entry", "min(x)", 1, 2),
    "ismax": MatrixFunction("1 where the greatest entry is, 0 elsewhere", "ismax(x)"),
    "norm1": MatrixFunction("the sum of absolute values", "norm1(x)"),
    "norm2": MatrixFunction("the Euclidean norm; of a matrix the Frobenius norm", "norm2(x)"),
    "tr": MatrixFunction("the trace of a square matrix", "tr(A)"),
    "det": MatrixFunction("the determinant", "det(A)"),
    "logdet": MatrixFunction("the logarithm of a positive determinant", "logdet(A)"),
    "inv": MatrixFunction("the inverse", "inv(A)"),
    "solve": MatrixFunction("solve(A, B) is inv(A)*B", "solve(A, b)", 2, 2),
    "diag": MatrixFunction("a vector as a diagonal matrix; the diagonal of a matrix", "diag(x)"),
    "kron": MatrixFunction("the Kronecker product", "kron(A, B)", 2, 2),
    "blocktr": MatrixFunction(
        "blocktr(G, B) has the entries tr(B'*Gij), Gij the blocks of G in the shape of B",
        "blocktr(kron(A, B), B)",
        2,
        2,
    ),
    "blocksum": MatrixFunction(
        "blocksum(G, A) is the sum of Aij*Gij, Gij the blocks of G", "blocksum(kron(A, B), A)", 2, 2
    ),
    "softmax": MatrixFunction("exp(x)/sum(exp(x)); of a matrix, row by row", "softmax(x)"),
    "logsumexp": MatrixFunction("log(sum(exp(x))), without overflow", "logsumexp(x)"),
    "vector": MatrixFunction("vector(1) is a vector of ones of the size that fits", "vector(1)"),
    "matrix": MatrixFunction("matrix(1) is a matrix of ones of the size that fits", "matrix(1)"),
    "eye": MatrixFunction("the identity of the size that fits", "eye", 0, 0),
}

INSTEAD = {
    "sigma": "sigmoid(x) is the logistic function",
    "dot": "x'*y of vectors, A*B of matrices",
    "inner": "x'*y is the inner product",
    "outer": "x*y' is the outer product",
    "matmul": "* is the matrix product",
    "multiply": ".* goes entry by entry",
    "hadamard": ".* goes entry by entry",
    "zeros": "0 is added to anything; matrix(0) has the size that fits",
    "var": "mean((x - mean(x)).^2) is the variance",
    "std": "sqrt(mean((x - mean(x)).^2)) is the standard deviation",
    "mse": "mean((x - y).^2) is the mean square error",
    "step": "sign(relu(x)) is 1 where x is positive, else 0",
    "pinv": "inv(A'*A)*A' where A has full rank of columns",
    "vec": "by a matrix, the answer is of its shape; it need not become a vector",
}
"""What other notations call a function -> how it is written here."""

ALIASES = {
    "trace": "tr",
    "inverse": "inv",
    "norm": "norm2",
    "log_det": "logdet",
    "transpose": "'",
    "identity": "eye",
    "ones": "vector",
}
"""Other spellings. norm is the Euclidean one."""

OPERATORS = {".*": "entry by entry", "./": "entry by entry", ".^": "entry by entry", "'": "transposed"}
