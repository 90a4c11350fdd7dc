"""GraphRecord -> Scene: all that the app shows of a formula at a point, as plain data that crosses a pipe.

Mathematics is written out here, where the worker's budget holds, so the app has spans of text and no Syntax.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

from chainrule_cli.document import Diagram, DrawnEdge, Frame, Runs, StyledRun, Vertex
from chainrule_cli.explain.diagrams import diagram
from chainrule_cli.explain.numbers import where
from chainrule_cli.explain.walk import frames
from chainrule_cli.notation.write import to_unicode
from chainrule_cli.play import asking
from chainrule_cli.records.graph import GraphRecord
from chainrule_cli.render.spans import Spans, make_visible, to_spans


class SceneNode(Struct, frozen=True):
    """A vertex of the drawing.

    value, gradient: as they are at the end
    """

    label: Spans
    kind: Literal["input", "constant", "operation", "output"]
    value: str
    gradient: str


class Moment(Struct, frozen=True):
    """A frame of the walk.

    title: what it is about, without its numbers
    """

    phase: Literal["forward", "backward"]
    vertex: int
    edge: int | None
    title: Spans
    words: Spans
    value: str
    gradient: str
    resets: bool
    asks: str
    number: float | None


class Scene(Struct, frozen=True):
    """All that the app shows of a formula at a point.

    typed, at: as they would be typed again
    formula, where: as they were read
    edges: the indices of their ends
    notes: on the reading, and on what was assumed
    """

    typed: str
    at: str
    formula: str
    where: str
    nodes: tuple[SceneNode, ...]
    edges: tuple[tuple[int, int], ...]
    moments: tuple[Moment, ...]
    notes: tuple[str, ...] = ()


def build_scene(record: GraphRecord, at: str, assumed: tuple[str, ...] = ()) -> Scene:
    """assumed: variables that nobody gave a value."""
    shape = diagram(record.nodes, record.events, [output.node for output in record.outputs])
    nodes = tuple(
        SceneNode(to_spans(vertex.label), vertex.kind, vertex.value, vertex.gradient)
        for vertex in shape.vertices
    )
    notes = [f"{', '.join(assumed)} = 1 for now: a edits the point"] if assumed else []
    return Scene(
        typed=record.typed,
        at=at,
        formula=make_visible(_write_formula(record)),
        where=where({name: record.at[name] for name in record.variables}),
        nodes=nodes,
        edges=tuple((edge.source, edge.target) for edge in shape.edges),
        moments=tuple(_make_moment(frame, nodes) for frame in frames(record)),
        notes=tuple(make_visible(note) for note in (*notes, *record.notes)),
    )


def _write_formula(record: GraphRecord) -> str:
    """q = x + y; f = q·z"""
    known = [f"{each.name} = {to_unicode(each.body)}" for each in record.formula.definitions]
    output = record.outputs[0]
    if output.name not in {each.name for each in record.formula.definitions}:
        known.append(f"{output.name} = {to_unicode(record.formula.syntax)}")
    return "; ".join(known)


def _make_moment(frame: Frame, nodes: tuple[SceneNode, ...]) -> Moment:
    words = to_spans(frame.words)
    title = nodes[frame.vertex].label if frame.phase == "forward" else words[:1]
    return Moment(
        phase=frame.phase,
        vertex=frame.vertex,
        edge=frame.edge,
        title=title,
        words=words,
        value=frame.value,
        gradient=frame.gradient,
        resets=frame.resets,
        asks=frame.asks,
        number=frame.number,
    )


def make_diagram(scene: Scene, numbers: list[tuple[str, str]], stressed: frozenset[int]) -> Diagram:
    """The scene as a diagram, with these values and gradients, and these edges stressed."""
    vertices = (
        Vertex(_to_runs(node.label), node.kind, *pair)
        for node, pair in zip(scene.nodes, numbers, strict=True)
    )
    return Diagram(
        tuple(vertices),
        tuple(DrawnEdge(*ends, strong=index in stressed) for index, ends in enumerate(scene.edges)),
    )


def _to_runs(line: Spans) -> Runs:
    return tuple(StyledRun(span.text, span.role, span.hue) for span in line)


def encode_scene(scene: Scene) -> bytes:
    return msgspec.json.encode(scene)


def decode_scene(data: bytes) -> Scene:
    """Raises LostError for what no worker of ours has written."""
    return asking.decode(data, Scene)
