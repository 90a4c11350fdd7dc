"""The record of diff: its JSON against the generated schema and the contract, for every kind of question."""

from __future__ import annotations

import json

import jsonschema
import pytest
import sympy
from sympy.parsing.sympy_parser import parse_expr

from chainrule_cli.errors import LimitError, QuestionError, UsageError
from chainrule_cli.notation.reader import read
from chainrule_cli.records.base import encode, exit_status, schema
from chainrule_cli.reports.diff import report
from chainrule_cli.reports.peel import report as peel

KINDS = [
    ("sin(x**2)", {}),
    ("sin(x**2)", {"at": "x=0.8"}),
    ("x^x", {"order": 3}),
    ("u = x^2; v = x*sin(u); u*v", {}),
    ("x^3 + y^3 = 6*x*y", {}),
    ("x^2 + y^2 = 1", {"order": 2, "at": "x=0.6, y=0.8"}),
    ("f(g(x))", {}),
    ("x^2*y", {"wrt": "y"}),
    ("log(-1-x^2)", {}),
    ("where(x>0, x^2, -x)", {"at": {"x": 0}}),
    (r"\frac{x}{\sqrt{x}}", {"method": "log"}),
    ("7", {}),
    ("x^(2/3)", {"at": "x=-8"}),
]


@pytest.mark.parametrize(("text", "question"), KINDS)
def test_the_json_is_what_the_schema_says(text: str, question: dict) -> None:
    record = report(text, **question)
    plain = json.loads(encode(record))
    jsonschema.validate(plain, schema("diff"))
    assert next(iter(plain)) == "schema"
    assert {
        "formula",
        "variables",
        "wrt",
        "order",
        "layers",
        "steps",
        "derivative",
        "notations",
        "notes",
        "crosscheck",
    } <= set(plain)
    assert all({"id", "rule", "expr", "result", "premises", "text"} <= set(step) for step in plain["steps"])
    assert [step["id"] for step in plain["steps"]] == list(range(1, len(plain["steps"]) + 1))
    assert (
        all(
            premise > step["id"]
            for step in plain["steps"]
            if step["part_of"] == "derive"
            for premise in step["premises"]
        )
        or len(plain["steps"]) > 10
    )
    assert record.crosscheck.verdict != "disagree"
    assert exit_status(record) == (3 if record.crosscheck.verdict == "undecided" else 0)


@pytest.mark.parametrize(
    ("text", "question"), [(text, question) for text, question in KINDS if "f(" not in text]
)
def test_the_text_of_the_derivative_is_read_alike_by_chainrule_and_sympy(text: str, question: dict) -> None:
    record = report(text, **question)
    symbols = {name: sympy.Symbol(name, real=True) for name in record.variables}
    theirs = parse_expr(record.derivative.text, local_dict=symbols)
    assert theirs.free_symbols <= set(symbols.values())
    assert set(read(record.derivative.text, declared=record.variables).variables) == {
        symbol.name for symbol in theirs.free_symbols
    }
    for row in record.crosscheck.points[:3]:
        value = (
            theirs.subs({symbols[name]: sympy.Rational(at) for name, at in row.at.items() if name in symbols})
            .doit()
            .evalf(20)
        )
        assert float(value) == pytest.approx(row.symbolic, rel=1e-9, abs=1e-12)


def test_the_rates_of_the_layers_multiply_to_the_derivative() -> None:
    record = report("sin(cos(x^2))", at="x=0.8")
    product = 1.0
    for layer in record.layers:
        product *= layer.rate_value
    assert product == pytest.approx(record.at.derivative, rel=1e-12)
    assert [layer.inner.text for layer in record.layers] == ["cos(x**2)", "x**2", "x"]
    assert record.notations.leibniz == "dy/dx = dy/du · du/dv · dv/dx"
    assert record.notations.lagrange == "(f∘g∘h)'(x) = f'(g(h(x)))·g'(h(x))·h'(x)"


def test_the_same_input_gives_the_same_bytes() -> None:
    assert encode(report("x*sin(x)/(x+1)")) == encode(report("x*sin(x)/(x+1)"))


def test_the_checked_stage_comes_before_the_tidied_answer() -> None:
    stages = []
    record = report("x^2*sin(x)/(x+1)", stage=lambda name, each: stages.append((name, each)))
    assert [(name, each.complete) for name, each in stages] == [("checked", False)]
    assert record.complete
    assert stages[0][1].derivative.text != record.derivative.text


@pytest.mark.parametrize(
    ("text", "question", "error", "message"),
    [
        ("a*b", {}, QuestionError, "which variable"),
        ("u = x; u^2", {"wrt": "u"}, QuestionError, "defined in the formula"),
        ("x", {"order": 0}, UsageError, "order"),
        ("x", {"order": 99}, UsageError, "order"),
        ("x", {"method": "magic"}, UsageError, "method"),
        ("x^2", {"dependent": "y"}, UsageError, "dependent"),
        ("x^2", {"wrt": "2x"}, UsageError, "not the name"),
        ("s^2 + t^2 + r = 1", {"wrt": "s"}, QuestionError, "depends"),
        ("x" * 10_001, {}, LimitError, "10,000"),
        ("polygamma(x, 2)", {}, QuestionError, "not known"),
        ("x^2 + y^2 = 1", {"at": "x=0.6, y=0.9"}, QuestionError, "not on the curve"),
        ("f(x)", {"at": "x=1"}, QuestionError, "no value"),
    ],
)
def test_questions_that_cannot_be_asked(
    text: str, question: dict, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        report(text, **question)


def test_a_point_that_lacks_a_variable_is_noted() -> None:
    record = report("a*x^2", at="x=1")
    assert record.at is None
    assert "--at has no value for a: no numbers are shown at the point" in record.notes
    on_curve = report("x^2 + y^2 = 1", at="x=0.6, y=0.8")
    assert (on_curve.at.value, on_curve.at.derivative) == (0.8, pytest.approx(-0.75))


def test_peel() -> None:
    record = peel("u = x^2; u*sin(u)", at="x=0.5")
    jsonschema.validate(json.loads(encode(record)), schema("peel"))
    assert [layer.name for layer in record.layers] == ["y", "u"]
    assert peel("5*sin(x^2)+3", at="x=0.5").derivative_value == pytest.approx(10 * 0.5 * 0.9689124217106447)
    with pytest.raises(UsageError, match="no layers"):
        peel("x^2 + y^2 = 1")
