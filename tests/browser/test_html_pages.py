"""HTML pages in a browser: quiet, whole, as wide as the screen, in light and dark, on paper; what a stranger typed stays text."""

from __future__ import annotations

import pytest

from chainrule_cli.render import styles
from tests.browser.conftest import Window

pytestmark = pytest.mark.browser

LONG = "exp(sin(3*x^2+1))/x + (x^2+1)^3*sqrt(x+2)*ln(x)"
PAGES = {
    "diff": ["diff", "sin(x**2)"],
    "diff long": ["diff", LONG, "--detail", "full"],
    "diff equation": ["diff", "x^2 + y^2 = 1"],
    "peel": ["peel", LONG, "--at", "x=0.8"],
    "graph": ["graph", "(x + y)*z", "--at", "x=-2,y=5,z=-4"],
    "graph long": ["graph", LONG, "--at", "x=0.8"],
    "graph jacobian": ["graph", "f = x*y; g = x^2 + y", "--outputs", "f,g", "--at", "x=2,y=3"],
    "paths": ["paths", "c = a + b; d = b + 1; e = c*d", "--wrt", "b", "--at", "a=2,b=1"],
    "check": ["check", "ln(x^2)", "2/x"],
    "hint": ["hint", "x^2 sin(x)", "--level", "4"],
    "gears": ["gears", "sin(cos(x^2))", "--at", "x=0.8"],
    "neuron": ["neuron"],
    "flow": ["flow"],
    "flow compare": ["flow", "--compare", "sigmoid,relu,residual"],
    "flow cell": ["flow", "--cell", "lstm"],
    "checkpoint": ["checkpoint"],
    "matrix": ["matrix", "P = softmax(X*W); -sum(Y.*log(P))", "--wrt", "W", "--shapes", "X:4x3,W:3x2,Y:4x2"],
    "functions": ["functions"],
    "rules": ["rules"],
    "mistakes": ["mistakes"],
}

PAPER = "getComputedStyle(document.body).backgroundColor"
WIDER = """() => [...document.querySelectorAll("main *")].filter((element) => !element.closest(".scroll, svg, .hidden, pre")
    && element.getBoundingClientRect().right > innerWidth + 1).map((element) => element.outerHTML.slice(0, 200))"""
ORDER = """() => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((heading) => Number(heading.tagName[1]))"""
UNNAMED = """() => [...document.querySelectorAll("svg[role=img]")].filter((picture) =>
    !picture.querySelector(":scope > title")?.textContent || !picture.querySelector(":scope > desc")?.textContent).length"""


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[start : start + 2], 16)) for start in (1, 3, 5))})"


@pytest.mark.parametrize("name", list(PAGES))
def test_a_page_is_quiet_whole_and_as_wide_as_the_screen(window: Window, name: str) -> None:
    path = window.run(*PAGES[name])
    for width in (1280, 390):
        page = window.open(path, width=width)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(WIDER) == []
        headings = page.evaluate(ORDER)
        assert headings == [1, *[2] * (len(headings) - 1)]
        assert page.evaluate(UNNAMED) == 0
    assert window.errors == []
    assert window.requests == [path.as_uri()] * 2


@pytest.mark.parametrize("name", ["diff", "graph", "paths", "flow", "check", "matrix"])
def test_light_and_dark_and_paper(window: Window, name: str) -> None:
    path = window.run(*PAGES[name])
    page = window.open(path, color_scheme="dark")
    assert page.evaluate(PAPER) == rgb(styles.DARK["paper"])
    page.emulate_media(color_scheme="light")
    assert page.evaluate(PAPER) == rgb(styles.LIGHT["paper"])
    page.emulate_media(color_scheme="dark", media="print")
    assert page.evaluate(PAPER) == rgb(styles.LIGHT["paper"])
    assert page.pdf().startswith(b"%PDF")
    assert window.errors == []


def test_an_svg_goes_dark_and_back_on_paper_with_its_page(window: Window) -> None:
    page = window.open(window.run(*PAGES["graph"]), color_scheme="dark")
    paper = 'getComputedStyle(document.querySelector("svg .paper")).fill'
    assert page.evaluate(paper) == rgb(styles.DARK["paper"])
    page.emulate_media(media="print")
    assert page.evaluate(paper) == rgb(styles.LIGHT["paper"])


EVIL = "<script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(2)>\"'&amp;"


@pytest.mark.parametrize("answer", [EVIL, IMAGE, "</title></main>" + EVIL, "2x & <b>'\""])
def test_an_answer_stays_text(window: Window, answer: str) -> None:
    path = window.run("check", "x^2", answer, status=4)
    page = window.open(path)
    assert answer in str(page.locator("body").text_content())
    assert page.locator("script, img, b").count() == 0
    assert (window.dialogs, window.errors, window.requests) == ([], [], [path.as_uri()])


@pytest.mark.parametrize("line", [EVIL, IMAGE])
def test_lines_of_working_stay_text(window: Window, line: str) -> None:
    working = ("--working", "-", "--detail", "full")
    path = window.run("check", "x^2", "2x", *working, given=f"2*x\n{line}\n2x\n")
    page = window.open(path)
    assert line in str(page.locator("body").text_content())
    assert page.locator("script, img").count() == 0
    assert (window.dialogs, window.errors, window.requests) == ([], [], [path.as_uri()])


@pytest.mark.parametrize("name", ["<b>x</b>", "<img/src>", "<script>", "&lt;b&gt;'"])
def test_names_of_columns_stay_text(window: Window, name: str) -> None:
    path = window.run("neuron", "--data", "-", given=f"{name},y\n0,1\n1,0\n")
    page = window.open(path)
    assert name in str(page.locator("body").text_content())
    assert page.locator("script, img, b").count() == 0
    assert (window.dialogs, window.errors, window.requests) == ([], [], [path.as_uri()])


def test_a_script_that_is_not_the_pages_own_does_not_run(window: Window) -> None:
    """Even if something were to get into a page as markup, the policy would hold it."""
    for command in (PAGES["graph"], PAGES["peel"]):
        path = window.run(*command)
        smuggled = '<script>document.title = "owned"</script><img src="x" onerror="document.title = 1"><img src="https://chainrule.invalid/p.png">'
        path.write_text(path.read_text("utf-8").replace("</main>", f"{smuggled}</main>"), "utf-8")
        page = window.open(path)
        assert page.title() not in ("owned", "1")
        assert any("Content Security Policy" in error for error in window.errors)
        assert {why for _, why in window.held} == {"csp"}
        assert [request for request in window.requests if request not in dict(window.held)] == [
            path.as_uri()
        ] * (1 + (command is PAGES["peel"]))
