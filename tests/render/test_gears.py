"""Wheels: to scale, in mesh, bounded."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from chainrule_cli.explain import gears as explain_gears
from chainrule_cli.render import svg
from chainrule_cli.render.gears import MODULE, STEEPEST, PlacedWheel, group_wheels
from chainrule_cli.reports.gears import report as gears
from tests.render.support import texts


@pytest.mark.parametrize(
    "speeds",
    [[2.0, 3.0], [2.0, 3.0, -0.5, 1 / 3], [1.6, -0.5972, 0.6952], [0.21] * 5, [-4.9] * 6, [1.0] * 20],
)
def test_wheels_are_to_scale_and_in_mesh(speeds: list[float]) -> None:
    placed: dict[int, list[PlacedWheel]] = {}
    for group in group_wheels(speeds, 448.0):
        assert group[0].shaft is not None
        assert group[-1].x + group[-1].radius <= 448
        for driver, wheel in pairwise(group):
            assert wheel.x - driver.x == pytest.approx(driver.radius + wheel.radius)
            assert math.cos(driver.teeth * driver.phase) == pytest.approx(
                -math.cos(wheel.teeth * (wheel.phase - math.pi)), abs=1e-6
            )
            assert wheel.pace * wheel.teeth == pytest.approx(-driver.pace * driver.teeth)
        for each in group:
            if each.shaft is not None:
                placed.setdefault(each.shaft, []).append(each)
    assert sorted(placed) == list(range(len(speeds) + 1))
    for shaft, speed in enumerate(speeds, 1):
        ratio = placed[shaft][0].pace / placed[shaft - 1][-1].pace
        assert ratio == pytest.approx(speed, rel=0.12)


def test_wheels_of_whole_rates_have_whole_numbers_of_teeth() -> None:
    (group,) = group_wheels([2.0, 3.0], 448.0)
    assert [each.teeth for each in group if each.shaft is not None] == [48, 24, 8]
    assert group[0].radius == 24 * MODULE


@pytest.mark.parametrize("speed", [1e300, -1e300, 1e-300, 100.0])
def test_wild_rates_are_drawn_bounded(speed: float) -> None:
    (group,) = group_wheels([speed], 448.0)
    assert abs(group[-1].pace) == pytest.approx(min(STEEPEST, max(1 / STEEPEST, abs(speed))), rel=0.05)
    assert math.copysign(1, group[-1].pace) == math.copysign(1, speed)


@pytest.mark.parametrize("speeds", [[2.0, 0.0, 3.0], [None], [2.0, None, None, 1.0], [0.0, 0.0]])
def test_what_nothing_drives_is_loose(speeds: list[float | None]) -> None:
    found = [each for group in group_wheels(speeds, 448.0) for each in group]
    assert {each.shaft for each in found if each.loose} == {
        place for place, speed in enumerate(speeds, 1) if not speed
    }
    first = next(place for place, speed in enumerate(speeds, 1) if not speed)
    assert all(each.pace == 0 for each in found if each.shaft is not None and each.shaft >= first)


def test_a_note_says_of_wheels_what_is_drawn() -> None:
    shared, loose = "two wheels of one number are on one shaft", "dashed: not driven"
    for rates, said, silent in (
        (["5", "5"], shared, loose),
        (["0"], loose, shared),
        (["2"], "a wheel with half the teeth", shared),
    ):
        page = " ".join(texts(svg.render(explain_gears.explain(gears(rates)))))
        assert said in page
        assert silent not in page


def test_a_long_train_is_cut() -> None:
    picture = svg.render(explain_gears.explain(gears(["-1"] * 500)))
    assert "… 485 more" in texts(picture)
    assert "gear 500" in texts(picture)
    assert len(picture) < 80_000
