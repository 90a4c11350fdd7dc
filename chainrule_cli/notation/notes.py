"""The notes of a reading: what is said where a text was read in one of several ways.

A new note is a function here; the lexer and the parser say where it belongs.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from chainrule_cli.errors import Span
from chainrule_cli.notation.syntax import Note

LONGEST_QUOTE = 30
"""Characters of the text that a note quotes in full."""


def split_word(word: str, parts: Sequence[tuple[str, bool]], span: Span) -> Note:
    """sinx is read as sin x. parts: the text of each, and whether it is a function that takes the next."""
    shown = parts[0][0]
    for (_, takes_next), (part, _) in pairwise(parts):
        shown += (" " if takes_next else "·") + part
    return Note(f"{word} is read as {shown}", span)


def product_of_loose_power(left: str, right: str, span: Span) -> Note:
    """e^2x is read as (e^2)·x, 1/2x as (1/2)·x."""
    return Note(f"{quote(left + right)} is read as ({quote(left)})·{quote(right)}", span)


def product_with_bracket(name: str, typed: str, span: Span) -> Note:
    return Note(f"{quote(typed)} is read as a product, {name} times the bracket", span)


def bare_argument(function: str, typed: str, span: Span) -> Note:
    return Note(f"{function} without brackets takes {typed}", span)


def inverse_function(function: str, span: Span) -> Note:
    return Note(f"{function}^-1 is the inverse function, not 1/{function}", span)


def sigmoid(span: Span) -> Note:
    return Note("σ( ) is read as the sigmoid", span)


def quote(typed: str) -> str:
    """A piece of the text, on one line and never long."""
    line = " ".join(typed.split())
    return line if len(line) <= LONGEST_QUOTE else line[:14] + " … " + line[-12:]
