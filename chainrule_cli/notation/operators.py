"""Tokens -> Syntax, the half that knows operators: a Pratt parser with implicit products, brackets and bars.

Names and functions are parser.py's. Method: Pratt, Top Down Operator Precedence (1973).
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from chainrule_cli.errors import ReadError, Span
from chainrule_cli.notation import syntax
from chainrule_cli.notation.arguments import TUPLE
from chainrule_cli.notation.build import root
from chainrule_cli.notation.characters import BRACKETS, ROOT_DEGREES
from chainrule_cli.notation.lexer import Token
from chainrule_cli.notation.syntax import (
    DEEPEST,
    MOST_NODES,
    Apply,
    Name,
    Number,
    Syntax,
    nesting_error,
    size_error,
)
from chainrule_cli.notation.words import Remark

OR, AND, NOT, COMPARISON, SUM, SIGN, PRODUCT, POWER = 1, 2, 3, 4, 10, 19, 20, 30
"""How tightly operators bind."""
COMPARISONS = frozenset({"<", ">", "<=", ">=", "==", "!=", "="})
BINDING = {
    "or": OR,
    "and": AND,
    **dict.fromkeys(COMPARISONS, COMPARISON),
    "+": SUM,
    "-": SUM,
    "*": PRODUCT,
    "/": PRODUCT,
    "^": POWER,
    "super": POWER,
}
STARTS = frozenset({"number", "name", "function", "(", "[", "{", "|(", "√", "π"})
"""Tokens that begin a factor, also without a sign before it."""
EULER = Apply("e", ())


class Cursor:
    """Where one stands in a list of tokens, and what to say when the token there does not fit.

    index: of the next token; the last one is "end", which is looked at and never passed.
    """

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.index = 0

    @property
    def peek(self) -> Token:
        return self.tokens[self.index]

    @property
    def end(self) -> int:
        """The position behind the last token that was taken."""
        return self.tokens[self.index - 1].end

    def take(self) -> Token:
        token = self.tokens[self.index]
        self.index += 1
        return token

    def error(self, message: str, token: Token, hint: str = "") -> ReadError:
        return ReadError(message, text=self.text, span=token.span, hint=hint)

    def unclosed_error(self, opening: Token, closing: str) -> ReadError:
        if self.peek.kind == "end":
            return self.error("a bracket is not closed", opening, f"add {closing} at the end?")
        if self.peek.kind in (")", "]", "}"):
            return self.error(f"{opening.text} is closed by {self.peek.text}", self.peek, f"write {closing}")
        return self.unexpected_error(self.peek)

    def unexpected_error(self, token: Token) -> ReadError:
        """For a token behind a whole expression."""
        if token.kind in (")", "]", "}"):
            return self.error(
                "a bracket is closed that was not opened", token, "take it away, or open it before"
            )
        if token.kind == ",":
            return self.error(
                "a comma stands outside a function's brackets", token, "decimals are written with a point"
            )
        return self.error(f"{token.text!r} is not expected here", token)

    def misplaced_error(self, token: Token) -> ReadError:
        """For a token that begins no expression, taken already."""
        if token.kind == "end":
            last = self.tokens[self.index - 2] if self.index > 1 else token
            hint = f"something must follow {last.text}" if last.text else ""
            return self.error("the formula ends too early", last, hint)
        if token.kind in (")", "]", "}") and self.index == 1:
            return self.unexpected_error(token)
        if token.kind in ("*", "/", "^", "and", "or") or token.kind in COMPARISONS:
            return self.error(
                f"nothing stands before {token.text}", token, f"{token.text} needs something on both sides"
            )
        return self.error(f"{token.text!r} is not expected here", token)


class OperatorParser(Cursor, ABC):
    """The grammar of operators, brackets and bars.

    nesting: of the expression that is read. nodes: made so far. bars: opened | in each open bracket.
    """

    def __init__(self, text: str, tokens: list[Token], remark: Remark) -> None:
        super().__init__(text, tokens)
        self.remark = remark
        self.nesting = 0
        self.nodes = 0
        self.bars = [0]

    @abstractmethod
    def name(self, token: Token) -> Syntax:
        """What a name, taken already, begins."""

    @abstractmethod
    def function(self, token: Token) -> Syntax:
        """What a function's name, taken already, begins."""

    def parse(self) -> Syntax:
        """The whole statement. Raises ReadError, LimitError."""
        if self.peek.kind == "end":
            raise self.error("there is nothing to read", self.peek, "write a formula such as sin(x^2)")
        expr = self.expression(0)
        if self.peek.kind != "end":
            raise self.unexpected_error(self.peek)
        return expr

    def make(
        self, function: str, args: tuple[Syntax, ...], start: int, orders: tuple[int, ...] = ()
    ) -> Apply:
        """The application that reaches from start to the last token taken."""
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise size_error()
        return Apply(function, args, orders, Span(start, self.end))

    # expressions

    def expression(self, least: int) -> Syntax:
        """Everything that binds tighter than `least`."""
        self.nesting += 1
        if self.nesting > DEEPEST:
            raise nesting_error(self.text, self.peek.span)
        start = self.peek.start
        left = self.prefix(least)
        while (power := self.binding()) > least:
            left = self.extend(left, power, start)
        self.nesting -= 1
        return left

    def binding(self) -> int:
        """How tightly the next token binds to what stands before it; 0 where it ends the expression."""
        kind = self.peek.kind
        if kind == "|":
            return 0 if self.bars[-1] else PRODUCT
        return BINDING.get(kind, PRODUCT if kind in STARTS else 0)

    def extend(self, left: Syntax, power: int, start: int) -> Syntax:
        """What begins with `left` and goes on with operators that bind by `power`."""
        match power:
            case 1 | 2:
                return self.connective(left, power, start)
            case 4:
                return self.comparison(left, start)
            case 10:
                return self.sum(left, start)
            case 20:
                return self.product(left, start)
        return self.raise_to(left, self.exponent(), start)

    def connective(self, left: Syntax, power: int, start: int) -> Syntax:
        operator = self.peek.kind
        parts = [left]
        while self.peek.kind == operator:
            self.take()
            parts.append(self.expression(power))
        return self.make(operator, tuple(parts), start)

    def comparison(self, left: Syntax, start: int) -> Syntax:
        """0 < x < 1 is 0 < x and x < 1."""
        parts: list[Syntax] = []
        while self.peek.kind in COMPARISONS:
            operator = self.take().kind
            right = self.expression(COMPARISON)
            parts.append(self.make("==" if operator == "=" else operator, (left, right), start))
            left = right
        return parts[0] if len(parts) == 1 else self.make("and", tuple(parts), start)

    def sum(self, left: Syntax, start: int) -> Syntax:
        terms = [left]
        while self.peek.kind in ("+", "-"):
            operator = self.take()
            right = self.expression(SUM)
            terms.append(right if operator.kind == "+" else self.make("neg", (right,), operator.start))
        return self.make("+", tuple(terms), start)

    def product(self, left: Syntax, start: int) -> Syntax:
        """Products and quotients from the left; standing side by side binds like *."""
        factors, divided = [left], False
        while self.binding() == PRODUCT:
            operator = self.peek
            if operator.kind == "/":
                self.take()
                top = self.times(factors, start)
                factors, divided = [self.make("/", (top, self.expression(PRODUCT)), start)], True
                continue
            before = self.index
            if operator.kind == "*":
                self.take()
            factors.append(self.expression(PRODUCT))
            if operator.kind != "*":
                self.remark_side_by_side(factors[-2], start, before, divided=divided)
        return self.times(factors, start)

    def times(self, factors: list[Syntax], start: int) -> Syntax:
        return factors[0] if len(factors) == 1 else self.make("*", tuple(factors), start)

    def remark_side_by_side(self, left: Syntax, start: int, index: int, *, divided: bool) -> None:
        """Say how a product without a sign was read, where it could be meant otherwise.

        start: position of the product. index: of its second factor's first token. divided: a quotient is its
        first factor.
        """
        last, token = self.tokens[index - 1], self.tokens[index]
        numbers = token.kind == last.kind == "number"
        if numbers and isinstance(left, Number):
            hint = "write * between them, or a point for a decimal"
            raise self.error("two numbers stand side by side", token, hint)
        one, other = self.text[start : last.end], self.text[token.start : self.end]
        span = Span(start, self.end)
        if divided or numbers or self.is_loose_power(left, index):
            self.remark(syntax.note_loose_power(one, other, span))
        elif isinstance(left, Name) and token.kind == "(" and last.kind == "name":
            self.remark(syntax.note_product_with_bracket(left.id, one + other, span))

    def is_loose_power(self, left: Syntax, index: int) -> bool:
        """e^2x and 2^3x: a number raised to a number, with a letter right behind."""
        match left:
            case Apply(function="exp", args=(Number(),)) | Apply(function="^", args=(Number(), Number())):
                return self.tokens[index - 1].kind == "number" and self.tokens[index].kind == "name"
        return False

    def raise_to(self, base: Syntax, exponent: Syntax, start: int) -> Syntax:
        if base == EULER:
            return self.make("exp", (exponent,), start)
        return self.make("^", (base, exponent), start)

    def exponent(self) -> Syntax:
        token = self.take()
        if token.kind == "super":
            return self.superscript(token)
        return self.expression(POWER - 1)

    def superscript(self, token: Token) -> Syntax:
        """⁻² as neg(2): digits with a sign, or one letter."""
        typed = token.text.strip("()")
        digits = typed.lstrip("+-")
        if not digits or not (digits.isdigit() or digits in ("n", "x", "y")) or len(typed) - len(digits) > 1:
            raise self.error("this superscript is no number", token, "write the exponent with ^ and brackets")
        inner: Syntax = Name(digits, token.span) if digits.isalpha() else Number(int(digits), span=token.span)
        return self.make("neg", (inner,), token.start) if typed.startswith("-") else inner

    # what an expression begins with

    def prefix(self, least: int) -> Syntax:
        token = self.take()
        match token.kind:
            case "number":
                self.nodes += 1
                decimal = "." in token.text or not isinstance(token.value, int)
                return Number(token.value if token.value is not None else 0, decimal, token.span)
            case "name":
                return self.name(token)
            case "function":
                return self.function(token)
            case "+" | "-" | "not":
                return self.sign(token, least)
            case "(" | "[" | "{":
                return self.bracket(token)
            case "|" | "|(":
                return self.absolute(token)
            case "√":
                return self.root(token)
            case "π":
                return self.make("pi", (), token.start)
        raise self.misplaced_error(token)

    def sign(self, token: Token, least: int) -> Syntax:
        if token.kind == "not":
            return self.make("not", (self.expression(NOT),), token.start)
        inner = self.expression(max(least, SIGN))
        return inner if token.kind == "+" else self.make("neg", (inner,), token.start)

    def bracket(self, token: Token) -> Syntax:
        parts = self.take_list(token)
        return parts[0] if len(parts) == 1 else self.make(TUPLE, tuple(parts), token.start)

    def take_list(self, opening: Token) -> list[Syntax]:
        """What stands between a bracket, taken already, and its closing one, separated by commas."""
        closing = BRACKETS[opening.kind]
        self.bars.append(0)
        if self.peek.kind == closing:
            hint = "write what goes in, or take the brackets away"
            raise self.error("there is nothing between the brackets", opening, hint)
        parts = [self.expression(0)]
        while self.peek.kind == ",":
            self.take()
            if self.peek.kind == closing:
                break
            parts.append(self.expression(0))
        if self.peek.kind != closing:
            raise self.unclosed_error(opening, closing)
        self.take()
        self.bars.pop()
        return parts

    def absolute(self, opening: Token) -> Syntax:
        closing = BRACKETS.get(opening.kind, "|")
        self.bars[-1] += closing == "|"
        inner = self.expression(0)
        if self.peek.kind != closing:
            raise self.error("a bar | is not closed", opening, "close it with another |, or write abs( )")
        self.bars[-1] -= closing == "|"
        self.take()
        return self.make("abs", (inner,), opening.start)

    def root(self, token: Token) -> Syntax:
        inner = self.prefix(POWER) if self.peek.kind != "-" else self.expression(SIGN)
        return root(inner, ROOT_DEGREES[token.text], Span(token.start, self.end))
