"""Seeded formulas over all of FUNCTIONS: the same seed, the same formulas. Every function and operator turns up.

Arguments are wrapped so that most formulas are defined somewhere (log of 1 + u^2, asin of u/(1 + |u|)), but not all: a
cross-check must also meet formulas whose domain is thin or empty.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from fractions import Fraction

from chainrule_cli.notation.build import is_apply, negative, product, quotient, total
from chainrule_cli.notation.build import power as raised
from chainrule_cli.notation.functions import FUNCTIONS
from chainrule_cli.notation.syntax import Apply, Name, Number, Syntax, free_names
from chainrule_cli.notation.syntax import depth as levels

Part = Callable[[], Syntax]


def formulas(seed: str, count: int, depth: int = 6, variables: tuple[str, ...] = ("x",)) -> Iterator[Syntax]:
    """`count` formulas of nesting up to `depth`, each of which uses the first variable."""
    for number in range(count):
        dice = random.Random(f"{seed} {number}")
        yield _formula(dice, 1 + number % depth, variables, number)


def _formula(dice: random.Random, depth: int, variables: tuple[str, ...], number: int) -> Syntax:
    """Drawn again until it is not deeper than it may be and uses the first variable."""
    outermost = list(_MAKERS)[number % len(_MAKERS)]
    while True:
        expr = _MAKERS[outermost](dice, lambda: _part(dice, depth - 2, variables))
        if variables[0] in free_names(expr) and levels(expr) <= max(depth, 4):
            return expr


def _part(dice: random.Random, depth: int, variables: tuple[str, ...]) -> Syntax:
    if depth <= 0 or dice.random() < 0.15:
        return _leaf(dice, variables)
    maker = dice.choice(_WEIGHTED)
    return _MAKERS[maker](dice, lambda: _part(dice, depth - 1, variables))


def _leaf(dice: random.Random, variables: tuple[str, ...]) -> Syntax:
    roll = dice.random()
    if roll < 0.7:
        return Name(dice.choice(variables))
    if roll < 0.9:
        return Number(dice.randint(1, 9))
    return dice.choice(
        [Number(Fraction(dice.randint(1, 99), 10), decimal=True), Apply("pi", ()), Apply("e", ())]
    )


def power(base: Syntax, exponent: Syntax) -> Syntax:
    """base^exponent, e^u as exp(u), as the reader has it."""
    return Apply("exp", (exponent,)) if is_apply(base, "e") else raised(base, exponent)


def _whole(dice: random.Random, most: int = 5) -> Number:
    return Number(dice.randint(2, most))


def _above_zero(inner: Syntax) -> Syntax:
    return total([Number(1), power(inner, Number(2))])


def _within_one(inner: Syntax) -> Syntax:
    return quotient(inner, total([Number(1), Apply("abs", (inner,))]))


def _plain(name: str) -> Callable[[random.Random, Part], Syntax]:
    return lambda _dice, part: Apply(name, (part(),))


def _wrapped(
    name: str, wrap: Callable[[Syntax], Syntax], chance: float = 0.9
) -> Callable[[random.Random, Part], Syntax]:
    """The function of a part that lies in its domain, most of the time."""

    def make(dice: random.Random, part: Part) -> Syntax:
        inner = part()
        return Apply(name, (wrap(inner) if dice.random() < chance else inner,))

    return make


def _comparison(dice: random.Random, part: Part) -> Syntax:
    simple = Apply(dice.choice(["<", "<=", ">", ">="]), (part(), part()))
    roll = dice.random()
    if roll < 0.7:
        return simple
    other = Apply(dice.choice(["<", ">"]), (part(), Number(1)))
    return Apply("not", (simple,)) if roll < 0.8 else Apply("and" if roll < 0.9 else "or", (simple, other))


def _piecewise(dice: random.Random, part: Part) -> Syntax:
    if dice.random() < 0.8:
        return Apply("piecewise", (part(), _comparison(dice, part), part()))
    return Apply("piecewise", (part(), _comparison(dice, part), part(), _comparison(dice, part), part()))


_OPERATIONS: dict[str, Callable[[random.Random, Part], Syntax]] = {
    "+": lambda dice, part: total(
        [part() if dice.random() < 0.7 else negative(part()) for _ in range(dice.randint(2, 3))]
    ),
    "*": lambda dice, part: product([part() for _ in range(dice.randint(2, 3))]),
    "/": lambda _dice, part: quotient(part(), part()),
    "neg": lambda _dice, part: negative(part()),
    "^": lambda dice, part: power(part(), _whole(dice)),
    "^-": lambda dice, part: power(part(), negative(_whole(dice, 3))),
    "^p/q": lambda dice, part: power(
        _above_zero(part()), quotient(Number(dice.choice([1, 2, 3, 5])), _whole(dice, 4))
    ),
    "a^u": lambda dice, part: power(_whole(dice), part()),
    "u^v": lambda _dice, part: power(_above_zero(part()), part()),
}

_IN_DOMAIN: dict[str, Callable[[random.Random, Part], Syntax]] = {
    **{
        name: _wrapped(name, _above_zero)
        for name in ("log", "sqrt", "acosh", "gamma", "digamma", "asec", "acsc", "log1p")
    },
    **{name: _wrapped(name, _within_one) for name in ("asin", "acos", "atanh")},
    "acoth": _wrapped("acoth", lambda inner: total([Number(2), power(inner, Number(2))])),
    "asech": _wrapped("asech", lambda inner: quotient(Number(1), _above_zero(inner))),
    "log b": lambda dice, part: Apply("log", (_above_zero(part()), _whole(dice))),
    "polygamma": lambda dice, part: Apply("polygamma", (Number(dice.randint(0, 2)), _above_zero(part()))),
    "jn": lambda dice, part: Apply("jn", (Number(dice.randint(0, 3)), part())),
    "root": lambda dice, part: Apply("root", (_above_zero(part()), Number(dice.choice([4, 5, 7])))),
    "clip": lambda _dice, part: Apply("clip", (part(), negative(Number(1)), Number(2))),
    "mod": lambda dice, part: Apply("mod", (part(), _whole(dice))),
    "piecewise": _piecewise,
    **{
        name: (lambda dice, part, name=name: Apply(name, tuple(part() for _ in range(dice.randint(2, 3)))))
        for name in ("min", "max")
    },
    **{name: (lambda _dice, part, name=name: Apply(name, (part(), part()))) for name in ("atan2", "hypot")},
}


def _positive_pair(name: str) -> Callable[[random.Random, Part], Syntax]:
    return lambda _dice, part: Apply(name, (_above_zero(part()), _above_zero(part())))


_MAKERS: dict[str, Callable[[random.Random, Part], Syntax]] = {
    **_OPERATIONS,
    **{name: _plain(name) for name, row in FUNCTIONS.items() if row.least == row.most == 1},
    **{name: _positive_pair(name) for name, row in FUNCTIONS.items() if row.least == row.most == 2},
    **_IN_DOMAIN,
}

_WEIGHTED = [*_MAKERS, *(["+", "*", "^", "/"] * 5), *(["sin", "cos", "exp", "log", "sqrt"] * 3)]
