"""Verdicts: right answers in any form, wrong ones however close, domains, heads, forms; the mistake by name; working."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator

import mpmath
import pytest
import sympy
from sympy.parsing.sympy_parser import parse_expr

import chainrule_cli
from chainrule_cli.errors import ChainruleError
from chainrule_cli.grading.mistakes import MISTAKES, Mistake
from chainrule_cli.reports.check import report
from chainrule_cli.reports.diff import report as diff
from tests.support import PATIENCE, ROOT, chainrule, counted

RIGHT = [
    ("x^x", "x^x(ln x+1)"),
    ("x^x", "e^(x ln x)(ln x+1)"),
    ("ln|x|", "1/x"),
    ("ln|x|", "sign(x)/|x|"),
    ("ln(cosh x)", "(e^(2x)-1)/(e^(2x)+1)"),
    ("ln(cosh x)", "tanh x"),
    ("sin(x)cos(x)", "cos^2 x - sin^2 x"),
    ("sin(x)cos(x)", "cos 2x"),
    ("sin(x)^8 - cos(x)^8", "8sin(x)^7cos(x) + 8cos(x)^7sin(x)"),
    ("sin(x)^8 - cos(x)^8", "4 sin(2x)(1 - 3 sin(x)^2 cos(x)^2)"),
    ("sin(x^2)", "2xcos(x^2)"),
    ("ln|x^2-9|", "1/(x-3)+1/(x+3)"),
    ("|x-1000|", "sign(x-1000)"),
    ("sqrt(x^2)", "x/sqrt(x^2)"),
    ("pi^2", "0"),
    ("pi^2", "sin(1)^2 + cos(1)^2 - 1"),
    ("f(g(x))", "f'(g(x))*g'(x)"),
    ("u = x^2; sin(u)", "cos(u)*2x"),
    ("a*x^2 + b", "2a x"),
    ("gamma(x)", "gamma(x)*digamma(x)"),
    ("erf(x)", "2/sqrt(pi) e^(-x^2)"),
    ("2^x", "ln(2) e^(x ln 2)"),
    ("atan(x) + acot(x)", "0"),
    ("asin(x)", "1/sqrt((1-x)(1+x))"),
    ("(x^2+1)^3", r"6x\left(x^2+1\right)^2"),
    ("x^2 + y^2 = 1", "-x/y"),
    ("cbrt(x)", "1/(3 cbrt(x^2))"),
    ("relu(x)", "where(x > 0, 1, 0)"),
]

WRONG = [
    ("e^(10x)", "e^(10x)+1"),
    ("sin(x^2)", "2x cos(x^2)+1e-20"),
    ("ln x", "1/x+1e-40"),
    ("x^2/2", "|x|"),
    ("ln|x|", "1/|x|"),
    ("asin(2x)", "1/sqrt(1-4x^2)"),
    ("asin(2x sqrt(1-x^2))", "2/sqrt(1-x^2)"),
    ("|x-1000|", "-1"),
    ("x^3", "3x^2+C"),
    ("sin(x)", "sqrt(1-sin(x)^2)"),
    ("x^2 + y^2 = 1", "x/y"),
    ("x^2 + y^2 = 1", "-x/y+1e-30"),
    ("x^2", "ln(-1-x^2)"),
    ("pi^2", "2pi"),
    ("x", "1 + 1e-60"),
]


@pytest.mark.parametrize(("formula", "answer"), RIGHT)
def test_right(formula: str, answer: str) -> None:
    record = chainrule_cli.check(formula, answer)
    assert (record.verdict, record.counterexample, record.mistakes) == ("correct", None, ())
    assert record.method in ("identical", "identity-test", "numeric")


@pytest.mark.parametrize(("formula", "answer"), WRONG)
def test_wrong_with_a_point_at_which_it_fails(formula: str, answer: str) -> None:
    record = chainrule_cli.check(formula, answer)
    assert (record.verdict, record.method) == ("incorrect", "proved-different")
    assert record.counterexample is not None
    assert record.counterexample.expected != record.counterexample.got


@pytest.mark.parametrize("answer", ["-2x/(-1-x^2)", "2x/(1+x^2)", "0", "5"])
def test_without_a_real_point_nothing_is_right(answer: str) -> None:
    record = chainrule_cli.check("log(-1-x^2)", answer)
    assert (record.verdict, record.method) == ("undecided", None)


def test_higher_orders_and_equations() -> None:
    assert chainrule_cli.check("x^3", "6x", order=2).verdict == "correct"
    assert chainrule_cli.check("x^3", "3x^2", order=2).verdict == "incorrect"
    assert chainrule_cli.check("x^2 + y^2 = 1", "-1/y^3", order=2).method == "numeric"
    assert chainrule_cli.check("x^2 + y^2 = 1", "-1/y^3", order=2, strict=True).method == "symbolic"
    assert chainrule_cli.check("x^2*y", "x^2", "y").verdict == "correct"


def test_a_smaller_domain_is_noted_and_refused_by_strict() -> None:
    for answer in ("2x^2/x", "2*sqrt(x)^2"):
        record = chainrule_cli.check("x^2", answer)
        assert record.verdict == "correct"
        assert any("no value" in note for note in record.notes)
        assert chainrule_cli.check("x^2", answer, strict=True).verdict == "incorrect"
    assert chainrule_cli.check("x^2", "2x", strict=True).verdict == "correct"


def test_the_point_of_at_is_compared() -> None:
    record = chainrule_cli.check("|x - 1234567.25|", "sign(x - 1234567.25)", at={"x": 2e6})
    assert record.verdict == "correct"
    assert chainrule_cli.check("x^2", "3x", at={"x": 4}).counterexample is not None


def test_a_kink_is_no_point_of_comparison() -> None:
    record = chainrule_cli.check("|x|", "x/|x|", at={"x": 0})
    assert (record.verdict, record.notes) == ("correct", ())


@pytest.mark.parametrize("answer", ["cos(x) dx", "cos(x) + C"])
def test_a_name_that_the_formula_does_not_have_is_told(answer: str) -> None:
    assert any(
        "which the formula does not have" in note for note in chainrule_cli.check("sin(x)", answer).notes
    )


HEADS = [
    "y' = {}",
    "f'(x) = {}",
    "dy/dx = {}",
    "df/dx={}",
    r"\frac{{dy}}{{dx}} = {}",
    "y′ = {}",
    "d/dx(sin(x^2)) = {}",
    r"y^{{\prime}} = {}",
    "D_x = {}",
]


@pytest.mark.parametrize("head", HEADS)
def test_a_head_is_set_aside(head: str) -> None:
    assert chainrule_cli.check("sin(x^2)", head.format("2x cos(x^2)")).verdict == "correct"
    assert chainrule_cli.check("sin(x^2)", head.format("cos(x^2)")).verdict == "incorrect"


@pytest.mark.parametrize(
    "answer", ["2x +", "", "dy/dx", "2x =", "y' = ", "h(x)", "d/dx x^2", "foo(x)", "2x\x00"]
)
def test_what_is_no_answer_is_unreadable(answer: str) -> None:
    record = chainrule_cli.check("x^2", answer)
    assert record.verdict == "unreadable"
    assert record.problem is not None
    assert record.problem.message
    assert record.answer is None


def test_a_formula_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(ChainruleError):
        chainrule_cli.check("sin(", "2x")


@pytest.mark.parametrize(
    ("form", "formula", "good", "bad"),
    [
        ("expanded", "(x+1)^2", "2x+2", "2(x+1)"),
        ("expanded", "x(x+1)^3", "4x^3+9x^2+6x+1", "(x+1)^3+3x(x+1)^2"),
        ("factored", "(x+1)^2", "2(x+1)", "2x+2"),
        ("factored", "x^3/3 - x", "(x-1)(x+1)", "x^2-1"),
        ("simplified", "x^3", "3x^2", "3*x*x"),
        ("simplified", "x^2", "2x", "x+x"),
    ],
)
def test_form(form: str, formula: str, good: str, bad: str) -> None:
    assert chainrule_cli.check(formula, good, form=form).has_form is True
    record = chainrule_cli.check(formula, bad, form=form)
    assert (record.verdict, record.has_form, record.counterexample) == ("incorrect", False, None)


# mistakes


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_every_mistake_is_named_in_its_own_example(mistake: Mistake) -> None:
    record = chainrule_cli.check(mistake.formula, mistake.wrong, "x")
    assert record.verdict == "incorrect"
    assert mistake.id in [each.id for each in record.mistakes[:3]]
    assert all(each.hint and each.text for each in record.mistakes)


MORE = [
    ("inner-forgotten", "3*exp(5t+1)", "3*exp(5t+1)"),
    ("inner-forgotten", "x*cos(3x)", "cos(3x) - x*sin(3x)"),
    ("deep-layer-dropped", "ln(sin(x^3))", "cos(x^3)/sin(x^3)"),
    ("middle-layer-dropped", "exp(sin(x^2))", "2x*exp(sin(x^2))"),
    ("product-of-derivatives", "exp(x)*x^3 + x", "3x^2 e^x + 1"),
    ("product-one-term", "x^2*ln(x)", "2x ln(x)"),
    ("quotient-reversed", "x/(x^2+1)", "(2x*x - (x^2+1))/(x^2+1)^2"),
    ("constant-kept", "sin(x) + 7", "cos(x) + 7"),
    ("constant-factor-lost", "7 sin(x)", "cos(x)"),
    ("constant-as-variable", "pi^2*x", "2pi*x + pi^2"),
    ("coefficient-lost", "(2x+1)^4", "2(2x+1)^3"),
    ("trig-sign", "x + cos(x)", "1 + sin(x)"),
    ("integrated", "cos(3x)", "sin(3x)/3"),
    ("differentiated-twice", "sin(2x)", "-4 sin(2x)"),
    ("unchanged", "e^x + 2", "e^x + 2"),
    ("ln-a-missing", "5^(2x)", "2*5^(2x)"),
]


@pytest.mark.parametrize(("name", "formula", "answer"), MORE)
def test_mistakes_elsewhere(name: str, formula: str, answer: str) -> None:
    assert name in [each.id for each in chainrule_cli.check(formula, answer).mistakes[:3]]


def test_what_is_not_the_mistake_is_not_named() -> None:
    names = [each.id for each in chainrule_cli.check("e^x+2", "e^x+2").mistakes]
    assert names[0] == "constant-kept"
    assert "unchanged" in names
    assert "integrated" not in names


SLIPS = [
    ("sign", "x^2", "-2x"),
    ("coefficient", "x^3", "6x^2"),
    ("term-sign", "x^3 + x^2", "3x^2 - 2x"),
    ("term-dropped", "x^3 + sin(x)", "3x^2"),
]


@pytest.mark.parametrize(("name", "formula", "answer"), SLIPS)
def test_slips(name: str, formula: str, answer: str) -> None:
    assert name in [each.id for each in chainrule_cli.check(formula, answer).mistakes]


# working


def test_the_first_wrong_line_is_named() -> None:
    text = "f'(x) = cos(x^2)*(2x)\n\n= 2x cos(x^2)   # tidied\n= 2x sin(x^2)\n= sin(x^2)*2x\n"
    record = report("sin(x^2)", working=text)
    assert record.first_wrong == 4
    assert [(line.n, line.verdict, line.follows) for line in record.lines or ()] == [
        (1, "correct", None),
        (3, "correct", True),
        (4, "incorrect", False),
        (5, "incorrect", True),
    ]
    assert record.verdict == "incorrect"


@pytest.mark.parametrize(
    ("formula", "working", "first_wrong"),
    [
        ("sin(x^2)", "y = sin(x^2)\ny' = 2x cos(x^2)", None),
        ("sin(x^2)", "f(x) = sin(x*x)\n= 2x cos(x^2)", None),
        ("x^2 + y^2 = 1", "x^2+y^2 = 1\ny' = -x/y", None),
        ("e^x", "y = e^x\ny' = e^x", None),
        ("sin(x^2)", "y = sin(x^2)", 1),
        ("sin(x^2)", "sin(x^2)\n= 2x cos(x^2)", 1),
        ("sin(x^2)", "y' = sin(x^2)\n= 2x cos(x^2)", 1),
    ],
)
def test_a_first_line_may_restate_the_question(formula: str, working: str, first_wrong: int | None) -> None:
    assert report(formula, working=working).first_wrong == first_wrong


def test_clean_working_passes() -> None:
    record = report(
        "x^2*sin(x)", "2x sin(x) + x^2 cos(x)", working="(x^2)*cos(x) + 2x*sin(x)\n= x(2 sin x + x cos x)"
    )
    assert (record.verdict, record.first_wrong) == ("correct", None)


# against sympy and mpmath

X = sympy.Symbol("x", real=True)
ATOMS = [
    X,
    X**2,
    3 * X + 1,
    sympy.exp(X),
    sympy.sin(X),
    sympy.cos(2 * X),
    sympy.log(X**2 + 1),
    sympy.sqrt(X**2 + 2),
    1 / (X**2 + 3),
    sympy.atan(X),
]
REWRITINGS = [
    sympy.expand,
    sympy.factor,
    sympy.together,
    lambda e: e if e.has(80000) else sympy.expand_trig(e),  # which sympy would write out in 80,000 terms
    lambda e: e.rewrite(sympy.cos, sympy.tan) if e.has(sympy.sin) else e,
    sympy.powsimp,
    lambda e: sympy.expand(e * (X**2 + 5)) / (X**2 + 5),
    lambda e: e * (sympy.sin(X + 1) ** 2 + sympy.cos(X + 1) ** 2),
    lambda e: e + sympy.log(2 * sympy.exp(X)) - X - sympy.log(2),
]


def formulas(count: int, seed: int) -> Iterator[sympy.Expr]:
    dice = random.Random(seed)
    for _ in range(count):
        one, other = dice.sample(ATOMS, 2)
        yield dice.choice(
            [
                one * other,
                one / (other**2 + 1),
                one + 2 * other,
                one.subs(X, other),
                (one + other) ** 3,
                sympy.exp(one.subs(X, X / 2)) + other,
            ]
        )


def worked(dice: random.Random, slope: sympy.Expr) -> list[sympy.Expr]:
    """A derivation of a derivative, line by line: the same value in other forms."""
    return [slope, *(dice.choice(REWRITINGS)(slope) for _ in range(dice.randint(2, 5)))]


def corrupted(dice: random.Random, line: sympy.Expr) -> sympy.Expr:
    return dice.choice([line + 1, 2 * line, -line, line + X, line * X, line - sympy.Rational(1, 1000)])


@counted(200)
def test_the_corrupted_line_is_named_and_clean_working_passes(count: int) -> None:
    dice = random.Random(5)
    for formula in formulas(count, 6):
        lines = worked(dice, sympy.diff(formula, X))
        head = dice.choice(["", "f'(x) = ", "y' = ", "dy/dx = "])
        clean = report(
            str(formula),
            working="\n".join(f"{head if n == 0 else '= '}{line}" for n, line in enumerate(lines)),
        )
        assert (clean.verdict, clean.first_wrong) == ("correct", None), (formula, lines)
        k = dice.randrange(len(lines))
        lines[k] = corrupted(dice, lines[k])
        if dice.random() < 0.5:  # what comes after it follows from it
            lines[k + 1 :] = [dice.choice(REWRITINGS)(lines[k]) for _ in lines[k + 1 :]]
            follows = True
        else:
            follows = False
        record = report(str(formula), working="\n".join(map(str, lines)))
        assert record.first_wrong == k + 1, (formula, lines, k + 1)
        assert record.lines is not None
        assert [line.follows for line in record.lines[k + 1 :]][:1] in ([], [follows]), (
            formula,
            lines,
            k + 1,
        )


@counted(500)
def test_right_answers_rewritten_stay_right(count: int) -> None:
    dice = random.Random(2)
    verdicts = []
    for formula in formulas(count, 1):
        slope = sympy.diff(formula, X)
        answer = dice.choice(REWRITINGS)(slope)
        verdicts.append(chainrule_cli.check(str(formula), str(answer)).verdict)
    assert verdicts.count("incorrect") == 0
    assert verdicts.count("correct") >= 0.99 * len(verdicts)


AWKWARD = [
    ("x**sin(x)", {}),
    ("x**2*y", {"wrt": "y"}),
    ("sin(x)/y", {"wrt": "y"}),
    ("(sqrt(x)+x)^3", {}),
    ("log(x, 2)", {}),
    ("|x|", {}),
    ("ln|x|", {}),
    ("sqrt(x^2)", {}),
    ("x|x|", {}),
    ("cbrt(x)", {}),
    ("atan(x)/(1-2x)^(1/6)", {}),
    ("sqrt(x)*sin(80000x)", {}),
    ("e^(x ln x)", {}),
    ("asin(2x sqrt(1-x^2))", {}),
    ("where(x>0, x^2, -x)", {}),
    ("x^2+y^2=1", {}),
    ("x^3+y^3=6xy", {}),
    ("x^x", {"order": 3}),
]
OTHER_FORMS = [
    *REWRITINGS,
    sympy.expand_power_exp,
    sympy.logcombine,
    lambda e: sympy.expand_log(e, force=True),
    lambda e: e.rewrite(sympy.exp),
    lambda e: e.rewrite(sympy.tan),
    lambda e: sympy.sqrt(2) * (e / sympy.sqrt(8)) * 2,
    lambda e: e * sympy.exp(X - 3) * sympy.exp(3 - X),
]


@pytest.mark.parametrize(("formula", "question"), AWKWARD, ids=[row[0] for row in AWKWARD])
def test_awkward_formulas_against_their_own_derivative_in_other_forms(formula: str, question: dict) -> None:
    """None is refused; at most one in twenty is left open."""
    record = diff(formula, **question)
    theirs = parse_expr(
        record.derivative.text, local_dict={name: sympy.Symbol(name, real=True) for name in record.variables}
    )
    verdicts = {}
    for number, rewrite in enumerate(OTHER_FORMS):
        answer = rewrite(theirs)
        if not answer.has(sympy.I):
            verdicts[number, str(answer)] = chainrule_cli.check(formula, str(answer), **question).verdict
    assert not [key for key, verdict in verdicts.items() if verdict not in ("correct", "undecided")]
    assert list(verdicts.values()).count("undecided") <= len(verdicts) // 20, verdicts


@counted(500)
def test_mutants_are_refused_at_a_point_that_mpmath_confirms(count: int) -> None:
    dice = random.Random(3)
    for formula in formulas(count, 4):
        slope = sympy.diff(formula, X)
        mutant = dice.choice(
            [
                -slope,
                2 * slope,
                slope + 1,
                slope + sympy.Rational(1, 10**20),
                slope * X,
                slope.subs(2, 3),
                slope + X / 1000,
            ]
        )
        if sympy.simplify(mutant - slope) == 0:
            continue
        record = chainrule_cli.check(str(formula), str(mutant))
        assert record.verdict == "incorrect", (formula, mutant)
        assert record.counterexample is not None
        with mpmath.workdps(60):
            at = {X: mpmath.mpf(record.counterexample.at["x"])}
            right, wrong = (sympy.N(expr.subs(at), 50) for expr in (slope, mutant))
            assert abs(right - wrong) > mpmath.mpf(10) ** -45 * abs(right)
            assert float(right) == pytest.approx(float(record.counterexample.expected), rel=1e-9)


# the command


def run(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return chainrule("check", *arguments, given=given)


@pytest.mark.parametrize(
    ("arguments", "status", "verdict"),
    [
        (("x^2", "2x"), 0, "correct"),
        (("x^2", "-2x"), 1, "incorrect"),
        (("x^2", "2x +"), 4, "unreadable"),
        (("log(-1-x^2)", "1"), 3, "undecided"),
    ],
)
def test_exit_codes_and_json(arguments: tuple[str, ...], status: int, verdict: str) -> None:
    done = run(*arguments, "--json")
    assert done.returncode == status
    record = json.loads(done.stdout)
    assert (next(iter(record)), record["schema"], record["verdict"]) == (
        "schema",
        "chainrule.check.v1",
        verdict,
    )


def test_usage() -> None:
    for arguments in (
        ("x^2",),
        ("sin(", "2x"),
        ("x^2", "2x", "--order", "0"),
        ("x^2", "2x", "--working", "no/such/file"),
    ):
        done = run(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr


def test_the_page_has_three_lines() -> None:
    done = run("sin(x**2)", "cos(x**2)")
    lines = done.stdout.splitlines()
    assert len(lines) == 3
    assert "✗ incorrect" in lines[0]
    assert "inner-forgotten: in sin(u), u = x², the factor u' is missing" in lines[1]
    assert "hint:" in lines[2]
    assert run("x^2", "-", given="2x\n").stdout.startswith("  ✓ correct")


@pytest.mark.parametrize("answer", ["2x cos(x^2)", "cos(x^2)", "x +"])
def test_no_check_of_a_textbook_pair_imports_sympy_or_numpy(answer: str) -> None:
    code = f"import sys, chainrule_cli; chainrule_cli.check('sin(x^2)', {answer!r}); print([n for n in ('sympy', 'numpy') if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"
