"""Scalars in front, products and functions entry by entry, by the names of what they are together.

1./(1 + exp(-x)) is sigmoid(x), exp(x)/sum(exp(x)) is softmax(x), abs(x).*sign(x) is x. To add such an
identity, add a method to _name_factors, or a case to apply.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from chainrule_cli.matrix.nodes import (
    FIRST,
    ONE,
    ZERO,
    EntryFunction,
    EntryProduct,
    Matrix,
    MatrixNumber,
    MatrixProduct,
    MatrixSum,
    Ones,
    Scaled,
    Transposed,
    is_column_on_diagonal,
    is_function,
    is_operation,
    make_number,
    make_ones,
    split_factors,
)
from chainrule_cli.matrix.products import MatrixProducts
from chainrule_cli.matrix.sizes import SCALAR, Extent

ODD = frozenset(["sin", "tan", "asin", "atan", "sinh", "tanh", "asinh", "atanh", "erf", "sign"])
EVEN = frozenset(["cos", "cosh", "abs", "sech", "sec"])


class EntryProducts(MatrixProducts):
    """The operations of this module; a sum is still to come."""

    # numbers and scalars in front

    def scale(
        self, factor: Fraction | int, scalars: Iterable[tuple[Matrix, Fraction]], body: Matrix | None = None
    ) -> Matrix:
        """A number times powers of scalars times a body."""
        pending = list(scalars)
        if body is not None:
            inner, more, body = split_factors(body)
            factor *= inner
            pending += more
        within, powers = self._collect(pending)
        total = factor * within
        if body is not None:
            body = self._name_softmax(body, powers)
        shorter = self._name_factors(powers, SCALAR)
        if shorter is not None:
            return self.scale(total, [(shorter, FIRST)], body)
        return _put_together(total, [pair for pair in powers.items() if pair[1]], body)

    def negate(self, matrix: Matrix) -> Matrix:
        return self.scale(-1, (), matrix)

    def complement(self, matrix: Matrix, extent: Extent) -> Matrix:
        """1 - matrix."""
        return self.add([ONE, self.negate(matrix)], extent)

    def _collect(self, scalars: Iterable[tuple[Matrix, Fraction]]) -> tuple[Fraction, dict[Matrix, Fraction]]:
        """A product of powers of scalars as a number and powers of what is no number and no such product."""
        total, powers = FIRST, dict[Matrix, Fraction]()
        for pair in scalars:
            scalar, power = self._simplify_power(*pair)
            inner, more, _ = split_factors(scalar)
            if (
                not isinstance(scalar, Scaled | MatrixNumber)
                or power.denominator != 1
                or (inner == 0 and power < 0)
            ):
                more = ((scalar, FIRST),)
            else:
                total *= inner ** int(power)
            for each, exponent in more:
                powers[each] = powers.get(each, Fraction(0)) + exponent * power
        return total, powers

    # products entry by entry

    def multiply_entries(self, factors: Iterable[tuple[Matrix, Fraction]]) -> Matrix:
        """The product, entry by entry, of powers of matrices of one shape; of a single one, its power."""
        factor, scalars, powers = FIRST, list[tuple[Matrix, Fraction]](), dict[Matrix, Fraction]()
        extent = SCALAR
        for each, power in factors:
            inner, more, body = split_factors(each)
            if body is None:
                scalars.append((each, power))
                continue
            extent = body.extent
            if (power.denominator != 1 and (inner != 1 or more)) or (inner == 0 and power < 0):
                body, inner, more = each, FIRST, ()
            factor *= inner ** int(power) if power.denominator == 1 else 1
            scalars += [(scalar, exponent * power) for scalar, exponent in more]
            for inside, exponent in _list_powers(body, power):
                powers[inside] = powers.get(inside, Fraction(0)) + exponent
        return self.scale(factor, scalars, self._multiply_bodies(powers, extent))

    def _multiply_bodies(self, powers: dict[Matrix, Fraction], extent: Extent) -> Matrix | None:
        """The product of powers of matrices of that extent; None where there are scalars alone."""
        shorter = self._name_factors(powers, extent)
        if shorter is not None:
            return shorter
        kept = [self._simplify_power(each, power) for each, power in powers.items() if power]
        if extent == SCALAR:
            return None
        if not kept:
            return make_ones(extent)
        if len(kept) == 1 and kept[0][1] == 1:
            return kept[0][0]
        kept.sort(key=lambda pair: pair[1] < 0)
        return EntryProduct(tuple(each for each, _ in kept), extent, tuple(power for _, power in kept))

    def multiply_powers(self, factors: Sequence[tuple[Matrix, Fraction]], extent: Extent) -> Matrix:
        """The product of powers of numbers, or, entry by entry, of matrices of that extent."""
        return self.scale(1, factors) if extent == SCALAR else self.multiply_entries(factors)

    def _simplify_power(self, matrix: Matrix, power: Fraction) -> tuple[Matrix, Fraction]:
        """sech(x)^2 is 1 - tanh(x)^2."""
        if isinstance(matrix, Transposed):
            inner, exponent = self._simplify_power(matrix.args[0], power)
            return (matrix, power) if inner is matrix.args[0] else (self.transpose(inner), exponent)
        if is_function(matrix, "sech") and power % 2 == 0:
            square = self.multiply_powers([(self.apply("tanh", matrix.args[0]), Fraction(2))], matrix.extent)
            return self.complement(square, matrix.extent), power / 2
        return matrix, power

    # factors by the names of what they are together

    def _name_factors(self, powers: dict[Matrix, Fraction], extent: Extent) -> Matrix | None:
        """Writes shorter factors into powers; the whole, where one is a sum that is better multiplied out."""
        self._name_sigmoids(powers)
        _cancel_signs(powers)
        return self._multiply_out(powers, extent)

    def _name_softmax(self, body: Matrix, powers: dict[Matrix, Fraction]) -> Matrix:
        """exp(x)/sum(exp(x)) by its name; the sum's power goes up by one."""
        for below in [each for each, power in powers.items() if power <= -1 and is_operation(each, "sum")]:
            top = below.args[0]
            if not is_function(top, "exp") or top.is_whole:
                continue
            while powers[below] <= -1:
                found = self._replace_factor(body, top, self.operate("softmax", top.args, top.extent))
                if found is None:
                    break
                body = found
                powers[below] += 1
        return body

    def _replace_factor(self, body: Matrix, old: Matrix, new: Matrix) -> Matrix | None:
        """The body with one factor in place of another; None where it is no factor of it."""
        if body == old:
            return new
        if isinstance(body, EntryProduct):
            return self._replace_entry(body, old, new)
        if not isinstance(body, Transposed | MatrixProduct) and not is_column_on_diagonal(body):
            return None
        for index, each in enumerate(body.args):
            inner = self._replace_factor(each, old, new)
            if inner is None:
                continue
            if isinstance(body, MatrixProduct):
                return self.multiply([*body.args[:index], inner, *body.args[index + 1 :]])
            return self.transpose(inner) if isinstance(body, Transposed) else self.make_diagonal(inner)
        return None

    def _replace_entry(self, body: EntryProduct, old: Matrix, new: Matrix) -> Matrix | None:
        """A first power of a factor, entry by entry, by another factor."""
        if not any(each == old and power >= 1 for each, power in body.factors):
            return None
        rest = [(each, power - (each == old)) for each, power in body.factors]
        return self.multiply_entries([(new, FIRST), *rest])

    def _name_sigmoids(self, powers: dict[Matrix, Fraction]) -> None:
        """1./(1 + exp(-x)) as s = sigmoid(x), s.*exp(-x) as sigmoid(-x), s.*sigmoid(-x) as s.*(1 - s)."""
        for each in [each for each, power in powers.items() if power < 0 and _is_sum_of_two(each)]:
            top = next((term for term in each.args if is_function(term, "exp")), None)
            if top is not None and ONE in each.args:
                _replace_key(powers, each, self.apply("sigmoid", self.negate(top.args[0])), -powers[each])
        grown = [each for each in powers if is_function(each, "exp") or is_function(each, "sigmoid")]
        for each in grown if len(grown) > 1 else ():
            if each in powers and is_function(each, "sigmoid"):
                self._join_sigmoids(powers, each)

    def _join_sigmoids(self, powers: dict[Matrix, Fraction], sigmoid: Matrix) -> None:
        """s.*exp(-x) as sigmoid(-x), and s.*sigmoid(-x) as s.*(1 - s)."""
        opposite = self.negate(sigmoid.args[0])
        other, growth = self.apply("sigmoid", opposite), self.apply("exp", opposite)
        shared = min(powers[sigmoid], powers.get(growth, Fraction(0)))
        if shared > 0:
            powers[growth] -= shared
            powers[sigmoid] -= shared
            powers[other] = powers.get(other, Fraction(0)) + shared
        both = min(powers[sigmoid], powers.get(other, Fraction(0)))
        if both > 0 and split_factors(sigmoid.args[0])[0] > 0:
            _replace_key(powers, other, self.complement(sigmoid, sigmoid.extent), powers[other])

    def _multiply_out(self, powers: Mapping[Matrix, Fraction], extent: Extent) -> Matrix | None:
        """A sum of quotients times all that they are over; None where no such sum is.

        ((1 - y)./(1 - p) - y./p).*p.*(1 - p) is p - y."""
        above = {each for each, power in powers.items() if power > 0}
        for each, power in powers.items():
            below = set(_list_denominators(each)) if isinstance(each, MatrixSum) and power == 1 else set()
            if below and below <= above:
                rest = [pair for pair in powers.items() if pair[0] != each and pair[1]]
                return self.add(
                    [self.multiply_powers([(term, FIRST), *rest], extent) for term in each.args], extent
                )
        return None

    # functions entry by entry

    def apply(self, name: str, argument: Matrix, *more: Matrix) -> Matrix:
        """A function that goes entry by entry; a minus inside goes in front, or away."""
        if more:
            return EntryFunction((argument, *more), _widest(argument, *more), name)
        if name in ODD | EVEN and split_factors(argument)[0] < 0:
            plain = self.apply(name, self.negate(argument))
            return self.negate(plain) if name in ODD else plain
        if name == "sign" and is_function(argument, "abs"):
            greatest = self._find_greatest(argument.args[0])
            if greatest is not None:
                return self.complement(self.operate("ismax", [greatest], greatest.extent), greatest.extent)
        if name in ("relu", "abs") and is_function(argument, name):
            return argument
        return EntryFunction((argument,), argument.extent, name)

    def _find_greatest(self, difference: Matrix) -> Matrix | None:
        """The x of x - max(x), or of its negative."""
        for index, each in enumerate(difference.args if isinstance(difference, MatrixSum) else ()):
            factor, powers, body = split_factors(each)
            if body is not None or abs(factor) != 1 or len(powers) != 1:
                continue
            scalar, power = powers[0]
            if power == 1 and is_operation(scalar, "max"):
                rest = [
                    self.scale(-factor, (), other) for at, other in enumerate(difference.args) if at != index
                ]
                return scalar.args[0] if self.add(rest, difference.extent) == scalar.args[0] else None
        return None


def _put_together(factor: Fraction, powers: Sequence[tuple[Matrix, Fraction]], body: Matrix | None) -> Matrix:
    """The shortest node for a number times powers of scalars times a body."""
    if factor == 0:
        return ZERO if body is None else Scaled((make_ones(body.extent),), body.extent, Fraction(0), ())
    if not powers and body is None:
        return make_number(factor)
    if not powers and factor == 1 and body is not None:
        return body
    if body is None and factor == 1 and len(powers) == 1 and powers[0][1] == 1:
        return powers[0][0]
    extent = SCALAR if body is None else body.extent
    args = (*(each for each, _ in powers), *(() if body is None else (body,)))
    return Scaled(args, extent, factor, tuple(power for _, power in powers))


def _list_powers(body: Matrix, power: Fraction) -> Iterator[tuple[Matrix, Fraction]]:
    """The powers that a power of a product entry by entry is made of; none for ones."""
    if isinstance(body, EntryProduct) and power.denominator == 1:
        yield from ((each, exponent * power) for each, exponent in body.factors)
    elif not isinstance(body, Ones):
        yield body, power


def _list_denominators(terms: MatrixSum) -> Iterator[Matrix]:
    """What the terms of a sum are over: of numbers the scalars, of matrices what divides entry by entry."""
    for term in terms.args:
        _, powers, body = split_factors(term)
        if terms.is_scalar:
            yield from (each for each, power in powers if power < 0)
        elif isinstance(body, EntryProduct):
            yield from (each for each, power in body.factors if power < 0)


def _cancel_signs(powers: dict[Matrix, Fraction]) -> None:
    """abs(x).*sign(x) is x; sign(relu(x)), 1 or 0, is its own square and leaves relu(x) as it is."""
    for each in [each for each in powers if is_function(each, "sign") and powers[each] > 0]:
        inside = each.args[0]
        if is_function(inside, "relu"):
            powers[each] = Fraction(0 if powers.get(inside, Fraction(0)) > 0 else 1)
            continue
        if isinstance(inside, Scaled | EntryProduct):  # no factor as it stands
            continue
        size = EntryFunction((inside,), inside.extent, "abs")
        shared = min(powers[each], powers.get(size, Fraction(0)))
        if shared > 0:
            powers[each] -= shared
            powers[size] -= shared
            powers[inside] = powers.get(inside, Fraction(0)) + shared


def _is_sum_of_two(matrix: Matrix) -> bool:
    return isinstance(matrix, MatrixSum) and len(matrix.args) == 2


def _replace_key(powers: dict[Matrix, Fraction], old: Matrix, new: Matrix, power: Fraction) -> None:
    """One factor in place of another."""
    powers.pop(old)
    powers[new] = powers.get(new, Fraction(0)) + power


def _widest(*args: Matrix) -> Extent:
    """The extent of a function of several: a number is the same in every entry."""
    return next((each.extent for each in args if not each.is_scalar), SCALAR)
