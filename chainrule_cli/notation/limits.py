"""The limits of the language, and the errors that name them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chainrule_cli.errors import LimitError, Span
from chainrule_cli.notation.syntax import Syntax, children

LONGEST_TEXT = 10_000
"""Characters of a formula."""
MOST_DIGITS = 1_000
"""Digits of a number, written out."""
DEEPEST = 200
"""Levels of nesting."""
MOST_NODES = 20_000
"""Nodes of a formula, also where its functions and substitutions are written out."""


def refuse_long(text: str) -> None:
    """Raises LimitError before any work is done on a text that is too long."""
    if len(text) > LONGEST_TEXT:
        raise LimitError(
            f"the formula has {len(text):,} characters, more than {LONGEST_TEXT:,}",
            hint="name its parts: u = ...; v = ...; u*v",
        )


def refuse_large(nodes: Iterable[Syntax], roots: Sequence[Syntax], text: str) -> None:
    """nodes: what the roots are made of, children first. Raises LimitError for too many or too deep ones."""
    sizes: dict[int, int] = {}
    depths: dict[int, int] = {}
    for node in nodes:
        args = children(node)
        sizes[id(node)] = 1 + sum([sizes[id(child)] for child in args])
        depths[id(node)] = 1 + max([depths[id(child)] for child in args], default=0)
    if sum(sizes[id(root)] for root in roots) > MOST_NODES:
        raise size_error(text)
    if max(depths[id(root)] for root in roots) > DEEPEST:
        raise nesting_error(text)


def size_error(text: str = "") -> LimitError:
    return LimitError(f"the formula has more than {MOST_NODES:,} parts", text=text)


def written_out_error(text: str, span: Span | None) -> LimitError:
    """For a function or a substitution that grows past MOST_NODES when it is put in."""
    return LimitError(f"the formula written out has more than {MOST_NODES:,} parts", text=text, span=span)


def nesting_error(
    text: str, span: Span | None = None, hint: str = "name its parts: u = ...; f = ..."
) -> LimitError:
    return LimitError(f"the formula is nested more than {DEEPEST} deep", text=text, span=span, hint=hint)
