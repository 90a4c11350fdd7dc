"""Text -> Reading: the one way in. Statements become definitions and a result, and what was read is checked.

Plain notation comes through lexer.py, LaTeX through latex_reader.py, both into the same parser.py. Statements
are what stands between semicolons and newlines; their left sides declare names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module

from chainrule_cli.errors import ReadError, Span
from chainrule_cli.notation.arguments import refuse_misplaced
from chainrule_cli.notation.characters import GREEK_NAMES
from chainrule_cli.notation.definitions import find_used, move_large_subs, write_out_subs
from chainrule_cli.notation.lexer import Token, tokenize
from chainrule_cli.notation.parser import Parser
from chainrule_cli.notation.syntax import (
    Apply,
    Definition,
    Name,
    Note,
    Reading,
    Syntax,
    free_names,
    postorder,
    refuse_large,
    refuse_long,
)
from chainrule_cli.notation.words import KNOWN, Remark, mark_calls, split_words

__all__ = ["read", "read_point"]

_LETTER = f"(?:[A-Za-z]|{'|'.join(sorted(GREEK_NAMES))})"
_DIFFERENTIAL = re.compile(rf"(d|∂)(?:\^[0-9n])?{_LETTER}?/\1{_LETTER}(?:\^[0-9n])?")
"""dy/dx, as one string, of any order."""


def read(text: str, *, declared: Iterable[str] = ()) -> Reading:
    """The formula in the text: definitions separated by ; or newlines; last the result, or an equation.

    declared: names that are variables whatever they look like (e, pi, speed). Raises ReadError with the
    position and a hint for text that is no formula, LimitError past 10,000 characters, nesting 200, 20,000
    nodes or 1,000 digits.
    """
    refuse_long(text)
    notes: list[Note] = []
    statements = split_statements(_tokenize(text, notes.append))
    if not statements:
        raise ReadError("there is nothing to read", text=text, hint="write a formula such as sin(x^2)")
    state = _ReadingState(text, frozenset(declared) | declared_names(statements), notes=notes)
    for statement in statements:
        state.add(statement, last=statement is statements[-1])
    return state.finish()


def read_point(text: str) -> dict[str, Syntax]:
    """The point "x=1, y=-pi/2" as names with constant expressions.

    Raises ReadError as read does, and for a value with names in it or a name given twice."""
    refuse_long(text)
    point: dict[str, Syntax] = {}
    for part in split(tokenize(text), {",", ";"}):
        name, value = _read_coordinate(text, part)
        if name.text in point:
            raise ReadError(f"{name.text} is given twice", text=text, span=name.span)
        point[name.text] = value
    return point


def _read_coordinate(text: str, part: list[Token]) -> tuple[Token, Syntax]:
    if len(part) < 3 or part[0].kind not in ("word", "π") or part[1].kind != "=":
        span = part[0].span if part else Span(len(text), len(text))
        raise ReadError(
            "a point is written as name=value", text=text, span=span, hint="for example --at x=1,y=-2"
        )
    name, expr = part[0], _parse(text, part[2:], {}, frozenset(), _forget)
    names = free_names(expr)
    if names:
        message = f"the value of {name.text} must be a number, but it holds {names[0]}"
        raise ReadError(message, text=text, span=part[2].span)
    refuse_misplaced(postorder(expr), (expr,), text)
    return name, expr


def _forget(note: Note) -> None:
    """A value of a point has no notes."""


def needs_latex(text: str) -> bool:
    """Whether a text is LaTeX: a backslash, or a dollar sign around mathematics."""
    return "\\" in text or "$" in text


def _tokenize(text: str, remark: Remark) -> list[Token]:
    """The reader of LaTeX is imported where a text needs it only: start-up is a budget."""
    if not needs_latex(text):
        return tokenize(text)
    tokenize_latex: Callable[[str, Remark], list[Token]] = import_module(
        "chainrule_cli.notation.latex_reader"
    ).tokenize_latex
    return tokenize_latex(text, remark)


def _parse(
    text: str,
    tokens: list[Token],
    functions: Mapping[str, Definition],
    declared: frozenset[str],
    remark: Remark,
) -> Syntax:
    end = tokens[-1].end if tokens else len(text)
    marked = [*tokens, Token("end", "", end, end)]
    refuse_derivative(marked, declared, text)
    words = split_words(text, mark_calls(marked, functions), declared, remark)
    return Parser(text, words, functions, declared, remark).parse()


@dataclass
class _ReadingState:
    """What has been read so far.

    declared: names that are names for the whole text.
    functions: definitions with parameters.
    name: of the result, where its statement is a definition.
    """

    text: str
    declared: frozenset[str]
    definitions: list[Definition] = field(default_factory=list)
    functions: dict[str, Definition] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    expr: Syntax | None = None
    name: str | None = None

    def remark(self, note: Note) -> None:
        if all(note.text != other.text for other in self.notes):
            self.notes.append(note)

    def parse(self, tokens: list[Token]) -> Syntax:
        return _parse(self.text, tokens, self.functions, self.declared, self.remark)

    def add(self, statement: Statement, *, last: bool) -> None:
        if len(statement.equals) > 1:
            raise ReadError(
                "a second equals sign",
                text=self.text,
                span=statement.tokens[statement.equals[1]].span,
                hint="separate definitions with ; and write == in conditions",
            )
        if not statement.equals:
            self._add_result(statement.tokens, last=last)
            return
        left, right, sign = statement.left, statement.right, statement.tokens[statement.equals[0]]
        if not left or not right:
            side = "after" if left else "before"
            raise ReadError(f"nothing stands {side} the equals sign", text=self.text, span=sign.span)
        body = self.parse(right)
        if self._is_definition(statement, body):
            self._add_definition(left[0], statement.parameters, body, last=last)
        else:
            self._add_equation(self.parse(left), body, sign, last=last)

    def _is_definition(self, statement: Statement, body: Syntax) -> bool:
        if statement.name is None:
            return False
        name = statement.name.text
        return name in self.declared if statement.parameters else name not in free_names(body)

    def _add_result(self, tokens: list[Token], *, last: bool) -> None:
        if not last:
            raise ReadError(
                "only the last part may stand without a name",
                text=self.text,
                span=tokens[0].span,
                hint="write name = expression; ...; result",
            )
        expr = self.parse(tokens)
        if isinstance(expr, Apply) and expr.function == "==":
            expr = Apply("=", expr.args, span=expr.span)
        self.expr = expr

    def _add_definition(self, name: Token, parameters: tuple[str, ...], body: Syntax, *, last: bool) -> None:
        if name.text in KNOWN and name.text not in ("e", "E", "pi"):
            message = f"{name.text} is a function of the language"
            raise ReadError(message, text=self.text, span=name.span, hint="choose another name")
        if any(each.name == name.text for each in self.definitions):
            raise ReadError(f"{name.text} is defined twice", text=self.text, span=name.span)
        if last:
            self.expr, self.name = body, name.text
            return
        definition = Definition(name.text, body, parameters, name.span)
        self.definitions.append(definition)
        if parameters:
            self.functions[name.text] = definition

    def _add_equation(self, left: Syntax, right: Syntax, sign: Token, *, last: bool) -> None:
        if not last:
            raise ReadError("an equation may only be the last part", text=self.text, span=sign.span)
        self.expr = Apply("=", (left, right), span=Span(0, len(self.text)))

    def finish(self) -> Reading:
        """The reading, checked. Raises ReadError and LimitError."""
        if self.expr is None:
            raise ReadError("there is no formula to differentiate", text=self.text)
        self._refuse_late()
        expr, definitions = self.expr, self.definitions
        nodes = list(postorder(*(each.body for each in definitions), expr))
        if definitions or any(isinstance(node, Apply) and node.function == "Subs" for node in nodes):
            expr, definitions = self._write_out_subs(expr, definitions)
            nodes = list(postorder(*(each.body for each in definitions), expr))
        roots = (*(each.body for each in definitions), expr)
        refuse_large(nodes, roots, self.text)
        refuse_misplaced(nodes, roots, self.text)
        known = {each.name for each in definitions}
        variables = dict.fromkeys(
            node.id for node in nodes if isinstance(node, Name) and node.id not in known
        )
        return Reading(self.text, expr, tuple(definitions), self.name, tuple(variables), tuple(self.notes))

    def _write_out_subs(self, expr: Syntax, definitions: list[Definition]) -> tuple[Syntax, list[Definition]]:
        """A small Subs is written out, a large one at the top becomes definitions again."""
        expr, moved = move_large_subs(expr)
        expr = write_out_subs(expr, self.text)
        used = find_used(expr, [*definitions, *moved])
        return expr, [replace(each, body=write_out_subs(each.body, self.text)) for each in used]

    def _refuse_late(self) -> None:
        """A name is used after its definition only."""
        later = [each.name for each in self.definitions] + ([self.name] if self.name else [])
        for definition in self.definitions:
            late = [
                name
                for name in free_names(definition.body)
                if name in later and name not in definition.parameters
            ]
            if late:
                message = (
                    f"{definition.name} is defined by itself"
                    if late[0] == definition.name
                    else f"{late[0]} is used before it is defined"
                )
                raise ReadError(
                    message, text=self.text, span=definition.span, hint="definitions are read in order"
                )
            later.remove(definition.name)


# statements


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
    """dy/dx and d/dx are no quotients, nor are fractions of LaTeX that hold them. Raises ReadError where they
    stand, unless their names are declared."""
    for index, bar in enumerate(tokens):
        if bar.kind != "/" or index == 0:
            continue
        over, under = _side(tokens, index, -1), _side(tokens, index, 1)
        above, below = ("".join(token.text for token in side).strip("{}") for side in (over, under))
        if _DIFFERENTIAL.fullmatch(f"{above}/{below}") and not {above, below} & {*declared}:
            raise ReadError(
                f"{above}/{below} is an unevaluated derivative",
                text=text,
                span=Span(min(bar.start, over[0].start), under[-1].end),
                hint=derivative_hint(above),
            )


def _side(tokens: Sequence[Token], index: int, step: int) -> Sequence[Token]:
    """What stands beside a bar, one way or the other: a word, or a short group of LaTeX with its braces."""
    first = tokens[index + step]
    if first.kind == "word":
        return [first]
    if first.text not in ("{", "}"):
        return []
    found = [first]
    for offset in range(2, 9):
        place = index + offset * step
        if not 0 <= place < len(tokens):
            return []
        found.append(tokens[place])
        if tokens[place].text in ("{", "}"):
            return found[::step]
    return []


def derivative_hint(over: str) -> str:
    """What to write instead of d/dx, or of dy/dx. over: what stands above the bar."""
    return "give the function alone; it is differentiated" if over == "d" else "write the derivative itself"
