"""The forms in which answers are written: what a person would write, for the reasons that each group states."""

from __future__ import annotations

import pytest

from chainrule_cli.reports.matrix import report

FORMS = [
    # formula, by, order, answer
    # beside eye a number would be taken for a multiple of it
    ("x - mean(x)", "x", 1, "eye - matrix(1)/m"),
    ("softmax(x) - mean(x)", "x", 1, "diag(softmax(x)) - matrix(1)/m - softmax(x)*softmax(x)'"),
    # what says of itself that it is symmetric loses its transpose
    ("logdet(eye + X*X')", "X", 1, "2*inv(eye + X*X')*X"),
    ("det(X'*X)", "X", 1, "2*det(X'*X)*X*inv(X'*X)"),
    ("y'*inv(c*eye + X'*X)*y", "y", 1, "2*inv(c*eye + X'*X)*y"),
    ("x'*diag(y)*x", "x", 1, "2*(x .* y)"),
    # functions that are 0 or 1, or a size and its sign
    ("sum(relu(1 - y.*x))", "x", 1, "-sign(relu(1 - y .* x)) .* y"),
    ("sum(relu(x).^2)", "x", 1, "2*relu(x)"),
    ("sum(abs(x).^2)", "x", 1, "2*x"),
    ("max(x)", "x", 1, "ismax(x)/sum(ismax(x))"),
    ("min(x)", "x", 1, "ismax(-x)/sum(ismax(-x))"),
    ("max(x, 0)", "x", 1, "diag(sign(relu(x)))"),
    ("max(0, x)", "x", 1, "diag(sign(relu(x)))"),
    # sigmoid by its name, however it was typed
    ("1./(1 + exp(-x))", "x", 1, "diag(sigmoid(x) .* (1 - sigmoid(x)))"),
    ("1/(1 + exp(-w'*x))", "w", 1, "sigmoid(w'*x)*(1 - sigmoid(w'*x))*x"),
    ("log(1 + exp(-c*w'*x))", "w", 1, "-sigmoid(-c*(w'*x))*c*x"),
    # like terms, and what they share, entry by entry
    ("sum(x.*exp(x))", "x", 1, "exp(x) .* (1 + x)"),
    ("(c - 1)^2*x + (c + 1)^2*x", "x", 1, "2*(c^2 + 1)*eye"),
    (
        "norm2(x - norm2(x)*y)",
        "x",
        1,
        "(x - norm2(x)*y - ((x - norm2(x)*y)'*y)*x/norm2(x))/norm2(x - norm2(x)*y)",
    ),
    # sums over a size are means; decimals stay
    ("exp(mean(x))", "x", 1, "exp(mean(x))*vector(1)/m"),
    ("sqrt(mean(x.^2) + 1e-5)", "x", 1, "x/(sqrt(0.00001 + x'*x/m)*m)"),
    # an entry of a product entry by entry is a product of entries
    ("sum(log(X))", "X", 2, "-eye[i,k]*eye[j,l]/X[i,j]^2"),
    ("sum(sin(X).*Y')", "X", 2, "-eye[i,k]*eye[j,l]*Y[j,i]*sin(X)[i,j]"),
]


@pytest.mark.parametrize(("formula", "wrt", "order", "text"), FORMS)
def test_form(formula: str, wrt: str, order: int, text: str) -> None:
    record = report(
        formula,
        wrt=wrt,
        order=order,
        shapes={"x": "m"} if "x" in formula and "X" not in formula and "w" not in formula else None,
    )
    assert record.derivative.text == text.replace("^", "**")
    assert record.check.verdict == "agree"


@pytest.mark.parametrize(
    "formula",
    ["sigmoid(" * 15 + "w'*x" + ")" * 15, "q = x'*x; r = (q + c)*(q - d); s = (r + c)*(r - d); s^2"],
)
def test_tidying_is_no_more_work_than_the_answer_is_long(formula: str) -> None:
    """A few milliseconds; what looks into every part of every part again does not come back."""
    assert report(formula, wrt="x", order=1 if "q" in formula else 2).check.verdict == "agree"
