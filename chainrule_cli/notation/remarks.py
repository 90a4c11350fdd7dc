"""A line of words and formulas, put in order: remarks set aside, definitions first, = for "is", arrows.

A condition behind a formula stays as a remark, `where u = 3x` becomes a definition, and what stands between
words or arrows is a statement of its own.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Sequence

from chainrule_cli.errors import Span
from chainrule_cli.notation import vocabulary
from chainrule_cli.notation.characters import BRACKETS
from chainrule_cli.notation.heads import find_head
from chainrule_cli.notation.lexer import UNKNOWN, Token
from chainrule_cli.notation.notes import quote
from chainrule_cli.notation.syntax import Note
from chainrule_cli.notation.words import CONSTANTS as LETTERS_OF_CONSTANTS
from chainrule_cli.notation.words import KNOWN, LONGEST_PRODUCT, Remark

DERIVATIVE = "derivative"
"""The kind of the token that "derivative of" becomes; its value is the order."""
GIVEN = "given"
"""The kind of the word before a definition behind a formula: where u = 3x."""
PROSE = "prose"
"""The kind of the words that a text with marked mathematics has between its formulas."""
MARK = "mark"
"""The kind of an arrow, or of a sign for "therefore"."""

WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
COMPARISONS = frozenset({"<", ">", "<=", ">=", "!=", "=="})
BETWEEN = frozenset({",", PROSE, MARK})
"""Kinds of tokens that may stand between two formulas of a line."""


class RemarkLine(ABC):
    """One line of a text.

    declared: names that are no words. order: of the derivative that words before a formula ask for.
    """

    def __init__(self, tokens: list[Token], text: str, declared: Collection[str], remark: Remark) -> None:
        self.tokens = tokens
        self.text = text
        self.declared = declared
        self.remark = remark
        self.order = 0

    def is_word(self, token: Token) -> bool:
        """Whether a token is a word that says nothing about the formula."""
        word = token.text.lower()
        if token.text in self.declared or word not in vocabulary.ALL:
            return False
        if token.text in KNOWN and word not in vocabulary.REMARKS and word not in vocabulary.ASKING:
            return False
        return not (len(word) <= LONGEST_PRODUCT and all(map(self.is_letter, token.text)))

    def is_letter(self, letter: str) -> bool:
        """Whether a letter is a name of the question, or Euler's number."""
        return letter in self.declared or (bool(self.declared) and letter in LETTERS_OF_CONSTANTS)

    @abstractmethod
    def skip_piece_lead(self, piece: list[Token]) -> int:
        """The index behind the words before a formula inside the line."""

    def arrange(self, body: list[Token]) -> list[Token]:
        """The body with its remarks set aside, its definitions before it, and = for "is"."""
        definitions: list[Token] = []
        found: list[Token] = []
        defines = False
        body = self.map_arrow(body)
        body = self.write_colons([*body[:1], *map(self.write_equals, body[1:])])
        for separator, piece in _pieces(body, self.is_word):
            start = 0 if separator is None else self.skip_piece_lead(piece)
            kept, definition = self.set_remark_aside(piece, start, after=separator)
            if separator is not None and not defines and _defines_one_of(kept, found):
                kept, definition = [], [_give(kept[0]), *kept, _separator(separator)]
            if separator is not None and kept:
                loose = separator.kind == "," and not defines and not start and not definition
                found.append(separator if loose else _separator(separator))
            definitions += definition
            found += kept
            defines = any(token.kind == "=" for token in kept)
        return definitions + found

    def write_equals(self, token: Token) -> Token:
        """= for "is" inside a line."""
        if token.kind == PROSE:
            is_equals = token.text.strip(" ,:\n").lower() in vocabulary.EQUALS
        else:
            is_equals = (
                token.kind == "word" and token.text.lower() in vocabulary.EQUALS and self.is_word(token)
            )
        return token._replace(kind="=") if is_equals else token

    def write_colons(self, body: list[Token]) -> list[Token]:
        """= for a colon behind a head, as in dy/dx: 2x, and for := in a definition."""
        index = next((index for index, token in enumerate(body) if token.text == ":"), None)
        if index is None or body[index].kind != UNKNOWN:
            return body
        if body[index + 1 : index + 2] and body[index + 1].kind == "=":
            return body[:index] + body[index + 1 :]
        if find_head(body[:index]) is None:
            return body
        return [*body[:index], body[index]._replace(kind="="), *body[index + 1 :]]

    def set_remark_aside(
        self, piece: list[Token], start: int, after: Token | None
    ) -> tuple[list[Token], list[Token]]:
        """What is left of a piece between commas, and the definition that its remark gives.

        after: the comma or the words before it.
        """
        if after is not None and after.kind == "," and self.is_condition(piece[start:]):
            self.leave_remark(piece[start:])
            return [], []
        if after is not None and after.kind == PROSE and _first_word(after) in vocabulary.REMARKS:
            rest = piece[start:]
            if any(each.kind == "=" for _, each in _outside_brackets(rest)):
                return [], [_give(after), *rest, _separator(after)]
            if rest and (self.is_condition(rest) or all(map(self.is_said, rest))):
                self.leave_remark([after, *rest])
                return [], []
        for index, token in _outside_brackets(piece):
            opens = token.kind == "word" and token.text.lower() in vocabulary.REMARKS and self.is_word(token)
            called = index + 1 < len(piece) and piece[index + 1].kind == "(" and token.text in KNOWN
            if not opens or called or index < start or (index == start and after is None):
                continue
            rest = piece[index + 1 :]
            if any(each.kind == "=" for _, each in _outside_brackets(rest)):
                return piece[start:index], [_give(token), *rest, _separator(token)]
            if self.is_condition(rest) or all(map(self.is_said, rest)):
                self.leave_remark(piece[index:])
                return piece[start:index], []
            break
        return piece[start:], []

    def is_said(self, token: Token) -> bool:
        """Whether a token may stand in a remark: a word that says nothing, or one letter."""
        return token.kind == "word" and (self.is_word(token) or len(token.text) == 1)

    def is_condition(self, tokens: Sequence[Token]) -> bool:
        return any(token.kind in COMPARISONS for _, token in _outside_brackets(tokens))

    def leave_remark(self, tokens: list[Token]) -> None:
        span = Span(tokens[0].start, tokens[-1].end)
        self.remark(Note(f"{quote(self.text[span.start : span.end])} is taken as a remark", span))

    def map_arrow(self, body: list[Token]) -> list[Token]:
        """f: x ↦ x^2 as f(x) = x^2."""
        arrow = next((index for index, token in enumerate(body[:5]) if token.kind == MARK), None)
        if arrow is None or [token.kind for token in body[:arrow]] not in (
            ["word"],
            ["word", UNKNOWN, "word"],
        ):
            return body
        name, variable, sign = body[0], body[arrow - 1], body[arrow]
        name = name if arrow > 1 else name._replace(text="f")
        opening, closing = sign._replace(kind="(", text="("), sign._replace(kind=")", text=")")
        return [name, opening, variable, closing, sign._replace(kind="=", text="="), *body[arrow + 1 :]]

    def say_aside(self, start: int, end: int) -> None:
        """Note which words are set aside; marks alone need no note."""
        tokens = self.tokens[start:end]
        if any(token.kind in ("word", PROSE) for token in tokens):
            typed = self.text[tokens[0].start : tokens[-1].end]
            self.remark(Note(f"set aside: {quote(typed)}", Span(tokens[0].start, tokens[-1].end)))


def _outside_brackets(tokens: Sequence[Token]) -> Iterator[tuple[int, Token]]:
    nesting = 0
    for index, token in enumerate(tokens):
        nesting += (token.kind in BRACKETS) - (token.kind in BRACKETS.values())
        if nesting <= 0:
            yield index, token


def _pieces(
    tokens: Sequence[Token], is_word: Callable[[Token], bool]
) -> Iterator[tuple[Token | None, list[Token]]]:
    """What stands between commas, arrows and words outside brackets, each with what stands before it."""
    separator: Token | None = None
    piece: list[Token] = []
    for index, token in enumerate(_mark_outside(tokens)):
        if token is not None and piece and _is_between(token, is_word):
            yield separator, piece
            separator, piece = token, []
        else:
            piece.append(tokens[index])
    yield separator, piece


def _is_between(token: Token, is_word: Callable[[Token], bool]) -> bool:
    if token.kind == "word":
        return token.text.lower() in vocabulary.CONJUNCTIONS and is_word(token)
    return token.kind in BETWEEN or token.text == "=>"


def _defines_one_of(piece: Sequence[Token], found: Sequence[Token]) -> bool:
    """Whether a piece is a definition of a name that stands before it: 2x cos(u), u = x^2."""
    if len(piece) < 3 or [token.kind for token in piece[:2]] != ["word", "="]:
        return False
    return any(token.text == piece[0].text for token in found)


def _first_word(token: Token) -> str:
    found = WORDS.search(token.text.lower())
    return found[0] if found is not None else ""


def _give(token: Token) -> Token:
    """The mark of a definition that is given behind a formula."""
    return token._replace(kind=GIVEN, text="")


def _mark_outside(tokens: Sequence[Token]) -> Iterator[Token | None]:
    """Each token outside brackets; None for one inside."""
    nesting = 0
    for token in tokens:
        nesting += (token.kind in BRACKETS) - (token.kind in BRACKETS.values())
        yield token if nesting <= 0 else None


def _separator(token: Token) -> Token:
    return Token(";", ";", token.start, token.end)
