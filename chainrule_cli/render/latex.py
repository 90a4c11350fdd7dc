"""Document -> a LaTeX article that compiles with amsmath alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from chainrule_cli.document import Document, Element, Formula, Heading, Item, Note, Onion, Run, Runs, Table, Text, Tree
from chainrule_cli.notation.writer import to_latex
from chainrule_cli.render.layout import visible
from chainrule_cli.render.markdown import _label as label_of

PREAMBLE = "\\documentclass{article}\n\\usepackage[utf8]{inputenc}\n\\usepackage{amsmath,amssymb}\n\\begin{document}\n"
SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "✓": r"$\checkmark$", "✗": r"$\times$", "·": r"$\cdot$", "′": r"$'$", "∂": r"$\partial$", "∘": r"$\circ$", "→": r"$\to$", "−": "$-$", "×": r"$\times$", "√": r"$\sqrt{\ }$",
    "²": "$^2$", "³": "$^3$", "ⁿ": "$^n$", "⁻": "$^-$", "¹": "$^1$", "ˣ": "$^x$", "ᵛ": "$^v$", "ᵃ": "$^a$", "ᵇ": "$^b$", "⁺": "$^+$", "π": r"$\pi$", "σ": r"$\sigma$", "…": r"\dots{}", "≥": r"$\ge$", "≤": r"$\le$", "Γ": r"$\Gamma$",
}  # fmt: skip


def render(document: Document, *, width: int | None = None, colour: bool = False) -> str:  # noqa: ARG001  # all formats are called alike
    """The page as a LaTeX document; width and colour have no meaning here."""
    body = "\n\n".join("\n".join(_element(element)) for element in document.elements)
    return f"{PREAMBLE}\\section*{{{escaped(document.title)}}}\n\n{body}\n\\end{{document}}\n"


def escaped(text: str) -> str:
    """Text that LaTeX sets as it is."""
    return "".join(SPECIAL.get(char, char) for char in visible(text))


def _runs(runs: Runs) -> str:
    return "".join(_run(run) for run in runs)


def _run(run: Run) -> str:
    if not isinstance(run.content, str):
        return f"${to_latex(run.content)}$"
    return rf"\textbf{{{escaped(run.content)}}}" if run.role in ("strong", "rule") else escaped(run.content)


def _element(element: Element) -> Iterator[str]:
    match element:
        case Heading():
            yield rf"\subsection*{{{escaped(element.text)}}}"
        case Text() | Note():
            yield _runs(element.runs)
        case Formula():
            inside = f"{label_of(element.label)} {to_latex(element.syntax)}"
            yield rf"\[ \boxed{{{inside}}} \]" if element.framed else rf"\[ {inside} \]"
        case Onion():
            yield from _onion(element)
        case Tree():
            yield from (rf"\hspace*{{{1.5 * depth}em}}{_runs(runs)}\\" for depth, runs in element.lines)
        case Item():
            aside = rf"\quad {_runs(element.aside)}" if element.aside else ""
            yield rf"\noindent\textbf{{{escaped(element.number)}}}\quad {_runs(element.head)}{aside}\\"
            yield from (rf"\hspace*{{2em}}{escaped(label)}: {_runs(content)} {escaped(remark)}\\" for label, content, remark in element.rows)
        case Table():
            yield from _table(element)
        case _:
            assert_never(element)


def _onion(onion: Onion) -> Iterator[str]:
    yield r"\begin{align*}"
    for ring in onion.rings:
        numbers = rf" & &\text{{value }} {ring.value},\ \text{{rate }} {ring.rate}" if ring.value else ""
        yield rf"{ring.name} &= {to_latex(ring.outer)}{numbers} \\"
    yield r"\end{align*}"


def _table(table: Table) -> Iterator[str]:
    yield rf"\begin{{tabular}}{{{table.aligned.replace('.', 'r')}}}"
    yield " & ".join(escaped(title) for title in table.columns) + r" \\ \hline"
    yield from (" & ".join(_runs(cell) for cell in row) + r" \\" for row in table.rows)
    yield r"\end{tabular}"
