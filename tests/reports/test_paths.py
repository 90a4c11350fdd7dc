"""Paths from text to record: the delta that textbooks draw, exact counts, the strongest, questions that cannot be asked."""

from __future__ import annotations

import json
import subprocess
import sys

import jsonschema
import pytest

from chainrule_cli.document import find_diagram
from chainrule_cli.errors import ChainruleError, QuestionError, UsageError
from chainrule_cli.explain.paths import explain
from chainrule_cli.records import base
from chainrule_cli.reports.graph import report as graph
from chainrule_cli.reports.paths import report as paths
from tests.support import PATIENCE, chainrule


def test_two_paths_meet() -> None:
    record = paths("c = a + b; d = b + 1; e = c*d", wrt="b", at="a=2,b=1")
    assert (record.count, record.sum, record.absolute_sum, record.lengths) == (2, 5, 5, {"2": 2})
    assert [(path.nodes, path.rates, path.product) for path in record.paths] == [
        (("b", "d", "e"), (1, 3), 3),
        (("b", "c", "e"), (1, 2), 2),
    ]
    assert (record.crosscheck.verdict, record.crosscheck.adjoint) == ("agree", 5)


@pytest.mark.parametrize(
    ("text", "count", "slope"), [("x*x", 2, 6), ("x*x*x", 3, 27), ("(x+x)*(x+x+x)", 5, 36)]
)
def test_every_edge_is_a_path_of_its_own(text: str, count: int, slope: float) -> None:
    record = paths(text, at="x=3")
    assert (record.count, record.sum) == (count, slope)


def test_a_ladder_is_counted_exactly() -> None:
    lines = ["u1 = x + x", *(f"u{n} = u{n - 1} + u{n - 1}" for n in range(2, 65))]
    record = paths("; ".join(lines), at="x=1", top=3)
    assert record.count == str(2**64)
    assert record.lengths == {"64": str(2**64)}
    assert record.sum == 2.0**64
    assert [path.product for path in record.paths] == [1, 1, 1]


def test_a_branch_not_taken_is_no_path() -> None:
    assert paths("max(x, 2*x)", at="x=1").count == 1
    assert paths("where(x>0, x^2, -x)", at="x=-1").count == 1


def test_what_cancels_is_said() -> None:
    record = paths("x^2 - 3*x", at="x=1")
    assert (record.sum, record.absolute_sum) == (-1, 5)


@pytest.mark.parametrize(("text", "at"), [("abs(x) + x", "x=0"), ("sin(x)*exp(x)", "x=0.3"), ("x/x", "x=0")])
def test_the_record_keeps_its_schema_and_its_status(text: str, at: str) -> None:
    record = paths(text, at=at)
    jsonschema.validate(record.to_dict(), base.schema("paths"))
    assert record.status == graph(text, at=at).partial_status["x"]


@pytest.mark.parametrize(
    ("text", "question", "kind"),
    [
        ("x*y", {"at": "x=1,y=2", "wrt": "z"}, QuestionError),
        ("a*b", {"at": "a=1,b=2"}, QuestionError),
        ("x*y", {"at": "x=1"}, QuestionError),
        ("2*3", {"at": "x=3"}, QuestionError),
        ("x^2 = y", {"at": "x=1,y=1"}, UsageError),
        ("x^2", {"at": "x=1", "top": 0}, UsageError),
    ],
)
def test_a_question_that_cannot_be_asked(
    text: str, question: dict[str, object], kind: type[ChainruleError]
) -> None:
    with pytest.raises(kind):
        paths(text, **question)


# the commands


@pytest.mark.parametrize("command", [["graph"], ["paths"]])
@pytest.mark.parametrize(
    ("form", "start"), [("svg", "<svg"), ("dot", "digraph"), ("mermaid", "flowchart LR")]
)
def test_pictures(command: list[str], form: str, start: str) -> None:
    ran = chainrule(*command, "(x + 1)*x", "--at", "x=-2", "--format", form)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert start in ran.stdout[:200]


@pytest.mark.parametrize(
    ("formula", "kinds"),
    [
        ("x", ["output"]),
        ("f = x", ["output"]),
        ("a = x; b = a", ["output"]),
        ("a = x*x; b = a; b", ["input", "output"]),
        ("a = x*y; 3", ["output"]),
        ("0*x", ["constant", "input", "output"]),
    ],
)
@pytest.mark.parametrize("detail", ["normal", "full"])
def test_the_result_is_drawn_whatever_it_is(formula: str, kinds: list[str], detail: str) -> None:
    at = "x=1,y=2" if "y" in formula else "x=1"
    diagram = find_diagram(explain(paths(formula, wrt="x", at=at), detail))
    assert sorted(vertex.kind for vertex in diagram.vertices) == kinds


def test_json_of_both_commands() -> None:
    circuit = json.loads(
        chainrule(
            "graph", "f = x*y; g = x + f", "--outputs", "f,g", "--order", "2", "--at", "x=-2,y=5", "--json"
        ).stdout
    )
    assert circuit["schema"] == "chainrule.graph.v1"
    assert [output["partials"] for output in circuit["outputs"]] == [{"x": 5, "y": -2}, {"x": 6, "y": -2}]
    assert circuit["hessian"] == {"x": {"x": 0, "y": 1}, "y": {"x": 1, "y": 0}}
    delta = json.loads(chainrule("paths", "x*x", "--at", "x=-2", "--json").stdout)
    assert (delta["schema"], delta["count"], delta["sum"]) == ("chainrule.paths.v1", 2, -4)


def test_a_missing_number_is_asked_for() -> None:
    ran = chainrule("graph", "x*y", "--at", "x=1")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "y=1" in ran.stderr


def test_neither_imports_sympy_nor_numpy() -> None:
    code = (
        "import sys; from chainrule_cli.reports import graph, paths; graph.report('sin(x)*y', at='x=1,y=2', order=2);"
        "paths.report('sin(x)*y', wrt='x', at='x=1,y=2'); print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=True
    ).stdout.split()
    assert not {"sympy", "rich", "click", "numpy", "flint"} & set(loaded)
