"""Drawings: well formed, whole in one file, the same for the same document, true to their numbers, bounded, nothing of a stranger's is markup.

CHAINRULE_WRITE_PAGES=1 writes the golden files anew."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from chainrule_cli.document import (
    Bars,
    Curve,
    Curves,
    Document,
    Dot,
    Drawing,
    Figure,
    Heading,
    Plan,
    Schedule,
    Series,
    Sweep,
    Train,
    Wheel,
    blocks,
    runs,
)
from chainrule_cli.explain import checkpoint as explain_checkpoint
from chainrule_cli.explain import diff as explain_diff
from chainrule_cli.explain import flow as explain_flow
from chainrule_cli.explain import flow_cell as explain_cell
from chainrule_cli.explain import gears as explain_gears
from chainrule_cli.render import canvas, figures, html, latex, markdown, plain, styles, svg, terminal
from chainrule_cli.render.canvas import choose_ticks, label_ticks
from chainrule_cli.render.curves import clip
from chainrule_cli.render.gears import MODULE, STEEPEST, PlacedWheel, group_wheels
from chainrule_cli.reports.checkpoint import report as checkpoint
from chainrule_cli.reports.diff import report as diff
from chainrule_cli.reports.flow import report as flow
from chainrule_cli.reports.flow_cell import report as cell
from chainrule_cli.reports.gears import report as gears

PICTURES = Path(__file__).parent / "pictures"
NAME = "{http://www.w3.org/2000/svg}"

PAGES: dict[str, Callable[[], Document]] = {
    "curves": lambda: explain_diff.explain(diff("x^3 - 3x", at="x=2", drawn=True)),
    "jumps": lambda: explain_diff.explain(diff("floor(x) + 1/(x - 1)", drawn=True)),
    "nowhere": lambda: explain_diff.explain(diff("sqrt(-1 - x^2)", drawn=True)),
    "wild": lambda: explain_diff.explain(diff("1e300*x", drawn=True)),
    "train": lambda: explain_gears.explain(gears(["2", "3", "-0.5"])),
    "stalled": lambda: explain_gears.explain(gears(["|sin(x)|^3"], at="x=0")),
    "steep": lambda: explain_gears.explain(gears(["1e300", "1e300", "-1e-300", "1/10^400", "7"])),
    "bars": lambda: explain_flow.explain(flow()),
    "beside": lambda: explain_flow.explain(flow(layers=30, compare="sigmoid,relu,residual")),
    "overflow": lambda: explain_flow.explain(flow(layers=40, activation="linear", weight=1e10)),
    "gates": lambda: explain_cell.explain(cell("lstm", steps=20)),
    "plans": lambda: explain_checkpoint.explain(checkpoint()),
    "segments": lambda: explain_checkpoint.explain(
        checkpoint("u = sin(x*y); v = u*exp(u); v + u", at="x=1,y=2")
    ),
}
GOLDEN = ("curves", "train", "bars", "plans")


def drawing_of(document: Document) -> Drawing:
    return next(element.drawing for element in document.elements if isinstance(element, Figure))


def parsed(picture: str) -> ET.Element:
    return ET.fromstring(picture)  # noqa: S314  # it is our own


def texts(picture: str) -> list[str]:
    return [element.text or "" for element in parsed(picture).iter(f"{NAME}text")]


@pytest.mark.parametrize("name", list(PAGES))
def test_a_drawing_is_a_file_of_its_own(name: str) -> None:
    picture = svg.render(PAGES[name]())
    root = parsed(picture)
    assert re.findall(r"https?://[^\"]*", picture) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"@import|url\(|<script|href|font-face", picture)
    assert "@media (prefers-color-scheme: dark)" in picture
    assert [len(root.findall(f"{NAME}{tag}")) for tag in ("title", "desc")] == [1, 1]
    assert float(root.attrib["width"]) == canvas.WIDTH
    assert float(root.attrib["height"]) < 1_500
    assert not re.search(
        r"\b(?:nan|inf)\b",
        re.sub(
            r"<(?:style|title|desc)>.*?</(?:style|title|desc)>|<text.*?</text>", "", picture, flags=re.DOTALL
        ),
    )


@pytest.mark.parametrize("name", list(PAGES))
def test_all_of_it_is_on_the_sheet(name: str) -> None:
    root = parsed(svg.render(PAGES[name]()))
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for element in root.iter():
        x, y = (float(element.attrib.get(axis, 0)) for axis in ("x", "y"))
        assert 0 <= x <= width
        assert 0 <= y <= height


@pytest.mark.parametrize("name", GOLDEN)
def test_drawing(name: str) -> None:
    picture = svg.render(PAGES[name]())
    path = PICTURES / f"{name}.svg"
    if os.environ.get("CHAINRULE_WRITE_PAGES"):
        path.write_text(picture, encoding="utf-8")
    assert picture == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["curves", "train", "beside", "gates", "plans"])
def test_a_page_shows_the_drawing_or_what_stands_in_its_place(name: str) -> None:
    document = PAGES[name]()
    page = html.render(document)
    assert page.count("<svg xmlns") == 1
    spelled = Document(document.title, tuple(blocks(document)))
    for form in (plain, terminal, markdown, latex):
        assert form.render(document, width=80) == form.render(spelled, width=80)
    assert ("<details>" in page) == (len(spelled.elements) >= len(document.elements))


def test_a_sheets_colours_can_be_told_apart() -> None:
    from tests.render.test_pictures import contrast

    for colours in (styles.LIGHT, styles.DARK):
        assert all(
            contrast(colours[text], colours["paper"]) >= 4.5
            for text in ("ink", "dim", "value", "gradient", "good", "bad")
        )
        assert all(contrast(colours[text], colours["box"]) >= 4.5 for text in ("ink", "value", "gradient"))


EVIL = "</text><script>alert(1)</script>\"'&]]>\x1b[31m\x00\ud800\u202e"


def test_what_a_stranger_typed_stays_text() -> None:
    curve = Curve(runs(EVIL), (((0.0, 0.0), (1.0, 1.0)),), 0.0, 1.0, mark=(0.5, 0.5), said=EVIL)
    drawings: tuple[Drawing, ...] = (
        Curves(EVIL, 0.0, 1.0, (curve,), (EVIL,)),
        Train(
            (Wheel(EVIL, EVIL, EVIL, None, "same way"), Wheel(EVIL, EVIL, EVIL, 2.0, "same way")),
            0,
            0,
            (EVIL,),
        ),
        Bars(EVIL, 0, EVIL, EVIL, EVIL, (Series(EVIL, (1.0, 2.0), EVIL),), (EVIL,)),
        Schedule(3, EVIL, (Plan(EVIL, EVIL, 3, (Sweep("advance", 0, 1, 3),), (), ()),), (EVIL,)),
    )
    for drawing in drawings:
        page = Document(EVIL, (Heading(EVIL), Figure(EVIL, drawing)))
        root = parsed(svg.render(page))
        tags = {element.tag.removeprefix(NAME) for element in root.iter()}
        assert tags <= {"svg", "title", "desc", "style", "rect", "path", "circle", "text", "g"}
        assert any("<script>" in (element.text or "") for element in root.iter(f"{NAME}text"))
        assert "<script" not in html.render(page)


# curves


def paths(picture: str, kind: str) -> Iterator[str]:
    return (
        element.attrib["d"]
        for element in parsed(picture).iter(f"{NAME}path")
        if kind in element.attrib["class"].split()
    )


def test_pieces_are_not_joined() -> None:
    picture = svg.render(PAGES["jumps"]())
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
    assert texts(svg.render(PAGES["nowhere"]())).count("no finite real values here") == 2


def test_the_readers_point_is_on_both_curves() -> None:
    assert {"y = 2", "dy/dx = 9"} <= set(texts(svg.render(PAGES["curves"]())))


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


# wheels


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


# bars


def test_bars_stand_on_one_scale_and_bear_their_numbers() -> None:
    picture = svg.render(PAGES["bars"]())
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
    assert "past 1e308" in texts(svg.render(PAGES["overflow"]()))
    nothing = Bars("layer", 1, "", "length", "back", (Series("", (0.0, None, 1.0)),))
    assert {"0", "past 1e308", "1"} <= set(texts(figures.draw(nothing, "t")))


def test_many_layers_stay_small() -> None:
    picture = svg.render(explain_flow.explain(flow(layers=2_000)))
    assert len(picture) < 20_000
    assert "a step stands for 6 of them, and is the largest" in texts(picture)


# schedules


@pytest.mark.parametrize(("layers", "slots"), [(1, 1), (2, 1), (6, 2), (10, 3), (100, 5), (33, 33)])
def test_what_lies_stored_is_what_the_record_counts(layers: int, slots: int) -> None:
    record = checkpoint(layers=layers, slots=slots)
    drawing = drawing_of(explain_checkpoint.explain(record))
    assert isinstance(drawing, Schedule)
    for plan, strategy in zip(drawing.plans, record.strategies, strict=True):
        assert max(count for _, count in plan.levels) == strategy.peak_stored
        back = sum(abs(sweep.last - sweep.first) + 1 for sweep in plan.sweeps if sweep.kind == "backward")
        run = sum(abs(sweep.last - sweep.first) + 1 for sweep in plan.sweeps if sweep.kind != "backward")
        assert back == layers
        assert run + back == plan.duration
        assert all(
            one.start + abs(one.last - one.first) + 1 == other.start for one, other in pairwise(plan.sweeps)
        )


def test_ten_thousand_layers_stay_small() -> None:
    picture = svg.render(explain_checkpoint.explain(checkpoint(layers=10_000, slots=10)))
    assert len(picture) < 60_000
    assert {"10,000", "store-all", "sqrt", "revolve"} <= set(texts(picture))


def test_dots_and_holes() -> None:
    curve = Curve(
        runs("y"),
        (((0.0, 0.0), (1.0, 1.0)),),
        0.0,
        1.0,
        dots=(Dot(0.0, 0.0, True), Dot(1.0, 1.0, False), Dot(0.5, 9.0, False)),
    )
    circles = list(parsed(figures.draw(Curves("x", 0.0, 1.0, (curve,)), "t")).iter(f"{NAME}circle"))
    assert [("hollow" in circle.attrib["class"]) for circle in circles] == [True, False]
