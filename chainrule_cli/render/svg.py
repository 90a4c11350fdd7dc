"""The diagram of a page -> one SVG file that needs nothing else: no fonts, no network, no script.

Values stand above the edges and gradients below them, as circuits are drawn; a legend says so, since colour
alone must not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from chainrule_cli.document import Diagram, Document, DrawnEdge, Figure, Vertex, find_diagram
from chainrule_cli.notation.excerpt import shorten
from chainrule_cli.render import figures
from chainrule_cli.render.canvas import escape_text
from chainrule_cli.render.layered import (
    ARROW,
    LETTER,
    LONGEST,
    SMALL,
    TINY,
    Box,
    Layout,
    LayoutPoint,
    arrange,
    shorten_label,
)
from chainrule_cli.render.spans import estimate_width, make_visible, spell
from chainrule_cli.render.styles import style_picture

MARGIN = 20.0
SAMPLE = 92.0
LINES = {"caption": 34.0, "numbers": 40.0, "weight": 36.0, "strong": 24.0}
HEAD = 10.0
BEND = 0.5
"""Around the picture; of a sample in the legend; of its lines; of an arrow; until a curve has turned."""

MOST_DESCRIBED = 50
"""Vertices of a diagram that is told vertex by vertex to those who hear it."""
NIGHT = "screen and (prefers-color-scheme: dark)"
SIZES = {"letter": LETTER, "small": SMALL, "tiny": TINY}


def render(document: Document, **_: object) -> str:
    """The first picture of the document as SVG. Raises LookupError where there is none."""
    figure = next((element for element in document.elements if isinstance(element, Figure)), None)
    if figure is not None:
        return figures.draw(figure.drawing, document.title) + "\n"
    return draw(find_diagram(document), document.title) + "\n"


def draw(diagram: Diagram, title: str) -> str:
    """The diagram as an <svg> element; title: what it is called where it has no caption."""
    layout = arrange(diagram)
    legend = _list_legend(diagram)
    across = (
        max([layout.width, *(SAMPLE + estimate_width(meaning, SMALL) for _, meaning in legend)]) + 2 * MARGIN
    )
    down = layout.height + 2 * MARGIN + sum(LINES[sample] for sample, _ in legend)
    lines = [
        *_write_head(diagram.caption or title, diagram, across, down),
        *_draw_edges(diagram, layout),
        *_draw_vertices(diagram, layout),
        *_draw_samples(legend, layout.height),
    ]
    return "\n".join([*lines, "</g>", "</svg>"])


def _write_head(title: str, diagram: Diagram, width: float, height: float) -> Iterator[str]:
    wide, high = _format_number(width), _format_number(height)
    size = f'width="{wide}" height="{high}" viewBox="0 0 {wide} {high}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} class="chainrule" role="img">'
    yield f"<title>{escape_text(title)}</title>"
    yield f"<desc>{escape_text(_describe(diagram))}</desc>"
    yield f"<style>{style_picture('diagram', SIZES, NIGHT)}</style>"
    yield "<defs>"
    yield from (_draw_arrow(name) for name in ("head", "strong-head"))
    yield "</defs>"
    yield '<rect class="paper" width="100%" height="100%"/>'
    yield f'<g transform="translate({_format_number(MARGIN)} {_format_number(MARGIN)})">'


def _describe(diagram: Diagram) -> str:
    """Counts for a large diagram, and every vertex of a small one, for those who hear the picture."""
    size = f"{len(diagram.vertices)} vertices and {len(diagram.edges)} edges"
    counts = f"A computation graph of {size}, from the inputs at the left to the right."
    if len(diagram.vertices) > MOST_DESCRIBED:
        return counts
    return " ".join([counts, *(_describe_vertex(vertex) + "." for vertex in diagram.vertices)])


def _describe_vertex(vertex: Vertex) -> str:
    pairs = (("value", vertex.value), ("gradient", vertex.gradient))
    return ", ".join([spell(vertex.label), *(f"{name} {number}" for name, number in pairs if number)])


def _draw_arrow(name: str) -> str:
    size = f'viewBox="0 0 10 10" markerWidth="{HEAD:g}" markerHeight="{HEAD:g}" markerUnits="userSpaceOnUse"'
    head = f'id="chainrule-{name}" class="{name}" refX="1" refY="5" {size} orient="auto"'
    return f'<marker {head}><path d="M0 1 10 5 0 9z"/></marker>'


# edges


def _draw_edges(diagram: Diagram, layout: Layout) -> Iterator[str]:
    """The strong ones last, over the others; where there are moments, each says which it is."""
    marks = [
        f' data-edge="{index}" data-target="{edge.target}"' if diagram.frames else ""
        for index, edge in enumerate(diagram.edges)
    ]
    rows = sorted(zip(diagram.edges, layout.routes, marks, strict=True), key=lambda row: row[0].strong)
    yield from (_draw_edge(edge, route, mark) for edge, route, mark in rows)
    yield from (_draw_weight(edge, route, mark) for edge, route, mark in rows if edge.weight)
    used = {edge.source for edge in diagram.edges}
    yield from (
        _draw_tail(box)
        for index, (vertex, box) in enumerate(zip(diagram.vertices, layout.boxes, strict=True))
        if index not in used and _has_numbers(vertex)
    )


def _draw_edge(edge: DrawnEdge, route: Sequence[LayoutPoint], mark: str = "") -> str:
    """The line ends where its arrow begins, so that no strong line is wider than the tip."""
    kind, head = ("wire strong", "strong-head") if edge.strong else ("wire", "head")
    short = route[-1]._replace(x=route[-1].x - HEAD + 1)
    path = _write_path([*route[:-1], short])
    return f'<path class="{kind}"{mark} marker-end="url(#chainrule-{head})" d="{path}"/>'


def _write_path(route: Sequence[LayoutPoint]) -> str:
    """Level pieces as lines, the others as curves that begin and end level."""
    pieces = [f"M{_write_pair(route[0])}"]
    for before, point in pairwise(route):
        if abs(before.y - point.y) < 0.05:
            pieces.append(f"H{_format_number(point.x)}")
        else:
            turn = BEND * (point.x - before.x)
            pieces.append(
                f"C{_write_pair(before._replace(x=before.x + turn))}"
                f" {_write_pair(point._replace(x=point.x - turn))} {_write_pair(point)}"
            )
    return "".join(pieces)


def _draw_weight(edge: DrawnEdge, route: Sequence[LayoutPoint], mark: str = "") -> str:
    end = LayoutPoint(route[-1].x - ARROW, route[-1].y - 3)
    return _draw_text("weight", end, edge.weight, mark)


def _has_numbers(vertex: Vertex) -> bool:
    return bool(vertex.value or vertex.gradient)


def _draw_tail(box: Box) -> str:
    """The line that leaves the picture, so that an output's numbers have one, too."""
    start = _write_pair(LayoutPoint(box.x + box.width, box.middle))
    return f'<path class="wire" d="M{start}H{_format_number(box.after)}"/>'


# vertices


def _draw_vertices(diagram: Diagram, layout: Layout) -> Iterator[str]:
    passed = {frame.vertex for frame in diagram.frames if frame.gradient}
    for index, (vertex, box) in enumerate(zip(diagram.vertices, layout.boxes, strict=True)):
        mark = f' data-vertex="{index}"' if diagram.frames else ""
        yield f'<g class="{vertex.kind}"{mark}><title>{escape_text(_describe_vertex(vertex))}</title>'
        size = f'width="{_format_number(box.width)}" height="{_format_number(box.height)}"'
        yield f'<rect class="box" x="{_format_number(box.x)}" y="{_format_number(box.y)}" {size} rx="8"/>'
        yield _draw_text(
            "label", LayoutPoint(box.x + box.width / 2, box.middle + 0.35 * LETTER), shorten_label(vertex)
        )
        yield from _draw_numbers(vertex, LayoutPoint(box.x + box.width + 5, box.middle), room=index in passed)
        yield "</g>"


def _draw_numbers(vertex: Vertex, start: LayoutPoint, *, room: bool) -> Iterator[str]:
    """room: a gradient comes here on the way, so it has its place even where none is left in the end."""
    if vertex.value:
        yield _draw_text("value", LayoutPoint(start.x, start.y - 5), vertex.value)
    if vertex.gradient or room:
        yield _draw_text("gradient", LayoutPoint(start.x, start.y + SMALL + 2), vertex.gradient)


# legend


def _list_legend(diagram: Diagram) -> list[tuple[str, str]]:
    """The caption, and what the picture shows: kinds of samples and their meaning."""
    shown = {
        "caption": diagram.caption,
        "numbers": any(map(_has_numbers, diagram.vertices))
        and "above a wire the value, below it the gradient",
        "weight": any(edge.weight for edge in diagram.edges) and "local derivative",
        "strong": any(edge.strong for edge in diagram.edges) and "strongest path",
    }
    return [(kind, shorten(make_visible(meaning), 2 * LONGEST)) for kind, meaning in shown.items() if meaning]


def _draw_samples(legend: Sequence[tuple[str, str]], top: float) -> Iterator[str]:
    for kind, meaning in legend:
        top += LINES[kind]
        yield _draw_text("meaning", LayoutPoint(0.0 if kind == "caption" else SAMPLE, top), meaning)
        start, end = LayoutPoint(0.0, top - 4), LayoutPoint(SAMPLE - 12, top - 4)
        if kind == "numbers":
            yield from (
                _draw_edge(DrawnEdge(0, 0), (start, end)),
                _draw_text("value", LayoutPoint(4.0, top - 9), "value"),
                _draw_text("gradient", LayoutPoint(4.0, top + 10), "gradient"),
            )
        if kind == "weight":
            yield from (
                _draw_edge(DrawnEdge(0, 0), (start, end)),
                _draw_weight(DrawnEdge(0, 0, "∂head/∂tail"), (start, end)),
            )
        if kind == "strong":
            yield _draw_edge(DrawnEdge(0, 0, strong=True), (start, end))


def _draw_text(kind: str, point: LayoutPoint, text: str, mark: str = "") -> str:
    corner = f'x="{_format_number(point.x)}" y="{_format_number(point.y)}"'
    return f'<text class="{kind}"{mark} {corner}>{escape_text(text)}</text>'


def _write_pair(point: LayoutPoint) -> str:
    return f"{_format_number(point.x)} {_format_number(point.y)}"


def _format_number(value: float) -> str:
    """To a tenth, which is less than anyone sees."""
    return f"{value:.1f}".removesuffix(".0")
