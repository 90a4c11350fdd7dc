"""text -> Reading in the matrix notation: .* ./ .^ and ' beside the operators of the formula language, by the same parser.

Knows tokens, words and statements of the notation. Refuses to know shapes: inference.py's. In this notation e is a name, a name may
have several letters, and a function has brackets.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping

from chainrule_cli.errors import LimitError, ReadError, Span
from chainrule_cli.matrix.language import ALIASES, ELEMENTWISE, INSTEAD, MATRIX_FUNCTIONS, OF_AN_ORDER
from chainrule_cli.notation import functions, lexer
from chainrule_cli.notation.lexer import LOGARITHMS, Token
from chainrule_cli.notation.parser import POWER, PRODUCT, Parser
from chainrule_cli.notation.syntax import (
    Apply,
    Definition,
    Name,
    Note,
    Number,
    Reading,
    Syntax,
    free_names,
    postorder,
)

MOST_OPERATIONS = 300
TRANSPOSED = 35
"""How tightly ' binds: more than ^, so that x'^2 is (x')^2."""

OPERATORS = {
    ".*": ".*", "./": "./", ".^": ".^", ".'": "'", "⊙": ".*", "∘": ".*", "⊘": "./", "⊗": "kron", "⁻ᵀ": "⁻ᵀ", "ᵀ": "'", "⊤": "'", "‖": "‖",
}  # fmt: skip
BINDING = {
    ".*": PRODUCT,
    "./": PRODUCT,
    "kron": PRODUCT,
    ".^": POWER,
    "'": TRANSPOSED,
    "''": TRANSPOSED,
    "⁻ᵀ": TRANSPOSED,
}

ELSEWHERE = {
    "@": ("numpy's", "* is the matrix product, .* goes entry by entry"),
    ".T": ("numpy's", "X' is the transpose"),
    "\\": ("Matlab's or LaTeX's", "solve(A, b) is inv(A)*b"),
}
"""Sign -> whose it is, and what is written here."""

NORMS = {"1": "norm1", "2": "norm2", "F": "norm2"}
"""What may stand below the bars of a norm."""

REFUSED = frozenset({"<", ">", "<=", ">=", "==", "!=", "and", "or", "not"})


def read(text: str, declared: Collection[str] = ()) -> Reading:
    """A matrix formula: definitions and a result. declared: names that are one name whatever their letters.

    Raises ReadError and LimitError."""
    lexer.refuse_long(text)
    statements = _statements(_tokens(text))
    named = [_defined(statement) for statement in statements]
    known = frozenset(declared) | {name for name in named if name}
    notes: list[Note] = []
    definitions: list[Definition] = []
    for name, statement in zip(named, statements, strict=True):
        body_tokens = statement[2:] if name else statement
        parser = MatrixParser(text, _words(text, body_tokens, known, notes.append), {}, known, notes.append)
        expr = parser.parse()
        if name is not None:
            if name in free_names(expr):
                raise ReadError(
                    f"{name} is defined by itself",
                    text=text,
                    span=statement[0].span,
                    hint="give the definition a name of its own",
                )
            if any(each.name == name for each in definitions):
                raise ReadError(f"{name} is defined twice", text=text, span=statement[0].span)
        elif statement is not statements[-1]:
            raise ReadError(
                "only the last statement may be without a name",
                text=text,
                span=statement[0].span,
                hint="write name = ...",
            )
        definitions.append(Definition(name or "", expr, span=statement[0].span))
    bodies = [each.body for each in definitions]
    _refuse_large(text, bodies)
    result = definitions.pop()
    kept = tuple(definitions)
    own = {each.name for each in kept}
    _refuse_late(text, [*kept, result], own)
    variables = tuple(name for name in free_names(*bodies) if name not in own)
    return Reading(text, result.body, kept, result.name or None, variables, tuple(notes))


def _refuse_large(text: str, bodies: list[Syntax]) -> None:
    operations = sum(isinstance(node, Apply) for node in postorder(*bodies))
    if operations > MOST_OPERATIONS:
        raise LimitError(f"the formula has {operations:,} operations, more than {MOST_OPERATIONS}", text=text)


def _refuse_late(text: str, definitions: list[Definition], own: set[str]) -> None:
    """A definition uses names that stand before it."""
    seen: set[str] = set()
    for each in definitions:
        late = [node for node in postorder(each.body) if isinstance(node, Name) and node.id in own - seen]
        if late:
            raise ReadError(f"{late[0].id} is used before it is defined", text=text, span=late[0].span)
        seen.add(each.name)


# tokens


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    place = 0
    while place < len(text):
        sign = next((sign for sign in (text[place : place + 2], text[place]) if sign in OPERATORS), None)
        if sign is not None:
            kinds = ["|", "|"] if sign == "‖" else [OPERATORS[sign]]
            found += [Token(kind, sign, place, place + len(sign)) for kind in kinds]
            place += len(sign)
            continue
        place = _below_a_norm(text, place, found)
        if place == len(text):
            break
        _refuse_elsewhere(text, place)
        place = lexer.next_token(text, place, found)
        place = _point_given_back(text, place, found)
    found.append(Token("end", "", len(text), len(text)))
    return found


def _refuse_elsewhere(text: str, place: int) -> None:
    """Signs of other languages, with what they are called here."""
    for sign, (whose, hint) in ELSEWHERE.items():
        if text.startswith(sign, place):
            raise ReadError(
                f"{sign} is {whose}, not of this notation",
                text=text,
                span=Span(place, place + len(sign)),
                hint=hint,
            )


def _below_a_norm(text: str, place: int, found: list[Token]) -> int:
    """The 1, 2 or F below two bars as a token of its own."""
    below = text[place + 1 : place + 2]
    if text[place] != "_" or below not in NORMS or [token.kind for token in found[-2:]] != ["|", "|"]:
        return place
    found.append(Token("norm", below, place, place + 2))
    return place + 2


def _point_given_back(text: str, place: int, found: list[Token]) -> int:
    """2.*x is 2 .* x."""
    last = found[-1] if found else None
    if (
        last is None
        or last.kind != "number"
        or last.end != place
        or not last.text.endswith(".")
        or text[place : place + 1] not in ("*", "/", "^", "'")
    ):
        return place
    found[-1] = (
        lexer.number_token(text, last.text[:-1], last.start, place - 1) if len(last.text) > 1 else last
    )
    return place - 1


def _statements(found: list[Token]) -> list[list[Token]]:
    """What stands between ; and ends of lines, each closed by an end token."""
    parts: list[list[Token]] = [[]]
    for token in found[:-1]:
        if token.kind == ";":
            parts.append([])
        else:
            parts[-1].append(token)
    parts = [part for part in parts if part] or [[]]
    end = found[-1]
    return [
        [*part, Token("end", "", part[-1].end if part else end.start, part[-1].end if part else end.end)]
        for part in parts
    ]


def _defined(statement: list[Token]) -> str | None:
    begins = len(statement) > 2 and statement[0].kind == "word" and statement[1].kind == "="
    return statement[0].text if begins else None


def _words(
    text: str, found: list[Token], declared: Collection[str], remark: Callable[[Note], None]
) -> list[Token]:
    singles = {token.text for token in found if token.kind == "word" and len(token.text) == 1} | {
        name for name in declared if len(name) == 1
    }
    result = []
    for place, token in enumerate(found):
        if token.kind == "word":
            result.append(_word(text, token, declared, singles, remark, bracket=found[place + 1].kind == "("))
        elif token.kind == "=":
            raise ReadError(
                "= defines a name, at the beginning of a statement",
                text=text,
                span=token.span,
                hint="write name = ...; formula",
            )
        elif token.kind in REFUSED:
            raise ReadError(f"{token.text} is not of the matrix notation", text=text, span=token.span)
        else:
            result.append(token)
    return result


def _word(
    text: str,
    token: Token,
    declared: Collection[str],
    singles: set[str],
    remark: Callable[[Note], None],
    *,
    bracket: bool,
) -> Token:
    word = token.text
    if word in declared:
        return token._replace(kind="name")
    if function_name(word) is not None and (len(word) > 1 or word == "π"):
        return token._replace(kind="function")
    if bracket and len(word) > 1 and "_" not in word:
        raise ReadError(f"{word} is no function", text=text, span=token.span, hint=_nearest(word))
    if len(word) > 1 and word.isalpha() and word not in lexer.GREEK_NAMES:
        if all(letter in singles for letter in word):
            product = "*".join(word)
            raise ReadError(
                f"{word} may be one name or a product",
                text=text,
                span=token.span,
                hint=f"write {product}, or declare {word} with --shapes",
            )
        remark(Note(f"{word} is read as one name", token.span))
    return token._replace(kind="name")


def _nearest(word: str) -> str:
    """What a word that is no function could have meant."""
    near = difflib.get_close_matches(word, [*MATRIX_FUNCTIONS, *ELEMENTWISE, *ALIASES], 1)
    return INSTEAD.get(word) or (f"did you mean {near[0]}?" if near else "* multiplies: A*(B + C)")


def function_name(word: str) -> str | None:
    """The function that a word means in this notation; None where it means none."""
    word = ALIASES.get(word, word)
    if word in MATRIX_FUNCTIONS or word == "'" or word in LOGARITHMS:
        return word
    name = functions.ALIASES.get(word, word)
    if name in ELEMENTWISE | OF_AN_ORDER or name == "pi":
        return name
    return None


# grammar


class MatrixParser(Parser):
    """The parser of formulas with ' and the operators that go entry by entry; e is a name, functions have brackets."""

    def __init__(
        self,
        text: str,
        found: list[Token],
        defined: Mapping[str, Definition],
        declared: frozenset[str],
        remark: Callable[[Note], None],
    ) -> None:
        super().__init__(text, found, defined, declared, remark)

    def binding(self) -> int:
        return BINDING.get(self.peek.kind) or super().binding()

    def continued(self, left: Syntax, power: int, start: int) -> Syntax:
        if power == TRANSPOSED:
            marks = self.take().kind
            inner = self.make("inv", (left,), start) if marks == "⁻ᵀ" else left
            return left if marks == "''" else self.make("'", (inner,), start)
        if self.peek.kind == ".^":
            self.take()
            return self.make(".^", (left, self.exponent_of()), start)
        return super().continued(left, power, start)

    def exponent_of(self) -> Syntax:
        return self.expression(POWER - 1)

    def product(self, left: Syntax, start: int) -> Syntax:
        """From the left: runs of * are one product; .* and ./ take two."""
        factors = [left]
        while self.binding() == PRODUCT:
            operator = self.peek
            if operator.kind in (".*", "./", "/", "kron"):
                self.take()
                top = factors[0] if len(factors) == 1 else self.make("*", tuple(factors), start)
                factors = [self.make(operator.kind, (top, self.expression(PRODUCT)), start)]
                continue
            before = self.place
            if operator.kind == "*":
                self.take()
            factors.append(self.expression(PRODUCT))
            if operator.kind != "*":
                self.remark_side_by_side(factors[-2], start, before, divided=False)
        return factors[0] if len(factors) == 1 else self.make("*", tuple(factors), start)

    def name(self, token: Token) -> Syntax:
        self.nodes += 1
        return Name(token.text, token.span)

    def function(self, token: Token) -> Syntax:
        name = function_name(token.text) or token.text
        if name in ("pi", "eye"):
            if self.peek.kind == "(" and name == "eye":
                raise self.error("eye has the size that fits, and no brackets", token, "write eye")
            return self.make(name, (), token.start)
        if self.peek.kind != "(":
            raise self.error(f"{token.text} needs brackets", token, f"for example {self.example(name)}")
        args = self.bracketed(self.take())
        if name in LOGARITHMS:
            base = self.make("log", (Number(LOGARITHMS[name]),), token.start)
            return self.make(
                "/", (self.make("log", (self.only(token, args),), token.start), base), token.start
            )
        if name == "'":
            return self.make("'", (self.only(token, args),), token.start)
        row = MATRIX_FUNCTIONS.get(name)
        least, most = (row.least, row.most) if row else (2, 2) if name in OF_AN_ORDER else (1, 1)
        if not least <= len(args) <= most:
            wanted = f"{least}" if least == most else f"{least} or {most}"
            raise self.error(
                f"{token.text} takes {wanted} argument{'s' * (wanted != '1')}, not {len(args)}",
                token,
                f"for example {self.example(name)}",
            )
        if token.text == "ones" and args[0] != Number(1):
            raise self.error(
                "ones(1) has the size that fits, and no size in its brackets",
                token,
                "vector(1) and matrix(1) are made of ones",
            )
        if name in ("vector", "matrix") and not _is_number(args[0]):
            raise self.error(f"{token.text} takes a number", token, f"{name}(1) is made of ones")
        if name in OF_AN_ORDER and not _is_number(args[0]):
            raise self.error(f"{token.text} takes a number first", token, f"for example {self.example(name)}")
        return self.make(name, tuple(args), token.start)

    def absolute(self, opening: Token) -> Syntax:
        """Bars around bars are a norm."""
        doubled = self.peek.kind == "|" and self.peek.start <= opening.start + 1
        found = super().absolute(opening)
        inner = found.args[0] if isinstance(found, Apply) else found
        if not doubled or not isinstance(inner, Apply) or inner.function != "abs":
            return found
        below = self.take().text if self.peek.kind == "norm" else "2"
        return self.make(NORMS[below], inner.args, opening.start)

    def only(self, token: Token, args: list[Syntax]) -> Syntax:
        if len(args) != 1:
            raise self.error(f"{token.text} takes 1 argument, not {len(args)}", token)
        return args[0]

    def example(self, name: str) -> str:
        row = MATRIX_FUNCTIONS.get(name)
        return row.example if row else f"{name}(1, x)" if name in OF_AN_ORDER else f"{name}(x)"

    def bracket(self, token: Token) -> Syntax:
        parts = self.bracketed(token)
        if len(parts) > 1:
            raise ReadError(
                "a matrix is named, not written out",
                text=self.text,
                span=Span(token.start, self.tokens[self.place - 1].end),
            )
        return parts[0]


def _is_number(node: Syntax) -> bool:
    match node:
        case Number():
            return True
        case Apply(function="neg", args=(Number(),)):
            return True
    return False
