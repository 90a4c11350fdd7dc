"""Matrix algebra -> one numpy expression over np, the variables' names and, where numpy lacks a function, chainrule_cli.

Vectors are arrays of one axis, whether columns or rows. Products are bracketed in the order that takes the fewest multiplications.
"""

from __future__ import annotations

import keyword
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from chainrule_cli.graph.shapes import Shape
from chainrule_cli.matrix.algebra import Matrix, taken_apart
from chainrule_cli.matrix.order import joined

SUM, PRODUCT, SIGN, POWER, ATOM = 1, 2, 3, 4, 5


class Code(NamedTuple):
    text: str
    power: int


ERF = (
    "(lambda x, t, w: x / np.sqrt(np.pi) * (np.exp(-np.multiply.outer(x**2, (t + 1)**2 / 4)) @ w))"
    "(np.clip({0}, -6, 6), *np.polynomial.legendre.leggauss(60))"
)
"""numpy has no error function: its integral by Gauss and Legendre's rule, to the last digit or so."""

FUNCTIONS = {
    "sin": "np.sin({})", "cos": "np.cos({})", "tan": "np.tan({})", "sec": "(1 / np.cos({}))", "csc": "(1 / np.sin({}))", "cot": "(1 / np.tan({}))",
    "asin": "np.arcsin({})", "acos": "np.arccos({})", "atan": "np.arctan({})", "acot": "np.arctan2(1, {})", "sinh": "np.sinh({})", "cosh": "np.cosh({})",
    "tanh": "np.tanh({})", "sech": "(1 / np.cosh({}))", "csch": "(1 / np.sinh({}))", "coth": "(1 / np.tanh({}))", "asinh": "np.arcsinh({})", "acosh": "np.arccosh({})",
    "atanh": "np.arctanh({})", "exp": "np.exp({})", "expm1": "np.expm1({})", "log": "np.log({})", "log1p": "np.log1p({})", "sqrt": "np.sqrt({})", "cbrt": "np.cbrt({})",
    "abs": "np.abs({})", "sign": "np.sign({})", "floor": "np.floor({})", "ceil": "np.ceil({})", "round": "np.rint({})", "relu": "np.maximum({}, 0)",
    "sigmoid": "(1 / (1 + np.exp(-({}))))", "softplus": "np.logaddexp(0, {})", "leaky_relu": "np.where(({0}) > 0, {0}, ({0}) / 100)",
    "elu": "np.where(({0}) > 0, {0}, np.expm1(np.minimum({0}, 0)))", "silu": "(({0}) / (1 + np.exp(-({0}))))",
    "selu": "(1.0507009873554805 * np.where(({0}) > 0, {0}, 1.6732632423543772 * np.expm1(np.minimum({0}, 0))))",
    "erf": ERF, "gelu": "(({0}) * (1 + " + ERF.format("({0}) / np.sqrt(2)") + ") / 2)",
}  # fmt: skip

WHOLE = {
    "sum": "np.sum({})", "tr": "np.trace({})", "det": "np.linalg.det({})", "logdet": "np.linalg.slogdet({})[1]", "inv": "np.linalg.inv({})", "norm1": "np.sum(np.abs({}))",
    "norm2": "np.linalg.norm({})", "max": "np.max({})", "ismax": "np.where({0} == np.max({0}), 1.0, 0.0)", "diag": "np.diag({})", "kron": "np.kron({}, {})", "logsumexp": "(np.log(np.sum(np.exp({0} - np.max({0})))) + np.max({0}))",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Names:
    """shapes: of each variable's array, an axis of 1 included; sizes: what a stand-in of a size is in Python."""

    shapes: Mapping[str, Shape]
    sizes: Mapping[int, str]


def identifier(name: str) -> str:
    """The name in Python: one of its own words gets a _ behind it."""
    return f"{name}_" if keyword.iskeyword(name) or name == "np" else name


def code(matrix: Matrix, names: Names) -> str:
    """The expression."""
    return _code(matrix, names).text


def _code(matrix: Matrix, names: Names) -> Code:  # noqa: C901  # one case each
    match matrix.kind:
        case "number":
            return _number(matrix.value)
        case "name":
            return Code(_variable(matrix.value, names), ATOM)
        case "size":
            return Code(names.sizes[matrix.value], ATOM)
        case "pi":
            return Code("np.pi", ATOM)
        case "ones":
            sizes = [names.sizes[size] for size in matrix.extent if size is not None]
            return Code(f"np.ones(({', '.join(sizes)}))" if len(sizes) > 1 else f"np.ones({sizes[0]})", ATOM)
        case "eye":
            return Code(f"np.eye({names.sizes[matrix.extent[0] or 1]})", ATOM)
        case "turned":
            return (
                Code(f"{held(_code(matrix.args[0], names), ATOM)}.T", ATOM)
                if matrix.whole
                else _code(matrix.args[0], names)
            )
        case "product":
            return _product(matrix, names)
        case "scaled":
            return _scaled(matrix, names)
        case "sum":
            return _sum([_code(arg, names) for arg in matrix.args])
        case "entrywise":
            return _quotient(
                [(_code(arg, names), power) for arg, power in zip(matrix.args, matrix.value, strict=True)]
            )
        case "function":
            numbers = [_code(arg, names).text for arg in matrix.args[:-1]]
            return Code(_function(matrix.value, numbers).format(_code(matrix.args[-1], names).text), ATOM)
    return _operation(matrix, names)


def _function(name: str, numbers: Sequence[str]) -> str:
    """numpy's own, or the function as this program computes it."""
    return FUNCTIONS.get(name) or f"chainrule_cli.compile('{name}({', '.join([*numbers, 'x'])})')({{}})[0]"


def held(piece: Code, least: int) -> str:
    return piece.text if piece.power >= least else f"({piece.text})"


def _number(value: Fraction) -> Code:
    if value.denominator == 1:
        return Code(str(value.numerator), ATOM if value >= 0 else SIGN)
    if float(value) == value and value.denominator <= 10**4:  # a short decimal
        return Code(repr(float(value)), ATOM if value >= 0 else SIGN)
    if max(abs(value.numerator), value.denominator) > 10**6:  # a long one
        return Code(repr(float(value)), ATOM if value >= 0 else SIGN)
    return Code(f"{value.numerator} / {value.denominator}", PRODUCT)


def _variable(name: str, names: Names) -> str:
    """The variable without its axes of 1."""
    shape, written = names.shapes[name], identifier(name)
    if 1 not in shape:
        return written
    return f"{written}[{', '.join('0' if size == 1 else ':' for size in shape)}]"


def _join(
    one: tuple[Code, Matrix | None, int | None, int | None],
    other: tuple[Code, Matrix | None, int | None, int | None],
) -> tuple[Code, None, int | None, int | None]:
    """Two factors; rows and columns as they stand in the product."""
    if one[3] is None and one[2] is not None and other[2] is None and other[3] is not None:
        return Code(f"np.outer({one[0].text}, {other[0].text})", ATOM), None, one[2], other[3]
    sign = "*" if (None, None) in (one[2:], other[2:]) else "@"
    return Code(f"{held(one[0], PRODUCT)} {sign} {held(other[0], SIGN)}", PRODUCT), None, one[2], other[3]


def _product(matrix: Matrix, names: Names) -> Code:
    sizes = [matrix.args[0].extent[0] or 1, *(each.extent[1] or 1 for each in matrix.args)]
    factors = [(_code(each, names), None, *each.extent) for each in matrix.args]
    whole = joined(factors, sizes, _join)
    return whole[0]


def _scaled(matrix: Matrix, names: Names) -> Code:
    factor, powers, body = taken_apart(matrix)
    pieces = [(_code(each, names), power) for each, power in powers]
    if body is not None:
        pieces.append((_code(body, names), Fraction(1)))
    return _quotient(pieces, factor)


def _quotient(pieces: Sequence[tuple[Code, Fraction]], factor: Fraction = Fraction(1)) -> Code:
    """number * a * b / c, entry by entry."""
    above = [_raised(piece, power) for piece, power in pieces if power > 0]
    below = [_raised(piece, -power) for piece, power in pieces if power < 0]
    large = max(abs(factor.numerator), factor.denominator) > 10**6  # as _number has it
    size = abs(factor)
    if large:
        above.insert(0, _number(size))
    else:
        if size.numerator != 1 or not above:
            above.insert(0, Code(str(size.numerator), ATOM))
        if size.denominator != 1:
            below.insert(0, Code(str(size.denominator), ATOM))
    text = " * ".join(held(each, SIGN) for each in above)
    if below:
        bottom = (
            below[0].text
            if len(below) == 1 and below[0].power >= SIGN
            else f"({' * '.join(held(each, SIGN) for each in below)})"
        )
        text = f"{text} / {bottom}"
    single = len(above) == 1 and not below
    whole = above[0] if single else Code(text, PRODUCT)
    return (
        Code(f"-{held(whole, SIGN if single else PRODUCT)}", SUM + 1 if whole.power == PRODUCT else SIGN)
        if factor < 0
        else whole
    )


def _raised(piece: Code, power: Fraction) -> Code:
    return piece if power == 1 else Code(f"{held(piece, ATOM)}**{held(_number(power), ATOM)}", POWER)


def _sum(terms: Sequence[Code]) -> Code:
    text = terms[0].text
    for term in terms[1:]:
        text += f" - {term.text[1:]}" if term.text.startswith("-") else f" + {term.text}"
    return Code(text, SUM)


def _operation(matrix: Matrix, names: Names) -> Code:
    args = [_code(arg, names) for arg in matrix.args]
    match matrix.value:
        case ".^":
            return Code(f"{held(args[0], ATOM)}**{held(args[1], ATOM)}", POWER)
        case "softmax" if matrix.whole:
            x = args[0].text
            return Code(
                f"(lambda e: e / np.sum(e, axis=1, keepdims=True))(np.exp({x} - np.max({x}, axis=1, keepdims=True)))",
                ATOM,
            )
        case "softmax":
            return Code(f"(lambda e: e / np.sum(e))(np.exp({args[0].text} - np.max({args[0].text})))", ATOM)
        case "blocktr" | "blocksum":
            return Code(_blocks(matrix, args, names), ATOM)
    return Code(WHOLE[matrix.value].format(*(arg.text for arg in args)), ATOM)


def _blocks(matrix: Matrix, args: Sequence[Code], names: Names) -> str:
    """The large matrix in blocks, entry (i, p, j, q) that of block (i, j) at (p, q)."""
    traces = matrix.value == "blocktr"
    inner, outer = (
        (matrix.args[1].extent, matrix.extent) if traces else (matrix.extent, matrix.args[1].extent)
    )
    sizes = [
        names.sizes[size] if size is not None else "1"
        for pair in zip(outer, inner, strict=True)
        for size in pair
        if pair != (None, None)
    ]
    letters = "ipjq"[: len(sizes)]
    first, second = (letters[1::2], letters[0::2]) if traces else (letters[0::2], letters[1::2])
    return f"np.einsum('{letters},{first}->{second}', {held(args[0], ATOM)}.reshape({', '.join(sizes)}), {args[1].text})"
