"""Numbers along an axis."""

from __future__ import annotations

import pytest

from chainrule_cli.render.canvas import choose_ticks, label_ticks


@pytest.mark.parametrize(
    ("low", "high"),
    [(0, 1), (-3.1, 3.4), (97, 103), (-1e308, 1e308), (1e-300, 3e-300), (1e16, 1e16 + 64), (-2e-9, 5e-9)],
)
@pytest.mark.parametrize("most", [2, 6, 9])
def test_ticks_are_few_and_between_the_ends(low: float, high: float, most: int) -> None:
    found = choose_ticks(low, high, most)
    assert 1 <= len(found) <= most + 1
    assert all(
        low - 1e-6 * (high / 2 - low / 2) <= tick <= high + 1e-6 * (high / 2 - low / 2) for tick in found
    )
    assert len(set(label_ticks(found))) == len(found)
