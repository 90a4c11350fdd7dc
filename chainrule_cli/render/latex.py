"""Document -> a LaTeX article that compiles with amsmath alone, and with tikz where it has a diagram."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import assert_never

from chainrule_cli.document import (
    Block,
    Chart,
    Diagram,
    DisplayedFormula,
    Document,
    DrawnEdge,
    Heading,
    Item,
    Onion,
    Remark,
    Runs,
    StyledRun,
    Table,
    Text,
    Tree,
    Vertex,
    list_blocks,
)
from chainrule_cli.notation.write import to_latex
from chainrule_cli.render.layered import ARROW, LONGEST, Box, LayoutPoint, arrange, shorten_label
from chainrule_cli.render.markdown import to_latex_label
from chainrule_cli.render.spans import make_visible, spell

PREAMBLE = "\\documentclass{article}\n\\usepackage[utf8]{inputenc}\n\\usepackage{amsmath,amssymb}\n"
SCALE = 0.75
WIDEST = 16_000
LINE_WIDTH = 345
WIDE_CHART = 45
"""Points for a unit of the layout; that TeX can count; of a line of an article; marks that a line holds."""

SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%",
    "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "|": r"\textbar{}",
    "<": r"\textless{}", ">": r"\textgreater{}",
    "□": r"$\square$", "✓": r"$\checkmark$", "✗": r"$\times$", "·": r"$\cdot$", "′": "$'$",
    "∂": r"$\partial$", "∘": r"$\circ$", "→": r"$\to$", "−": "$-$", "×": r"$\times$", "√": r"$\sqrt{\ }$",
    "␣": r"\textvisiblespace{}", "°": r"$^\circ$", "…": r"\dots{}", "≥": r"$\ge$", "≤": r"$\le$",
    "█": r"\rule{0.4em}{1.2ex}", "●": r"$\bullet$", "○": r"$\circ$", "▸": r"$\triangleright$",
    "◂": r"$\triangleleft$", "↻": r"$\circlearrowright$", "↺": r"$\circlearrowleft$",
    "²": "$^2$", "³": "$^3$", "ⁿ": "$^n$", "⁻": "$^-$", "¹": "$^1$", "ˣ": "$^x$", "ᵛ": "$^v$", "ᵃ": "$^a$",
    "ᵇ": "$^b$", "⁺": "$^+$", "⁰": "$^0$", "⁴": "$^4$", "⁵": "$^5$", "⁶": "$^6$", "⁷": "$^7$", "⁸": "$^8$",
    "⁹": "$^9$",
    "θ": r"$\theta$", "π": r"$\pi$", "σ": r"$\sigma$", "Φ": r"$\Phi$", "φ": r"$\varphi$", "Γ": r"$\Gamma$",
    "Σ": r"$\Sigma$",
}  # fmt: skip


def render(document: Document, **_: object) -> str:
    """The page as a LaTeX document."""
    shown = list(list_blocks(document))
    body = "\n\n".join("\n".join(_write_element(element)) for element in shown)
    tikz = "\\usepackage{tikz}\n" if any(isinstance(element, Diagram) for element in shown) else ""
    wide = any(isinstance(element, Chart) and _count_columns(element) > WIDE_CHART for element in shown)
    packages = tikz + "\\usepackage{graphicx}\n" * wide
    inside = f"\\section*{{{escape(document.title)}}}\n\n{body}"
    return f"{PREAMBLE}{packages}\\begin{{document}}\n{inside}\n\\end{{document}}\n"


def escape(text: str) -> str:
    """Text that LaTeX sets as it is; two hyphens in a row would become a dash."""
    return "".join(SPECIAL.get(char, char) for char in make_visible(text)).replace("--", "-{}-")


def _write_runs(runs: Runs) -> str:
    return "".join(_write_run(run) for run in runs)


def _write_run(run: StyledRun) -> str:
    if not isinstance(run.content, str):
        return f"${to_latex(run.content)}$"
    return rf"\textbf{{{escape(run.content)}}}" if run.role in ("strong", "rule") else escape(run.content)


def _write_element(element: Block) -> Iterator[str]:
    match element:
        case Heading():
            yield rf"\subsection*{{{escape(element.text)}}}"
        case Text() | Remark():
            yield _write_runs(element.runs)
        case DisplayedFormula():
            inside = f"{to_latex_label(element.label)} {to_latex(element.syntax)}"
            yield rf"\[ \boxed{{{inside}}} \]" if element.framed else rf"\[ {inside} \]"
        case Onion():
            yield from _write_onion(element)
        case Tree():
            yield from (rf"\hspace*{{{1.5 * depth}em}}{_write_runs(runs)}\\" for depth, runs in element.lines)
        case Item():
            aside = rf"\quad {_write_runs(element.aside)}" if element.aside else ""
            yield rf"\noindent\textbf{{{escape(element.number)}}}\quad {_write_runs(element.head)}{aside}\\"
            yield from (
                rf"\hspace*{{2em}}{escape(label)}: {_write_runs(content)} {escape(remark)}\\"
                for label, content, remark in element.rows
            )
        case Table():
            yield from _write_table(element)
        case Chart():
            yield from _write_chart(element)
        case Diagram():
            yield from _draw_diagram(element)
        case _:
            assert_never(element)


def _write_onion(onion: Onion) -> Iterator[str]:
    yield r"\begin{align*}"
    for ring in onion.rings:
        numbers = rf" & &\text{{value }} {ring.value},\ \text{{rate }} {ring.rate}" if ring.value else ""
        yield rf"{ring.name} &= {to_latex(ring.outer)}{numbers} \\"
    yield r"\end{align*}"


def _write_table(table: Table) -> Iterator[str]:
    yield rf"\begin{{tabular}}{{{table.aligned.replace('.', 'r')}}}"
    yield " & ".join(escape(title) for title in table.columns) + r" \\ \hline"
    yield from (" & ".join(_write_runs(cell) for cell in row) + r" \\" for row in table.rows)
    yield r"\end{tabular}"


def _write_chart(chart: Chart) -> Iterator[str]:
    """A column for each position: the marks stand below one another in any font; as narrow as the line."""
    columns = _count_columns(chart)
    wide = columns > WIDE_CHART
    yield (
        r"\noindent"
        + (r"\resizebox{\linewidth}{!}{" if wide else "")
        + rf"\begin{{tabular}}{{*{{{columns}}}{{@{{}}c@{{}}}}}}"
    )
    yield from (
        " & ".join(escape(mark) if mark != " " else r"\ " for mark in row.ljust(columns)) + r" \\"
        for row in chart.rows
    )
    yield r"\end{tabular}" + ("}" if wide else "")
    if chart.legend:
        yield rf"\\[1ex] {escape(chart.legend)}"


def _count_columns(chart: Chart) -> int:
    return max(map(len, chart.rows), default=0)


def _draw_diagram(diagram: Diagram) -> Iterator[str]:
    """A picture, made as narrow as the line; the same points as in every other format."""
    layout = arrange(diagram)
    if SCALE * max(layout.width, layout.height) > WIDEST:
        size = f"{len(diagram.vertices)} vertices and {len(diagram.edges)} edges"
        yield f"A computation graph of {size}: too large for a page."
        return
    wide = SCALE * layout.width > LINE_WIDTH
    yield r"\begin{center}" + (r"\resizebox{\linewidth}{!}{%" if wide else "")
    vertex_style = "vertex/.style={draw, rounded corners=4pt, inner sep=0pt}"
    yield rf"\begin{{tikzpicture}}[x={SCALE}pt, y=-{SCALE}pt, >=latex, {vertex_style}]"
    yield from (
        line
        for edge, route in zip(diagram.edges, layout.routes, strict=True)
        for line in _draw_edge(edge, route)
    )
    yield from (
        line
        for vertex, box in zip(diagram.vertices, layout.boxes, strict=True)
        for line in _draw_vertex(vertex, box)
    )
    yield r"\end{tikzpicture}" + ("}" if wide else "")
    yield (rf"\\[1ex] {escape(diagram.caption)}" if diagram.caption else "") + r"\end{center}"


def _draw_edge(edge: DrawnEdge, route: Sequence[LayoutPoint]) -> Iterator[str]:
    """Level pieces as lines, the others as curves that begin and end level."""
    ways = [
        f"-- {_write_point(point)}" if before.y == point.y else _draw_curve(before, point)
        for before, point in pairwise(route)
    ]
    style = "->, line width=1.6pt" if edge.strong else "->"
    yield rf"\draw[{style}] {_write_point(route[0])} {' '.join(ways)};"
    if edge.weight:
        yield _write_node(
            LayoutPoint(route[-1].x - ARROW, route[-1].y),
            "above left, inner sep=1pt",
            rf"\scriptsize {_write_number(edge.weight)}",
        )


def _draw_curve(before: LayoutPoint, point: LayoutPoint) -> str:
    middle = (before.x + point.x) / 2
    first, second = _write_point(LayoutPoint(middle, before.y)), _write_point(LayoutPoint(middle, point.y))
    return f".. controls {first} and {second} .. {_write_point(point)}"


def _draw_vertex(vertex: Vertex, box: Box) -> Iterator[str]:
    """Its value above the edge that leaves it, and its gradient below."""
    size = f"minimum width={SCALE * box.width:.1f}pt, minimum height={SCALE * box.height:.1f}pt"
    kind = {"input": ", fill=black!5", "constant": ", dashed", "operation": "", "output": ", very thick"}[
        vertex.kind
    ]
    yield _write_node(
        LayoutPoint(box.x + box.width / 2, box.middle), f"vertex, {size}{kind}", _write_label(vertex)
    )
    corner = LayoutPoint(box.x + box.width + 3, box.middle)
    if vertex.value:
        yield _write_node(
            corner, "above right, inner sep=2pt", rf"\footnotesize {_write_number(vertex.value)}"
        )
    if vertex.gradient:
        yield _write_node(
            corner, "below right, inner sep=2pt", rf"\footnotesize\itshape {_write_number(vertex.gradient)}"
        )


def _write_label(vertex: Vertex) -> str:
    """As mathematics, where its text fits the box."""
    return _write_runs(vertex.label) if len(spell(vertex.label)) <= LONGEST else escape(shorten_label(vertex))


def _write_node(point: LayoutPoint, style: str, text: str) -> str:
    return rf"\node[{style}] at {_write_point(point)} {{{text}}};"


def _write_point(point: LayoutPoint) -> str:
    return f"({point.x:.1f},{point.y:.1f})"


def _write_number(text: str) -> str:
    """A number with a minus, not a hyphen."""
    return escape(text.replace("-", "−"))
