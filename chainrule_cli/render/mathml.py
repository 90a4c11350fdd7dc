"""LaTeX -> MathML, by way of math-core. Syntax becomes LaTeX by notation's writers."""

from __future__ import annotations

from functools import cache

from math_core import LatexToMathML


def to_mathml(latex: str, *, display: bool = False) -> str:
    """A <math> element. display: it stands on lines of its own, with fractions at their full size.

    Raises LatexError of math-core for what is no LaTeX of ours."""
    return str(_make_converter().convert_with_local_state(latex, displaystyle=display))


@cache
def _make_converter() -> LatexToMathML:
    return LatexToMathML()
