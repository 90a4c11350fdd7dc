"""Syntax -> Graph: the numeric half begins here, from the same reading as the symbolic one.

Sums and products become chains of two-argument operations, as a textbook draws them; an odd root of a power
is a root that takes negative numbers. A construct that is not an operation of the same name has a row in
LOWERINGS. Never recursive. A point that was typed is evaluated the same way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

from chainrule_cli.errors import QuestionError
from chainrule_cli.graph.carriers import FLOATS
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.operations import OPS
from chainrule_cli.graph.sweep import forward
from chainrule_cli.notation.functions import FUNCTIONS
from chainrule_cli.notation.syntax import Apply, Name, Number, Reading, Syntax, postorder
from chainrule_cli.notation.write import exact_value

Lowering = Callable[[Graph, Apply, Sequence[int]], int]


@dataclass(frozen=True, slots=True)
class Lowered:
    """A reading as a graph.

    output: the node of the result; for an equation, of the left side minus the right one
    defined: the name of a definition -> its node
    """

    graph: Graph
    output: int
    defined: Mapping[str, int] = field(default_factory=dict)


def lower(reading: Reading) -> Lowered:
    """The reading as a graph, each definition a labelled node that its users share.

    Raises QuestionError for an undefined function: it has no value.
    """
    graph = Graph()
    scope = {name: graph.input(name) for name in reading.variables}
    for definition in reading.definitions:
        scope[definition.name] = lower_expr(graph, definition.body, scope)
        graph.labels.setdefault(scope[definition.name], definition.name)
    output = lower_expr(graph, reading.expr, scope)
    if reading.name:
        scope[reading.name] = output
    return Lowered(graph, output, {name: index for name, index in scope.items() if name not in graph.inputs})


def lower_expr(graph: Graph, expr: Syntax, scope: Mapping[str, int]) -> int:
    """The node of an expression whose names are nodes of `scope`."""
    lowered: dict[int, int] = {}
    for node in postorder(expr):
        match node:
            case Number():
                lowered[id(node)] = graph.constant(node.value)
            case Name():
                lowered[id(node)] = scope[node.id]
            case Apply():
                lowered[id(node)] = _lower_apply(
                    graph, node, [lowered[id(argument)] for argument in node.args]
                )
    return lowered[id(expr)]


def _lower_apply(graph: Graph, node: Apply, args: list[int]) -> int:
    lowering = LOWERINGS.get(node.function)
    if lowering is not None:
        return lowering(graph, node, args)
    if node.function in FUNCTIONS and node.function in OPS:
        return graph.apply(node.function, *args)
    raise QuestionError(
        f"{node.function} is an undefined function: it has no value",
        span=node.span,
        hint="define it: f(t) = ...; f(x^2)",
    )


def _lower_sum(graph: Graph, node: Apply, args: Sequence[int]) -> int:
    result = args[0]
    for term, index in zip(node.args[1:], args[1:], strict=True):
        subtracted = isinstance(term, Apply) and term.function == "neg"
        result = (
            graph.apply("sub", result, graph.nodes[index].args[0])
            if subtracted
            else graph.apply("add", result, index)
        )
    return result


def _lower_chain(op: str) -> Lowering:
    return lambda graph, _node, args: reduce(lambda one, other: graph.apply(op, one, other), args)


def _lower_power(graph: Graph, node: Apply, args: Sequence[int]) -> int:
    """x^(p/q) with q odd is a power of the real q-th root."""
    exponent = exact_value(node.args[1])
    if exponent is None:
        return graph.apply("pow", *args)
    if exponent.denominator > 1 and exponent.denominator % 2:
        root = (
            graph.apply("cbrt", args[0])
            if exponent.denominator == 3
            else graph.apply("root", args[0], graph.constant(exponent.denominator))
        )
        return (
            root if exponent.numerator == 1 else graph.apply("pow", root, graph.constant(exponent.numerator))
        )
    return graph.apply("pow", args[0], graph.constant(exponent))


def _lower_log(graph: Graph, _node: Apply, args: Sequence[int]) -> int:
    natural = graph.apply("log", args[0])
    return natural if len(args) == 1 else graph.apply("div", natural, graph.apply("log", args[1]))


def _lower_root(graph: Graph, node: Apply, args: Sequence[int]) -> int:
    degree = exact_value(node.args[1])
    if degree is None or degree.denominator != 1 or degree < 1:
        return graph.apply("pow", args[0], graph.apply("div", graph.constant(1), args[1]))
    return graph.apply("root", args[0], args[1])


def _lower_piecewise(graph: Graph, _node: Apply, args: Sequence[int]) -> int:
    otherwise = args[-1] if len(args) % 2 else graph.apply("undefined")
    pairs = list(zip(args[0::2], args[1::2], strict=False))
    return reduce(lambda rest, pair: graph.apply("where", pair[1], pair[0], rest), reversed(pairs), otherwise)


def _lower_plainly(op: str) -> Lowering:
    return lambda graph, _node, args: graph.apply(op, *args)


LOWERINGS: dict[str, Lowering] = {
    "+": _lower_sum,
    "*": _lower_chain("mul"),
    "/": _lower_plainly("div"),
    "neg": _lower_plainly("neg"),
    "^": _lower_power,
    "=": _lower_plainly("sub"),
    "log": _lower_log,
    "root": _lower_root,
    "piecewise": _lower_piecewise,
    "min": _lower_chain("min"),
    "max": _lower_chain("max"),
    "and": _lower_chain("and"),
    "or": _lower_chain("or"),
    "not": _lower_plainly("not"),
    **{
        sign: _lower_plainly(op)
        for sign, op in {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne"}.items()
    },
}
"""Constructs that are not an operation of the same name."""


# points that were typed as constant expressions


def evaluate_point(at: Mapping[str, Syntax], needed: Sequence[str] = ()) -> dict[str, float]:
    """The point as floats.

    needed: the names that must have a coordinate

    Raises QuestionError for a coordinate that is no finite real number, or a needed one that is missing.
    """
    point = {name: _evaluate_coordinate(name, expr) for name, expr in at.items()}
    missing = [name for name in needed if name not in point]
    if missing:
        example = ",".join(f"{name}=1" for name in missing)
        raise QuestionError(
            f"the point has no value for {', '.join(missing)}", hint=f"add it to --at: {example}"
        )
    return point


def _evaluate_coordinate(name: str, expr: Syntax) -> float:
    graph = Graph()
    node = lower_expr(graph, expr, {})
    value = float(forward(graph, {}, FLOATS)[node])
    if not math.isfinite(value):
        raise QuestionError(f"the value of {name} is not a finite real number")
    return value
