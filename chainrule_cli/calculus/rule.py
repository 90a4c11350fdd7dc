"""What a rule is: a record of its name, statement and example, made by a decorator; what a rule may ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Protocol

from chainrule_cli.calculus.step import Step
from chainrule_cli.notation.syntax import Apply, Syntax, fold, rebuild


class Derivation(Protocol):
    """What a rule may ask for."""

    wrt: str
    method: str
    dependents: frozenset[str]

    def depends(self, expr: Syntax) -> bool: ...
    def of(self, expr: Syntax) -> Step: ...
    def outside(self, expr: Syntax, name: str) -> Step: ...
    def letter(self, inner: Syntax) -> str: ...
    def letters_for(self, inners: list[Syntax]) -> list[str]: ...
    def slopes(self, expr: Syntax) -> dict[str, Syntax]: ...


Body = Callable[[Syntax, Derivation], Step | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """name: what a step calls it. statement: the rule as people write it. example: a formula that it differentiates."""

    name: str
    statement: str
    example: str
    apply: Body


def rule(name: str, example: str) -> Callable[[Body], Rule]:
    """The decorator that makes a Rule of a function, its docstring the statement."""
    return lambda body: Rule(name, (body.__doc__ or "").strip(), example, body)


def rules_of(*modules: ModuleType) -> dict[str, Rule]:
    """The rules of the modules by name, in the order in which they stand there."""
    found = (
        entry
        for module in modules
        for entry in vars(module).values()
        if isinstance(entry, Rule) and entry.apply.__module__ == module.__name__
    )
    return {entry.name: entry for entry in found}


def made(
    by: Rule, expr: Syntax, derivation: Derivation, result: Syntax, premises: list[Step], **roles: Syntax
) -> Step:
    """The step of a rule, with the rule's own statement."""
    return Step(by.name, expr, derivation.wrt, result, tuple(premises), roles, by.statement)


# MERGED """What a tidying is: a rewrite of one node with tidy arguments, made by a decorator."""

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
