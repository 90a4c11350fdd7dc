"""What the two drawings of a graph share: who is an argument of whom, and the characters of a wire.

Constants that an operation's label already shows have no wire. Where wires meet they are joined; where one hides behind
another, as in ─│─, they only cross.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from chainrule_cli.document import Diagram, Vertex
from chainrule_cli.render.pieces import Span, Spans, merge, to_spans

UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8
ARMS = " ╵╷│╴┘┐┤╶└┌├─┴┬┼"
"""A wire's character by the sum of its arms."""
DOUBLED = str.maketrans("┘┐┤└┌├─┴┬┼╯╮╰╭", "╛╕╡╘╒╞═╧╤╪╛╕╘╒")
ROUNDED = str.maketrans("┘┐└┌", "╯╮╰╭")

Cells: TypeAlias = list[tuple[str, bool]]
"""Characters, each with whether it is stressed."""


class Argument(NamedTuple):
    """A vertex as an argument: how often (x·x has x twice), and whether one of its edges is stressed."""

    source: int
    times: int
    strong: bool


@dataclass(frozen=True, slots=True)
class DrawnGraph:
    """The vertices that are drawn, their places in the diagram, their arguments, and the last user of each, of all and by a stressed edge:
    itself where there is none."""

    places: tuple[int, ...]
    vertices: tuple[Vertex, ...]
    arguments: tuple[tuple[Argument, ...], ...]
    last: tuple[int, ...]
    stressed: tuple[int, ...]


def read_diagram(diagram: Diagram) -> DrawnGraph:
    """The diagram's vertices without the constants in labels, each with its arguments in order."""
    used = {edge.source for edge in diagram.edges}
    kept = [
        place
        for place, vertex in enumerate(diagram.vertices)
        if vertex.kind != "constant" or place not in used
    ]
    places = {old: new for new, old in enumerate(kept)}
    arguments: list[dict[int, Argument]] = [{} for _ in kept]
    last, stressed = list(range(len(kept))), list(range(len(kept)))
    for edge in diagram.edges:
        if edge.source in places:
            source, target = places[edge.source], places[edge.target]
            known = arguments[target].get(source, Argument(source, 0, strong=False))
            arguments[target][source] = Argument(source, known.times + 1, known.strong or edge.strong)
            last[source] = max(last[source], target)
            stressed[source] = max(stressed[source], target if edge.strong else source)
    vertices = tuple(diagram.vertices[place] for place in kept)
    return DrawnGraph(
        tuple(kept), vertices, tuple(tuple(each.values()) for each in arguments), tuple(last), tuple(stressed)
    )


def label_vertex(vertex: Vertex) -> Spans:
    """What a vertex is called; an output's name is stressed."""
    line = to_spans(vertex.label)
    if vertex.kind != "output" or not line:
        return line
    name, sign, rest = line[0].text.partition(" =")
    return [line[0]._replace(text=name, role="strong"), line[0]._replace(text=sign + rest), *line[1:]]


def name_vertex(vertex: Vertex) -> str:
    """ "q" of "q = x + y"."""
    return "".join(piece.text for piece in to_spans(vertex.label)).partition(" = ")[0]


def join_cells(cells: Cells) -> Spans:
    return merge([Span(char, "strong" if strong else "dim") for char, strong in cells])
