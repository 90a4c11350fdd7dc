"""Matrix algebra as a tree: products, sums, transposes, products entry by entry, functions; made tidy as it is made.

The makers below keep a normal form: a number and powers of scalars in front of at most one body, transposes pushed into products,
eye and ones absorbed, like terms added up, what all terms of a sum share taken out. Sizes are stand-ins. Refuses to know graphs
and notations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from itertools import product as product_of
from math import gcd, prod
from typing import Any, TypeAlias

Extent: TypeAlias = "tuple[int | None, int | None]"
SCALAR: Extent = (None, None)
LONGEST_PRODUCT = 16
"""Terms of a product of sums that is written out."""

MUCH_SHORTER = 0.75
"""Of its length a sum of products has to lose to be written out."""


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """kind: number, name, size, pi, ones, eye, product, scaled, sum, turned, entrywise, function, operation.

    value: of a number or a size its number; of a name, a function or an operation its name; of scaled the number and the powers of
    the scalars, its first arguments; of entrywise the power of each argument. parts: how many nodes, written out."""

    kind: str
    args: tuple[Matrix, ...] = ()
    extent: Extent = SCALAR
    value: Any = None
    key: int = field(init=False, repr=False)
    parts: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", hash((self.kind, self.args, self.extent, self.value)))
        object.__setattr__(self, "parts", 1 + sum(arg.parts for arg in self.args))

    def __hash__(self) -> int:
        return self.key

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Matrix) or self.key != other.key:
            return False
        return (self.kind, self.extent, self.value, self.args) == (
            other.kind,
            other.extent,
            other.value,
            other.args,
        )

    @property
    def scalar(self) -> bool:
        return self.extent == SCALAR

    @property
    def whole(self) -> bool:
        """Whether it has rows and columns."""
        return None not in self.extent


Powers: TypeAlias = "tuple[tuple[Matrix, Fraction], ...]"


def number(value: Fraction | int) -> Matrix:
    return Matrix("number", value=Fraction(value))


ZERO, ONE = number(0), number(1)


def ones(extent: Extent) -> Matrix:
    return ONE if extent == SCALAR else Matrix("ones", extent=extent)


def eye(size: int) -> Matrix:
    return Matrix("eye", extent=(size, size))


def name(text: str, extent: Extent) -> Matrix:
    return Matrix("name", extent=extent, value=text)


# numbers and scalars in front


def taken_apart(matrix: Matrix) -> tuple[Fraction, Powers, Matrix | None]:
    """The number, the powers of scalars, and what is left: scale() puts them together again."""
    if matrix.kind == "number":
        return matrix.value, (), None
    if matrix.kind == "scaled":
        factor, powers = matrix.value
        body = matrix.args[-1] if len(matrix.args) > len(powers) else None
        return factor, tuple(zip(matrix.args, powers, strict=False)), body
    if matrix.scalar:
        return Fraction(1), ((matrix, Fraction(1)),), None
    return Fraction(1), (), matrix


def scale(
    factor: Fraction | int, scalars: Iterable[tuple[Matrix, Fraction]], body: Matrix | None = None
) -> Matrix:
    """A number times powers of scalars times a body."""
    pending = list(scalars)
    if body is not None:
        inner, more, body = taken_apart(body)
        factor *= inner
        pending += more
    within, powers = _collected(pending)
    total = factor * within
    body = _softmax(body, powers)
    shorter = _named(powers, SCALAR, lambda factors: scale(1, factors))
    if shorter is not None:
        return scale(total, [(shorter, Fraction(1))], body)
    kept = tuple((each, power) for each, power in powers.items() if power)
    if total == 0:
        return (
            ZERO if body is None else Matrix("scaled", (ones(body.extent),), body.extent, (Fraction(0), ()))
        )
    if not kept and total == 1 and body is not None:
        return body
    if not kept and body is None:
        return number(total)
    if body is None and total == 1 and len(kept) == 1 and kept[0][1] == 1:
        return kept[0][0]
    extent = SCALAR if body is None else body.extent
    return Matrix(
        "scaled",
        (*(each for each, _ in kept), *([body] if body is not None else [])),
        extent,
        (total, tuple(power for _, power in kept)),
    )


def _collected(scalars: Iterable[tuple[Matrix, Fraction]]) -> tuple[Fraction, dict[Matrix, Fraction]]:
    """A product of powers of scalars as a number and powers of what is no number and no such product."""
    total, powers = Fraction(1), dict[Matrix, Fraction]()
    for typed, exponent_of in scalars:
        scalar, power = _plainer(typed, exponent_of)
        inner, more, _ = taken_apart(scalar)
        if scalar.kind not in ("scaled", "number") or power.denominator != 1 or (inner == 0 and power < 0):
            more = ((scalar, Fraction(1)),)
        else:
            total *= inner ** int(power)
        for each, exponent in more:
            powers[each] = powers.get(each, Fraction(0)) + exponent * power
    return total, powers


def _softmax(body: Matrix | None, powers: dict[Matrix, Fraction]) -> Matrix | None:
    """exp(x)/sum(exp(x)) by its name; the sum's power goes up by one."""
    for below in [
        each
        for each, power in powers.items()
        if power <= -1 and each.kind == "operation" and each.value == "sum"
    ]:
        top = below.args[0]
        if top.kind != "function" or top.value != "exp" or top.whole:
            continue
        while body is not None and powers[below] <= -1:
            found = _with_instead(body, top, operation("softmax", top.args, top.extent))
            if found is None:
                break
            body = found
            powers[below] += 1
    return body


def _with_instead(body: Matrix, old: Matrix, new: Matrix) -> Matrix | None:
    """The body with one factor in place of another; None where it is no factor of it."""
    if body == old:
        return new
    if body.kind not in ("turned", "product", "entrywise") and not (
        body.kind == "operation" and body.value == "diag" and body.whole
    ):
        return None
    for place, each in enumerate(body.args):
        if body.kind == "entrywise" and (each == old) and body.value[place] >= 1:
            rest = [
                (other, power - (at == place))
                for at, (other, power) in enumerate(zip(body.args, body.value, strict=True))
            ]
            return entrywise([(new, Fraction(1)), *rest])
        inner = _with_instead(each, old, new) if body.kind != "entrywise" else None
        if inner is not None:
            args = (*body.args[:place], inner, *body.args[place + 1 :])
            return (
                turned(inner)
                if body.kind == "turned"
                else product(args)
                if body.kind == "product"
                else diag(inner)
            )
    return None


def transposes(matrix: Matrix) -> int:
    """How many there are, written out."""
    return int(matrix.kind == "turned") + sum(map(transposes, matrix.args))


def negative(matrix: Matrix) -> Matrix:
    return scale(-1, (), matrix)


def is_zero(matrix: Matrix) -> bool:
    return (matrix.kind == "number" and matrix.value == 0) or (
        matrix.kind == "scaled" and matrix.value[0] == 0
    )


# transposes and products


def turned(matrix: Matrix) -> Matrix:
    rows, columns = matrix.extent
    match matrix.kind:
        case _ if matrix.scalar:
            return matrix
        case "turned":
            return matrix.args[0]
        case _ if _symmetric(matrix):
            return matrix
        case "ones" if matrix.whole:
            return ones((columns, rows))
        case "product":
            return product([turned(each) for each in reversed(matrix.args)])
        case "scaled":
            factor, powers, body = taken_apart(matrix)
            return scale(factor, powers, turned(body)) if body is not None else matrix
        case "entrywise" if matrix.whole and all(
            each.kind in ("name", "turned", "product") for each in matrix.args
        ):
            return entrywise(
                [(turned(each), power) for each, power in zip(matrix.args, matrix.value, strict=True)]
            )
    return Matrix("turned", (matrix,), (columns, rows))


def _symmetric(matrix: Matrix) -> bool:
    """Whether its form alone says that it is its own transpose."""
    if matrix.extent[0] != matrix.extent[1]:
        return False
    match matrix.kind:
        case "eye" | "number" | "ones":
            return True
        case "operation":
            return (matrix.value == "diag" and matrix.whole) or (
                matrix.value == "inv" and _symmetric(matrix.args[0])
            )
        case "sum":
            return all(each.scalar or _symmetric(each) for each in matrix.args)
        case "scaled":
            body = taken_apart(matrix)[2]
            return body is None or _symmetric(body)
        case "product":
            return tuple(turned(each) for each in reversed(matrix.args)) == matrix.args
    return False


def product(factors: Sequence[Matrix]) -> Matrix:
    """The matrix product of factors whose inner sizes agree; numbers and scalars go in front."""
    factor, scalars, bodies = Fraction(1), list[tuple[Matrix, Fraction]](), list[Matrix]()
    for each in factors:
        inner, powers, body = taken_apart(each)
        factor *= inner
        scalars += powers
        if body is not None:
            bodies += body.args if body.kind == "product" else [body]
    bodies = [each for each in bodies if each.kind != "eye"] or bodies[:1]
    bodies = _diagonals_joined(bodies)
    inside = _scalar_inside(bodies)
    if inside is not None:
        first, last = inside
        between = product(bodies[first : last + 1])
        return product(
            [scale(factor, [*scalars, (between, Fraction(1))]), *bodies[:first], *bodies[last + 1 :]]
        )
    if not bodies:
        return scale(factor, scalars)
    if len(bodies) == 1:
        return scale(factor, scalars, bodies[0])
    extent = (bodies[0].extent[0], bodies[-1].extent[1])
    if len(bodies) == 2 and None not in extent and all(_is_ones(each) for each in bodies):
        return scale(factor, scalars, ones(extent))
    short = _shortened(bodies, extent)
    if short is not None:
        return (
            scale(factor, scalars, short)
            if not short.scalar
            else scale(factor, [*scalars, (short, Fraction(1))])
        )
    if extent == SCALAR:
        return scale(factor, [*scalars, (Matrix("product", _forward(bodies), extent), Fraction(1))])
    return scale(factor, scalars, Matrix("product", tuple(bodies), extent))


def _forward(bodies: Sequence[Matrix]) -> tuple[Matrix, ...]:
    """A number is its own transpose: the way round that has fewer transposes, then the one that comes first in the alphabet."""
    back = tuple(turned(each) for each in reversed(bodies))
    return min(tuple(bodies), back, key=lambda each: (sum(map(transposes, each)), list(map(_letters, each))))


def _letters(matrix: Matrix) -> str:
    """What an order of matrices goes by."""
    own = str(matrix.value) if matrix.kind in ("name", "function", "operation") else ""
    return " ".join([own, *map(_letters, matrix.args)]).strip()


def _is_ones(matrix: Matrix) -> bool:
    return matrix.kind == "ones" or (matrix.kind == "turned" and matrix.args[0].kind == "ones")


def _scalar_inside(bodies: Sequence[Matrix]) -> tuple[int, int] | None:
    """A row and what follows it up to a column, within a longer product: together they are a number."""
    for first, each in enumerate(bodies):
        if each.extent[0] is None:
            last = next((at for at in range(first, len(bodies)) if bodies[at].extent[1] is None), None)
            if last is not None and last - first + 1 < len(bodies):
                return first, last
    return None


def _diagonals_joined(bodies: list[Matrix]) -> list[Matrix]:
    """diag(v)*x is v.*x, x'*diag(v) its transpose."""
    found: list[Matrix] = []
    for each in bodies:
        last = found[-1] if found else None
        if (
            last is not None
            and last.kind == "operation"
            and last.value == "diag"
            and last.whole
            and each.extent[1] is None
            and each.kind != "product"
        ):
            found[-1] = entrywise([(last.args[0], Fraction(1)), (each, Fraction(1))])
        elif (
            last is not None
            and each.kind == "operation"
            and each.value == "diag"
            and each.whole
            and last.extent[0] is None
        ):
            found[-1] = turned(entrywise([(turned(last), Fraction(1)), (each.args[0], Fraction(1))]))
        else:
            found.append(each)
    return found


def _shortened(bodies: list[Matrix], extent: Extent) -> Matrix | None:
    """ones'*ones is a size, ones'*x the sum of x; ones between two is left."""
    if len(bodies) != 2 or extent != SCALAR:  # a row and a column
        return None
    first, second = turned(bodies[0]), bodies[1]
    if first.kind == "ones" and second.kind == "ones":
        return Matrix("size", value=first.extent[0])
    if first.kind == "ones" or second.kind == "ones":
        return total(second if first.kind == "ones" else first)
    return None


def total(matrix: Matrix) -> Matrix:
    """The sum of all entries."""
    if matrix.scalar:
        return matrix
    factor, powers, body = taken_apart(matrix)
    if body is None:
        return matrix
    if body.kind == "ones":
        sizes = [(Matrix("size", value=size), Fraction(1)) for size in body.extent if size is not None]
        return scale(factor, [*powers, *sizes])
    if body.kind == "turned":
        body = body.args[0]
    if body.kind == "sum" and any(each.scalar for each in body.args):
        inside = add(
            [
                total(scale(1, [(each, Fraction(1))], ones(body.extent)) if each.scalar else each)
                for each in body.args
            ],
            SCALAR,
        )
        return scale(factor, [*powers, (inside, Fraction(1))])
    if body.kind == "operation" and body.value == "diag":
        return scale(factor, powers, total(body.args[0]) if body.whole else trace(body.args[0]))
    if body.kind == "operation" and body.value == "softmax" and not body.whole:
        return scale(factor, powers)
    absolute = body.kind == "function" and body.value == "abs"
    found = Matrix("operation", (body.args[0] if absolute else body,), value="norm1" if absolute else "sum")
    return scale(factor, [*powers, (found, Fraction(1))])


# entry by entry


def entrywise(factors: Iterable[tuple[Matrix, Fraction]]) -> Matrix:
    """The product, entry by entry, of powers of matrices of one shape; of a single one, its power."""
    factor, scalars, powers = Fraction(1), list[tuple[Matrix, Fraction]](), dict[Matrix, Fraction]()
    extent = SCALAR
    for each, power in factors:
        inner, more, body = taken_apart(each)
        if body is None:
            scalars.append((each, power))
            continue
        extent = body.extent
        if (power.denominator != 1 and (inner != 1 or more)) or (inner == 0 and power < 0):
            body, inner, more = each, Fraction(1), ()
        factor *= inner ** int(power) if power.denominator == 1 else 1
        scalars += [(scalar, exponent * power) for scalar, exponent in more]
        for inside, exponent in _inside(body, power):
            powers[inside] = powers.get(inside, Fraction(0)) + exponent
    shorter = _named(powers, extent, entrywise)
    if shorter is not None:
        return scale(factor, scalars, shorter)
    kept = [_plainer(each, power) for each, power in powers.items() if power]
    if extent == SCALAR:
        return scale(factor, scalars)
    if not kept:
        return scale(factor, scalars, ones(extent))
    if len(kept) == 1 and kept[0][1] == 1:
        return scale(factor, scalars, kept[0][0])
    kept.sort(key=lambda pair: pair[1] < 0)
    return scale(
        factor,
        scalars,
        Matrix("entrywise", tuple(each for each, _ in kept), extent, tuple(power for _, power in kept)),
    )


def _inside(body: Matrix, power: Fraction) -> Iterator[tuple[Matrix, Fraction]]:
    """The powers that a power of a product entry by entry is made of; none for ones."""
    if body.kind == "entrywise" and power.denominator == 1:
        yield from ((each, exponent * power) for each, exponent in zip(body.args, body.value, strict=True))
    elif body.kind != "ones":
        yield body, power


Times: TypeAlias = "Callable[[list[tuple[Matrix, Fraction]]], Matrix]"


def _named(powers: dict[Matrix, Fraction], extent: Extent, times: Times) -> Matrix | None:
    """Factors by the names of what they are together; the product, where one of them is a sum that is better multiplied out."""
    _sigmoids(powers)
    _signs(powers)
    return _multiplied_out(powers, extent, times)


def _sigmoids(powers: dict[Matrix, Fraction]) -> None:
    """1./(1 + exp(-x)) by its name, s = sigmoid(x); s.*exp(-x) is sigmoid(-x), and that times s is s.*(1 - s)."""
    for each in [
        each for each, power in powers.items() if each.kind == "sum" and len(each.args) == 2 and power < 0
    ]:
        top = next((term for term in each.args if _is_function(term, "exp")), None)
        if top is not None and ONE in each.args:
            _moved(powers, each, function("sigmoid", negative(top.args[0])), -powers[each])
    grown = [each for each in powers if _is_function(each, "exp") or _is_function(each, "sigmoid")]
    for each in grown if len(grown) > 1 else ():
        if each not in powers or each.value == "exp":
            continue
        opposite = negative(each.args[0])
        other, growth = function("sigmoid", opposite), function("exp", opposite)
        shared = min(powers[each], powers.get(growth, Fraction(0)))
        if shared > 0:
            powers[growth] -= shared
            powers[each] -= shared
            powers[other] = powers.get(other, Fraction(0)) + shared
        if min(powers[each], powers.get(other, Fraction(0))) > 0 and taken_apart(each.args[0])[0] > 0:
            _moved(powers, other, add([ONE, negative(each)], each.extent), powers[other])


def _moved(powers: dict[Matrix, Fraction], old: Matrix, new: Matrix, power: Fraction) -> None:
    """One factor in place of another."""
    powers.pop(old)
    powers[new] = powers.get(new, Fraction(0)) + power


def _multiplied_out(powers: Mapping[Matrix, Fraction], extent: Extent, times: Times) -> Matrix | None:
    """A sum of quotients times all that they are over: ((1 - y)./(1 - p) - y./p).*p.*(1 - p) is p - y. None where no such sum is."""
    above = {each for each, power in powers.items() if power > 0}
    for each, power in powers.items():
        below = set(_denominators(each)) if each.kind == "sum" and power == 1 else set()
        if below and below <= above:
            rest = [pair for pair in powers.items() if pair[0] != each and pair[1]]
            return add([times([(term, Fraction(1)), *rest]) for term in each.args], extent)
    return None


def _denominators(matrix: Matrix) -> Iterator[Matrix]:
    """What the terms of a sum are over: of numbers the scalars, of matrices what they are over entry by entry."""
    for term in matrix.args:
        _, powers, body = taken_apart(term)
        if matrix.scalar:
            yield from (each for each, power in powers if power < 0)
        elif body is not None and body.kind == "entrywise":
            yield from (each for each, power in zip(body.args, body.value, strict=True) if power < 0)


def _parts_of(term: Matrix, times: Times) -> list[Matrix]:
    """A product of sums as a sum of products; as it is where that is long."""
    factor, powers, body = taken_apart(term)
    factors = list(powers)
    if body is not None:
        factors += (
            zip(body.args, body.value, strict=True) if body.kind == "entrywise" else [(body, Fraction(1))]
        )
    choices: list[list[tuple[Matrix, Fraction]]] = []
    for each, power in factors:
        inside = (
            [(inner, Fraction(1)) for inner in each.args]
            if each.kind == "sum" and power in (1, 2)
            else [(each, power)]
        )
        choices += [inside] * (int(power) if len(inside) > 1 else 1)
    if prod(map(len, choices)) > LONGEST_PRODUCT:
        return [term]
    return [scale(factor, (), times(list(chosen))) for chosen in product_of(*choices)]


def _signs(powers: dict[Matrix, Fraction]) -> None:
    """abs(x).*sign(x) is x; what is 1 where x is positive, else 0, is its own square and leaves relu(x) as it is."""
    for each in [
        each for each in powers if each.kind == "function" and each.value == "sign" and powers[each] > 0
    ]:
        inside = each.args[0]
        if _is_function(inside, "relu"):
            powers[each] = Fraction(0 if powers.get(inside, Fraction(0)) > 0 else 1)
            continue
        if inside.kind in ("scaled", "entrywise"):  # no factor as it stands
            continue
        size = Matrix("function", (inside,), inside.extent, "abs")
        shared = min(powers[each], powers.get(size, Fraction(0)))
        if shared > 0:
            powers[each] -= shared
            powers[size] -= shared
            powers[inside] = powers.get(inside, Fraction(0)) + shared


def _is_function(matrix: Matrix, text: str) -> bool:
    return matrix.kind == "function" and matrix.value == text


def _plainer(matrix: Matrix, power: Fraction) -> tuple[Matrix, Fraction]:
    """sech(x)^2 is 1 - tanh(x)^2."""
    if matrix.kind == "turned":
        inner, exponent = _plainer(matrix.args[0], power)
        return (matrix, power) if inner is matrix.args[0] else (turned(inner), exponent)
    if matrix.kind == "function" and matrix.value == "sech" and power % 2 == 0:
        square = (
            entrywise([(function("tanh", matrix.args[0]), Fraction(2))])
            if not matrix.scalar
            else scale(1, [(function("tanh", matrix.args[0]), Fraction(2))])
        )
        return add([ONE, negative(square)], matrix.extent), power / 2
    return matrix, power


ODD = frozenset(["sin", "tan", "asin", "atan", "sinh", "tanh", "asinh", "atanh", "erf", "sign"])
EVEN = frozenset(["cos", "cosh", "abs", "sech", "sec"])


def function(text: str, *args: Matrix) -> Matrix:
    """A function that goes entry by entry over its last argument; a minus inside goes in front, or away."""
    argument = args[-1]
    if len(args) > 1:
        return Matrix("function", args, argument.extent, text)
    if text in ODD | EVEN and taken_apart(argument)[0] < 0:
        plain = function(text, negative(argument))
        return negative(plain) if text in ODD else plain
    if text == "sign" and _is_function(argument, "abs"):
        greatest = _apart_from_the_greatest(argument.args[0])
        if greatest is not None:
            return add([ONE, negative(operation("ismax", [greatest], greatest.extent))], greatest.extent)
    if (text == "relu" and _is_function(argument, "relu")) or (
        text == "abs" and _is_function(argument, "abs")
    ):
        return argument
    return Matrix("function", (argument,), argument.extent, text)


def _apart_from_the_greatest(difference: Matrix) -> Matrix | None:
    """The x of x - max(x), or of its negative."""
    for place, each in enumerate(difference.args if difference.kind == "sum" else ()):
        factor, powers, body = taken_apart(each)
        if (
            body is None
            and abs(factor) == 1
            and len(powers) == 1
            and powers[0][1] == 1
            and powers[0][0].value == "max"
        ):
            rest = [scale(-factor, (), other) for at, other in enumerate(difference.args) if at != place]
            greatest = powers[0][0].args[0]
            return greatest if add(rest, difference.extent) == greatest else None
    return None


def operation(text: str, args: Sequence[Matrix], extent: Extent = SCALAR) -> Matrix:
    """An operation of whole matrices, such as inv or tr."""
    return Matrix("operation", tuple(args), extent, text)


def diag(column: Matrix) -> Matrix:
    """A column on the diagonal of a matrix."""
    factor, powers, body = taken_apart(column)
    size = column.extent[0] or 1
    if body is None or body.kind == "ones":
        return scale(factor, powers, eye(size))
    if body.kind == "operation" and body.value == "diag" and body.args[0].kind == "eye":
        return scale(factor, powers, eye(size))
    return scale(factor, powers, operation("diag", [body], (size, size)))


def diagonal(matrix: Matrix) -> Matrix:
    """The diagonal of a square matrix as a column."""
    factor, powers, body = taken_apart(matrix)
    size = matrix.extent[0]
    if body is None or body.kind == "eye":
        return scale(factor, powers, ones((size, None)))
    if body.kind == "operation" and body.value == "diag":
        return scale(factor, powers, body.args[0])
    return scale(factor, powers, operation("diag", [body], (size, None)))


def trace(matrix: Matrix) -> Matrix:
    factor, powers, body = taken_apart(matrix)
    if body is None:
        return matrix
    if body.kind == "eye":
        return scale(factor, [*powers, (Matrix("size", value=body.extent[0]), Fraction(1))])
    if body.kind == "turned":
        body = body.args[0]
    return scale(factor, [*powers, (operation("tr", [body]), Fraction(1))])


def inverse(matrix: Matrix) -> Matrix:
    factor, powers, body = taken_apart(matrix)
    if body is None or factor == 0:
        return operation("inv", [matrix], matrix.extent)
    if body.kind == "eye":
        found = body
    elif body.kind == "operation" and body.value == "inv":
        found = body.args[0]
    elif body.kind == "turned":
        found = turned(inverse(body.args[0]))
    else:
        found = operation("inv", [body], body.extent)
    return scale(1 / factor, [(each, -power) for each, power in powers], found)


# sums


def add(terms: Sequence[Matrix], extent: Extent) -> Matrix:
    """The sum: like terms together, what all share in front, products of sums written out where that is much shorter.

    extent: of the sum, where every term may be a number."""
    found = _added(terms, extent)
    times: Times = entrywise if extent != SCALAR else lambda factors: scale(1, factors)
    parts = [_parts_of(term, times) for term in _flat(terms)]
    if len(parts) < 2 or all(len(each) == 1 for each in parts) or sum(map(len, parts)) > LONGEST_PRODUCT:
        return found
    written_out = _added([part for each in parts for part in each], extent)
    return written_out if written_out.parts < MUCH_SHORTER * found.parts else found


def _added(terms: Sequence[Matrix], extent: Extent) -> Matrix:
    counted: dict[tuple[frozenset[tuple[Matrix, Fraction]], Matrix | None], tuple[Fraction, Powers]] = {}
    flat = _diagonals_added(list(_flat(terms)))
    bodies = [
        body for body in (taken_apart(term)[2] for term in flat) if body is not None and body.kind != "ones"
    ]
    filled = ones(extent) if any(map(_diagonal_matrix, bodies)) else None
    for term in flat:
        factor, powers, body = taken_apart(term)
        if body is None or body.kind == "ones":
            body = filled
        key = (frozenset(powers), body)
        before, first = counted.get(key, (Fraction(0), powers))
        counted[key] = (before + factor, first)
    kept = [(factor, powers, body) for (_, body), (factor, powers) in counted.items() if factor]
    if not kept:
        return scale(0, (), ones(extent)) if extent != SCALAR else ZERO
    if len(kept) == 1:
        factor, powers, body = kept[0]
        return scale(factor, powers, body if body is not None or extent == SCALAR else ones(extent))
    if extent != SCALAR and all(body is None for _, _, body in kept):
        return scale(
            1,
            [(add([scale(factor, powers) for factor, powers, _ in kept], SCALAR), Fraction(1))],
            ones(extent),
        )
    return _shared_out(kept, extent)


def _diagonals_added(terms: list[Matrix]) -> list[Matrix]:
    """diag(x) + diag(y) is diag(x + y)."""
    columns: list[Matrix] = []
    rest: list[Matrix] = []
    for term in terms:
        factor, powers, body = taken_apart(term)
        if body is not None and body.kind == "operation" and body.value == "diag" and body.whole:
            columns.append(scale(factor, powers, body.args[0]))
        else:
            rest.append(term)
    if len(columns) < 2:
        return terms
    return [*rest, diag(add(columns, columns[0].extent))]


def _diagonal_matrix(matrix: Matrix) -> bool:
    """Beside these a number would be taken for that multiple of eye."""
    return matrix.kind == "eye" or (matrix.kind == "operation" and matrix.value == "diag" and matrix.whole)


def _flat(terms: Iterable[Matrix]) -> Iterable[Matrix]:
    for term in terms:
        factor, powers, body = taken_apart(term)
        inside = (
            body if body is not None else powers[0][0] if len(powers) == 1 and powers[0][1] == 1 else None
        )
        if inside is not None and inside.kind == "sum" and not (powers and body is not None):
            yield from (scale(factor, (), each) for each in inside.args)
        elif not is_zero(term):
            yield term


Parts: TypeAlias = "tuple[Fraction, Powers, Matrix | None]"


def _shared_out(kept: list[Parts], extent: Extent) -> Matrix:
    """A sum with what its terms share taken out: numbers, scalars, the first and the last factors of products."""
    common = dict(kept[0][1])
    for _, powers, _ in kept[1:]:
        others = dict(powers)
        common = {each: power for each, power in common.items() if others.get(each) == power}
    factor = _content([each for each, _, _ in kept])
    if extent == SCALAR:
        common = {}
    stripped = [
        (own / factor, tuple(pair for pair in powers if pair[0] not in common), body)
        for own, powers, body in kept
    ]
    outside = tuple(common.items())
    if (outside or factor != 1) and any(
        body is not None and body.kind == "sum" and not powers for _, powers, body in stripped
    ):
        return scale(factor, outside, add([scale(*each) for each in stripped], extent))
    heads, tails = _ends(stripped)
    if heads or tails:
        inner = [(own, powers, _within(body, len(heads), len(tails))) for own, powers, body in stripped]
        middle = add([scale(*each) for each in inner], _middle_extent(inner))
        return scale(factor, outside, product([*heads, middle, *tails]))
    if stripped[0][2] is not None and all(body == stripped[0][2] for _, _, body in stripped):
        inside = add([scale(own, powers) for own, powers, _ in stripped], SCALAR)
        return scale(factor, [*outside, (inside, Fraction(1))], stripped[0][2])
    shared = _shared_entries([body for _, _, body in stripped])
    if shared:
        inner = [(own, powers, _without(body, shared)) for own, powers, body in stripped]
        return scale(
            factor,
            outside,
            entrywise([*shared.items(), (add([scale(*each) for each in inner], extent), Fraction(1))]),
        )
    grouped = _grouped(stripped)
    if grouped is not None and len(grouped) < len(stripped):
        return scale(factor, outside, _sum(grouped, extent))
    if factor != 1 and extent == SCALAR:
        return scale(factor, [*outside, (_sum([scale(*each) for each in stripped], extent), Fraction(1))])
    return scale(factor, outside, _sum([scale(*each) for each in stripped], extent))


def _sum(terms: Sequence[Matrix], extent: Extent) -> Matrix:
    """Terms that begin with a plus go first, and of these the ones with fewer transposes."""
    ordered = sorted(terms, key=lambda term: (taken_apart(term)[0] < 0, transposes(term)))
    return Matrix("sum", tuple(ordered), extent)


def _content(factors: Sequence[Fraction]) -> Fraction:
    """What numerators and denominators have in common, with the sign of the first where all are negative."""
    top = reduce(gcd, (abs(each.numerator) for each in factors))
    bottom = reduce(gcd, (each.denominator for each in factors))
    return Fraction(-top if all(each < 0 for each in factors) else top, bottom)


def _factors(body: Matrix | None) -> tuple[Matrix, ...]:
    return () if body is None else body.args if body.kind == "product" else (body,)


def _ends(terms: Sequence[Parts]) -> tuple[list[Matrix], list[Matrix]]:
    """The factors with which all terms begin, and those with which all end; something is left of each between them."""
    chains = [_factors(body) for _, _, body in terms]
    most = min(map(len, chains)) - 1
    if most < 0:
        return [], []
    heads: list[Matrix] = []
    while len(heads) < most and all(chain[len(heads)] == chains[0][len(heads)] for chain in chains):
        heads.append(chains[0][len(heads)])
    tails: list[Matrix] = []
    while len(heads) + len(tails) < most and all(
        chain[-1 - len(tails)] == chains[0][-1 - len(tails)] for chain in chains
    ):
        tails.insert(0, chains[0][-1 - len(tails)])
    if any(
        not _fits(
            chain[len(heads) : len(chain) - len(tails)], chains[0][len(heads) : len(chains[0]) - len(tails)]
        )
        for chain in chains
    ):
        return [], []
    return heads, tails


def _fits(one: Sequence[Matrix], other: Sequence[Matrix]) -> bool:
    return (one[0].extent[0], one[-1].extent[1]) == (other[0].extent[0], other[-1].extent[1])


def _entries(body: Matrix | None) -> dict[Matrix, Fraction]:
    """The factors, entry by entry, of a body that is no product of matrices and has entries everywhere."""
    if body is None or body.kind in ("product", "ones") or _diagonal_matrix(body):
        return {}
    return dict(zip(body.args, body.value, strict=True)) if body.kind == "entrywise" else {body: Fraction(1)}


def _shared_entries(bodies: Sequence[Matrix | None]) -> dict[Matrix, Fraction]:
    """The powers that all bodies have as factors entry by entry."""
    first, *others = map(_entries, bodies)
    shared = {
        each: min(power, *(other.get(each, Fraction(0)) for other in others)) for each, power in first.items()
    }
    return {each: power for each, power in shared.items() if power > 0}


def _without(body: Matrix | None, shared: Mapping[Matrix, Fraction]) -> Matrix:
    """What is left of a body; ones where that is nothing."""
    assert body is not None  # noqa: S101  # it has factors to share
    return entrywise([*_entries(body).items(), *((each, -power) for each, power in shared.items())])


def _within(body: Matrix | None, heads: int, tails: int) -> Matrix:
    chain = _factors(body)
    return product(chain[heads : len(chain) - tails])


def _middle_extent(inner: Sequence[Parts]) -> Extent:
    return next((body.extent for _, _, body in inner if body is not None), SCALAR)


def _grouped(terms: Sequence[Parts]) -> list[Matrix] | None:
    """Terms that share their scalars and their last factor, or their first one, added up before it."""
    for end in (-1, 0):
        groups: dict[object, list[Parts]] = {}
        for place, term in enumerate(terms):
            chain = _factors(term[2])
            key = (frozenset(term[1]), chain[end]) if len(chain) > 1 else place
            groups.setdefault(key, []).append(term)
        if 1 < len(groups) < len(terms):
            extent = next(body.extent for _, _, body in terms if body is not None)
            return [add([scale(*each) for each in group], extent) for group in groups.values()]
    return None
