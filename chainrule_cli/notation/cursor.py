"""Where the parser stands in its tokens, and what every part of the grammar uses: nodes, notes, choices."""

from __future__ import annotations

from abc import ABC, abstractmethod

from chainrule_cli.errors import ReadError, Span
from chainrule_cli.notation.choices import Choices
from chainrule_cli.notation.lexer import Token
from chainrule_cli.notation.syntax import MOST_NODES, Apply, Syntax, size_error
from chainrule_cli.notation.words import Remark

OR, AND, NOT, COMPARISON, SUM, SIGN, PRODUCT, POWER = 1, 2, 3, 4, 10, 19, 20, 30
"""How tightly operators bind."""
BARE_EXPONENT = frozenset({"number", "name", "π", "+", "-", "^", "super"})
"""Tokens of an exponent that stands without brackets."""
DIGITS_SIGN = "^digits"
"""The text of a sign of a power in LaTeX, where several digits stand behind it without braces."""
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
        if token.kind == "super" or (token.kind == "^" and token.text not in ("^", "**", DIGITS_SIGN)):
            hint = "what is raised stands behind what it raises: x²"
            return self.error("nothing stands before what is raised", token, hint)
        if token.kind in ("*", "/", "^", "and", "or") or token.kind in COMPARISONS:
            return self.error(
                f"nothing stands before {token.text}", token, f"{token.text} needs something on both sides"
            )
        return self.error(f"{token.text!r} is not expected here", token)


class Grammar(Cursor, ABC):
    """What the parts of the grammar share.

    choices: which readings to take where the text has two.
    nesting: of the expression that is read.
    nodes: made so far.
    bars: opened | in each open bracket.
    """

    def __init__(self, text: str, tokens: list[Token], choices: Choices, remark: Remark) -> None:
        super().__init__(text, tokens)
        self.choices = choices
        self.remark = remark
        self.nesting = 0
        self.nodes = 0
        self.bars = [0]

    def make(
        self, function: str, args: tuple[Syntax, ...], start: int, orders: tuple[int, ...] = ()
    ) -> Apply:
        """The application that reaches from start to the last token taken."""
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise size_error()
        return Apply(function, args, orders, Span(start, self.end))

    def times(self, factors: list[Syntax], start: int) -> Syntax:
        return factors[0] if len(factors) == 1 else self.make("*", tuple(factors), start)

    @property
    def adjoins(self) -> bool:
        """Whether the next token begins where the last one ended."""
        return self.peek.start == self.end

    @abstractmethod
    def expression(self, least: int) -> Syntax:
        """Everything that binds tighter than `least`."""

    @abstractmethod
    def prefix(self, least: int) -> Syntax:
        """What an expression begins with."""

    @abstractmethod
    def number(self, token: Token) -> Syntax:
        """What a number, taken already, begins."""

    @abstractmethod
    def name(self, token: Token) -> Syntax:
        """What a name, taken already, begins."""

    @abstractmethod
    def function(self, token: Token) -> Syntax:
        """What a function's name, taken already, begins."""
