"""`gradient`: values, partials and their status at a point, against autograd; the two sweeps event by event; no sympy."""

from __future__ import annotations

import subprocess
import sys

import autograd
import autograd.numpy as anp
import jsonschema
import numpy as np
import pytest

from chainrule_cli import gradient
from chainrule_cli.errors import ChainruleError, QuestionError, ReadError, UsageError
from chainrule_cli.records import base
from tests.support import PATIENCE


def test_the_classic_circuit() -> None:
    record = gradient("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4})
    assert record.value == -12
    assert record.partials == {"x": -4.0, "y": -4.0, "z": 3.0}
    assert set(record.partial_status.values()) == {"exact"}
    assert [(node.op, node.name, node.value) for node in record.nodes] == [
        ("input", "x", -2.0),
        ("input", "y", 5.0),
        ("input", "z", -4.0),
        ("add", "q", 3.0),
        ("mul", "f", -12.0),
    ]
    sent = [
        (event.source, event.node, event.upstream, event.local, event.value)
        for event in record.events
        if event.kind == "send"
    ]
    assert sent == [
        (4, 3, 1.0, -4.0, -4.0),
        (4, 2, 1.0, 3.0, 3.0),
        (3, 0, -4.0, 1.0, -4.0),
        (3, 1, -4.0, 1.0, -4.0),
    ]


def test_a_square_keeps_both_edges() -> None:
    record = gradient("x*x", "x=3")
    assert record.partials == {"x": 6.0}
    assert [event.node for event in record.events if event.kind == "send"] == [0, 0]


FORMULAS = [
    ("sin(x**2)*y", lambda x, y: anp.sin(x**2) * y),
    ("exp(-x*y)/(1 + x^2)", lambda x, y: anp.exp(-x * y) / (1 + x**2)),
    ("log(x^2 + y^2) + tanh(x - y)", lambda x, y: anp.log(x**2 + y**2) + anp.tanh(x - y)),
    ("u = x*y; v = sin(u); u*v + x", lambda x, y: x * y * anp.sin(x * y) + x),
    ("x^y", lambda x, y: x**y),
]


@pytest.mark.parametrize(("text", "function"), FORMULAS, ids=[text for text, _ in FORMULAS])
@pytest.mark.parametrize("point", [(0.7, 1.3), (2.1, -0.4)])
def test_partials_are_those_of_autograd(text: str, function, point: tuple[float, float]) -> None:
    record = gradient(text, {"x": np.float64(point[0]), "y": np.float64(point[1])})
    expected = [autograd.grad(function, place)(*point) for place in (0, 1)]
    assert record.value == pytest.approx(function(*point), rel=1e-12)
    assert [record.partials["x"], record.partials["y"]] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "at", "partial", "status", "sides"),
    [
        ("relu(x) - relu(-x)", "x=0", 1.0, "exact", (1.0, 1.0)),
        ("sqrt(x^2)", "x=0", None, "one-sided", (-1.0, 1.0)),
        ("abs(x)", "x=0", 0.0, "convention", (-1.0, 1.0)),
        ("where(x > 0, log(x), 0)", "x=-1", 0.0, "exact", (0.0, 0.0)),
        ("1/x", "x=0", None, "undefined", (None, None)),
    ],
)
def test_status_at_the_edges(
    text: str, at: str, partial: float | None, status: str, sides: tuple[float | None, float | None]
) -> None:
    record = gradient(text, at)
    assert (record.partials["x"], record.partial_status["x"], record.partial_sides["x"]) == (
        partial,
        status,
        sides,
    )


@pytest.mark.parametrize(
    ("text", "at", "kind"),
    [
        ("x*y", "x=1", QuestionError),
        ("x^2 + y^2 = 1", "x=1,y=0", UsageError),
        ("f(x)", "x=1", QuestionError),
        ("x", "x=1/0", QuestionError),
        ("sin(", "x=1", ReadError),
    ],
)
def test_a_question_that_cannot_be_asked(text: str, at: str, kind: type[ChainruleError]) -> None:
    with pytest.raises(kind):
        gradient(text, at)


def test_a_constant_needs_no_point() -> None:
    assert gradient("2*pi", {}).partials == {}


@pytest.mark.parametrize(
    ("text", "at"), [("q = x + y; f = q*z", "x=-2,y=5,z=-4"), ("1/x", "x=0"), ("sqrt(x^2)", "x=0")]
)
def test_the_record_keeps_its_schema(text: str, at: str) -> None:
    jsonschema.validate(gradient(text, at).to_dict(), base.schema("graph"))


def test_sympy_is_not_imported() -> None:
    code = "import sys, chainrule_cli; chainrule_cli.gradient('sin(x)*y', 'x=1,y=2'); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=True
    ).stdout.split()
    assert not {"sympy", "rich", "click", "numpy"} & set(loaded)
