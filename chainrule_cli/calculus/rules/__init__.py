"""RULES: the rules of differentiation, one decorated function each; its docstring is the rule's statement.

A rule gets an expression and a Derivation, asks that for the derivatives of the parts, and returns a Step, or
None where the expression is not its own. It does not tidy: products stay as the rule writes them. To add a
rule, write one function in the module of its kind; the modules in RULES, and the functions in them, are asked
in their order.
"""

from __future__ import annotations

from chainrule_cli.calculus.rule import Differentiate, Rule, collect
from chainrule_cli.calculus.rules import compositions, functions, leaves, logarithmic, products

__all__ = ["RULES"]

RULES: dict[str, Rule[Differentiate]] = collect(leaves, logarithmic, products, compositions, functions)
"""Name -> rule, in the order in which they are asked."""
