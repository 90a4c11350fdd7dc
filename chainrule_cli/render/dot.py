"""The diagram of a page -> Graphviz's language, with the layers of layered.py, for who goes on with dot."""

from __future__ import annotations

from collections.abc import Iterator

from chainrule_cli.document import Diagram, Document, DrawnEdge, Vertex, find_diagram
from chainrule_cli.render.layered import arrange, shorten_label
from chainrule_cli.render.spans import make_visible
from chainrule_cli.render.styles import LIGHT

STYLES = {
    "input": f'fillcolor="{LIGHT["input"]}"',
    "constant": 'style="rounded,dashed"',
    "operation": "",
    "output": f'fillcolor="{LIGHT["output"]}", penwidth=2',
}


def render(document: Document, **_: object) -> str:
    """The first diagram of the document in dot. Raises LookupError where there is none."""
    return "\n".join(_write_graph(find_diagram(document), document.title)) + "\n"


def quote(text: str) -> str:
    """A string that dot shows as it is: dot knows escapes and, in labels, entities."""
    return '"' + _escape(text) + '"'


def _escape(text: str) -> str:
    return make_visible(text).replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')


def _write_graph(diagram: Diagram, title: str) -> Iterator[str]:
    layers = arrange(diagram).layers
    yield "digraph chainrule {"
    yield "  rankdir=LR;"
    yield f"  label={quote(diagram.caption or title)};"
    yield '  node [shape=box, style="rounded,filled", fillcolor=white, fontname="Helvetica"];'
    yield '  edge [fontname="Helvetica", fontsize=10];'
    for layer in layers:
        yield from (_write_node(index, diagram.vertices[index]) for index in layer)
    yield from (_write_rank(layer) for layer in layers)
    yield from map(_write_edge, diagram.edges)
    yield "}"


def _write_node(index: int, vertex: Vertex) -> str:
    lines = [shorten_label(vertex), vertex.value, vertex.gradient and f"∇ {vertex.gradient}"]
    text = "\\n".join(_escape(line) for line in lines if line)
    return f'  n{index} [label="{text}"{STYLES[vertex.kind] and ", " + STYLES[vertex.kind]}];'


def _write_rank(layer: tuple[int, ...]) -> str:
    """The vertices of a layer below each other, in its order: dot keeps that of an edge within a rank."""
    order = " -> ".join(f"n{index}" for index in layer)
    return f"  {{ rank=same; {order}{' [style=invis, weight=0]' if len(layer) > 1 else ''}; }}"


def _write_edge(edge: DrawnEdge) -> str:
    attributes = [f"label={quote(edge.weight)}"] if edge.weight else []
    attributes += ["penwidth=3"] if edge.strong else []
    return f"  n{edge.source} -> n{edge.target}{_list_attributes(attributes)};"


def _list_attributes(attributes: list[str]) -> str:
    return f" [{', '.join(attributes)}]" if attributes else ""
