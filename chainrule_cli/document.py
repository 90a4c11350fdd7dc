"""Document: what a page says, before it has a format. explain/ writes it, render/ turns it into text.

Ten elements and four kinds of drawings; no format. Mathematics stays Syntax, so that each format writes it in
its own notation; text that came from a user is never markup. Elements are msgspec's records: every run makes
these classes anew, and those of dataclasses take fifteen times as long.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from chainrule_cli.notation.syntax import Syntax

Role = Literal["plain", "strong", "dim", "rule", "value", "gradient", "good", "bad", "layer"]


class StyledRun(Struct, frozen=True):
    """A piece of a line: text or mathematics, with the part it plays.

    hue: which layer, from the outside in
    """

    content: str | Syntax
    role: Role = "plain"
    hue: int = 0


Runs: TypeAlias = tuple[StyledRun, ...]


def join_runs(*pieces: str | Syntax | StyledRun) -> Runs:
    """A line of pieces; bare text and bare mathematics play no part of their own."""
    return tuple(piece if isinstance(piece, StyledRun) else StyledRun(piece) for piece in pieces)


class Heading(Struct, frozen=True):
    text: str


class Text(Struct, frozen=True):
    """A line or a paragraph."""

    runs: Runs
    indent: int = 0


class DisplayedFormula(Struct, frozen=True):
    """Displayed mathematics.

    label: what stands before it: "dy/dx ="
    framed: it is the answer
    """

    label: str
    syntax: Syntax
    framed: bool = False


class Ring(Struct, frozen=True):
    """One layer of an onion: u = outer, its value and its rate at the point, as text."""

    name: str
    outer: Syntax
    value: str = ""
    rate: str = ""


class Onion(Struct, frozen=True):
    """Nested layers.

    rings: the outermost first
    core: the variable inside
    where: the point
    product: of the rates
    """

    rings: tuple[Ring, ...]
    core: str
    core_value: str = ""
    where: str = ""
    product: str = ""


class Tree(Struct, frozen=True):
    """A line with lines below it.

    lines: each with its depth from 0
    """

    lines: tuple[tuple[int, Runs], ...]


class Item(Struct, frozen=True):
    """A numbered piece of an explanation.

    head: what it is
    aside: a remark beside it
    rows: label, content, remark
    """

    number: str
    head: Runs
    aside: Runs = ()
    rows: tuple[tuple[str, Runs, str], ...] = ()


class Table(Struct, frozen=True):
    """Rows of cells.

    columns: their titles
    aligned: one letter a column: l left, r right, . on the decimal point
    """

    columns: tuple[str, ...]
    aligned: str
    rows: tuple[tuple[Runs, ...], ...]


class Chart(Struct, frozen=True):
    """Rows of marks that stand below one another, each mark in a column of its own.

    legend: what the marks mean
    """

    rows: tuple[str, ...]
    legend: str = ""


class Vertex(Struct, frozen=True):
    """A node of a diagram.

    label: "q = x + y"
    value: as text; it is written above
    gradient: as text; it is written below
    """

    label: Runs
    kind: Literal["input", "constant", "operation", "output"] = "operation"
    value: str = ""
    gradient: str = ""


class DrawnEdge(Struct, frozen=True):
    """From an argument to its user; x*x has two.

    source, target: their indices among the vertices
    weight: the local derivative as text
    strong: it is stressed, as on the strongest path
    """

    source: int
    target: int
    weight: str = ""
    strong: bool = False


class Frame(Struct, frozen=True):
    """One moment of a walk through a diagram.

    vertex, edge: where it happens and along which edge, by their indices
    words: what happens, spelled out
    value: what the vertex's value is known to be, "" where it does not change
    gradient: its adjoint so far, "" where it does not change
    resets: a backward pass begins, so that gradients are wiped
    asks, number: what can be foretold, and what it is
    """

    phase: Literal["forward", "backward"]
    vertex: int
    edge: int | None
    words: Runs
    value: str = ""
    gradient: str = ""
    resets: bool = False
    asks: str = ""
    number: float | None = None


class Diagram(Struct, frozen=True):
    """A computation graph.

    vertices: in topological order
    edges: in the order of their users and their arguments
    frames: the two passes, moment by moment, for those who step through them; typed numbers are known from
        the start
    """

    vertices: tuple[Vertex, ...]
    edges: tuple[DrawnEdge, ...]
    caption: str = ""
    frames: tuple[Frame, ...] = ()


class Remark(Struct, frozen=True):
    """A remark; good and bad are verdicts."""

    runs: Runs
    kind: Literal["note", "good", "bad", "open"] = "note"


Block: TypeAlias = Heading | Text | DisplayedFormula | Onion | Tree | Item | Table | Chart | Diagram | Remark


# what only a picture can show


class DrawnDot(Struct, frozen=True):
    """The end of a piece of a curve at a jump, or a hole in it.

    closed: the point belongs to the curve
    """

    x: float
    y: float
    closed: bool


class DrawnCurve(Struct, frozen=True):
    """One function.

    pieces: points that are joined
    lowest, highest: the values to be shown
    poles: where it leaves them for good
    dots: ends at jumps, and holes
    mark, said: a point of it, and a phrase on it
    slope: of the tangent at the mark, where one is drawn
    """

    label: Runs
    pieces: tuple[tuple[tuple[float, float], ...], ...]
    lowest: float
    highest: float
    role: Role = "value"
    poles: tuple[float, ...] = ()
    dots: tuple[DrawnDot, ...] = ()
    mark: tuple[float, float] | None = None
    phrase: str = ""
    slope: float | None = None


class DrawnCurves(Struct, frozen=True):
    """Functions of one variable over the same stretch, one below another.

    notes: what holds for all of them
    """

    variable: str
    low: float
    high: float
    curves: tuple[DrawnCurve, ...]
    notes: tuple[str, ...] = ()


class Wheel(Struct, frozen=True):
    """A wheel of a train of gears.

    rate: for one turn of the wheel before it, as text
    turns: for one turn of the first, as text
    speed: the rate as a number, as far as a double goes; None where the wheel slips
    """

    name: str
    rate: str
    turns: str
    speed: float | None
    way: Literal["same way", "other way", "stalls", "slips"]


class Train(Struct, frozen=True):
    """Wheels in mesh, the driver first.

    left_out: how many are not among them, before the last `tail` ones
    """

    wheels: tuple[Wheel, ...]
    left_out: int = 0
    tail: int = 0
    notes: tuple[str, ...] = ()


class BarSeries(Struct, frozen=True):
    """Bars of one kind.

    sizes: from first to last, None past the doubles
    said, kind: a phrase on them, and as what verdict
    """

    name: str
    sizes: tuple[float | None, ...]
    phrase: str = ""
    kind: Literal["note", "good", "bad"] = "note"


class Bars(Struct, frozen=True):
    """Series one below another, on one scale of powers of ten.

    places: what a bar stands for, such as layer
    start, first: the number of the first bar; its name, where it has one
    quantity: what is measured
    arrow: what happens from the last bar to the first
    """

    unit: str
    start: int
    first: str
    quantity: str
    arrow: str
    series: tuple[BarSeries, ...]
    notes: tuple[str, ...] = ()


class Sweep(Struct, frozen=True):
    """Layers in order, from first to last or back, one after another from the time `start` on."""

    kind: Literal["advance", "keep", "backward"]
    start: int
    first: int
    last: int


class Hold(Struct, frozen=True):
    """A layer's input that lies in a slot from one time to another."""

    layer: int
    start: int
    end: int


class StoragePlan(Struct, frozen=True):
    """What one strategy does, in time.

    said: a phrase on it
    duration: steps
    levels: (time, how many are stored from then on)
    """

    name: str
    phrase: str
    duration: int
    sweeps: tuple[Sweep, ...]
    holds: tuple[Hold, ...]
    levels: tuple[tuple[int, int], ...]


class Schedule(Struct, frozen=True):
    """Plans for the same layers, one below another on one scale of time.

    layers, unit: how many, and what they are
    """

    layers: int
    unit: str
    plans: tuple[StoragePlan, ...]
    notes: tuple[str, ...] = ()


Drawing: TypeAlias = DrawnCurves | Train | Bars | Schedule


class Figure(Struct, frozen=True):
    """A drawing, and what stands in its place in a format that does not draw."""

    title: str
    drawing: Drawing
    instead: tuple[Block, ...] = ()


Element: TypeAlias = Block | Figure


class Document(Struct, frozen=True):
    title: str
    elements: tuple[Element, ...]


def find_diagram(document: Document) -> Diagram:
    """The first diagram.

    Raises: LookupError where there is none; only commands whose pages have one offer a format that is a
    picture.
    """
    for element in document.elements:
        if isinstance(element, Diagram):
            return element
    raise LookupError(f"no diagram in the page {document.title!r}")


def list_blocks(document: Document) -> Iterator[Block]:
    """The elements for a format that does not draw."""
    for element in document.elements:
        if isinstance(element, Figure):
            yield from element.instead
        else:
            yield element
