"""HTML pages: well formed, whole in one file, mathematics as MathML, nothing of a stranger's is markup, nothing can be fetched or run."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from chainrule_cli.document import (
    Diagram,
    Document,
    Edge,
    Formula,
    Frame,
    Heading,
    Note,
    Run,
    Table,
    Text,
    Vertex,
    runs,
)
from chainrule_cli.explain import diff as explain_diff
from chainrule_cli.explain import graph as explain_graph
from chainrule_cli.explain.graph import explain_passes as passes
from chainrule_cli.notation.syntax import Name
from chainrule_cli.render import html, stepper
from chainrule_cli.render.mathml import to_mathml
from chainrule_cli.reports.diff import answer as derive
from chainrule_cli.reports.diff import report as diff
from chainrule_cli.reports.graph import graph_beside
from chainrule_cli.reports.graph import report as graph
from chainrule_cli.reports.question import ask
from tests.render.test_pages import documents
from tests.render.test_pictures import contrast
from tests.support import chainrule

VOID = {"meta", "br", "img", "hr", "rect", "path"}


class Outline(HTMLParser):
    """open: elements that are not closed yet; seen: all, with their attributes; text: what is read."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("name", list(documents()))
def test_every_page_is_well_formed_and_whole(name: str) -> None:
    page = html.render(documents()[name])
    outline = Outline(page)
    assert outline.open == []
    tags = [tag for tag, _ in outline.seen]
    stepped = any(isinstance(element, Diagram) and element.frames for element in documents()[name].elements)
    assert tags.count("script") == stepped
    assert ("script-src" in page) == stepped
    assert "link" not in tags
    assert not [
        attributes
        for _, attributes in outline.seen
        for key in attributes
        if key in ("src", "href") or key.startswith("on")
    ]
    assert re.findall(r"https?://[^\s\"']+", page) == ["http://www.w3.org/2000/svg"] * tags.count("svg")
    assert [tag for tag in tags if re.fullmatch("h[1-6]", tag)] == ["h1", *["h2"] * (tags.count("h2"))]
    assert all(attributes["scope"] == "col" for tag, attributes in outline.seen if tag == "th")
    pictures = re.findall(r"<svg[^>]*>\n<title>[^<]+</title>\n<desc>[^<]+</desc>", page)
    assert len(pictures) == tags.count("svg")
    assert all('role="img"' in picture for picture in pictures)
    assert "default-src 'none'" in page
    assert "merror" not in tags


@pytest.mark.parametrize("command", [["diff", "sin(x^2)"], ["peel", "sin(x^2)", "--at", "x=1"], ["graph", "x*y", "--at", "x=1,y=2"], ["paths", "x*x", "--at", "x=3"],
                                     ["check", "x^2", "2x"], ["hint", "x^2"], ["gears", "2", "3"], ["neuron"], ["flow"], ["flow", "--cell", "gru"], ["checkpoint"],
                                     ["matrix", "softmax(x)"], ["practice", "--seed", "1"], ["functions"], ["rules"], ["mistakes"]], ids=lambda command: command[0])  # fmt: skip
def test_every_command_with_a_page_has_it_in_html(command: list[str]) -> None:
    ran = chainrule(*command, "--format", "html")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("<!DOCTYPE html>\n")
    assert Outline(ran.stdout).open == []


def test_mathematics_is_mathml_and_a_diagram_svg() -> None:
    page = html.render(explain_diff.explain(diff("sin(x**2)", at="x=0.8")))
    assert '<div class="formula scroll framed"><math display="block"><mfrac>' in page
    assert page.count('class="ring"') == 2
    assert "<svg" in html.render(explain_graph.explain(graph("(x+y)*z", at="x=-2,y=5,z=-4")))


def test_bars_are_drawn_and_not_read() -> None:
    page = html.render(
        Document("t", (Table(("", "length"), "lr", ((runs(Run("█" * 12, "gradient")), runs("12")),)),))
    )
    assert '<span class="bar" style="--n:12" aria-hidden="true"></span>' in page
    assert "█" not in page


def test_what_a_stranger_typed_stays_text() -> None:
    evil = "</title><script>alert(1)</script>\"'&\x1b[31m"
    page = html.render(
        Document(
            evil,
            (
                Heading(evil),
                Text(runs(Run(evil, "strong"))),
                Note(runs(evil)),
                Table((evil,), "l", ((runs(evil),),)),
            ),
        )
    )
    outline = Outline(page)
    assert outline.open == []
    assert "script" not in [tag for tag, _ in outline.seen]
    assert outline.text.count("<script>alert(1)</script>") == 7
    assert "\x1b" not in page


def test_names_that_look_like_markup_stay_names() -> None:
    page = html.render(Document("t", (Formula("y =", Name("x_1")), Text(runs("at ", Name("alpha"))))))
    assert "<msub><mi>x</mi><mn>1</mn></msub>" in page
    assert "<mi>α</mi>" in page
    assert to_mathml("x < 1").count("&lt;") == 1


def walked() -> Document:
    return explain_graph.explain(graph("(x+y)*z", at="x=-2,y=5,z=-4"))


def test_the_policy_allows_the_one_script_by_its_hash_and_no_other() -> None:
    page = html.render(walked())
    (script,) = re.findall("<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'\"" in page
    assert "unsafe-inline" not in page.partition("script-src")[2].partition('"')[0]
    assert script == stepper.SCRIPT


def test_the_script_makes_no_markup_and_asks_nobody() -> None:
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function\(|fetch|XMLHttp|import|http",
        stepper.SCRIPT,
    )


def test_every_moment_has_its_line_and_every_vertex_and_edge_its_mark() -> None:
    document = walked()
    (diagram,) = (element for element in document.elements if isinstance(element, Diagram))
    seen = Outline(html.render(document)).seen
    moments = [attributes for tag, attributes in seen if tag == "li"]
    assert [
        (m["data-phase"], m["data-vertex"], m.get("data-edge"), m.get("data-gradient", "")) for m in moments
    ] == [
        (frame.phase, str(frame.vertex), None if frame.edge is None else str(frame.edge), frame.gradient)
        for frame in diagram.frames
    ]
    assert [a["data-vertex"] for tag, a in seen if tag == "g" and "data-vertex" in a] == [
        str(place) for place in range(len(diagram.vertices))
    ]
    assert sorted(a["data-edge"] or "" for tag, a in seen if tag == "path" and "data-edge" in a) == [
        str(place) for place in range(len(diagram.edges))
    ]


def test_buttons_have_names_and_are_hidden_where_there_is_no_script() -> None:
    seen = Outline(html.render(walked())).seen
    assert [attributes["aria-label"] for tag, attributes in seen if tag == "button"] == [
        title for _, _, title in stepper.CONTROLS
    ]
    assert [
        "hidden" in attributes
        for tag, attributes in seen
        if attributes.get("class") in ("controls", "now-said")
    ] == [True, True]


def test_a_walk_that_is_too_long_for_a_page_is_said_to_be_so() -> None:
    moments = tuple(Frame("forward", 0, None, runs("again")) for _ in range(stepper.MOST_FRAMES + 1))
    page = html.render(
        Document("t", (Diagram((Vertex(runs("x")), Vertex(runs("y"))), (Edge(0, 1),), frames=moments),))
    )
    assert "<script" not in page
    assert "501 moments are too many to step through on a page" in page


def test_the_page_of_a_derivative_steps_through_its_graph() -> None:
    question = ask("sin(x**2)", None, "x=0.8")
    record = derive(question)
    found = graph_beside(question, record)
    assert found is not None
    page = html.render(explain_diff.explain(record, passes=passes(found)))
    assert "The same by reverse mode" in page
    assert 'data-gradient="1.283"' in page
    assert "∂y/∂y" in page


def test_words_of_a_moment_are_text() -> None:
    evil = "<script>alert(1)</script>\"'&"
    frames = (Frame("forward", 0, None, runs(evil), gradient=evil),)
    outline = Outline(html.render(Document("t", (Diagram((Vertex(runs(evil)),), (), frames=frames),))))
    assert [tag for tag, _ in outline.seen].count("script") == 1
    assert [attributes["data-gradient"] for tag, attributes in outline.seen if tag == "li"] == [evil]


@pytest.mark.parametrize("colours", [html.LIGHT, html.DARK])
@pytest.mark.parametrize("name", [name for name in html.LIGHT if name not in ("paper", "panel", "line")])
@pytest.mark.parametrize("ground", ["paper", "panel"])
def test_every_colour_can_be_read(colours: dict[str, str], name: str, ground: str) -> None:
    assert contrast(colours[name], colours[ground]) >= 4.5


def test_both_tables_have_the_same_colours() -> None:
    assert list(html.LIGHT) == list(html.DARK)
    assert set(re.findall(r"var\(--([a-z]+\d?)\)", html.STYLE + stepper.STYLE)) <= {*html.LIGHT, "n", "depth"}


def test_the_name_of_an_option_stays_on_one_line() -> None:
    page = html.render(Document("t", (Text(runs("try --train 100, --clip-norm 1; x--y")),)))
    assert re.findall('<span class="option">(.*?)</span>', page) == ["--train", "--clip-norm"]
