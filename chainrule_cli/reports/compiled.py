"""text -> a function that gives the value of a formula and its partial derivatives, for numbers and for
arrays.
"""

from __future__ import annotations

from chainrule_cli.graph.compile.codegen import Compiled, generate
from chainrule_cli.graph.lower import lower
from chainrule_cli.notation.reader import read
from chainrule_cli.reports.question import require_value

__all__ = ["Compiled", "report"]


def report(text: str) -> Compiled:
    """The function of a formula.

    Raises ReadError, QuestionError for an undefined function, UsageError for an equation.
    """
    reading = require_value(read(text))
    lowered = lower(reading)
    return generate(lowered.graph, lowered.output, reading.variables)
