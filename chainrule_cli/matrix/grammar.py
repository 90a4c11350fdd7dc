"""The grammar of a matrix formula: that of the formula language, with ' and operators entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chainrule_cli.errors import ReadError, Span
from chainrule_cli.matrix.language import ROWS
from chainrule_cli.matrix.tokens import NORMS, find_function
from chainrule_cli.notation.choices import Choices
from chainrule_cli.notation.cursor import POWER, PRODUCT
from chainrule_cli.notation.lexer import Token
from chainrule_cli.notation.parser import Parser
from chainrule_cli.notation.syntax import Apply, Definition, Name, Note, Number, Syntax
from chainrule_cli.notation.words import LOGARITHMS

TRANSPOSED = 35
"""How tightly ' binds: more than ^, so that x'^2 is (x')^2."""

BINDING = {
    ".*": PRODUCT,
    "./": PRODUCT,
    "kron": PRODUCT,
    ".^": POWER,
    "'": TRANSPOSED,
    "''": TRANSPOSED,
    "⁻ᵀ": TRANSPOSED,
}


class MatrixParser(Parser):
    """The parser of formulas; e is a name here, and a function has brackets."""

    def __init__(
        self,
        text: str,
        found: list[Token],
        defined: Mapping[str, Definition],
        declared: frozenset[str],
        remark: Callable[[Note], None],
    ) -> None:
        super().__init__(text, found, defined, declared, Choices(), remark)

    def binding(self) -> int:
        return BINDING.get(self.peek.kind) or super().binding()

    def extend(self, left: Syntax, power: int, start: int) -> Syntax:
        if power == TRANSPOSED:
            marks = self.take().kind
            inner = self.make("inv", (left,), start) if marks == "⁻ᵀ" else left
            return left if marks == "''" else self.make("'", (inner,), start)
        if self.peek.kind == ".^":
            self.take()
            return self.make(".^", (left, self.exponent_of()), start)
        return super().extend(left, power, start)

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
            before = self.index
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
        name = find_function(token.text) or token.text
        if name in ("pi", "eye"):
            if self.peek.kind == "(" and name == "eye":
                raise self.error("eye has the size that fits, and no brackets", token, "write eye")
            return self.make(name, (), token.start)
        if self.peek.kind != "(":
            raise self.error(f"{token.text} needs brackets", token, f"for example {self.example(name)}")
        args = self.take_list(self.take())
        if name in LOGARITHMS:
            base = self.make("log", (Number(LOGARITHMS[name]),), token.start)
            logarithm = self.make("log", (self.only(token, args),), token.start)
            return self.make("/", (logarithm, base), token.start)
        if name == "'":
            return self.make("'", (self.only(token, args),), token.start)
        self.refuse_arguments(name, token, args)
        return self.make(name, tuple(args), token.start)

    def refuse_arguments(self, name: str, token: Token, args: list[Syntax]) -> None:
        """Raises ReadError for too few or too many arguments, and where a number is asked for."""
        least, most = ROWS[name].least, ROWS[name].most
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
        """A formula that uses it."""
        return ROWS[name].example if name in ROWS else f"{name}(x)"

    def bracket(self, token: Token) -> Syntax:
        parts = self.take_list(token)
        if len(parts) > 1:
            raise ReadError(
                "a matrix is named, not written out",
                text=self.text,
                span=Span(token.start, self.end),
            )
        return parts[0]


def _is_number(node: Syntax) -> bool:
    match node:
        case Number():
            return True
        case Apply(function="neg", args=(Number(),)):
            return True
    return False
