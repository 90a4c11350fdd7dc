"""RULES: the rules of differentiation, one decorated function each; its docstring is the rule's statement.

A rule gets an expression and a Derivation, asks the Derivation for the derivatives of the parts, and returns a Step, or
None for "not mine". Refuses to tidy: products stay as the rule writes them. To add a rule, write one function in the
module of its kind; the order of the modules in RULES, and of the functions in them, is the order in which they are asked.
"""

from __future__ import annotations

from chainrule_cli.calculus.rule import Derivation, Rule, rules_of
from chainrule_cli.calculus.rules import compositions, functions, leaves, logarithmic, products

__all__ = ["RULES", "Derivation", "Rule"]

RULES: dict[str, Rule] = rules_of(leaves, logarithmic, products, compositions, functions)
"""Name -> rule, in the order in which they are asked."""
