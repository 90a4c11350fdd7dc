"""Matrix algebra -> Syntax of the matrix notation, which the writers write and the reader reads again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import reduce
from typing import assert_never

from chainrule_cli.matrix.nodes import (
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
    Powers,
    Scaled,
    SizeNumber,
    Transposed,
    is_operation,
    make_size,
    split_factors,
)
from chainrule_cli.notation.build import terminates
from chainrule_cli.notation.syntax import Apply, Name, Number, Syntax

LONGEST_FRACTION = 100


def spell(matrix: Matrix, sizes: Mapping[int, str]) -> Syntax:
    """The matrix as a formula. sizes: what each stand-in of a size is called."""
    known: dict[int, Syntax] = {}

    def visit(node: Matrix) -> Syntax:
        if id(node) not in known:
            known[id(node)] = _spell(node, tuple(visit(arg) for arg in node.args), sizes)
        return known[id(node)]

    return visit(matrix)


def _spell(  # noqa: C901, PLR0912  # one case each
    matrix: Matrix, args: tuple[Syntax, ...], sizes: Mapping[int, str]
) -> Syntax:
    match matrix:
        case MatrixNumber():
            return spell_number(matrix.value)
        case MatrixName():
            return Name(matrix.name)
        case SizeNumber():
            return _spell_size(sizes[matrix.size])
        case Pi():
            return Apply("pi", ())
        case Eye():
            return Apply("eye", ())
        case Ones():
            return _spell_ones(matrix)
        case Transposed():
            return Apply("'", args)
        case MatrixProduct():
            return Apply("*", args)
        case Scaled():
            return _spell_scaled(matrix, args)
        case MatrixSum():
            return Apply("+", args)
        case EntryProduct():
            return _spell_entries(args, matrix.powers)
        case MatrixOperation(name=".^") if matrix.is_scalar:
            return Apply("^", args)
        case EntryFunction() | MatrixOperation():
            return Apply(matrix.name, args)
        case _:
            assert_never(matrix)


def _spell_size(text: str) -> Syntax:
    return Number(int(text)) if text.isdigit() else Name(text)


def spell_number(value: Fraction) -> Syntax:
    """A number: whole, a fraction, a decimal where that is shorter."""
    if value < 0:
        return Apply("neg", (spell_number(-value),))
    if value.denominator == 1:
        return Number(value.numerator)
    if value.denominator > LONGEST_FRACTION and terminates(value):
        return Number(value, decimal=True)
    return Apply("/", (Number(value.numerator), Number(value.denominator)))


def _spell_ones(matrix: Ones) -> Syntax:
    one = (Number(1),)
    if matrix.is_whole:
        return Apply("matrix", one)
    column = Apply("vector", one)
    return column if matrix.extent[1] is None else Apply("'", (column,))


def _raise_to(base: Syntax, power: Fraction, sign: str) -> Syntax:
    return base if power == 1 else Apply(sign, (base, spell_number(power)))


def _spell_scaled(matrix: Scaled, args: Sequence[Syntax]) -> Syntax:
    factor, powers, body = split_factors(matrix)
    counts, means = _find_means(powers)
    above: list[Syntax] = [Number(abs(factor.numerator))] if abs(factor.numerator) != 1 else []
    below: list[Syntax] = [Number(factor.denominator)] if factor.denominator != 1 else []
    for syntax, (each, typed) in zip(args, powers, strict=False):
        power = counts.get(each, typed)
        if power:
            base = Apply("mean", syntax.args) if each in means and isinstance(syntax, Apply) else syntax
            (above if power > 0 else below).append(_raise_to(base, abs(power), "^"))
    if body is not None:
        last = args[-1]
        above += last.args if isinstance(last, Apply) and last.function == "*" else [last]
    whole = spell_quotient(above, below)
    return Apply("neg", (whole,)) if factor < 0 else whole


def _find_means(powers: Powers) -> tuple[dict[Matrix, Fraction], set[Matrix]]:
    """sum(x)/n is mean(x): the powers of sizes that no sum takes up, and the sums that take up one."""
    counts: dict[Matrix, Fraction] = {each: power for each, power in powers if isinstance(each, SizeNumber)}
    means = set[Matrix]()
    for each, power in powers:
        if is_operation(each, "sum") and power > 0:
            left = dict(counts)
            for size in each.args[0].extent:
                if size is not None:
                    count = make_size(size)
                    left[count] = left.get(count, Fraction(0)) + power
            if all(left[count] <= 0 for count in left if left[count] != counts.get(count)):
                counts = left
                means.add(each)
    return counts, means


def spell_product(factors: Sequence[Syntax]) -> Syntax:
    """Factors side by side; none are 1."""
    return Number(1) if not factors else factors[0] if len(factors) == 1 else Apply("*", tuple(factors))


def spell_quotient(above: Sequence[Syntax], below: Sequence[Syntax]) -> Syntax:
    whole = spell_product(above)
    return Apply("/", (whole, spell_product(below))) if below else whole


def _spell_entries(args: Sequence[Syntax], powers: Sequence[Fraction]) -> Syntax:
    above = [_raise_to(arg, power, ".^") for arg, power in zip(args, powers, strict=True) if power > 0]
    below = [_raise_to(arg, -power, ".^") for arg, power in zip(args, powers, strict=True) if power < 0]
    top: Syntax = reduce(lambda one, other: Apply(".*", (one, other)), above) if above else Number(1)
    return reduce(lambda one, other: Apply("./", (one, other)), below, top)
