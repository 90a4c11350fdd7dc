"""Document -> text without colour: what a pipe gets."""

from __future__ import annotations

from chainrule_cli.document import Document
from chainrule_cli.render.layout import lay_out


def render(document: Document, *, width: int | None = None, **_: object) -> str:
    """The page as text; width None does not wrap."""
    return "".join("".join(span.text for span in line).rstrip() + "\n" for line in lay_out(document, width))
