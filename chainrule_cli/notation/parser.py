"""Tokens -> Syntax, the half that knows names and functions: calls, definitions, arguments without brackets.

The grammar of operators is operators.py's, what is made of a function's arguments arguments.py's.
"""

from __future__ import annotations

from collections.abc import Mapping

from chainrule_cli.errors import Span
from chainrule_cli.notation import arguments, notes
from chainrule_cli.notation.bare_arguments import ArgumentParser
from chainrule_cli.notation.choices import LOGARITHM, RECIPROCAL, Choices
from chainrule_cli.notation.cursor import POWER
from chainrule_cli.notation.functions import ALIASES, FUNCTIONS, Function
from chainrule_cli.notation.lexer import Token
from chainrule_cli.notation.syntax import Apply, Definition, Name, Number, Syntax
from chainrule_cli.notation.words import LOGARITHMS, UNDEFINED, Remark

INVERSES = {
    name: f"a{name}"
    for name in ("sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "sech", "csch", "coth")
}
"""Functions whose power -1 is the inverse function."""

SIGMOID = frozenset({"σ", "\\sigma"})
PLAIN_LOGARITHMS = frozenset({"log", "Log"})
"""Spellings of the natural logarithm that others read as the decimal one."""
MINUS_ONE = Apply("neg", (Number(1),))


class Parser(ArgumentParser):
    """One run over the tokens of one statement.

    functions: definitions with parameters
    declared: words that are names of the text, also where they look like something else
    remark: keeps notes
    """

    def __init__(
        self,
        text: str,
        tokens: list[Token],
        functions: Mapping[str, Definition],
        declared: frozenset[str],
        choices: Choices,
        remark: Remark,
    ) -> None:
        super().__init__(text, tokens, choices, remark)
        self.functions = functions
        self.declared = declared

    # names

    def name(self, token: Token) -> Syntax:
        """A variable, or a letter that is applied to what stands in brackets behind it."""
        self.nodes += 1
        orders = self.primes()
        if self.peek.kind == "(":
            if not orders and self.is_sigmoid(token):
                self.remark(notes.note_sigmoid(token.span))
                return self.apply(token, "sigmoid", self.take_list(self.take()))
            if token.text in self.functions:
                return self.call_defined(token, orders)
            if orders or (token.text in UNDEFINED and token.text not in self.declared):
                return self.call_undefined(token, orders)
        if orders:
            hint = "write the derivative itself, or f'(x) for an undefined function f"
            raise self.error(f"{token.text}' is an unevaluated derivative", token, hint)
        return Name(token.text, token.span)

    def is_sigmoid(self, token: Token) -> bool:
        return self.text[token.start : token.end] in SIGMOID and token.text not in self.declared

    def is_call(self, name: Token, after: Token) -> bool:
        """Whether a name is applied to the bracket that follows it."""
        undefined = name.text in UNDEFINED and name.text not in self.declared
        return after.kind == "(" and (undefined or name.text in self.functions)

    def primes(self) -> int:
        orders = 0
        while self.peek.kind in ("'", "''"):
            orders += len(self.take().kind)
        return orders

    def call_undefined(self, token: Token, orders: int) -> Syntax:
        args = tuple(self.take_list(self.take()))
        if orders and len(args) > 1:
            hint = "write Derivative(f(x, y), x)"
            raise self.error("a prime needs a function of one argument", token, hint)
        return self.make(token.text, args, token.start, (orders,) if orders else ())

    def call_defined(self, token: Token, orders: int) -> Syntax:
        """The body with the arguments put in; the name alone where they are the parameters."""
        definition = self.functions[token.text]
        args = self.take_list(self.take())
        wanted = len(definition.parameters)
        if orders:
            message = f"{token.text}' is the derivative of a definition"
            raise self.error(message, token, f"differentiate {token.text} itself")
        if len(args) != wanted:
            raise self.error(f"{token.text} was defined with {wanted} argument{'s' * (wanted != 1)}", token)
        if args == [Name(parameter) for parameter in definition.parameters]:
            return Name(token.text, token.span)
        return arguments.put_in(definition, args, self.text, token.span)

    # functions

    def function(self, token: Token) -> Syntax:
        name = ALIASES.get(token.text, token.text)
        if name in ("e", "pi"):
            self.skip_empty_brackets()
            return self.make(name, (), token.start)
        if token.text in arguments.TRUTH:
            return self.make(arguments.TRUTH[token.text], (), token.start)
        if token.text in arguments.CONSTRUCTORS:
            return self.construct(token)
        base = self.base(token)
        power = self.exponent() if self.peek.kind in ("^", "super") and name != "piecewise" else None
        if self.peek.kind in ("'", "''"):
            message = f"{token.text}' is an unevaluated derivative"
            raise self.error(message, token, "write the derivative itself")
        if power == MINUS_ONE and name in INVERSES and self.is_inverse(token):
            name, power = INVERSES[name], None
        if name == "sqrt" and self.peek.kind == "[":
            return self.root_of_degree(token)
        args = self.take_list(self.take()) if self.peek.kind == "(" else [self.bare_argument(token)]
        if name == "root" and len(args) == 1 and self.peek.kind == "(":
            args = [*self.take_list(self.take()), *args]
        if (
            name == "root"
            and len(args) == 2
            and isinstance(args[0], Number)
            and not isinstance(args[1], Number)
        ):
            args = self.swap_degree(token, args)
        if name == "log" and base is None and len(args) == 1 and token.text in PLAIN_LOGARITHMS:
            base = self.plain_base(token)
        found = self.apply(token, name, [*args, *([base] if base is not None else [])])
        return found if power is None else self.make("^", (found, power), token.start)

    def skip_empty_brackets(self) -> None:
        """pi() of other systems."""
        if self.peek.kind == "(" and self.tokens[self.index + 1].kind == ")":
            self.index += 2

    def is_inverse(self, token: Token) -> bool:
        """sin^-1 is asin; the second reading is 1/sin."""
        reciprocal = self.choices.take(RECIPROCAL, token.start)
        note = notes.note_reciprocal if reciprocal else notes.note_inverse_function
        self.remark(note(token.text, token.span))
        return not reciprocal

    def swap_degree(self, token: Token, args: list[Syntax]) -> list[Syntax]:
        """root(3, x), with the degree first, is the cube root of x."""
        typed = self.text[token.start : self.end]
        self.remark(notes.note_degree_first(typed, Span(token.start, self.end)))
        return args[::-1]

    def plain_base(self, token: Token) -> Syntax | None:
        """log is natural; beside an ln it could be the decimal one."""
        beside = any(other.text == "ln" for other in self.tokens)
        if beside and self.choices.take(LOGARITHM, token.start):
            self.remark(notes.note_decimal_logarithm(token.text, token.span))
            return Number(10)
        self.remark(notes.note_natural_logarithm(token.text, token.span))
        return None

    def root_of_degree(self, token: Token) -> Syntax:
        """sqrt[3]{x}, a command of LaTeX without its backslash."""
        degree = self.take_list(self.take())
        if len(degree) != 1 or self.peek.kind not in ("{", "("):
            raise self.error("sqrt takes brackets", token, "write sqrt(x), or root(x, 3) for a cube root")
        radicand = self.take_list(self.take())
        self.remark(notes.note_radical(self.text[token.start : self.end], Span(token.start, self.end)))
        return self.apply(token, "root", [*radicand, *degree])

    def construct(self, token: Token) -> Syntax:
        """One of sympy's constructors."""
        if self.peek.kind != "(":
            raise self.error(f"{token.text} needs brackets", token)
        args = self.take_list(self.take())
        self.nodes += 1
        return arguments.construct(token.text, args, self.text, Span(token.start, self.end))

    def base(self, token: Token) -> Syntax | None:
        """The base that log10, or log with a subscript, brings along."""
        if token.text in LOGARITHMS:
            return Number(LOGARITHMS[token.text], span=token.span)
        if self.peek.kind != "_":
            return None
        self.take()
        return self.prefix(POWER)

    def apply(self, token: Token, name: str, args: list[Syntax]) -> Syntax:
        """The function applied to its arguments. Raises ReadError where they are too few or too many."""
        name = "log" if token.text in LOGARITHMS else name
        span = Span(token.start, self.end)
        if name == "piecewise":
            return arguments.piecewise(token.text, args, self.text, span)
        row = FUNCTIONS[name]
        if len(args) < row.least or (row.most is not None and len(args) > row.most):
            wanted = _count_of_arguments(row)
            message = f"{token.text} takes {wanted} argument{'s' * (wanted != '1')}, not {len(args)}"
            raise self.error(message, token, f"for example {row.example}")
        self.nodes += 1
        return arguments.canonical(name, tuple(args), span)


def _count_of_arguments(row: Function) -> str:
    if row.least == row.most:
        return f"{row.least}"
    return f"{row.least} or more" if row.most is None else f"{row.least} to {row.most}"
