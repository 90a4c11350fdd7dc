"""A graph expanded round a point: for every node a truncated series in h > 0, exact while the numbers are.

SERIES_OPS has the few operations that series know (arithmetic, powers, logarithm, exponential, branches,
jumps), PIECES those with kinks in terms of others. Any other comes from its row of OPS: by Taylor's series,
as the integral of its local derivatives where those are algebraic with a pole, or by its values where it ends
infinitely steep. A node that has no series has None; a branch not taken may have none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from chainrule_cli.graph.adjoint import write_number_edges
from chainrule_cli.graph.builder import SELU_ALPHA, SELU_SCALE, Builder
from chainrule_cli.graph.node import Graph, Node
from chainrule_cli.graph.onesided import series
from chainrule_cli.graph.onesided.series import Series, Unknown
from chainrule_cli.graph.onesided.taylor import (
    compose_taylor,
    evaluate,
    expand_steep_end,
    find_taylor,
    raise_number,
)
from chainrule_cli.graph.operations import OPS

INTEGRATED = frozenset({"asin", "acos", "asec", "acsc", "acosh", "asech", "atan2"})
"""Operations whose local derivatives are algebraic: their series come from those where Taylor's fails."""

FORGIVING = frozenset({"where", "and", "or"})
"""Operations that may have a series though an argument has none."""

Found = list[Series | None]


def expand(graph: Graph, needed: Sequence[bool], inputs: Mapping[int, Series]) -> Found:
    """The series of every needed node, where its inputs are these; None for a node that has none."""
    found: Found = []
    for index, (node, wanted) in enumerate(zip(graph.nodes, needed, strict=False)):
        found.append(_expand_node(index, node, found, inputs) if wanted else None)
    return found


def _expand_node(index: int, node: Node, found: Found, inputs: Mapping[int, Series]) -> Series | None:
    if node.op == "input":
        return inputs[index]
    if node.value is not None:
        return series.make_constant(Fraction(node.value))
    args = [found[argument] for argument in node.args]
    if node.op not in FORGIVING and any(argument is None for argument in args):
        return None
    try:
        return apply(node.op, args)
    except Unknown:
        return None


def apply(op: str, args: Sequence[Any]) -> Series | None:
    """The series of an operation on series. Raises Unknown where there is none, or none can be told."""
    if op in SERIES_OPS:
        return SERIES_OPS[op](*args)
    if op in PIECES:
        return _expand_pieces(PIECES[op], args)
    moving = [index for index, argument in enumerate(args) if not _is_fixed(argument)]
    if not moving:
        return series.make_constant(evaluate(op, [argument.constant for argument in args]))
    if op not in INTEGRATED:
        _refuse_kink(op, [argument.constant for argument in args])
    if op in INTEGRATED and (len(moving) > 1 or op == "atan2"):  # which has a cut
        return _integrate(op, args)
    coefficients = find_taylor(op, [argument.constant for argument in args], moving)
    if coefficients is None:
        return _integrate(op, args) if op in INTEGRATED else expand_steep_end(op, args, moving)
    rests = [args[index] - series.make_constant(args[index].constant) for index in moving]
    return compose_taylor(coefficients, rests)


def _is_fixed(argument: Series) -> bool:
    """Whether the series is a number and nothing else."""
    return argument.order is None and set(argument.terms) <= {series.CONSTANT_TERM}


def _refuse_kink(op: str, limits: Sequence[Any]) -> None:
    """Raises Unknown at a kink, where no series goes through."""
    kink = OPS[op].kink
    if kink is not None and not kink(*map(float, limits)):
        raise Unknown


def _expand_pieces(pieces: Pieces, args: Sequence[Series]) -> Series | None:
    graph = Graph()
    inputs = [graph.input(f"argument {index}") for index in range(len(args))]
    whole = pieces(Builder(graph), *inputs)
    return expand(graph, graph.find_needed(whole), dict(zip(inputs, args, strict=True)))[whole]


def _integrate(op: str, args: Sequence[Series]) -> Series:
    """f(s) = f(s0) + the integral of f'(s)·s': for poles of f' such as that of asin at 1, and for several
    arguments."""
    graph = Graph()
    inputs = [graph.input(f"argument {index}") for index in range(len(args))]
    moving = [not _is_fixed(argument) for argument in args] + [True]
    edges = list(write_number_edges(Builder(graph), graph.apply(op, *inputs), moving))
    total = series.make_constant(_take_limit(op, args))
    for _, argument, partial in edges:
        factor = expand(graph, graph.find_needed(partial), dict(zip(inputs, args, strict=True)))[partial]
        if factor is None:
            raise Unknown
        total = total + (factor * args[argument].derivative()).integral()
    return total


def _take_limit(op: str, args: Sequence[Series]) -> Any:
    """The operation of the limits; atan2 on its cut by the side from which it comes."""
    limits = [argument.constant for argument in args]
    if op == "atan2" and limits[0] == 0 and limits[1] < 0 and args[0].sign < 0:
        return -evaluate("pi", [])
    return evaluate(op, limits)


# operations that series know


def _divide(a: Series, b: Series) -> Series:
    return a * series.raise_to(b, Fraction(-1), raise_number)


def _raise(base: Series, exponent: Fraction) -> Series:
    if base.sign < 0 and exponent.denominator % 2 == 0:
        raise Unknown
    return series.raise_to(base, exponent, raise_number)


def _raise_freely(base: Series, exponent: Series) -> Series:
    """As the operation: an exponent that is a number may be of any sort, and a base below 0 needs a whole
    one."""
    if base.sign == 0 and exponent.sign > 0:
        return base
    if (
        _is_fixed(exponent)
        and isinstance(exponent.constant, Fraction)
        and (base.sign >= 0 or exponent.constant.denominator == 1)
    ):
        return _raise(base, exponent.constant)
    return series.take_exponential(exponent * _take_log(base), lambda number: evaluate("exp", [number]))


def _take_root(base: Series, degree: Series) -> Series:
    return _raise(base, Fraction(1) / degree.constant)


def _take_log(base: Series) -> Series:
    return series.take_logarithm(base, lambda number: evaluate("log", [number]))


def _round(op: str) -> Callable[[Series], Series]:
    """floor, ceil and round: the value just beside the limit, which at a jump the sign of the remainder
    decides."""

    def value(x: Series) -> Series:
        at = x.constant
        beside = (x - series.make_constant(at)).sign
        if not isinstance(at, Fraction):
            return series.make_constant(evaluate(op, [at]))
        jump = at.denominator <= 2 and (2 * at) % 2 == (1 if op == "round" else 0)
        return series.make_constant(evaluate(op, [at + Fraction(beside, 4) if jump else at]))

    return value


def _compare(holds: Callable[[int], bool]) -> Callable[[Series, Series], Series]:
    return lambda a, b: series.make_constant(Fraction(holds((a - b).sign)))


def _choose(condition: Series | None, yes: Series | None, no: Series | None) -> Series | None:
    return None if condition is None else yes if condition.sign else no


def _apply_and(a: Series | None, b: Series | None) -> Series | None:
    if any(side is not None and side.sign == 0 for side in (a, b)):
        return series.make_constant(Fraction(0))
    return None if a is None or b is None else a * b


def _apply_or(a: Series | None, b: Series | None) -> Series | None:
    if any(side is not None and side.sign for side in (a, b)):
        return series.make_constant(Fraction(1))
    return None if a is None or b is None else a + b


def _refuse() -> Series:
    raise Unknown


SERIES_OPS: dict[str, Callable[..., Series | None]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "neg": lambda a: -a,
    "mul": lambda a, b: a * b,
    "div": _divide,
    "sqrt": lambda x: _raise(x, Fraction(1, 2)),
    "cbrt": lambda x: _raise(x, Fraction(1, 3)),
    "pow": _raise_freely,
    "root": _take_root,
    "log": _take_log,
    "exp": lambda x: series.take_exponential(x, lambda number: evaluate("exp", [number])),
    **{op: _round(op) for op in ("floor", "ceil", "round")},
    "lt": _compare(lambda sign: sign < 0),
    "le": _compare(lambda sign: sign <= 0),
    "gt": _compare(lambda sign: sign > 0),
    "ge": _compare(lambda sign: sign >= 0),
    "eq": _compare(lambda sign: sign == 0),
    "ne": _compare(lambda sign: sign != 0),
    "where": _choose,
    "and": _apply_and,
    "or": _apply_or,
    "not": lambda a: series.make_constant(Fraction(1)) - a,
    "undefined": _refuse,
}


# operations with kinks, by smooth parts and branches

Pieces = Callable[..., int]
"""(builder, arguments) -> the operation in terms of others."""


def _gate_above(b: Builder, x: int, yes: int, no: int) -> int:
    """yes where x > 0"""
    return b.gate(b.apply("gt", x, b.zero), yes, no)


def _scale(b: Builder, factor: Fraction, x: int) -> int:
    return b.mul(b.number(factor), x)


def _write_selu(b: Builder, x: int) -> int:
    return _scale(b, SELU_SCALE, _gate_above(b, x, x, _scale(b, SELU_ALPHA, b.apply("expm1", x))))


PIECES: dict[str, Pieces] = {
    "abs": lambda b, x: _gate_above(b, x, x, b.neg(x)),
    "sign": lambda b, x: _gate_above(b, x, b.one, b.gate(b.apply("lt", x, b.zero), b.number(-1), b.zero)),
    "relu": lambda b, x: _gate_above(b, x, x, b.zero),
    "leaky_relu": lambda b, x: _gate_above(b, x, x, _scale(b, Fraction(1, 100), x)),
    "elu": lambda b, x: _gate_above(b, x, x, b.apply("expm1", x)),
    "selu": _write_selu,
    "max": lambda b, x, y: b.gate(b.apply("gt", x, y), x, y),
    "min": lambda b, x, y: b.gate(b.apply("lt", x, y), x, y),
    "clip": lambda b, x, low, high: b.apply("min", b.apply("max", x, low), high),
    "mod": lambda b, x, y: b.sub(x, b.mul(y, b.apply("floor", b.div(x, y)))),
    "hypot": lambda b, x, y: b.apply("sqrt", b.add(b.square(x), b.square(y))),
}
"""Which side counts at the kink itself, the local derivatives in OPS say."""
