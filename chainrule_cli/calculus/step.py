"""Step: one record for every rule. What differs between rules is data: the roles name the pieces.

Letters stand for the inside of compositions: u = x^2, v = cos(u) ..., the same wherever the same inside
returns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from chainrule_cli.notation.functions import OPERATORS
from chainrule_cli.notation.syntax import Apply, Name, Syntax, children
from chainrule_cli.notation.write import exact_value

NO_CHAIN = frozenset({"+", "*", "/", "neg", "=", "piecewise", "max", "min"})
"""Operators that have rules of their own and are never the outside of a composition."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """d expr / d wrt = result, by `rule`, standing on `premises`.

    rule: its name.
    roles: the pieces by name (u, v, outer, inner ...), in the order in which a page shows them.
    statement: the rule in mathematics as people write it.
    """

    rule: str
    expr: Syntax
    wrt: str
    result: Syntax
    premises: tuple[Step, ...] = ()
    roles: dict[str, Syntax] = field(default_factory=dict)
    statement: str = ""


def walk(*roots: Step) -> Iterator[Step]:
    """Each distinct step once, a step before its premises, in reading order."""
    seen: set[int] = set()
    stack = list(reversed(roots))
    while stack:
        step = stack.pop()
        if id(step) in seen:
            continue
        seen.add(id(step))
        yield step
        stack.extend(reversed(step.premises))


class InnerLetters:
    """Names for inner parts: u, v, w, s, t, then u1, u2 ...; one for one expression, none that is taken."""

    def __init__(self, taken: frozenset[str]) -> None:
        self._given: dict[Syntax, str] = {}
        self._fresh = (letter for letter in _alphabet() if letter not in taken)

    def give(self, inner: Syntax) -> str:
        """The letter for an inner part; a name is its own letter."""
        if isinstance(inner, Name):
            return inner.id
        if inner not in self._given:
            self._given[inner] = next(self._fresh)
        return self._given[inner]

    def give_distinct(self, inners: list[Syntax]) -> list[str]:
        """A letter for each of several, also where the same expression comes twice."""
        repeated = len(set(inners)) < len(inners)
        return [
            next(self._fresh) if repeated or isinstance(inner, Name) else self.give(inner) for inner in inners
        ]


def _alphabet() -> Iterator[str]:
    yield from "uvwst"
    yield from (f"u{number}" for number in count(1))


def give_letters(expr: Syntax, letters: InnerLetters) -> None:
    """Letters for the inner parts of compositions, from the outside in, so that the outermost is u."""
    stack = [expr]
    seen: set[int] = set()
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        inner = _find_inner(node)
        if inner is not None:
            letters.give(inner)
        stack.extend(reversed(children(node)))


def _find_inner(expr: Syntax) -> Syntax | None:
    """The inside of what is a composition whatever the variable; None where names or numbers are inside."""
    if not isinstance(expr, Apply) or expr.function in NO_CHAIN or expr.function in OPERATORS - {"^"}:
        return None
    if any(isinstance(argument, Name) for argument in expr.args):
        return None
    inner = [
        argument
        for argument in expr.args
        if isinstance(argument, Apply) and argument.args and exact_value(argument) is None
    ]
    return inner[0] if len(inner) == 1 else None
