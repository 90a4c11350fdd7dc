"""The same form: two graphs that differ at most in the order and the grouping of sums and products.

Refuses to know any other identity; forms of one graph are looked up, never kept for another.
"""

from __future__ import annotations

from collections.abc import Sequence

from chainrule_cli.graph.node import Graph

Key = tuple[object, ...]
Forms = dict[Key, int]
"""Key of a form -> its number; the form of the whole is under ("whole",)."""

GROUPED = ("add", "mul")


def forms(graph: Graph, output: int) -> Forms:
    """All forms that the output depends on."""
    known: Forms = {}
    numbers, parts = list[int](), list[tuple[int, ...]]()
    for place, reached in enumerate(graph.reaching(output)):
        key, members = _key(graph, place, numbers, parts) if reached else (("none",), ())
        numbers.append(known.setdefault(key, len(known)))
        parts.append(members or (numbers[-1],))
    known["whole",] = numbers[output]
    return known


def same(known: Forms, formula: tuple[Graph, int]) -> bool:
    """Whether a graph's output has the whole form."""
    graph, output = formula
    numbers, parts = list[int](), list[tuple[int, ...]]()
    for place, reached in enumerate(graph.reaching(output)):
        key, members = _key(graph, place, numbers, parts) if reached else (("none",), ())
        numbers.append(known.get(key, -1 - place))
        parts.append(members or (numbers[-1],))
    return numbers[output] == known["whole",]


def _key(
    graph: Graph, place: int, numbers: Sequence[int], parts: Sequence[tuple[int, ...]]
) -> tuple[Key, tuple[int, ...]]:
    """The key of a node, and of a sum or a product its parts."""
    node = graph.nodes[place]
    if not node.args:
        return (node.op, node.value, node.name), ()
    if node.op not in GROUPED:
        return (node.op, *(numbers[argument] for argument in node.args)), ()
    members = [
        member
        for argument in node.args
        for member in (parts[argument] if graph.nodes[argument].op == node.op else (numbers[argument],))
    ]
    return (node.op, *sorted(members)), tuple(sorted(members))
