"""Names and definitions: what an expression depends on, which definitions it needs, how it is without them.

Definitions are in the order of a Reading: each leans only on those before it. Subs binds names in an
expression.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import TypeGuard

from chainrule_cli.notation.syntax import (
    MOST_NODES,
    Apply,
    Definition,
    Name,
    Syntax,
    fold,
    free_names,
    rebuild,
    substitute,
    tree_size,
    written_out_error,
)

LARGEST_SUBS = 2_000
"""Nodes up to which a Subs at the top is written out; a larger one becomes definitions."""


def depends_on(expr: Syntax, names: Container[str]) -> bool:
    """Whether one of the names stands in the expression; a definition's own body is not looked into."""
    seen: set[int] = set()
    stack = [expr]
    while stack:
        node = stack.pop()
        if isinstance(node, Name) and node.id in names:
            return True
        if isinstance(node, Apply) and id(node) not in seen:
            seen.add(id(node))
            stack.extend(node.args)
    return False


def write_out_bodies(definitions: Iterable[Definition]) -> dict[str, Syntax]:
    """Name -> body of each definition, with the definitions before it put in."""
    bodies: dict[str, Syntax] = {}
    for definition in definitions:
        bodies[definition.name] = substitute(definition.body, bodies)
    return bodies


def write_out_definitions(expr: Syntax, definitions: Iterable[Definition]) -> Syntax:
    """The expression without the definitions' names: each is replaced by its body, written out itself.

    Shared parts stay shared objects; syntax.tree_size says how long the result is when it is written.
    """
    return substitute(expr, write_out_bodies(definitions))


def find_dependent(definitions: Iterable[Definition], wrt: str) -> Iterator[Definition]:
    """The definitions that change with the variable, directly or through others."""
    moving = {wrt}
    for definition in definitions:
        if depends_on(definition.body, moving):
            moving.add(definition.name)
            yield definition


def find_needed(expr: Syntax, definitions: Sequence[Definition]) -> tuple[Definition, ...]:
    """The definitions that the expression leans on, directly or through others."""
    needed = set(free_names(expr))
    kept: list[Definition] = []
    for definition in reversed(definitions):
        if definition.name in needed:
            kept.append(definition)
            needed.update(free_names(definition.body))
    return tuple(reversed(kept))


def find_used(expr: Syntax, definitions: Sequence[Definition]) -> list[Definition]:
    """All definitions but functions that left no name behind, since they were put in with other arguments."""
    used = set(free_names(expr, *(each.body for each in definitions)))
    return [each for each in definitions if not each.parameters or each.name in used]


# names that Subs binds


def move_large_subs(expr: Syntax) -> tuple[Syntax, list[Definition]]:
    """The expression inside a large Subs at the top, and the definitions that its names become.

    The expression itself, and none, where there is no large one.
    """
    if not _is_subs(expr) or _size_without_subs(expr) <= LARGEST_SUBS:
        return expr, []
    found: list[Definition] = []
    while _is_subs(expr):
        found.extend(Definition(name, value) for name, value in _bound_names(expr))
        expr = expr.args[0]
    return expr, found


def write_out_subs(expr: Syntax, text: str) -> Syntax:
    """The expression with every Subs written out.

    Raises LimitError, about the text, where that grows past MOST_NODES.
    """

    def put_in(node: Syntax, args: list[Syntax]) -> Syntax:
        new = rebuild(node, args)
        if not _is_subs(new):
            return new
        result = substitute(new.args[0], dict(_bound_names(new)))
        if tree_size(result) > MOST_NODES:
            raise written_out_error(text, node.span)
        return result

    return fold(expr, put_in)


def _is_subs(expr: Syntax) -> TypeGuard[Apply]:
    return isinstance(expr, Apply) and expr.function == "Subs"


def _bound_names(subs: Apply) -> list[tuple[str, Syntax]]:
    pairs = zip(subs.args[1::2], subs.args[2::2], strict=True)
    return [(name.id, value) for name, value in pairs if isinstance(name, Name)]


def _size_without_subs(expr: Syntax) -> int:
    """An upper bound of the nodes after all substitutions."""

    def count(node: Syntax, sizes: list[int]) -> int:
        if _is_subs(node):
            return sizes[0] * max(1, *sizes[2::2])
        return 1 + sum(sizes)

    return fold(expr, count)
