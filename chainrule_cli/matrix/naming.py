"""The answer in the names of the forward pass, where that is shorter: f = softmax(x) has diag(f) - f*f'.

The result and definitions have names already; another operation is named where it stands in the answer
several times and the answer, with the operation written once, gets shorter. The derivative is worked out anew
with these nodes as names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chainrule_cli.errors import LimitError
from chainrule_cli.matrix.derivative import Derivative, differentiate
from chainrule_cli.matrix.indices import spell_answer
from chainrule_cli.notation.syntax import Apply, Syntax, free_names
from chainrule_cli.notation.write import in_matrices, to_unicode

LONG, LONGEST = 30, 2_000
"""Characters of an answer that may be worth shortening; of one that all operations are tried on as names."""

SHORTER = 0.85
"""Of the whole answer: what is longer than that, with what it names, is no help."""

MOST_NAMES = 24
"""Operations that are tried, one after the other."""


class ShortForm(NamedTuple):
    """derivative: with names in it. parts: each name that it uses -> the operation, as it was typed.
    added: those of them that the formula does not name itself."""

    derivative: Derivative
    parts: Mapping[str, Apply]
    added: frozenset[str]


def shorten(found: Derivative, named: Sequence[tuple[str, Apply]]) -> ShortForm | None:
    """The answer with names; None where no name makes it much shorter.
    named: the operations of the formula that may be named, arguments first."""
    whole = _count_characters(spell_answer(found))
    if whole < LONG:
        return None
    reading = found.shaped.reading
    own = {each.name for each in reading.definitions} | {name for name, node in named if node is reading.expr}
    chosen = {name: node for name, node in named if name in own}
    best = _try_names(found, chosen)
    others = [each for each in named if each[0] not in own] if whole <= LONGEST else []
    for name, node in reversed(others[-MOST_NAMES:]):
        more = {**chosen, name: node}
        tried = _try_names(found, more)
        if (
            best is not None
            and tried is not None
            and _find_cost(tried, more, own) < _find_cost(best, chosen, own)
        ):
            chosen, best = more, tried
    if best is None or _find_cost(best, chosen, own) > SHORTER * whole:
        return None
    used = _find_used(best, chosen)
    return ShortForm(best, used, frozenset(used) - own) if used else None


def _try_names(found: Derivative, names: Mapping[str, Apply]) -> Derivative | None:
    """The derivative with these operations as names; None where it gets too long on the way."""
    mode = found.kind if found.kind in ("vjp", "jvp") else None
    try:
        return differentiate(
            found.shaped,
            found.wrt,
            order=found.order,
            mode=mode,
            names={id(node): name for name, node in names.items()},
        )
    except LimitError:
        return None


def _find_used(found: Derivative, names: Mapping[str, Apply]) -> dict[str, Apply]:
    written = free_names(spell_answer(found))
    return {name: node for name, node in names.items() if name in written}


def _find_cost(found: Derivative, names: Mapping[str, Apply], own: set[str]) -> int:
    """The characters of the answer, and of the operations that it names beside the formula's own."""
    return _count_characters(spell_answer(found)) + sum(
        _count_characters(node) for name, node in _find_used(found, names).items() if name not in own
    )


def _count_characters(expr: Syntax) -> int:
    return len(to_unicode(in_matrices(expr)))
