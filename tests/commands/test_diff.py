"""chainrule diff --plot: the ending of the file decides, the file is whole or not there, standard output stays what it is."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from chainrule_cli.document import DrawnCurve, DrawnCurves, DrawnDot, join_runs
from chainrule_cli.explain.diff import explain
from chainrule_cli.render import curves_matplotlib, curves_terminal
from chainrule_cli.reports.diff import report
from tests.support import STRIKING, chainrule, on_terminal, running

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
BEGINNINGS = {"svg": b"<svg xmlns", "png": b"\x89PNG\r\n", "pdf": b"%PDF-", "txt": b"  "}


@pytest.mark.parametrize("ending", [*BEGINNINGS, "SVG"])
def test_the_ending_decides_what_is_drawn(ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"curves.{ending}"
    ran = chainrule("diff", "x^3 - 3x", "--at", "x=2", "--plot", str(file))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == chainrule("diff", "x^3 - 3x", "--at", "x=2").stdout
    assert file.read_bytes().startswith(BEGINNINGS[ending.lower()])
    assert [each.name for each in tmp_path.iterdir()] == [file.name]


@pytest.mark.parametrize("ending", ["svg", "png", "pdf", "txt"])
def test_the_same_question_gives_the_same_bytes(ending: str, tmp_path: Path) -> None:
    files = [tmp_path / f"{place}.{ending}" for place in range(2)]
    for file in files:
        chainrule("diff", "a/x", "--wrt", "x", "--plot", str(file))
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize("name", ["curves.gif", "curves", ".svg", "", "curves.svg.exe"])
def test_another_ending_is_refused(name: str, tmp_path: Path) -> None:
    ran = chainrule("diff", "x", "--plot", name, cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ".svg, .png, .pdf or .txt" in ran.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["x^2 + y^2 = 1", "--plot", "a.svg"], "an equation is no function"),
        (["x^2 + y^2 = 1", "--format", "svg"], "an equation is no function"),
        (["f(x^2)", "--plot", "a.svg"], "f is an undefined function"),
        (["x", "--plot", "-", "--json"], "--plot - draws in the terminal"),
        (["x", "--plot", "-", "--format", "html"], "--plot - draws in the terminal"),
        (["x", "--plot", "a.svg", "--output", "a.svg"], "two answers would go to a.svg"),
        (["x", "--plot", "no/such/folder/a.svg"], "cannot write no/such/folder/a.svg"),
    ],
)
def test_what_cannot_be_drawn_is_refused(arguments: list[str], says: str, tmp_path: Path) -> None:
    ran = chainrule("diff", *arguments, cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert says in ran.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "library"), [("a.png", "matplotlib"), ("a.txt", "plotext"), ("-", "plotext")]
)
def test_a_missing_extra_is_one_line(name: str, library: str, tmp_path: Path) -> None:
    program = [
        sys.executable,
        "-c",
        f"import sys; sys.modules[{library!r}] = None; from chainrule_cli.cli import main; main()",
    ]
    ran = chainrule("diff", "x", "--plot", name, program=program, cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert (
        ran.stderr
        == f"error: a plot of that kind needs {library}, which is not installed\n  pip install 'chainrule[plot]'\n"
    )
    drawn = chainrule("diff", "x", "--plot", "a.svg", program=program, cwd=tmp_path)
    assert (drawn.returncode, drawn.stderr) == (0, "")


def test_curves_are_in_the_json_where_they_were_asked_for(tmp_path: Path) -> None:
    plain = json.loads(chainrule("diff", "1/x", "--json").stdout)
    ran = chainrule("diff", "1/x", "--json", "--plot", str(tmp_path / "a.svg"))
    record = json.loads(ran.stdout)
    curves = record.pop("curves")
    assert record == plain
    assert curves["value"]["poles"] == [0.0]
    assert len(curves["value"]["pieces"]) == len(curves["derivative"]["pieces"]) == 2
    for piece in curves["value"]["pieces"]:
        assert all(y == pytest.approx(1 / x) for x, y in piece)
    for piece in curves["derivative"]["pieces"]:
        assert all(y == pytest.approx(-1 / x**2) for x, y in piece if abs(x) > 1e-100)


def test_the_record_matches_its_schema() -> None:
    import jsonschema

    record = report("floor(x)", drawn=True).to_dict()
    jsonschema.validate(record, json.loads(chainrule("schema", "diff").stdout))
    assert record["curves"]["value"]["dots"]


def test_a_formula_without_values_keeps_its_verdict(tmp_path: Path) -> None:
    ran = chainrule("diff", "sqrt(-1 - x^2)", "--plot", str(tmp_path / "a.svg"))
    assert ran.returncode == 3
    assert "no finite real values here" in (tmp_path / "a.svg").read_text("utf-8")


def test_a_plot_is_not_lost_when_the_budget_runs_out(tmp_path: Path) -> None:
    looping = "import chainrule_cli.reports.diff as diff; diff.tidy_result = lambda *_: 10 ** (10**9)"
    ran = chainrule(
        "diff",
        "x^2*sin(x)",
        "--plot",
        str(tmp_path / "a.svg"),
        "--timeout",
        "3600",
        program=running(STRIKING, looping),
    )
    assert ran.returncode == 3
    assert "not yet tidied" in ran.stderr
    ET.fromstring((tmp_path / "a.svg").read_text("utf-8"))  # noqa: S314  # it is our own


def test_a_formula_that_is_too_large_to_draw_says_so(tmp_path: Path) -> None:
    tight = "import chainrule_cli.graph.sampling.curves as curves, chainrule_cli.cli as cli; curves.MOST_WORK = 100; cli.main()"
    program = [sys.executable, "-c", tight]
    ran = chainrule("diff", "x^2", "--plot", str(tmp_path / "a.svg"), program=program)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "too large for a picture" in ran.stderr
    assert not list(tmp_path.iterdir())
    page = chainrule("diff", "x^2", "--format", "html", program=program)
    assert (page.returncode, "Curves" in page.stdout) == (0, False)


# in the terminal


@pytest.mark.parametrize("columns", [40, 80, 132])
def test_a_drawing_in_the_terminal_keeps_to_its_width(columns: int) -> None:
    status, screen = on_terminal(
        "diff", "tan(x)", "--plot", "-", "--detail", "brief", "--color", "never", columns=columns
    )
    lines = screen.splitlines()
    assert status == 0
    assert max(map(len, lines)) <= columns
    assert max(len(line) for line in lines if "┐" in line) >= columns - 1
    assert "\x1b" not in screen


def test_colour_adds_nothing_but_colour() -> None:
    arguments = ("diff", "floor(x)", "--at", "x=0.5", "--plot", "-", "--detail", "brief")
    coloured = chainrule(*arguments, "--color", "always").stdout
    bare = chainrule(*arguments, "--color", "never").stdout
    assert "\x1b[" in coloured
    assert "\x1b" not in bare
    assert [line.rstrip() for line in ESCAPE.sub("", coloured).splitlines()] == bare.splitlines()


def test_a_page_comes_before_its_drawing() -> None:
    page = chainrule("diff", "x^2").stdout
    drawn = chainrule("diff", "x^2", "--plot", "-").stdout
    assert drawn.startswith(page)
    assert "dy/dx = 2x" in drawn.removeprefix(page)


CURVE = DrawnCurve(
    join_runs("y = \x1b[31mx"),
    (((-1.0, -1.0), (0.0, 0.0)), ((0.0, 2.0), (1.0, 1.0))),
    -2.0,
    3.0,
    dots=(DrawnDot(0.0, 0.0, False), DrawnDot(0.0, 2.0, True)),
)
EMPTY = DrawnCurve(join_runs("nothing"), (), -1.0, 1.0)


def test_a_gap_stays_a_gap() -> None:
    lines = curves_terminal.render(DrawnCurves("x", -1.0, 1.0, (CURVE, EMPTY)), width=60).splitlines()
    inside = [line for line in lines[:14] if line.endswith("│")]
    upper, lower = (next(place for place, line in enumerate(inside) if mark in line) for mark in "●○")
    assert inside[upper].index("●") == inside[lower].index("○")
    assert upper + 1 < lower
    assert all(line[inside[lower].index("○")] == " " for line in inside[upper + 1 : lower])
    assert "no finite real values: nothing" in lines
    assert "\x1b" not in "".join(lines)


@pytest.mark.parametrize("ending", ["png", "pdf"])
def test_matplotlib_takes_wild_values_and_no_markup(ending: str) -> None:
    wild = DrawnCurve(
        join_runs("y = $\\frac{1}{0$ _x_ 1e300"),
        (((0.0, -1e307), (0.5, 0.0), (1.0, 1e307)),),
        -1e307,
        1e307,
        mark=(0.5, 0.0),
        phrase="$x",
        slope=1e307,
    )
    assert curves_matplotlib.render(DrawnCurves("$", 0.0, 1.0, (wild, EMPTY), ("$note",)), ending).startswith(
        BEGINNINGS[ending]
    )


def test_plain_runs_know_nothing_of_curves() -> None:
    """Neither the libraries nor the samples: a page without a picture costs nothing."""
    record = report("x^2", at="x=1")
    assert "curves" not in record.to_dict()
    assert [type(each).__name__ for each in explain(record).elements if type(each).__name__ == "Figure"] == []
