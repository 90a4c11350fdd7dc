"""NUMPY_ARRAYS: the arrays of values and of the check. The only module of matrix/ that imports numpy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from fractions import Fraction
from typing import Any

import numpy as np

from chainrule_cli.graph.index_operations import ARRAY_OPS
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.shapes import Shape
from chainrule_cli.graph.sweep import forward
from chainrule_cli.graph.values.array_carriers import ARRAYS_OF_FLOATS
from chainrule_cli.graph.values.complex_arrays import COMPLEX_ARRAYS

COMPLEX_STEP = 1e-30


class NumpyArrays:
    """float64 arrays, as the protocol Arrays asks for them."""

    def quiet(self) -> AbstractContextManager[Any]:
        return np.errstate(all="ignore")

    def make(self, numbers: Sequence[float], shape: Shape) -> Any:
        return np.array(numbers, dtype=float).reshape(shape)

    def fill(self, number: float, shape: Shape) -> Any:
        return np.full(shape, number)

    def make_eye(self, size: int) -> Any:
        return np.eye(size)

    def find_shape(self, array: Any) -> Shape:
        return np.shape(array)

    def reshape(self, array: Any, shape: Shape) -> Any:
        return np.reshape(array, shape)

    def squeeze(self, array: Any) -> Any:
        """Without its axes of 1."""
        found = np.asarray(array, dtype=float)
        return found.reshape([size for size in found.shape if size != 1])

    def transpose(self, array: Any) -> Any:
        return np.asarray(array).T

    def add(self, one: Any, other: Any) -> Any:
        return one + other

    def subtract(self, one: Any, other: Any) -> Any:
        return np.asarray(one) - other

    def multiply(self, one: Any, other: Any) -> Any:
        return one * other

    def divide(self, one: Any, other: Any) -> Any:
        return one / other

    def raise_to(self, array: Any, power: Fraction) -> Any:
        return (
            array
            if power == 1
            else np.power(np.asarray(array, dtype=float), ARRAYS_OF_FLOATS.constant(power))
        )

    def apply(self, op: str, *args: Any) -> Any:
        """An operation of the graph."""
        return ARRAYS_OF_FLOATS.operation(op)(*args)

    def is_greatest(self, array: Any) -> Any:
        """1 where the greatest entry is, 0 elsewhere."""
        return np.where(array == np.max(array), 1.0, 0.0)

    def softmax(self, array: Any) -> Any:
        """Along the last axis."""
        shifted = np.exp(array - np.max(array, axis=-1, keepdims=True))
        return shifted / np.sum(shifted, axis=-1, keepdims=True)

    def dot(self, one: Any, other: Any) -> Any:
        return np.dot(one, other)

    def contract(self, one: Any, other: Any, axes: int) -> Any:
        """The last axes of one against the first of the other."""
        return np.tensordot(one, other, axes=axes)

    def einsum(self, indices: str, *args: Any) -> Any:
        return np.einsum(indices, *args, optimize=True)

    def apply_along(self, op: str, shape: Shape, *args: Any) -> Any:
        """An operation of the graph along indices, of those to which the indices do not matter."""
        row = ARRAY_OPS[op]
        return row.forward(np, row.example[0], shape, *args)

    def sum(self, array: Any) -> Any:
        return np.sum(array)

    def norm1(self, array: Any) -> Any:
        return np.sum(np.abs(array))

    def norm2(self, array: Any) -> Any:
        return np.linalg.norm(array)

    def max(self, array: Any) -> Any:
        return np.max(array)

    def logsumexp(self, array: Any) -> Any:
        return np.logaddexp.reduce(np.ravel(array))

    def trace(self, array: Any) -> Any:
        return np.trace(array)

    def diagonal(self, array: Any) -> Any:
        """A column on the diagonal of a matrix; the diagonal of a matrix."""
        return np.diag(array)

    def find_size(self, array: Any) -> float:
        """The greatest absolute value; 0 of nothing."""
        return float(np.max(np.abs(array), initial=0.0))

    def is_finite(self, array: Any) -> bool:
        return bool(np.all(np.isfinite(array)))

    def find_condition(self, array: Any) -> float:
        return float(np.linalg.cond(array))

    def evaluate(
        self, graph: Graph, point: Mapping[str, Any], wanted: Sequence[int] | None = None
    ) -> list[Any]:
        """The values of a graph's nodes; None of those that are not wanted and that nothing wanted needs."""
        return forward(graph, point, ARRAYS_OF_FLOATS, wanted=wanted)

    def step_complex(
        self, graph: Graph, node: int, point: Mapping[str, Any], wrt: str, direction: Any
    ) -> Any | None:
        """Im f(x + ihd)/h; None where an operation has no complex form."""
        moved = {**point, wrt: point[wrt] + 1j * COMPLEX_STEP * direction}
        try:
            found = forward(graph, moved, COMPLEX_ARRAYS, wanted=[node])[node]
        except KeyError:
            return None
        return np.asarray(found).imag / COMPLEX_STEP


def is_ufunc(name: str) -> bool:
    """Whether numpy has an elementwise function of that name."""
    return isinstance(getattr(np, name, None), np.ufunc)


NUMPY_ARRAYS = NumpyArrays()
