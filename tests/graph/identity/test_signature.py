"""The signature test: what is the same is found to be, what differs never is, and branches are never hidden."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise

import pytest

from chainrule_cli.graph.adjoint import derivative, gradient
from chainrule_cli.graph.carriers import DIGITS
from chainrule_cli.graph.identity.field_laws import ARCS, EXPONENTIALS, LOGS, POINTS
from chainrule_cli.graph.identity.field_partials import PARTIALS
from chainrule_cli.graph.identity.field_values import VALUES as IMAGES
from chainrule_cli.graph.identity.fields import TOP, FieldDraw, is_prime
from chainrule_cli.graph.identity.signature import Outcome, compare, compute_residues
from chainrule_cli.graph.lower import lower, lower_expr
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.operations import OPS
from chainrule_cli.graph.sweep import forward
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Syntax
from chainrule_cli.notation.write import to_text
from tests.generate import formulas
from tests.graph.identity.identities import DERIVATIVES, VALUES
from tests.support import counted

SETTLED = 0.97
"""The share of textbook derivatives, right ones, that the test must settle alone."""


def formula(text: str) -> tuple[Graph, int]:
    lowered = lower(read(text))
    return lowered.graph, lowered.output


def values(one: str, other: str) -> Outcome:
    return compare(formula(one), formula(other), [one, other])


def derivatives(given: str, answer: str, wrt: str = "x") -> Outcome:
    return compare(formula(given), formula(answer), [given, answer], wrt)


# the tables


def test_every_row_is_of_an_operation() -> None:
    kinds = {"input", "constant", "exact pow", "deep pow"}
    assert set(IMAGES) <= set(OPS) | kinds
    assert set(PARTIALS) <= {name for name, op in OPS.items() if any(op.locals)} | kinds
    assert set(EXPONENTIALS) >= LOGS
    assert set(POINTS) >= ARCS


CONSTANT_ARGUMENT = {"root": 1, "polygamma": 0, "jn": 0}


@pytest.mark.parametrize("name", [name for name, op in OPS.items() if any(op.locals)])
def test_the_slopes_are_the_local_derivatives(name: str) -> None:
    """The two tables, each with derivatives of its own, say the same of each argument."""
    graph, held = Graph(), CONSTANT_ARGUMENT.get(name)
    example = OPS[name].example
    args = [
        graph.constant(int(each)) if index == held else graph.input(f"x{index}")
        for index, each in enumerate(example)
    ]
    output = graph.apply(name, *args)
    for variable, slope in gradient(graph, output, list(graph.inputs)).items():
        assert compare((graph, output), (graph, slope), [name], variable).verdict == "same", variable


# what is the same


@pytest.mark.parametrize(
    ("one", "other"), [pair for pairs in VALUES.values() for pair in pairs], ids=" ~ ".join
)
def test_identities(one: str, other: str) -> None:
    assert values(one, other).verdict == "same"
    assert values(other, one).verdict == "same"


@pytest.mark.parametrize("family", DERIVATIVES)
def test_textbook_derivatives(family: str) -> None:
    pairs = DERIVATIVES[family]
    settled = [pair for pair in pairs if derivatives(*pair).verdict == "same"]
    assert len(settled) >= len(pairs) - 1, set(pairs) - set(settled)


def test_the_share_that_is_settled() -> None:
    pairs = [pair for family in DERIVATIVES.values() for pair in family]
    settled = sum(derivatives(*pair).verdict == "same" for pair in pairs)
    print(f"{settled} of {len(pairs)} settled")
    assert len(pairs) >= 150
    assert settled >= SETTLED * len(pairs)


@pytest.mark.parametrize(
    ("given", "order", "answer"),
    [("sin(x)^2", 2, "2*cos(2*x)"), ("exp(-x^2)", 3, "(12*x - 8*x^3)*exp(-x^2)"), ("x^3*ln(x)", 4, "6/x")],
)
def test_higher_orders_by_the_gradient_graph(given: str, order: int, answer: str) -> None:
    graph, output = formula(given)
    assert (
        compare(
            (graph, derivative(graph, output, "x", order - 1)), formula(answer), [given, answer], "x"
        ).verdict
        == "same"
    )


def drawn(expr: Syntax) -> tuple[Graph, int]:
    graph = Graph()
    names = {name: graph.input(name) for name in ("x", "y")}
    return graph, lower_expr(graph, expr, names)


@counted(400)
def test_forward_tangents_are_the_gradient_graph(count: int) -> None:
    """Over random formulas: nothing differs but for want of a draw, and for signs of roots."""
    missed = []
    for expr in formulas("tangents", count, depth=4, variables=("x", "y")):
        graph, output = drawn(expr)
        slope = gradient(graph, output, ["x"])["x"]
        outcome = compare((graph, output), (graph, slope), [to_text(expr)], "x")
        if outcome.verdict == "not shown" and not outcome.branches:
            missed.append(to_text(expr))
    assert not missed


# what differs


POINTS_TRIED = [
    {"x": x, "y": y} for x, y in (("0.3", "1.7"), ("-1.2", "0.4"), ("2.6", "-0.8"), ("0.9", "3.1"))
]


def agrees(one: tuple[Graph, int], other: tuple[Graph, int]) -> bool:
    """Whether two formulas have the same digits wherever both have any."""
    carrier = DIGITS(40)
    for point in POINTS_TRIED:
        a, b = (forward(graph, point, carrier, upto=output)[output] for graph, output in (one, other))
        if carrier.context.isfinite(a) and carrier.context.isfinite(b) and abs(a - b) > 1e-25 * (1 + abs(a)):
            return False
    return True


@counted(1_000)
def test_random_pairs_are_never_the_same(count: int) -> None:
    drawn_formulas = list(formulas("pairs", count + 1, depth=4, variables=("x", "y")))
    for one, other in pairwise(drawn_formulas):
        a, b = drawn(one), drawn(other)
        if compare(a, b, [to_text(one), to_text(other)]).verdict == "same":
            assert agrees(a, b), (to_text(one), to_text(other))


def disturbed(text: str, rng: random.Random) -> str:
    """A right answer with one thing wrong."""
    return rng.choice(
        [
            f"({text}) + {rng.randint(1, 9)}*x^{rng.randint(0, 3)}",
            f"-({text})",
            f"({text})*{rng.randint(2, 9)}/{rng.randint(11, 19)}",
            f"({text})*x",
            f"({text}) + 1/10^20",
            f"({text})*(1 + x/10^30)",
        ]
    )


@counted(10)
def test_near_misses_of_textbook_answers(count: int) -> None:
    """A changed sign, a wrong coefficient, a missing or spare factor, a small term."""
    rng = random.Random(count)
    for given, answer in [pair for family in DERIVATIVES.values() for pair in family]:
        if answer == "0":
            continue
        for _ in range(count):
            wrong = disturbed(answer, rng)
            assert derivatives(given, wrong).verdict != "same", (given, wrong)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [("sin(x^2)", "cos(x^2)"), ("exp(3*x)", "exp(3*x)"), ("ln(5*x)", "1/(5*x)"), ("x^3", "3*x^3"), ("tan(x)", "sec(x)"), ("x*exp(x)", "exp(x)"), ("sqrt(x)", "1/sqrt(x)"),
     ("1/x", "1/x^2"), ("cos(x)", "sin(x)"), ("x^n", "x^(n - 1)"), ("2^x", "x*2^(x - 1)"), ("x^x", "x*x^(x - 1)"), ("atan(x)", "1/(1 - x^2)"), ("asin(x)", "1/sqrt(1 + x^2)"),
     ("sigmoid(x)", "sigmoid(x)*(1 + sigmoid(x))"), ("tanh(x)", "1 + tanh(x)^2"), ("cosh(x)", "-sinh(x)"), ("ln(x)/x", "(1 + ln(x))/x^2"), ("sin(x)*cos(x)", "-sin(x)*cos(x)")],
)  # fmt: skip
def test_common_mistakes(given: str, wrong: str) -> None:
    assert derivatives(given, wrong).verdict == "not shown"


@pytest.mark.parametrize(
    ("one", "other"),
    [("sin(x + 3)", "-sin(x)"), ("pi", "22/7"), ("e", "2.718281828459045"), ("sin(22/7)", "0"), ("exp(pi)", "exp(3)"), ("x^pi", "x^3"), ("e^pi", "pi^e"),
     ("exp(x*log(2))", "exp(x*log(3))"), ("cos(pi/7)", "0.9"), ("sqrt(2)", "1.4142135623730951"), ("pi^2", "10"), ("sin(pi*x)", "sin(x)"), ("e^x", "2^x"),
     ("cosh(x)", "cos(x)"), ("sinh(x)", "sin(x)"), ("exp(x)", "cos(x) + sin(x)"), ("exp(-x)", "exp(x)"), ("log(2)", "0.6931471805599453"), ("gamma(x + 1)", "gamma(x)")],
)  # fmt: skip
def test_constants_do_not_collapse(one: str, other: str) -> None:
    assert values(one, other).verdict == "not shown"


# attacks


def test_the_texts_choose_everything() -> None:
    one, same, other = FieldDraw(["x", "y"], 0), FieldDraw(["x", "y"], 0), FieldDraw(["x", "z"], 0)
    assert [each.prime for each in one.fields] == [each.prime for each in same.fields]
    assert one.input(TOP, "x") == same.input(TOP, "x")
    assert {each.prime for each in one.fields}.isdisjoint({each.prime for each in other.fields})
    assert {each.prime for each in one.fields}.isdisjoint(
        {each.prime for each in FieldDraw(["x", "y"], 1).fields}
    )
    assert len({FieldDraw(["x"], 0, attempt).input(TOP, "x") for attempt in range(50)}) == 50


def test_primes_of_another_draw_are_no_zeros() -> None:
    aimed = FieldDraw(["aimed"], 0)
    for field in aimed.fields:
        assert values(f"{field.prime}*x", "0").verdict == "not shown"
        assert values(f"x^{field.prime - 1}", "1").verdict != "same"
        assert values(f"x^{field.prime}", "x").verdict != "same"


def test_a_power_by_repeated_squaring_is_refused() -> None:
    """x^(p-1) - 1 written out: its degree says that three draws are not enough."""
    prime = FieldDraw(["aimed"], 0).fields[TOP].prime
    bits = range(prime.bit_length())
    squares = "; ".join([*["s0 = x"], *[f"s{bit} = s{bit - 1}^2" for bit in bits[1:]]])
    text = f"{squares}; " + "*".join(f"s{bit}" for bit in bits if (prime - 1) >> bit & 1)
    assert values(text, "1").verdict == "not applicable"


def test_zeros_at_small_points_are_not_enough() -> None:
    vanishing = "*".join(f"(x - {index})" for index in range(-20, 21))
    assert values(f"x + {vanishing}", "x").verdict == "not shown"


@pytest.mark.parametrize(
    "one",
    [
        "x^2 + 1",
        "(x^2 + 1)*(x^4 + 1)",
        "x^4 - x^2 + 1",
        "x^120 - 1",
        "sqrt(x^2 + 1)^4 - 1",
        "sin(120*x)",
        "sin(x)^2 + 1",
        "exp(120*x) - 1",
    ],
)
def test_no_root_of_unity_is_met_by_chance(one: str) -> None:
    assert values(one, "0").verdict != "same"


def test_large_powers_keep_their_simple_laws() -> None:
    assert values("x^1000001*x", "x^1000002").verdict == "same"
    assert derivatives("x^5000000", "5000000*x^4999999").verdict == "same"
    assert "pow" in values("x^5000000", "x^5000000").branches


# branches


@pytest.mark.parametrize(
    ("one", "other"),
    [("abs(x)", "x"), ("abs(x)", "-x"), ("sqrt(x^2)", "x"), ("sqrt(x^2)", "-x"), ("relu(x)", "x"), ("sqrt((x - 1)^2)", "x - 1"), ("max(x, 2)", "x"), ("floor(x)", "x"), ("sign(x)", "1"),
     ("log(-x)", "log(x)"), ("sqrt(x)*sqrt(y)", "sqrt(x*y)"), ("where(x > 0, x, -x)", "x"), ("acosh(x)", "log(x + sqrt(x^2 - 1))"), ("(x^2)^(1/2)", "x"), ("mod(x, 2)", "x"), ("atanh(x)", "acoth(x)"), ("log1p(x)", "log1p(-2 - x)"), ("x/abs(x)", "1"), ("max(x, x^2)", "x")],
)  # fmt: skip
def test_branches_are_said(one: str, other: str) -> None:
    outcome = values(one, other)
    assert outcome.branches


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sin(x)^2", "1 - cos(x)^2"),
        ("exp(x)", "e^x"),
        ("1/(1 + x^2)", "1/(x^2 + 1)"),
        ("atan(x)", "atan(x)"),
        ("tanh(x)", "sinh(x)/cosh(x)"),
    ],
)
def test_what_has_no_branch_says_so(one: str, other: str) -> None:
    assert values(one, other) == Outcome("same", frozenset())


@pytest.mark.parametrize("text", ["1/0", "where(x > 0, 1/0, 1/0)", "sqrt(-1)", "log(0)", "1/(x - x)"])
def test_what_has_no_value_is_not_applicable(text: str) -> None:
    assert values(text, text).verdict == "not applicable"


def test_a_deep_formula() -> None:
    text = (
        "x0 = x; "
        + "; ".join(f"x{step} = x{step - 1} + sin(x{step - 1})" for step in range(1, 100))
        + "; x99"
    )
    graph, output = formula(text)
    slope = gradient(graph, output, ["x"])["x"]
    assert compare((graph, output), (graph, slope), [text], "x").verdict == "same"
    assert derivatives(text, "0").verdict == "not shown"


# fields and draws


@pytest.mark.parametrize("seed", ["a", "b", "c"])
def test_the_fields_are_like_the_reals(seed: str) -> None:
    for field in FieldDraw([seed], 0).fields:
        assert is_proved(field.prime)
        assert field.sign(-1) == -1
        assert all(field.sign(n) == 1 for n in range(1, 17))
        assert all(field.root(n, 2) ** 2 % field.prime == n for n in (2, 3, 5, 6, 7, 10))
        assert field.root(-27 % field.prime, 3) == field.prime - 3
        assert field.find_at_turn(Fraction(1, 3))[0] * 2 % field.prime == 1
        assert field.add_angles(field.find_at_turn(Fraction(1, 5)), field.find_at_turn(Fraction(-1, 5))) == (
            1,
            0,
        )


def test_the_fields_fit() -> None:
    angles, exponents, top = FieldDraw(["fit"], 0).fields
    assert top.prime == 2 * exponents.prime + 1
    assert pow(top.base, exponents.prime, top.prime) == 1 != top.base
    for field in (exponents, top):
        assert field.angle == angles.prime
        assert field.find_at_angle(angles.prime) == (1, 0) != field.find_at_angle(1)
    assert angles.prime.bit_length() >= 60


def is_proved(n: int) -> bool:
    import sympy

    return bool(sympy.isprime(n)) and (is_prime(n) or n >= 1 << 64)


def test_residues_of_every_node() -> None:
    graph, output = formula("exp(sin(x))/sqrt(x)")
    found = next(
        found
        for attempt in range(20)
        if (found := compute_residues(graph, output, FieldDraw(["all"], 0, attempt), "x")) is not None
    )
    assert found.tangents[graph.inputs["x"]] == 1
    assert found.tangents[output] is not None
    sine = next(index for index, node in enumerate(graph.nodes) if node.op == "sin")
    assert found.exponents[sine] is not None
    assert (
        compute_residues(graph, graph.apply("div", output, graph.constant(0)), FieldDraw(["all"], 0)) is None
    )


def test_too_many_roots_are_not_applicable() -> None:
    text = " + ".join(f"sqrt(x^2 + {index}*x + 17)" for index in range(1, 15))
    assert values(text, text).verdict == "not applicable"
