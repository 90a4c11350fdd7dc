"""The texts that a hint must not contain: the derivative, and each factor of it that is still to be found."""

from __future__ import annotations

import re

from chainrule_cli.calculus.rules import RULES
from chainrule_cli.calculus.rules.leaves import dependent_variable
from chainrule_cli.calculus.rules.products import difference, sum_rule
from chainrule_cli.calculus.step import Step, walk
from chainrule_cli.calculus.tidy import tidy
from chainrule_cli.notation.characters import SUPERSCRIPTS
from chainrule_cli.notation.syntax import Apply, Syntax, tree_size
from chainrule_cli.notation.write import exact_value, to_text, to_unicode

LONGEST = 60
"""Nodes of an expression past which a hint uses words for it."""
MOST_TIDIED = 40
"""Secrets that are also kept in their tidied spelling, the outermost first."""

_PLAIN = str.maketrans(SUPERSCRIPTS | {"ᵛ": "v", "−": "-"})
_RAISED = re.compile(f"[{''.join(SUPERSCRIPTS)}ᵛ]+")
_TOKEN = re.compile(r"[^\W\d]\w*|\d+(?:\.\d+)?|[^\s·*()]")


class Secrets:
    """root, result: the derivation by wrt, and the tidied derivative."""

    def __init__(self, root: Step, result: Syntax, wrt: str) -> None:
        steps = list(walk(root))
        factors = (premise.result for step in steps for premise in _factors(step))
        found = dict.fromkeys([result, root.result, *factors])
        unknown = {step.result for step in steps if step.rule == dependent_variable.name}
        hidden = [expr for expr in found if not _is_plain(expr) and expr not in unknown]
        spelled = [*hidden, *(_tidy(expr, wrt) for expr in hidden[:MOST_TIDIED])]
        self._texts = {
            _tokens(write(expr))
            for expr in spelled
            if not _is_plain(expr) and is_short(expr)
            for write in (to_text, to_unicode)
        }

    def is_safe(self, text: str) -> bool:
        tokens = _tokens(text)
        return not any(secret in tokens for secret in self._texts)


def _factors(step: Step) -> tuple[Step, ...]:
    """The premises whose results are factors of the step's: no terms of a sum, no sides of an equation."""
    is_sum = step.rule in (sum_rule.name, difference.name)
    return () if is_sum or step.rule not in RULES else step.premises


def _is_plain(expr: Syntax) -> bool:
    """Whether the expression gives nothing away: a number or a name."""
    return not isinstance(expr, Apply) or exact_value(expr) is not None


def _tidy(expr: Syntax, wrt: str) -> Syntax:
    steps = tidy(expr, wrt) if is_short(expr) else []
    return steps[-1].result if steps else expr


def _tokens(text: str) -> str:
    """Words, numbers and signs between bars, without what may differ between spellings of a formula."""
    flat = _RAISED.sub(lambda found: "^" + found[0], text.replace("**", "^")).translate(_PLAIN)
    return "|".join(["", *_TOKEN.findall(flat), ""])


def is_short(expr: Syntax) -> bool:
    """Whether a hint may show the expression."""
    return tree_size(expr) <= LONGEST
