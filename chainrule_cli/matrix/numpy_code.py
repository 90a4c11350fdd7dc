"""Matrix algebra -> one numpy expression over np and the variables' names. Text alone: nothing here runs it.

A function that numpy lacks is this program's own, over chainrule_cli. Vectors are arrays of one axis, whether
columns or rows. Products are bracketed in the order that takes the fewest multiplications.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple, assert_never

from chainrule_cli.graph.carriers import FLOATS
from chainrule_cli.matrix.language import ENTRY_CODE, ROWS
from chainrule_cli.matrix.nodes import (
    FIRST,
    EntryFunction,
    EntryProduct,
    Eye,
    Matrix,
    MatrixName,
    MatrixNumber,
    MatrixOperation,
    MatrixProduct,
    MatrixSum,
    Ones,
    Pi,
    Scaled,
    SizeNumber,
    Transposed,
)
from chainrule_cli.matrix.numpy_pieces import (
    ATOM,
    POWER,
    PRODUCT,
    SIGN,
    SUM,
    Code,
    NumpyNames,
    hold,
    write_identifier,
)
from chainrule_cli.matrix.order import join_cheaply
from chainrule_cli.matrix.sizes import SCALAR, Extent

LARGEST_FRACTION = 10**6
"""Of a numerator or a denominator that is written out; a number with a larger one is a decimal."""

PARAMETERS = "xyz"
"""Names of the arguments of a function that numpy lacks."""

SHORT_DECIMAL = 10**4
"""The largest denominator of a number that is exact as a decimal and written as one."""


def write_code(matrix: Matrix, names: NumpyNames) -> str:
    """The expression."""
    return _write(matrix, names).text


def _write(matrix: Matrix, names: NumpyNames) -> Code:  # noqa: C901, PLR0912  # one case each
    args = [_write(arg, names) for arg in matrix.args]
    match matrix:
        case MatrixNumber():
            return _write_number(matrix.value)
        case MatrixName():
            return Code(_write_variable(matrix.name, names), ATOM)
        case SizeNumber():
            return Code(names.sizes[matrix.size], ATOM)
        case Pi():
            return Code("np.pi", ATOM)
        case Ones():
            return _write_ones(matrix, names)
        case Eye():
            return Code(f"np.eye({names.sizes[matrix.extent[0] or 1]})", ATOM)
        case Transposed():
            return Code(f"{hold(args[0], ATOM)}.T", ATOM) if matrix.is_whole else args[0]
        case MatrixProduct():
            return _write_product(matrix, args)
        case Scaled():
            powers = (*matrix.powers, FIRST)  # the last is the body's, where there is one
            return _write_quotient(list(zip(args, powers, strict=False)), matrix.factor)
        case MatrixSum():
            return _write_sum(args)
        case EntryProduct():
            return _write_quotient(list(zip(args, matrix.powers, strict=True)))
        case EntryFunction():
            return _fill(_find_format(matrix), args)
        case MatrixOperation():
            rule = ROWS[matrix.name].code
            return _fill(rule, args) if isinstance(rule, str) else rule(matrix, args, names)
        case _:
            assert_never(matrix)


def _write_number(value: Fraction) -> Code:
    power, number = ATOM if value >= 0 else SIGN, FLOATS.constant(value)
    if math.isinf(number):
        return Code("np.inf" if value > 0 else "-np.inf", power)
    if value.denominator == 1:
        return Code(str(value.numerator), power)
    is_short = number == value and value.denominator <= SHORT_DECIMAL
    if is_short or _is_long(value):
        return Code(repr(number), power)
    return Code(f"{value.numerator} / {value.denominator}", PRODUCT)


def _is_long(value: Fraction) -> bool:
    return max(abs(value.numerator), value.denominator) > LARGEST_FRACTION


def _write_variable(name: str, names: NumpyNames) -> str:
    """The variable without its axes of 1."""
    shape, written = names.shapes[name], write_identifier(name)
    if 1 not in shape:
        return written
    return f"{written}[{', '.join('0' if size == 1 else ':' for size in shape)}]"


def _write_ones(matrix: Ones, names: NumpyNames) -> Code:
    sizes = [names.sizes[size] for size in matrix.extent if size is not None]
    return Code(f"np.ones(({', '.join(sizes)}))" if len(sizes) > 1 else f"np.ones({sizes[0]})", ATOM)


def _fill(pattern: str, args: Sequence[Code]) -> Code:
    return Code(pattern.format(*(arg.text for arg in args)), ATOM)


def _find_format(function: EntryFunction) -> str:
    """numpy's spelling; where numpy lacks the function, this program's own."""
    known = ENTRY_CODE.get(function.name)
    if known is not None:
        return known
    from chainrule_cli.matrix.numpy_arrays import is_ufunc  # noqa: PLC0415  # an error does not wait for it

    name, count = function.name, len(function.args)
    spaces = ", ".join(["{}"] * count)
    if is_ufunc(name):
        return f"np.{name}({spaces})"
    return f"chainrule_cli.compile('{name}({', '.join(PARAMETERS[:count])})')({spaces})[0]"


# products


class CodeFactor(NamedTuple):
    """The code of a factor, and its rows and columns as it stands in the product."""

    code: Code
    extent: Extent


def _write_product(matrix: MatrixProduct, args: Sequence[Code]) -> Code:
    sizes = [matrix.args[0].extent[0] or 1, *(each.extent[1] or 1 for each in matrix.args)]
    factors = [CodeFactor(arg, each.extent) for arg, each in zip(args, matrix.args, strict=True)]
    return join_cheaply(factors, sizes, _join).code


def _join(one: CodeFactor, other: CodeFactor) -> CodeFactor:
    """A column and a row make a matrix, and everything else is what @ makes of arrays."""
    extent = (one.extent[0], other.extent[1])
    is_outer = one.extent[1] is None and one.extent[0] is not None and other.extent[0] is None
    if is_outer and other.extent[1] is not None:
        return CodeFactor(Code(f"np.outer({one.code.text}, {other.code.text})", ATOM), extent)
    sign = "*" if SCALAR in (one.extent, other.extent) else "@"
    return CodeFactor(Code(f"{hold(one.code, PRODUCT)} {sign} {hold(other.code, SIGN)}", PRODUCT), extent)


# quotients and sums


def _write_quotient(pieces: Sequence[tuple[Code, Fraction]], factor: Fraction = FIRST) -> Code:
    """number * a * b / c, entry by entry."""
    above = [_raise_to(piece, power) for piece, power in pieces if power > 0]
    below = [_raise_to(piece, -power) for piece, power in pieces if power < 0]
    size = abs(factor)
    if _is_long(factor):
        above.insert(0, _write_number(size))
    else:
        if size.numerator != 1 or not above:
            above.insert(0, Code(str(size.numerator), ATOM))
        if size.denominator != 1:
            below.insert(0, Code(str(size.denominator), ATOM))
    whole = _divide(above, below)
    if factor >= 0:
        return whole
    is_single = len(above) == 1 and not below
    text = hold(whole, SIGN if is_single else PRODUCT)
    return Code(f"-{text}", PRODUCT if whole.power == PRODUCT else SIGN)


def _divide(above: Sequence[Code], below: Sequence[Code]) -> Code:
    if len(above) == 1 and not below:
        return above[0]
    text = " * ".join(hold(each, SIGN) for each in above)
    if not below:
        return Code(text, PRODUCT)
    is_single = len(below) == 1 and below[0].power >= SIGN
    bottom = below[0].text if is_single else f"({' * '.join(hold(each, SIGN) for each in below)})"
    return Code(f"{text} / {bottom}", PRODUCT)


def _raise_to(piece: Code, power: Fraction) -> Code:
    return piece if power == 1 else Code(f"{hold(piece, ATOM)}**{hold(_write_number(power), ATOM)}", POWER)


def _write_sum(terms: Sequence[Code]) -> Code:
    text = terms[0].text
    for term in terms[1:]:
        text += f" - {term.text[1:]}" if term.text.startswith("-") else f" + {term.text}"
    return Code(text, SUM)
