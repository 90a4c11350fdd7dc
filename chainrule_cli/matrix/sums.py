"""Sums: like terms together, what all share in front, products of sums written out where that is shorter.

ALGEBRA has every operation of matrix algebra: its results are tidy, and there is no search and no rewriting
loop, so it ends and the same formula has the same answer. To share one more thing in sums, add a method to
_factor_out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import reduce
from itertools import product as list_choices
from math import gcd, prod

from chainrule_cli.matrix.entrywise import EntryProducts
from chainrule_cli.matrix.nodes import (
    FIRST,
    ZERO,
    EntryProduct,
    Matrix,
    MatrixProduct,
    MatrixSum,
    Ones,
    Powers,
    Split,
    count_transposes,
    is_column_on_diagonal,
    is_diagonal,
    is_zero,
    list_factors,
    make_ones,
    split_factors,
)
from chainrule_cli.matrix.sizes import SCALAR, Extent

LONGEST_PRODUCT = 16
"""Terms of a product of sums that is written out."""

MUCH_SHORTER = 0.75
"""The share of its length that a sum of products may have when it is written out."""

Shared = tuple[Powers, "Matrix | None"]
"""A sum with something taken out: scalars of its own, and a body."""


class MatrixAlgebra(EntryProducts):
    """All operations, those of products.py and of entrywise.py with them."""

    def add(self, terms: Sequence[Matrix], extent: Extent) -> Matrix:
        """The sum. extent: of the sum, where every term may be a number."""
        found = self._add_like_terms(terms, extent)
        parts = [self._write_out(term, extent) for term in self._flatten(terms)]
        if len(parts) < 2 or all(len(each) == 1 for each in parts) or sum(map(len, parts)) > LONGEST_PRODUCT:
            return found
        written_out = self._add_like_terms([part for each in parts for part in each], extent)
        return written_out if written_out.node_count < MUCH_SHORTER * found.node_count else found

    # like terms

    def _add_like_terms(self, terms: Iterable[Matrix], extent: Extent) -> Matrix:
        kept = _count_terms(self._add_diagonals(list(self._flatten(terms))), extent)
        if not kept:
            return self.scale(0, (), make_ones(extent)) if extent != SCALAR else ZERO
        if len(kept) == 1:
            factor, powers, body = kept[0]
            return self.scale(
                factor, powers, make_ones(extent) if body is None and extent != SCALAR else body
            )
        if extent != SCALAR and all(body is None for _, _, body in kept):
            number = self.add([self.scale(factor, powers) for factor, powers, _ in kept], SCALAR)
            return self.scale(1, [(number, FIRST)], make_ones(extent))
        return self._factor_out(kept, extent)

    def _flatten(self, terms: Iterable[Matrix]) -> Iterator[Matrix]:
        """The terms of sums in the sum, without those that are 0."""
        for term in terms:
            factor, powers, body = split_factors(term)
            inside = body
            if body is None and len(powers) == 1 and powers[0][1] == 1:
                inside = powers[0][0]
            if isinstance(inside, MatrixSum) and not (powers and body is not None):
                yield from (self.scale(factor, (), each) for each in inside.args)
            elif not is_zero(term):
                yield term

    def _add_diagonals(self, terms: list[Matrix]) -> list[Matrix]:
        """diag(x) + diag(y) is diag(x + y)."""
        columns: list[Matrix] = []
        rest: list[Matrix] = []
        for term in terms:
            factor, powers, body = split_factors(term)
            if body is not None and is_column_on_diagonal(body):
                columns.append(self.scale(factor, powers, body.args[0]))
            else:
                rest.append(term)
        if len(columns) < 2:
            return terms
        return [*rest, self.make_diagonal(self.add(columns, columns[0].extent))]

    def _write_out(self, term: Matrix, extent: Extent) -> list[Matrix]:
        """A product of sums as a sum of products; as it is where that is long."""
        factor, powers, body = split_factors(term)
        factors = list(powers)
        if body is not None:
            factors += body.factors if isinstance(body, EntryProduct) else [(body, FIRST)]
        choices: list[list[tuple[Matrix, Fraction]]] = []
        for each, power in factors:
            if isinstance(each, MatrixSum) and power in (1, 2):
                choices += [[(inner, FIRST) for inner in each.args]] * int(power)
            else:
                choices.append([(each, power)])
        if prod(map(len, choices)) > LONGEST_PRODUCT:
            return [term]
        return [
            self.scale(factor, (), self.multiply_powers(chosen, extent)) for chosen in list_choices(*choices)
        ]

    # what all terms share

    def _factor_out(self, kept: Sequence[Split], extent: Extent) -> Matrix:
        """A sum with what its terms share taken out: numbers, scalars, factors at either end, entries."""
        common = {} if extent == SCALAR else _share_scalars(kept)
        factor = _share_numbers([each for each, _, _ in kept])
        terms = [
            (own / factor, tuple(pair for pair in powers if pair[0] not in common), body)
            for own, powers, body in kept
        ]
        if (common or factor != 1) and any(
            isinstance(body, MatrixSum) and not powers for _, powers, body in terms
        ):
            scalars: Powers = ()
            found: Matrix | None = self.add(self._scale_all(terms), extent)
        else:
            scalars, found = (
                self._share_ends(terms)
                or self._share_body(terms)
                or self._share_entries(terms, extent)
                or ((), _order_terms(self._group(terms) or self._scale_all(terms), extent))
            )
        return self.scale(factor, [*common.items(), *scalars], found)

    def _scale_all(self, terms: Iterable[Split]) -> list[Matrix]:
        return [self.scale(*each) for each in terms]

    def _share_ends(self, terms: Sequence[Split]) -> Shared | None:
        """A*x + A*y is A*(x + y)."""
        heads, tails = _find_ends([list_factors(body) for _, _, body in terms])
        if not heads and not tails:
            return None
        inner = [(own, powers, self._cut(body, len(heads), len(tails))) for own, powers, body in terms]
        extent = inner[0][2].extent
        return (), self.multiply([*heads, self.add(self._scale_all(inner), extent), *tails])

    def _cut(self, body: Matrix | None, heads: int, tails: int) -> Matrix:
        """The product without so many factors at either end."""
        chain = list_factors(body)
        return self.multiply(chain[heads : len(chain) - tails])

    def _share_body(self, terms: Sequence[Split]) -> Shared | None:
        """c*X + d*X is (c + d)*X."""
        body = terms[0][2]
        if body is None or any(other != body for _, _, other in terms):
            return None
        number = self.add([self.scale(own, powers) for own, powers, _ in terms], SCALAR)
        return ((number, FIRST),), body

    def _share_entries(self, terms: Sequence[Split], extent: Extent) -> Shared | None:
        """x.*y + x.*z is x.*(y + z)."""
        shared = _find_entries([body for _, _, body in terms])
        if not shared:
            return None
        rest = [(each, -power) for each, power in shared.items()]
        inner = [
            self.scale(own, powers, self.multiply_entries([*_list_entries(body).items(), *rest]))
            for own, powers, body in terms
        ]
        return (), self.multiply_entries([*shared.items(), (self.add(inner, extent), FIRST)])

    def _group(self, terms: Sequence[Split]) -> list[Matrix] | None:
        """Terms that share their scalars and their last factor, or their first, added up; None if none do."""
        for end in (-1, 0):
            groups: dict[object, list[Split]] = {}
            for index, term in enumerate(terms):
                chain = list_factors(term[2])
                key = (frozenset(term[1]), chain[end]) if len(chain) > 1 else index
                groups.setdefault(key, []).append(term)
            if 1 < len(groups) < len(terms):
                extent = next(body.extent for _, _, body in terms if body is not None)
                return [self.add(self._scale_all(group), extent) for group in groups.values()]
        return None


def _count_terms(terms: Sequence[Matrix], extent: Extent) -> list[Split]:
    """Each body with its scalars once; beside a diagonal matrix a number is that multiple of ones."""
    counted: dict[tuple[frozenset[tuple[Matrix, Fraction]], Matrix | None], tuple[Fraction, Powers]] = {}
    split = [split_factors(term) for term in terms]
    filled = (
        make_ones(extent) if any(body is not None and is_diagonal(body) for _, _, body in split) else None
    )
    for factor, powers, body in split:
        key = (frozenset(powers), filled if body is None or isinstance(body, Ones) else body)
        before, first = counted.get(key, (Fraction(0), powers))
        counted[key] = (before + factor, first)
    return [(factor, powers, body) for (_, body), (factor, powers) in counted.items() if factor]


def _order_terms(terms: Sequence[Matrix], extent: Extent) -> Matrix:
    """Terms that begin with a plus go first, and of these the ones with fewer transposes."""
    ordered = sorted(terms, key=lambda term: (split_factors(term)[0] < 0, count_transposes(term)))
    return MatrixSum(tuple(ordered), extent)


def _share_scalars(terms: Sequence[Split]) -> dict[Matrix, Fraction]:
    """The powers of scalars that all terms have."""
    common = dict(terms[0][1])
    for _, powers, _ in terms[1:]:
        others = dict(powers)
        common = {each: power for each, power in common.items() if others.get(each) == power}
    return common


def _share_numbers(factors: Sequence[Fraction]) -> Fraction:
    """What numerators and denominators have in common, with the sign of the first where all are negative."""
    top = reduce(gcd, (abs(each.numerator) for each in factors))
    bottom = reduce(gcd, (each.denominator for each in factors))
    return Fraction(-top if all(each < 0 for each in factors) else top, bottom)


def _find_ends(chains: Sequence[tuple[Matrix, ...]]) -> tuple[list[Matrix], list[Matrix]]:
    """The factors with which all products begin, and those with which all end; of each something is left."""
    first = chains[0]
    most = min(map(len, chains)) - 1
    heads: list[Matrix] = []
    while len(heads) < most and all(chain[len(heads)] == first[len(heads)] for chain in chains):
        heads.append(first[len(heads)])
    tails: list[Matrix] = []
    while len(heads) + len(tails) < most and all(
        chain[-1 - len(tails)] == first[-1 - len(tails)] for chain in chains
    ):
        tails.insert(0, first[-1 - len(tails)])
    if most < 0 or len({_outer_extent(chain[len(heads) : len(chain) - len(tails)]) for chain in chains}) > 1:
        return [], []
    return heads, tails


def _outer_extent(chain: Sequence[Matrix]) -> Extent:
    return (chain[0].extent[0], chain[-1].extent[1])


def _list_entries(body: Matrix | None) -> dict[Matrix, Fraction]:
    """The factors, entry by entry, of a body that is no product of matrices and has entries everywhere."""
    if body is None or isinstance(body, MatrixProduct | Ones) or is_diagonal(body):
        return {}
    return dict(body.factors) if isinstance(body, EntryProduct) else {body: FIRST}


def _find_entries(bodies: Sequence[Matrix | None]) -> dict[Matrix, Fraction]:
    """The powers that all bodies have as factors entry by entry."""
    first, *others = map(_list_entries, bodies)
    shared = {
        each: min(power, *(other.get(each, Fraction(0)) for other in others)) for each, power in first.items()
    }
    return {each: power for each, power in shared.items() if power > 0}


ALGEBRA = MatrixAlgebra()
