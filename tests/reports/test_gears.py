"""chainrule gears: rates multiply, exactly where they are exact; the layers of a formula against its whole graph."""

from __future__ import annotations

import json
import math
import random
from dataclasses import replace
from fractions import Fraction
from types import ModuleType
from typing import Any

import autograd
import autograd.numpy as anp
import pytest

from chainrule_cli.errors import ChainruleError
from chainrule_cli.explain.gears import explain
from chainrule_cli.lessons.gears import Gear, of_parts
from chainrule_cli.records.base import exit_status
from chainrule_cli.render import latex, markdown, plain
from chainrule_cli.reports import gears
from chainrule_cli.reports.gears import MOST_GEARS, report
from tests.support import chainrule, counted


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
        (["1e308", "1e308", "1/3"], f"{10**616}/3"),
        (["1e-300", "-1e-300"], f"-1/{10**600}"),
        (["exp(700)", "0", "exp(700)", "exp(700)"], 0.0),
    ],
)
def test_rates_multiply_exactly(rates: list[str], product: float | str) -> None:
    record = report(rates)
    assert record.product == product
    assert (record.crosscheck.verdict, record.crosscheck.reverse_mode) == (
        "agree",
        pytest.approx(product, rel=1e-15) if isinstance(product, float) else product,
    )


@counted(200)
def test_random_trains(count: int) -> None:
    dice = random.Random(0)
    for _ in range(count):
        rates = [Fraction(dice.randint(-50, 50), dice.randint(1, 50)) for _ in range(dice.randint(1, 9))]
        record = report([str(rate) for rate in rates])
        assert record.product == float(math.prod(rates))
        assert record.rates == tuple(float(rate) for rate in rates)
        assert [gear.turn for gear in record.gears] == [
            "stalls" if rate == 0 else "same way" if rate > 0 else "other way" for rate in rates
        ]


@counted(60)
def test_nested_functions_are_a_train_whose_product_is_autograds(count: int) -> None:
    dice = random.Random(1)
    for _ in range(count):
        names = [dice.choice(["sin", "cos", "tanh", "exp", "atan"]) for _ in range(dice.randint(2, 6))]
        formula, point = "".join(f"{name}(" for name in names) + "x" + ")" * len(names), dice.uniform(-1, 1)

        def composed(x: float, names: list[str] = names) -> float:
            for name in reversed(names):
                x = getattr(anp, "arctan" if name == "atan" else name)(x)
            return x

        record = report([formula], at={"x": point})
        assert len(record.gears) == len(names)
        assert record.product == pytest.approx(autograd.grad(composed)(point), rel=1e-11)
        assert record.crosscheck.verdict == "agree"


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
        ("u = x^2; u*sin(u)", "x=1", ["same way", "same way"], 2 * (math.sin(1) + math.cos(1)), "agree"),
        ("u = x^2; v = sin(u); u*v", "x=1", ["same way"], 2 * (math.sin(1) + math.cos(1)), "agree"),
        ("a = x; a", "x=7", ["same way", "same way"], 1.0, "agree"),
        ("a = x; b = a; b^2", "x=1", ["same way", "same way", "same way"], 2.0, "agree"),
        ("a = x; b = -a; a*b", "x=1", ["other way"], -2.0, "agree"),
        ("a = x; sin(a)*a", "x=1", ["same way", "same way"], math.sin(1) + math.cos(1), "agree"),
        ("k = 3; u = k*x; sin(u)", "x=1", ["same way", "other way"], 3 * math.cos(3), "agree"),
        (
            "y = sin(x^2); cos(y)",
            "x=1",
            ["same way", "other way"],
            -2 * math.sin(math.sin(1)) * math.cos(1),
            "agree",
        ),
        ("-sin(x^2)", "x=1", ["same way", "same way", "other way"], -2 * math.cos(1), "agree"),
        ("sin(y^2)", "y=1", ["same way", "same way"], 2 * math.cos(1), "agree"),
        ("cbrt(x)^2", "x=0", ["slips", "stalls"], None, "agree"),
        ("exp(log(x))", "x=0", ["slips", "slips"], None, "agree"),
        ("exp(x)^(-1)", "x=800", ["slips", "slips"], None, "agree"),
        ("exp(-exp(x))", "x=7", ["other way", "stalls"], 0.0, "agree"),
        ("floor(x)", "x=1", ["slips"], None, "agree"),
        ("|sin(x)|", "x=pi", ["other way", "slips"], None, "agree"),
        ("|x^2-0.01|", "x=0.1", ["same way", "slips"], None, "agree"),
        ("tan(2*x)", "x=pi/4", ["same way", "slips"], None, "agree"),
        ("sqrt(exp(x))", "x=100", ["same way", "same way"], math.exp(50) / 2, "agree"),
        ("abs(sinh(x))", "x=710", ["same way", "same way"], math.cosh(710), "agree"),
        ("1/(asin(x^-1))", "x=1e300", ["stalls", "same way", "slips"], None, "undecided"),
        ("sqrt(x^2)^4", "x=0", ["stalls", "slips", "stalls"], None, "undecided"),
    ],
)
def test_gears_of_formulas(
    formula: str, at: str, turns: list[str], product: float | None, verdict: str
) -> None:
    record = report([formula], at=at)
    assert [gear.turn for gear in record.gears] == turns
    assert record.product == (None if product is None else pytest.approx(product, rel=1e-12))
    assert record.crosscheck.verdict == verdict


@pytest.mark.parametrize(
    ("texts", "at", "message"),
    [
        (["x^2"], None, "at which x?"),
        (["2", "x"], None, "x is not a rate"),
        (["2", "3"], "x=1", "one formula"),
        (["x^2*z"], None, 'chainrule gears "x^2*z" --at x=1,z=1'),
        (["1/0"], None, "finite"),
        (["sqrt(-1)"], None, "finite"),
        (["nan"], None, "nan is not a rate"),
        (["2", "-inf"], None, "-inf is not a rate"),
        (["1e400"], None, "1e400 is not a rate"),
        (["2", "1e308*1e308"], None, "1e308*1e308 is not a rate"),
        (["exp(700)", "exp(700)"], None, "at gear 2 the product of the rates is past the largest double"),
        (
            ["exp(-700)", "exp(-700)", "exp(700)"],
            None,
            "at gear 2 the product of the rates is not 0 but too small for a double",
        ),
        (["1e300"] * 16, None, "at gear 5 the product of the rates is past the largest double"),
        (["sin(x)"], "x=1e400", "not a finite real number"),
        (["sin(x)"], "x=nan", "must be a number"),
        (["f(x^2)"], "x=1", "undefined function"),
        (["y*z"], "y=1,z=2", "by which variable"),
        (
            ["u0 = x; u1 = x; " + "".join(f"u{n} = u{n - 1}*u{n - 2}; " for n in range(2, 60)) + "u59"],
            "x=1",
            "written out",
        ),
        (["x^2 + y^2 = 1"], "x=1", "no layers"),
        (["x*y"], "x=1", "no value for y"),
        (["2", "3)"], None, "bracket"),
        (["1"] * 1_001, None, "1,000"),
    ],
)
def test_what_is_no_train(texts: list[str], at: str | None, message: str) -> None:
    with pytest.raises(ChainruleError) as caught:
        report(texts, at=at)
    assert message in caught.value.message + caught.value.hint
    assert caught.value.status == 2


@pytest.mark.parametrize("arguments", [["nan"], ["1e308*1e308"], ["x^2"], ["2", "x", "--at", "x=1"]])
def test_no_train_is_one_message(arguments: list[str]) -> None:
    ran = chainrule("gears", *arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("error: ")


def test_an_error_in_json_is_one_object() -> None:
    ran = chainrule("gears", "1e400", "--json")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert json.loads(ran.stderr)["schema"] == "chainrule.error.v1"


def test_a_long_train_goes_on_in_doubles() -> None:
    """101/100 to the thousand has more bits than a graph folds exactly."""
    record = report(["1.01"] * MOST_GEARS)
    assert record.product == pytest.approx(1.01**1000, rel=1e-11)
    assert record.crosscheck.verdict == "agree"


@pytest.mark.parametrize(
    ("texts", "at"),
    [
        (["exp(-700)", "exp(-700)"], None),
        (["; ".join(f"u{n} = u{n - 1}/1e100" for n in range(1, 5)) + "; u4"], "u0=1"),
    ],
)
def test_a_product_that_vanishes_from_the_doubles_is_noted(texts: list[str], at: str | None) -> None:
    record = report(texts, at=at)
    assert (record.product, record.crosscheck.verdict) == (0.0, "agree")
    assert "not 0 but too small for a double, below 4.9e-324, and counts as 0" in record.notes[-1]


@pytest.mark.parametrize(
    ("formula", "at", "product", "verdict"),
    [
        ("tan(atanh(cos(cbrt(((x*y)^2)*y))))", "x=1e-9,y=1", -5059221206.3, "agree"),
        ("sigmoid(acosh((cos((sigmoid((x^2)*y))^3))*2*x+1))", "x=1e-9,y=1", 7874.8, "agree"),
        ("abs(tan((-(1/((x*x)^0.5)))*x))", "x=0.1", 0.0, "agree"),
        ("cbrt(gelu(cos(exp(cos((tanh(x*x))^3)))))", "x=1e-9,y=1", None, "agree"),
        ("cos((x*y)^0.5)", "x=1e300,y=1", None, "undecided"),
    ],
)
def test_digits_that_doubles_lose_are_no_disagreement(
    formula: str, at: str, product: float | None, verdict: str
) -> None:
    record = report([formula], wrt="x", at=at)
    assert record.crosscheck.verdict == verdict
    if product is not None:
        assert record.product == pytest.approx(product, rel=1e-4)


@pytest.mark.parametrize(
    ("factor", "verdict"),
    [(1, "agree"), (1 + 1e-12, "agree"), (1.001, "disagree"), (-1, "disagree"), (0, "disagree")],
)
def test_a_wrong_rate_disagrees(monkeypatch: pytest.MonkeyPatch, factor: float, verdict: str) -> None:
    def wrong(*arguments: Any) -> list[Gear]:
        *others, last = of_parts(*arguments)
        return [*others, replace(last, rate=factor * last.rate, running=factor * last.running)]

    monkeypatch.setattr(gears, "of_parts", wrong)
    record = report(["sin(cos(x^2))"], at="x=0.8")
    assert record.crosscheck.verdict == verdict
    assert exit_status(record) == (0 if verdict == "agree" else 1)
    assert ("instead" in plain.render(explain(record))) == (verdict == "disagree")


@counted(400)
def test_any_train_at_any_point_has_a_page(count: int) -> None:
    """Kinks, poles, points outside the domain and numbers past the doubles: one message, or a page whose witness does not disagree."""
    dice = random.Random(5)
    for _ in range(count):
        formula = _nested(dice, dice.randint(1, 6))
        at = {
            "x": dice.choice([0, 1, -1, 0.5, 2, -3, 1e3, 1e-9, 710, 1e300, math.pi, 0.1]),
            "y": dice.choice([0, 1, -2]),
        }
        try:
            record = report([formula], wrt="x", at=at)
        except ChainruleError as error:
            assert "largest double" in error.message or "too small" in error.message  # noqa: PT017  # no error at all is as good
            continue
        assert record.crosscheck.verdict in ("agree", "undecided"), (formula, at)
        assert "try: " in plain.render(explain(record), width=80)


UNARY = [
    "sin",
    "cos",
    "tan",
    "exp",
    "log",
    "sqrt",
    "cbrt",
    "abs",
    "relu",
    "sigmoid",
    "tanh",
    "gelu",
    "floor",
    "sign",
    "asin",
    "atanh",
    "sinh",
    "acosh",
    "softplus",
    "1/",
    "-",
]


def _nested(dice: random.Random, depth: int) -> str:
    if not depth:
        return dice.choice(["x", "x^2", "2*x+1", "x-1", "x*x", "0", "y", "x*y"])
    inner = f"{dice.choice(UNARY)}({_nested(dice, depth - 1)})"
    if dice.random() < 0.15:
        inner = f"({inner})^{dice.choice(['2', '-1', '3', '0', '0.5'])}"
    return f"({inner})*{_nested(dice, 0)}" if dice.random() < 0.1 else inner


def test_gears_bear_the_formulas_names() -> None:
    assert [gear.name for gear in report(["f = sin(y^2)"], at="y=1").gears] == ["u", "f"]
    assert [gear.name for gear in report(["v = x^2; u = sin(v); e^u"], at="x=1").gears] == ["v", "u", "y"]
    assert [gear.name for gear in report(["sin(x*y)"], at="x=1,y=2").gears] == ["u", "z"]


def test_the_order_of_at_does_not_matter() -> None:
    one, other = report(["sin(x*y)^2"], at="x=1,y=2"), report(["sin(x*y)^2"], at="y=2,x=1")
    assert (one.rates, one.product) == (other.rates, other.product)


@pytest.mark.parametrize(
    ("texts", "at", "pieces"),
    [
        (["2"], None, ["product  2\n", "the last turns 2 times."]),
        (["-1"], None, ["turns once, the other way.", "One rate is negative"]),
        (["-1", "-2"], None, ["the last turns 2 times.", "2 rates are negative: two turns"]),
        (["-1", "-2", "-3"], None, ["turns 6 times, the other way.", "3 rates are negative: an odd number"]),
        (
            ["2", "0", "5"],
            None,
            [
                "the last stands still.",
                "Gear 2 stalls: its rate is 0, and nothing after it moves, whatever turns before it.",
            ],
        ),
        (["1e308", "1e308", "1/3"], None, ["0.3333 · 1e308 · 1e308 = 3.333e615"]),
        (["0.5", "0.1", "0.01"], None, ["All 3 rates are below 1", "vanishes"]),
        (["50", "30", "0.9"], None, ["2 of the 3 rates are above 1", "explodes"]),
        (["3"] * 60, None, ["… 22 more: --detail full", "product of the 60 rates  4.239e28"]),
        (
            ["|sin(x)|"],
            "x=0",
            [
                "-1 | 1",
                "y slips: its rate at u = 0 is -1 to the left and 1 to the right",
                "has no single slope here either: -1 to the left",
            ],
        ),
        (["|sin(x)|^3"], "x=0", ["0 · (-1 | 1) · 1 = 0", "it does not matter, for a gear after it stalls"]),
        (["sqrt(x)"], "x=0", ["y has no rate: it is infinitely steep at x = 0.", "it is infinitely steep"]),
        (["log(x)"], "x=-1", ["has no value at x = -1", "has no derivative here either"]),
        (["floor(x)"], "x=1", ["0 to the right and none to the left"]),
        (["5"], "x=7", ["y does not depend on x: its rate is 0."]),
        (["exp(-exp(x))"], "x=7", ["the rate of y is not 0 but too small for a double"]),
        (["u = x^2; sin(u)"], "x=1", ["  u = x²\n", "dy/dx = dy/du · du/dx"]),
        (
            ["x^2*sin(x)"],
            "x=1",
            ["y needs x in several places", 'try: chainrule paths "x^2*sin(x)" --wrt x --at x=1\n'],
        ),
    ],
)
def test_what_the_page_says(texts: list[str], at: str | None, pieces: list[str]) -> None:
    page = plain.render(explain(report(texts, at=at)), width=None)
    for piece in pieces:
        assert piece in page
    assert "— | —" not in page


@pytest.mark.parametrize("texts", [["2", "3"], ["-1"], ["0"]])
def test_the_page_of_rates_says_nothing_odd(texts: list[str]) -> None:
    page = plain.render(explain(report(texts)), width=None)
    assert "-1 times" not in page
    assert "0 times" not in page
    assert "1 times" not in page


@pytest.mark.parametrize("format", [markdown, latex, plain])
def test_every_format_has_the_train(format: ModuleType) -> None:
    page = format.render(explain(report(["sin(cos(x^2))"], at="x=0.8")))
    assert "-0.6643" in page
    assert "chainrule neuron" in page


def test_without_arguments_it_is_two_and_three() -> None:
    assert json.loads(chainrule("gears", "--json").stdout)["product"] == 6.0
    page = chainrule("gears", "2", "3", "-0.5").stdout
    assert "product  (-0.5000) · 3 · 2 = -3" in page
    assert "↺" in page
