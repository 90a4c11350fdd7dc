"""Derivatives inside an expression, each as one name: 2y y' + (x^2)' as 2y·derivative_1 + derivative_2."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import zip_longest

from chainrule_cli.notation.characters import BRACKETS
from chainrule_cli.notation.heads import OPENING, PRIMES, Head, count_primes, find_closing, match_ratio
from chainrule_cli.notation.lexer import Token
from chainrule_cli.notation.statements import is_short_word
from chainrule_cli.notation.words import KNOWN

MOST = 50
"""Derivatives in one line."""
ENDS = frozenset({"+", "-", "=", ",", ";", ")", "]", "}"})
"""Signs that end what d/dx without brackets takes."""


def name_derivatives(
    tokens: Sequence[Token], known: Collection[str], functions: Collection[str] = ()
) -> tuple[list[Token], dict[str, Head]]:
    """The tokens with a name for each derivative, and what the names stand for.

    known: names of the text; uv' is u·v' where these are u and v. functions: undefined ones, whose
    derivatives stay as they are.
    """
    tokens = list(_part_words(tokens, known))
    found: list[Token] = []
    heads: dict[str, Head] = {}
    index = 0
    while index < len(tokens):
        match = _match(tokens, index, functions) if len(heads) < MOST else None
        if match is None:
            found.append(tokens[index])
            index += 1
            continue
        head, end = match
        name = f"derivative_{len(heads) + 1}"
        heads[name] = head
        found.append(Token("word", name, tokens[index].start, tokens[end - 1].end))
        index = end
    return found, heads


def _part_words(tokens: Sequence[Token], known: Collection[str]) -> Iterator[Token]:
    """A prime belongs to the last letter of a product."""
    for token, after in zip_longest(tokens, tokens[1:]):
        word = token.text
        primed = after is not None and after.kind in PRIMES and token.kind == "word"
        if primed and word not in known and is_short_word(word) and all(letter in known for letter in word):
            middle = token.end - 1
            yield token._replace(text=word[:-1], end=middle)
            yield token._replace(text=word[-1], start=middle)
        else:
            yield token


def _match(tokens: Sequence[Token], index: int, functions: Collection[str]) -> tuple[Head, int] | None:
    """The derivative that begins at an index, and the index behind it."""
    token = tokens[index]
    ratio = match_ratio(tokens, index) if token.text[:1] in ("d", "∂") or token.kind in OPENING else None
    if ratio is not None:
        return _with_operand(tokens, *ratio)
    if token.kind in OPENING:
        closing = find_closing(tokens, index)
        order, end = count_primes(tokens, closing + 1)
        return (Head(order, "", "", tuple(tokens[index + 1 : closing])), end) if order else None
    if token.kind != "word" or token.text in KNOWN or token.text in functions:
        return None
    order, end = count_primes(tokens, index + 1)
    if not order:
        return None
    argument = [each.kind for each in tokens[end : end + 3]] == ["(", "word", ")"]
    variable = tokens[end + 1].text if argument else ""
    return Head(order, token.text, variable), end + 3 if argument else end


def _with_operand(tokens: Sequence[Token], head: Head, end: int) -> tuple[Head, int] | None:
    """d/dx with what it takes: a bracket, or all up to the next + or -."""
    if head.function or head.operand:
        return head, end
    if end < len(tokens) and tokens[end].kind in OPENING:
        closing = find_closing(tokens, end)
        operand = tokens[end : closing + 1]
    else:
        closing = _find_end(tokens, end) - 1
        operand = tokens[end : closing + 1]
    return (Head(head.order, "", head.variable, tuple(operand)), closing + 1) if operand else None


def _find_end(tokens: Sequence[Token], start: int) -> int:
    nesting = 0
    for index in range(start, len(tokens)):
        kind = tokens[index].kind
        if nesting == 0 and kind in ENDS:
            return index
        nesting += (kind in BRACKETS) - (kind in BRACKETS.values())
    return len(tokens)
