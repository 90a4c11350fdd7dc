"""Syntax -> Step: asks the rules, once for each distinct expression, so that shared definitions cost linear time.

Knows memoisation, letters for inner parts, definitions and the order of differentiation. Refuses to know any rule and to tidy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chainrule_cli.calculus.rules import RULES
from chainrule_cli.calculus.step import Letters, Step, give_letters
from chainrule_cli.errors import LimitError, QuestionError
from chainrule_cli.notation.build import ONE
from chainrule_cli.notation.functions import CONDITIONS
from chainrule_cli.notation.syntax import Apply, Name, Syntax, free_names, postorder, tree_size

LARGEST_RESULT = 200_000
"""Nodes of a derivative written out; a product of n factors has about n^2."""


@dataclass
class Deriving:
    """One variable of differentiation, and all that has been derived by it.

    named: definition name -> its derivative by wrt, for the definitions that depend on it. dependents: names that are
    functions of wrt through an equation. root: the expression at which the definitions' chain rule applies.
    """

    wrt: str
    method: str
    letters: Letters
    named: Mapping[str, Syntax] = field(default_factory=dict)
    dependents: frozenset[str] = frozenset()
    root: Syntax | None = None
    _steps: dict[Syntax, Step] = field(default_factory=dict)
    _moving: dict[Syntax, bool] = field(default_factory=dict)
    _outside: dict[str, Deriving] = field(default_factory=dict)

    def depends(self, expr: Syntax) -> bool:
        """Whether the expression changes with the variable."""
        found = self._moving.get(expr)
        if found is not None:
            return found
        for node in postorder(expr):
            if node not in self._moving:
                self._moving[node] = (
                    self._leaf(node)
                    if not isinstance(node, Apply)
                    else any(self._moving[child] for child in node.args)
                )
        return self._moving[expr]

    def _leaf(self, node: Syntax) -> bool:
        return isinstance(node, Name) and (
            node.id == self.wrt or node.id in self.named or node.id in self.dependents
        )

    def of(self, expr: Syntax) -> Step:
        """The step that derives the expression; its parts are derived first, innermost first, so nothing nests deeply."""
        found = self._steps.get(expr)
        if found is not None:
            return found
        if expr is not self.root:
            for node in postorder(expr):
                if node not in self._steps and self.depends(node) and not _is_condition(node):
                    self._steps[node] = self._ask(node)
        return self._steps.setdefault(expr, self._steps.get(expr) or self._ask(expr))

    def _ask(self, expr: Syntax) -> Step:
        for candidate in RULES.values():
            step = candidate.apply(expr, self)
            if step is not None:
                return step
        function = expr.function if isinstance(expr, Apply) else ""
        raise QuestionError(f"the derivative of {function} by this argument is not known", span=expr.span)

    def outside(self, expr: Syntax, name: str) -> Step:
        """The derivative by a letter that stands for an inner part."""
        if name not in self._outside:
            self._outside[name] = Deriving(name, self.method, self.letters)
        return self._outside[name].of(expr)

    def letter(self, inner: Syntax) -> str:
        return self.letters.of(inner)

    def letters_for(self, inners: list[Syntax]) -> list[str]:
        return self.letters.distinct(inners)

    def slopes(self, expr: Syntax) -> dict[str, Syntax]:
        """At the root of a formula with definitions: each name that it is made of, with its derivative by wrt."""
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
    letters: Letters | None = None,
) -> Step:
    """The derivative of the expression by the variable, as the step that gives it, standing on its premises.

    method: auto, quotient, product or log. named: derivatives of the definitions that expr uses, by name. dependents:
    names that depend on wrt. letters: what inner parts are called, so that a page can agree with its onion. Raises
    QuestionError where the language has no derivative (polygamma by its order), LimitError where the result would be
    larger than LARGEST_RESULT nodes.
    """
    if letters is None:
        letters = Letters(frozenset(free_names(expr)) | {wrt} | dependents)
    give_letters(expr, letters)
    deriving = Deriving(wrt, method, letters, named or {}, dependents, root=expr if named else None)
    step = deriving.of(expr)
    size = tree_size(step.result)
    if size > LARGEST_RESULT:
        raise LimitError(
            f"the derivative would have {size:,} parts, more than {LARGEST_RESULT:,}",
            hint="name its parts: u = ...; v = ...; u*v",
        )
    return step
