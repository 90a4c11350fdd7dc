"""Forms: what the parser makes of a function's arguments: canonical roots, logarithms, piecewise, sympy's constructors.

Knows the invariants of syntax.py. A new constructor of sympy's is a row in SPECIALS.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chainrule_cli.errors import LimitError, ReadError, Span
from chainrule_cli.notation.functions import CONDITIONS, FUNCTIONS, OPERATORS
from chainrule_cli.notation.syntax import Apply, Definition, Name, Number, Syntax, substitute, tree_size

TUPLE = "tuple"
TRUTH = {"True": "true", "true": "true", "False": "false", "false": "false"}
LARGEST_SUBSTITUTION = 20_000


def canonical(name: str, args: tuple[Syntax, ...], span: Span) -> Syntax:
    """The application in its canonical form: square and cube roots by name, one argument of max itself."""
    if name == "root" and isinstance(args[1], Number):
        return (
            rooted(args[0], int(args[1].value), span)
            if args[1].value in (2, 3)
            else Apply(name, args, span=span)
        )
    if name in ("max", "min") and len(args) == 1:
        return args[0]
    return Apply(name, args, span=span)


def rooted(inner: Syntax, degree: int, span: Span) -> Syntax:
    named = {2: "sqrt", 3: "cbrt"}
    return (
        Apply(named[degree], (inner,), span=span)
        if degree in named
        else Apply("root", (inner, Number(degree)), span=span)
    )


def put_in(definition: Definition, args: Sequence[Syntax], text: str, span: Span) -> Syntax:
    """The body of a definition with arguments for its parameters. Raises LimitError where that grows too large."""
    expr = substitute(definition.body, dict(zip(definition.parameters, args, strict=True)))
    if tree_size(expr) > LARGEST_SUBSTITUTION:
        raise LimitError(
            f"the formula written out has more than {LARGEST_SUBSTITUTION:,} parts", text=text, span=span
        )
    return expr


def is_condition(node: Syntax) -> bool:
    return isinstance(node, Apply) and node.function in CONDITIONS


def is_tuple(node: Syntax) -> bool:
    return isinstance(node, Apply) and node.function == TUPLE


def piecewise(word: str, args: list[Syntax], text: str, span: Span) -> Syntax:
    """where(c, a, b) and Piecewise((a, c), (b, True)) as piecewise(a, c, b)."""
    if all(is_tuple(arg) for arg in args):
        return _from_pairs([arg.args for arg in args if isinstance(arg, Apply)], text, span)
    if word == "where" and len(args) == 3 and is_condition(args[0]):
        return _trimmed([args[1], args[0], args[2]], span)
    if word == "where":
        raise ReadError(
            "where takes a condition and two values", text=text, span=span, hint="where(x > 0, x^2, -x)"
        )
    raise ReadError(
        "Piecewise takes pairs of a value and a condition",
        text=text,
        span=span,
        hint="Piecewise((x^2, x > 0), (-x, True))",
    )


def _from_pairs(pairs: list[tuple[Syntax, ...]], text: str, span: Span) -> Syntax:
    flat: list[Syntax] = []
    for pair in pairs:
        if len(pair) != 2 or not is_condition(pair[1]) or is_condition(pair[0]):
            raise ReadError(
                "each part of Piecewise is a value and a condition",
                text=text,
                span=span,
                hint="Piecewise((x^2, x > 0), (-x, True))",
            )
        flat.extend(pair)
    return _trimmed(flat, span)


def _trimmed(flat: list[Syntax], span: Span) -> Syntax:
    """The value under True is the value otherwise; what follows it never holds."""
    for place, condition in enumerate(flat[1::2]):
        if isinstance(condition, Apply) and condition.function == "true":
            flat = flat[: 2 * place + 1]
            break
    return flat[0] if len(flat) == 1 else Apply("piecewise", tuple(flat), span=span)


# sympy's constructors


def special(word: str, args: list[Syntax], text: str, span: Span) -> Syntax:
    """Eq(a, b), And(..), Rational(1, 2), Derivative(f(x), x), Subs(expr, t, value). Raises ReadError for wrong arguments."""
    made = SPECIALS[word](args)
    if made is None:
        raise ReadError(
            f"{word} cannot be read with these arguments", text=text, span=span, hint=HINTS.get(word, "")
        )
    return Apply(made.function, made.args, made.orders, span) if isinstance(made, Apply) else made


def _binary(function: str) -> Callable[[list[Syntax]], Syntax | None]:
    return lambda args: (
        Apply(function, tuple(args))
        if len(args) == 2 and not any(is_condition(arg) or is_tuple(arg) for arg in args)
        else None
    )


def _logical(function: str) -> Callable[[list[Syntax]], Syntax | None]:
    def make(args: list[Syntax]) -> Syntax | None:
        if not all(is_condition(arg) for arg in args) or (function == "not") != (len(args) == 1):
            return args[0] if len(args) == 1 and is_condition(args[0]) else None
        return Apply(function, tuple(args))

    return make


def _derivative(args: list[Syntax]) -> Syntax | None:
    """Derivative(f(x, y), x, (y, 2)): an undefined function of distinct names, with its orders."""
    function, *by = args
    if not (
        isinstance(function, Apply)
        and function.function not in FUNCTIONS
        and function.function not in OPERATORS
        and by
    ):
        return None
    places = {arg.id: place for place, arg in enumerate(function.args) if isinstance(arg, Name)}
    orders = list(function.orders or (0,) * len(function.args))
    for each in by:
        name, times = (
            each.args
            if isinstance(each, Apply) and is_tuple(each) and len(each.args) == 2
            else (each, Number(1))
        )
        if (
            not isinstance(name, Name)
            or name.id not in places
            or len(places) != len(function.args)
            or not isinstance(times, Number)
        ):
            return None
        orders[places[name.id]] += int(times.value)
    return Apply(function.function, function.args, tuple(orders))


def _subs(args: list[Syntax]) -> Syntax | None:
    if len(args) != 3:
        return None
    names, values = (arg.args if isinstance(arg, Apply) and is_tuple(arg) else (arg,) for arg in args[1:])
    if len(names) != len(values) or not all(isinstance(name, Name) for name in names):
        return None
    return Apply("Subs", (args[0], *(part for pair in zip(names, values, strict=True) for part in pair)))


SPECIALS: dict[str, Callable[[list[Syntax]], Syntax | None]] = {
    **{
        word: _binary(operator)
        for word, operator in {"Eq": "==", "Ne": "!=", "Lt": "<", "Le": "<=", "Gt": ">", "Ge": ">="}.items()
    },
    **{word: _logical(operator) for word, operator in {"And": "and", "Or": "or", "Not": "not"}.items()},
    "Rational": lambda args: (
        Apply("/", tuple(args)) if len(args) == 2 else args[0] if len(args) == 1 else None
    ),
    "Integer": lambda args: args[0] if len(args) == 1 else None,
    "Float": lambda args: args[0] if len(args) == 1 else None,
    "Derivative": _derivative,
    "Subs": _subs,
}

HINTS = {
    "Derivative": "an unevaluated derivative can be read of an undefined function only: Derivative(f(x), x)",
    "Subs": "Subs(expression, name, value)",
}
