"""Step: one record for every rule. What differs between rules is data: the roles name the pieces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from chainrule_cli.notation.syntax import Syntax


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """d expr / d wrt = result, by `rule`, standing on `premises`.

    statement: the rule in mathematics as people write it. roles: the pieces by name (u, v, outer, inner ...), in the
    order in which a page shows them. inner_name: the letter that stands for the inside of a composition.
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
