"""LaTeX: it sets what plain text has, and a stranger's command is text."""

from __future__ import annotations

import re

from chainrule_cli.document import Document
from chainrule_cli.render import latex
from tests.render.support import CIRCUIT, EVIL, page


def test_latex_sets_what_plain_text_has() -> None:
    """In TeX's own encoding | < > are a dash and Spanish marks, and two hyphens are a dash."""
    assert latex.escape("|g| < 1 > 0 --at") == r"\textbar{}g\textbar{} \textless{} 1 \textgreater{} 0 -{}-at"


def test_latex_sees_no_command_of_a_stranger() -> None:
    text = latex.render(page(EVIL))
    assert set(re.findall(r"\\(?:input|evil|x0a)\b", text)) == set()
    assert text.count("{") - text.count(r"\{") == text.count("}") - text.count(r"\}")


def test_only_a_page_with_a_diagram_loads_tikz() -> None:
    assert r"\usepackage{tikz}" in latex.render(page(CIRCUIT))
    assert "tikz" not in latex.render(Document("f", ()))
