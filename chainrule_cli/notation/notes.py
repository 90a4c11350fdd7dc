"""Notes of a reading: what is said where a text was read in one of several ways."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from chainrule_cli.errors import Span
from chainrule_cli.notation.syntax import Asked, Note

LONGEST_QUOTE = 30
"""Characters of the text that a note quotes in full."""


def note_split_word(word: str, parts: Sequence[tuple[str, bool]], span: Span) -> Note:
    """sinx is read as sin x. parts: the text of each, and whether it is a function that takes the next."""
    shown = parts[0][0]
    for (_, takes_next), (part, _) in pairwise(parts):
        shown += (" " if takes_next else "·") + part
    return Note(f"{word} is read as {shown}", span)


def note_whole_word(word: str, span: Span) -> Note:
    return Note(f"{word} is read as the name that is declared, not as {'·'.join(word)}", span)


def note_loose_power(left: str, right: str, span: Span) -> Note:
    """e^2x is read as (e^2)·x, 1/2x as (1/2)·x."""
    return Note(f"{quote(left + right)} is read as ({quote(left)})·{quote(right)}", span)


def note_denominator(typed: str, above: str, below: str, span: Span) -> Note:
    """1/2x is read as 1/(2x)."""
    return Note(f"{quote(typed)} is read as {quote(above)}/({quote(below)})", span)


def note_power_over(power: str, below: str, span: Span) -> Note:
    """x^1/2 is read as (x^1)/2."""
    return Note(f"{quote(power)}/{below} is read as ({quote(power)})/{below}", span)


def note_fraction_exponent(base: str, exponent: str, span: Span) -> Note:
    """x^1/2 is read as x^(1/2), e^2x as e^(2x)."""
    return Note(f"{quote(base)}^{quote(exponent)} is read as {quote(base)}^({quote(exponent)})", span)


def note_digits(base: str, digits: str, span: Span) -> Note:
    return Note(
        f"{quote(base)}^{digits} is read as {quote(base)}^{{{digits}}}; TeX raises only the first digit", span
    )


def note_first_digit(base: str, digits: str, span: Span) -> Note:
    return Note(f"{quote(base)}^{digits} is read as TeX does, {quote(base)}^{digits[0]}·{digits[1:]}", span)


def note_scientific(typed: str, number: str, span: Span) -> Note:
    return Note(f"{quote(typed)} is read with the number {number} in scientific notation", span)


def note_euler(typed: str, before: str, span: Span) -> Note:
    """3e2x is read as 3·e^(2x)."""
    start = len(before) + 1
    return Note(f"{quote(typed)} is read as {before}·e^({quote(typed[start:])})", span)


def note_argument(function: str, typed: str, span: Span) -> Note:
    """sin x/2 is read as sin(x/2)."""
    return Note(f"{function} is read with {quote(typed)} as its argument", span)


def note_natural_logarithm(function: str, span: Span) -> Note:
    return Note(f"{function} is the natural logarithm", span)


def note_decimal_logarithm(function: str, span: Span) -> Note:
    return Note(f"{function} is read as the decimal logarithm, beside ln", span)


def note_reciprocal(function: str, span: Span) -> Note:
    return Note(f"{function}^-1 is read as 1/{function}", span)


def note_radical(typed: str, span: Span) -> Note:
    return Note(f"{quote(typed)} is read as a root of that degree", span)


def note_decimal_comma(typed: str, joined: str, span: Span) -> Note:
    return Note(f"{typed} is read as the decimal {joined}", span)


def note_degree_first(typed: str, span: Span) -> Note:
    return Note(f"{quote(typed)} is read with its degree first", span)


def note_product_with_bracket(name: str, typed: str, span: Span) -> Note:
    return Note(f"{quote(typed)} is read as a product, {name} times the bracket", span)


def note_bare_argument(function: str, typed: str, span: Span) -> Note:
    return Note(f"{function} without brackets takes {typed}", span)


def note_inverse_function(function: str, span: Span) -> Note:
    return Note(f"{function}^-1 is the inverse function, not 1/{function}", span)


def note_sigmoid(span: Span) -> Note:
    return Note("σ( ) is read as the sigmoid", span)


def note_equation(name: str, reason: str, span: Span) -> Note:
    """x = sin(y) is read as an equation."""
    return Note(f"{name} = … is read as an equation: {name} {reason}", span)


def note_product_equation(word: str, span: Span) -> Note:
    return Note(f"{word} = … is read as an equation, {'·'.join(word)} on its left", span)


def note_definition(word: str, span: Span) -> Note:
    return Note(f"{word} = … is read as a definition of {word}, no product", span)


def note_asked(asked: Asked) -> Note:
    which = "the derivative" if asked.order == 1 else f"the derivative of order {asked.order}"
    by = f" by {asked.variable}" if asked.variable else ""
    return Note(f"{which}{by} of what stands there is asked for")


def quote(typed: str) -> str:
    """A piece of the text, on one line and never long."""
    line = " ".join(typed.split())
    return line if len(line) <= LONGEST_QUOTE else line[:14] + " … " + line[-12:]
