"""Tangent rules as students write them: for one node, given its values and the tangents below it.

A rule gives the tangent that a student would write; None where it does not apply. Which mistake it is, mistakes.py says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import product as cartesian

from chainrule_cli.grading.tangents import Spot, Tangents, Vector
from chainrule_cli.notation.syntax import Apply, Name, Syntax

Rule = Callable[[Tangents, Spot, Sequence[Vector]], "Vector | None"]

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


def chained(spot: Spot, t: Tangents) -> int | None:
    """The rank of the one moving argument of a function, a power or a quotient with a fixed numerator."""
    if not isinstance(spot.expr, Apply) or spot.expr.function in ("+", "*", "neg"):
        return None
    ranks = t.moving(spot)
    return ranks[0] if len(ranks) == 1 and not (spot.expr.function == "/" and ranks == [0]) else None


def outer(write: Callable[[Tangents, Spot, int, int, float, float], float], *, bare: bool = False) -> Rule:
    """A rule for f(u): write(t, spot, rank, index, u, u') at each point. bare: also where u is the variable alone."""

    def rule(t: Tangents, spot: Spot, below: Sequence[Vector]) -> Vector | None:
        rank = chained(spot, t)
        if rank is None or (isinstance(spot.expr.args[rank], Name) and not bare):  # type: ignore[union-attr]  # what has a chain has arguments
            return None
        place = spot.args[rank]
        return tuple(
            write(t, spot, rank, index, t.values[place][index], below[place][index])
            for index in range(len(t.points))
        )

    return rule


def on(functions: Sequence[str] | frozenset[str], rule: Rule) -> Rule:
    """The rule where the node applies one of the functions."""
    return lambda t, spot, below: (
        rule(t, spot, below) if isinstance(spot.expr, Apply) and spot.expr.function in functions else None
    )


def inner_forgotten(t: Tangents, spot: Spot, rank: int, index: int, u: float, du: float) -> float:
    return t.partial(spot, rank, index)


def power(write: Callable[[float, float, float], float]) -> Rule:
    """A rule for u^n with a fixed exponent: write(u, n, u')."""

    def rule(t: Tangents, spot: Spot, below: Sequence[Vector]) -> Vector | None:
        found = _base_and_exponent(spot, t)
        if found is None or t.moving(spot) != [0]:
            return None
        base, n = found
        return tuple(_safe(write, u, n, du) for u, du in zip(t.values[base], below[base], strict=True))

    return rule


def _base_and_exponent(spot: Spot, t: Tangents) -> tuple[int, float] | None:
    expr = spot.expr
    if not isinstance(expr, Apply) or expr.function not in ("^", "sqrt", "cbrt"):
        return None
    if expr.function == "^":
        return spot.args[0], t.values[spot.args[1]][0]
    return spot.args[0], 0.5 if expr.function == "sqrt" else 1 / 3


def exponential(write: Callable[[float, float, float], float], *, natural: bool | None) -> Rule:
    """A rule for a^u: write(a, u, u'). natural: only e^u, only other bases, or both where None."""

    def rule(t: Tangents, spot: Spot, below: Sequence[Vector]) -> Vector | None:
        expr = spot.expr
        if not isinstance(expr, Apply) or expr.function not in ("exp", "^"):
            return None
        if expr.function == "exp" and natural is not False:
            bases, place = (math.e,) * len(t.points), spot.args[0]
        elif expr.function == "^" and t.moving(spot) == [1] and natural is not True:
            bases, place = t.values[spot.args[0]], spot.args[1]
        else:
            return None
        return tuple(
            _safe(write, a, u, du) for a, u, du in zip(bases, t.values[place], below[place], strict=True)
        )

    return rule


def both_move(write: Callable[[float, float, float, float], float]) -> Rule:
    """A rule for u^v: write(u, v, u', v')."""

    def rule(t: Tangents, spot: Spot, below: Sequence[Vector]) -> Vector | None:
        if not isinstance(spot.expr, Apply) or spot.expr.function != "^" or t.moving(spot) != [0, 1]:
            return None
        a, b = spot.args
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
    """A rule for two groups of the factors that move; a further factor takes its right part. split: which groups."""

    def rule(t: Tangents, spot: Spot, below: Sequence[Vector]) -> Vector | None:
        ranks = t.moving(spot) if isinstance(spot.expr, Apply) and spot.expr.function == "*" else []
        if not 1 < len(ranks) <= MOST_FACTORS:
            return None
        groups = _groups(len(ranks))
        if split >= len(groups):
            return None
        return tuple(
            _regrouped(t, spot, below, index, ranks, groups[split], write) for index in range(len(t.points))
        )

    return rule


MOST_FACTORS = 4
MOST_SPLITS = 9
"""Ways to split the factors that are tried."""


def _groups(count: int) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Two disjoint groups of so many factors, the first holding the earliest: all factors first, then some of them."""
    found = [
        (one, other)
        for labels in cartesian(range(3), repeat=count)
        if (one := tuple(k for k in range(count) if labels[k] == 0))
        and (other := tuple(k for k in range(count) if labels[k] == 1))
        and one < other
    ]
    return sorted(found, key=lambda pair: -len(pair[0]) - len(pair[1]))[:MOST_SPLITS]


def _regrouped(
    t: Tangents,
    spot: Spot,
    below: Sequence[Vector],
    index: int,
    ranks: Sequence[int],
    groups: tuple[tuple[int, ...], tuple[int, ...]],
    write: Four,
) -> float:
    pieces = [(t.values[place][index], below[place][index]) for place in spot.args]
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
    """A rule for u/v with v moving. kept: which factor of u is kept out of it by the product rule; 0 for none."""

    def rule(t: Tangents, spot: Spot, below: Sequence[Vector]) -> Vector | None:
        parts = _above_and_below(t, spot)
        if parts is None or kept > len(parts[0]) or (kept and len(parts[0]) == 1):
            return None
        return tuple(_divided(t, below, index, parts, kept, write) for index in range(len(t.points)))

    return rule


def _above_and_below(t: Tangents, spot: Spot) -> tuple[list[int], int, bool] | None:
    """The factors above the line, what is below it, and whether that is written as a factor with a negative exponent."""
    expr = spot.expr
    if not isinstance(expr, Apply):
        return None
    if expr.function == "/" and 1 in t.moving(spot):
        above = t.spots[spot.args[0]]
        several = isinstance(above.expr, Apply) and above.expr.function == "*"
        return (list(above.args) if several else [above.place]), spot.args[1], False
    if expr.function != "*":
        return None
    inverse = [place for place in spot.args if t.spots[place].moves and _is_inverse(t.spots[place].expr)]
    return ([place for place in spot.args if place != inverse[-1]], inverse[-1], True) if inverse else None


def _is_inverse(expr: Syntax) -> bool:
    """e^(-u) or u^(-n)"""
    if not isinstance(expr, Apply) or expr.function not in ("exp", "^"):
        return False
    exponent = expr.args[-1]
    first = exponent.args[0] if isinstance(exponent, Apply) and exponent.function in ("*", "/") else exponent
    return isinstance(first, Apply) and first.function == "neg"


def _divided(
    t: Tangents,
    below: Sequence[Vector],
    index: int,
    parts: tuple[list[int], int, bool],
    kept: int,
    write: Four,
) -> float:
    places, under, inverse = parts
    above = [(t.values[place][index], below[place][index]) for place in places]
    v, dv = t.values[under][index], below[under][index]
    if inverse:
        v, dv = (1 / v, -dv / (v * v)) if v else (math.nan, math.nan)
    outside = above.pop(kept - 1) if kept else (1.0, 0.0)
    u, du = _times(above)
    return _times([outside, (u / v if v else math.nan, _safe(write, u, v, du, dv))])[1]


def distributed(t: Tangents, spot: Spot, below: Sequence[Vector]) -> Vector | None:
    """f(a + b) as f(a) + f(b)."""
    rank = chained(spot, t)
    inner = t.spots[spot.args[rank]] if rank is not None else None
    if rank is None or inner is None or not isinstance(inner.expr, Apply) or inner.expr.function != "+":
        return None

    def slope(index: int) -> float:
        moving = [term for term in inner.args if below[term][index]]
        return sum(
            t.partial(spot, rank, index, t.values[term][index]) * below[term][index] for term in moving
        )

    return tuple(map(slope, range(len(t.points))))


def bracket_lost(t: Tangents, spot: Spot, below: Sequence[Vector]) -> Vector | None:
    """f'(u) with (c·v)² written c·v²: the square of u over c."""
    rank = chained(spot, t)
    inner = t.spots[spot.args[rank]] if rank is not None else None
    if (
        rank is None
        or inner is None
        or not isinstance(inner.expr, Apply)
        or inner.expr.function not in ("*", "/")
    ):
        return None
    results = []
    for index in range(len(t.points)):
        u = t.values[inner.place][index]
        factors = [t.values[place][index] for place in inner.args if not t.spots[place].moves]
        c = math.prod(factors) if inner.expr.function == "*" else 1 / math.prod(factors) if factors else 1.0
        square = u * u / c if c else math.nan
        sign = math.copysign(1.0, u)
        results.append(
            t.partial(spot, rank, index, sign * math.sqrt(square)) * below[inner.place][index]
            if square >= 0
            else math.nan
        )
    return tuple(results)


def not_squared(t: Tangents, spot: Spot, rank: int, index: int, u: float, du: float) -> float:
    """f'(u) with u for u²."""
    return t.partial(spot, rank, index, math.sqrt(u)) * du if u >= 0 else math.nan


def constants_kept(t: Tangents, spot: Spot, below: Sequence[Vector]) -> Vector | None:
    """c' = c for the terms of a sum that do not move."""
    if not isinstance(spot.expr, Apply) or spot.expr.function != "+":
        return None
    held = [place for place in spot.args if not t.spots[place].moves]
    if not held:
        return None
    return tuple(
        sum(below[p][i] for p in spot.args) + sum(t.values[p][i] for p in held) for i in range(len(t.points))
    )


def factor_lost(t: Tangents, spot: Spot, below: Sequence[Vector]) -> Vector | None:
    """cu, u/c and c/u as u, u and 1/u."""
    held = [rank for rank in range(len(spot.args)) if rank not in t.moving(spot)]
    if not isinstance(spot.expr, Apply) or spot.expr.function not in ("*", "/") or not held:
        return None
    right = t.right(spot, below)
    factors = [math.prod(t.values[spot.args[rank]][index] for rank in held) for index in range(len(t.points))]
    below_line = spot.expr.function == "/" and held == [1]
    undone = [(c if below_line else 1 / c) if c else math.nan for c in factors]
    return tuple(slope * back for slope, back in zip(right, undone, strict=True))


def negated(t: Tangents, spot: Spot, below: Sequence[Vector]) -> Vector:
    return tuple(-slope for slope in t.right(spot, below))


def constant_as_variable(t: Tangents, spot: Spot, below: Sequence[Vector]) -> Vector | None:
    expr = spot.expr
    named = isinstance(expr, Apply) and expr.function in ("pi", "e")
    return (1.0,) * len(t.points) if named else None


def logarithm_of_number(t: Tangents, spot: Spot, below: Sequence[Vector]) -> Vector | None:
    """(ln 3)' = 1/3, and so for every function of a plain number; (e^n)' = n·e^(n - 1)."""
    if spot.moves or not isinstance(spot.expr, Apply) or len(spot.args) != 1 or spot.expr.function == "neg":
        return None
    if spot.expr.function == "exp":
        return tuple(_safe(lambda n: n * math.exp(n - 1), n) for n in t.values[spot.args[0]])
    return tuple(t.partial(spot, 0, index) for index in range(len(t.points)))


def degrees(t: Tangents, spot: Spot, rank: int, index: int, u: float, du: float) -> float:
    return t.partial(spot, rank, index) * du * HALF_TURN / math.pi


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
            lambda _t, spot, _r, _i, u, du: _safe(write, u, du) if len(spot.args) == 1 else math.nan,
            bare=bare,
        ),
    )
