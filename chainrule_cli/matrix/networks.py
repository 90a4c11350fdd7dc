"""Sums of tensor networks: what a node of a graph is along indices, before it is matrix algebra.

A network is a number times powers of matrices, each at its indices; an index that is not free is summed. einsum, products and
quotients entry by entry all become factors of one network, so that transposes, diag and ones dissolve into indices. The factor
of a linear input can be left out: what stays is the Jacobian.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product as pairs

from chainrule_cli.errors import LimitError, QuestionError
from chainrule_cli.graph.adjoint import depending
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.shapes import split
from chainrule_cli.matrix import algebra
from chainrule_cli.matrix.algebra import ONE, Extent, Matrix
from chainrule_cli.matrix.assembly import matrix_of
from chainrule_cli.matrix.language import ELEMENTWISE
from chainrule_cli.matrix.renaming import renamed

Index = int | None
"""An index by number; None for an axis of size 1, which needs none."""

MOST_TERMS = 400
MOST_PARTS = 4_000
MOST_DEEP = 150
"""Operations one inside the other; sums are not counted."""

MULTIPLICATIVE = frozenset({"einsum", "mul", "neg", "div", "pow", "solve", "where"})
CONDITIONS = frozenset({"eq", "ne", "lt", "le", "gt", "ge", "and", "or", "not"})


@dataclass(frozen=True, slots=True)
class Factor:
    """A power of a matrix, entry by entry, at its indices: rows then columns."""

    matrix: Matrix
    indices: tuple[int, ...]
    power: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Network:
    """free: each input that was left out, and its indices. equal: pairs of indices that are the same."""

    number: Fraction
    factors: tuple[Factor, ...] = ()
    equal: tuple[tuple[int, int], ...] = ()
    free: tuple[tuple[int, tuple[Index, ...]], ...] = ()

    def times(self, other: Network) -> Network:
        return Network(
            self.number * other.number,
            self.factors + other.factors,
            self.equal + other.equal,
            self.free + other.free,
        )

    def left_out(self, place: int) -> tuple[Index, ...]:
        """The indices of an input that was left out."""
        return dict(self.free)[place]


@dataclass
class Expansion:
    """The nodes of a graph as networks and as matrices. left_out: inputs that what is expanded is linear in, whose factors are left out.
    named: nodes that go by a name, whatever they are made of."""

    graph: Graph
    left_out: tuple[int, ...] = ()
    sizes: dict[int, int] = field(default_factory=dict)
    known: dict[int, Matrix] = field(default_factory=dict)
    named: Mapping[int, Matrix] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._refuse_deep()
        self.known |= self.named
        self.moving = depending(self.graph, len(self.graph) - 1, set(self.left_out))

    def _refuse_deep(self) -> None:
        depths: list[int] = []
        for node in self.graph.nodes:
            depths.append(
                max((depths[arg] for arg in node.args), default=0) + (node.op not in ("add", "sub"))
            )
        if max(depths) > MOST_DEEP:
            raise LimitError(
                f"there and back more than {MOST_DEEP} operations follow one another",
                hint="differentiate a part of the formula",
            )

    # indices

    def index(self, size: int) -> Index:
        """A new index; none for a size of 1."""
        if size == 1:
            return None
        self.sizes[len(self.sizes)] = size
        return len(self.sizes) - 1

    def axes(self, place: int) -> tuple[Index, ...]:
        return tuple(self.index(size) for size in self.graph.shape(place))

    def extent(self, place: int) -> Extent:
        """The rows and columns of a node's array: those of one axis are columns."""
        kept = [size for size in self.graph.shape(place) if size != 1]
        return (kept[0] if kept else None, kept[1] if len(kept) > 1 else None)

    # a node as a matrix

    def matrix(self, place: int) -> Matrix:
        """The node in matrix algebra; an array of one axis is a column. Raises LimitError where it would be too long."""
        known = self.known.get(place)
        if known is None:
            known = self._made(place)
            if known.parts > MOST_PARTS:
                raise LimitError(
                    f"the derivative has more than {MOST_PARTS:,} parts, written out",
                    hint="differentiate a part of the formula",
                )
            self.known[place] = known
        return known

    def _made(self, place: int) -> Matrix:
        node = self.graph.nodes[place]
        if node.value is None and node.op not in MULTIPLICATIVE and node.op not in ("add", "sub"):
            return self._atom(place)
        axes = self.axes(place)
        extent = self.extent(place)
        kept = [axis for axis in axes if axis is not None]
        return algebra.add([self.assembled(network, kept) for network in self.inside(place, axes)], extent)

    def renamed(self, matrix: Matrix) -> Matrix:
        """With the names of nodes also where the algebra found them on its own: 1 - tanh(x).^2 is 1 - t.^2."""
        functions = {
            place: node
            for place, node in enumerate(self.graph.nodes)
            if place in self.named and node.op in ELEMENTWISE
        }
        twins = {
            algebra.function(node.op, self.matrix(node.args[0])): self.named[place]
            for place, node in functions.items()
        }
        return renamed(matrix, twins) if twins else matrix

    def assembled(self, network: Network, free: Sequence[int]) -> Matrix:
        return matrix_of(
            network.number,
            [(each.matrix, each.indices, each.power) for each in network.factors],
            network.equal,
            free,
            self.sizes,
        )

    def _atom(self, place: int) -> Matrix:
        node, extent = self.graph.nodes[place], self.extent(place)
        special = self._special(place)
        if special is not None:
            return special
        if node.op == "input":
            return algebra.name(node.name or "", extent)
        args = [self.matrix(arg) for arg in node.args]
        match node.op:
            case "pi":
                return Matrix("pi")
            case "inv":
                return algebra.inverse(args[0])
            case "det" | "logdet" | "norm2" | "amax" | "logsumexp" if not node.shape:
                return _of_whole({"amax": "max"}.get(node.op, node.op), args[0])
            case "kron" | "blocktr" | "blocksum":
                return _blocks(node.op, args, extent)
            case "erfc":
                return algebra.add([ONE, algebra.negative(algebra.function("erf", args[0]))], extent)
            case "hypot":
                squares = [algebra.entrywise([(arg, Fraction(2))]) for arg in args]
                return algebra.function("sqrt", algebra.add(squares, extent))
        if node.op in CONDITIONS:
            return self._condition(place, args, extent)
        return _entry_by_entry(node.op, args)

    def _special(self, place: int) -> Matrix | None:
        """Shapes of the graph that have a name: softmax, the other side of a sigmoid, a length that is not divided by at 0."""
        nodes = self.graph.nodes
        node = nodes[place]
        if node.op == "exp" and nodes[node.args[0]].op == "sub":
            x, spread = nodes[node.args[0]].args
            inner = (
                nodes[spread].args[0]
                if nodes[spread].op == "einsum" and len(nodes[spread].args) == 1
                else spread
            )
            if nodes[inner].op == "logsumexp" and nodes[inner].args[0] == x:
                return self._softmax(place, x, nodes[inner].indices)
        if node.op == "sigmoid" and nodes[node.args[0]].op == "neg":
            turned = nodes[node.args[0]].args
            twin = self.graph.found("sigmoid", *turned)
            other = (
                self.matrix(twin) if twin is not None else algebra.function("sigmoid", self.matrix(turned[0]))
            )
            return algebra.add([ONE, algebra.negative(other)], self.extent(place))
        return None

    def _softmax(self, place: int, x: int, indices: str) -> Matrix | None:
        """Along the rows of the array as it stands, or along those of its transpose."""
        inner, extent = self.matrix(x), self.extent(place)
        (letters,), over = split(indices)
        if not over and len(letters) > 1:
            return None
        if not over or over == letters[0]:
            return algebra.operation("softmax", [inner], extent)
        return algebra.turned(algebra.operation("softmax", [algebra.turned(inner)], (extent[1], extent[0])))

    def _condition(self, place: int, args: Sequence[Matrix], extent: Extent) -> Matrix:
        """1 where it holds and 0 elsewhere, by sign and relu: x > y as sign(relu(x - y))."""
        op = self.graph.nodes[place].op
        if op in ("and", "or", "not"):
            rest = [algebra.add([ONE, algebra.negative(arg)], arg.extent) for arg in args]
            if op == "and":
                return algebra.entrywise([(arg, Fraction(1)) for arg in args])
            both = algebra.entrywise([(each, Fraction(1)) for each in rest])
            return both if op == "not" else algebra.add([ONE, algebra.negative(both)], extent)
        if (
            op == "gt"
            and args[0].kind == "operation"
            and args[0].value == "norm2"
            and algebra.is_zero(args[1])
        ):
            return ONE
        one, other = args if op in ("gt", "le", "eq", "ne") else args[::-1]
        gap = algebra.add([one, algebra.negative(other)], extent)
        holds = algebra.function("sign", algebra.function("abs" if op in ("eq", "ne") else "relu", gap))
        return holds if op in ("gt", "lt", "ne") else algebra.add([ONE, algebra.negative(holds)], extent)

    # a node as networks

    def networks(self, place: int, axes: tuple[Index, ...]) -> list[Network]:
        """The node at these indices; one factor where it is no product and does not depend on what is left out."""
        node = self.graph.nodes[place]
        if place in self.left_out:
            return [Network(Fraction(1), free=((place, axes),))]
        if self.moving[place] or node.value is not None:
            return self.inside(place, axes)
        if place in self.named:
            return [_factors_of(self.named[place], tuple(axis for axis in axes if axis is not None))]
        scalar = all(axis is None for axis in axes)
        if node.op in MULTIPLICATIVE and not scalar:
            return self.inside(place, axes)
        return [_factors_of(self.matrix(place), tuple(axis for axis in axes if axis is not None))]

    def inside(self, place: int, axes: tuple[Index, ...]) -> list[Network]:
        if self.graph.nodes[place].op in ("kron", "blocktr", "blocksum") and self.moving[place]:
            raise QuestionError(
                "the derivative of a Kronecker product is not written out entry by entry",
                hint="--vjp or --jvp gives it as a product",
            )
        found = list(self._inside(place, axes))
        if len(found) > MOST_TERMS:
            raise LimitError(
                f"the derivative is a sum of more than {MOST_TERMS} terms",
                hint="--vjp gives it as one pass backward",
            )
        if sum(len(each.factors) for each in found) > MOST_PARTS:
            raise LimitError(
                f"the derivative has more than {MOST_PARTS:,} factors, written out",
                hint="--vjp gives it as one pass backward",
            )
        return found

    def _inside(self, place: int, axes: tuple[Index, ...]) -> Iterator[Network]:
        node = self.graph.nodes[place]
        if node.value is not None:
            yield Network(Fraction(node.value))
            return
        match node.op:
            case "einsum":
                yield from self._contracted(place, axes)
            case "add" | "sub":
                yield from self._added(place, axes)
            case "neg":
                yield from (replace(each, number=-each.number) for each in self._argument(node.args[0], axes))
            case "mul":
                yield from _multiplied(*(self._argument(arg, axes) for arg in node.args))
            case "div":
                yield from _multiplied(
                    self._argument(node.args[0], axes), [self._power(node.args[1], axes, Fraction(-1))]
                )
            case "pow":
                exponent = self.graph.exact(node.args[1])
                yield (
                    self._power(node.args[0], axes, exponent)
                    if exponent is not None
                    else self._general_power(place, axes)
                )
            case "solve":
                yield from self._solved(place, axes)
            case "where":
                yield from self._branches(place, axes)
            case _:
                yield _factors_of(self.matrix(place), tuple(axis for axis in axes if axis is not None))

    def _argument(self, place: int, axes: tuple[Index, ...]) -> list[Network]:
        """An argument of an operation entry by entry: at the same indices, a number at none."""
        return self.networks(place, axes if self.graph.shape(place) else ())

    def _contracted(self, place: int, axes: tuple[Index, ...]) -> Iterator[Network]:
        node = self.graph.nodes[place]
        arguments, result = split(node.indices)
        bound: dict[str, Index] = {}
        equal = []
        for letter, axis in zip(result, axes, strict=True):
            first = bound.setdefault(letter, axis)
            if first is not None and axis is not None and first != axis:
                equal.append((first, axis))
        for letters, arg in zip(arguments, node.args, strict=True):
            for letter, size in zip(letters, self.graph.shape(arg), strict=True):
                if letter not in bound:
                    bound[letter] = self.index(size)
        parts = [
            self.networks(arg, tuple(bound[letter] for letter in letters))
            for letters, arg in zip(arguments, node.args, strict=True)
        ]
        summed = {bound[letter] for letters in arguments for letter in letters if letter not in result}
        for chosen in pairs(*parts):
            whole = Network(Fraction(1), equal=tuple(equal))
            for each in chosen:
                whole = whole.times(each)
            yield _touched(whole, [axis for axis in summed if axis is not None])

    def _added(self, place: int, axes: tuple[Index, ...]) -> Iterator[Network]:
        """A chain of sums, without recursion along it."""
        pending = [(place, 1)]
        while pending:
            at, sign = pending.pop()
            node = self.graph.nodes[at]
            apart = at == place or at not in self.named
            if apart and node.op in ("add", "sub") and self.graph.shape(at) == self.graph.shape(place):
                pending += [(node.args[1], -sign if node.op == "sub" else sign), (node.args[0], sign)]
                continue
            yield from (replace(each, number=sign * each.number) for each in self._argument(at, axes))

    def _power(self, place: int, axes: tuple[Index, ...], power: Fraction) -> Network:
        """A power of a node, entry by entry; of a product without sums the powers of its factors."""
        axes = axes if self.graph.shape(place) else ()
        kept = tuple(axis for axis in axes if axis is not None)
        direct = self._direct(place)
        if direct is not None:
            return Network(Fraction(1), (Factor(direct, kept, power),))
        found = self.networks(place, axes)
        if len(found) == 1 and power.denominator == 1 and found[0].number and not found[0].equal:
            (one,) = found
            if all(set(factor.indices) <= set(kept) for factor in one.factors):
                return Network(
                    one.number ** int(power),
                    tuple(replace(factor, power=factor.power * power) for factor in one.factors),
                )
        return Network(Fraction(1), (Factor(self.matrix(place), kept, power),))

    def _direct(self, place: int) -> Matrix | None:
        """A length that stands in for itself except at 0: where(n > 0, n, 1) is n."""
        node = self.graph.nodes[place]
        if node.op == "where" and self.graph.nodes[node.args[0]].op == "gt":
            above, below = self.graph.nodes[node.args[0]].args
            if (
                above == node.args[1]
                and self.graph.exact(below) == 0
                and self.graph.nodes[above].op == "norm2"
            ):
                return self.matrix(above)
        return None

    def _general_power(self, place: int, axes: tuple[Index, ...]) -> Network:
        base, exponent = (self.matrix(arg) for arg in self.graph.nodes[place].args)
        kept = tuple(axis for axis in axes if axis is not None)
        return Network(
            Fraction(1), (Factor(algebra.operation(".^", [base, exponent], self.extent(place)), kept),)
        )

    def _solved(self, place: int, axes: tuple[Index, ...]) -> Iterator[Network]:
        """solve(A, B) is inv(A)*B."""
        left, right = self.graph.nodes[place].args
        inner = self.index(self.graph.shape(left)[0])
        inverse = _factors_of(
            algebra.inverse(self.matrix(left)), tuple(axis for axis in (axes[0], inner) if axis is not None)
        )
        yield from _multiplied([inverse], self.networks(right, (inner, *axes[1:])))

    def _branches(self, place: int, axes: tuple[Index, ...]) -> Iterator[Network]:
        """c.*yes + (1 - c).*no; at a single point, where a power or a length has no slope, what holds around it."""
        condition, yes, no = self.graph.nodes[place].args
        test = self.graph.nodes[condition]
        if test.op == "eq" and self.graph.exact(test.args[1]) == 0:
            yield from self._argument(no, axes)
            return
        direct = self._direct(place)
        if direct is not None:
            yield _factors_of(direct, ())
            return
        holds = self.matrix(condition)
        kept = tuple(axis for axis in axes if axis is not None) if self.graph.shape(condition) else ()
        fails = algebra.add([ONE, algebra.negative(holds)], holds.extent)
        for branch, gate in ((yes, holds), (no, fails)):
            if self.graph.exact(branch) != 0:
                yield from _multiplied([_factors_of(gate, kept)], self._argument(branch, axes))


def _touched(network: Network, indices: Sequence[int]) -> Network:
    """A summed index that no factor bears is a size: ones stand there."""
    borne = {index for factor in network.factors for index in factor.indices} | {
        index for pair in network.equal for index in pair
    }
    borne |= {index for _, indices in network.free for index in indices if index is not None}
    loose = [index for index in indices if index not in borne]
    return replace(
        network,
        factors=network.factors
        + tuple(Factor(Matrix("ones", extent=(0, None)), (index,)) for index in loose),
    )


def _factors_of(matrix: Matrix, indices: tuple[int, ...]) -> Network:
    """A matrix at its indices, its number and its scalars as factors of their own, a product entry by entry taken apart."""
    number, powers, body = algebra.taken_apart(matrix)
    factors = [Factor(scalar, (), power) for scalar, power in powers]
    if body is None:
        return Network(number, tuple(factors))
    if body.kind == "entrywise":
        factors += [Factor(each, indices, power) for each, power in zip(body.args, body.value, strict=True)]
    elif body.kind != "ones":
        factors.append(Factor(body, indices))
    return Network(number, tuple(factors))


def _multiplied(ones: Sequence[Network], others: Sequence[Network]) -> Iterator[Network]:
    for one in ones:
        for other in others:
            yield one.times(other)


def _entry_by_entry(op: str, args: Sequence[Matrix]) -> Matrix:
    if any(arg.kind != "number" for arg in args[:-1]):
        raise QuestionError(f"the derivative holds {op}, which is not of the matrix notation")
    return algebra.function(op, *args)


def _of_whole(name: str, matrix: Matrix) -> Matrix:
    """det, logdet, norm2, max, logsumexp: of a transpose the same."""
    return algebra.operation(name, [matrix.args[0] if matrix.kind == "turned" else matrix])


def _blocks(op: str, args: Sequence[Matrix], extent: Extent) -> Matrix:
    """kron, and the two that undo it: blocktr(kron(P, Q), B) is tr(B'*Q)*P, blocksum(kron(P, Q), A) is tr(A'*P)*Q."""
    whole, part = args
    factor, powers, body = algebra.taken_apart(whole)
    if op != "kron" and body is not None and body.kind == "operation" and body.value == "kron":
        kept, gone = body.args if op == "blocktr" else body.args[::-1]
        if gone.extent == part.extent:
            inner = (
                algebra.trace(algebra.product([algebra.turned(part), gone]))
                if part.whole
                else algebra.product([algebra.turned(part), gone])
            )
            return algebra.scale(factor, [*powers, (inner, Fraction(1))], kept)
    if op == "kron":
        numbers = [algebra.taken_apart(arg) for arg in args]
        bodies = [
            algebra.ones(arg.extent) if each[2] is None else each[2]
            for arg, each in zip(args, numbers, strict=True)
        ]
        made = algebra.operation("kron", bodies, extent)
        if all(each.kind == "eye" for each in bodies):
            made = algebra.eye(extent[0] or 1)
        return algebra.scale(numbers[0][0] * numbers[1][0], [*numbers[0][1], *numbers[1][1]], made)
    return algebra.operation(op, args, extent)
