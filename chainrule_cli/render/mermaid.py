"""The diagram of a page -> a Mermaid flowchart, which GitHub, GitLab and many editors draw."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chainrule_cli.document import Diagram, Document, DrawnEdge, Vertex, find_diagram
from chainrule_cli.render.layered import arrange, shorten_label
from chainrule_cli.render.spans import make_visible

_SPECIAL = re.compile(r"""[]!"#$%&'*:;<>?@[\\_`{|}~]|^(?:[-+]|\d+[.)])(?=\s)|(?<=/)/""")
"""What Mermaid may take for markup: most punctuation, the marks of lists, the two strokes of an address."""

PARTED, JOINER = "\\$:", "#8288;"
"""Mermaid looks for \\n, $$ and fa:fa-car even behind numbers of characters: an unseen mark parts them."""

CLASSES = (
    "input stroke:#0969da,stroke-width:2px",
    "constant stroke-dasharray:4 3",
    "operation stroke:#6e7781",
    "output stroke:#bf8700,stroke-width:4px",
)


def render(document: Document, **_: object) -> str:
    """The first diagram of the document as a flowchart. Raises LookupError where there is none."""
    return "\n".join(write_flowchart(find_diagram(document))) + "\n"


def write_flowchart(diagram: Diagram) -> Iterator[str]:
    """Vertices in the order of the layout, from which Mermaid's own begins."""
    yield "flowchart LR"
    for layer in arrange(diagram).layers:
        yield from (_write_node(index, diagram.vertices[index]) for index in layer)
    yield from map(_write_edge, diagram.edges)
    strong = ",".join(str(index) for index, edge in enumerate(diagram.edges) if edge.strong)
    if strong:
        yield f"  linkStyle {strong} stroke-width:4px"
    yield from (f"  classDef {each}" for each in CLASSES)


def quote(*lines: str) -> str:
    """A label of lines, of which nothing is markup: numbers of characters stand for those that could be."""
    return (
        '"'
        + "<br/>".join(_SPECIAL.sub(_number_characters, make_visible(line)) for line in lines if line)
        + '"'
    )


def _number_characters(found: re.Match[str]) -> str:
    return "".join(
        char if char.isalnum() else f"#{ord(char)};{JOINER if char in PARTED else ''}" for char in found[0]
    )


def _write_node(index: int, vertex: Vertex) -> str:
    lines = shorten_label(vertex), vertex.value, vertex.gradient and f"∇ {vertex.gradient}"
    return f"  n{index}[{quote(*lines)}]:::{vertex.kind}"


def _write_edge(edge: DrawnEdge) -> str:
    arrow = "==>" if edge.strong else "-->"
    return f"  n{edge.source} {arrow}{f'|{quote(edge.weight)}|' if edge.weight else ''} n{edge.target}"
