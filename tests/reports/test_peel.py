"""chainrule peel: values and rates of layers that lean on definitions."""

from __future__ import annotations

import math

import pytest

from chainrule_cli.reports.peel import report


def test_branches_that_share_a_definition_have_their_values() -> None:
    """v = sin(u) is a branch of its own, and u a branch beside it."""
    record = report("u = x^2; v = sin(u); u*v", at="x=0.8")
    values = {layer.name: layer.value for layer in record.layers}
    assert values == pytest.approx({"y": 0.64 * math.sin(0.64), "u": 0.64, "v": math.sin(0.64)}, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("u = x^2; sin(u)", 1.6 * math.cos(0.64)),
        ("a = 3; u = a*x; sin(u)^a", 9 * math.sin(2.4) ** 2 * math.cos(2.4)),
        ("u = x^2; v = exp(u); ln(v)", 1.6),
    ],
)
def test_the_rates_of_definitions_multiply(text: str, product: float) -> None:
    record = report(text, at="x=0.8")
    assert math.prod(
        layer.rate_value for layer in record.layers if layer.rate_value is not None
    ) == pytest.approx(product, rel=1e-12)
