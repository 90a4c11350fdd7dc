"""The cross-check on seeded formulas over all functions, and its power: every broken rule and every broken operation is found.

The mutants are looked for in the very formulas that pass, none is chosen for a mutant.
"""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from fractions import Fraction
from functools import cache

import pytest
import sympy

from chainrule_cli.calculus import algebra, derive, rules
from chainrule_cli.calculus.differentiate import Request, differentiate, tidy_result
from chainrule_cli.calculus.rule import Derivation
from chainrule_cli.calculus.step import InnerLetters, walk
from chainrule_cli.crosscheck import Verdict, crosscheck
from chainrule_cli.graph import adjoint, operations
from chainrule_cli.graph.lower import lower
from chainrule_cli.graph.onesided import kinks
from chainrule_cli.graph.sampling import domain
from chainrule_cli.notation.build import product
from chainrule_cli.notation.functions import FUNCTIONS
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Number, Reading, Syntax, postorder
from chainrule_cli.notation.write import to_text
from tests.generate import formulas
from tests.oracle import to_sympy

SEED = "three witnesses"
STATED, TENTH = 2_000, 200
STEPPED = {
    "floor",
    "ceil",
    "round",
    "sign",
    "mod",
    "max",
    "min",
    "clip",
    "relu",
    "and",
    "or",
    "not",
    "piecewise",
}
"""sympy differentiates these to Heaviside, DiracDelta or an unevaluated derivative."""
COUNTS = [pytest.param(TENTH, id="a tenth"), pytest.param(STATED, id="all", marks=pytest.mark.full)]


def verdict_on(expr: Syntax, method: str = "auto", definitions: str = "") -> Verdict:
    reading = (
        read(definitions + to_text(expr)) if definitions else Reading(to_text(expr), expr, variables=("x",))
    )
    question = Request(reading, "x", method=method)
    answer = tidy_result(
        differentiate(
            question, InnerLetters(frozenset({"x", "y", *(each.name for each in reading.definitions)}))
        ),
        "x",
    )
    return crosscheck(question, answer, {})


@pytest.mark.parametrize("count", COUNTS)
def test_the_three_witnesses_agree_and_none_disagrees(count: int) -> None:
    verdicts = Counter(
        (found.verdict, found.reason) for found in (verdict_on(expr) for expr in formulas(SEED, count))
    )
    for (verdict, reason), times in verdicts.most_common():
        print(f"{times:5} {verdict} {reason or ''}")
    assert not [reason for verdict, reason in verdicts if verdict == "disagree"]
    assert verdicts["agree", None] >= 0.97 * count
    assert all(reason for verdict, reason in verdicts if verdict == "undecided")


@pytest.mark.parametrize(
    "count", [pytest.param(60, id="some"), pytest.param(600, id="all", marks=pytest.mark.full)]
)
def test_the_steps_agree_with_sympy_diff(count: int) -> None:
    """An outside oracle at the cross-check's own points, on formulas of functions whose sympy derivatives have values."""
    compared = 0
    for expr in formulas("sympy", count, depth=4):
        if any(getattr(node, "function", "") in STEPPED for node in postorder(expr)):
            continue
        found = verdict_on(expr)
        if found.verdict != "agree":
            continue
        theirs = sympy.diff(to_sympy(expr), sympy.Symbol("x", real=True))
        for row in found.points[:2]:
            value = theirs.subs(sympy.Symbol("x", real=True), sympy.Rational(row.at["x"])).evalf(25)
            if value.is_Float or value.is_Rational:
                compared += 1
                assert abs(float(value) - row.symbolic) <= 1e-8 * max(1, abs(row.symbolic)), (
                    to_text(expr),
                    row.at,
                )
    assert compared >= count / 2


# mutants


@cache
def using() -> tuple[dict[str, list[Syntax]], dict[str, list[Syntax]]]:
    """Rule -> formulas whose derivation uses it; operation -> formulas whose graph holds it, among the agreeing ones."""
    by_rule: dict[str, list[Syntax]] = defaultdict(list)
    by_op: dict[str, list[Syntax]] = defaultdict(list)
    for expr in formulas(SEED, STATED):
        reading = Reading(to_text(expr), expr, variables=("x",))
        root = differentiate(Request(reading, "x"), InnerLetters(frozenset("xy"))).derivations[0]
        for name in {step.rule for step in walk(root)}:
            by_rule[name].append(expr)
        graph = lower(reading).graph
        for name in {node.op for node in graph.nodes}:
            by_op[name].append(expr)
    return by_rule, by_op


METHODS = {
    "logarithmic differentiation": "log",
    "product for a quotient": "product",
    "quotient for a product": "quotient",
}
NOT_GENERATED = {
    "definitions": "u = x^2 + sin(x); v = u*x; ",
    "change of base": "",
    "undefined function": "",
    "dependent variable": "",
}
"""Rules for what the generator of expressions does not make: definitions, equations, undefined functions, moving bases."""


@pytest.mark.parametrize("name", [name for name in rules.RULES if name not in NOT_GENERATED])
def test_a_broken_rule_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule's result taken one and a half times (a constant's or a variable's slope made 1/2)."""
    method = METHODS.get(name, "auto")
    sound = rules.RULES[name]

    def broken(expr: Syntax, derivation: Derivation) -> object:
        step = sound.apply(expr, derivation)
        if step is None:
            return None
        wrong = read("1/2").expr if name == "constant" else product([read("3/2").expr, step.result])
        return dataclasses.replace(step, result=wrong)

    known = using()[0]
    candidates = (
        list(formulas(SEED, 300)) if method != "auto" or name in ("constant", "elementary") else known[name]
    )
    monkeypatch.setitem(derive.RULES, name, dataclasses.replace(sound, apply=broken))
    assert any(verdict_on(expr, method).verdict == "disagree" for expr in candidates[:150])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("definitions", "u = x^2 + sin(x); u*cos(u)"),
        ("change of base", "log(x + 3, x^2 + 2)"),
        ("undefined function", "f(g(x))"),
        ("dependent variable", "x^2 + y^2 = 1"),
    ],
)
def test_a_broken_rule_of_definitions_and_equations_is_found(
    name: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = rules.RULES[name]

    def broken(expr: Syntax, derivation: Derivation) -> object:
        step = sound.apply(expr, derivation)
        return (
            None
            if step is None
            else dataclasses.replace(step, result=product([read("3/2").expr, step.result]))
        )

    reading = read(text)
    question = Request(reading, "x", dependent="y" if reading.equation else None)
    letters = frozenset({"x", "y", *(each.name for each in reading.definitions)})
    assert (
        crosscheck(question, tidy_result(differentiate(question, InnerLetters(letters)), "x"), {}).verdict
        == "agree"
    )
    monkeypatch.setitem(derive.RULES, name, dataclasses.replace(sound, apply=broken))
    broken_answer = tidy_result(differentiate(question, InnerLetters(letters)), "x")
    assert crosscheck(question, broken_answer, {}).verdict == "disagree"


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, row in FUNCTIONS.items()
        if row.derivative and name not in {"sign", "floor", "ceil", "round", "polygamma", "log", "jn"}
    ],
)
def test_a_wrong_elementary_derivative_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    algebra.elementary.cache_clear()
    wrong = tuple(f"3/2*({text})" if text else "" for text in FUNCTIONS[name].derivative)
    monkeypatch.setitem(algebra.FUNCTIONS, name, dataclasses.replace(FUNCTIONS[name], derivative=wrong))
    try:
        candidates = using()[1][name]
        assert any(verdict_on(expr).verdict == "disagree" for expr in candidates[:150])
    finally:
        algebra.elementary.cache_clear()


@pytest.mark.parametrize(
    "name",
    [name for name, row in operations.OPS.items() if any(row.locals) and name != "where"],
)
def test_a_broken_operation_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each local derivative of the operation taken one and a half times."""
    sound = operations.OPS[name]

    def bent(local: operations.Local) -> operations.Local:
        return lambda builder, place, args: builder.mul(
            builder.number(Fraction(3, 2)), local(builder, place, args)
        )

    broken = dataclasses.replace(sound, locals=tuple(local and bent(local) for local in sound.locals))
    for module in (adjoint, domain, kinks):
        monkeypatch.setitem(module.OPS, name, broken)
    assert any(verdict_on(expr).verdict == "disagree" for expr in using()[1][name][:150])


def test_a_branch_that_sends_to_the_wrong_side_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """where has no factor to bend: its two edges are crossed instead."""
    sound = operations.OPS["where"]
    crossed = dataclasses.replace(sound, locals=(None, sound.locals[2], sound.locals[1]))
    for module in (adjoint, domain, kinks):
        monkeypatch.setitem(module.OPS, "where", crossed)
    assert any(verdict_on(expr).verdict == "disagree" for expr in using()[1]["where"][:150])


# the edges


@pytest.mark.parametrize(
    "text", ["log(-1-x^2)", "sqrt(-1-x^2)", "asin(2+x^2)", "log(x)*log(-x)", "acosh(cos(x)/2)"]
)
def test_no_real_point_is_undecided_never_right(text: str) -> None:
    found = verdict_on(read(text).expr)
    assert (found.verdict, found.points) == ("undecided", ())
    assert "no point" in (found.reason or "")


@pytest.mark.parametrize(
    "text",
    [
        "log(x-1000)",
        "sqrt(1-x^2)*sqrt(x-0.99)",
        "log(log(log(x)))",
        "sqrt(x)*sin(80000*x)",
        "1e-30*x^3",
        "x^40",
        "exp(-x^2)",
        "sin(x)^2+cos(x)^2",
        "cos(1e6*x)",
        "7",
        "x/x",
    ],
)
def test_hard_domains_and_scales_agree(text: str) -> None:
    assert verdict_on(read(text).expr).verdict == "agree"


def test_a_wrong_answer_by_a_hair_is_found_and_noise_is_not() -> None:
    reading = read("x^3")
    question = Request(reading, "x")
    right = differentiate(question, InnerLetters(frozenset("x")))
    wrong = dataclasses.replace(right, result=read("3*x^2 + 1e-7").expr)
    assert crosscheck(question, right, {}).verdict == "agree"
    assert crosscheck(question, wrong, {}).verdict == "disagree"
    assert Number(3) in read("3*x").expr.args
