"""Choices: the places of a text that have a second reading, and which of them a run of the reader takes.

The parser asks at each place; the canonical reading takes none of the second readings. A new kind is a name
here and a question in the parser.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

DENOMINATOR = "denominator"
"""1/2x as 1/(2x)."""
WHOLE_DENOMINATOR = "whole denominator"
"""1/2x sin x as 1/(2x·sin x)."""
EXPONENT = "exponent"
"""e^2x as e^(2x)."""
FRACTION = "fraction in the exponent"
"""x^1/2 as x^(1/2)."""
DIGITS = "digits of an exponent"
"""x^10 in LaTeX as x^1·0."""
ARGUMENT = "argument that ends sooner"
"""sin x y as sin(x)·y."""
REACH = "argument that reaches further"
"""sin x/2 as sin(x/2)."""
RADICAND = "radicand that reaches further"
"""√2x as √(2x), sqrt 1-x as sqrt(1 - x)."""
RECIPROCAL = "reciprocal"
"""sin^-1 x as 1/sin(x)."""
SCIENTIFIC = "scientific notation"
"""3e2x as 3·e^(2x)."""
LOGARITHM = "logarithm"
"""log as the decimal logarithm, beside an ln."""
WORD = "word"
"""xy as x·y, though xy is a name."""

MOST_READINGS = 8
"""Other readings of a text that are tried."""


class Choice(NamedTuple):
    """kind: one of the constants above. position: in the text."""

    kind: str
    position: int


@dataclass(slots=True)
class Choices:
    """taken: where this run takes the second reading. met: every place that has one, in order."""

    taken: frozenset[Choice] = frozenset()
    met: dict[Choice, None] = field(default_factory=dict)

    def take(self, kind: str, position: int) -> bool:
        """Whether the second reading is taken here; the place is remembered in any case."""
        choice = Choice(kind, position)
        self.met[choice] = None
        return choice in self.taken


def combine(met: Iterable[Choice]) -> list[frozenset[Choice]]:
    """Which second readings to take together, the likeliest first, at most MOST_READINGS.

    Somebody who means 1/(2x) once means it everywhere: all of one kind, all of every kind, then one by one.
    """
    places = list(met)
    kinds = dict.fromkeys(place.kind for place in places)
    found = [frozenset(place for place in places if place.kind == kind) for kind in kinds]
    if len(kinds) > 1:
        found.append(frozenset(places))
    found.extend(frozenset([place]) for place in places[: 2 * MOST_READINGS])
    return list(dict.fromkeys(found))[:MOST_READINGS]
