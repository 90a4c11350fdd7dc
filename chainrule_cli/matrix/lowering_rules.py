"""What each operation of a matrix formula becomes in the graph: einsums, and operations entry by entry.

A rule takes the builder, the operation and the values of its arguments. language.py says which has which.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import TypeAlias

from chainrule_cli.graph.lower import LOWERINGS
from chainrule_cli.matrix.array_builder import ArrayBuilder, ArrayValue, arrange
from chainrule_cli.matrix.shaped import find_whole_number
from chainrule_cli.notation.syntax import Apply

LoweringRule: TypeAlias = Callable[[ArrayBuilder, Apply, Sequence[ArrayValue]], ArrayValue]

BLOCK_INDICES = {"kron": ("ab", "cd", "ef"), "blocktr": ("ef", "cd", "ab"), "blocksum": ("ef", "ab", "cd")}
"""Indices of two arguments and of the result."""


def add(build: ArrayBuilder, node: Apply, args: Sequence[ArrayValue]) -> ArrayValue:
    found = args[0]
    for term, value in zip(node.args[1:], args[1:], strict=True):
        inner = build.graph.nodes[value.node]
        if isinstance(term, Apply) and term.function == "neg" and inner.op == "neg":
            found = build.combine("sub", found, value.replace(inner.args[0]))
        else:
            found = build.combine("add", found, value)
    return found


def raise_to(build: ArrayBuilder, node: Apply, args: Sequence[ArrayValue]) -> ArrayValue:
    base, exponent = args
    if base.is_scalar:
        return ArrayValue(build.graph.apply("pow", base.node, exponent.node))
    whole = find_whole_number(node.args[1]) or 0
    if whole == 0:
        return build.make_eye(node)
    factor = build.invert(base) if whole < 0 else base
    return reduce(build.multiply, [factor] * abs(whole))


def apply_to_entries(build: ArrayBuilder, node: Apply, args: Sequence[ArrayValue]) -> ArrayValue:
    """A function of the language, as the graph has it of numbers."""
    aligned = build.align(args)
    wider = next((each for each in aligned if not each.is_scalar), aligned[0])
    nodes = [each.node for each in aligned]
    own = LOWERINGS.get(node.function)
    return wider.replace(
        build.graph.apply(node.function, *nodes) if own is None else own(build.graph, node, nodes)
    )


# of all entries


def norm1(build: ArrayBuilder, _node: Apply, args: Sequence[ArrayValue]) -> ArrayValue:
    return build.sum(build.apply("abs", args[0]))


def norm2(build: ArrayBuilder, _node: Apply, args: Sequence[ArrayValue]) -> ArrayValue:
    return build.apply("abs", args[0]) if args[0].is_scalar else build.reduce("norm2", args[0])


def mean(build: ArrayBuilder, node: Apply, args: Sequence[ArrayValue]) -> ArrayValue:
    found = build.sum(args[0]).node
    for size in build.find_sizes(node.args[0]):
        found = build.graph.apply("div", found, build.count(size))
    return ArrayValue(found)


def greatest(build: ArrayBuilder, _node: Apply, args: Sequence[ArrayValue]) -> ArrayValue:
    """max(x, y) = y + relu(x - y); y is the one that is a number as it stands."""
    if len(args) == 1:
        return build.reduce("amax", args[0])
    one, other = _put_number_last(build, args)
    return build.combine("add", other, build.apply("relu", build.combine("sub", one, other)))


def least(build: ArrayBuilder, _node: Apply, args: Sequence[ArrayValue]) -> ArrayValue:
    """min(x, y) = y - relu(y - x); min(x) = -max(-x)."""
    if len(args) == 1:
        if args[0].is_scalar:
            return args[0]
        return build.apply("neg", build.reduce("amax", build.apply("neg", args[0])))
    one, other = _put_number_last(build, args)
    return build.combine("sub", other, build.apply("relu", build.combine("sub", other, one)))


def _put_number_last(build: ArrayBuilder, args: Sequence[ArrayValue]) -> Sequence[ArrayValue]:
    return args if build.graph.exact(args[0].node) is None else args[::-1]


def find_greatest(build: ArrayBuilder, node: Apply, args: Sequence[ArrayValue]) -> ArrayValue:
    """1 - sign(abs(x - max(x)))."""
    gap = build.combine("sub", args[0], greatest(build, node, args))
    apart = build.apply("sign", build.apply("abs", gap))
    return gap.replace(build.graph.apply("sub", build.builder.one, apart.node))


def softmax(build: ArrayBuilder, _node: Apply, args: Sequence[ArrayValue]) -> ArrayValue:
    """exp(x - logsumexp(x)); of a matrix along each row."""
    (x,) = args
    if x.is_scalar:
        return ArrayValue(build.builder.one)
    letters = build.name_axes(x, "a", "b")
    over = "" if len(letters) == 1 else "a"
    lengths = build.apply_along("logsumexp", f"{letters}->{over}", x.node)
    spread = build.apply_along("einsum", f"{over}->{letters}", lengths, shape=build.graph.shape(x.node))
    return x.replace(build.graph.apply("exp", build.graph.apply("sub", x.node, spread)))


# of matrices


def trace(build: ArrayBuilder, _node: Apply, args: Sequence[ArrayValue]) -> ArrayValue:
    return args[0] if args[0].is_scalar else ArrayValue(build.apply_along("einsum", "aa->", args[0].node))


def diag(build: ArrayBuilder, _node: Apply, args: Sequence[ArrayValue]) -> ArrayValue:
    (x,) = args
    if x.is_scalar:
        return x
    if None in x.axes:
        return ArrayValue(build.apply_along("einsum", "a->aa", x.node), 0, 1)
    return ArrayValue(build.apply_along("einsum", "aa->a", x.node), 0)


def det(build: ArrayBuilder, _node: Apply, args: Sequence[ArrayValue]) -> ArrayValue:
    return build.reduce("det", args[0])


def logdet(build: ArrayBuilder, _node: Apply, args: Sequence[ArrayValue]) -> ArrayValue:
    return build.apply("log", args[0]) if args[0].is_scalar else build.reduce("logdet", args[0])


def solve(build: ArrayBuilder, _node: Apply, args: Sequence[ArrayValue]) -> ArrayValue:
    left = build.put_rows_first(args[0]).node
    if args[1].columns is None:
        return args[1].replace(build.apply_along("solve", "ab,a->b", left, args[1].node))
    return ArrayValue(build.apply_along("solve", "ab,ac->bc", left, build.put_rows_first(args[1]).node), 0, 1)


def blocks(build: ArrayBuilder, node: Apply, args: Sequence[ArrayValue]) -> ArrayValue:
    one, other = map(build.put_rows_first, args)
    if one.is_scalar or other.is_scalar:
        return build.combine("mul", one, other)
    rows, columns = build.shaped.extents[id(node)]
    sizes = tuple(build.find_sizes(node))
    first, second, result = BLOCK_INDICES[node.function]
    ranks = [len(build.graph.shape(each.node)) for each in (one, other)]
    indices = f"{first[: ranks[0]]},{second[: ranks[1]]}->{result[: len(sizes)]}"
    made = build.apply_along(node.function, indices, one.node, other.node, shape=sizes)
    return arrange(made, rows=rows is not None, columns=columns is not None)
