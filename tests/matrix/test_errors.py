"""What is no matrix formula, what has no sizes that fit, what has no number: one clear message, the place, a proposal."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from chainrule_cli.errors import ChainruleError
from chainrule_cli.reports.matrix import report
from tests.matrix.support import run
from tests.support import chainrule

SHAPES = [
    # formula, shapes, message, where, hint
    ("Am*x", "Am:4x3,x:4", "Am*x: 4x3 times 4, inner sizes 3 and 4 differ", "*", "did you mean Am'*x (3)?"),
    ("A*B", "A:2x3,B:2x3", "2x3 times 2x3, inner sizes 3 and 2 differ", "*", "did you mean A'*B (3x3)?"),
    ("A*B", "A:2x3,B:4x5", "2x3 times 4x5, inner sizes 3 and 4 differ", "*", ""),
    ("x*y", "x:3,y:3", "3 times 3, inner sizes 1 and 3 differ", "*", "did you mean x'*y"),
    ("X.*Y", "X:2x3,Y:3x2", "the sizes differ", ".*", "did you mean X'.*Y (3x2)?"),
    ("X + Y", "X:2x3,Y:3x2", "2x3 plus 3x2, the sizes differ", "+", "did you mean"),
    ("X - Y", "X:2x3,Y:4x4", "2x3 minus 4x4, the sizes differ", "-", ""),
    ("A/B", "", "/ divides by a number", "/", "A*inv(B) by a matrix"),
    ("x^2", "", "a vector has no power", "^", "did you mean x.^2, entry by entry?"),
    ("X^0.5", "", "a power of a matrix is a whole number", "^", "did you mean X.^0.5"),
    ("X^40", "", "beyond 32", "40", ""),
    ("x^T*x", "", "an exponent is a number", "^", "x' is the transpose"),
    ("e^x", "", "an exponent is a number", "^", "exp(x) goes entry by entry"),
    ("det(X)", "X:2x3", "det is of a square matrix, and X is 2x3", "X", "X'*X is square"),
    ("logdet(A*B)", "A:2x3,B:3x4", "logdet is of a square matrix, and A*B is 2x4", "A*B", "is square"),
    ("inv(X)", "X:2x3", "inv is of a square matrix", "X", ""),
    ("tr(X)", "X:2x3", "tr is of a square matrix", "X", ""),
    ("tr(x)", "x:3", "tr is of a square matrix, and x is 3", "x", ""),
    ("solve(A, b)", "A:2x3,b:2", "square", None, ""),
    ("vector(1)", "", "nothing says how large this is", "vector(1)", "takes the size of what it meets"),
    ("X*x", "X:m x n,x:3", "X*x: mxn times 3, inner sizes n and 3 differ", "*", ""),
    ("X*x", "X:4x3,x:n", "X*x: 4x3 times n, inner sizes 3 and n differ", "*", ""),
    ("X*x", "X:m x n,x:m", "inner sizes n and m differ", "*", "did you mean X'*x (n)?"),
    ("X + Y", "X:n x n,Y:3x3", "nxn plus 3x3, the sizes differ", "+", ""),
    ("(A*B)*x", "A:2x3,B:3x4,x:5", "inner sizes 4 and 5 differ", "*x", ""),
]


@pytest.mark.parametrize(("formula", "shapes", "message", "where", "hint"), SHAPES)
def test_shapes_that_do_not_fit(
    formula: str, shapes: str, message: str, where: str | None, hint: str
) -> None:
    with pytest.raises(ChainruleError) as caught:
        report(formula, shapes=shapes or None, wrt="x" if "x" in formula else None)
    assert message in caught.value.message
    assert hint in (caught.value.hint or "")
    if where is not None:
        assert caught.value.span is not None
        start, _ = caught.value.span
        assert formula[start:].startswith(where[0])


@pytest.mark.parametrize(
    ("formula", "message", "hint"),
    [
        ("AB*A + B", "AB may be one name or a product", "write A*B, or declare AB with --shapes"),
        ("foo(X)", "foo is no function", "did you mean"),
        ("soft(x)", "soft is no function", "did you mean softmax?"),
        ("sin x", "sin needs brackets", "sin(x)"),
        ("X@Y", "@ is numpy's", "* is the matrix product"),
        ("X.T*X", ".T is numpy's", "is the transpose"),
        ("A*x = b", "= defines a name", "name = ...; formula"),
        ("X; Y", "only the last statement may be without a name", ""),
        ("Y = 2*Y; Y", "Y is defined by itself", ""),
        ("Y = X; Y = 2*X; Y", "Y is defined twice", ""),
        ("Y = Z*X; Z = X; Y", "Z is used before it is defined", ""),
        ("[X, Y]", "", ""),
        ("X*", "the formula ends too early", ""),
        ("(X", "a bracket is not closed", "add )"),
        ("", "nothing to read", ""),
        ("det(X, Y)", "det takes 1 argument, not 2", "det(A)"),
        ("X < Y", "", ""),
        ("eye(3)", "eye has the size that fits", "write eye"),
        ("__import__('os').system('id')", "has no meaning", ""),
        ("().__class__", "", ""),
        ("lambda: 0", "", ""),
        ("X\u202e*Y", "", ""),
        ("+".join(["X"] * 3_000), "", ""),
        ("sin(" * 300 + "X" + ")" * 300, "", ""),
        ("*".join(["(X + Y)"] * 150), "factors, written out", "--vjp"),
        (
            "; ".join(["T_0 = X", *(f"T_{k} = tanh(T_{k - 1})" for k in range(1, 200)), "sum(T_199)"]),
            "follow one another",
            "a part of the formula",
        ),
        ("X" * 20_000, "", ""),
    ],
)
def test_what_is_no_formula(formula: str, message: str, hint: str) -> None:
    with pytest.raises(ChainruleError) as caught:
        report(formula, wrt="X")
    assert message in caught.value.message
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["X", "--shapes", "X:4x3x2"], "X has more than two sizes: 4x3x2"),
        (["X", "--shapes", "X:0x3"], "X is 0x3: it has no entries"),
        (["x", "--shapes", "x:0"], "it has no entries"),
        (["X", "--shapes", "X:-1x3"], "the sizes of X cannot be read"),
        (["X", "--shapes", "X:4x"], "the sizes of X cannot be read"),
        (["X", "--shapes", "X"], "--shapes cannot be read"),
        (["X", "--shapes", "X:2x2,X:3x3"], "--shapes names X twice"),
        (["X", "--shapes", "Y:4x3"], "--shapes names Y, which the formula does not have"),
        (["X", "--shapes", "X:99999999999x3"], "sizes go up to"),
        (["X*x", "--wrt", "y"], "y is not a variable of the formula"),
        (["x", "--wrt", "2"], "'2' is not the name of a variable"),
        (["a*b"], "by which variable?"),
        (["3"], "by which variable?"),
        (["sum(X)", "--order", "3"], "--order is 1 or 2"),
        (["sum(X)", "--vjp", "--jvp"], "--vjp and --jvp contradict each other"),
        (["sum(X)", "--vjp", "--order", "2"], "--order 2 goes with neither"),
        (["kron(A, B)", "--wrt", "A"], "kron needs sizes that are numbers"),
        (["kron(A, B)", "--wrt", "A", "--shapes", "A:2x2,B:3x3"], "not written out entry by entry"),
        (["sum(X)", "--format", "svg"], "svg"),
    ],
)
def test_what_the_command_refuses(arguments: list[str], message: str) -> None:
    ran = chainrule("matrix", *arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert message in ran.stderr
    assert "internal" not in ran.stderr


def test_an_error_as_json_is_one_object() -> None:
    ran = chainrule("matrix", "Am*x", "--wrt", "x", "--shapes", "Am:4x3,x:4", "--json")
    assert (ran.returncode, ran.stdout) == (2, "")
    found = json.loads(ran.stderr)
    assert (found["schema"], found["span"], found["hint"]) == (
        "chainrule.error.v1",
        [2, 3],
        "did you mean Am'*x (3)?",
    )


PAST_THE_DOUBLES = (
    "1e999*x", "-1e999*X", "2^2000*x'*x", "(1e999+1/3)*x", "1e308*10*x", "1e999*exp(x)", "norm(1e999*x)",
    "x.^1e999", "sum(x.^(1e999/3))", "tr(X)^1e999", "exp(1e999)*x",
)  # fmt: skip


@pytest.mark.parametrize("formula", PAST_THE_DOUBLES)
@pytest.mark.parametrize("options", [{}, {"order": 2}, {"vjp": True}, {"jvp": True}])
def test_a_number_past_the_doubles_has_a_derivative_and_code(
    formula: str, options: dict[str, bool | int]
) -> None:
    record = report(formula, **options)
    assert record.check.verdict in ("undecided", "agree")  # a second derivative of 0 is one
    values = dict.fromkeys(("X", "dX", "V"), np.eye(3)) | dict.fromkeys(("x", "dx", "v"), np.ones(3))
    run(record.derivative.python, {**values, "g": 1.0})


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("inv(x*x')", "inv of a singular matrix"),
        ("det(x*x')*inv(x*x')", "singular"),
        ("log(-1 - x'*x)", "no value"),
        ("logdet(-X*X')", "no value"),
        ("9^9^9^9*X", "no value"),
        *((formula, "no value") for formula in PAST_THE_DOUBLES),
    ],
)
def test_without_a_number_there_is_no_verdict(formula: str, reason: str) -> None:
    record = report(formula)
    assert record.check.verdict == "undecided"
    assert reason in (record.check.reason or "")
    assert chainrule("matrix", formula).returncode == 3


@pytest.mark.parametrize(
    ("formula", "shapes", "answer"),
    [
        ("inv(X)", "X:1x1", "-1/X**2"), ("det(X)", "X:1x1", "1"), ("logdet(X)", "X:1x1", "1/X"), ("tr(X)", "X:1x1", "1"), ("x'*x", "x:1", "2*x"),
        ("norm2(x)", "x:1", "sign(x)"), ("X*Y", "X:1x1,Y:1x1", "Y"), ("sum(X)", "X:1x4", None), ("x*y'", "x:1,y:1", "y"), ("softmax(x)", "x:1", "0"),
    ],
)  # fmt: skip
def test_sizes_of_one(formula: str, shapes: str, answer: str | None) -> None:
    record = report(formula, wrt="X" if "X" in formula else "x", shapes=shapes)
    assert record.check.verdict == "agree"
    if answer is not None:
        assert record.derivative.text == answer


def test_a_name_of_several_letters_is_remarked() -> None:
    assert "AB is read as one name" in report("AB*x", wrt="x").notes
    assert report("AB*x + A*x", wrt="x", shapes="AB:m x n").check.verdict == "agree"


def test_letters_are_sizes_that_any_number_may_take() -> None:
    record = report("norm2(X*w - y)^2/m", wrt="w", shapes="X:m x n,y:m")
    assert record.shapes == {"X": "mxn", "w": "n", "y": "m"}
    assert (record.check.verdict, record.check.sizes) == ("agree", 2)
    assert report("X*x", wrt="x", shapes={"X": "4x3"}).shapes == {"X": "4x3", "x": "3"}


def test_no_sympy() -> None:
    code = "import sys; from chainrule_cli.reports.matrix import report; report('logdet(A*X)', wrt='X'); import chainrule_cli.explain.matrix; print('sympy' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "False\n"
    )


def test_a_formula_that_cannot_be_read_does_not_wait_for_numpy() -> None:
    code = "import sys, chainrule_cli.reports.matrix; print('numpy' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "False\n"
    )
