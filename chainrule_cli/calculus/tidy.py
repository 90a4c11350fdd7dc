"""Syntax -> the steps that tidy it, each from what the last one left; bounded in rounds, shown by name."""

from __future__ import annotations

from collections.abc import Iterator

from chainrule_cli.calculus.rule import rewrite_everywhere
from chainrule_cli.calculus.step import Step
from chainrule_cli.calculus.tidyings import TIDYINGS
from chainrule_cli.notation.syntax import Syntax

ROUNDS = 4


def tidy(expr: Syntax, wrt: str) -> list[Step]:
    """The steps that tidy the expression; none where it is tidy already."""
    return list(_steps(expr, wrt))


def _steps(expr: Syntax, wrt: str) -> Iterator[Step]:
    for _ in range(ROUNDS):
        before = expr
        for entry in TIDYINGS.values():
            after = rewrite_everywhere(expr, entry.apply)
            if after != expr:
                yield Step(entry.name, expr, wrt, after, statement=entry.statement)
                expr = after
        if expr == before:
            return
