"""MATRIX_FUNCTIONS: what may stand before a bracket in a matrix formula, one row each; to add one, add a row.

A row has what the function asks of sizes, what it becomes in the graph, its value, its numpy code and the
words of its step. A function of numbers needs no row: it goes entry by entry, from FUNCTIONS, and ENTRY_CODE
has its numpy code where numpy calls it otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any, NamedTuple

from chainrule_cli.matrix import lowering_rules as lower
from chainrule_cli.matrix import shape_rules as shape
from chainrule_cli.matrix.array_builder import ArrayValue
from chainrule_cli.matrix.lowering_rules import LoweringRule
from chainrule_cli.matrix.numpy_pieces import (
    CodeRule,
    write_block_sum,
    write_block_traces,
    write_power,
    write_softmax,
)
from chainrule_cli.matrix.shape_rules import ShapeRule
from chainrule_cli.notation.functions import FUNCTIONS


def _refuse_value(*_args: Any) -> Any:
    raise NotImplementedError("it becomes other operations, so no answer has it")


class MatrixFunction(NamedTuple):
    """phrase: the words of a step. shape: the extent of its result. lower: what it becomes in the graph.
    value: (arrays, shape of the result, arguments) -> array; none where it becomes other operations.
    code: numpy's, a format or what writes it.
    summary, example: of one that has a name.
    aliases: its other spellings.
    least, most: how many arguments."""

    phrase: str
    shape: ShapeRule
    lower: LoweringRule
    value: Callable[..., Any] = _refuse_value
    code: str | CodeRule = ""
    summary: str = ""
    example: str = ""
    aliases: tuple[str, ...] = ()
    least: int = 1
    most: int = 1


def _along(op: str) -> Callable[..., Any]:
    """The value of the graph's operation of that name."""
    return lambda arrays, shape, *args: arrays.apply_along(op, shape, *args)


OPERATORS: dict[str, MatrixFunction] = {
    "+": MatrixFunction("a sum", shape.add, lower.add),
    "*": MatrixFunction("a product", shape.multiply, lambda build, _, args: reduce(build.multiply, args)),
    "/": MatrixFunction("a quotient", shape.divide, lambda build, _, args: build.combine("div", *args)),
    "^": MatrixFunction("a power", shape.raise_to, lower.raise_to),
    ".*": MatrixFunction(
        "a product entry by entry", shape.pair_entries, lambda build, _, args: build.combine("mul", *args)
    ),
    "./": MatrixFunction(
        "a quotient entry by entry", shape.pair_entries, lambda build, _, args: build.combine("div", *args)
    ),
    ".^": MatrixFunction(
        "a power entry by entry", shape.pair_entries, lambda build, _, args: build.combine("pow", *args),
        lambda arrays, _, x, p: arrays.apply("pow", x, p), write_power,
    ),
    "neg": MatrixFunction(
        "a minus", shape.keep_shape, lambda build, _, args: args[0].replace(build.fold("neg", args[0].node))
    ),
    "'": MatrixFunction("a transpose", shape.transpose, lambda _, __, args: args[0].transpose()),
    "pi": MatrixFunction(
        "a constant", shape.give_number, lambda build, _, __: ArrayValue(build.graph.apply("pi"))
    ),
}  # fmt: skip
"""What is written without a name and a bracket."""

MATRIX_FUNCTIONS: dict[str, MatrixFunction] = {
    "sum": MatrixFunction(
        "the sum of the entries", shape.give_number, lambda build, _, args: build.sum(args[0]),
        lambda arrays, _, x: arrays.sum(x), "np.sum({})",
        "the sum of all entries", "sum(X)",
    ),
    "mean": MatrixFunction(
        "the mean of the entries", shape.give_number, lower.mean,
        summary="the mean of all entries", example="mean(X)",
    ),
    "max": MatrixFunction(
        "the greatest entry", shape.reduce_or_pair, lower.greatest,
        lambda arrays, _, x: arrays.max(x), "np.max({})",
        "the greatest entry; of two, entry by entry", "max(x)", most=2,
    ),
    "min": MatrixFunction(
        "the least entry", shape.reduce_or_pair, lower.least,
        summary="the least entry; of two, entry by entry", example="min(x)", most=2,
    ),
    "ismax": MatrixFunction(
        "the place of the greatest entry", shape.keep_shape, lower.find_greatest,
        lambda arrays, _, x: arrays.is_greatest(x), "np.where({0} == np.max({0}), 1.0, 0.0)",
        "1 where the greatest entry is, 0 elsewhere", "ismax(x)",
    ),
    "norm1": MatrixFunction(
        "a sum of absolute values", shape.give_number, lower.norm1,
        lambda arrays, _, x: arrays.norm1(x), "np.sum(np.abs({}))",
        "the sum of absolute values", "norm1(x)",
    ),
    "norm2": MatrixFunction(
        "a length", shape.give_number, lower.norm2,
        lambda arrays, _, x: arrays.norm2(x), "np.linalg.norm({})",
        "the Euclidean norm; of a matrix the Frobenius norm", "norm2(x)", ("norm",),
    ),
    "tr": MatrixFunction(
        "a trace", shape.reduce_square, lower.trace,
        lambda arrays, _, x: arrays.trace(x), "np.trace({})",
        "the trace of a square matrix", "tr(A)", ("trace",),
    ),
    "det": MatrixFunction(
        "a determinant", shape.reduce_square, lower.det,
        _along("det"), "np.linalg.det({})",
        "the determinant", "det(A)",
    ),
    "logdet": MatrixFunction(
        "the logarithm of a determinant", shape.reduce_square, lower.logdet,
        _along("logdet"), "np.linalg.slogdet({})[1]",
        "the logarithm of a positive determinant", "logdet(A)", ("log_det",),
    ),
    "inv": MatrixFunction(
        "an inverse", shape.keep_square, lambda build, _, args: build.invert(args[0]),
        _along("inv"), "np.linalg.inv({})",
        "the inverse", "inv(A)", ("inverse",),
    ),
    "solve": MatrixFunction(
        "a linear system", shape.solve, lower.solve,
        summary="solve(A, B) is inv(A)*B", example="solve(A, b)", least=2, most=2,
    ),
    "diag": MatrixFunction(
        "a diagonal", shape.diag, lower.diag,
        lambda arrays, _, x: arrays.diagonal(x), "np.diag({})",
        "a vector as a diagonal matrix; the diagonal of a matrix", "diag(x)",
    ),
    "kron": MatrixFunction(
        "a Kronecker product", shape.kron, lower.blocks,
        _along("kron"), "np.kron({}, {})",
        "the Kronecker product", "kron(A, B)", least=2, most=2,
    ),
    "blocktr": MatrixFunction(
        "traces of blocks", shape.blocks, lower.blocks,
        _along("blocktr"), write_block_traces,
        "blocktr(G, B) has the entries tr(B'*Gij), Gij the blocks of G in the shape of B",
        "blocktr(kron(A, B), B)",
        least=2, most=2,
    ),
    "blocksum": MatrixFunction(
        "a sum of blocks", shape.blocks, lower.blocks,
        _along("blocksum"), write_block_sum,
        "blocksum(G, A) is the sum of Aij*Gij, Gij the blocks of G", "blocksum(kron(A, B), A)",
        least=2, most=2,
    ),
    "softmax": MatrixFunction(
        "softmax", shape.softmax, lower.softmax,
        lambda arrays, _, x: arrays.softmax(x), write_softmax,
        "exp(x)/sum(exp(x)); of a matrix, row by row", "softmax(x)",
    ),
    "logsumexp": MatrixFunction(
        "the logarithm of a sum of exponentials", shape.give_number,
        lambda build, _, args: build.reduce("logsumexp", args[0]),
        lambda arrays, _, x: arrays.logsumexp(x), "(np.log(np.sum(np.exp({0} - np.max({0})))) + np.max({0}))",
        "log(sum(exp(x))), without overflow", "logsumexp(x)",
    ),
    "vector": MatrixFunction(
        "ones", shape.fit_vector, lambda build, node, args: build.fill(node, args[0].node),
        summary="vector(1) is a vector of ones of the size that fits", example="vector(1)", aliases=("ones",),
    ),
    "matrix": MatrixFunction(
        "ones", shape.fit_matrix, lambda build, node, args: build.fill(node, args[0].node),
        summary="matrix(1) is a matrix of ones of the size that fits", example="matrix(1)",
    ),
    "eye": MatrixFunction(
        "the identity", shape.fit_square, lambda build, node, _: build.make_eye(node),
        summary="the identity of the size that fits", example="eye", aliases=("identity",), least=0, most=0,
    ),
}  # fmt: skip

ERF = (
    "(lambda x, t, w: x / np.sqrt(np.pi) * (np.exp(-np.multiply.outer(x**2, (t + 1)**2 / 4)) @ w))"
    "(np.clip({0}, -6, 6), *np.polynomial.legendre.leggauss(60))"
)
"""numpy has no error function: its integral by Gauss and Legendre's rule, to the last digit or so."""

ENTRY_CODE = {
    "sin": "np.sin({})", "cos": "np.cos({})", "tan": "np.tan({})",
    "sec": "(1 / np.cos({}))", "csc": "(1 / np.sin({}))", "cot": "(1 / np.tan({}))",
    "asin": "np.arcsin({})", "acos": "np.arccos({})", "atan": "np.arctan({})", "acot": "np.arctan2(1, {})",
    "sinh": "np.sinh({})", "cosh": "np.cosh({})", "tanh": "np.tanh({})",
    "sech": "(1 / np.cosh({}))", "csch": "(1 / np.sinh({}))", "coth": "(1 / np.tanh({}))",
    "asinh": "np.arcsinh({})", "acosh": "np.arccosh({})", "atanh": "np.arctanh({})",
    "exp": "np.exp({})", "expm1": "np.expm1({})", "log": "np.log({})", "log1p": "np.log1p({})",
    "sqrt": "np.sqrt({})", "cbrt": "np.cbrt({})",
    "abs": "np.abs({})", "sign": "np.sign({})", "floor": "np.floor({})", "ceil": "np.ceil({})",
    "round": "np.rint({})",
    "relu": "np.maximum({}, 0)", "leaky_relu": "np.where(({0}) > 0, {0}, ({0}) / 100)",
    "elu": "np.where(({0}) > 0, {0}, np.expm1(np.minimum({0}, 0)))",
    "selu": "(1.0507009873554805"
    " * np.where(({0}) > 0, {0}, 1.6732632423543772 * np.expm1(np.minimum({0}, 0))))",
    "sigmoid": "(1 / (1 + np.exp(-({}))))", "silu": "(({0}) / (1 + np.exp(-({0}))))",
    "softplus": "np.logaddexp(0, {})",
    "erf": ERF, "gelu": "(({0}) * (1 + " + ERF.format("({0}) / np.sqrt(2)") + ") / 2)",
}  # fmt: skip
"""numpy's spelling of functions of numbers. One that has none here is numpy's of the same name, or else this
program's own."""

ALIASES = {alias: name for name, row in MATRIX_FUNCTIONS.items() for alias in row.aliases} | {
    "transpose": "'"
}
"""Other spellings. norm is the Euclidean one."""

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


def _make_elementwise(name: str, count: int) -> MatrixFunction:
    """The row of a function of numbers."""
    return MatrixFunction(
        f"{name}, entry by entry", shape.apply_to_entries, lower.apply_to_entries,
        example=f"{name}({', '.join('xyz'[:count])})", least=count, most=count,
    )  # fmt: skip


ELEMENTWISE = {
    function.name: _make_elementwise(function.name, function.least)
    for function in FUNCTIONS.values()
    if function.name not in MATRIX_FUNCTIONS and function.least > 0 and function.most is not None
}
"""Functions of so many numbers that go entry by entry; a base of a logarithm, which may be left out, is."""

ROWS = ELEMENTWISE | MATRIX_FUNCTIONS | OPERATORS
