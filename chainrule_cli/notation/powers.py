"""Tokens -> Syntax: powers and radicands, and what follows them without brackets: e^2x, x^1/2, √2x, 3e2x."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

from chainrule_cli.errors import Span
from chainrule_cli.notation import notes
from chainrule_cli.notation.choices import DIGITS, EXPONENT, FRACTION, RADICAND, SCIENTIFIC
from chainrule_cli.notation.cursor import BARE_EXPONENT, DIGITS_SIGN, EULER, POWER, PRODUCT, Grammar
from chainrule_cli.notation.lexer import Token, number_token
from chainrule_cli.notation.syntax import Apply, Name, Number, Syntax

FURTHER = frozenset({"/", "name", "π"})
"""Tokens behind an exponent that could belong to it."""


class PowerParser(Grammar):
    """The grammar of powers."""

    def power(self, base: Syntax, start: int) -> Syntax:
        """The base raised to what the sign of a power, next, is followed by."""
        sign = self.take()
        if sign.kind == "super":
            return self.raise_to(base, self.superscript(sign), start)
        if sign.text == DIGITS_SIGN and self.take_one_digit(sign, start):
            one_digit = self.take()
            return self.raise_to(base, Number(int(one_digit.text), span=one_digit.span), start)
        before = self.index
        exponent = self.expression(POWER - 1)
        if self.peek.kind in FURTHER and self.adjoins:
            typed = self.tokens[before : self.index]
            if BARE_EXPONENT.issuperset([token.kind for token in typed]):
                exponent = self.reach_further(base, exponent, sign, start)
        return self.raise_to(base, exponent, start)

    def raise_to(self, base: Syntax, exponent: Syntax, start: int) -> Syntax:
        if base == EULER:
            return self.make("exp", (exponent,), start)
        return self.make("^", (base, exponent), start)

    def exponent(self) -> Syntax:
        """Of a function: sin^2 x."""
        token = self.take()
        if token.kind == "super":
            return self.superscript(token)
        return self.expression(POWER - 1)

    def take_one_digit(self, sign: Token, start: int) -> bool:
        """TeX raises only the first digit of x^10: the number is split, where that reading is taken."""
        number = self.peek
        left, typed = self.text[start : sign.start], number.text
        span = Span(start, number.end)
        if not self.choices.take(DIGITS, sign.start):
            self.remark(notes.note_digits(left, typed, span))
            return False
        self.remark(notes.note_first_digit(left, typed, span))
        middle = number.start + 1
        self.tokens[self.index : self.index + 1] = [
            Token("number", typed[:1], number.start, middle, int(typed[:1])),
            Token("*", "", middle, middle),
            Token("number", typed[1:], middle, number.end, int(typed[1:])),
        ]
        return True

    def reach_further(self, base: Syntax, exponent: Syntax, sign: Token, start: int) -> Syntax:
        """An exponent without brackets with what adjoins it, where the second reading is taken."""
        constant = base == EULER or isinstance(base, Number)
        if self.peek.kind == "/" and sign.text != "**" and self.is_fraction(exponent, constant=constant):
            return self.fraction_exponent(exponent, sign, start)
        same = isinstance(base, Name) and base.id == self.peek.text
        if self.peek.kind != "/" and (constant or same):
            return self.product_exponent(exponent, sign, start)
        return exponent

    def is_fraction(self, exponent: Syntax, *, constant: bool) -> bool:
        """Whether an exponent and the / next with its number could be one: x^1/2, not x^2/2; e^x/2.

        constant: whether it is an exponent of a number or of e.
        """
        number = self.tokens[self.index + 1]
        if number.kind != "number" or number.start != self.peek.end or not self.adjoins:
            return False
        below = number.value
        top = exponent.args[0] if isinstance(exponent, Apply) and exponent.function == "neg" else exponent
        if not isinstance(top, Number):
            return constant
        return isinstance(top.value, int) and isinstance(below, int) and below > 1 == gcd(top.value, below)

    def fraction_exponent(self, exponent: Syntax, sign: Token, start: int) -> Syntax:
        number = self.tokens[self.index + 1]
        below, span = self.text[number.start : number.end], Span(start, number.end)
        if not self.choices.take(FRACTION, sign.start):
            self.remark(notes.note_power_over(self.text[start : self.end], below, span))
            return exponent
        base, top = self.text[start : sign.start], self.text[sign.end : self.end]
        self.remark(notes.note_fraction_exponent(base, f"{top}/{below}", span))
        self.take()
        return self.make("/", (exponent, self.prefix(POWER)), sign.end)

    def product_exponent(self, exponent: Syntax, sign: Token, start: int) -> Syntax:
        """e^2x is (e^2)·x; the second reading is e^(2x)."""
        follows = self.peek
        if not self.choices.take(EXPONENT, sign.start):
            one, span = self.text[start : self.end], Span(start, follows.end)
            self.remark(notes.note_loose_power(one, self.text[follows.start : follows.end], span))
            return exponent
        factors = [exponent, self.expression(PRODUCT)]
        while self.adjoins and self.peek.kind in ("name", "number", "π"):
            factors.append(self.expression(PRODUCT))
        base, top = self.text[start : sign.start], self.text[sign.end : self.end]
        self.remark(notes.note_fraction_exponent(base, top, Span(start, self.end)))
        return self.times(factors, sign.end)

    def superscript(self, token: Token) -> Syntax:
        """⁻² as neg(2): digits with a sign, or one letter."""
        typed = token.text.strip("()")
        digits = typed.lstrip("+-")
        if not digits or not (digits.isdigit() or digits in ("n", "x", "y")) or len(typed) - len(digits) > 1:
            raise self.error("this superscript is no number", token, "write the exponent with ^ and brackets")
        if digits.isalpha():
            inner: Syntax = Name(digits, token.span)
        else:
            inner = self.number(number_token(self.text, digits, token.start, token.end))
        return self.make("neg", (inner,), token.start) if typed.startswith("-") else inner

    def split_scientific(self, token: Token) -> Syntax | None:
        """3e2x as 3·e^(2x), where that reading is taken."""
        before, _, digits = token.text.lower().partition("e")
        typed = token.text + self.text[self.peek.start : self.peek.end]
        span = Span(token.start, self.peek.end)
        if not self.choices.take(SCIENTIFIC, token.start):
            self.remark(notes.note_scientific(typed, token.text, span))
            return None
        sign, size = digits[:1] if digits[:1] in "+-" else "", int(digits.lstrip("+-"))
        factors: list[Syntax] = [Number(size)]
        while self.adjoins and self.peek.kind in ("name", "π"):
            factors.append(self.expression(PRODUCT))
        self.remark(notes.note_euler(self.text[token.start : self.end], before, span))
        inner = self.times(factors, token.start)
        power = self.make(
            "exp", (self.make("neg", (inner,), token.start) if sign == "-" else inner,), token.start
        )
        mantissa = Number(Fraction(before) if "." in before else int(before), "." in before)
        return self.make("*", (mantissa, power), token.start)

    def reach_radicand(self, inner: Syntax, token: Token, begin: int) -> Syntax:
        span = Span(token.start, self.peek.end)
        if not self.choices.take(RADICAND, token.start):
            one = self.text[token.start : self.end]
            self.remark(notes.note_loose_power(one, self.text[self.peek.start : self.peek.end], span))
            return inner
        factors = [inner]
        while self.adjoins and self.peek.kind in ("name", "number", "π"):
            factors.append(self.expression(PRODUCT))
        self.remark(notes.note_argument(token.text, self.text[begin : self.end], span))
        return self.times(factors, begin)
