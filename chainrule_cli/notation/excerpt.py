"""A long text cut to a length."""

from __future__ import annotations


def shorten(text: str, most: int) -> str:
    """The text, or as many of its characters as leave room for the … that says it was longer."""
    return text if len(text) <= most else text[: most - 1] + "…"
