"""Text -> Syntax: the one way in. Splits a text into definitions and a result, and checks what was read.

Knows statements, declarations and the limits. Refuses to evaluate anything. Plain notation comes through tokens.py and
words.py, LaTeX through latex.py, both into the same parser.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from chainrule_cli.errors import LimitError, ReadError, Span
from chainrule_cli.notation.arguments import TUPLE, is_condition
from chainrule_cli.notation.lexer import (
    KNOWN,
    UNDEFINED,
    Token,
    mark_calls,
    refuse_long,
    split_words,
    tokenize,
)
from chainrule_cli.notation.parser import DEEPEST, MOST_NODES, Parser
from chainrule_cli.notation.syntax import (
    Apply,
    Definition,
    Name,
    Note,
    Reading,
    Syntax,
    children,
    fold,
    free_names,
    postorder,
    rebuild,
    substitute,
    tree_size,
)

SMALL_SUBSTITUTION = 2_000
"""Nodes up to which a Subs at the top is written out; a larger one becomes definitions."""


def read(text: str, *, declared: Iterable[str] = ()) -> Reading:
    """The formula in the text: definitions separated by ; or newlines, the last part the result or an equation.

    declared: names that are variables whatever they look like (e, pi, speed). Raises ReadError with the place and a hint
    for text that is no formula, LimitError past 10,000 characters, nesting 200, 20,000 nodes or 1,000 digits.
    """
    refuse_long(text)
    statements = list(_statements(_tokens(text)))
    if not statements:
        raise ReadError("there is nothing to read", text=text, hint="write a formula such as sin(x^2)")
    state = _State(text, frozenset(declared) | _heads(statements))
    for place, statement in enumerate(statements):
        state.add(statement, last=place == len(statements) - 1)
    return state.reading()


def read_point(text: str) -> dict[str, Syntax]:
    """The point "x=1, y=-pi/2" as names with constant expressions. Raises ReadError as read does, and for a value with
    names in it or a name given twice."""
    refuse_long(text)
    tokens = tokenize(text)
    point: dict[str, Syntax] = {}
    for part in _split(tokens, {",", ";"}):
        name, value = _coordinate(text, part)
        if name.text in point:
            raise ReadError(f"{name.text} is given twice", text=text, span=name.span)
        point[name.text] = value
    return point


def _coordinate(text: str, part: list[Token]) -> tuple[Token, Syntax]:
    if len(part) < 3 or part[0].kind not in ("word", "π") or part[1].kind != "=":
        at = part[0] if part else Token("end", "", len(text), len(text))
        raise ReadError(
            "a point is written as name=value", text=text, span=at.span, hint="for example --at x=1,y=-2"
        )
    expr = _parsed(text, part[2:], {}, frozenset(), lambda _note: None)
    names = free_names(expr)
    if names:
        raise ReadError(
            f"the value of {part[0].text} must be a number, but it holds {names[0]}",
            text=text,
            span=part[2].span,
        )
    _check_values(list(postorder(expr)), (expr,), text)
    return part[0], expr


def _tokens(text: str) -> list[Token]:
    if "\\" in text:
        from chainrule_cli.notation.latex_reader import tokenize_latex

        return tokenize_latex(text)
    return tokenize(text)


# statements


def _statements(tokens: list[Token]) -> Iterator[list[Token]]:
    """The runs of tokens between semicolons and newlines outside brackets; empty ones are skipped."""
    yield from (part for part in _split(tokens, {";"}) if part)


def _split(tokens: list[Token], separators: set[str]) -> Iterator[list[Token]]:
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


def _equals(statement: list[Token]) -> list[int]:
    """Places of the equals signs outside brackets."""
    nesting, places = 0, []
    for place, token in enumerate(statement):
        nesting += (token.kind in ("(", "[", "{")) - (token.kind in (")", "]", "}"))
        if token.kind == "=" and nesting == 0:
            places.append(place)
    return places


def _head(statement: list[Token]) -> tuple[Token, tuple[str, ...]] | None:
    """The name and parameters on the left of "name =" or "name(a, b) ="; None for anything else."""
    places = _equals(statement)
    left = statement[: places[0]] if places else []
    if not left or left[0].kind != "word":
        return None
    if len(left) == 1:
        return left[0], ()
    inside = left[2:-1]
    names, commas = inside[::2], inside[1::2]
    if (
        left[1].kind != "("
        or left[-1].kind != ")"
        or not names
        or any(token.kind != "word" for token in names)
        or any(token.kind != "," for token in commas)
    ):
        return None
    return left[0], tuple(token.text for token in names)


def _heads(statements: list[list[Token]]) -> frozenset[str]:
    """Names that stand on a left side, with their parameters: declared for the whole text."""
    found: set[str] = set()
    for statement in statements:
        head = _head(statement)
        if head is not None and not _calls_itself_a_product(statement, head):
            found.update((head[0].text, *head[1]) if not head[1] else head[1])
            found.update([head[0].text] if head[0].text not in KNOWN or not head[1] else [])
    return frozenset(found)


def _calls_itself_a_product(statement: list[Token], head: tuple[Token, tuple[str, ...]]) -> bool:
    """x(y) = ... is no definition of x where x or y stands on the right as well as a variable would."""
    name, parameters = head
    right = statement[_equals(statement)[0] + 1 :]
    return bool(parameters) and (name.text in KNOWN or any(token.text == name.text for token in right))


@dataclass
class _State:
    """What has been read so far."""

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

    def parsed(self, tokens: list[Token]) -> Syntax:
        return _parsed(self.text, tokens, self.functions, self.declared, self.remark)

    def add(self, statement: list[Token], *, last: bool) -> None:
        places = _equals(statement)
        if len(places) > 1:
            second = statement[places[1]]
            raise ReadError(
                "a second equals sign",
                text=self.text,
                span=second.span,
                hint="separate definitions with ; and write == in conditions",
            )
        if not places:
            self._result(statement, last=last)
            return
        head, left, right = _head(statement), statement[: places[0]], statement[places[0] + 1 :]
        if not left or not right:
            raise ReadError(
                f"nothing stands {'after' if left else 'before'} the equals sign",
                text=self.text,
                span=statement[places[0]].span,
            )
        body = self.parsed(right)
        if (
            head is not None
            and (head[1] or head[0].text not in free_names(body))
            and (head[1] == () or head[0].text in self.declared)
        ):
            self._define(head[0], head[1], body, last=last)
        else:
            self._equation(self.parsed(left), body, statement[places[0]], last=last)

    def _result(self, statement: list[Token], *, last: bool) -> None:
        if not last:
            raise ReadError(
                "only the last part may stand without a name",
                text=self.text,
                span=statement[0].span,
                hint="write name = expression; ...; result",
            )
        expr = self.parsed(statement)
        if isinstance(expr, Apply) and expr.function == "==":
            expr = Apply("=", expr.args, span=expr.span)
        self.expr = expr

    def _define(self, name: Token, parameters: tuple[str, ...], body: Syntax, *, last: bool) -> None:
        if name.text in KNOWN and name.text not in ("e", "E", "pi"):
            raise ReadError(
                f"{name.text} is a function of the language",
                text=self.text,
                span=name.span,
                hint="choose another name",
            )
        if any(each.name == name.text for each in self.definitions):
            raise ReadError(f"{name.text} is defined twice", text=self.text, span=name.span)
        if last:
            self.expr, self.name = body, name.text
            return
        definition = Definition(name.text, body, parameters, name.span)
        self.definitions.append(definition)
        if parameters:
            self.functions[name.text] = definition

    def _equation(self, left: Syntax, right: Syntax, sign: Token, *, last: bool) -> None:
        if not last:
            raise ReadError("an equation may only be the last part", text=self.text, span=sign.span)
        self.expr = Apply("=", (left, right), span=Span(0, len(self.text)))

    def reading(self) -> Reading:
        if self.expr is None:
            raise ReadError("there is no formula to differentiate", text=self.text)
        self._check_order()
        expr, definitions = self.expr, self.definitions
        nodes = list(postorder(*(each.body for each in definitions), expr))
        if definitions or any(isinstance(node, Apply) and node.function == "Subs" for node in nodes):
            expr, definitions = _without_subs(expr, definitions, self.text)
            definitions = _without_unused(expr, definitions)
            definitions = [
                Definition(each.name, _resolved(each.body, self.text), each.parameters, each.span)
                for each in definitions
            ]
            nodes = list(postorder(*(each.body for each in definitions), expr))
        roots = (*(each.body for each in definitions), expr)
        _check_limits(nodes, roots, self.text)
        _check_values(nodes, roots, self.text)
        known = {each.name for each in definitions}
        variables = tuple(
            dict.fromkeys(node.id for node in nodes if isinstance(node, Name) and node.id not in known)
        )
        return Reading(self.text, expr, tuple(definitions), self.name, variables, tuple(self.notes))

    def _check_order(self) -> None:
        """A name is used after its definition only."""
        later = [each.name for each in self.definitions] + ([self.name] if self.name else [])
        for definition in self.definitions:
            used = [
                name
                for name in free_names(definition.body)
                if name in later and name not in definition.parameters
            ]
            if used:
                message = (
                    f"{definition.name} is defined by itself"
                    if used[0] == definition.name
                    else f"{used[0]} is used before it is defined"
                )
                raise ReadError(
                    message, text=self.text, span=definition.span, hint="definitions are read in order"
                )
            later.remove(definition.name)


def _parsed(
    text: str, tokens: list[Token], functions: dict[str, Definition], declared: frozenset[str], remark: object
) -> Syntax:
    end = tokens[-1].end if tokens else len(text)
    marked = [*tokens, Token("end", "", end, end)]
    _refuse_derivative(text, marked, declared)
    words = split_words(text, mark_calls(marked, functions), declared, remark)  # type: ignore[arg-type]  # a Remark
    return Parser(text, words, functions, declared, remark).parse()  # type: ignore[arg-type]  # a Remark


def _refuse_derivative(text: str, tokens: list[Token], declared: frozenset[str]) -> None:
    """dy/dx and d/dx are no quotients."""
    for over, bar, under in zip(tokens, tokens[1:], tokens[2:], strict=False):
        operator = (
            over.text[:1] == "d" and len(over.text) <= 2 and under.text[:1] == "d" and len(under.text) == 2
        )
        if (
            bar.kind == "/"
            and operator
            and over.kind == under.kind == "word"
            and not {over.text, under.text} & declared
        ):
            hint = (
                "give the function alone; it is differentiated"
                if len(over.text) == 1
                else "write the derivative itself"
            )
            raise ReadError(
                f"{over.text}/{under.text} is an unevaluated derivative",
                text=text,
                span=Span(over.start, under.end),
                hint=hint,
            )


# after the parser


def _without_subs(expr: Syntax, definitions: list[Definition], text: str) -> tuple[Syntax, list[Definition]]:
    """A small Subs is written out, a large one at the top becomes definitions again."""
    if not (isinstance(expr, Apply) and expr.function == "Subs"):
        return _resolved(expr, text), definitions
    small = _substituted_size(expr) <= SMALL_SUBSTITUTION
    if small:
        return _resolved(expr, text), definitions
    found: list[Definition] = []
    while isinstance(expr, Apply) and expr.function == "Subs":
        body, *pairs = expr.args
        found.extend(
            Definition(name.id, value)
            for name, value in zip(pairs[0::2], pairs[1::2], strict=True)
            if isinstance(name, Name)
        )
        expr = body
    return _resolved(expr, text), [*definitions, *found]


def _without_unused(expr: Syntax, definitions: list[Definition]) -> list[Definition]:
    """Functions that were defined and put in with other arguments leave no name behind; all other definitions stay."""
    used = set(free_names(expr, *(each.body for each in definitions)))
    return [each for each in definitions if not each.parameters or each.name in used]


def _substituted_size(expr: Syntax) -> int:
    """An upper bound of the nodes after all substitutions."""

    def count(node: Syntax, sizes: list[int]) -> int:
        if isinstance(node, Apply) and node.function == "Subs":
            return sizes[0] * max(1, *sizes[2::2])
        return 1 + sum(sizes)

    return fold(expr, count)


def _resolved(expr: Syntax, text: str) -> Syntax:
    """expr with every Subs written out. Raises LimitError where that grows past the limit."""

    def put_in(node: Syntax, args: list[Syntax]) -> Syntax:
        new = rebuild(node, args)
        if not (isinstance(new, Apply) and new.function == "Subs"):
            return new
        body, *pairs = new.args
        result = substitute(
            body,
            {
                name.id: value
                for name, value in zip(pairs[0::2], pairs[1::2], strict=True)
                if isinstance(name, Name)
            },
        )
        if tree_size(result) > MOST_NODES:
            raise LimitError(
                f"the formula written out has more than {MOST_NODES:,} parts", text=text, span=node.span
            )
        return result

    return fold(expr, put_in)


def _check_limits(nodes: list[Syntax], roots: tuple[Syntax, ...], text: str) -> None:
    sizes: dict[int, int] = {}
    depths: dict[int, int] = {}
    for node in nodes:
        args = children(node)
        sizes[id(node)] = 1 + sum([sizes[id(child)] for child in args])
        depths[id(node)] = 1 + max([depths[id(child)] for child in args], default=0)
    if sum(sizes[id(root)] for root in roots) > MOST_NODES:
        raise LimitError(f"the formula has more than {MOST_NODES:,} parts", text=text)
    if max(depths[id(root)] for root in roots) > DEEPEST:
        raise LimitError(
            f"the formula is nested more than {DEEPEST} deep",
            text=text,
            hint="name its parts: u = ...; f = ...",
        )


def _check_values(nodes: list[Syntax], roots: tuple[Syntax, ...], text: str) -> None:
    """Conditions stand where conditions belong, and lists nowhere."""
    for root in roots:
        if is_condition(root):
            raise ReadError(
                "a condition is not a formula", text=text, span=root.span, hint="where(x > 0, x^2, -x)"
            )
    for node in nodes:
        if not isinstance(node, Apply):
            continue
        if node.function == TUPLE:
            raise ReadError(
                "a list is not a formula",
                text=text,
                span=node.span,
                hint="a comma separates a function's arguments; decimals have a point",
            )
        for place, arg in enumerate(node.args):
            if is_condition(arg) != _wants_condition(node, place):
                wanted = "a value" if is_condition(arg) else "a condition"
                raise ReadError(
                    f"{wanted} belongs here",
                    text=text,
                    span=arg.span,
                    hint="conditions stand in where( ) and Piecewise( )",
                )


def _wants_condition(node: Apply, place: int) -> bool:
    if node.function == "piecewise":
        return place % 2 == 1
    return node.function in ("and", "or", "not")


__all__ = ["UNDEFINED", "read", "read_point"]
