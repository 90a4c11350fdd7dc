"""A graph expanded round a point: for every node a truncated series in h > 0, exact while the numbers are.

HANDLERS has the few operations that series know (arithmetic, powers, logarithm, exponential, branches, jumps), PIECES those
with kinks in terms of others. Every other operation comes by Taylor's series from its row of OPS, as the integral of its local
derivatives where those are algebraic with a pole, or by its values where it ends infinitely steep. A node that has no series
has None; a branch not taken may have none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import Any

from chainrule_cli.graph.adjoint import derivative, write_number_edges
from chainrule_cli.graph.builder import Builder
from chainrule_cli.graph.carriers import DIGITS
from chainrule_cli.graph.node import Graph, Node
from chainrule_cli.graph.onesided import series
from chainrule_cli.graph.onesided.series import Series, Unknown
from chainrule_cli.graph.operations import OPS, SELU_ALPHA, SELU_SCALE, Op
from chainrule_cli.graph.sweep import forward

WORKING_DIGITS = 50
TAYLOR_TERMS = 6
SHORT_MANTISSA = 64
"""A number of 50 digits whose binary digits end before this is exact."""
ROUNDING = 1e-45
STEEP_DIGITS = 200
NEAR, NEARER = 60, 70
"""Decimal places of the distances from which an operation is looked at where it ends."""
LARGEST_DEGREE = 6
"""Roots as which it may end."""
INTEGRATED = frozenset({"asin", "acos", "asec", "acsc", "acosh", "asech", "atan2"})
"""Operations whose local derivatives are algebraic: their series come from those where Taylor's fails."""

FORGIVING = frozenset({"where", "and", "or"})
"""Operations that may have a series though an argument has none."""

Found = list[Series | None]


def expand(graph: Graph, needed: Sequence[bool], inputs: Mapping[int, Series]) -> Found:
    """The series of every needed node, where its inputs are these; None for a node that has none."""
    found: Found = []
    for index, (node, wanted) in enumerate(zip(graph.nodes, needed, strict=False)):
        found.append(_node(index, node, found, inputs) if wanted else None)
    return found


def _node(index: int, node: Node, found: Found, inputs: Mapping[int, Series]) -> Series | None:
    if node.op == "input":
        return inputs[index]
    if node.value is not None:
        return series.constant(Fraction(node.value))
    args = [found[argument] for argument in node.args]
    if node.op not in FORGIVING and any(argument is None for argument in args):
        return None
    try:
        return applied(node.op, args)
    except Unknown:
        return None


def applied(op: str, args: Sequence[Any]) -> Series | None:
    """The series of an operation on series. Raises Unknown where there is none, or none can be told."""
    if op in HANDLERS:
        return HANDLERS[op](*args)
    if op in PIECES:
        return _by_pieces(PIECES[op], args)
    moving = [index for index, argument in enumerate(args) if not _fixed(argument)]
    if not moving:
        return series.constant(_value(op, [argument.constant for argument in args]))
    if op in INTEGRATED and (len(moving) > 1 or op == "atan2"):  # which has a cut
        return _integrated(op, args)
    coefficients = _taylor(op, [argument.constant for argument in args], moving)
    if coefficients is None:
        return _integrated(op, args) if op in INTEGRATED else _steep(op, args, moving)
    rests = [args[index] - series.constant(args[index].constant) for index in moving]
    return _composed(coefficients, rests)


def _fixed(argument: Series) -> bool:
    """Whether the series is a number and nothing else."""
    return argument.order is None and set(argument.terms) <= {series.CONSTANT_TERM}


def _by_pieces(pieces: Pieces, args: Sequence[Series]) -> Series | None:
    graph = Graph()
    indices = [graph.input(f"argument {index}") for index in range(len(args))]
    whole = pieces(Builder(graph), *indices)
    return expand(graph, graph.reaching(whole), dict(zip(indices, args, strict=True)))[whole]


# numbers


def exact(number: Any, *, nothing: float = 0.0) -> Any:
    """A number of 50 digits as the Fraction that it plainly is; itself where it is not. nothing: the size up to which it is 0.

    Raises Unknown for NaN and infinity."""
    if isinstance(number, Fraction):
        return number
    if not math.isfinite(number):
        raise Unknown
    if abs(number) <= nothing:
        return Fraction(0)
    sign, mantissa, exponent, size = number._mpf_  # mpmath's own form: the only exact way out
    if size > SHORT_MANTISSA or abs(exponent) > SHORT_MANTISSA:
        return number
    return Fraction(-mantissa if sign else mantissa) * Fraction(2) ** exponent


def _leftover(args: Sequence[Any]) -> float:
    """What rounding may leave of a 0: nothing where the arguments are exact."""
    return 0.0 if all(isinstance(argument, Fraction) for argument in args) else ROUNDING


def _value(op: str, args: Sequence[Any]) -> Any:
    call = DIGITS(WORKING_DIGITS).operation(op)
    return exact(call(*[_number(argument) for argument in args]), nothing=_leftover(args))


def _number(value: Any) -> Any:
    return DIGITS(WORKING_DIGITS).constant(value) if isinstance(value, Fraction) else value


def _root(number: Any, exponent: Fraction) -> Any:
    """The real power of a number."""
    if isinstance(number, Fraction) and exponent.denominator == 1 and abs(exponent) < series.MOST_TERMS:
        return number**exponent.numerator
    if number < 0 and exponent.denominator % 2 == 0:
        raise Unknown
    size = exact(DIGITS(WORKING_DIGITS).context.power(_number(abs(number)), _number(exponent)))
    return -size if number < 0 and exponent.numerator % 2 else size


# smooth operations


Coefficients = Mapping[tuple[int, ...], Any]
"""How often each moving argument's remainder is taken -> the coefficient of that product."""


def _taylor(op: str, limits: Sequence[Any], moving: Sequence[int]) -> Coefficients | None:
    """Taylor's coefficients of a smooth operation in its moving arguments; None where one of them is not finite."""
    graph, derivatives = _derivatives(OPS[op], len(limits), tuple(moving))
    point = {f"argument {index}": _number(limit) for index, limit in enumerate(limits)}
    values = forward(graph, point, DIGITS(WORKING_DIGITS))
    leftover = _leftover(limits)
    try:
        return {
            orders: series.scaled(
                exact(values[index], nothing=leftover), Fraction(1, math.prod(map(math.factorial, orders)))
            )
            for orders, index in derivatives.items()
        }
    except Unknown:
        return None


@lru_cache(maxsize=256)
def _derivatives(row: Op, arity: int, moving: tuple[int, ...]) -> tuple[Graph, dict[tuple[int, ...], int]]:
    """The operation and its derivatives by the moving arguments, in a graph of their own."""
    graph = Graph()
    whole = graph.apply(row.name, *(graph.input(f"argument {index}") for index in range(arity)))
    found = {(0,) * len(moving): whole}
    for orders in product(range(TAYLOR_TERMS), repeat=len(moving)):
        if 0 < sum(orders) < TAYLOR_TERMS:
            last = max(rank for rank, times in enumerate(orders) if times)
            lower = (*orders[:last], orders[last] - 1, *orders[last + 1 :])
            found[orders] = derivative(graph, found[lower], f"argument {moving[last]}")
    return graph, found


def _composed(coefficients: Coefficients, rests: Sequence[Series]) -> Series:
    """Taylor's series for remainders that fall to 0."""
    if len(rests) == 1:
        return series.composed(list(coefficients.values()), rests[0])
    leading = [rest.leading for rest in rests]
    if any(each is None or each[0] <= 0 for each in leading):
        raise Unknown
    total = Series({}, min(each[0] for each in leading if each) * TAYLOR_TERMS)
    for orders, coefficient in coefficients.items():
        term = series.constant(coefficient)
        for rest, times in zip(rests, orders, strict=True):
            for _ in range(times):
                term = term * rest
        total = total + term
    return total


def _steep(op: str, args: Sequence[Series], moving: Sequence[int]) -> Series:
    """Where an operation ends as a root does: its value there and the first term of what follows, by its values close by."""
    end, limits = OPS[op].end, [argument.constant for argument in args]
    if end is None or list(moving) != [0]:
        raise Unknown
    carrier = DIGITS(STEEP_DIGITS)
    context, call = carrier.context, carrier.operation(op)
    here, *others = (
        carrier.constant(limit) if isinstance(limit, Fraction) else context.mpf(limit) for limit in limits
    )
    beyond = end(context, here, *others)
    if abs(beyond) > ROUNDING:
        raise Unknown
    rest, corner = args[0] - series.constant(limits[0]), here - beyond
    start = call(corner, *others)
    near, nearer = (
        call(corner + rest.sign * context.mpf(10) ** -far, *others) - start for far in (NEAR, NEARER)
    )
    if not (math.isfinite(near) and math.isfinite(nearer) and near and nearer):
        raise Unknown
    found = context.log10(near / nearer) / (NEARER - NEAR)
    exponent = Fraction(float(found)).limit_denominator(LARGEST_DEGREE)
    if not 0 < exponent < 1 or abs(found - carrier.constant(exponent)) > ROUNDING**0.5:
        raise Unknown
    scale = _here(near * context.mpf(10) ** (NEAR * carrier.constant(exponent)))
    steep = series.power(rest.times(rest.sign), exponent, _root).times(scale)
    first = rest.leading
    unknown = Series({}, None if first is None else 2 * exponent * first[0])
    return series.constant(exact(_here(start), nothing=ROUNDING)) + steep + unknown


def _here(number: Any) -> Any:
    """A number with more digits as one of WORKING_DIGITS."""
    return DIGITS(WORKING_DIGITS).context.mpf(number)


def _integrated(op: str, args: Sequence[Series]) -> Series:
    """f(s) = f(s0) + the integral of f'(s)·s': for poles of f' such as that of asin at 1, and for several arguments."""
    graph = Graph()
    indices = [graph.input(f"argument {index}") for index in range(len(args))]
    moving = [not _fixed(argument) for argument in args] + [True]
    edges = list(write_number_edges(Builder(graph), graph.apply(op, *indices), moving))
    total = series.constant(_limit(op, args))
    for _, argument, rate in edges:
        factor = expand(graph, graph.reaching(rate), dict(zip(indices, args, strict=True)))[rate]
        if factor is None:
            raise Unknown
        total = total + (factor * args[argument].derivative()).integral()
    return total


def _limit(op: str, args: Sequence[Series]) -> Any:
    """The operation of the limits; atan2 on its cut by the side from which it comes."""
    limits = [argument.constant for argument in args]
    if op == "atan2" and limits[0] == 0 and limits[1] < 0 and args[0].sign < 0:
        return -_value("pi", [])
    return _value(op, limits)


# operations that series know


def _division(a: Series, b: Series) -> Series:
    return a * series.power(b, Fraction(-1), _root)


def _power(base: Series, exponent: Fraction) -> Series:
    if base.sign < 0 and exponent.denominator % 2 == 0:
        raise Unknown
    return series.power(base, exponent, _root)


def _free_power(base: Series, exponent: Series) -> Series:
    """As the operation: an exponent that is a number may be of any sort, and a base below 0 needs a whole one."""
    if base.sign == 0 and exponent.sign > 0:
        return base
    if (
        _fixed(exponent)
        and isinstance(exponent.constant, Fraction)
        and (base.sign >= 0 or exponent.constant.denominator == 1)
    ):
        return _power(base, exponent.constant)
    return series.exponential(exponent * _log(base), lambda number: _value("exp", [number]))


def _real_root(base: Series, degree: Series) -> Series:
    return _power(base, Fraction(1) / degree.constant)


def _log(base: Series) -> Series:
    return series.logarithm(base, lambda number: _value("log", [number]))


def _rounding(op: str) -> Callable[[Series], Series]:
    """floor, ceil and round: the value just beside the limit, which at a jump the sign of the remainder decides."""

    def value(x: Series) -> Series:
        at = x.constant
        beside = (x - series.constant(at)).sign
        if not isinstance(at, Fraction):
            return series.constant(_value(op, [at]))
        jump = at.denominator <= 2 and (2 * at) % 2 == (1 if op == "round" else 0)
        return series.constant(_value(op, [at + Fraction(beside, 4) if jump else at]))

    return value


def _compared(holds: Callable[[int], bool]) -> Callable[[Series, Series], Series]:
    return lambda a, b: series.constant(Fraction(holds((a - b).sign)))


def _where(condition: Series | None, yes: Series | None, no: Series | None) -> Series | None:
    return None if condition is None else yes if condition.sign else no


def _both(a: Series | None, b: Series | None) -> Series | None:
    if any(side is not None and side.sign == 0 for side in (a, b)):
        return series.constant(Fraction(0))
    return None if a is None or b is None else a * b


def _either(a: Series | None, b: Series | None) -> Series | None:
    if any(side is not None and side.sign for side in (a, b)):
        return series.constant(Fraction(1))
    return None if a is None or b is None else a + b


def _undefined() -> Series:
    raise Unknown


HANDLERS: dict[str, Callable[..., Series | None]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "neg": lambda a: -a,
    "mul": lambda a, b: a * b,
    "div": _division,
    "sqrt": lambda x: _power(x, Fraction(1, 2)),
    "cbrt": lambda x: _power(x, Fraction(1, 3)),
    "pow": _free_power,
    "root": _real_root,
    "log": _log,
    "exp": lambda x: series.exponential(x, lambda number: _value("exp", [number])),
    **{op: _rounding(op) for op in ("floor", "ceil", "round")},
    "lt": _compared(lambda sign: sign < 0),
    "le": _compared(lambda sign: sign <= 0),
    "gt": _compared(lambda sign: sign > 0),
    "ge": _compared(lambda sign: sign >= 0),
    "eq": _compared(lambda sign: sign == 0),
    "ne": _compared(lambda sign: sign != 0),
    "where": _where,
    "and": _both,
    "or": _either,
    "not": lambda a: series.constant(Fraction(1)) - a,
    "undefined": _undefined,
}


# MERGED """PIECES: operations with kinks by smooth parts and branches, which is how the two sides of a kink are found.
# MERGED
# MERGED Refuses to know which side counts at the kink itself: that is said by the local derivatives in OPS. To add a piecewise
# MERGED operation, add a row to each table.
# MERGED """

Pieces = Callable[..., int]
"""(builder, arguments) -> the operation in terms of others."""


def _above(b: Builder, x: int, yes: int, no: int) -> int:
    """yes where x > 0"""
    return b.gate(b.apply("gt", x, b.zero), yes, no)


def _scaled(b: Builder, factor: Fraction, x: int) -> int:
    return b.mul(b.number(factor), x)


def _selu(b: Builder, x: int) -> int:
    return _scaled(b, SELU_SCALE, _above(b, x, x, _scaled(b, SELU_ALPHA, b.apply("expm1", x))))


PIECES: dict[str, Pieces] = {
    "abs": lambda b, x: _above(b, x, x, b.neg(x)),
    "sign": lambda b, x: _above(b, x, b.one, b.gate(b.apply("lt", x, b.zero), b.number(-1), b.zero)),
    "relu": lambda b, x: _above(b, x, x, b.zero),
    "leaky_relu": lambda b, x: _above(b, x, x, _scaled(b, Fraction(1, 100), x)),
    "elu": lambda b, x: _above(b, x, x, b.apply("expm1", x)),
    "selu": _selu,
    "max": lambda b, x, y: b.gate(b.apply("gt", x, y), x, y),
    "min": lambda b, x, y: b.gate(b.apply("lt", x, y), x, y),
    "clip": lambda b, x, low, high: b.apply("min", b.apply("max", x, low), high),
    "mod": lambda b, x, y: b.sub(x, b.mul(y, b.apply("floor", b.div(x, y)))),
    "hypot": lambda b, x, y: b.apply("sqrt", b.add(b.square(x), b.square(y))),
}
