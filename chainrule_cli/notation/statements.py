"""Tokens -> statements: what stands between semicolons and newlines, and which names left sides declare."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from chainrule_cli.errors import ReadError, Span
from chainrule_cli.notation.lexer import Token
from chainrule_cli.notation.words import KNOWN


@dataclass(frozen=True, slots=True)
class Statement:
    """tokens: of one part, no "end" among them, at least one.
    equals: indices of the equals signs outside brackets.
    name, parameters: of "name =" or "name(a, b) =" on the left; None for anything else.
    """

    tokens: list[Token]
    equals: tuple[int, ...]
    name: Token | None
    parameters: tuple[str, ...]

    @property
    def left(self) -> list[Token]:
        return self.tokens[: self.equals[0]]

    @property
    def right(self) -> list[Token]:
        return self.tokens[self.equals[0] + 1 :]


def split_statements(tokens: Iterable[Token]) -> list[Statement]:
    """What stands between semicolons and newlines outside brackets; empty parts are skipped."""
    return [_statement(part) for part in split(tokens, {";"}) if part]


def split(tokens: Iterable[Token], separators: Collection[str]) -> Iterator[list[Token]]:
    """The runs of tokens between separators outside brackets; the last one may be empty."""
    part: list[Token] = []
    nesting = 0
    for token in tokens:
        nesting += (token.kind in "([{" or token.kind == "|(") - (token.kind in ")]}" or token.kind == "|)")
        if token.kind == "end" or (token.kind in separators and nesting <= 0):
            if part or token.kind == "end":
                yield part
            part = []
        elif not (token.kind == ";" and token.text == "\n"):
            part.append(token)


def _statement(tokens: list[Token]) -> Statement:
    equals = tuple(_find_equals(tokens))
    name, parameters = _split_head(tokens[: equals[0]] if equals else [])
    return Statement(tokens, equals, name, parameters)


def _find_equals(tokens: Iterable[Token]) -> Iterator[int]:
    nesting = 0
    for index, token in enumerate(tokens):
        nesting += (token.kind in ("(", "[", "{")) - (token.kind in (")", "]", "}"))
        if token.kind == "=" and nesting == 0:
            yield index


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


def declared_names(statements: Iterable[Statement]) -> frozenset[str]:
    """Names that stand on a left side, with their parameters: declared for the whole text."""
    found: set[str] = set()
    for statement in statements:
        if statement.name is not None and not _is_product_of_names(statement, statement.name.text):
            found.update((statement.name.text, *statement.parameters))
    return frozenset(found)


def _is_product_of_names(statement: Statement, name: str) -> bool:
    """x(y) = ... is no definition of x where x stands on the right as well, as a variable would."""
    return bool(statement.parameters) and (
        name in KNOWN or any(token.text == name for token in statement.right)
    )


def refuse_derivative(tokens: Sequence[Token], declared: Collection[str], text: str) -> None:
    """dy/dx and d/dx are no quotients. Raises ReadError where they stand, unless their names are declared."""
    for over, bar, under in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if bar.kind != "/" or not (over.kind == under.kind == "word"):
            continue
        if not _is_differential(over.text, under.text) or {over.text, under.text} & {*declared}:
            continue
        raise ReadError(
            f"{over.text}/{under.text} is an unevaluated derivative",
            text=text,
            span=Span(over.start, under.end),
            hint=derivative_hint(over.text),
        )


def _is_differential(over: str, under: str) -> bool:
    return over[:1] == "d" == under[:1] and len(over) <= 2 and len(under) == 2


def derivative_hint(over: str) -> str:
    """What to write instead of d/dx, or of dy/dx. over: what stands above the bar."""
    return "give the function alone; it is differentiated" if over == "d" else "write the derivative itself"
