"""Lines of working: answers, equations in y', substitutions, derivatives of parts; the first false one named."""

from __future__ import annotations

import pytest

import chainrule_cli
from chainrule_cli.records.check import CheckRecord
from chainrule_cli.reports.check import report

RIGHT = [
    ("x^2+y^2=1", "2x + 2y y' = 0\ny' = -x/y"),
    ("x^2+y^2=1", "2x + 2y dy/dx = 0\n2y dy/dx = -2x\ndy/dx = -2x/(2y)\ndy/dx = -x/y"),
    ("x^3+y^3=6xy", "3x^2+3y^2y' = 6y + 6x y'\ny'(3y^2-6x) = 6y-3x^2\ny' = (6y-3x^2)/(3y^2-6x)"),
    ("sin(x^2)", "u = x^2\ndy/du = cos(u)\ndu/dx = 2x\ndy/dx = 2x cos(x^2)"),
    ("sin(x^2)", "let u = x^2\ny = sin u\ndy/dx = dy/du * du/dx\n= cos u * 2x\n= 2x cos(x^2)"),
    ("(x^2+1)^4", "u = x^2 + 1\ny = u^4\ndy/du = 4u^3\ndu/dx = 2x\ndy/dx = 8x(x^2+1)^3"),
    ("x*sin(x)", "u = x, v = sin x\nu' = 1, v' = cos x\ny' = u'v + uv'\ny' = sin x + x cos x"),
    ("x/(x+1)", "f = x, g = x+1\n(f'g - f g')/g^2\n1/(x+1)^2"),
    ("x^x", "ln y = x ln x\ny'/y = ln x + 1\ny' = y(ln x + 1)\ny' = x^x (ln x + 1)"),
    ("2^x", "ln y = x ln 2\n1/y * dy/dx = ln 2\ndy/dx = 2^x ln 2"),
    ("sin(x^2)", "y' = cos(x^2) * (x^2)'\ny' = 2x cos(x^2)"),
    ("sin(x^2)", "d/dx sin(x^2) = cos(x^2)*d/dx(x^2)\n= cos(x^2)*2x"),
    ("sin(x^2)", "d/dx(x^2) = 2x\ncos(x^2)*2x"),
    ("ln(x^2+1)", "u = x^2+1\nu' = 2x\ny' = u'/u = 2x/(x^2+1)"),
    ("e^(x^2)", "u = x^2\ne^u * u'\n2x e^(x^2)"),
    ("x^4", "y = x^4\ny' = 4x^3"),
    ("x^2", "sin^2 x + cos^2 x = 1\n2x"),
    ("x^2", "1. 2x*1\n2. = 2x   # the same"),
    ("sin(x^2)", "u = x^2\n\\frac{du}{dx} = 2x\n\\frac{dy}{dx} = 2x\\cos(x^2)"),
    ("f(x^2)", "y' = f'(x^2)*2x"),
]  # fmt: skip


def _grade(formula: str, working: str, **options: int) -> CheckRecord:
    return report(formula, None, working=working, **options)


@pytest.mark.parametrize(("formula", "working"), RIGHT)
def test_a_right_working(formula: str, working: str) -> None:
    record = _grade(formula, working)
    assert (record.verdict, record.first_wrong) == ("correct", None)
    assert record.lines is not None
    assert {line.verdict for line in record.lines} == {"correct"}


@pytest.mark.parametrize(
    ("formula", "working", "first"),
    [
        ("x^2+y^2=1", "2x + 2y y' = 1\ny' = -x/y", 1),
        ("x^2+y^2=1", "2x + 2y dy/dx = 0\n2y dy/dx = 2x\ndy/dx = -x/y", 2),
        ("x^2+y^2=1", "2x + 2y y' = 0\ny' = -y/x", 2),
        ("x^3+y^3=6xy", "3x^2+3y^2y' = 6y\ny' = (6y-3x^2)/(3y^2-6x)", 1),
        ("sin(x^2)", "u = x^2\ndu/dx = 3x\ndy/du = cos u\ndy/dx = 2x cos(x^2)", 2),
        ("sin(x^2)", "u = x^2\ndu/dx = 2x\ndy/du = -cos u\ndy/dx = 2x cos(x^2)", 3),
        ("x*sin(x)", "u = x, v = sin x\nu' = 1, v' = -cos x\ny' = sin x + x cos x", 2),
        ("x^x", "ln y = x ln x\ny'/y = ln x\ny' = x^x (ln x + 1)", 2),
        ("sin(x^2)", "y' = cos(x^2) * (x^3)'\ny' = 2x cos(x^2)", 1),
        ("sin(x^2)", "d/dx(x^2) = x\ncos(x^2)*2x", 1),
        ("(x^2+1)^3", "3(x^2+1)^2 * 2x\n6x(x^4+1)", 2),
        ("x^2", "y = x^3\n2x", 1),
    ],
)  # fmt: skip
def test_the_first_false_line_is_named(formula: str, working: str, first: int) -> None:
    record = _grade(formula, working)
    assert (record.verdict, record.first_wrong) == ("incorrect", first)


@pytest.mark.parametrize("line", ["by magic it follows that", "((", "dy/dq = 3", "x ? 2"])
def test_a_line_that_says_nothing_known_is_passed_over_and_never_wrong(line: str) -> None:
    record = _grade("x^2", f"{line}\n2x")
    assert (record.verdict, record.first_wrong) == ("correct", None)
    assert record.lines is not None
    assert record.lines[0].verdict in ("unreadable", "undecided")
    assert any(note.startswith("line 1 is passed over") for note in record.notes)
    assert _grade("x^2", f"{line}\n3x").verdict == "incorrect"


def test_higher_orders() -> None:
    assert _grade("x^4", "y' = 4x^3\ny'' = 12x^2", order=2).verdict == "correct"
    assert _grade("x^4", "y' = 4x^2\ny'' = 12x^2", order=2).first_wrong == 1


def test_the_answer_beside_a_working_has_a_verdict_of_its_own() -> None:
    record = report("x^2", "2x", working="2x + 1")
    assert (record.verdict, record.first_wrong) == ("incorrect", 1)
    assert chainrule_cli.check("x^2", "2x").lines is None
