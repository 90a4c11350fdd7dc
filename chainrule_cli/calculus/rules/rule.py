"""What a rule is: a record of its name, statement and example, made by a decorator; what a rule may ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Protocol

from chainrule_cli.calculus.step import Step
from chainrule_cli.notation.syntax import Syntax


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
