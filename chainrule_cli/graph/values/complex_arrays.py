"""COMPLEX_ARRAYS: complex numpy arrays flow through a graph, for derivatives by a complex step (Squire &
Trapp 1998).

Operations with kinks or jumps, and those that numpy lacks for complex numbers, are not in COMPLEX_ARRAY_OPS
and refuse with KeyError.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from chainrule_cli.graph.carriers import FLOATS
from chainrule_cli.graph.index_operations import ARRAY_OPS
from chainrule_cli.graph.node import Node

COMPLEX_ARRAY_OPS: dict[str, Callable[..., Any]] = {
    "add": np.add,
    "sub": np.subtract,
    "neg": np.negative,
    "mul": np.multiply,
    "div": np.divide,
    "pow": lambda a, b: np.power(
        a, b.real.item() if b.ndim == 0 and b.imag == 0 and float(b.real).is_integer() else b
    ),
    "sqrt": np.sqrt,
    "exp": np.exp,
    "expm1": np.expm1,
    "log": np.log,
    "log1p": np.log1p,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "sech": lambda z: 1 / np.cosh(z),
    "sec": lambda z: 1 / np.cos(z),
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "asinh": np.arcsinh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "silu": lambda z: z / (1 + np.exp(-z)),
    "softplus": lambda z: np.log1p(np.exp(z)),
    "pi": lambda: np.asarray(np.pi, dtype=complex),
}

ALONG = frozenset({"einsum", "inv", "det", "logdet", "solve", "kron", "blocktr", "blocksum"})
"""Operations along indices whose values on floats are right for complex numbers as they stand."""


class ComplexArrays:
    """complex128 arrays, as ARRAYS_OF_FLOATS."""

    zero = 0.0
    one = 1.0

    def constant(self, value: Fraction | int) -> Any:
        return np.asarray(FLOATS.constant(value), dtype=complex)

    def enter(self, value: Any) -> Any:
        return np.asarray(value, dtype=complex)

    def operation(self, op: str) -> Callable[..., Any]:
        return COMPLEX_ARRAY_OPS[op]

    def apply_along(self, node: Node, args: Sequence[Any]) -> Any:
        if node.op in ALONG:
            return ARRAY_OPS[node.op].forward(np, node.indices, node.shape, *args)
        return COMPLEX_REDUCTIONS[node.op](node, args)


def _find_axes(node: Node) -> tuple[int, ...]:
    letters, _, result = node.indices.partition("->")
    return tuple(axis for axis, letter in enumerate(letters) if letter not in result)


def _logsumexp(node: Node, args: Sequence[Any]) -> Any:
    axes = _find_axes(node)
    most = np.max(args[0].real, axis=axes, keepdims=True)
    return np.log(np.sum(np.exp(args[0] - most), axis=axes)) + np.squeeze(most, axis=axes)


COMPLEX_REDUCTIONS: dict[str, Callable[[Node, Sequence[Any]], Any]] = {
    "logsumexp": _logsumexp,
    "norm2": lambda node, args: np.sqrt(np.sum(args[0] ** 2, axis=_find_axes(node))),
}

COMPLEX_ARRAYS = ComplexArrays()
