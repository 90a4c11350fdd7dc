"""chainrule matrix as people and scripts run it: the page, JSON by its schema, numpy code, a batch."""

from __future__ import annotations

import json

import jsonschema
import numpy as np
import pytest

from chainrule_cli.matrix.language import MATRIX_FUNCTIONS
from chainrule_cli.reports.matrix import report
from tests.matrix.support import run
from tests.support import chainrule

LAYER = ["matrix", "sum((X*W - Y).^2)", "--wrt", "W", "--shapes", "X:4x3,W:3x2,Y:4x2"]


def test_the_page() -> None:
    ran = chainrule(*LAYER)
    assert ran.returncode == 0
    for piece in (
        "T1   = X·W       4x2",
        "W_bar    = Xᵀ·T1_bar",
        "df/dW = 2·Xᵀ·(X·W - Y)",
        "the gradient, of the shape of W (3x2)",
        "the same to 12 digits",
    ):
        assert piece in ran.stdout


def test_json_is_what_its_schema_says() -> None:
    record = json.loads(chainrule(*LAYER, "--json").stdout)
    jsonschema.validate(record, json.loads(chainrule("schema", "matrix").stdout))
    assert record["derivative"] == {
        "text": "2*X'*(X*W - Y)", "latex": "2 X^{\\top} \\left(X W - Y\\right)", "python": "2 * (X.T @ (X @ W - Y))",
    }  # fmt: skip
    assert (record["shapes"], record["check"]["verdict"]) == ({"X": "4x3", "W": "3x2", "Y": "4x2"}, "agree")
    assert [step["name"] for step in record["steps"]] == ["f", "T3", "T2", "T1"]
    again = json.loads(chainrule(*LAYER, "--json").stdout)
    assert again == record


def test_numpy_code_alone() -> None:
    code = chainrule(*LAYER, "--format", "python").stdout
    draw = np.random.default_rng(0)
    point = {name: draw.normal(size=shape) for name, shape in (("X", (4, 3)), ("W", (3, 2)), ("Y", (4, 2)))}
    np.testing.assert_allclose(
        run(code.strip(), point), 2 * point["X"].T @ (point["X"] @ point["W"] - point["Y"]), rtol=1e-13
    )


@pytest.mark.parametrize("name", MATRIX_FUNCTIONS)
def test_every_functions_example(name: str) -> None:
    formula = MATRIX_FUNCTIONS[name].example
    if name in ("vector", "matrix", "eye"):
        formula = {"vector": "x'*vector(1)", "matrix": "sum(X.*matrix(1))", "eye": "tr(A*(A - eye))"}[name]
    shapes = {"kron": "A:2x3,B:3x2", "blocktr": "A:2x2,B:3x3", "blocksum": "A:2x2,B:3x3", "solve": "b:n"}.get(
        name
    )
    wrt = "b" if name == "solve" else "A" if "A" in formula else "X" if "X" in formula else "x"
    record = report(f"norm2({formula})^2", wrt=wrt, shapes=shapes)
    assert record.check.verdict == "agree"


def test_a_batch(tmp_path) -> None:  # type: ignore[no-untyped-def]
    requests = [
        {"command": "matrix", "formula": "sum((X*W - Y).^2)", "wrt": "W", "student": "ann"},
        {"command": "matrix", "formula": "X*W", "wrt": "W", "shapes": {"X": "4x3", "W": [3, 2]}},
        {"command": "matrix", "formula": "inv(X)", "vjp": True},
        {"command": "matrix", "formula": "A*B", "wrt": "A", "shapes": "A:2x3,B:4x5"},
        {"command": "matrix", "formula": "X*W", "jvp": "yes"},
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in requests), "utf-8")
    ran = chainrule("batch", str(file))
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    assert ran.returncode == 0
    assert [each["status"] for each in found] == ["ok", "ok", "ok", "error", "error"]
    assert (found[0]["schema"], found[0]["input"], found[0]["derivative"]["text"]) == (
        "chainrule.matrix.v1",
        {"student": "ann"},
        "2*X'*(X*W - Y)",
    )
    assert (found[2]["mode"], found[2]["derivative"]["text"]) == ("vjp", "-inv(X)'*V*inv(X)'")
    assert "inner sizes 3 and 4 differ" in found[3]["error"]["message"]
