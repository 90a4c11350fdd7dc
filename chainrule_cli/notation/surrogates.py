"""Surrogates of undefined functions: smooth, seeded, the same for every witness of a cross-check.

f(t1, t2 ...) becomes a·sin(b1·t1 + b2·t2 + c) + d1·t1 + d2·t2, whose derivatives of every order have closed
forms, so that f'(g(x)) in an answer is the derivative of the very f that stands in the formula.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from fractions import Fraction

from chainrule_cli.notation.build import negative, product, total
from chainrule_cli.notation.functions import FUNCTIONS, OPERATORS
from chainrule_cli.notation.syntax import Apply, Number, Syntax, fold, rebuild


def make_replacer(seed: str) -> Callable[[Syntax], Syntax]:
    """A function that puts surrogates for the undefined functions of an expression, the same for a seed."""

    def replace(expr: Syntax) -> Syntax:
        return fold(expr, lambda node, args: _surrogate(rebuild(node, args), seed))

    return replace


def is_undefined(node: Syntax) -> bool:
    """Whether the node applies a function that the language does not know."""
    return isinstance(node, Apply) and node.function not in FUNCTIONS and node.function not in OPERATORS


def _surrogate(node: Syntax, seed: str) -> Syntax:
    if not isinstance(node, Apply) or not is_undefined(node):
        return node
    indices = range(len(node.args))
    orders = node.orders or (0,) * len(node.args)
    size, shift = _constant(seed, node.function, "size"), _constant(seed, node.function, "shift")
    speeds = [_constant(seed, node.function, f"speed {index}") for index in indices]
    slopes = [_constant(seed, node.function, f"slope {index}") for index in indices]
    angle = total(
        [
            *(
                product([_decimal(speed), argument])
                for speed, argument in zip(speeds, node.args, strict=True)
            ),
            _decimal(shift),
        ]
    )
    for speed, order in zip(speeds, orders, strict=True):
        size *= speed**order
    wave = product([_decimal(size), _sine(angle, sum(orders))])
    return _with_line(wave, slopes, node.args, orders)


def _sine(angle: Syntax, order: int) -> Syntax:
    """The derivative of the sine, of any order."""
    wave = Apply("sin" if order % 2 == 0 else "cos", (angle,))
    return negative(wave) if order % 4 in (2, 3) else wave


def _with_line(
    wave: Syntax, slopes: list[Fraction], args: tuple[Syntax, ...], orders: tuple[int, ...]
) -> Syntax:
    match sum(orders):
        case 0:
            return total(
                [
                    wave,
                    *(
                        product([_decimal(slope), argument])
                        for slope, argument in zip(slopes, args, strict=True)
                    ),
                ]
            )
        case 1:
            return total([wave, _decimal(slopes[orders.index(1)])])
    return wave


def _constant(seed: str, function: str, what: str) -> Fraction:
    """A number between 0.5 and 1.5 with three decimals, from a hash."""
    digest = hashlib.sha256(f"{seed}\n{function}\n{what}".encode()).digest()
    return Fraction(500 + int.from_bytes(digest[:4], "big") % 1000, 1000)


def _decimal(value: Fraction) -> Syntax:
    return Number(value, decimal=True)
