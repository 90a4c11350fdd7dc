"""Text -> Reading: the one way in. Statements become definitions and a result, and what was read is checked.

Plain notation comes through lexer.py, LaTeX through latex_reader.py, both into the same parser.py. Statements
are what stands between semicolons and newlines; their left sides declare names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module

from chainrule_cli.errors import ReadError, Span
from chainrule_cli.notation.arguments import PLACED, refuse_misplaced
from chainrule_cli.notation.choices import Choice, Choices
from chainrule_cli.notation.decimals import join_decimal_commas
from chainrule_cli.notation.definitions import find_used, move_large_subs, write_out_subs
from chainrule_cli.notation.heads import find_derivative
from chainrule_cli.notation.lexer import UNKNOWN, Token, find_left_names, refuse_unknown, scan, tokenize
from chainrule_cli.notation.notes import (
    note_asked,
    note_definition,
    note_equation,
    note_product_equation,
)
from chainrule_cli.notation.parser import Parser
from chainrule_cli.notation.prose import set_words_aside
from chainrule_cli.notation.questions import take_question
from chainrule_cli.notation.statements import (
    Statement,
    drop_leading_equals,
    find_declared_names,
    is_short_word,
    split,
    split_statements,
)
from chainrule_cli.notation.syntax import (
    DEEPEST,
    Apply,
    Definition,
    Name,
    Note,
    Reading,
    Syntax,
    free_names,
    nesting_error,
    postorder,
    refuse_large,
    refuse_long,
)
from chainrule_cli.notation.words import KNOWN, Remark, mark_calls, may_be_foreign, split_words

__all__ = ["read", "read_point"]


def read(
    text: str, *, declared: Iterable[str] = (), wrt: str | None = None, taken: frozenset[Choice] = frozenset()
) -> Reading:
    """The formula in the text: definitions separated by ; or newlines; last the result, or an equation.

    declared: names that are variables whatever they look like (e, pi, speed).
    wrt: the variable of differentiation where it is known: it is never defined.
    taken: where the second reading is wanted.

    What stands around the formula is set aside with a note; a question in words or d/dx before it is what is
    `asked`. Raises ReadError with the position and a hint for text that is no formula, LimitError past 10,000
    characters, nesting 200, 20,000 nodes or 1,000 digits.
    """
    state = ReadingState(text, frozenset(declared), wrt, Choices(taken))
    statements, asked = take_question(drop_leading_equals(split_statements(state.tokenize())), text)
    state.declare(statements)
    for statement in statements:
        state.add(statement, last=statement is statements[-1])
    if asked is not None:
        state.remark(note_asked(asked))
    reading = state.finish()
    refuse_pasted_powers(reading, state.declared, reading.variables)
    return reading if asked is None else replace(reading, asked=asked)


def refuse_pasted_powers(reading: Reading, declared: Collection[str], letters: Collection[str]) -> None:
    """x2 beside x was x² before it was pasted, unless there is an x1 as well.

    letters: names that a power could belong to. Raises ReadError for the first such name.
    """
    for name in reading.variables:
        letter, digit = name[:1], name[1:]
        if not digit or digit not in POWERS or letter not in letters or name in declared:
            continue
        if any(other[:1] == letter and other[1:].isdigit() and other != name for other in reading.variables):
            continue
        span = next(node.span for node in postorder(*_roots(reading)) if node == Name(name))
        message = f"{name} is read as one name, and there is {letter} as well"
        hint = f"{letter}²? write {letter}^{digit}; for a name write {letter}_{digit}"
        raise ReadError(message, text=reading.text, span=span, hint=hint)


POWERS = frozenset("23456789")
"""Digits that a pasted exponent leaves behind a letter; 0 and 1 are subscripts."""


def _roots(reading: Reading) -> tuple[Syntax, ...]:
    return (*(definition.body for definition in reading.definitions), reading.expr)


def read_point(text: str) -> dict[str, Syntax]:
    """The point "x=1, y=-pi/2" as names with constant expressions.

    Raises ReadError as read does, and for a value with names in it or a name given twice."""
    refuse_long(text)
    point: dict[str, Syntax] = {}
    for part in split(tokenize(text, find_left_names(text)), {",", ";"}):
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
    name, expr = part[0], _parse(text, part[2:], {}, frozenset(), Choices(), _forget)
    names = free_names(expr)
    if names:
        message = f"the value of {name.text} must be a number, but it holds {names[0]}"
        raise ReadError(message, text=text, span=part[2].span)
    refuse_misplaced(postorder(expr), (expr,), text)
    return name, expr


def _forget(note: Note) -> None:
    """A value of a point has no notes."""


def needs_latex(text: str) -> bool:
    """Whether a text is LaTeX: a backslash, a dollar sign around mathematics, or a comma of a decimal."""
    return "\\" in text or "$" in text or "{,}" in text


def _scan(text: str, declared: Collection[str], remark: Remark) -> list[Token]:
    """The reader of LaTeX is imported where a text needs it only: start-up is a budget."""
    if not needs_latex(text):
        return scan(text, find_left_names(text).union(declared))
    scan_latex: Callable[[str, Remark], list[Token]] = import_module(
        "chainrule_cli.notation.latex_reader"
    ).scan_latex
    return scan_latex(text, remark)


def _respell(tokens: list[Token], text: str, declared: Collection[str], remark: Remark) -> list[Token]:
    """Spellings of other systems; their table is imported where a text could hold one only."""
    if not may_be_foreign(tokens):
        return tokens
    respell: Callable[..., list[Token]] = import_module("chainrule_cli.notation.foreign_tokens").respell
    return respell(tokens, text, declared, remark)


def _parse(
    text: str,
    tokens: list[Token],
    functions: Mapping[str, Definition],
    declared: frozenset[str],
    choices: Choices,
    remark: Remark,
) -> Syntax:
    end = tokens[-1].end if tokens else len(text)
    marked = [*tokens, Token("end", "", end, end)]
    kinds = {token.kind for token in marked}
    if UNKNOWN in kinds:
        refuse_unknown(marked, text)
    if "/" in kinds:
        refuse_derivative(marked, declared, text)
    words = split_words(text, mark_calls(marked, functions), declared, choices, remark)
    try:
        return Parser(text, words, functions, declared, choices, remark).parse()
    except RecursionError as error:  # a caller that is deep itself leaves less room than DEEPEST takes
        raise nesting_error(text) from error


NOTHING = frozenset({";", "end"})
"""Kinds of tokens that are no formula."""
MOST_NOTES = 50
"""Notes on one text; more would not be read."""


@dataclass
class ReadingState:
    """What has been read of a text so far.

    given: names that are declared from outside. declared: those, and what the text declares itself.
    wrt: the variable of differentiation, where it is known.
    functions: definitions with parameters.
    notes: text -> note.
    expr, name, parameters: the result, and its name and parameters where its statement is a definition.
    """

    text: str
    given: frozenset[str]
    wrt: str | None = None
    choices: Choices = field(default_factory=Choices)
    declared: frozenset[str] = frozenset()
    definitions: list[Definition] = field(default_factory=list)
    functions: dict[str, Definition] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    expr: Syntax | None = None
    name: str | None = None
    parameters: tuple[str, ...] = ()

    def remark(self, note: Note) -> None:
        """Keep a note, once, while there is room."""
        if len(self.notes) < MOST_NOTES:
            self.notes.setdefault(note.text, note)

    def tokenize(self) -> list[Token]:
        """The tokens of the text, without what stands around its formulas."""
        refuse_long(self.text)
        tokens = _scan(self.text, self.given, self.remark)
        tokens = _respell(tokens, self.text, self.given, self.remark)
        kinds = {token.kind for token in tokens}
        if "," in kinds:
            tokens = join_decimal_commas(tokens, self.text, self.remark)
        tokens = set_words_aside(tokens, self.text, self.given, self.remark)
        if kinds <= NOTHING or all(token.kind in NOTHING for token in tokens):
            hint = "write a formula such as sin(x^2)"
            raise ReadError("there is nothing to read", text=self.text, hint=hint)
        return tokens

    def declare(self, statements: Sequence[Statement]) -> None:
        """The names on left sides are names in the whole text."""
        self.declared = self.given | find_declared_names(statements, self.given)

    def parse(self, tokens: list[Token]) -> Syntax:
        return _parse(self.text, tokens, self.functions, self.declared, self.choices, self.remark)

    def add(self, statement: Statement, *, last: bool) -> None:
        """A definition, or the result."""
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
        if self._is_definition(statement, body, last=last):
            self._add_definition(left[0], statement.parameters, body, last=last)
        else:
            self._add_equation(self.parse(left), body, sign, last=last)

    def read_part(self, tokens: list[Token]) -> Reading:
        """One expression as the result, with the definitions so far; the next part takes its place."""
        self.expr = self.name = None
        self._add_result(tokens, last=True)
        return self.finish()

    def _is_definition(self, statement: Statement, body: Syntax, *, last: bool) -> bool:
        """Whether the left side names the right one; a note where that could be otherwise."""
        if statement.name is None:
            return False
        name, names = statement.name.text, free_names(body)
        if statement.parameters:
            return name in self.declared
        if name in names:
            self.remark(note_equation(name, "stands on the right as well", statement.name.span))
            return False
        if name == self.wrt and last:
            self.remark(note_equation(name, "is the variable", statement.name.span))
            return False
        if name in self.declared or not is_short_word(name):
            return True
        variable = self.wrt or ("x" if "x" in name else "")
        if (variable in name and variable) or not names or any(letter in names for letter in name):
            self.remark(note_product_equation(name, statement.name.span))
            return False
        self.remark(note_definition(name, statement.name.span))
        return True

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
            self.expr, self.name, self.parameters = body, name.text, parameters
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
        functions = {node.function for node in nodes if isinstance(node, Apply)}
        if definitions or "Subs" in functions:
            expr, definitions = self._write_out_subs(expr, definitions)
            nodes = list(postorder(*(each.body for each in definitions), expr))
            functions = {node.function for node in nodes if isinstance(node, Apply)}
        roots = (*(each.body for each in definitions), expr)
        if definitions or len(self.text) >= DEEPEST:  # a short text has neither many parts nor deep ones
            refuse_large(nodes, roots, self.text)
        if not functions.isdisjoint(PLACED):
            refuse_misplaced(nodes, roots, self.text)
        known = {each.name for each in definitions}
        variables = dict.fromkeys(
            node.id for node in nodes if isinstance(node, Name) and node.id not in known
        )
        return Reading(
            self.text,
            expr,
            tuple(definitions),
            self.name,
            tuple(variables),
            tuple(self.notes.values()),
            tuple(self.choices.met),
            functions=frozenset(functions),
            parameters=self.parameters,
        )

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


def refuse_derivative(tokens: Sequence[Token], declared: Collection[str], text: str) -> None:
    """dy/dx and d/dx are no quotients. Raises ReadError where they stand, unless their names are declared."""
    if not any(token.kind == "word" and token.text[:1] in ("d", "∂") for token in tokens):
        return
    found = find_derivative(tokens)
    if found is None:
        return
    inside = tokens[found[0] : found[1]]
    if any(token.text in declared for token in inside if token.text[:1] in ("d", "∂")):
        return
    span = Span(inside[0].start, inside[-1].end)
    typed = text[span.start : span.end]
    over = next(token.text for token in inside if token.kind == "word")
    raise ReadError(f"{typed} is an unevaluated derivative", text=text, span=span, hint=derivative_hint(over))


def derivative_hint(over: str) -> str:
    """What to write instead of d/dx, or of dy/dx. over: what stands above the bar."""
    return "give the function alone; it is differentiated" if over == "d" else "write the derivative itself"
