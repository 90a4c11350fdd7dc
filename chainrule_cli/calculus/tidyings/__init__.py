"""TIDYINGS: a few bounded simplifications, each with a name that the page shows, none that looks odd.

A tidying rewrites one node whose arguments are tidy already, and returns it unchanged where it has nothing to
do. To add one, write one decorated function in the module of its kind; the order of the modules in TIDYINGS,
and of the functions in them, is the order in which they are tried.
"""

from __future__ import annotations

from chainrule_cli.calculus.rule import Rewrite, Rule, collect
from chainrule_cli.calculus.tidyings import fractions, numbers, powers, sums

__all__ = ["TIDYINGS"]

TIDYINGS: dict[str, Rule[Rewrite]] = collect(numbers, powers, sums, fractions)
"""Name -> tidying, in the order in which they are tried."""
