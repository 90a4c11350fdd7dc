"""Answers as they are typed: heads held against the question, chains of equals signs, and other readings."""

from __future__ import annotations

import random
import re

import pytest

import chainrule_cli
from chainrule_cli.records.check import CheckRecord
from tests.support import counted

FITTING = [
    ("x^2", "y' = 2x"),
    ("x^2", "f'(x) = 2x"),
    ("x^2", "f^′(x) = 2x"),
    ("x^2", r"f'\left(x\right) = 2x"),
    ("x^2", r"f^{\prime}(x) = 2x"),
    ("x^2", "dy/dx = 2x"),
    ("x^2", "(dy)/(dx) = 2x"),
    ("x^2", r"\frac{dy}{dx} = 2x"),
    ("x^2", r"\frac{d}{dx}(x^2) = 2x"),
    ("x^2", "d/dx x^2 = 2x"),
    ("x^2", "d/dx(x*x) = 2x"),
    ("x^2", "(x^2)' = 2x"),
    ("x^2", "D_x x^2 = 2x"),
    ("x^2", "2x = y'"),
    ("x^2", "= 2x"),
    ("x^2", "y = 2x"),
    ("x^2", "y' = dy/dx = 2x"),
    ("x^2", "f'(x) is 2x"),
    ("x^2", "the derivative of x^2 is 2x"),
    ("x^2", "y = x^2\ny' = 2x"),
    ("x^2", "y' = 2x\ny' = x + x"),
    ("x^2", "y' = 2*x^1 = 2x"),
    ("x^2", "y' = 2*x^1\n= 2x"),
    ("t^2", "ds/dt = 2t"),
    ("x^2 + y^2 = 1", "dy/dx = -x/y"),
    ("x^2 + y^2 = 1", "d/dx y = -x/y"),
    ("sin(x^2)", "u = x^2; 2x cos(u)"),
    ("sin(x^2)", "2x cos(u) where u = x^2"),
    ("sin(x^2)", "2x cos(x^2) where u = x^2"),
    ("f(x^2)", "2x f'(x^2)"),
    ("x^3-x", "3x^2\n - 1"),
    ("x^3-x", "3x^2 -\n1"),
    ("l*e*x", "le"),
    ("b*y*x + x^0", "by"),
    ("y^2", "y' = 2y"),
    ("x^2", "dy/dx: 2x"),
    ("x^2", "f(x) = x^2, f'(x) = 2x"),
    ("x^2", "If f(x) = x^2 then f'(x) = 2x"),
    ("x^2", "• 2x"),
    ("ln(x)", "1/x (x > 0)"),
    ("sin(x^2)", "cos(u)*2x, u = x^2"),
    ("sin(x^2)", "Let u = x^2. Then 2x cos(u)"),
    ("cos(x^3)", "let u = x^3\n-3x^2 sin(u)"),
    ("sin(x^2)", "With $u = x^2$: $2x\\cos u$"),
    ("sin(x^2)", r"Let $u = x^2$, so $\frac{du}{dx} = 2x$. Then $\frac{dy}{dx} = 2x\cos(x^2)$."),
    ("x^2", "Sure! The derivative of $x^2$ is $2x$."),
    ("x^2", r"2x \quad \text{for all } x"),
]


@pytest.mark.parametrize(("formula", "answer"), FITTING)
def test_heads_and_chains_that_fit(formula: str, answer: str) -> None:
    wrt = None if "x" not in formula else "x"
    record = chainrule_cli.check(formula, answer, wrt)
    assert record.verdict == "correct", record.problem


UNFITTING = [
    ("x^2", "dy/dx + 1 = 2x", "unevaluated derivative"),
    ("x^2", "dy/dx*3 = 2x", "unevaluated derivative"),
    ("x^2", "2 dy/dx = 2x", "unevaluated derivative"),
    ("x^2", "d/dx(x^3) = 2x", "something else than the formula"),
    ("x^2", "(x^3)' = 2x", "something else than the formula"),
    ("x^2", "derivative of x^3 is 2x", "something else than the formula"),
    ("x^2", "y'' = 2x", "order 2"),
    ("x^2", r"\frac{d^2y}{dx^2} = 2x", "order 2"),
    ("x^2", "d^2y/dx = 2x", "two orders"),
    ("x^2", "dx/dy = 2x", "by y"),
    ("x^2", "dy/dt = 2x", "by t"),
    ("a*x^2", "da/dx = 2a*x", "differentiates a"),
    ("u = x^2; sin(u)", "du/dx = 2x*cos(u)", "differentiates u"),
    ("x^2", "y = 3x\n2x", "two different answers"),
    ("x^2", "2x; 3x", "two different answers"),
    ("x^2", "y' = 2x; y' = 3x", "two different answers"),
    ("x^2", "3x; 4x", "two different answers"),
    ("x^2", "2x = ", "nothing stands after"),
    ("x^2", "dy/dx", "unevaluated derivative"),
    ("x^2", "derivative of x^2", "asked for here, not given"),
    ("x^2", "2x < 3x", "condition"),
    ("x^3", "3x2", "one name"),
    ("x^2", "y = 2x\ny = 2x + 1", "two different answers"),
    ("x^2", "y = 3x\ny' = 2x", "two different answers"),
    ("x^2", "the second derivative is 2x", "order 2"),
    ("x^2", "second derivative of x^2 is 2x", "order 2"),
    ("x^2", "x' = 2x", "the variable x"),
    ("x^2", "2x => 3x", "two different answers"),
    ("x^2", "2x where x = 2", "two different answers"),
    ("x^2", "the answer is not 2x", "the word not"),
    ("x^2", r"2x \text{ is wrong}", "the word wrong"),
    ("x^2", "idk", "no name of the question"),
]


@pytest.mark.parametrize(("formula", "answer", "message"), UNFITTING)
def test_a_head_of_something_else_is_never_right(formula: str, answer: str, message: str) -> None:
    record = chainrule_cli.check(formula, answer)
    assert record.verdict == "unreadable"
    assert record.problem is not None
    assert message in record.problem.message
    assert record.problem.hint or message.startswith("nothing")


@pytest.mark.parametrize(
    ("formula", "answer", "sign"),
    [
        ("x^5", "y' = 5x^5 = 5x^4", "5x^5 = 5x^4"),
        ("x^5", "5x^4 = 5x^3 = 5x^4", "5x^4 = 5x^3"),
        ("x^2", "x^2 = 2x", "x^2 = 2x"),
    ],
)
def test_a_false_equals_sign_is_named(formula: str, answer: str, sign: str) -> None:
    record = chainrule_cli.check(formula, answer)
    assert record.verdict == "incorrect"
    assert f"the equals sign in {sign} is false" in record.notes
    assert record.counterexample is not None


RESCUED = [
    ("ln(x)/2", "1/2x", "1/(2x)"),
    ("sqrt(x)", "1/2√x", "1/(2·√x)"),
    ("e^(2x)", "2e^2x", "2·e^(2x)"),
    ("sqrt(x)", "1/2x^-1/2", "1/2·x^((-1)/2)"),
    ("10^x", r"\log 10\,10^x", "ln(10)·10^x"),
    ("2*sin(x/2)", "cos x/2", "cos(x/2)"),
    ("3e^(2x)/2", "3e2x", "3·e^(2x)"),
    ("ln(tan(x/2))", "sin^-1 x", "(sin(x))⁻¹"),
    ("x*log(x, 10)", "log x + 1/ln 10", "log₁₀(x) + 1/ln(10)"),
]


def _read_as(record: CheckRecord) -> list[str]:
    return [note.removeprefix("read as ") for note in record.notes if note.startswith("read as ")]


@pytest.mark.parametrize(("formula", "answer", "reading"), RESCUED)
def test_another_reading_makes_an_answer_right_and_says_so(formula: str, answer: str, reading: str) -> None:
    record = chainrule_cli.check(formula, answer)
    assert record.verdict == "correct"
    assert [text.replace(" ", "") for text in _read_as(record)] == [reading.replace(" ", "")]
    assert record.reading is not None
    canonical = chainrule_cli.check(formula, answer, reading="canonical")
    assert canonical.verdict == "incorrect"
    assert canonical.reading is not None
    assert canonical.counterexample is not None
    assert canonical.reading.chosen.text in [other.text for other in record.reading.others]
    assert chainrule_cli.check(formula, answer, strict=True).verdict == "incorrect"


def test_an_answer_that_is_wrong_in_every_reading_keeps_the_canonical_counterexample() -> None:
    record = chainrule_cli.check("x^2", "1/2x")
    assert record.verdict == "incorrect"
    assert record.counterexample is not None
    assert record.counterexample.got == record.counterexample.at["x"] / 2
    assert record.reading is not None
    assert [other.text for other in record.reading.others] == ["1/(2*x)"]
    assert not _read_as(record)


def test_a_question_is_read_canonically() -> None:
    record = chainrule_cli.check("1/2x", "1/2")
    assert record.verdict == "correct"
    assert "1/2x is read as (1/2)·x" in record.notes


TEXTBOOK = [
    ("sin({k}x^2)", "2*{k}*x*cos({k}*x^2)"),
    ("x^2*e^({k}x)", "2*x*e^({k}*x) + {k}*x^2*e^({k}*x)"),
    ("ln({k}x^2+1)", "2*{k}*x/({k}*x^2+1)"),
    ("sin({k}x)/x", "({k}*x*cos({k}*x) - sin({k}*x))/x^2"),
    ("({k}x+1)^5", "5*{k}*({k}*x+1)^4"),
    ("atan({k}x)", "{k}/(1+{k}^2*x^2)"),
    ("sqrt({k}x+2)", "{k}/(2*sqrt({k}*x+2))"),
    ("x^({k}/7)", "{k}/7*x^({k}/7-1)"),
    ("cos(x)^{k}", "-{k}*sin(x)*cos(x)^({k}-1)"),
    ("e^(-x^2/{k})", "-2/{k}*x*e^(-x^2/{k})"),
]
SLIPS = [
    (r"sin", "cos"), (r"cos", "sin"), (r"\+", "-"), (r"(?<=[\d)x]) ?- ?", "+"), (r"\^2", "^3"), (r"2\*", ""),
    (r"\*", "/"), (r"/", "*"), (r"sqrt", "ln"), (r"\(", "(2*"), (r"x", "(x+1)"), (r"\b5\b", "4"),
]  # fmt: skip


@counted(2_000)
def test_wrong_answers_in_canonical_spelling_are_never_rescued(count: int) -> None:
    rng = random.Random("wrong stays wrong")
    wrong = 0
    while wrong < count:
        formula, answer = (text.format(k=rng.randint(2, 9)) for text in (rng.choice(TEXTBOOK)))
        slip, instead = rng.choice(SLIPS)
        places = list(re.finditer(slip, answer))
        if not places:
            continue
        place = rng.choice(places)
        record = chainrule_cli.check(formula, answer[: place.start()] + instead + answer[place.end() :])
        assert not _read_as(record)
        wrong += record.verdict == "incorrect"


def test_a_name_that_cancels_is_no_crash() -> None:
    assert chainrule_cli.check("sin(x)", "cos(x)*c/c").verdict == "correct"
