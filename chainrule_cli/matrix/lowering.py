"""Shaped -> Graph: a matrix formula by the rules of language.py, in sizes of the caller's choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from chainrule_cli.graph.node import Graph
from chainrule_cli.matrix.array_builder import ArrayBuilder, ArrayValue
from chainrule_cli.matrix.language import ROWS
from chainrule_cli.matrix.shaped import Shaped
from chainrule_cli.matrix.sizes import Size
from chainrule_cli.notation.syntax import Apply, Name, Number, Syntax, postorder


class LoweredMatrix(NamedTuple):
    """graph: with each variable as an input. output: the result. sizes: the stand-in of each.
    values: id of a part of the formula -> its value."""

    graph: Graph
    output: ArrayValue
    sizes: Mapping[Size, int]
    values: Mapping[int, ArrayValue]


def lower(shaped: Shaped, sizes: Mapping[Size, int]) -> LoweredMatrix:
    """The formula as a graph in these sizes."""
    build = ArrayBuilder(shaped, sizes)
    values: dict[int, ArrayValue] = {}
    scope = {name: build.enter(name) for name in shaped.reading.variables}
    for definition in shaped.reading.definitions:
        scope[definition.name] = _lower_expression(build, definition.body, scope, values)
    output = _lower_expression(build, shaped.reading.expr, scope, values)
    return LoweredMatrix(build.graph, output, sizes, values)


def _lower_expression(
    build: ArrayBuilder, expr: Syntax, scope: Mapping[str, ArrayValue], values: dict[int, ArrayValue]
) -> ArrayValue:
    """The value of an expression; writes those of its parts into values."""
    for node in postorder(expr):
        match node:
            case Number():
                values[id(node)] = ArrayValue(build.graph.constant(node.value))
            case Name():
                values[id(node)] = scope[node.id]
            case Apply():
                args = [values[id(arg)] for arg in node.args]
                values[id(node)] = ROWS[node.function].lower(build, node, args)
    return values[id(expr)]
