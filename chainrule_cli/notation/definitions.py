"""Names and definitions: what an expression depends on, which definitions it needs, and how it looks with them written out.

Definitions are in the order of a Reading: each leans only on those before it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

from chainrule_cli.notation.syntax import Apply, Definition, Name, Syntax, free_names, substitute


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
