"""ARRAYS_OF_FLOATS: numpy arrays flow through a graph, whole arrays at each node.

Outside the domain there is NaN, never a warning. A number stays a 0-d array until it meets another. numpy is
imported when it is first asked for; complex arrays are in complex_arrays.py, which imports it at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from chainrule_cli.graph.carriers import FLOATS
from chainrule_cli.graph.index_operations import ARRAY_OPS
from chainrule_cli.graph.node import Node


class ArraysOfFloats:
    """float64 arrays, element by element with broadcasting, and along indices."""

    zero = 0.0
    one = 1.0

    @cached_property
    def _numpy(self) -> Any:
        import numpy as np  # noqa: PLC0415  # start-up is a budget

        return np

    def constant(self, value: Fraction | int) -> float:
        return FLOATS.constant(value)

    def enter(self, value: Any) -> Any:
        """Anything that numpy reads as an array of floats; the caller's array is never written to."""
        return self._numpy.asarray(value, dtype=float)

    def operation(self, op: str) -> Callable[..., Any]:
        """Element by element, into an array of the shape to which the arguments broadcast."""
        from chainrule_cli.graph.values.arrays import find_array_row  # noqa: PLC0415  # imports numpy

        np, row = self._numpy, find_array_row(op).guarded

        def call(*args: Any) -> Any:
            arrays = [np.asarray(arg, dtype=float) for arg in args]
            result = np.empty(np.broadcast_shapes(*(array.shape for array in arrays)))
            row(*arrays, result)
            return result

        return self._quiet(call)

    def apply_along(self, node: Node, args: Sequence[Any]) -> Any:
        if node.op == "cotangent":
            return self._numpy.zeros(node.shape)
        return self._quiet(ARRAY_OPS[node.op].forward)(self._numpy, node.indices, node.shape, *args)

    def _quiet(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            with self._numpy.errstate(all="ignore"):
                return function(*args)

        return call


ARRAYS_OF_FLOATS = ArraysOfFloats()
