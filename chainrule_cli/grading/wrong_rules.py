"""Tangent rules as students write them: for one node, given its values and the tangents below it.

A rule gives the tangent that a student would write; None where it does not apply. Which mistake it is,
mistakes.py says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import product as cartesian

from chainrule_cli.grading.tangents import Position, Tangents, Vector
from chainrule_cli.notation.syntax import Apply, Name, Syntax

Rule = Callable[[Tangents, Position, Sequence[Vector]], "Vector | None"]

TRIGONOMETRIC = frozenset(
    [
        "sin",
        "cos",
        "tan",
        "sec",
        "csc",
        "cot",
        "sinh",
        "cosh",
        "tanh",
        "sech",
        "csch",
        "coth",
        "asin",
        "acos",
        "atan",
        "acot",
        "asec",
        "acsc",
    ]
)
SQUARED = frozenset(["asin", "acos", "atan", "acot", "asinh", "acosh", "atanh", "acoth"])
"""Functions whose derivative squares the inside."""

HALF_TURN = 180


def find_chain(node: Position, t: Tangents) -> int | None:
    """The rank of the one moving argument of a function, a power or a quotient with a fixed numerator."""
    if not isinstance(node.expr, Apply) or node.expr.function in ("+", "*", "neg"):
        return None
    ranks = t.moving(node)
    return ranks[0] if len(ranks) == 1 and not (node.expr.function == "/" and ranks == [0]) else None


def outer(
    write: Callable[[Tangents, Position, int, int, float, float], float], *, bare: bool = False
) -> Rule:
    """A rule for f(u): write(t, node, rank, index, u, u') at each point.
    bare: also where u is the variable alone."""

    def rule(t: Tangents, node: Position, below: Sequence[Vector]) -> Vector | None:
        rank = find_chain(node, t)
        if rank is None or (isinstance(node.expr.args[rank], Name) and not bare):  # type: ignore[union-attr]  # what has a chain has arguments
            return None
        argument = node.args[rank]
        return tuple(
            write(t, node, rank, index, t.values[argument][index], below[argument][index])
            for index in range(len(t.points))
        )

    return rule


def on(functions: Sequence[str] | frozenset[str], rule: Rule) -> Rule:
    """The rule where the node applies one of the functions."""
    return lambda t, node, below: (
        rule(t, node, below) if isinstance(node.expr, Apply) and node.expr.function in functions else None
    )


def forget_inner(t: Tangents, node: Position, rank: int, index: int, u: float, du: float) -> float:
    return t.partial(node, rank, index)


def power(write: Callable[[float, float, float], float]) -> Rule:
    """A rule for u^n with a fixed exponent: write(u, n, u')."""

    def rule(t: Tangents, node: Position, below: Sequence[Vector]) -> Vector | None:
        found = _base_and_exponent(node, t)
        if found is None or t.moving(node) != [0]:
            return None
        base, n = found
        return tuple(_safe(write, u, n, du) for u, du in zip(t.values[base], below[base], strict=True))

    return rule


def _base_and_exponent(node: Position, t: Tangents) -> tuple[int, float] | None:
    expr = node.expr
    if not isinstance(expr, Apply) or expr.function not in ("^", "sqrt", "cbrt"):
        return None
    if expr.function == "^":
        return node.args[0], t.values[node.args[1]][0]
    return node.args[0], 0.5 if expr.function == "sqrt" else 1 / 3


def exponential(write: Callable[[float, float, float], float], *, natural: bool | None) -> Rule:
    """A rule for a^u: write(a, u, u'). natural: only e^u, only other bases, or both where None."""

    def rule(t: Tangents, node: Position, below: Sequence[Vector]) -> Vector | None:
        expr = node.expr
        if not isinstance(expr, Apply) or expr.function not in ("exp", "^"):
            return None
        if expr.function == "exp" and natural is not False:
            bases, index = (math.e,) * len(t.points), node.args[0]
        elif expr.function == "^" and t.moving(node) == [1] and natural is not True:
            bases, index = t.values[node.args[0]], node.args[1]
        else:
            return None
        return tuple(
            _safe(write, a, u, du) for a, u, du in zip(bases, t.values[index], below[index], strict=True)
        )

    return rule


def both_move(write: Callable[[float, float, float, float], float]) -> Rule:
    """A rule for u^v: write(u, v, u', v')."""

    def rule(t: Tangents, node: Position, below: Sequence[Vector]) -> Vector | None:
        if not isinstance(node.expr, Apply) or node.expr.function != "^" or t.moving(node) != [0, 1]:
            return None
        a, b = node.args
        rows = zip(t.values[a], t.values[b], below[a], below[b], strict=True)
        return tuple(_safe(write, u, v, du, dv) for u, v, du, dv in rows)

    return rule


def _safe(write: Callable[..., float], *args: float) -> float:
    """nan where the rule has no value there."""
    try:
        value = write(*args)
    except (ValueError, ZeroDivisionError, OverflowError):
        return math.nan
    return math.nan if isinstance(value, complex) else value


Pieces = tuple[float, float]
"""A value and its tangent."""

Four = Callable[[float, float, float, float], float]
"""write(u, v, u', v')"""


def _times(pieces: Sequence[Pieces]) -> Pieces:
    """A product and its right tangent."""
    value, slope = 1.0, 0.0
    for factor, rate in pieces:
        value, slope = value * factor, slope * factor + value * rate
    return value, slope


def product(write: Four, split: int = 0) -> Rule:
    """A rule for two groups of the factors that move; a further factor takes its right part.
    split: which groups."""

    def rule(t: Tangents, node: Position, below: Sequence[Vector]) -> Vector | None:
        ranks = t.moving(node) if isinstance(node.expr, Apply) and node.expr.function == "*" else []
        if not 1 < len(ranks) <= MOST_FACTORS:
            return None
        groups = _groups(len(ranks))
        if split >= len(groups):
            return None
        return tuple(
            _regroup(t, node, below, index, ranks, groups[split], write) for index in range(len(t.points))
        )

    return rule


MOST_FACTORS = 4
MOST_SPLITS = 9
"""Ways to split the factors that are tried."""


def _groups(count: int) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Two disjoint groups of so many factors, the first holding the earliest: all factors first, then some of
    them."""
    found = [
        (one, other)
        for labels in cartesian(range(3), repeat=count)
        if (one := tuple(k for k in range(count) if labels[k] == 0))
        and (other := tuple(k for k in range(count) if labels[k] == 1))
        and one < other
    ]
    return sorted(found, key=lambda pair: -len(pair[0]) - len(pair[1]))[:MOST_SPLITS]


def _regroup(
    t: Tangents,
    node: Position,
    below: Sequence[Vector],
    index: int,
    ranks: Sequence[int],
    groups: tuple[tuple[int, ...], tuple[int, ...]],
    write: Four,
) -> float:
    pieces = [(t.values[argument][index], below[argument][index]) for argument in node.args]
    moving = [pieces[rank] for rank in ranks]
    one, other = (_times([moving[k] for k in group]) for group in groups)
    rest = [
        pieces[rank]
        for rank in range(len(pieces))
        if rank not in [ranks[k] for group in groups for k in group]
    ]
    wrong = _safe(write, one[0], other[0], one[1], other[1])
    return _times([*rest, (one[0] * other[0], wrong)])[1]


def quotient(write: Four, kept: int = 0) -> Rule:
    """A rule for u/v with v moving.
    kept: which factor of u is kept out of it by the product rule; 0 for none."""

    def rule(t: Tangents, node: Position, below: Sequence[Vector]) -> Vector | None:
        parts = _above_and_below(t, node)
        if parts is None or kept > len(parts[0]) or (kept and len(parts[0]) == 1):
            return None
        return tuple(_divide(t, below, index, parts, kept, write) for index in range(len(t.points)))

    return rule


def _above_and_below(t: Tangents, node: Position) -> tuple[list[int], int, bool] | None:
    """The factors above the line, what is below it, and whether that is written as a factor with a negative
    exponent."""
    expr = node.expr
    if not isinstance(expr, Apply):
        return None
    if expr.function == "/" and 1 in t.moving(node):
        above = t.positions[node.args[0]]
        several = isinstance(above.expr, Apply) and above.expr.function == "*"
        return (list(above.args) if several else [above.index]), node.args[1], False
    if expr.function != "*":
        return None
    inverse = [
        index for index in node.args if t.positions[index].moves and _is_inverse(t.positions[index].expr)
    ]
    return ([index for index in node.args if index != inverse[-1]], inverse[-1], True) if inverse else None


def _is_inverse(expr: Syntax) -> bool:
    """e^(-u) or u^(-n)"""
    if not isinstance(expr, Apply) or expr.function not in ("exp", "^"):
        return False
    exponent = expr.args[-1]
    first = exponent.args[0] if isinstance(exponent, Apply) and exponent.function in ("*", "/") else exponent
    return isinstance(first, Apply) and first.function == "neg"


def _divide(
    t: Tangents,
    below: Sequence[Vector],
    index: int,
    parts: tuple[list[int], int, bool],
    kept: int,
    write: Four,
) -> float:
    indices, under, inverse = parts
    above = [(t.values[argument][index], below[argument][index]) for argument in indices]
    v, dv = t.values[under][index], below[under][index]
    if inverse:
        v, dv = (1 / v, -dv / (v * v)) if v else (math.nan, math.nan)
    outside = above.pop(kept - 1) if kept else (1.0, 0.0)
    u, du = _times(above)
    return _times([outside, (u / v if v else math.nan, _safe(write, u, v, du, dv))])[1]


def distribute(t: Tangents, node: Position, below: Sequence[Vector]) -> Vector | None:
    """f(a + b) as f(a) + f(b)."""
    rank = find_chain(node, t)
    inner = t.positions[node.args[rank]] if rank is not None else None
    if rank is None or inner is None or not isinstance(inner.expr, Apply) or inner.expr.function != "+":
        return None

    def slope(index: int) -> float:
        moving = [term for term in inner.args if below[term][index]]
        return sum(
            t.partial(node, rank, index, t.values[term][index]) * below[term][index] for term in moving
        )

    return tuple(map(slope, range(len(t.points))))


def lose_bracket(t: Tangents, node: Position, below: Sequence[Vector]) -> Vector | None:
    """f'(u) with (c·v)² written c·v²: the square of u over c."""
    rank = find_chain(node, t)
    inner = t.positions[node.args[rank]] if rank is not None else None
    if (
        rank is None
        or inner is None
        or not isinstance(inner.expr, Apply)
        or inner.expr.function not in ("*", "/")
    ):
        return None
    results = []
    for index in range(len(t.points)):
        u = t.values[inner.index][index]
        factors = [t.values[argument][index] for argument in inner.args if not t.positions[argument].moves]
        c = math.prod(factors) if inner.expr.function == "*" else 1 / math.prod(factors) if factors else 1.0
        square = u * u / c if c else math.nan
        sign = math.copysign(1.0, u)
        results.append(
            t.partial(node, rank, index, sign * math.sqrt(square)) * below[inner.index][index]
            if square >= 0
            else math.nan
        )
    return tuple(results)


def forget_square(t: Tangents, node: Position, rank: int, index: int, u: float, du: float) -> float:
    """f'(u) with u for u²."""
    return t.partial(node, rank, index, math.sqrt(u)) * du if u >= 0 else math.nan


def keep_constants(t: Tangents, node: Position, below: Sequence[Vector]) -> Vector | None:
    """c' = c for the terms of a sum that do not move."""
    if not isinstance(node.expr, Apply) or node.expr.function != "+":
        return None
    held = [index for index in node.args if not t.positions[index].moves]
    if not held:
        return None
    return tuple(
        sum(below[p][i] for p in node.args) + sum(t.values[p][i] for p in held) for i in range(len(t.points))
    )


def lose_factor(t: Tangents, node: Position, below: Sequence[Vector]) -> Vector | None:
    """cu, u/c and c/u as u, u and 1/u."""
    held = [rank for rank in range(len(node.args)) if rank not in t.moving(node)]
    if not isinstance(node.expr, Apply) or node.expr.function not in ("*", "/") or not held:
        return None
    right = t.right(node, below)
    factors = [math.prod(t.values[node.args[rank]][index] for rank in held) for index in range(len(t.points))]
    below_line = node.expr.function == "/" and held == [1]
    undone = [(c if below_line else 1 / c) if c else math.nan for c in factors]
    return tuple(slope * back for slope, back in zip(right, undone, strict=True))


def negate(t: Tangents, node: Position, below: Sequence[Vector]) -> Vector:
    return tuple(-slope for slope in t.right(node, below))


def constant_as_variable(t: Tangents, node: Position, below: Sequence[Vector]) -> Vector | None:
    expr = node.expr
    named = isinstance(expr, Apply) and expr.function in ("pi", "e")
    return (1.0,) * len(t.points) if named else None


def logarithm_of_number(t: Tangents, node: Position, below: Sequence[Vector]) -> Vector | None:
    """(ln 3)' = 1/3, and so for every function of a plain number; (e^n)' = n·e^(n - 1)."""
    if node.moves or not isinstance(node.expr, Apply) or len(node.args) != 1 or node.expr.function == "neg":
        return None
    if node.expr.function == "exp":
        return tuple(_safe(lambda n: n * math.exp(n - 1), n) for n in t.values[node.args[0]])
    return tuple(t.partial(node, 0, index) for index in range(len(t.points)))


def degrees(t: Tangents, node: Position, rank: int, index: int, u: float, du: float) -> float:
    return t.partial(node, rank, index) * du * HALF_TURN / math.pi


def products(write: Four) -> tuple[Rule, ...]:
    """The rule for all ways to group the factors."""
    return tuple(product(write, split) for split in range(MOST_SPLITS))


def of_product(write: Four) -> tuple[Rule, ...]:
    """The rule, and the one with the groups changed places."""
    return (*products(write), *products(lambda u, v, du, dv: write(v, u, dv, du)))


def quotients(write: Four) -> tuple[Rule, ...]:
    """The rule, and those that keep a factor above the line out of it."""
    return tuple(quotient(write, kept) for kept in range(MOST_FACTORS))


def log(write: Callable[[float, float], float], *, bare: bool = False) -> Rule:
    return on(
        ("log",),
        outer(
            lambda _t, node, _r, _i, u, du: _safe(write, u, du) if len(node.args) == 1 else math.nan,
            bare=bare,
        ),
    )
