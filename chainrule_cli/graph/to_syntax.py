"""Graph -> Syntax: what a node computes, in the names of other nodes, for people to read.

The graph is shown as it stands, nothing simplified. An operation that is neither a function of the formula
language nor in WRITINGS is written by its own name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import count

from chainrule_cli.graph.node import Graph
from chainrule_cli.notation.build import negative, number, quotient
from chainrule_cli.notation.functions import FUNCTIONS
from chainrule_cli.notation.syntax import Apply, Name, Syntax

Writing = Callable[[Sequence[Syntax]], Syntax]

FEW_PARTS = 12
"""Denominators up to this are written as fractions, others as decimals where those end."""


def name_nodes(graph: Graph, outputs: Sequence[int], result: str | None = None) -> dict[int, str]:
    """A name for every node that the outputs need and that is no number.

    The variable's, the definition's, the result's for the last output; v1, v2 ... for the rest, in order
    (Griewank's v), without those that are taken.
    """
    found = {index: name for name, index in graph.inputs.items()} | graph.labels
    if result is not None and graph.nodes[outputs[-1]].value is None:
        found.setdefault(outputs[-1], result)
    taken = set(found.values())
    free = (name for name in map("v{}".format, count(1)) if name not in taken)
    for index, needed in enumerate(graph.find_needed(*outputs)):
        if needed and index not in found and graph.nodes[index].value is None:
            found[index] = next(free)
    return found


def write_formula(graph: Graph, index: int, known: Mapping[int, str], *, inside: bool = True) -> Syntax:
    """What the node computes, down to the nodes that have names.

    known: node -> its name
    inside: look into the node itself though it has a name
    """
    built: dict[int, Syntax] = {}
    stack = [index]
    while stack:
        here = stack[-1]
        node = graph.nodes[here]
        opened = (
            node.value is None and node.op != "input" and (here not in known or (inside and here == index))
        )
        waiting = [argument for argument in node.args if argument not in built] if opened else []
        if waiting:
            stack.extend(waiting)
            continue
        stack.pop()
        built[here] = _write_operation(graph, here, built) if opened else _write_leaf(graph, here, known)
    return built[index]


def _write_leaf(graph: Graph, index: int, known: Mapping[int, str]) -> Syntax:
    value = graph.exact(index)
    return Name(known.get(index) or graph.nodes[index].name or "") if value is None else write_exact(value)


def write_exact(value: Fraction) -> Syntax:
    """The number as people write it: 1/2, 0.1, -3."""
    return number(value, decimal=value.denominator > FEW_PARTS or value.denominator == 10)


def _write_operation(graph: Graph, index: int, built: Mapping[int, Syntax]) -> Syntax:
    node = graph.nodes[index]
    args = [built[argument] for argument in node.args]
    writing = None if node.op in FUNCTIONS else WRITINGS.get(node.op)
    return Apply(node.op, tuple(args)) if writing is None else writing(args)


def _extend_chain(sign: str, first: Syntax, second: Syntax) -> Syntax:
    """A chain of sums or products is one, as it was typed."""
    before = first.args if isinstance(first, Apply) and first.function == sign else (first,)
    return Apply(sign, (*before, second))


def _write_where(args: Sequence[Syntax]) -> Syntax:
    """where(c, a, b); nothing otherwise, where b has no value."""
    condition, yes, no = args
    if isinstance(no, Apply) and no.function == "undefined":
        return Apply("piecewise", (yes, condition))
    if isinstance(no, Apply) and no.function == "piecewise":
        return Apply("piecewise", (yes, condition, *no.args))
    return Apply("piecewise", (yes, condition, no))


def _write_as(sign: str) -> Writing:
    return lambda args: Apply(sign, tuple(args))


WRITINGS: dict[str, Writing] = {
    "add": lambda args: _extend_chain("+", args[0], args[1]),
    "sub": lambda args: _extend_chain("+", args[0], negative(args[1])),
    "mul": lambda args: _extend_chain("*", args[0], args[1]),
    "div": lambda args: quotient(args[0], args[1]),
    "pow": _write_as("^"),
    "neg": lambda args: negative(args[0]),
    "where": _write_where,
    **{
        op: _write_as(sign)
        for op, sign in {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}.items()
    },
}
"""Operations that the formula language writes with another name or a sign."""
