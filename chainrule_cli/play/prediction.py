"""A number that somebody typed, read by the formula's own reader, and whether it is the one that was asked for.

Knows arithmetic only, so that an answer costs nothing to work out. How close is close enough goes by what is shown: four digits.
"""

from __future__ import annotations

from fractions import Fraction

from chainrule_cli.errors import QuestionError
from chainrule_cli.explain.numbers import short
from chainrule_cli.graph.point import numbers
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Apply, Name, postorder

LONGEST = 60
"""Characters of an answer."""

ARITHMETIC = frozenset({"+", "*", "/", "^", "neg", "sqrt", "cbrt", "exp", "log", "sin", "cos", "tan", "pi"})
CLOSE = 1e-3
"""Relative: whoever goes on from numbers of four digits ends about so far away."""


def read_number(text: str) -> float:
    """-3/2, 0.5, sqrt(2)/2. Raises ReadError for what is no formula and QuestionError for what is no number."""
    if len(text) > LONGEST:
        raise QuestionError(f"an answer has at most {LONGEST} characters")
    expr = read(text).expr
    for node in postorder(expr):
        if isinstance(node, Name) or (isinstance(node, Apply) and node.function not in ARITHMETIC):
            raise QuestionError(
                "the answer is not a number", text=text, span=node.span, hint="such as -4, 0.25 or -3/2"
            )
    return numbers({"the answer": expr})["the answer"]


def is_right(given: float, number: float) -> bool:
    """Whether a number is the one asked for, as far as four shown digits say."""
    return abs(given - number) <= max(CLOSE * abs(number), _measure_rounding(number))


def _measure_rounding(number: float) -> float:
    """Half a unit of the last decimal that is shown; nothing for a number that is shown whole."""
    shown = Fraction(short(number))
    if shown == Fraction(number):
        return 0.0
    mantissa, _, exponent = short(number).partition("e")
    return 0.5 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
