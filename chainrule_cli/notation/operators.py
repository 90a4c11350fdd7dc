"""Tokens -> Syntax, the half that knows operators: a Pratt parser with implicit products, brackets and bars.

Names and functions are parser.py's. Method: Pratt, Top Down Operator Precedence (1973).
"""

from __future__ import annotations

from chainrule_cli.errors import Span
from chainrule_cli.notation import notes
from chainrule_cli.notation.arguments import TUPLE
from chainrule_cli.notation.build import root
from chainrule_cli.notation.characters import BRACKETS, FRACTIONS, ROOT_DEGREES
from chainrule_cli.notation.choices import DENOMINATOR, WHOLE_DENOMINATOR
from chainrule_cli.notation.cursor import (
    BINDING,
    COMPARISON,
    COMPARISONS,
    NOT,
    POWER,
    PRODUCT,
    SIGN,
    STARTS,
    SUM,
)
from chainrule_cli.notation.lexer import Token
from chainrule_cli.notation.powers import PowerParser
from chainrule_cli.notation.syntax import DEEPEST, Name, Number, Syntax, nesting_error


class OperatorParser(PowerParser):
    """The grammar of operators, brackets and bars."""

    def parse(self) -> Syntax:
        """The whole statement. Raises ReadError, LimitError."""
        if self.peek.kind == "end":
            raise self.error("there is nothing to read", self.peek, "write a formula such as sin(x^2)")
        expr = self.expression(0)
        if self.peek.kind != "end":
            raise self.unexpected_error(self.peek)
        return expr

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
        return self.power(left, start)

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
                factors, divided = [self.make("/", (top, self.denominator(operator, start)), start)], True
                continue
            before = self.index
            if operator.kind == "*":
                self.take()
            factors.append(self.expression(PRODUCT))
            if operator.kind != "*":
                self.remark_side_by_side(factors[-2], start, before, divided=divided)
            divided = False
        return self.times(factors, start)

    def is_side_by_side(self) -> bool:
        """Whether a factor follows without a sign."""
        return self.binding() == PRODUCT and self.peek.kind not in ("*", "/")

    def denominator(self, operator: Token, start: int) -> Syntax:
        """1/2x is (1/2)·x; the second reading takes what adjoins, or all that stands side by side."""
        begin = self.peek.start
        factors = [self.expression(PRODUCT)]
        if not self.is_side_by_side():
            return factors[0]
        adjoining = self.adjoins
        whole = self.choices.take(WHOLE_DENOMINATOR, operator.start) if adjoining else False
        if whole or self.choices.take(DENOMINATOR, operator.start):
            while self.is_side_by_side() and (whole or self.adjoins or not adjoining):
                factors.append(self.expression(PRODUCT))
            typed, above = self.text[start : self.end], self.text[start : operator.start]
            note = notes.note_denominator(typed, above, self.text[begin : self.end], Span(start, self.end))
            self.remark(note)
        return self.times(factors, begin)

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
        if divided or numbers:
            self.remark(notes.note_loose_power(one, other, span))
        elif isinstance(left, Name) and token.kind == "(" and last.kind == "name":
            self.remark(notes.note_product_with_bracket(left.id, one + other, span))

    # what an expression begins with

    def prefix(self, least: int) -> Syntax:
        token = self.take()
        match token.kind:
            case "number":
                return self.number(token)
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

    def number(self, token: Token) -> Syntax:
        self.nodes += 1
        if token.text.isdecimal():
            return Number(token.value or 0, span=token.span)
        if token.text in FRACTIONS:
            above, below = FRACTIONS[token.text]
            return self.make("/", (Number(above), Number(below)), token.start)
        if self.adjoins and self.peek.kind == "name" and "e" in token.text.lower():
            split = self.split_scientific(token)
            if split is not None:
                return split
        decimal = "." in token.text or not isinstance(token.value, int)
        return Number(token.value if token.value is not None else 0, decimal, token.span)

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
        """√2x is √2·x; the second reading takes what adjoins."""
        if self.peek.kind == "-":
            return root(self.expression(SIGN), ROOT_DEGREES[token.text], Span(token.start, self.end))
        begin, number = self.peek.start, self.peek.kind == "number"
        inner = self.prefix(POWER)
        if number and self.adjoins and self.peek.kind in ("name", "π"):
            inner = self.reach_radicand(inner, token, begin)
        return root(inner, ROOT_DEGREES[token.text], Span(token.start, self.end))
