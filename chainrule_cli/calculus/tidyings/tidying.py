"""What a tidying is: a rewrite of one node with tidy arguments, made by a decorator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from chainrule_cli.notation.syntax import Apply, Syntax, fold, rebuild

LARGEST_EXPANSION = 48
"""Terms that an expansion may have before it is given up."""
LARGEST_FRACTION = 300
"""Nodes of a fraction that is searched for common factors."""

Rewrite = Callable[[Apply], Syntax]


@dataclass(frozen=True, slots=True)
class Tidying:
    name: str
    statement: str
    example: str
    rewrite: Rewrite


def tidying(name: str, example: str) -> Callable[[Rewrite], Tidying]:
    """The decorator that makes a Tidying of a function, its docstring the statement."""
    return lambda rewrite: Tidying(name, (rewrite.__doc__ or "").strip(), example, rewrite)


def tidyings_of(*modules: ModuleType) -> dict[str, Tidying]:
    """The tidyings of the modules by name, in the order in which they stand there."""
    found = (
        entry
        for module in modules
        for entry in vars(module).values()
        if isinstance(entry, Tidying) and entry.rewrite.__module__ == module.__name__
    )
    return {entry.name: entry for entry in found}


def everywhere(expr: Syntax, rewrite: Rewrite) -> Syntax:
    def visit(node: Syntax, args: list[Syntax]) -> Syntax:
        new = rebuild(node, args)
        return rewrite(new) if isinstance(new, Apply) and new.args else new

    return fold(expr, visit)
