"""Matrix algebra -> Syntax of the matrix notation, which the writers write and the reader reads again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import reduce

from chainrule_cli.matrix.algebra import Matrix, Powers, taken_apart
from chainrule_cli.notation.build import terminates
from chainrule_cli.notation.syntax import Apply, Name, Number, Syntax

LONGEST_FRACTION = 100


def spelled(matrix: Matrix, sizes: Mapping[int, str]) -> Syntax:
    """The matrix as a formula. sizes: what each stand-in of a size is called."""
    known: dict[int, Syntax] = {}

    def visit(node: Matrix) -> Syntax:
        if id(node) not in known:
            known[id(node)] = _spelled(node, [visit(arg) for arg in node.args], sizes)
        return known[id(node)]

    return visit(matrix)


def _spelled(matrix: Matrix, args: list[Syntax], sizes: Mapping[int, str]) -> Syntax:  # noqa: C901  # one case each
    match matrix.kind:
        case "number":
            return number(matrix.value)
        case "name":
            return Name(matrix.value)
        case "size":
            return size(sizes[matrix.value])
        case "pi" | "eye":
            return Apply(matrix.kind, ())
        case "ones":
            return _ones(matrix)
        case "turned":
            return Apply("'", (args[0],))
        case "product":
            return Apply("*", tuple(args))
        case "scaled":
            return _scaled(matrix, args)
        case "sum":
            return Apply("+", tuple(args))
        case "entrywise":
            return _entrywise(args, matrix.value)
        case "operation" if matrix.value == ".^" and matrix.scalar:
            return Apply("^", tuple(args))
    return Apply(matrix.value, tuple(args))


def size(text: str) -> Syntax:
    return Number(int(text)) if text.isdigit() else Name(text)


def number(value: Fraction) -> Syntax:
    """A number: whole, a fraction, a decimal where that is shorter."""
    if value < 0:
        return Apply("neg", (number(-value),))
    if value.denominator == 1:
        return Number(value.numerator)
    if value.denominator > LONGEST_FRACTION and terminates(value):
        return Number(value, decimal=True)
    return Apply("/", (Number(value.numerator), Number(value.denominator)))


def _ones(matrix: Matrix) -> Syntax:
    one = (Number(1),)
    if matrix.whole:
        return Apply("matrix", one)
    column = Apply("vector", one)
    return column if matrix.extent[1] is None else Apply("'", (column,))


def _raised(base: Syntax, power: Fraction, sign: str) -> Syntax:
    return base if power == 1 else Apply(sign, (base, number(power)))


def _scaled(matrix: Matrix, args: Sequence[Syntax]) -> Syntax:
    factor, powers, body = taken_apart(matrix)
    counts, means = _means(powers)
    above: list[Syntax] = [Number(abs(factor.numerator))] if abs(factor.numerator) != 1 else []
    below: list[Syntax] = [Number(factor.denominator)] if factor.denominator != 1 else []
    for syntax, (each, typed) in zip(args, powers, strict=False):
        power = counts.get(each, typed)
        if power:
            base = Apply("mean", syntax.args) if each in means and isinstance(syntax, Apply) else syntax
            (above if power > 0 else below).append(_raised(base, abs(power), "^"))
    if body is not None:
        last = args[-1]
        above += last.args if isinstance(last, Apply) and last.function == "*" else [last]
    whole = _product(above)
    if below:
        whole = Apply("/", (whole, _product(below)))
    return Apply("neg", (whole,)) if factor < 0 else whole


def _means(powers: Powers) -> tuple[dict[Matrix, Fraction], set[Matrix]]:
    """The powers of sizes without those that sums over as many entries take up, and these sums: sum(x)/n is mean(x)."""
    counts = {each: power for each, power in powers if each.kind == "size"}
    means = set[Matrix]()
    for each, power in powers:
        if each.kind == "operation" and each.value == "sum" and power > 0:
            left = dict(counts)
            for size in each.args[0].extent:
                if size is not None:
                    count = Matrix("size", value=size)
                    left[count] = left.get(count, Fraction(0)) + power
            if all(left[count] <= 0 for count in left if left[count] != counts.get(count)):
                counts = left
                means.add(each)
    return counts, means


def _product(factors: Sequence[Syntax]) -> Syntax:
    return Number(1) if not factors else factors[0] if len(factors) == 1 else Apply("*", tuple(factors))


def _entrywise(args: Sequence[Syntax], powers: Sequence[Fraction]) -> Syntax:
    above = [_raised(arg, power, ".^") for arg, power in zip(args, powers, strict=True) if power > 0]
    below = [_raised(arg, -power, ".^") for arg, power in zip(args, powers, strict=True) if power < 0]
    top: Syntax = reduce(lambda one, other: Apply(".*", (one, other)), above) if above else Number(1)
    return reduce(lambda one, other: Apply("./", (one, other)), below, top)
