"""Tokens -> Syntax, the half that knows names and functions: calls, definitions, arguments without brackets.

The grammar of operators is operators.py's, what is made of a function's arguments arguments.py's.
"""

from __future__ import annotations

from collections.abc import Mapping

from chainrule_cli.errors import Span
from chainrule_cli.notation import arguments, syntax
from chainrule_cli.notation.functions import ALIASES, FUNCTIONS, Function
from chainrule_cli.notation.lexer import Token
from chainrule_cli.notation.operators import POWER, PRODUCT, STARTS, OperatorParser
from chainrule_cli.notation.syntax import Apply, Definition, Name, Number, Syntax
from chainrule_cli.notation.words import LOGARITHMS, UNDEFINED, Remark

INVERSES = {
    name: f"a{name}"
    for name in ("sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "sech", "csch", "coth")
}
"""Functions whose power -1 is the inverse function."""

SIGMOID = frozenset({"σ", "\\sigma"})
MINUS_ONE = Apply("neg", (Number(1),))


class Parser(OperatorParser):
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
        remark: Remark,
    ) -> None:
        super().__init__(text, tokens, remark)
        self.functions = functions
        self.declared = declared

    # names

    def name(self, token: Token) -> Syntax:
        """A variable, or a letter that is applied to what stands in brackets behind it."""
        self.nodes += 1
        orders = self.primes()
        if self.peek.kind == "(":
            if not orders and self.is_sigmoid(token):
                self.remark(syntax.note_sigmoid(token.span))
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
        if power == MINUS_ONE and name in INVERSES:
            self.remark(syntax.note_inverse_function(token.text, token.span))
            name, power = INVERSES[name], None
        args = self.take_list(self.take()) if self.peek.kind == "(" else [self.bare_argument(token)]
        found = self.apply(token, name, [*args, *([base] if base is not None else [])])
        return found if power is None else self.make("^", (found, power), token.start)

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

    # arguments without brackets

    def bare_argument(self, function: Token) -> Syntax:
        """Without brackets a function takes the product that follows, up to the next function, + or -."""
        start = self.peek.start
        if self.peek.kind == "-":
            sign = self.take()
            return self.make("neg", (self.bare_argument(function),), sign.start)
        if self.peek.kind not in STARTS and self.peek.kind != "|":
            raise self.error(f"{function.text} has no argument", function, f"write {function.text}(x)")
        if self.peek.kind == "function" and not _is_constant(self.peek):
            return self.expression(PRODUCT)
        factors = [self.expression(PRODUCT)]
        while self.is_factor_next():
            if self.peek.kind == "*":
                self.take()
            factors.append(self.expression(PRODUCT))
        if len(factors) > 1 or self.peek.kind == "/":
            typed = self.text[start : self.end]
            self.remark(syntax.note_bare_argument(function.text, typed, Span(function.start, self.end)))
        return self.times(factors, start)

    def is_factor_next(self) -> bool:
        """Whether the next token, behind a sign of a product, is another factor of a bare argument."""
        index = self.index + (self.peek.kind == "*")
        token = self.tokens[index]
        if token.kind == "function":
            return _is_constant(token)
        if token.kind == "|":
            return not self.bars[-1]
        called = token.kind == "name" and self.tokens[index + 1].kind == "("
        if called and (token.text in UNDEFINED or token.text in self.functions):
            return False
        return token.kind in STARTS


def _is_constant(token: Token) -> bool:
    return ALIASES.get(token.text) in ("e", "pi")


def _count_of_arguments(row: Function) -> str:
    if row.least == row.most:
        return f"{row.least}"
    return f"{row.least} or more" if row.most is None else f"{row.least} to {row.most}"
