"""The stepper of an HTML page, driven as a person drives it; what is to be seen at each moment of (x + y)*z is written down here by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from chainrule_cli.render.stepper import SPEEDS
from tests.browser.conftest import Window

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

GRAPH = ("graph", "q = x + y; f = q*z", "--at", "x=-2,y=5,z=-4")

INPUTS = {"x": "-2", "y": "5", "z": "-4"}
VALUES = [{}, {"x": "-2"}, {"x": "-2", "y": "5"}, INPUTS, INPUTS | {"q": "3"}] + [
    INPUTS | {"q": "3", "f": "-12"}
] * 6
GRADIENTS: list[dict[str, str]] = [{}] * 6 + [
    {"f": "1"},
    {"f": "1", "q": "-4"},
    {"f": "1", "q": "-4", "z": "3"},
    {"f": "1", "q": "-4", "z": "3", "x": "-4"},
    {"f": "1", "q": "-4", "z": "3", "x": "-4", "y": "-4"},
]
PLACES = ["", "x", "y", "z", "q", "f", "f", "q", "z", "x", "y"]
EDGES = [""] * 7 + ["q f", "z f", "x q", "y q"]
WEIGHTS = [0] * 7 + [1, 2, 3, 4]
FEEDS = [0] * 4 + [2, 2] + [0] * 5
PHASES = ["start", *["forward"] * 5, *["backward"] * 5]
LAST = 10

SEEN = """() => {
    const shown = (element) => element && getComputedStyle(element).visibility === "visible" && getComputedStyle(element).display !== "none";
    const vertices = [...document.querySelectorAll("g[data-vertex]")];
    const name = (vertex) => vertex.querySelector(".label").textContent.split(" ")[0];
    const numbers = (kind) => Object.fromEntries(vertices.flatMap((vertex) =>
        [...vertex.querySelectorAll("text." + kind)].filter((text) => shown(text) && text.textContent).map((text) => [name(vertex), text.textContent])));
    const ends = { 0: "x q", 1: "y q", 2: "q f", 3: "z f" };
    return {
        values: numbers("value"), gradients: numbers("gradient"),
        place: vertices.filter((vertex) => vertex.matches(".now")).map(name).join(),
        edge: [...document.querySelectorAll("path.now")].map((wire) => ends[wire.dataset.edge]).join(),
        weights: [...document.querySelectorAll("text[data-edge]")].filter(shown).length,
        feeds: document.querySelectorAll("path.feeds").length,
        count: document.querySelector(".count").textContent,
        current: [...document.querySelectorAll(".moments li")].findIndex((item) => item.querySelector("[aria-current]")) + 1,
    };
}"""


def seen(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(SEEN)
    return found


def moment(place: int) -> dict[str, Any]:
    return {
        "values": VALUES[place],
        "gradients": GRADIENTS[place],
        "place": PLACES[place],
        "edge": EDGES[place],
        "weights": WEIGHTS[place],
        "feeds": FEEDS[place],
        "count": f"{place} of {LAST} · {PHASES[place]}",
        "current": place,
    }


FINISHED = moment(LAST) | {"place": "", "edge": "", "count": f"{LAST} of {LAST} · finished", "current": 0}


@pytest.fixture
def page(window: Window) -> Page:
    return window.open(window.run(*GRAPH))


def test_it_begins_with_the_finished_picture(page: Page) -> None:
    assert seen(page) == FINISHED
    assert "finished picture" in str(page.locator(".now-said").text_content())


def test_by_keys_through_all_moments_and_back(page: Page, window: Window) -> None:
    """The arrows work at once, without a click or a focus."""
    for place in range(1, LAST + 1):
        page.keyboard.press("ArrowRight")
        assert seen(page) == moment(place)
    page.keyboard.press("ArrowRight")
    assert seen(page) == moment(LAST)
    for place in range(LAST - 1, -1, -1):
        page.keyboard.press("ArrowLeft")
        assert seen(page) == moment(place)
    page.keyboard.press("ArrowLeft")
    assert seen(page) == moment(0)
    assert window.errors == []


def test_by_clicks_through_all_moments_and_back(page: Page, window: Window) -> None:
    for place in range(1, LAST + 1):
        page.click(".step")
        assert seen(page) == moment(place)
    for place in range(LAST - 1, -1, -1):
        page.click(".back")
        assert seen(page) == moment(place)
    page.click(".end")
    assert seen(page) == FINISHED
    page.click(".back")
    assert seen(page) == moment(LAST)
    page.click(".start")
    assert seen(page) == moment(0)
    assert window.errors == []


def test_home_and_end_where_the_stepper_has_the_focus(page: Page) -> None:
    page.focus(".stepper")
    page.keyboard.press("Home")
    assert seen(page) == moment(0)
    page.keyboard.press("End")
    assert seen(page) == FINISHED


def test_home_and_end_and_space_scroll_where_it_has_not(page: Page) -> None:
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Home")
    page.keyboard.press(" ")
    assert seen(page) == moment(1)
    page.focus(".step")
    page.keyboard.press("Control+ArrowRight")
    assert seen(page) == moment(1)


def test_a_button_that_has_the_focus_is_pressed_once(page: Page) -> None:
    page.focus(".step")
    page.keyboard.press(" ")
    page.keyboard.press("Enter")
    assert seen(page) == moment(2)


def test_every_moment_can_be_clicked(page: Page) -> None:
    for place in (7, 2, 10):
        page.locator(".moments li").nth(place - 1).click()
        assert seen(page) == moment(place)


def test_the_sentence_is_the_current_moment(page: Page) -> None:
    page.locator(".moments li").nth(6).click()
    said = page.locator(".now-said")
    assert said.text_content() == page.locator(".moments li").nth(6).text_content()
    assert "upstream 1 × local (-4) = -4" in str(said.text_content())
    assert said.get_attribute("aria-live") == "polite"
    assert said.locator("math").count() == 1


def test_the_words_of_all_moments_can_be_read_at_every_moment(page: Page) -> None:
    hidden = """() => [...document.querySelectorAll(".moments *, .now-said, .now-said *")].filter((element) => getComputedStyle(element).visibility !== "visible").length"""
    for _ in range(LAST):
        page.keyboard.press("ArrowRight")
        assert page.evaluate(hidden) == 0


def test_play_runs_to_the_end_at_its_speed_and_stops(window: Window) -> None:
    page = window.open(window.run(*GRAPH))
    page.clock.install()
    page.reload()
    page.clock.pause_at(page.evaluate("Date.now()") + 1000)
    page.click(".play")
    assert seen(page) == moment(1)
    page.clock.run_for(3 * SPEEDS["normal"])
    assert seen(page) == moment(4)
    assert page.locator(".play").text_content() == "pause"
    page.keyboard.press(" ")
    page.clock.run_for(3 * SPEEDS["normal"])
    assert seen(page) == moment(4)
    page.select_option("select", label="fast")
    page.click(".play")
    assert seen(page) == moment(5)
    page.clock.run_for(20 * SPEEDS["fast"])
    assert seen(page) == moment(LAST)
    assert page.locator(".play").text_content() == "play"
    page.focus(".stepper")
    page.keyboard.press(" ")
    assert seen(page) == moment(1)
    page.keyboard.press("ArrowLeft")
    page.clock.run_for(5 * SPEEDS["fast"])
    assert seen(page) == moment(0)
    assert window.errors == []


def test_by_touch_on_a_phone(window: Window) -> None:
    page = window.open(window.run(*GRAPH), width=390, has_touch=True, is_mobile=True)
    for place in range(1, 6):
        page.tap(".step")
        assert seen(page) == moment(place)
    page.tap(".moments li:first-child button")
    assert seen(page) == moment(1)
    assert page.evaluate("""[...document.querySelectorAll(".controls button, .controls select")]
        .every((control) => control.getBoundingClientRect().width >= 44 && control.getBoundingClientRect().height >= 44)""")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_place_of_the_moment_is_brought_into_view_on_a_phone(window: Window) -> None:
    path = window.run("graph", "exp(sin(3*x^2+1))/x + sqrt(x+2)*ln(x)", "--at", "x=0.8")
    page = window.open(path, width=390, reduced_motion="reduce")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    inside = """() => { const box = document.querySelector("g.now .box").getBoundingClientRect(); return box.left >= 0 && box.right <= innerWidth }"""
    for _ in range(page.locator(".moments li").count()):
        page.keyboard.press("ArrowRight")
        assert page.evaluate(inside)


def test_the_focus_is_seen_and_follows_the_list(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate('document.activeElement.matches(".stepper")')
    outlined = "getComputedStyle(document.activeElement).outlineStyle"
    stops = []
    for _ in range(8):
        page.keyboard.press("Tab")
        stops.append(
            page.evaluate(
                'document.activeElement.closest(".moments") ? "moment" : document.activeElement.className || document.activeElement.tagName'
            )
        )
        if stops[-1] != "BODY":
            assert page.evaluate(outlined) != "none"
    assert [stop for stop in stops if stop not in ("scroll", "moments")][:7] == [
        "start",
        "back",
        "play",
        "step",
        "end",
        "SELECT",
        "moment",
    ]


def test_less_motion_where_less_is_asked_for(page: Page) -> None:
    page.keyboard.press("ArrowRight")
    moves = 'getComputedStyle(document.querySelector(".box")).transitionDuration'
    assert page.evaluate(moves) != "0s"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(moves) == "0s"


def test_paper_shows_everything_whatever_the_moment(page: Page) -> None:
    page.keyboard.press("ArrowRight")
    page.emulate_media(media="print")
    printed = seen(page)
    assert (printed["values"], printed["gradients"], printed["weights"]) == (VALUES[-1], GRADIENTS[-1], 4)
    assert not page.locator(".controls").is_visible()
    assert not page.locator(".now-said").is_visible()
    assert page.evaluate(
        '(() => { const list = document.querySelector(".moments"); return list.scrollHeight <= list.clientHeight + 1 })()'
    )
    assert page.locator(".moments li").count() == LAST


def test_without_script_the_finished_picture_and_the_list_are_there(window: Window) -> None:
    page = window.open(window.run(*GRAPH), java_script_enabled=False)
    assert page.locator("g[data-vertex] .gradient").all_text_contents() == ["-4", "-4", "3", "-4", "1"]
    assert page.locator(".moments li").count() == LAST
    assert page.locator(".moments li").last.is_visible()
    assert not page.locator(".controls").is_visible()
    assert not page.locator(".now-said").is_visible()


def test_several_results_have_a_pass_each(window: Window) -> None:
    """At the seed of the second result the gradients of the first are wiped."""
    page = window.open(window.run("graph", "f = x*y; g = x^2 + y", "--outputs", "f,g", "--at", "x=2,y=3"))
    seeds = [
        place
        for place, text in enumerate(page.locator(".moments li").all_text_contents())
        if text.startswith("seed")
    ]
    assert len(seeds) == 2
    page.locator(".moments li").nth(seeds[1] - 1).click()
    assert seen(page)["gradients"] == {"f": "1", "x": "3", "y": "2"}
    page.locator(".moments li").nth(seeds[1]).click()
    assert seen(page)["gradients"] == {"g": "1"}
    page.locator(".moments li").last.click()
    assert seen(page)["gradients"] | {"x": "4", "y": "1", "g": "1"} == seen(page)["gradients"]
    page.click(".end")
    assert seen(page)["gradients"] == {"f": "1", "x": "3", "y": "2"}


def test_the_page_of_a_derivative_steps_too(window: Window) -> None:
    page = window.open(window.run("diff", "sin(x**2)", "--at", "x=0.8"))
    for _ in range(page.locator(".moments li").count()):
        page.keyboard.press("ArrowRight")
    assert seen(page)["gradients"] == {"x": "1.283", "v1": "0.8021", "y": "1"}
    assert window.errors == []
