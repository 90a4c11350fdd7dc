"""Syntax -> Step: asks the rules, once for each distinct expression, so shared definitions cost linear time.

Here are memoisation, letters for inner parts, definitions and the order in which parts are derived; the rules
are in rules/.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chainrule_cli.calculus.rules import RULES
from chainrule_cli.calculus.step import InnerLetters, Step, give_letters
from chainrule_cli.errors import LimitError, QuestionError
from chainrule_cli.notation.build import ONE
from chainrule_cli.notation.functions import CONDITIONS
from chainrule_cli.notation.syntax import Apply, Name, Syntax, free_names, postorder, tree_size

LARGEST_RESULT = 200_000
"""Nodes of a derivative written out; a product of n factors has about n^2."""


@dataclass
class Deriver:
    """One variable of differentiation, and all that has been derived by it: the Derivation that rules ask.

    wrt, method, dependents: as in rule.Derivation.
    letters: what inner parts are called.
    named: definition -> its derivative by wrt, for the definitions that depend on it.
    root: the expression at which the definitions' chain rule applies.
    """

    wrt: str
    method: str
    letters: InnerLetters
    named: Mapping[str, Syntax] = field(default_factory=dict)
    dependents: frozenset[str] = frozenset()
    root: Syntax | None = None
    _steps: dict[Syntax, Step] = field(default_factory=dict)
    _moving: dict[Syntax, bool] = field(default_factory=dict)
    _by_letter: dict[str, Deriver] = field(default_factory=dict)

    def depends(self, expr: Syntax) -> bool:
        """Whether the expression changes with the variable."""
        found = self._moving.get(expr)
        if found is not None:
            return found
        for node in postorder(expr):
            if node not in self._moving:
                self._moving[node] = (
                    self._is_moving_name(node)
                    if not isinstance(node, Apply)
                    else any(self._moving[child] for child in node.args)
                )
        return self._moving[expr]

    def _is_moving_name(self, node: Syntax) -> bool:
        return isinstance(node, Name) and (
            node.id == self.wrt or node.id in self.named or node.id in self.dependents
        )

    def derive(self, expr: Syntax) -> Step:
        """The step for the expression; its parts are derived first, innermost first, so nothing nests."""
        found = self._steps.get(expr)
        if found is not None:
            return found
        if expr is not self.root:
            for node in postorder(expr):
                if node not in self._steps and self.depends(node) and not _is_condition(node):
                    self._steps[node] = self._ask_rules(node)
        return self._steps.setdefault(expr, self._steps.get(expr) or self._ask_rules(expr))

    def _ask_rules(self, expr: Syntax) -> Step:
        for rule in RULES.values():
            step = rule.apply(expr, self)
            if step is not None:
                return step
        function = expr.function if isinstance(expr, Apply) else ""
        raise QuestionError(f"the derivative of {function} by this argument is not known", span=expr.span)

    def derive_by(self, expr: Syntax, letter: str) -> Step:
        """The step that derives by a letter which stands for an inner part."""
        if letter not in self._by_letter:
            self._by_letter[letter] = Deriver(letter, self.method, self.letters)
        return self._by_letter[letter].derive(expr)

    def letter_for(self, inner: Syntax) -> str:
        return self.letters.give(inner)

    def letters_for(self, inners: list[Syntax]) -> list[str]:
        return self.letters.give_distinct(inners)

    def derivatives_of_names(self, expr: Syntax) -> dict[str, Syntax]:
        """At the root of a formula with definitions: each name that it is made of, with its derivative."""
        if expr is not self.root or not any(name in self.named for name in free_names(expr)):
            return {}
        known = dict(self.named) | {self.wrt: ONE}
        return {name: known[name] for name in free_names(expr) if name in known}


def _is_condition(node: Syntax) -> bool:
    return isinstance(node, Apply) and node.function in CONDITIONS


def derive(
    expr: Syntax,
    wrt: str,
    *,
    method: str = "auto",
    named: Mapping[str, Syntax] | None = None,
    dependents: frozenset[str] = frozenset(),
    letters: InnerLetters | None = None,
) -> Step:
    """The derivative of the expression by the variable, as the step that gives it, standing on its premises.

    method: auto, quotient, product or log. named: derivatives of the definitions that expr uses, by name.
    dependents: names that depend on wrt. letters: what inner parts are called, so that a page can agree with
    its onion. Raises QuestionError where the language has no derivative (polygamma by its order), LimitError
    where the result would be larger than LARGEST_RESULT nodes.
    """
    if letters is None:
        letters = InnerLetters(frozenset(free_names(expr)) | {wrt} | dependents)
    give_letters(expr, letters)
    deriver = Deriver(wrt, method, letters, named or {}, dependents, root=expr if named else None)
    step = deriver.derive(expr)
    size = tree_size(step.result)
    if size > LARGEST_RESULT:
        raise LimitError(
            f"the derivative would have {size:,} parts, more than {LARGEST_RESULT:,}",
            hint="name its parts: u = ...; v = ...; u*v",
        )
    return step
