"""output.py: what an encoding lacks is spelled as a whole; what it has is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule_cli.runtime.output import encode


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("2x·cos(x²)", "2x*cos(x^2)"),
        ("x⁻¹⁰", "x^(-10)"),
        ("xⁿ⁻¹", "x^(n-1)"),
        ("x₁₂", "x_12"),
        ("√x ≤ π", "sqrtx <= pi"),
        ("f′ → ∞", "f' -> inf"),
        ("╭─╮\n│x│", "+-+\n|x|"),
        ("日", r"\u65e5"),
    ],
)
def test_spelled_in_ascii(text: str, spelled: str) -> None:
    assert encode(text, "ascii") == spelled.encode()


@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.sampled_from(["ascii", "latin-1", "cp1252", "cp437", "utf-8", "utf-16"]),
)
def test_any_text_in_any_encoding(text: str, encoding: str) -> None:
    shown = encode(text, encoding).decode(encoding)
    if text.isascii() or encoding.startswith("utf"):
        assert shown == text
