"""Decimals with a comma: 0,5x where no list can stand; and a whole text that has commas, with points.

Three digits behind the comma could be thousands, and are refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chainrule_cli.errors import ReadError, Span
from chainrule_cli.notation.characters import BRACKETS
from chainrule_cli.notation.functions import ALIASES, FUNCTIONS
from chainrule_cli.notation.lexer import Token, number_token
from chainrule_cli.notation.notes import note_decimal_comma
from chainrule_cli.notation.words import Remark

POINT, COMMA = "point", "comma"
MARKS = (POINT, COMMA)
"""What may stand before the decimals of a number."""

THOUSANDS = 3
"""Digits behind a comma that could be thousands."""
_DECIMAL = re.compile(r"(?<![\d.,])(\d+),(?=\d)")


def write_decimal_points(text: str) -> str:
    """A text whose decimals have commas, written with points, as long as it was: log(2,5; 2) is log(2.5, 2).

    A comma between two digits is a decimal one, and a semicolon inside brackets separates a list.
    """
    nesting = 0
    written: list[str] = []
    for char in _DECIMAL.sub(r"\1.", text):
        nesting += (char in "([{") - (char in ")]}")
        written.append("," if char == ";" and nesting > 0 else char)
    return "".join(written)


def join_decimal_commas(tokens: Sequence[Token], text: str, remark: Remark) -> list[Token]:
    """The tokens with 0,5 as one number where no list can stand, each with a note.

    Raises ReadError for 1,000, which is one number to some and another to others.
    """
    lists = _Lists(tokens)
    found: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        lists.follow(index)
        if token.kind == "," and not lists.may_be_list and _is_decimal(tokens, index):
            found[-1] = _join(found[-1], tokens[index + 1], text, remark)
            index += 2
            continue
        found.append(token)
        index += 1
    return found


def _is_decimal(tokens: Sequence[Token], comma: int) -> bool:
    """Whether digits adjoin a comma on both sides."""
    before, sign, after = tokens[comma - 1], tokens[comma], tokens[comma + 1]
    return (
        before.kind == after.kind == "number"
        and before.text.isdecimal()
        and after.text.isdecimal()
        and before.end == sign.start
        and sign.end == after.start
    )


def _join(before: Token, after: Token, text: str, remark: Remark) -> Token:
    span = Span(before.start, after.end)
    typed = f"{before.text},{after.text}"
    if not before.text.isdecimal() or (len(after.text) == THOUSANDS and before.text.strip("0")):
        whole = typed.replace(",", "")
        hint = f"write {whole}, or {before.text}.{after.text}"
        raise ReadError(f"{typed} could be a decimal or thousands", text=text, span=span, hint=hint)
    joined = f"{before.text}.{after.text}"
    remark(note_decimal_comma(typed, joined, span))
    return number_token(text, joined, before.start, after.end)


class _Lists:
    """Whether a list may stand where one is: in the brackets of a call of several arguments, not else."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.open = [False]

    @property
    def may_be_list(self) -> bool:
        return self.open[-1]

    def follow(self, index: int) -> None:
        kind = self.tokens[index].kind
        if kind in BRACKETS:
            self.open.append(self._opens_list(index))
        elif kind in BRACKETS.values() and len(self.open) > 1:
            self.open.pop()

    def _opens_list(self, index: int) -> bool:
        before = self.tokens[index - 1] if index else None
        if before is None or before.kind != "word" or self.tokens[index].kind != "(":
            return self.open[-1] and before is not None and before.kind in ("(", ",")
        name = ALIASES.get(before.text)
        return name is None or FUNCTIONS[name].most != 1
