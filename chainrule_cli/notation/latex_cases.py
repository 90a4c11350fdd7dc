"""Rows of an environment -> the pieces of a function with their conditions."""

from __future__ import annotations

from collections.abc import Iterable

from chainrule_cli.notation.characters import BRACKETS
from chainrule_cli.notation.latex_commands import CONNECTING, OTHERWISE
from chainrule_cli.notation.lexer import Token


def read_pieces(tokens: list[Token], start: int) -> list[Token]:
    """(value, condition), (value, condition), ... of the rows. start: of the environment."""
    return [
        token
        for row in _rows(tokens)
        if row
        for token in (Token(",", ",", start, start), *_piece(row, start))
    ][1:]


def _rows(tokens: Iterable[Token]) -> list[list[Token]]:
    rows: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == ";":
            rows.append([])
        else:
            rows[-1].append(token)
    return rows


def _piece(row: list[Token], start: int) -> list[Token]:
    """(value, condition) of a row, or (value, True)."""
    cut = _find_condition(row)
    end = row[-1].end
    value = _without_comma(row[:cut])
    condition = _condition(_without_comma([token for token in row[cut:] if token.kind != "&"]), end)
    comma, closing = Token(",", ",", end, end), Token(")", ")", end, end)
    return [Token("(", "(", start, end), *value, comma, *condition, closing]


def _find_condition(row: list[Token]) -> int:
    """Where the condition of a row begins: at &, else at the word before it, else at the last comma."""
    nesting, comma, word = 0, len(row), len(row)
    for index, token in enumerate(row):
        nesting += (token.kind in BRACKETS) - (token.kind in BRACKETS.values())
        if nesting == 0 and token.kind == "&":
            return index
        if nesting == 0 and token.kind == ",":
            comma = index
        if token.kind == "word" and token.text in CONNECTING | OTHERWISE:
            word = min(word, index)
    return word if word < len(row) else comma


def _condition(tokens: list[Token], end: int) -> list[Token]:
    """A condition without the words before it; True for the words of a case that holds elsewhere."""
    tokens = tokens[1:] if tokens and tokens[0].kind == "," else tokens
    while tokens and tokens[0].kind == "word" and tokens[0].text in CONNECTING:
        tokens = tokens[1:]
    if not tokens or (len(tokens) == 1 and tokens[0].text in OTHERWISE):
        return [Token("word", "True", tokens[0].start if tokens else end, end)]
    return tokens


def _without_comma(tokens: list[Token]) -> list[Token]:
    return tokens[:-1] if tokens and tokens[-1].kind == "," else tokens
