"""A rule with blanks: what it makes of an expression when no derivative of a part is known.

Knows how deep a blank is seen through. Refuses to know what a rule does: the rule itself is applied.
"""

from __future__ import annotations

from dataclasses import replace

from chainrule_cli.calculus.derive import Deriving
from chainrule_cli.calculus.rules import RULES
from chainrule_cli.calculus.step import Step
from chainrule_cli.grading.hint_words import LINEAR
from chainrule_cli.notation.build import ONE, power, product
from chainrule_cli.notation.syntax import Name, Syntax

BLANK = Name("□")

HANDING_ON = LINEAR | {"change of base", "meaning", "product for a quotient", "quotient for a product"}
"""Rules whose set-up is that of the parts they ask for."""


class Blanked:
    """A Derivation for one rule: whatever it asks for is a blank, seen through rules that only hand on as deep as `through`."""

    def __init__(self, deriving: Deriving, through: int = 3) -> None:
        self._deriving = deriving
        self._through = through
        self._hands_on = False
        self.wrt = deriving.wrt
        self.method = deriving.method
        self.dependents = deriving.dependents
        self.depends = deriving.depends
        self.letter = deriving.letter
        self.letters_for = deriving.letters_for

    def step(self, expr: Syntax) -> Step:
        """The rule's step with blanks; a blank alone where the rule asks for nothing."""
        for rule in RULES.values():
            self._hands_on = rule.name in HANDING_ON and self._through > 0
            step = rule.apply(expr, self)
            if step is not None:
                break
        else:
            raise AssertionError("every expression that was derived has a rule")
        if step.rule == "power":
            return replace(step, result=product([BLANK, power(Name(self.wrt), BLANK)]))
        return step if step.premises or step.rule == "dependent variable" else replace(step, result=BLANK)

    def of(self, expr: Syntax) -> Step:
        if self._hands_on or (isinstance(expr, Name) and expr.id in self.dependents):
            return Blanked(self._deriving, self._through - 1).step(expr)
        return Step("", expr, self.wrt, BLANK)

    def outside(self, expr: Syntax, name: str) -> Step:
        return Step("", expr, name, BLANK)

    def slopes(self, expr: Syntax) -> dict[str, Syntax]:
        return {name: slope if slope == ONE else BLANK for name, slope in self._deriving.slopes(expr).items()}
