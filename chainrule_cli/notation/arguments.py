"""What the parser makes of a function's arguments: roots, extrema, piecewise, sympy's constructors.

Conditions and lists stand nowhere else: `refuse_misplaced` holds that. A new constructor of sympy's is a row
in CONSTRUCTORS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from chainrule_cli.errors import ReadError, Span
from chainrule_cli.notation.build import root
from chainrule_cli.notation.functions import CONDITIONS, FUNCTIONS, OPERATORS
from chainrule_cli.notation.syntax import (
    MOST_NODES,
    Apply,
    Definition,
    Name,
    Number,
    Syntax,
    children,
    substitute,
    tree_size,
    written_out_error,
)

TUPLE = "tuple"
"""Applied to what stands between brackets with commas, until a function takes it."""
TRUTH = {"True": "true", "true": "true", "False": "false", "false": "false"}


def canonical(name: str, args: tuple[Syntax, ...], span: Span) -> Syntax:
    """The application in its canonical form: square and cube roots by name, one argument of max itself."""
    match name, args:
        case "root", (base, Number(value=2 | 3 as degree)):
            return root(base, int(degree), span)
        case "max" | "min", (only,):
            return only
    return Apply(name, args, span=span)


def put_in(definition: Definition, args: Sequence[Syntax], text: str, span: Span) -> Syntax:
    """The body of a definition, arguments for its parameters. Raises LimitError where it grows too large."""
    expr = substitute(definition.body, dict(zip(definition.parameters, args, strict=True)))
    if tree_size(expr) > MOST_NODES:
        raise written_out_error(text, span)
    return expr


def is_condition(node: Syntax) -> bool:
    return isinstance(node, Apply) and node.function in CONDITIONS


def is_tuple(node: Syntax) -> bool:
    return isinstance(node, Apply) and node.function == TUPLE


# piecewise

PIECEWISE_EXAMPLE = "Piecewise((x^2, x > 0), (-x, True))"
WHERE_EXAMPLE = "where(x > 0, x^2, -x)"


def piecewise(word: str, args: list[Syntax], text: str, span: Span) -> Syntax:
    """where(c, a, b) and Piecewise((a, c), (b, True)) as piecewise(a, c, b).

    Raises ReadError for wrong arguments.
    """
    if all(is_tuple(arg) for arg in args):
        return _from_pairs([arg.args for arg in args if isinstance(arg, Apply)], text, span)
    if word == "where" and len(args) == 3 and is_condition(args[0]):
        return _trim([args[1], args[0], args[2]], span)
    if word == "where":
        raise ReadError("where takes a condition and two values", text=text, span=span, hint=WHERE_EXAMPLE)
    raise ReadError(
        "Piecewise takes pairs of a value and a condition", text=text, span=span, hint=PIECEWISE_EXAMPLE
    )


def _from_pairs(pairs: list[tuple[Syntax, ...]], text: str, span: Span) -> Syntax:
    flat: list[Syntax] = []
    for pair in pairs:
        if len(pair) != 2 or not is_condition(pair[1]) or is_condition(pair[0]):
            message = "each part of Piecewise is a value and a condition"
            raise ReadError(message, text=text, span=span, hint=PIECEWISE_EXAMPLE)
        flat.extend(pair)
    return _trim(flat, span)


def _trim(flat: list[Syntax], span: Span) -> Syntax:
    """The value under True is the value otherwise; what follows it never holds."""
    for index, condition in enumerate(flat[1::2]):
        if isinstance(condition, Apply) and condition.function == "true":
            flat = flat[: 2 * index + 1]
            break
    return flat[0] if len(flat) == 1 else Apply("piecewise", tuple(flat), span=span)


PLACED = CONDITIONS | {TUPLE, "piecewise"}
"""Functions that have a place of their own, or whose arguments have."""


def refuse_misplaced(nodes: Iterable[Syntax], roots: Iterable[Syntax], text: str) -> None:
    """nodes: all that the roots are made of.

    Raises ReadError for a condition where a value belongs, the reverse, and a list that no function has
    taken.
    """
    for expr in roots:
        if is_condition(expr):
            raise ReadError("a condition is not a formula", text=text, span=expr.span, hint=WHERE_EXAMPLE)
    for node in nodes:
        if not isinstance(node, Apply):
            continue
        if node.function == TUPLE:
            hint = "a comma separates a function's arguments; decimals have a point"
            raise ReadError("a list is not a formula", text=text, span=node.span, hint=hint)
        for index, arg in enumerate(node.args):
            if is_condition(arg) != _wants_condition(node, index):
                wanted = "a value" if is_condition(arg) else "a condition"
                hint = "conditions stand in where( ) and Piecewise( )"
                raise ReadError(f"{wanted} belongs here", text=text, span=arg.span, hint=hint)


def _wants_condition(node: Apply, index: int) -> bool:
    if node.function == "piecewise":
        return index % 2 == 1
    return node.function in ("and", "or", "not")


# sympy's constructors


def construct(word: str, args: list[Syntax], text: str, span: Span) -> Syntax:
    """Eq(a, b), And(..), Rational(1, 2), Derivative(f(x), x), Subs(expr, t, value).

    Raises ReadError for wrong arguments.
    """
    made = CONSTRUCTORS[word](args)
    if made is None:
        message = f"{word} cannot be read with these arguments"
        raise ReadError(message, text=text, span=span, hint=CONSTRUCTOR_HINTS.get(word, ""))
    return Apply(made.function, made.args, made.orders, span) if isinstance(made, Apply) else made


Constructor = Callable[[list[Syntax]], Syntax | None]
"""Makes Syntax of its arguments; None where it cannot take them."""


def _binary(function: str) -> Constructor:
    def make(args: list[Syntax]) -> Syntax | None:
        if len(args) != 2 or any(is_condition(arg) or is_tuple(arg) for arg in args):
            return None
        return Apply(function, tuple(args))

    return make


def _logical(function: str) -> Constructor:
    def make(args: list[Syntax]) -> Syntax | None:
        if not all(is_condition(arg) for arg in args) or (function == "not") != (len(args) == 1):
            return args[0] if len(args) == 1 and is_condition(args[0]) else None
        return Apply(function, tuple(args))

    return make


def _only(args: list[Syntax]) -> Syntax | None:
    return args[0] if len(args) == 1 else None


def _rational(args: list[Syntax]) -> Syntax | None:
    return Apply("/", tuple(args)) if len(args) == 2 else _only(args)


def _derivative(args: list[Syntax]) -> Syntax | None:
    """Derivative(f(x, y), x, (y, 2)): an undefined function of distinct names, with its orders."""
    function, *by = args
    if not isinstance(function, Apply) or function.function in {*FUNCTIONS, *OPERATORS} or not by:
        return None
    indices = {arg.id: index for index, arg in enumerate(function.args) if isinstance(arg, Name)}
    if len(indices) != len(function.args):
        return None
    orders = list(function.orders or (0,) * len(function.args))
    for each in by:
        name, times = children(each) if is_tuple(each) and len(children(each)) == 2 else (each, Number(1))
        if not isinstance(name, Name) or name.id not in indices or not isinstance(times, Number):
            return None
        orders[indices[name.id]] += int(times.value)
    return Apply(function.function, function.args, tuple(orders))


def _subs(args: list[Syntax]) -> Syntax | None:
    if len(args) != 3:
        return None
    names, values = (children(arg) if is_tuple(arg) else (arg,) for arg in args[1:])
    if len(names) != len(values) or not all(isinstance(name, Name) for name in names):
        return None
    return Apply("Subs", (args[0], *(part for pair in zip(names, values, strict=True) for part in pair)))


def _log_base(args: list[Syntax]) -> Syntax | None:
    """Log[b, x]: the base comes first."""
    return Apply("log", (args[1], args[0])) if len(args) == 2 else None


def _power(args: list[Syntax]) -> Syntax | None:
    if len(args) != 2:
        return None
    return Apply("exp", (args[1],)) if args[0] == Apply("e", ()) else Apply("^", tuple(args))


def _poly_gamma(args: list[Syntax]) -> Syntax | None:
    """polygamma of order 0 is digamma."""
    if len(args) != 2:
        return None
    return Apply("digamma", (args[1],)) if args[0] == Number(0) else Apply("polygamma", tuple(args))


def _step(args: list[Syntax]) -> Syntax | None:
    """Heaviside(x), or heaviside(x, h): h at 0, one half where it is not given."""
    if not 1 <= len(args) <= 2:
        return None
    at_zero = args[1] if len(args) == 2 else Apply("/", (Number(1), Number(2)))
    above, below = (Apply(sign, (args[0], Number(0))) for sign in (">", "<"))
    return Apply("piecewise", (Number(1), above, Number(0), below, at_zero))


CONSTRUCTORS: dict[str, Constructor] = {
    **{
        word: _binary(operator)
        for word, operator in {"Eq": "==", "Ne": "!=", "Lt": "<", "Le": "<=", "Gt": ">", "Ge": ">="}.items()
    },
    **{word: _logical(operator) for word, operator in {"And": "and", "Or": "or", "Not": "not"}.items()},
    "Rational": _rational,
    "Integer": _only,
    "Float": _only,
    "Derivative": _derivative,
    "Subs": _subs,
    "LogBase": _log_base,
    "Power": _power,
    "Fraction": _binary("/"),
    "PolyGamma": _poly_gamma,
    "Heaviside": _step,
    "Conjugate": _only,
}

CONSTRUCTOR_HINTS = {
    "Derivative": "an unevaluated derivative can be read of an undefined function only: Derivative(f(x), x)",
    "Subs": "Subs(expression, name, value)",
}
