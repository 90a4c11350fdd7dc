"""Tokens -> Syntax: a Pratt parser with implicit multiplication, functions without brackets, and bars.

Knows the grammar and the limits on nesting and size. Refuses to know characters, words and statements, which are
tokens.py's, words.py's and reader.py's. Method: Pratt, Top Down Operator Precedence (1973).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chainrule_cli.errors import LimitError, ReadError, Span
from chainrule_cli.notation import arguments
from chainrule_cli.notation.functions import ALIASES, FUNCTIONS
from chainrule_cli.notation.lexer import LOGARITHMS, ROOTS, SPECIAL, UNDEFINED, Token
from chainrule_cli.notation.syntax import Apply, Definition, Name, Note, Number, Syntax

DEEPEST = 200
MOST_NODES = 20_000

OR, AND, NOT, COMPARISON, SUM, SIGN, PRODUCT, POWER = 1, 2, 3, 4, 10, 19, 20, 30
BINDING = {
    "or": OR, "and": AND, "<": COMPARISON, ">": COMPARISON, "<=": COMPARISON, ">=": COMPARISON, "==": COMPARISON, "!=": COMPARISON,
    "=": COMPARISON, "+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "^": POWER, "super": POWER,
}  # fmt: skip
CLOSING = {"(": ")", "[": "]", "{": "}", "|(": "|)"}
STARTS = frozenset({"number", "name", "function", "(", "[", "{", "|(", "√", "π"})
INVERSES = {
    name: f"a{name}"
    for name in ("sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "sech", "csch", "coth")
}

SIGMOID = frozenset({"σ", "\\sigma"})


# MERGED """Cursor: a place in a list of tokens, and what to say when the token there does not fit."""

COMPARISONS = frozenset({"<", ">", "<=", ">=", "==", "!=", "="})


class Cursor:
    """The last token is "end"; it is looked at, never passed."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.place = 0

    @property
    def peek(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.tokens[self.place]
        self.place += 1
        return token

    def error(self, message: str, token: Token, hint: str = "") -> ReadError:
        return ReadError(message, text=self.text, span=token.span, hint=hint)

    def unclosed(self, opening: Token, closing: str) -> ReadError:
        if self.peek.kind == "end":
            return self.error("a bracket is not closed", opening, f"add {closing} at the end?")
        if self.peek.kind in (")", "]", "}"):
            return self.error(f"{opening.text} is closed by {self.peek.text}", self.peek, f"write {closing}")
        return self.unexpected(self.peek)

    def unexpected(self, token: Token) -> ReadError:
        if token.kind in (")", "]", "}"):
            return self.error(
                "a bracket is closed that was not opened", token, "take it away, or open it before"
            )
        if token.kind == ",":
            return self.error(
                "a comma stands outside a function's brackets", token, "decimals are written with a point"
            )
        return self.error(f"{token.text!r} is not expected here", token)

    def misplaced(self, token: Token) -> ReadError:
        if token.kind == "end":
            last = self.tokens[self.place - 2] if self.place > 1 else token
            return self.error(
                "the formula ends too early", last, f"something must follow {last.text}" if last.text else ""
            )
        if token.kind in (")", "]", "}") and self.place == 1:
            return self.unexpected(token)
        if token.kind in ("*", "/", "^", "and", "or") or token.kind in COMPARISONS:
            return self.error(
                f"nothing stands before {token.text}", token, f"{token.text} needs something on both sides"
            )
        return self.error(f"{token.text!r} is not expected here", token)


class Parser(Cursor):
    """One run over the tokens of one statement. notes are added to `remark`; functions: definitions with parameters."""

    def __init__(
        self,
        text: str,
        tokens: list[Token],
        functions: Mapping[str, Definition],
        declared: frozenset[str],
        remark: Callable[[Note], None],
    ) -> None:
        super().__init__(text, tokens)
        self.functions = functions
        self.declared = declared
        self.remark = remark
        self.nesting = 0
        self.nodes = 0
        self.bars = [0]

    # the outside

    def parse(self) -> Syntax:
        """The whole statement. Raises ReadError, LimitError."""
        if self.peek.kind == "end":
            raise self.error("there is nothing to read", self.peek, "write a formula such as sin(x^2)")
        expr = self.expression(0)
        if self.peek.kind != "end":
            raise self.unexpected(self.peek)
        return expr

    def make(
        self, function: str, args: tuple[Syntax, ...], start: int, orders: tuple[int, ...] = ()
    ) -> Apply:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise LimitError(f"the formula has more than {MOST_NODES:,} parts")
        return Apply(function, args, orders, Span(start, self.tokens[self.place - 1].end))

    # expressions

    def expression(self, least: int) -> Syntax:
        """Everything that binds tighter than `least`."""
        self.nesting += 1
        if self.nesting > DEEPEST:
            raise LimitError(
                f"the formula is nested more than {DEEPEST} deep",
                text=self.text,
                span=self.peek.span,
                hint="name its parts: u = ...; f = ...",
            )
        start = self.peek.start
        left = self.prefix(least)
        while (power := self.binding()) > least:
            left = self.continued(left, power, start)
        self.nesting -= 1
        return left

    def binding(self) -> int:
        """How tightly the next token binds to what stands before it; 0 where it ends the expression."""
        kind = self.peek.kind
        if kind == "|":
            return 0 if self.bars[-1] else PRODUCT
        return BINDING.get(kind, PRODUCT if kind in STARTS else 0)

    def continued(self, left: Syntax, power: int, start: int) -> Syntax:
        match power:
            case 1 | 2:
                return self.connective(left, power, start)
            case 4:
                return self.comparison(left, start)
            case 10:
                return self.sum(left, start)
            case 20:
                return self.product(left, start)
        return self.raised(left, start)

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
                top = factors[0] if len(factors) == 1 else self.make("*", tuple(factors), start)
                bottom = self.expression(PRODUCT)
                factors, divided = [self.make("/", (top, bottom), start)], True
                continue
            before = self.place
            if operator.kind == "*":
                self.take()
            factors.append(self.expression(PRODUCT))
            if operator.kind != "*":
                self.remark_side_by_side(factors[-2], start, before, divided=divided)
        return factors[0] if len(factors) == 1 else self.make("*", tuple(factors), start)

    def remark_side_by_side(self, left: Syntax, start: int, place: int, *, divided: bool) -> None:
        """Say how a product without a sign was read, where it could be meant otherwise. place: its second factor's first token."""
        last, token = self.tokens[place - 1], self.tokens[place]
        if token.kind == "number" and last.kind == "number" and isinstance(left, Number):
            raise self.error(
                "two numbers stand side by side", token, "write * between them, or a point for a decimal"
            )
        one, other = self.text[start : last.end], self.text[token.start : self.tokens[self.place - 1].end]
        span = Span(start, self.tokens[self.place - 1].end)
        if divided or self.loose_power(left, place) or (token.kind == "number" and last.kind == "number"):
            self.remark(Note(f"{_short(one + other)} is read as ({_short(one)})·{_short(other)}", span))
        elif isinstance(left, Name) and token.kind == "(" and last.kind == "name":
            self.remark(
                Note(f"{_short(one + other)} is read as a product, {left.id} times the bracket", span)
            )

    def loose_power(self, left: Syntax, place: int) -> bool:
        """e^2x and 2^3x: a number raised to a number, with a letter right behind."""
        match left:
            case Apply(function="exp", args=(Number(),)) | Apply(function="^", args=(Number(), Number())):
                return self.tokens[place - 1].kind == "number" and self.tokens[place].kind == "name"
        return False

    def raised(self, base: Syntax, start: int) -> Syntax:
        exponent = self.exponent()
        if base == Apply("e", ()):
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
                return self.signed(token, least)
            case "(" | "[" | "{":
                return self.bracket(token)
            case "|" | "|(":
                return self.absolute(token)
            case "√":
                return self.root(token)
            case "π":
                return self.make("pi", (), token.start)
        raise self.misplaced(token)

    def signed(self, token: Token, least: int) -> Syntax:
        if token.kind == "not":
            return self.make("not", (self.expression(NOT),), token.start)
        inner = self.expression(max(least, SIGN))
        return inner if token.kind == "+" else self.make("neg", (inner,), token.start)

    def bracket(self, token: Token) -> Syntax:
        parts = self.bracketed(token)
        return parts[0] if len(parts) == 1 else self.make(arguments.TUPLE, tuple(parts), token.start)

    def bracketed(self, opening: Token) -> list[Syntax]:
        """What stands between a bracket, taken already, and its closing one, separated by commas."""
        closing = CLOSING[opening.kind]
        self.bars.append(0)
        if self.peek.kind == closing:
            raise self.error(
                "there is nothing between the brackets",
                opening,
                "write what goes in, or take the brackets away",
            )
        parts = [self.expression(0)]
        while self.peek.kind == ",":
            self.take()
            if self.peek.kind == closing:
                break
            parts.append(self.expression(0))
        if self.peek.kind != closing:
            raise self.unclosed(opening, closing)
        self.take()
        self.bars.pop()
        return parts

    def absolute(self, opening: Token) -> Syntax:
        closing = CLOSING.get(opening.kind, "|")
        self.bars[-1] += closing == "|"
        inner = self.expression(0)
        if self.peek.kind != closing:
            raise self.error("a bar | is not closed", opening, "close it with another |, or write abs( )")
        self.bars[-1] -= closing == "|"
        self.take()
        return self.make("abs", (inner,), opening.start)

    def root(self, token: Token) -> Syntax:
        inner = self.prefix(POWER) if self.peek.kind != "-" else self.expression(SIGN)
        return arguments.rooted(inner, ROOTS[token.text], Span(token.start, self.tokens[self.place - 1].end))

    # names and functions

    def name(self, token: Token) -> Syntax:
        self.nodes += 1
        orders = self.primes()
        if (
            self.peek.kind == "("
            and not orders
            and self.text[token.start : token.end] in SIGMOID
            and token.text not in self.declared
        ):
            self.remark(Note("σ( ) is read as the sigmoid", token.span))
            return self.applied(token, "sigmoid", self.bracketed(self.take()))
        if self.peek.kind == "(":
            if token.text in self.functions:
                return self.defined(token, orders)
            if orders or (token.text in UNDEFINED and token.text not in self.declared):
                return self.undefined(token, orders)
        if orders:
            raise self.error(
                f"{token.text}' is an unevaluated derivative",
                token,
                "write the derivative itself, or f'(x) for an undefined function f",
            )
        return Name(token.text, token.span)

    def primes(self) -> int:
        orders = 0
        while self.peek.kind in ("'", "''"):
            orders += len(self.take().kind)
        return orders

    def undefined(self, token: Token, orders: int) -> Syntax:
        args = tuple(self.bracketed(self.take()))
        if orders and len(args) > 1:
            raise self.error(
                "a prime needs a function of one argument", token, "write Derivative(f(x, y), x)"
            )
        return self.make(token.text, args, token.start, (orders,) if orders else ())

    def defined(self, token: Token, orders: int) -> Syntax:
        definition = self.functions[token.text]
        args = self.bracketed(self.take())
        if orders:
            raise self.error(
                f"{token.text}' is the derivative of a definition",
                token,
                f"differentiate {token.text} itself",
            )
        if len(args) != len(definition.parameters):
            wanted = len(definition.parameters)
            raise self.error(f"{token.text} was defined with {wanted} argument{'s' * (wanted != 1)}", token)
        if all(
            isinstance(arg, Name) and arg.id == parameter
            for arg, parameter in zip(args, definition.parameters, strict=True)
        ):
            return Name(token.text, token.span)
        return arguments.put_in(definition, args, self.text, token.span)

    def function(self, token: Token) -> Syntax:
        name = ALIASES.get(token.text, token.text)
        if name in ("e", "pi"):
            return self.make(name, (), token.start)
        if token.text in SPECIAL:
            return self.special(token)
        base = self.base(token)
        power = self.exponent() if self.peek.kind in ("^", "super") and name != "piecewise" else None
        if self.peek.kind in ("'", "''"):
            raise self.error(
                f"{token.text}' is an unevaluated derivative", token, "write the derivative itself"
            )
        if power is not None and power == Apply("neg", (Number(1),)) and name in INVERSES:
            self.remark(Note(f"{token.text}^-1 is the inverse function, not 1/{token.text}", token.span))
            name, power = INVERSES[name], None
        args = self.bracketed(self.take()) if self.peek.kind == "(" else [self.bare_argument(token)]
        applied = self.applied(token, name, [*args, *([base] if base is not None else [])])
        return applied if power is None else self.make("^", (applied, power), token.start)

    def base(self, token: Token) -> Syntax | None:
        """The base that log10, or log with a subscript, brings along."""
        if token.text in LOGARITHMS:
            return Number(LOGARITHMS[token.text], span=token.span)
        if self.peek.kind != "_":
            return None
        self.take()
        return self.prefix(POWER)

    def applied(self, token: Token, name: str, args: list[Syntax]) -> Syntax:
        name = "log" if token.text in LOGARITHMS else name
        if name == "piecewise":
            return arguments.piecewise(
                token.text, args, self.text, Span(token.start, self.tokens[self.place - 1].end)
            )
        row = FUNCTIONS[name]
        if len(args) < row.least or (row.most is not None and len(args) > row.most):
            wanted = (
                f"{row.least}"
                if row.least == row.most
                else f"{row.least} or more"
                if row.most is None
                else f"{row.least} to {row.most}"
            )
            raise self.error(
                f"{token.text} takes {wanted} argument{'s' * (wanted != '1')}, not {len(args)}",
                token,
                f"for example {row.example}",
            )
        self.nodes += 1
        return arguments.canonical(name, tuple(args), Span(token.start, self.tokens[self.place - 1].end))

    def bare_argument(self, function: Token) -> Syntax:
        """Without brackets a function takes the product that follows, up to the next function, + or -."""
        start = self.peek.start
        if self.peek.kind == "-":
            sign = self.take()
            return self.make("neg", (self.bare_argument(function),), sign.start)
        if self.peek.kind not in STARTS and self.peek.kind != "|":
            raise self.error(f"{function.text} has no argument", function, f"write {function.text}(x)")
        if self.peek.kind == "function" and ALIASES.get(self.peek.text) not in ("e", "pi"):
            return self.expression(PRODUCT)
        factors = [self.expression(PRODUCT)]
        while self.goes_on():
            if self.peek.kind == "*":
                self.take()
            factors.append(self.expression(PRODUCT))
        if len(factors) > 1 or self.peek.kind == "/":
            typed = self.text[start : self.tokens[self.place - 1].end]
            self.remark(
                Note(
                    f"{function.text} without brackets takes {typed}",
                    Span(function.start, self.tokens[self.place - 1].end),
                )
            )
        return factors[0] if len(factors) == 1 else self.make("*", tuple(factors), start)

    def goes_on(self) -> bool:
        """Whether the next token is another factor of a bare argument."""
        token = self.tokens[self.place + 1] if self.peek.kind == "*" else self.peek
        if token.kind == "function":
            return ALIASES.get(token.text) in ("e", "pi")
        if (
            token.kind == "name"
            and self.tokens[self.tokens.index(token, self.place) + 1].kind == "("
            and (token.text in UNDEFINED or token.text in self.functions)
        ):
            return False
        return token.kind in STARTS or (token.kind == "|" and not self.bars[-1])

    def special(self, token: Token) -> Syntax:
        if token.text in arguments.TRUTH:
            return self.make(arguments.TRUTH[token.text], (), token.start)
        if self.peek.kind != "(":
            raise self.error(f"{token.text} needs brackets", token)
        args = self.bracketed(self.take())
        self.nodes += 1
        return arguments.special(
            token.text, args, self.text, Span(token.start, self.tokens[self.place - 1].end)
        )


def _short(typed: str) -> str:
    """A piece of the text for a note, never long."""
    line = " ".join(typed.split())
    return line if len(line) <= 30 else line[:14] + " … " + line[-12:]
