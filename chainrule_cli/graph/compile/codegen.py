"""Graph -> straight-line Python that gives the value and every partial derivative.

The source is made of names of our own and of numbers, never of what was typed. Code for floats is unguarded:
where it raises, the guarded operations of OPS run instead; arrays go to blocks.py. To write an operation in
another way, add a row to SPELLINGS.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import cache
from numbers import Real
from typing import TYPE_CHECKING, Any, Protocol

from chainrule_cli.graph.adjoint import gradient
from chainrule_cli.graph.carriers import FLOATS
from chainrule_cli.graph.compile.rewrite import shorten
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.operations import OPS
from chainrule_cli.graph.sweep import forward

if TYPE_CHECKING:
    from chainrule_cli.graph.values.arrays import Array

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
    "and": "and_({}, {})",
    "or": "or_({}, {})",
    "not": "not_({})",
    "undefined": "nan",
}
"""Operations that are not a call of their name."""

MATH = (
    "sqrt", "cbrt", "exp", "expm1", "log", "log1p", "erf", "erfc",
    "sin", "cos", "tan", "asin", "acos", "atan", "atan2",
    "sinh", "cosh", "tanh", "asinh", "acosh", "atanh",
)  # fmt: skip
"""Operations that are math's function of the same name: it raises wherever OPS has NaN or infinity
instead."""

ERRORS = (ValueError, ZeroDivisionError, OverflowError)


class Compiled(Protocol):
    """What generate() gives.

    variables: the names in the order of the arguments
    source: the Python that runs for floats
    """

    variables: tuple[str, ...]
    source: str

    def __call__(self, *values: Any) -> Answer: ...


def generate(graph: Graph, output: int, variables: Sequence[str]) -> Compiled:
    """The function that gives the value of the output and its partial derivative by each variable.

    graph: grows by its gradient

    The function takes a number or an array for each variable, and raises TypeError for anything else.
    """
    partials = gradient(graph, output, variables)
    shorter, outputs = shorten(graph, [output, *(partials[name] for name in variables)])
    inputs = [shorter.input(name) for name in variables]
    source, known = _write_source(shorter, outputs, inputs), _collect_names(shorter)
    exec(compile(source, "<chainrule>", "exec"), known)  # noqa: S102  # names of our own and numbers alone
    function = known["gradient"]
    known["general"] = _prepare_general(shorter, outputs, variables, function)
    function.variables, function.source = tuple(variables), source
    return function  # type: ignore[no-any-return]  # what exec has made bears no type


def _collect_names(graph: Graph) -> dict[str, Any]:
    """All that the code may see: the operations, the type it asks for and the errors it meets; no
    builtins."""
    called = [op for op in {node.op for node in graph.nodes} & OPS.keys() if not _spell(op).startswith("(")]
    operations = {_spell(op).partition("(")[0]: OPS[op].forward for op in called}
    functions = {name: getattr(math, name) for name in MATH}
    return {
        "__builtins__": {},
        **operations,
        **functions,
        "type": type,
        "float": float,
        **{error.__name__: error for error in ERRORS},
        **_CONSTANTS,
    }


_CONSTANTS = {"e": math.e, "pi": math.pi, "inf": math.inf, "nan": math.nan}


def _write_source(graph: Graph, outputs: Sequence[int], inputs: Sequence[int]) -> str:
    """Floats go straight through; whatever else there is, and floats that meet an error, go the
    general way."""
    arguments = [f"x{rank}" for rank in range(len(inputs))]
    signature = ", ".join([*arguments, "/"] if arguments else [])
    lines, (value, *partials) = _write_statements(graph, outputs, inputs)
    answer = f"return {value}, ({''.join(f'{partial}, ' for partial in partials).rstrip()})"
    floats = " is ".join(f"type({argument})" for argument in arguments)
    return "\n".join(
        [
            f"def gradient({signature}):",
            f"    if {f'{floats} is float' if floats else 'True'}:",
            "        try:",
            *(f"            {line}" for line in [*lines, answer]),
            f"        except ({', '.join(error.__name__ for error in ERRORS)}):",
            "            pass",
            f"    return general({', '.join(arguments)})",
            "",
        ]
    )


def _write_statements(
    graph: Graph, outputs: Sequence[int], inputs: Sequence[int]
) -> tuple[list[str], list[str]]:
    """An assignment for each node that is used more than once, and the outputs as expressions."""
    shared, lines = _find_shared(graph, outputs), list[str]()
    written = {index: f"x{rank}" for rank, index in enumerate(inputs)}
    depths = [0] * len(graph)
    for index, node in enumerate(graph.nodes):
        if node.value is not None:
            written[index] = _write_number(node.value)
        elif node.op in OPS:
            written[index] = _spell(node.op).format(*[written[argument] for argument in node.args])
            depths[index] = 1 + max((depths[argument] for argument in node.args), default=0)
        if node.op in OPS and (shared[index] or depths[index] == DEEPEST_EXPRESSION):
            lines.append(f"v{len(lines)} = {_strip_brackets(written[index])}")
            written[index], depths[index] = f"v{len(lines) - 1}", 0
    return lines, [written[output] for output in outputs]


def _find_shared(graph: Graph, outputs: Iterable[int]) -> list[bool]:
    """Which nodes are taken more than once; outputs count as taken here and elsewhere."""
    uses = [0] * len(graph)
    for taken in [*(argument for node in graph.nodes for argument in node.args), *outputs, *outputs]:
        uses[taken] += 1
    return [count > 1 for count in uses]


@cache
def _spell(op: str) -> str:
    nullary = not OPS[op].example
    return SPELLINGS.get(op) or (op if nullary else f"{op}({', '.join('{}' for _ in OPS[op].example)})")


def _strip_brackets(expression: str) -> str:
    """Without the brackets around the whole, which only operators have."""
    return expression[1:-1] if expression.startswith("(") else expression


def _write_number(value: Any) -> str:
    text = repr(FLOATS.constant(value))
    return f"({text})" if text.startswith("-") else text


def _prepare_general(
    graph: Graph, outputs: Sequence[int], variables: Sequence[str], function: Callable[..., Answer]
) -> Callable[..., Answer]:
    """What runs where the code for floats does not: off the domain, on numbers of other types, on arrays."""

    @cache
    def prepare_blocks() -> Callable[..., Sequence[Array]]:
        from chainrule_cli.graph.compile import blocks  # noqa: PLC0415  # imports numpy, which floats do not need

        work = blocks.prepare(graph, outputs, variables)
        return lambda *values: blocks.run(work, values)

    def general(*values: Any) -> Answer:
        if any(_is_array(value) for value in values):
            value, *partials = prepare_blocks()(*map(_enter_array, values))
        elif all(type(value) is float for value in values):
            found = forward(graph, dict(zip(variables, values, strict=True)))
            value, *partials = (found[output] for output in outputs)
        else:
            return function(*map(_enter, values))
        return value, tuple(partials)

    return general


def _is_array(value: Any) -> bool:
    """Whether it is a numpy array; who has one has imported numpy."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray)


def _enter(value: Any) -> float:
    """A number of any type as a float; infinity where it is too large for one."""
    if isinstance(value, int | Fraction):
        return FLOATS.constant(value)
    if isinstance(value, Real):
        return float(value)
    raise TypeError(f"a value is a real number or a numpy array of them, not {type(value).__name__}")


def _enter_array(value: Any) -> Array:
    import numpy as np  # noqa: PLC0415  # who has an array has imported it

    if not _is_array(value):
        return np.array(_enter(value))
    if value.dtype.kind not in "biuf":
        raise TypeError(f"an array holds real numbers, not {value.dtype}")
    return np.asarray(value, dtype=np.float64)
