"""Words that several pages share: so many of a thing, a text or a list that is cut."""

from __future__ import annotations

from collections.abc import Sequence


def pluralize(count: int | None, noun: str) -> str:
    """1 layer, 1,000 layers"""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def shorten_text(text: str, longest: int) -> str:
    """The text, or as many characters of it with … at the end."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def fit_list(parts: Sequence[str], longest: int) -> str:
    """The parts in one line of so many characters, or the first and the last with how many they are."""
    line = ", ".join(parts)
    if len(line) <= longest:
        return line
    first, last = (shorten_text(parts[number], longest // 2) for number in (0, -1))
    return f"{first}, …, {last} ({len(parts):,})" if len(parts) > 1 else first
