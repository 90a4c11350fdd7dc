"""The same form: two graphs that differ at most in the order and the grouping of sums and products.

Refuses to know any other identity; forms of one graph are looked up, never kept for another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from chainrule_cli.graph.node import Graph
from chainrule_cli.notation.syntax import Apply, Syntax, tree_size
from chainrule_cli.notation.write import exact_value

Key = tuple[object, ...]
Forms = dict[Key, int]
"""Key of a form -> its number; the form of the whole is under ("whole",)."""

GROUPED = ("add", "mul")


def forms(graph: Graph, output: int) -> Forms:
    """All forms that the output depends on."""
    known: Forms = {}
    numbers, parts = list[int](), list[tuple[int, ...]]()
    for index, reached in enumerate(graph.find_needed(output)):
        key, members = _key(graph, index, numbers, parts) if reached else (("none",), ())
        numbers.append(known.setdefault(key, len(known)))
        parts.append(members or (numbers[-1],))
    known["whole",] = numbers[output]
    return known


def same(known: Forms, formula: tuple[Graph, int]) -> bool:
    """Whether a graph's output has the whole form."""
    graph, output = formula
    numbers, parts = list[int](), list[tuple[int, ...]]()
    for index, reached in enumerate(graph.find_needed(output)):
        key, members = _key(graph, index, numbers, parts) if reached else (("none",), ())
        numbers.append(known.get(key, -1 - index))
        parts.append(members or (numbers[-1],))
    return numbers[output] == known["whole",]


def _key(
    graph: Graph, index: int, numbers: Sequence[int], parts: Sequence[tuple[int, ...]]
) -> tuple[Key, tuple[int, ...]]:
    """The key of a node, and of a sum or a product its parts."""
    node = graph.nodes[index]
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


ALWAYS = ("combine powers", "collect like terms")
"""Tidyings that a simplified answer does not need; the others count where they make it shorter."""

ALGEBRAIC = ("+", "*", "/", "neg", "^")


def fault(form: str, expr: Syntax, wrt: str) -> str | None:
    """What keeps the expression from that form, in words; None where it has it. form: a key of FORMS."""
    return FORMS[form](expr, wrt)


def _not_expanded(expr: Syntax, _wrt: str) -> str | None:
    for node in _outside(expr):
        bases = node.args if node.function in ("*", "/") else ()
        if any(_is_sum(base) for base in (bases if node.function == "*" else bases[:1])):
            return "it is not expanded: a bracket is still multiplied or divided"
        exponent = exact_value(node.args[1]) if node.function == "^" else None
        if exponent is not None and exponent > 1 and exponent.denominator == 1 and _is_sum(node.args[0]):
            return "it is not expanded: a power of a bracket is left"
    return None


def _not_factored(expr: Syntax, _wrt: str) -> str | None:
    from chainrule_cli.calculus.algebra import is_reducible

    sums = [node for node in _parts(expr) if _is_sum(node)]
    return (
        "it is not factored: a sum in it has a common factor or is a product"
        if any(is_reducible(node) for node in sums)
        else None
    )


def _not_simplified(expr: Syntax, wrt: str) -> str | None:
    from chainrule_cli.calculus.tidy import tidy

    size = tree_size(expr)
    step = next(
        (step for step in tidy(expr, wrt) if tree_size(step.result) < size or step.rule in ALWAYS), None
    )
    return None if step is None else f"it is not simplified: {step.rule}"


FORMS: dict[str, Callable[[Syntax, str], str | None]] = {
    "simplified": _not_simplified,
    "expanded": _not_expanded,
    "factored": _not_factored,
}


def _outside(expr: Syntax) -> Iterator[Apply]:
    """The algebra down to the first functions."""
    stack = [expr]
    while stack:
        node = stack.pop()
        if isinstance(node, Apply) and node.function in ALGEBRAIC:
            yield node
            stack.extend(node.args[:1] if node.function == "^" else node.args)


def _parts(expr: Syntax) -> Iterator[Syntax]:
    """The factors of products, quotients and powers; a sum is a part as it stands."""
    stack = [expr]
    while stack:
        node = stack.pop()
        if isinstance(node, Apply) and node.function in ALGEBRAIC and node.function != "+":
            stack.extend(node.args[:1] if node.function == "^" else node.args)
        else:
            yield node


def _is_sum(expr: Syntax) -> bool:
    return isinstance(expr, Apply) and (
        expr.function == "+" or (expr.function == "neg" and _is_sum(expr.args[0]))
    )
