"""chainrule gears: rates multiply, exactly where they are exact; the layers of a formula against its whole graph."""

from __future__ import annotations

import json
import math

import pytest

from chainrule_cli.reports.gears import report
from tests.support import chainrule


@pytest.mark.parametrize(
    ("rates", "product"),
    [
        (["2", "3"], 6.0),
        (["0.1", "3"], 0.3),
        (["1/3", "-3"], -1.0),
        (["2", "0", "5"], 0.0),
        (["pi", "2"], 2 * math.pi),
        (["-0.5"], -0.5),
        (["1e300", "1e300", "1e-300"], 1e300),
        (["1" + "0" * 200, "1" + "0" * 200], str(10**400)),
        (["1/2^600", "2^600"], 1.0),
    ],
)
def test_rates_multiply_exactly(rates: list[str], product: float | str) -> None:
    assert report(rates).product == product


def test_the_running_product() -> None:
    record = report(["2", "-3", "0.5"])
    assert [gear.running for gear in record.gears] == [2.0, -6.0, -3.0]
    assert [gear.turn for gear in record.gears] == ["same way", "other way", "same way"]


def test_the_layers_are_the_gears() -> None:
    record = report(["sin(cos(x^2))"], at="x=0.8")
    assert [(gear.name, gear.driver, gear.layer.text) for gear in record.gears if gear.layer] == [
        ("v", "x", "x**2"),
        ("u", "v", "cos(v)"),
        ("y", "u", "sin(u)"),
    ]
    assert record.rates == pytest.approx([1.6, -math.sin(0.64), math.cos(math.cos(0.64))], rel=1e-12)
    assert record.product == pytest.approx(-1.6 * math.sin(0.64) * math.cos(math.cos(0.64)), rel=1e-12)
    assert record.crosscheck is not None
    assert record.crosscheck.verdict == "agree"


@pytest.mark.parametrize(
    ("formula", "at", "turns", "product", "verdict"),
    [
        ("sin(x)*e^x", "x=1", ["same way"], math.e * (math.sin(1) + math.cos(1)), "agree"),
        ("ln(x*e^x)", "x=2", ["same way", "same way"], 1.5, "agree"),
        ("u = x^2; v = sin(u); e^v", "x=0", ["stalls", "same way", "same way"], 0.0, "agree"),
        ("|sin(x)|", "x=0", ["same way", "slips"], None, "agree"),
        ("|sin(x)|^3", "x=0", ["same way", "slips", "stalls"], 0.0, "agree"),
        ("relu(x)-relu(-x)", "x=0", ["same way"], 1.0, "agree"),
        ("sqrt(x)", "x=0", ["slips"], None, "agree"),
        ("a*sin(x)^2", "x=1,a=-3", ["same way", "same way", "other way"], -3 * math.sin(2), "agree"),
        ("x", "x=7", ["same way"], 1.0, "agree"),
        ("5", "x=7", ["stalls"], 0.0, "agree"),
        ("sqrt(x^2)^4", "x=0", ["stalls", "slips", "stalls"], None, "undecided"),
    ],
)
def test_gears_of_formulas(formula: str, at: str, turns: list[str], product: float | None, verdict: str) -> None:
    record = report([formula], at=at)
    assert [gear.turn for gear in record.gears] == turns
    assert record.product == (None if product is None else pytest.approx(product, rel=1e-12))
    assert record.crosscheck is not None
    assert record.crosscheck.verdict == verdict


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x^2"], "at which x?"),
        (["2", "x"], "x is not a rate"),
        (["2", "3", "--at", "x=1"], "one formula"),
        (["1/0"], "finite"),
        (["x^2 + y^2 = 1", "--at", "x=1"], "no layers"),
        (["x*y", "--at", "x=1", "--wrt", "x"], "no value for y"),
        (["2", "3)"], "bracket"),
        (["1"] * 1_001, "1,000"),
    ],
)
def test_what_is_no_train(arguments: list[str], message: str) -> None:
    ran = chainrule("gears", *arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert message in ran.stderr


@pytest.mark.parametrize(
    ("formula", "at", "meaning", "reason"),
    [
        ("|x|", "x=0", "its rate is -1 to the left and 1 to the right", "only a number by convention"),
        ("sqrt(x)", "x=0", "its rate is infinite here", "slope of the whole is infinite"),
        ("log(x)", "x=-1", "it has no value here", "has no slope here either"),
        ("sqrt(x^2)", "x=0", "Gear 2 slips", "only its sides"),
    ],
)
def test_why_a_train_slips(formula: str, at: str, meaning: str, reason: str) -> None:
    page = chainrule("gears", formula, "--at", at).stdout
    assert meaning in page
    assert reason in page


def test_without_arguments_it_is_two_and_three() -> None:
    assert json.loads(chainrule("gears", "--json").stdout)["product"] == 6.0
    page = chainrule("gears", "2", "3", "-0.5").stdout
    assert "product  (-0.5000) · 3 · 2 = -3" in page
    assert "↺" in page
