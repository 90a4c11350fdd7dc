"""HTML pages: well formed, whole in one file, mathematics as MathML, nothing of a stranger's is markup, nothing can be fetched or run."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from chainrule_cli.document import (
    Diagram,
    DisplayedFormula,
    Document,
    Heading,
    Remark,
    StyledRun,
    Table,
    Text,
    join_runs,
)
from chainrule_cli.explain import diff as explain_diff
from chainrule_cli.explain import graph as explain_graph
from chainrule_cli.notation.syntax import Name
from chainrule_cli.render import html, stepper
from chainrule_cli.render.mathml import to_mathml
from chainrule_cli.reports.diff import report as diff
from chainrule_cli.reports.graph import report as graph
from tests.render.support import Outline, walked
from tests.render.test_pages import documents
from tests.support import chainrule


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
        Document(
            "t",
            (Table(("", "length"), "lr", ((join_runs(StyledRun("█" * 12, "gradient")), join_runs("12")),)),),
        )
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
                Text(join_runs(StyledRun(evil, "strong"))),
                Remark(join_runs(evil)),
                Table((evil,), "l", ((join_runs(evil),),)),
            ),
        )
    )
    outline = Outline(page)
    assert outline.open == []
    assert "script" not in [tag for tag, _ in outline.seen]
    assert outline.text.count("<script>alert(1)</script>") == 7
    assert "\x1b" not in page


def test_names_that_look_like_markup_stay_names() -> None:
    page = html.render(
        Document("t", (DisplayedFormula("y =", Name("x_1")), Text(join_runs("at ", Name("alpha")))))
    )
    assert "<msub><mi>x</mi><mn>1</mn></msub>" in page
    assert "<mi>α</mi>" in page
    assert to_mathml("x < 1").count("&lt;") == 1


def test_the_policy_allows_the_one_script_by_its_hash_and_no_other() -> None:
    page = html.render(walked())
    (script,) = re.findall("<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'\"" in page
    assert "unsafe-inline" not in page.partition("script-src")[2].partition('"')[0]
    assert script == stepper.read_script()


def test_the_name_of_an_option_stays_on_one_line() -> None:
    page = html.render(Document("t", (Text(join_runs("try --train 100, --clip-norm 1; x--y")),)))
    assert re.findall('<span class="option">(.*?)</span>', page) == ["--train", "--clip-norm"]
