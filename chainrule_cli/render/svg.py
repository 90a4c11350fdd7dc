"""The diagram of a page -> one SVG file that needs nothing else: no fonts, no network, no script; light and dark.

Values stand above the wires and gradients below them, as circuits are drawn; a legend says so, since colour alone must not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from xml.sax.saxutils import escape

from chainrule_cli.document import Diagram, Document, Edge, Vertex
from chainrule_cli.render.layered import ARROW, LETTER, SMALL, TINY, Box, Layout, Point, arranged, first_diagram, label, text_width, whole_label
from chainrule_cli.render.layout import visible

MARGIN = 20.0
LINE = 20.0
SAMPLE = 92.0
BEND = 0.5
"""Around the picture; a line of the legend; the wire in it; of the way between two layers, until a curve has turned."""

LIGHT = {"paper": "#ffffff", "ink": "#1f2328", "wire": "#57606a", "box": "#ffffff", "input": "#ddf4ff", "output": "#fff8c5", "value": "#006b75", "gradient": "#b0107a"}  # fmt: skip
DARK = {"paper": "#0d1117", "ink": "#e6edf3", "wire": "#8b949e", "box": "#161b22", "input": "#0c2d4a", "output": "#3a2f0b", "value": "#4fd1c5", "gradient": "#ff8ac9"}  # fmt: skip
"""Teal and magenta keep apart for every kind of colour blindness; all text has a contrast of 4.5 or more."""

STYLE = f"""
svg {{ font-family: system-ui, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif; font-size: {SMALL:g}px; }}
.paper {{ fill: var(--paper); }}
text {{ fill: var(--ink); stroke: var(--paper); stroke-width: 3px; stroke-linejoin: round; paint-order: stroke; }}
.label {{ font-size: {LETTER:g}px; text-anchor: middle; stroke: none; }}
.weight {{ font-size: {TINY:g}px; text-anchor: end; fill: var(--wire); }}
.value {{ fill: var(--value); font-weight: 600; }}
.gradient {{ fill: var(--gradient); font-weight: 600; font-style: italic; }}
.box {{ fill: var(--box); stroke: var(--ink); stroke-width: 1.25px; }}
.input .box {{ fill: var(--input); }}
.constant .box {{ stroke: var(--wire); stroke-dasharray: 4 3; }}
.output .box {{ fill: var(--output); stroke-width: 2.5px; }}
.wire {{ fill: none; stroke: var(--wire); stroke-width: 1.25px; }}
.strong {{ stroke: var(--ink); stroke-width: 3.5px; }}
.head {{ fill: var(--wire); }}
.strong-head {{ fill: var(--ink); }}
"""


def render(document: Document, *, width: int | None = None, colour: bool = False) -> str:  # noqa: ARG001  # all formats are called alike
    """The first diagram of the document as SVG; width and colour have no meaning here. Raises LookupError where there is none."""
    diagram = first_diagram(document)
    layout = arranged(diagram)
    legend = list(_legend(diagram))
    across = max(layout.width, SAMPLE + 12 + max(text_width(text, SMALL) for _, text in legend)) + 2 * MARGIN
    down = layout.height + LINE * (len(legend) + 1) + 2 * MARGIN
    lines = [*_head(document, diagram, across, down), *_wires(diagram, layout), *_vertices(diagram, layout)]
    lines += [f'<g transform="translate(0 {_number(layout.height + 1.5 * LINE)})">', *_samples(legend), "</g>", "</g>", "</svg>"]
    return "\n".join(lines) + "\n"


def _head(document: Document, diagram: Diagram, width: float, height: float) -> Iterator[str]:
    size = f'width="{_number(width)}" height="{_number(height)}" viewBox="0 0 {_number(width)} {_number(height)}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title desc">'
    yield f'<title id="title">{_escaped(diagram.caption or document.title)}</title>'
    yield f'<desc id="desc">{_escaped(_description(diagram))}</desc>'
    yield f"<style>\n:root {{ {_variables(LIGHT)} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {_variables(DARK)} }} }}{STYLE}</style>"
    yield "<defs>"
    yield from (_arrow(name) for name in ("head", "strong-head"))
    yield "</defs>"
    yield '<rect class="paper" width="100%" height="100%"/>'
    yield f'<g transform="translate({_number(MARGIN)} {_number(MARGIN)})">'


def _description(diagram: Diagram) -> str:
    """Counts for a large diagram, and every vertex of a small one, for those who hear the picture."""
    counts = f"A computation graph of {len(diagram.vertices)} vertices and {len(diagram.edges)} edges, from the inputs at the left to the right."
    return " ".join([counts, *(_said(vertex) + "." for vertex in diagram.vertices)]) if len(diagram.vertices) <= 50 else counts


def _said(vertex: Vertex) -> str:
    pairs = (("value", vertex.value), ("gradient", vertex.gradient))
    return ", ".join([whole_label(vertex), *(f"{name} {number}" for name, number in pairs if number)])


def _variables(colours: dict[str, str]) -> str:
    return " ".join(f"--{name}: {colour};" for name, colour in colours.items())


def _arrow(name: str) -> str:
    size = f'markerWidth="{ARROW - 2:g}" markerHeight="{ARROW - 4:g}"'
    return f'<marker id="{name}" class="{name}" viewBox="0 0 10 8" refX="9.5" refY="4" {size} markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 10 4 0 8z"/></marker>'


# wires


def _wires(diagram: Diagram, layout: Layout) -> Iterator[str]:
    """The strong ones last, over the others."""
    pairs = sorted(zip(diagram.edges, layout.routes, strict=True), key=lambda pair: pair[0].strong)
    yield from (_wire(edge, route) for edge, route in pairs)
    yield from (_weight(edge, route) for edge, route in pairs if edge.weight)
    used = {edge.source for edge in diagram.edges}
    yield from (
        _tail(box) for place, (vertex, box) in enumerate(zip(diagram.vertices, layout.boxes, strict=True)) if place not in used and _numbered(vertex)
    )


def _wire(edge: Edge, route: Sequence[Point]) -> str:
    kind, head = ("wire strong", "strong-head") if edge.strong else ("wire", "head")
    return f'<path class="{kind}" marker-end="url(#{head})" d="{_path(route)}"/>'


def _path(route: Sequence[Point]) -> str:
    """Level pieces as lines, the others as curves that begin and end level."""
    pieces = [f"M{_pair(route[0])}"]
    for before, point in pairwise(route):
        if abs(before.y - point.y) < 0.05:
            pieces.append(f"H{_number(point.x)}")
        else:
            turn = BEND * (point.x - before.x)
            pieces.append(f"C{_pair(Point(before.x + turn, before.y))} {_pair(Point(point.x - turn, point.y))} {_pair(point)}")
    return "".join(pieces)


def _weight(edge: Edge, route: Sequence[Point]) -> str:
    end = Point(route[-1].x - ARROW, route[-1].y - 3)
    return _text("weight", end, edge.weight)


def _numbered(vertex: Vertex) -> bool:
    return bool(vertex.value or vertex.gradient)


def _tail(box: Box) -> str:
    """The wire that leaves the picture, so that an output's numbers have theirs, too."""
    return f'<path class="wire" d="M{_pair(Point(box.x + box.width, box.middle))}H{_number(box.after)}"/>'


# vertices


def _vertices(diagram: Diagram, layout: Layout) -> Iterator[str]:
    for vertex, box in zip(diagram.vertices, layout.boxes, strict=True):
        yield f'<g class="{vertex.kind}"><title>{_escaped(_said(vertex))}</title>'
        size = f'width="{_number(box.width)}" height="{_number(box.height)}"'
        yield f'<rect class="box" x="{_number(box.x)}" y="{_number(box.y)}" {size} rx="8"/>'
        yield _text("label", Point(box.x + box.width / 2, box.middle + 0.35 * LETTER), label(vertex))
        yield from _numbers(vertex, Point(box.x + box.width + 5, box.middle))
        yield "</g>"


def _numbers(vertex: Vertex, start: Point) -> Iterator[str]:
    if vertex.value:
        yield _text("value", Point(start.x, start.y - 5), vertex.value)
    if vertex.gradient:
        yield _text("gradient", Point(start.x, start.y + SMALL + 2), vertex.gradient)


# legend


def _legend(diagram: Diagram) -> Iterator[tuple[str, str]]:
    """What the picture shows, as pairs of a sample and its meaning."""
    if any(map(_numbered, diagram.vertices)):
        yield "numbers", "the value of a vertex above its wire, the gradient of the output with respect to it below"
    if any(edge.weight for edge in diagram.edges):
        yield "weight", "the local derivative of a vertex with respect to its argument"
    if any(edge.strong for edge in diagram.edges):
        yield "strong", "the strongest path"
    yield "caption", visible(diagram.caption)


def _samples(legend: Sequence[tuple[str, str]]) -> Iterator[str]:
    for place, (sample, meaning) in enumerate(legend):
        height = 2 * LINE * place
        yield sample + meaning + str(height)


def _text(kind: str, point: Point, text: str) -> str:
    return f'<text class="{kind}" x="{_number(point.x)}" y="{_number(point.y)}">{_escaped(text)}</text>'


def _escaped(text: str) -> str:
    return escape(visible(text))


def _pair(point: Point) -> str:
    return f"{_number(point.x)} {_number(point.y)}"


def _number(value: float) -> str:
    """To a tenth, which is less than anyone sees."""
    return f"{value:.1f}".removesuffix(".0")
