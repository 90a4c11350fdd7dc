"""Formulas as people type them, and as the pages show them: the same reading."""

from __future__ import annotations

import pytest

from chainrule_cli.errors import ChainruleError
from chainrule_cli.notation.write import to_unicode
from chainrule_cli.reports.matrix import report
from tests.matrix.support import distance
from tests.matrix.test_table import ROWS, Row, declared, number_of, point

SAME = [
    # typed, as it is written here
    ("||x - y||^2", "norm2(x - y)^2"),
    ("‖x − y‖", "norm2(x - y)"),
    ("||x||_2^2", "norm2(x)^2"),
    ("||x||_1", "norm1(x)"),
    ("||X||_F^2", "norm2(X)^2"),
    ("||X*w - y||^2 + c||w||^2", "norm2(X*w - y)^2 + c*norm2(w)^2"),
    ("||x - ||y||*x||", "norm2(x - norm2(y)*x)"),
    ("|abs(x)|", "abs(abs(x))"),
    ("|(|x|)|", "abs(abs(x))"),
    ("||x| + 1|", "abs(abs(x) + 1)"),
    ("xᵀ·A·x", "x'*A*x"),
    ("XᵀX", "X'*X"),
    ("X⁻¹", "X^-1"),
    ("X⁻ᵀ", "inv(X)'"),
    ("x⊤A x", "x'*A*x"),
    ("2x'x", "2*x'*x"),
    ("x ⊙ y ⊘ z", "x.*y./z"),
    ("trace(A*A')", "tr(A*A')"),
    ("ones(1)'*x", "vector(1)'*x"),
    ("ln(det(A))", "log(det(A))"),
    ("norm(x)**2", "norm2(x)^2"),
]


@pytest.mark.parametrize(("typed", "meant"), SAME)
def test_the_same(typed: str, meant: str) -> None:
    wrt = next(name for name in "xXAw" if name in meant.replace("max", ""))
    assert report(typed, wrt=wrt).formula.text == report(meant, wrt=wrt).formula.text


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.formula} by {row.wrt}")
def test_what_a_page_shows_can_be_typed(row: Row) -> None:
    record = report(row.formula, wrt=row.wrt, shapes=declared(row.formula), order=row.order)
    at = point()
    for written in (record.formula, record.derivative):
        if "eye" not in (written.text, written.text.split("/")[0].strip("-")):  # nothing says how large
            assert distance(number_of(to_unicode(written.syntax), at), number_of(written.text, at)) < 1e-14


INSTEAD = [
    ("sigma(X*w)", "sigmoid(x) is the logistic function"),
    ("dot(x, y)", "x'*y of vectors"),
    ("zeros(3)*x", "matrix(0)"),
    ("var(x)", "mean((x - mean(x)).^2)"),
    ("A\\x", "solve(A, b)"),
    ("ones(3)'*x", "made of ones"),
    ("x²", "did you mean x.^2, entry by entry?"),
    ("x'*x/n", "--shapes n:scalar makes n a number"),
    ("(Xw - y)'*(Xw - y)", "Xw is read as one name; a product is X*w"),
    ("||x||_3", "a subscript follows a letter"),
    ("||x", "close it with another |"),
]


@pytest.mark.parametrize(("typed", "hint"), INSTEAD)
def test_what_to_type_instead(typed: str, hint: str) -> None:
    with pytest.raises(ChainruleError) as caught:
        report(typed, wrt="w" if "w" in typed else "x")
    assert hint in (caught.value.hint or "")


def test_a_product_in_an_error_has_its_brackets() -> None:
    with pytest.raises(ChainruleError, match=r"\(A\*B\)\*\(x \+ y\): 2x4 times 5") as caught:
        report("(A*B)*(x + y)", wrt="A", shapes="A:2x3,B:3x4,x:5,y:5")
    assert "inner sizes 4 and 5 differ" in caught.value.message


@pytest.mark.parametrize(
    ("formula", "note"),
    [
        ("|X|", "det(X) is the determinant"),
        ("X + c*I", "eye is the identity"),
        ("exp(X)", "goes entry by entry"),
    ],
)
def test_what_may_have_been_meant_otherwise_is_remarked(formula: str, note: str) -> None:
    assert any(note in each for each in report(formula, wrt="X").notes)


@pytest.mark.parametrize("formula", ["inv(X'*X)*X'*y", "inv(X*X')*X*y", "norm1(X)", "log(2 + tanh(y'*y))"])
def test_sizes_and_values_are_found_at_which_it_can_be_checked(formula: str) -> None:
    order = 2 if "norm1" in formula else 1
    assert report(formula, wrt="y" if "y" in formula else "X", order=order).check.verdict == "agree"
