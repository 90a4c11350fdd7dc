"""Colours: all can be read on what they stand on, by day and by night; sheets name no colour that is not there."""

from __future__ import annotations

import re

import pytest

from chainrule_cli.render import styles
from chainrule_cli.render.styles import read_asset
from tests.render.support import contrast


@pytest.mark.parametrize("colours", [styles.LIGHT, styles.DARK])
def test_text_can_be_read(colours: dict[str, str]) -> None:
    assert all(
        contrast(colours[text], colours["paper"]) >= 4.5 for text in ("ink", "dim", "value", "gradient")
    )
    assert all(contrast(colours["ink"], colours[box]) >= 4.5 for box in ("box", "input", "output"))


def test_a_sheets_colours_can_be_told_apart() -> None:
    for colours in (styles.LIGHT, styles.DARK):
        assert all(
            contrast(colours[text], colours["paper"]) >= 4.5
            for text in ("ink", "dim", "value", "gradient", "good", "bad")
        )
        assert all(contrast(colours[text], colours["box"]) >= 4.5 for text in ("ink", "value", "gradient"))


@pytest.mark.parametrize("colours", [styles.LIGHT, styles.DARK])
@pytest.mark.parametrize(
    "name", [name for name in styles.LIGHT if name not in ("paper", "panel", "line", *styles.PICTURES_OWN)]
)
@pytest.mark.parametrize("ground", ["paper", "panel"])
def test_every_colour_can_be_read(colours: dict[str, str], name: str, ground: str) -> None:
    assert contrast(colours[name], colours[ground]) >= 4.5


def test_both_tables_have_the_same_colours() -> None:
    assert list(styles.LIGHT) == list(styles.DARK)
    assert set(re.findall(r"var\(--([a-z]+\d?)\)", read_asset("page.css") + read_asset("stepper.css"))) <= {
        *styles.LIGHT,
        "n",
        "depth",
    }
