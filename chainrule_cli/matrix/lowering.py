"""Shaped -> Graph: a matrix formula as einsums, operations entry by entry and a few operations of matrices.

A vector is an array of one axis, whether it stands as a column or a row, so that transposing costs nothing. Sizes are stand-ins
of the caller's choice. Knows the graph; refuses to know how anything is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple

from chainrule_cli.graph.builder import Builder
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.shapes import Shape
from chainrule_cli.matrix.inference import Shaped, whole_number
from chainrule_cli.matrix.language import ELEMENTWISE, OF_AN_ORDER
from chainrule_cli.matrix.sizes import Size
from chainrule_cli.notation.syntax import Apply, Name, Number, Syntax, postorder


class Value(NamedTuple):
    """A node, and which axis of its array holds rows and which columns; None where there is no such axis."""

    node: int
    rows: int | None = None
    columns: int | None = None

    @property
    def turned(self) -> Value:
        return Value(self.node, self.columns, self.rows)


@dataclass(frozen=True, slots=True)
class Lowered:
    """graph, the result and each variable, sizes: the stand-in of each. places: id of a part of the formula -> its value."""

    graph: Graph
    output: Value
    sizes: Mapping[Size, int]
    places: Mapping[int, Value]


def shape_of(shaped: Shaped, name: str, sizes: Mapping[Size, int]) -> Shape:
    """The shape of a variable's array: an axis that was declared as 1 is there."""
    extent = [sizes[shaped.sizes.find(size)] for size in shaped.of[name] if size is not None]
    said = shaped.declared.get(name)
    if said is None or 1 not in said:
        return tuple(extent)
    return tuple(1 if what == 1 else extent.pop(0) for what in said)


def lower(shaped: Shaped, sizes: Mapping[Size, int]) -> Lowered:
    """The formula as a graph in these sizes."""
    lowering = _Lowering(shaped, sizes)
    for definition in shaped.reading.definitions:
        lowering.scope[definition.name] = lowering.expression(definition.body)
    return Lowered(lowering.graph, lowering.expression(shaped.reading.expr), sizes, lowering.places)


class _Lowering:
    def __init__(self, shaped: Shaped, sizes: Mapping[Size, int]) -> None:
        self.shaped = shaped
        self.sizes = sizes
        self.graph = Graph()
        self.builder = Builder(self.graph)
        self.places: dict[int, Value] = {}
        self.scope = {name: self.variable(name) for name in shaped.reading.variables}

    # leaves

    def variable(self, name: str) -> Value:
        if name in self.shaped.letters:
            return Value(self.count(self.sizes[self.shaped.sizes.find(self.shaped.sizes.named[name])]))
        shape = shape_of(self.shaped, name, self.sizes)
        node = self.graph.input(name, shape)
        rows, columns = self.shaped.of[name]
        kept = [axis for axis, size in enumerate(shape) if size != 1]
        if len(kept) < len(shape):
            letters = "ab"[: len(shape)]
            node = self.builder.along("einsum", f"{letters}->{''.join(letters[axis] for axis in kept)}", node)
        if rows is not None and columns is not None:
            return Value(node, 0, 1)
        return Value(node, 0 if rows is not None else None, 0 if columns is not None else None)

    def size(self, size: Size | None) -> int | None:
        return None if size is None else self.sizes[self.shaped.sizes.find(size)]

    def count(self, size: int) -> int:
        """A size as a node: the sum of so many ones."""
        return self.builder.along(
            "einsum", "a->", self.builder.along("einsum", "->a", self.builder.one, shape=(size,))
        )

    def filled(self, node: Syntax, number: int) -> Value:
        """A number in every entry of an array of the node's sizes."""
        rows, columns = map(self.size, self.shaped.extents[id(node)])
        sizes = tuple(size for size in (rows, columns) if size is not None)
        place = self.builder.along("einsum", f"->{'ab'[: len(sizes)]}", number, shape=sizes)
        return Value(
            place,
            0 if rows is not None else None,
            (0 if rows is None else 1) if columns is not None else None,
        )

    # expressions

    def expression(self, expr: Syntax) -> Value:
        values = self.places
        for node in postorder(expr):
            match node:
                case Number():
                    values[id(node)] = Value(self.graph.constant(node.value))
                case Name():
                    values[id(node)] = self.scope[node.id]
                case Apply():
                    args = [values[id(arg)] for arg in node.args]
                    values[id(node)] = (
                        self.elementwise(node, args)
                        if node.function in ELEMENTWISE | OF_AN_ORDER
                        else LOWERINGS[node.function](self, node, args)
                    )
        return values[id(expr)]

    def elementwise(self, node: Apply, args: Sequence[Value]) -> Value:
        return args[-1]._replace(node=self.graph.apply(node.function, *(arg.node for arg in args)))

    def letters(self, value: Value, row: str, column: str) -> str:
        """The indices of a value whose rows and columns bear these letters."""
        at = {value.rows: row, value.columns: column}
        return "".join(at[axis] for axis in range(len(self.graph.shape(value.node))))

    def natural(self, value: Value) -> Value:
        """The value with its rows along the first axis."""
        if value.rows != 1:
            return value
        return Value(self.builder.along("einsum", "ba->ab", value.node), 0, 1)

    def made(self, node: int, *, rows: bool, columns: bool) -> Value:
        return Value(node, 0 if rows else None, int(rows) if columns else None)

    def fold(self, op: str, *nodes: int) -> int:
        """An operation of numbers; of exact ones at once."""
        exact = all(self.graph.exact(node) is not None for node in nodes)
        if exact and op in ("add", "sub", "mul", "div", "neg"):
            found: int = getattr(self.builder, op)(*nodes)
            return found
        return self.graph.apply(op, *nodes)

    def together(self, op: str, one: Value, other: Value) -> Value:
        """An operation entry by entry; a row or a column repeats along a matrix."""
        if len(self.graph.shape(one.node)) and len(self.graph.shape(other.node)):
            one, other = self.stretched(one, other), self.stretched(other, one)
            if one[1:] != other[1:]:
                one, other = self.natural(one), self.natural(other)
        wider = one if one[1:] != (None, None) else other
        return wider._replace(node=self.fold(op, one.node, other.node))

    def stretched(self, value: Value, other: Value) -> Value:
        if None in other[1:] or None not in value[1:]:
            return value
        sizes = self.graph.shape(self.natural(other).node)
        return Value(
            self.builder.along("einsum", f"{self.letters(value, 'a', 'b')}->ab", value.node, shape=sizes),
            0,
            1,
        )

    def times(self, one: Value, other: Value) -> Value:
        """The matrix product; with a number, each entry."""
        if (None, None) in (one[1:], other[1:]):
            return self.together("mul", one, other)
        indices = f"{self.letters(one, 'a', 'b')},{self.letters(other, 'b', 'c')}->"
        rows, columns = one.rows is not None, other.columns is not None
        node = self.builder.along(
            "einsum", indices + ("a" if rows else "") + ("c" if columns else ""), one.node, other.node
        )
        return self.made(node, rows=rows, columns=columns)

    def summed(self, value: Value) -> Value:
        letters = "ab"[: len(self.graph.shape(value.node))]
        return Value(self.builder.along("einsum", f"{letters}->", value.node) if letters else value.node)

    def inverse(self, value: Value) -> Value:
        if value[1:] == (None, None):
            return Value(self.builder.div(self.builder.one, value.node))
        return value._replace(node=self.builder.along("inv", "ab->ba", value.node))

    def maximum(self, one: Value, other: Value, sign: str) -> Value:
        """max(x, y) = y + relu(x - y); min(x, y) = y - relu(y - x); y is the one that is a number as it stands."""
        if self.graph.exact(one.node) is not None:
            one, other = other, one
        first, second = (one, other) if sign == "add" else (other, one)
        gap = self.together("sub", first, second)
        return self.together(sign, other, gap._replace(node=self.graph.apply("relu", gap.node)))


def _sum(low: _Lowering, node: Apply, args: Sequence[Value]) -> Value:
    found = args[0]
    for term, value in zip(node.args[1:], args[1:], strict=True):
        inner = low.graph.nodes[value.node]
        if isinstance(term, Apply) and term.function == "neg" and inner.op == "neg":
            found = low.together("sub", found, value._replace(node=inner.args[0]))
        else:
            found = low.together("add", found, value)
    return found


def _power(low: _Lowering, node: Apply, args: Sequence[Value]) -> Value:
    base, exponent = args
    if base[1:] == (None, None):
        return Value(low.graph.apply("pow", base.node, exponent.node))
    whole = whole_number(node.args[1]) or 0
    if whole == 0:
        return _eye(low, node, [])
    factor = low.inverse(base) if whole < 0 else base
    return reduce(low.times, [factor] * abs(whole))


def _eye(low: _Lowering, node: Apply, _args: Sequence[Value]) -> Value:
    size = low.size(low.shaped.extents[id(node)][0])
    return (
        Value(low.builder.one)
        if size is None
        else Value(low.builder.along("einsum", "->aa", low.builder.one, shape=(size, size)), 0, 1)
    )


def _norm2(low: _Lowering, _node: Apply, args: Sequence[Value]) -> Value:
    letters = "ab"[: len(low.graph.shape(args[0].node))]
    return Value(
        low.builder.along("norm2", f"{letters}->", args[0].node)
        if letters
        else low.graph.apply("abs", args[0].node)
    )


def _extreme(low: _Lowering, node: Apply, args: Sequence[Value]) -> Value:
    least = node.function == "min"
    if len(args) > 1:
        return low.maximum(args[0], args[1], "sub" if least else "add")
    letters = "ab"[: len(low.graph.shape(args[0].node))]
    if not letters:
        return args[0]
    if not least:
        return Value(low.builder.along("amax", f"{letters}->", args[0].node))
    return Value(
        low.graph.apply(
            "neg", low.builder.along("amax", f"{letters}->", low.graph.apply("neg", args[0].node))
        )
    )


def _greatest(low: _Lowering, node: Apply, args: Sequence[Value]) -> Value:
    """1 - sign(abs(x - max(x)))."""
    gap = low.together("sub", args[0], _extreme(low, node, args))
    apart = low.graph.apply("sign", low.graph.apply("abs", gap.node))
    return gap._replace(node=low.graph.apply("sub", low.builder.one, apart))


def _mean(low: _Lowering, node: Apply, args: Sequence[Value]) -> Value:
    sizes = [low.size(size) for size in low.shaped.extents[id(node.args[0])]]
    found = low.summed(args[0]).node
    for size in sizes:
        if size is not None:
            found = low.graph.apply("div", found, low.count(size))
    return Value(found)


def _logsumexp(low: _Lowering, _node: Apply, args: Sequence[Value]) -> Value:
    letters = "ab"[: len(low.graph.shape(args[0].node))]
    return Value(low.builder.along("logsumexp", f"{letters}->", args[0].node)) if letters else args[0]


def _softmax(low: _Lowering, _node: Apply, args: Sequence[Value]) -> Value:
    """exp(x - logsumexp(x)); of a matrix along each row."""
    (x,) = args
    if x[1:] == (None, None):
        return Value(low.builder.one)
    letters = low.letters(x, "a", "b")
    over = "" if len(letters) == 1 else "a"
    lengths = low.builder.along("logsumexp", f"{letters}->{over}", x.node)
    spread = low.builder.along("einsum", f"{over}->{letters}", lengths, shape=low.graph.shape(x.node))
    return x._replace(node=low.graph.apply("exp", low.graph.apply("sub", x.node, spread)))


def _trace(low: _Lowering, _node: Apply, args: Sequence[Value]) -> Value:
    return args[0] if args[0].rows is None else Value(low.builder.along("einsum", "aa->", args[0].node))


def _diag(low: _Lowering, _node: Apply, args: Sequence[Value]) -> Value:
    (x,) = args
    if x[1:] == (None, None):
        return x
    if None in x[1:]:
        return Value(low.builder.along("einsum", "a->aa", x.node), 0, 1)
    return Value(low.builder.along("einsum", "aa->a", x.node), 0)


def _determinant(low: _Lowering, node: Apply, args: Sequence[Value]) -> Value:
    if args[0].rows is None:
        return args[0] if node.function == "det" else Value(low.graph.apply("log", args[0].node))
    return Value(low.builder.along(node.function, "ab->", args[0].node))


def _solve(low: _Lowering, _node: Apply, args: Sequence[Value]) -> Value:
    if args[1].columns is None:
        return args[1]._replace(
            node=low.builder.along("solve", "ab,a->b", low.natural(args[0]).node, args[1].node)
        )
    return Value(
        low.builder.along("solve", "ab,ac->bc", low.natural(args[0]).node, low.natural(args[1]).node), 0, 1
    )


def _blocks(low: _Lowering, node: Apply, args: Sequence[Value]) -> Value:
    one, other = map(low.natural, args)
    if (None, None) in (one[1:], other[1:]):
        return low.together("mul", one, other)
    rows, columns = map(low.size, low.shaped.extents[id(node)])
    sizes = tuple(size for size in (rows, columns) if size is not None)
    counts = [len(low.graph.shape(one.node)), len(low.graph.shape(other.node)), len(sizes)]
    first, second, result = {
        "kron": ("ab", "cd", "ef"),
        "blocktr": ("ef", "cd", "ab"),
        "blocksum": ("ef", "ab", "cd"),
    }[node.function]
    indices = f"{first[: counts[0]]},{second[: counts[1]]}->{result[: counts[2]]}"
    made = low.builder.along(node.function, indices, one.node, other.node, shape=sizes)
    return low.made(made, rows=rows is not None, columns=columns is not None)


LOWERINGS: dict[str, Callable[[_Lowering, Apply, Sequence[Value]], Value]] = {
    "+": _sum,
    "*": lambda low, _node, args: reduce(low.times, args),
    "/": lambda low, _node, args: low.together("div", args[0], args[1]),
    "^": _power,
    ".*": lambda low, _node, args: low.together("mul", args[0], args[1]),
    "./": lambda low, _node, args: low.together("div", args[0], args[1]),
    ".^": lambda low, _node, args: low.together("pow", args[0], args[1]),
    "neg": lambda low, _node, args: args[0]._replace(node=low.fold("neg", args[0].node)),
    "'": lambda _low, _node, args: args[0].turned,
    "pi": lambda low, _node, _args: Value(low.graph.apply("pi")),
    "sum": lambda low, _node, args: low.summed(args[0]),
    "mean": _mean,
    "norm1": lambda low, _node, args: low.summed(args[0]._replace(node=low.graph.apply("abs", args[0].node))),
    "norm2": _norm2,
    "logsumexp": _logsumexp,
    "max": _extreme,
    "ismax": _greatest,
    "min": _extreme,
    "tr": _trace,
    "det": _determinant,
    "logdet": _determinant,
    "inv": lambda low, _node, args: low.inverse(args[0]),
    "solve": _solve,
    "diag": _diag,
    "kron": _blocks,
    "blocktr": _blocks,
    "blocksum": _blocks,
    "softmax": _softmax,
    "vector": lambda low, node, args: low.filled(node, args[0].node),
    "matrix": lambda low, node, args: low.filled(node, args[0].node),
    "eye": _eye,
}
