"""Document -> a LaTeX article that compiles with amsmath alone, and with tikz where it has a diagram."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import assert_never

from chainrule_cli.document import (
    Block,
    Chart,
    Diagram,
    Document,
    Edge,
    Formula,
    Heading,
    Item,
    Note,
    Onion,
    Run,
    Runs,
    Table,
    Text,
    Tree,
    Vertex,
    blocks,
)
from chainrule_cli.notation.write import to_latex
from chainrule_cli.render.layered import ARROW, LONGEST, Box, Point, arranged, label, whole_label
from chainrule_cli.render.layout import visible
from chainrule_cli.render.markdown import label_of

PREAMBLE = "\\documentclass{article}\n\\usepackage[utf8]{inputenc}\n\\usepackage{amsmath,amssymb}\n"
SCALE = 0.75
WIDEST = 16_000
LINE_WIDTH = 345
WIDE_CHART = 45
"""Points for a unit of the layout; points that TeX can count; points of a line of an article; marks that it holds."""

SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "|": r"\textbar{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "□": r"$\square$", "✓": r"$\checkmark$", "✗": r"$\times$", "·": r"$\cdot$", "′": r"$'$", "∂": r"$\partial$", "∘": r"$\circ$", "→": r"$\to$", "−": "$-$", "×": r"$\times$", "√": r"$\sqrt{\ }$",
    "²": "$^2$", "³": "$^3$", "ⁿ": "$^n$", "⁻": "$^-$", "¹": "$^1$", "ˣ": "$^x$", "ᵛ": "$^v$", "ᵃ": "$^a$", "ᵇ": "$^b$", "⁺": "$^+$", **{digit: f"$^{place}$" for place, digit in ((0, "⁰"), *enumerate("⁴⁵⁶⁷⁸⁹", 4))}, "␣": r"\textvisiblespace{}", "θ": r"$\theta$", "°": r"$^\circ$", "π": r"$\pi$", "σ": r"$\sigma$", "Φ": r"$\Phi$", "φ": r"$\varphi$", "…": r"\dots{}", "≥": r"$\ge$", "≤": r"$\le$", "█": r"\rule{0.4em}{1.2ex}", "●": r"$\bullet$", "○": r"$\circ$", "▸": r"$\triangleright$", "◂": r"$\triangleleft$", "↻": r"$\circlearrowright$", "↺": r"$\circlearrowleft$", "Γ": r"$\Gamma$", "Σ": r"$\Sigma$",
}  # fmt: skip


def render(document: Document, *, width: int | None = None, colour: bool = False) -> str:  # noqa: ARG001  # all formats are called alike
    """The page as a LaTeX document; width and colour have no meaning here."""
    told = list(blocks(document))
    body = "\n\n".join("\n".join(_element(element)) for element in told)
    tikz = "\\usepackage{tikz}\n" if any(isinstance(element, Diagram) for element in told) else ""
    wide = any(isinstance(element, Chart) and _places(element) > WIDE_CHART for element in told)
    packages = tikz + "\\usepackage{graphicx}\n" * wide
    return f"{PREAMBLE}{packages}\\begin{{document}}\n\\section*{{{escaped(document.title)}}}\n\n{body}\n\\end{{document}}\n"


def escaped(text: str) -> str:
    """Text that LaTeX sets as it is; two hyphens in a row would become a dash."""
    return "".join(SPECIAL.get(char, char) for char in visible(text)).replace("--", "-{}-")


def _runs(runs: Runs) -> str:
    return "".join(_run(run) for run in runs)


def _run(run: Run) -> str:
    if not isinstance(run.content, str):
        return f"${to_latex(run.content)}$"
    return rf"\textbf{{{escaped(run.content)}}}" if run.role in ("strong", "rule") else escaped(run.content)


def _element(element: Block) -> Iterator[str]:
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
            yield from (
                rf"\hspace*{{2em}}{escaped(label)}: {_runs(content)} {escaped(remark)}\\"
                for label, content, remark in element.rows
            )
        case Table():
            yield from _table(element)
        case Chart():
            yield from _chart(element)
        case Diagram():
            yield from _diagram(element)
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


def _chart(chart: Chart) -> Iterator[str]:
    """A column for each place, so that the marks stand below one another in any font; made as narrow as the line."""
    places = _places(chart)
    wide = places > WIDE_CHART
    yield (
        r"\noindent"
        + (r"\resizebox{\linewidth}{!}{" if wide else "")
        + rf"\begin{{tabular}}{{*{{{places}}}{{@{{}}c@{{}}}}}}"
    )
    yield from (
        " & ".join(escaped(mark) if mark != " " else r"\ " for mark in row.ljust(places)) + r" \\"
        for row in chart.rows
    )
    yield r"\end{tabular}" + ("}" if wide else "")
    if chart.legend:
        yield rf"\\[1ex] {escaped(chart.legend)}"


def _places(chart: Chart) -> int:
    return max(map(len, chart.rows), default=0)


def _diagram(diagram: Diagram) -> Iterator[str]:
    """A picture, made as narrow as the line; the same points as in every other format."""
    layout = arranged(diagram)
    if SCALE * max(layout.width, layout.height) > WIDEST:
        yield f"A computation graph of {len(diagram.vertices)} vertices and {len(diagram.edges)} edges: too large for a page."
        return
    wide = SCALE * layout.width > LINE_WIDTH
    yield r"\begin{center}" + (r"\resizebox{\linewidth}{!}{%" if wide else "")
    yield rf"\begin{{tikzpicture}}[x={SCALE}pt, y=-{SCALE}pt, >=latex, vertex/.style={{draw, rounded corners=4pt, inner sep=0pt}}]"
    yield from (
        line for edge, route in zip(diagram.edges, layout.routes, strict=True) for line in _wire(edge, route)
    )
    yield from (
        line
        for vertex, box in zip(diagram.vertices, layout.boxes, strict=True)
        for line in _vertex(vertex, box)
    )
    yield r"\end{tikzpicture}" + ("}" if wide else "")
    yield (rf"\\[1ex] {escaped(diagram.caption)}" if diagram.caption else "") + r"\end{center}"


def _wire(edge: Edge, route: Sequence[Point]) -> Iterator[str]:
    """Level pieces as lines, the others as curves that begin and end level."""
    ways = [
        f"-- {_at(point)}" if before.y == point.y else _curve(before, point)
        for before, point in pairwise(route)
    ]
    yield rf"\draw[->{', line width=1.6pt' if edge.strong else ''}] {_at(route[0])} {' '.join(ways)};"
    if edge.weight:
        yield _node(
            Point(route[-1].x - ARROW, route[-1].y),
            "above left, inner sep=1pt",
            rf"\scriptsize {_figure(edge.weight)}",
        )


def _curve(before: Point, point: Point) -> str:
    middle = (before.x + point.x) / 2
    return f".. controls {_at(Point(middle, before.y))} and {_at(Point(middle, point.y))} .. {_at(point)}"


def _vertex(vertex: Vertex, box: Box) -> Iterator[str]:
    """Its value above the wire that leaves it, and its gradient below."""
    size = f"minimum width={SCALE * box.width:.1f}pt, minimum height={SCALE * box.height:.1f}pt"
    kind = {"input": ", fill=black!5", "constant": ", dashed", "operation": "", "output": ", very thick"}[
        vertex.kind
    ]
    yield _node(Point(box.x + box.width / 2, box.middle), f"vertex, {size}{kind}", _label(vertex))
    corner = Point(box.x + box.width + 3, box.middle)
    if vertex.value:
        yield _node(corner, "above right, inner sep=2pt", rf"\footnotesize {_figure(vertex.value)}")
    if vertex.gradient:
        yield _node(
            corner, "below right, inner sep=2pt", rf"\footnotesize\itshape {_figure(vertex.gradient)}"
        )


def _label(vertex: Vertex) -> str:
    """As mathematics, where its text fits the box."""
    return _runs(vertex.label) if len(whole_label(vertex)) <= LONGEST else escaped(label(vertex))


def _node(point: Point, style: str, text: str) -> str:
    return rf"\node[{style}] at {_at(point)} {{{text}}};"


def _at(point: Point) -> str:
    return f"({point.x:.1f},{point.y:.1f})"


def _figure(text: str) -> str:
    """A number with a minus, not a hyphen."""
    return escaped(text.replace("-", "−"))
