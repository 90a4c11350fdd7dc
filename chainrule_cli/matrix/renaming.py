"""Parts of a matrix expression by another name: renamed() puts one in place of the other, tidied as everything is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chainrule_cli.matrix import algebra
from chainrule_cli.matrix.algebra import Matrix


def renamed(matrix: Matrix, names: Mapping[Matrix, Matrix]) -> Matrix:
    """The expression with each part that is a key replaced by its value, of the same shape."""
    known: dict[int, Matrix] = {}

    def visit(node: Matrix) -> Matrix:
        if node in names:
            return names[node]
        if id(node) not in known:
            args = [visit(arg) for arg in node.args]
            same = all(new is old for new, old in zip(args, node.args, strict=True))
            known[id(node)] = node if same else _remade(node, args)
        return known[id(node)]

    return visit(matrix)


def _remade(node: Matrix, args: Sequence[Matrix]) -> Matrix:
    match node.kind:
        case "turned":
            return algebra.turned(args[0])
        case "product":
            return algebra.product(args)
        case "scaled":
            factor, powers = node.value
            return algebra.scale(
                factor, zip(args, powers, strict=False), args[-1] if len(args) > len(powers) else None
            )
        case "sum":
            return algebra.add(args, node.extent)
        case "entrywise":
            return algebra.entrywise(zip(args, node.value, strict=True))
        case "function":
            return algebra.function(node.value, *args)
        case "operation" if node.value == "inv":
            return algebra.inverse(args[0])
    return algebra.operation(node.value, args, node.extent)
