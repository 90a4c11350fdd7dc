"""Curves: pieces are not joined, a point is on both, what is chosen is said, and cuts are at the edge."""

from __future__ import annotations

import re
from itertools import pairwise

from chainrule_cli.document import DrawnCurve, DrawnCurves, DrawnDot, join_runs
from chainrule_cli.explain import diff as explain_diff
from chainrule_cli.render import figures, svg
from chainrule_cli.render.curves import clip
from chainrule_cli.reports.diff import report as diff
from tests.render.support import FIGURES, NAME, parsed, paths, texts


def test_pieces_are_not_joined() -> None:
    picture = svg.render(FIGURES["jumps"]())
    curve = next(paths(picture, "value-line"))
    joined = [re.findall(r"[-\d.]+ [-\d.]+", run) for run in curve.split("M")[1:]]
    assert len(joined) >= 6
    for run in joined:
        places = [tuple(map(float, pair.split())) for pair in run]
        assert all(one[0] <= other[0] for one, other in pairwise(places))
    assert {
        "○ an end at a jump, or a hole; ● an end that is on the curve",
        "┆ dashed upright: the curve goes past every bound there",
    } <= set(texts(picture))


def test_a_curve_without_values_says_so() -> None:
    assert texts(svg.render(FIGURES["nowhere"]())).count("no finite real values here") == 2


def test_the_readers_point_is_on_both_curves() -> None:
    assert {"y = 2", "dy/dx = 9"} <= set(texts(svg.render(FIGURES["curves"]())))


def test_values_that_were_chosen_are_told() -> None:
    record = diff("a*x^2", wrt="x", drawn=True)
    (fixed,) = [record.to_dict()["curves"]["fixed"]]
    assert list(fixed) == ["a"]
    picture = svg.render(explain_diff.explain(record))
    assert f"with a = {fixed['a']:.6g}, values chosen for the drawing" in " ".join(texts(picture))
    held = svg.render(explain_diff.explain(diff("a*x^2", wrt="x", at="a=2", drawn=True)))
    assert "with a = 2" in texts(held)


def test_clipping_cuts_at_the_edge() -> None:
    assert list(clip([(0, 0), (2, 2), (4, 0)], -1, 1)) == [[(0, 0), (1, 1)], [(3, 1), (4, 0)]]
    assert list(clip([(0, -1e308), (1, 1e308)], -1, 1)) == [[(0.5, -1), (0.5, 1)]]
    assert list(clip([(0, 5), (1, 6)], -1, 1)) == []


def test_dots_and_holes() -> None:
    curve = DrawnCurve(
        join_runs("y"),
        (((0.0, 0.0), (1.0, 1.0)),),
        0.0,
        1.0,
        dots=(DrawnDot(0.0, 0.0, True), DrawnDot(1.0, 1.0, False), DrawnDot(0.5, 9.0, False)),
    )
    circles = list(parsed(figures.draw(DrawnCurves("x", 0.0, 1.0, (curve,)), "t")).iter(f"{NAME}circle"))
    assert [("hollow" in circle.attrib["class"]) for circle in circles] == [True, False]
