"""Graph -> straight-line Python that gives the value and every partial derivative; compile() of the public API.

Knows how an operation is written as Python and which names the code may see. The source is made of names of our own and of
numbers, never of what was typed. Code for numbers is unguarded: where it raises, the guarded operations of OPS run instead.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any, Protocol

from chainrule_cli.graph import floats
from chainrule_cli.graph.adjoint import gradient
from chainrule_cli.graph.carriers import FLOATS
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.ops import OPS
from chainrule_cli.graph.shorten import shorten
from chainrule_cli.graph.sweep import forward

Answer = tuple[Any, tuple[Any, ...]]
"""The value and the partial derivatives: floats, or arrays of one shape."""

DEEPEST_EXPRESSION = 12
"""Operations nested in one line of source: what is used once is written where it is used."""

SPELLINGS = {
    "add": "({} + {})",
    "sub": "({} - {})",
    "mul": "({} * {})",
    "div": "({} / {})",
    "neg": "(-{})",
    "sec": "(1.0 / cos({}))",
    "csc": "(1.0 / sin({}))",
    "sech": "(1.0 / cosh({}))",
    "e": repr(math.e),
    "pi": repr(math.pi),
}
"""Operations written with Python's operators."""

NAN_OR_RAISE = ("sqrt", "cbrt", "exp", "expm1", "log", "log1p", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc")  # fmt: skip
"""Operations that are math's of the same name: it raises where OPS says NaN or infinity."""


class Compiled(Protocol):
    """variables: the names in the order of the arguments. source: the Python that runs for numbers."""

    variables: tuple[str, ...]
    source: str

    def __call__(self, *values: Any) -> Answer: ...


def generate(graph: Graph, output: int, variables: Sequence[str]) -> Compiled:
    """The function that gives the value of the output and its partial derivative by each variable.

    graph: grows by its gradient.
    """
    partials = gradient(graph, output, variables)
    shorter, places = shorten(graph, [output, *(partials[name] for name in variables)])
    inputs = [shorter.input(name) for name in variables]
    text = _source(shorter, places, inputs)
    known: dict[str, Any] = _names(shorter)
    exec(compile(text, "<chainrule>", "exec"), known)  # noqa: S102  # names of our own and numbers, nothing that was typed
    function = known["gradient"]
    known["general"] = _general(shorter, places, tuple(variables), function)
    function.variables, function.source = tuple(variables), text
    return function  # type: ignore[no-any-return]  # what exec made has no type


def _names(graph: Graph) -> dict[str, Any]:
    """What the code may see: the operations of the graph and the types it asks for; no builtins."""
    own = {op: getattr(math, op) if op in NAN_OR_RAISE else OPS[op].forward for op in {node.op for node in graph.nodes} & OPS.keys()}
    errors = {error.__name__: error for error in (ValueError, ZeroDivisionError, OverflowError)}
    helpers = {"sin": math.sin, "cos": math.cos, "cosh": math.cosh, "inf": math.inf, "nan": math.nan}
    return {"__builtins__": {}, "type": type, "float": float, **errors, **helpers, **_renamed(own)}


def _renamed(operations: dict[str, Callable[..., float]]) -> dict[str, Callable[..., float]]:
    return {_spelled(op): call for op, call in operations.items()}


def _spelled(op: str) -> str:
    """An operation's name in the source; some are words of Python."""
    return f"{op}_" if op in ("and", "or", "not") else op


def _source(graph: Graph, outputs: Sequence[int], inputs: Sequence[int]) -> str:
    lines, results = _statements(graph, outputs, inputs)
    arguments = [f"x{number}" for number in range(len(inputs))]
    value, *partials = results
    answer = f"return {value}, ({''.join(f'{partial}, ' for partial in partials).rstrip()})"
    call = f"return general({', '.join(arguments)})"
    signature = ", ".join([*arguments, "/"]) if arguments else ""
    return "\n".join(
        [
            f"def gradient({signature}):",
            *([f"    if {' is '.join(f'type({name})' for name in arguments)} is float:"] if arguments else ["    if True:"]),
            "        try:",
            *(f"            {line}" for line in [*lines, answer]),
            "        except (ValueError, ZeroDivisionError, OverflowError):",
            "            pass",
            f"    {call}",
            "",
        ]
    )


def _statements(graph: Graph, outputs: Sequence[int], inputs: Sequence[int]) -> tuple[list[str], list[str]]:
    """An assignment for each node that is used more than once, and the outputs as expressions."""
    uses = _uses(graph, outputs)
    lines: list[str] = []
    written = {place: f"x{number}" for number, place in enumerate(inputs)}
    depths = dict.fromkeys(inputs, 0)
    for place, node in enumerate(graph.nodes):
        if place in written:
            continue
        if node.value is not None:
            written[place], depths[place] = _number(node.value), 0
            continue
        depths[place] = 1 + max((depths[argument] for argument in node.args), default=-1)
        written[place] = _spelling(node.op).format(*[written[argument] for argument in node.args])
        if uses[place] > 1 or depths[place] >= DEEPEST_EXPRESSION:
            lines.append(f"v{len(lines)} = {_bare(written[place])}")
            written[place], depths[place] = f"v{len(lines) - 1}", 0
    return lines, [written[output] for output in outputs]


def _uses(graph: Graph, outputs: Sequence[int]) -> list[int]:
    uses = [0] * len(graph)
    for node in graph.nodes:
        for argument in node.args:
            uses[argument] += 1
    for output in outputs:
        uses[output] += 2
    return uses


def _spelling(op: str) -> str:
    known = SPELLINGS.get(op)
    return known if known is not None else f"{_spelled(op)}({', '.join(['{}'] * len(OPS[op].example))})"


def _bare(expression: str) -> str:
    """Without the brackets around the whole."""
    return expression[1:-1] if expression.startswith("(") else expression


def _number(value: Any) -> str:
    text = repr(FLOATS.constant(value))
    return f"({text})" if text.startswith("-") else text


def _general(graph: Graph, outputs: Sequence[int], variables: tuple[str, ...], function: Callable[..., Answer]) -> Callable[..., Answer]:
    """What runs where the code for floats does not: on other numbers, on arrays, off the domain."""

    def general(*values: Any) -> Answer:
        if all(type(value) is float for value in values):
            results = forward(graph, dict(zip(variables, values, strict=True)))
            value, *partials = [results[output] for output in outputs]
            return value, tuple(partials)
        if any(_is_array(value) for value in values):
            raise NotImplementedError
        return function(*[_entered(value) for value in values])

    return general


def _is_array(value: Any) -> bool:
    """Whether it is a numpy array; who has one has imported numpy."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray)


def _entered(value: Any) -> float:
    if not isinstance(value, Real):
        raise TypeError(f"a value is a real number or an array of them, not {type(value).__name__}")
    return FLOATS.constant(value) if isinstance(value, int) else float(value)
