"""What a rule is: one function with its name, its example, and the words that a hint has for it.

`rule` makes one of a rule of differentiation and of a tidying alike; the docstring is the statement that
pages show. To add one, write one decorated function in a module of rules/ or of tidyings/: `collect` finds it
there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Generic, Protocol, TypeVar

from chainrule_cli.calculus.step import Step
from chainrule_cli.notation.syntax import Apply, Syntax, fold, rebuild


class Derivation(Protocol):
    """What a rule of differentiation may ask for.

    wrt: the variable. method: auto, quotient, product or log. dependents: names that an equation makes depend
    on wrt.
    """

    wrt: str
    method: str
    dependents: frozenset[str]

    def depends(self, expr: Syntax) -> bool:
        """Whether the expression changes with the variable."""

    def derive(self, expr: Syntax) -> Step:
        """The step that derives a part by the variable."""

    def derive_by(self, expr: Syntax, letter: str) -> Step:
        """The step that derives by a letter which stands for an inner part."""

    def letter_for(self, inner: Syntax) -> str:
        """The letter that stands for an inner part."""

    def letters_for(self, inners: list[Syntax]) -> list[str]:
        """A letter for each of several inner parts, also where two are the same."""

    def derivatives_of_names(self, expr: Syntax) -> dict[str, Syntax]:
        """Where the definitions' chain rule applies: the names in the expression, with their derivatives."""


Differentiate = Callable[[Syntax, Derivation], Step | None]
"""The step that derives the expression; None where the rule is not for it."""
Rewrite = Callable[[Apply], Syntax]
"""A node, its arguments tidy already, written in a tidier way; itself where there is nothing to do."""
Body = TypeVar("Body", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Rule(Generic[Body]):
    """name: what a step calls it.
    statement: the rule as people write it.
    example: a formula that it differentiates, or tidies.
    apply: the function.
    phrase: what a sentence calls it; "" where that is the name with "rule".
    around: of a rule that a hint looks through for the part that needs thought: what stays around that part.
    pieces: its pieces in words, for where their mathematics would give something away.
    roles: the roles that a hint shows, with what they are called; all but derivatives if empty, none if None.
    placeholders: what each □ of its set-up stands for.
    leaf: it is nothing to do, and a hint does not name it.
    hands_on: its set-up is that of the parts it asks for.
    """

    name: str
    statement: str
    example: str
    apply: Body
    phrase: str = ""
    around: str = ""
    pieces: str = ""
    roles: Mapping[str, str] | None = None
    placeholders: str = ""
    leaf: bool = False
    hands_on: bool = False


def rule(
    name: str,
    example: str,
    *,
    phrase: str = "",
    around: str = "",
    pieces: str = "",
    roles: Mapping[str, str] | None = None,
    placeholders: str = "",
    leaf: bool = False,
    hands_on: bool = False,
) -> Callable[[Body], Rule[Body]]:
    """The decorator that makes a Rule of a function, its docstring the statement. The arguments: see Rule."""

    def make_rule(body: Body) -> Rule[Body]:
        statement = (body.__doc__ or "").strip()
        return Rule(
            name, statement, example, body, phrase, around, pieces, roles, placeholders, leaf, hands_on
        )

    return make_rule


def collect(*modules: ModuleType) -> dict[str, Rule[Any]]:
    """The rules of the modules by name, in the order in which they stand there."""
    found = (
        entry
        for module in modules
        for entry in vars(module).values()
        if isinstance(entry, Rule) and entry.apply.__module__ == module.__name__
    )
    return {entry.name: entry for entry in found}


def make_step(
    by: Rule[Any],
    expr: Syntax,
    derivation: Derivation,
    result: Syntax,
    premises: list[Step],
    **roles: Syntax,
) -> Step:
    """The step of a rule, with its statement. roles: the pieces by name, in the order of the page."""
    return Step(by.name, expr, derivation.wrt, result, tuple(premises), roles, by.statement)


def rewrite_everywhere(expr: Syntax, rewrite: Rewrite) -> Syntax:
    """The expression with each application rewritten, the innermost first."""

    def visit(node: Syntax, args: list[Syntax]) -> Syntax:
        new = rebuild(node, args)
        return rewrite(new) if isinstance(new, Apply) and new.args else new

    return fold(expr, visit)
