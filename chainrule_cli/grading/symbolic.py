"""The last rung: normal forms of sympy, which show that an answer is right where they bring the difference to 0.

Imports sympy when it is asked. May take any time: the caller's process can be killed.
"""

from __future__ import annotations

from chainrule_cli.grading.question import Question, functions
from chainrule_cli.notation.functions import FUNCTIONS, OPERATORS
from chainrule_cli.notation.syntax import Apply, Reading, Syntax, substitute, tree_size

LARGEST = 2_000
"""Nodes of formula and answer past which normal forms are not tried."""


def symbolic(question: Question, answer: Reading) -> bool:
    """Whether normal forms show that the answer is the derivative; False says nothing."""
    from chainrule_cli.calculus.algebra import is_derivative

    formula, claimed = _written_out(question.reading), _written_out(answer, question.reading)
    applied = functions(formula, claimed)
    if tree_size(formula) + tree_size(claimed) > LARGEST or any(
        name not in FUNCTIONS and name not in OPERATORS for name in applied
    ):
        return False
    if isinstance(formula, Apply) and formula.function == "=":
        formula = Apply("+", (formula.args[0], Apply("neg", (formula.args[1],))))
    return is_derivative(formula, question.wrt, question.order, claimed, question.dependent)


def _written_out(reading: Reading, outer: Reading | None = None) -> Syntax:
    """The expression with all definitions written out, those of an outer reading too."""
    bodies: dict[str, Syntax] = {}
    for definition in (*(outer.definitions if outer else ()), *reading.definitions):
        bodies[definition.name] = substitute(definition.body, bodies)
    return substitute(reading.expr, bodies)
