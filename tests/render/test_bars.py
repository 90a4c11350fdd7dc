"""Bars: one scale, their numbers, and no more of them than the eye can tell apart."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from chainrule_cli.document import Bars, BarSeries
from chainrule_cli.explain import flow as explain_flow
from chainrule_cli.render import canvas, figures, svg
from chainrule_cli.reports.flow import report as flow
from tests.render.support import FIGURES, NAME, parsed, texts


def test_bars_stand_on_one_scale_and_bear_their_numbers() -> None:
    picture = svg.render(FIGURES["bars"]())
    heights = [
        float(element.attrib["height"])
        for element in parsed(picture).iter(f"{NAME}rect")
        if element.attrib.get("class") == "gradient"
    ]
    record = flow().variants[0]
    sizes = [record.input_norm, *(layer.gradient_norm for layer in record.layers)]
    logs = [math.log10(size) for size in sizes if size]
    steps = [
        (other - one) / (after - before)
        for (one, other), (before, after) in zip(pairwise(heights), pairwise(logs), strict=True)
    ]
    assert max(steps) == pytest.approx(min(steps), rel=0.02)
    assert [canvas.format_number(float(f"{size:.2g}")) for size in sizes[-1:] if size] == ["1"]
    assert {f"{size:.2g}" for size in sizes if size and size > 1e-3} <= set(texts(picture))


def test_what_is_past_the_doubles_and_what_is_nothing_say_so() -> None:
    assert "past 1e308" in texts(svg.render(FIGURES["overflow"]()))
    nothing = Bars("layer", 1, "", "length", "back", (BarSeries("", (0.0, None, 1.0)),))
    assert {"0", "past 1e308", "1"} <= set(texts(figures.draw(nothing, "t")))


def test_many_layers_stay_small() -> None:
    picture = svg.render(explain_flow.explain(flow(layers=2_000)))
    assert len(picture) < 20_000
    assert "a step stands for 6 of them, and is the largest" in texts(picture)
