"""Statements: what stands between semicolons and lines, its parts between equals signs, names it declares."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from chainrule_cli.notation.characters import BRACKETS, GREEK_NAMES
from chainrule_cli.notation.lexer import Token
from chainrule_cli.notation.remarks import GIVEN
from chainrule_cli.notation.words import KNOWN, LONGEST_PRODUCT

OPERATORS = frozenset({"+", "-", "*", "/", "^", "=", ","})
"""Signs that leave a line unfinished where they end it."""
JOINING = frozenset({"+", "-", "*", "/"})
"""Signs that go on with the line before where they begin one."""

WHOLE_WORDS = KNOWN | GREEK_NAMES
"""Words that are never a product of their letters."""


SEPARATORS = frozenset({";"})


@dataclass(frozen=True, slots=True)
class Statement:
    """tokens: of one part, no "end" among them, at least one.
    equals: indices of the equals signs outside brackets.
    name, parameters: of "name =" or "name(a, b) =" on the left; None for anything else.
    given: whether a word such as where says that it is a definition.
    """

    tokens: list[Token]
    equals: tuple[int, ...]
    name: Token | None
    parameters: tuple[str, ...]
    given: bool = False

    @property
    def left(self) -> list[Token]:
        return self.tokens[: self.equals[0]]

    @property
    def right(self) -> list[Token]:
        return self.tokens[self.equals[0] + 1 :]

    @property
    def parts(self) -> list[list[Token]]:
        """What stands between the equals signs."""
        bounds = [-1, *self.equals, len(self.tokens)]
        return [self.tokens[start + 1 : end] for start, end in pairwise(bounds)]


def split_statements(tokens: Sequence[Token]) -> list[Statement]:
    """tokens: with "end" last, and something before it.

    What stands between semicolons and newlines outside brackets; empty parts are skipped.

    A line that an operator ends, or begins, is one with its neighbour.
    """
    if all(token.kind != ";" for token in tokens):
        return [make_statement(list(tokens[:-1]))]
    return [make_statement(part) for part in _join_lines(split_parts(tokens, SEPARATORS)) if part]


def drop_leading_equals(statements: list[Statement]) -> list[Statement]:
    """=2*x, as a cell of a spreadsheet begins, is 2*x."""
    first = statements[0].tokens
    return (
        [make_statement(first[1:]), *statements[1:]]
        if first[0].kind == "=" and len(first) > 1
        else statements
    )


def split(tokens: Iterable[Token], separators: Collection[str]) -> Iterator[list[Token]]:
    """The runs of tokens between separators outside brackets; the last one may be empty."""
    return (part for part, _ in split_parts(tokens, separators))


def split_parts(
    tokens: Iterable[Token], separators: Collection[str]
) -> Iterator[tuple[list[Token], Token | None]]:
    """As split does, each with the separator before it."""
    part: list[Token] = []
    nesting = 0
    before: Token | None = None
    for token in tokens:
        nesting += (token.kind in BRACKETS) - (token.kind in BRACKETS.values())
        if token.kind == "end" or (token.kind in separators and nesting <= 0):
            if part or token.kind == "end":
                yield part, before
            if part or before is None or before.text == "\n":
                before = token
            part = []
        elif not (token.kind == ";" and token.text == "\n"):
            part.append(token)


def _join_lines(parts: Iterable[tuple[list[Token], Token | None]]) -> list[list[Token]]:
    """3x^2 and, below it, - 1 as one part; u = x^2 and, below it, -sin(u) as two."""
    joined: list[list[Token]] = []
    for part, before in parts:
        wraps = before is not None and before.text == "\n"
        if wraps and part and joined and joined[-1] and _goes_on(joined[-1], part):
            joined[-1].extend(part)
        else:
            joined.append(part)
    return joined


def _goes_on(above: Sequence[Token], below: Sequence[Token]) -> bool:
    """Whether a line goes on with the one above it."""
    above = above[above[0].kind == GIVEN :]
    if above and above[-1].kind in OPERATORS:
        return True
    if below[0].kind not in JOINING or all(token.kind == "number" for token in above):
        return False
    defined = above[0].text if len(above) > 1 and above[0].kind == "word" and above[1].kind == "=" else ""
    return not defined or all(token.text != defined for token in below)


def make_statement(tokens: list[Token]) -> Statement:
    """The statement of at least one token, beside the word that gives it."""
    given = tokens[0].kind == GIVEN and len(tokens) > 1
    tokens = tokens[given:]
    equals = tuple(_find_equals(tokens))
    name, parameters = _split_head(tokens[: equals[0]] if equals else [])
    return Statement(tokens, equals, name, parameters, given)


def _find_equals(tokens: Iterable[Token]) -> Iterator[int]:
    nesting = 0
    for index, token in enumerate(tokens):
        kind = token.kind
        if kind == "=" and nesting == 0:
            yield index
        elif kind in "([{":
            nesting += 1
        elif kind in ")]}":
            nesting -= 1


def _split_head(left: Sequence[Token]) -> tuple[Token | None, tuple[str, ...]]:
    """The name and the parameters of a left side; None where it is not such a one."""
    if not left or left[0].kind != "word":
        return None, ()
    if len(left) == 1:
        return left[0], ()
    names, commas = left[2:-1:2], left[3:-1:2]
    if left[1].kind != "(" or left[-1].kind != ")" or not names:
        return None, ()
    if any(token.kind != "word" for token in names) or any(token.kind != "," for token in commas):
        return None, ()
    return left[0], tuple(token.text for token in names)


def find_declared_names(statements: Sequence[Statement], given: Collection[str]) -> frozenset[str]:
    """Names that stand on a left side, with their parameters: declared for the whole text.

    A word of two or three letters that is used nowhere else may be a product: xy = 1. given: names that are
    declared from outside.
    """
    if all(statement.name is None for statement in statements):
        return frozenset()
    texts = [{token.text for token in statement.tokens} for statement in statements]
    later: set[str] = set()
    found: set[str] = set()
    for statement, words in zip(reversed(statements), reversed(texts), strict=True):
        name = statement.name.text if statement.name is not None else ""
        if name and not _is_product_of_names(statement, name):
            used = name in later or name in given or not is_short_word(name)
            found.update((name, *statement.parameters) if used or statement.parameters else ())
        later |= words
    return frozenset(found)


def is_short_word(name: str) -> bool:
    """Whether an undeclared word would be a product of its letters."""
    return 1 < len(name) <= LONGEST_PRODUCT and name.isascii() and name.isalpha() and name not in WHOLE_WORDS


def _is_product_of_names(statement: Statement, name: str) -> bool:
    """x(y) = ... is no definition of x where x stands on the right as well, as a variable would."""
    return bool(statement.parameters) and (
        name in KNOWN or any(token.text == name for token in statement.right)
    )
