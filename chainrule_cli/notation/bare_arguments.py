"""Tokens -> Syntax: what a function without brackets takes, and where else that could end: sin x/2."""

from __future__ import annotations

from abc import abstractmethod

from chainrule_cli.errors import Span
from chainrule_cli.notation import notes
from chainrule_cli.notation.choices import ARGUMENT, REACH
from chainrule_cli.notation.cursor import PRODUCT, STARTS
from chainrule_cli.notation.functions import ALIASES
from chainrule_cli.notation.lexer import Token
from chainrule_cli.notation.operators import OperatorParser
from chainrule_cli.notation.syntax import Syntax


class ArgumentParser(OperatorParser):
    """The grammar of arguments without brackets."""

    def bare_argument(self, function: Token) -> Syntax:
        """What a function without brackets takes: a sign, then numbers and names that stand side by side.

        The first factor may also be a function, a root or a power of e.
        """
        start = self.peek.start
        if self.peek.kind == "-":
            sign = self.take()
            return self.make("neg", (self.bare_argument(function),), sign.start)
        if self.peek.kind not in STARTS and self.peek.kind != "|":
            raise self.error(f"{function.text} has no argument", function, f"write {function.text}(x)")
        first = self.index
        factors = [self.expression(PRODUCT)]
        if self.tokens[first].kind in ("|", "|("):
            return factors[0]
        names = self.count_names(first)
        while self.is_argument_next(names):
            if self.can_end(function, names, len(factors)) and self.choices.take(ARGUMENT, self.peek.start):
                self.remark_argument(function, start)
                return self.times(factors, start)
            before = self.index
            factors.append(self.expression(PRODUCT))
            names += self.count_names(before)
        loose = self.is_reach_next(function, first)
        if loose and self.choices.take(REACH, function.start):
            return self.reach_argument(function, factors, start)
        if loose or len(factors) > 1:
            typed = self.text[start : self.end]
            self.remark(notes.note_bare_argument(function.text, typed, Span(function.start, self.end)))
        return self.times(factors, start)

    @abstractmethod
    def is_call(self, name: Token, after: Token) -> bool:
        """Whether a name is applied to the bracket that follows it."""

    def count_names(self, first: int) -> int:
        """0 where all tokens from an index on are numbers, pi and e, else 1: another factor that is none."""
        return int(not all(map(_is_numeric, self.tokens[first : self.index])))

    def is_argument_next(self, names: int) -> bool:
        """Whether the next token is another factor of a bare argument.

        names: factors of it so far that are no numbers.
        """
        token, after = self.peek, self.tokens[min(self.index + 1, len(self.tokens) - 1)]
        match token.kind:
            case "number" | "π":
                return True
            case "name":
                return not self.is_call(token, after)
            case "function":
                return _is_constant(token) and after.kind not in ("^", "super")
            case "(" | "[" | "{" | "|(":
                return names == 0
            case "|":
                return names == 0 and not self.bars[-1]
        return False

    def can_end(self, function: Token, names: int, factors: int) -> bool:
        """Whether a careful person could end the argument here: sin x y as sin(x)·y, log 10 x as log(10)·x.

        A number and the name behind it belong together in all but logarithms and roots.
        """
        if names:
            return names == 1
        loose = ALIASES.get(function.text, "log") in ("log", "sqrt", "cbrt")
        return loose and factors == 1 and not self.adjoins

    def is_reach_next(self, function: Token, first: int) -> bool:
        """Whether what ended the argument could belong to it: sin x/2, sin x(x+1), sqrt 1-x^2."""
        kind = self.peek.kind
        if kind == "/":
            return True
        if kind == "(" and self.adjoins:
            return self.tokens[self.index - 1].kind == "name"
        bare_number = self.index == first + 1 and self.tokens[first].kind == "number"
        return kind in ("+", "-") and bare_number and ALIASES.get(function.text) in ("sqrt", "cbrt")

    def reach_argument(self, function: Token, factors: list[Syntax], start: int) -> Syntax:
        argument = self.times(factors, start)
        argument = (
            self.sum(argument, start) if self.peek.kind in ("+", "-") else self.product(argument, start)
        )
        self.remark_argument(function, start)
        return argument

    def remark_argument(self, function: Token, start: int) -> None:
        typed = self.text[start : self.end]
        self.remark(notes.note_argument(function.text, typed, Span(function.start, self.end)))


def _is_numeric(token: Token) -> bool:
    """A number, pi, or a sign between them."""
    return token.kind in ("number", "π", "-", "^") or _is_constant(token)


def _is_constant(token: Token) -> bool:
    return ALIASES.get(token.text) in ("e", "pi")
