"""Graph -> Syntax: what a node computes, in the names of other nodes, for people to read.

Refuses to simplify: the graph is shown as it stands. An operation that is neither a function of the formula
language nor in WRITTEN is written by its own name.
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


def names(graph: Graph, outputs: Sequence[int], result: str | None = None) -> dict[int, str]:
    """A name for every node that the outputs need and that is no number: the variable's, the definition's, the last output's;
    v1, v2 ... for the rest, in order (Griewank's v), without those that are taken."""
    found = {place: name for name, place in graph.inputs.items()} | graph.labels
    if result is not None and graph.nodes[outputs[-1]].value is None:
        found.setdefault(outputs[-1], result)
    taken = set(found.values())
    free = (name for name in map("v{}".format, count(1)) if name not in taken)
    for place, needed in enumerate(graph.reaching(*outputs)):
        if needed and place not in found and graph.nodes[place].value is None:
            found[place] = next(free)
    return found


def formula(graph: Graph, place: int, known: Mapping[int, str], *, inside: bool = True) -> Syntax:
    """What the node computes, down to the nodes that have names. inside: look into the node itself though it has a name."""
    built: dict[int, Syntax] = {}
    stack = [place]
    while stack:
        here = stack[-1]
        node = graph.nodes[here]
        opened = (
            node.value is None and node.op != "input" and (here not in known or (inside and here == place))
        )
        waiting = [argument for argument in node.args if argument not in built] if opened else []
        if waiting:
            stack.extend(waiting)
            continue
        stack.pop()
        built[here] = _applied(graph, here, built) if opened else _leaf(graph, here, known)
    return built[place]


def _leaf(graph: Graph, place: int, known: Mapping[int, str]) -> Syntax:
    value = graph.exact(place)
    return Name(known.get(place) or graph.nodes[place].name or "") if value is None else exact(value)


def exact(value: Fraction) -> Syntax:
    """The number as people write it: 1/2, 0.1, -3."""
    return number(value, decimal=value.denominator > FEW_PARTS or value.denominator == 10)


def _applied(graph: Graph, place: int, built: Mapping[int, Syntax]) -> Syntax:
    node = graph.nodes[place]
    args = [built[argument] for argument in node.args]
    writing = None if node.op in FUNCTIONS else WRITTEN.get(node.op)
    return Apply(node.op, tuple(args)) if writing is None else writing(args)


def _joined(sign: str, first: Syntax, second: Syntax) -> Syntax:
    """A chain of sums or products is one, as it was typed."""
    before = first.args if isinstance(first, Apply) and first.function == sign else (first,)
    return Apply(sign, (*before, second))


def _otherwise(args: Sequence[Syntax]) -> Syntax:
    """where(c, a, b); nothing otherwise, where b has no value."""
    condition, yes, no = args
    if isinstance(no, Apply) and no.function == "undefined":
        return Apply("piecewise", (yes, condition))
    if isinstance(no, Apply) and no.function == "piecewise":
        return Apply("piecewise", (yes, condition, *no.args))
    return Apply("piecewise", (yes, condition, no))


def _named(sign: str) -> Writing:
    return lambda args: Apply(sign, tuple(args))


WRITTEN: dict[str, Writing] = {
    "add": lambda args: _joined("+", args[0], args[1]),
    "sub": lambda args: _joined("+", args[0], negative(args[1])),
    "mul": lambda args: _joined("*", args[0], args[1]),
    "div": lambda args: quotient(args[0], args[1]),
    "pow": _named("^"),
    "neg": lambda args: negative(args[0]),
    "where": _otherwise,
    **{
        op: _named(sign)
        for op, sign in {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}.items()
    },
}
"""Operations that the formula language writes with another name or a sign."""
