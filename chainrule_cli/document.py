"""Document: what a page says, before it has a format. explain/ writes it, render/ turns it into text.

Knows about ten elements and nothing of any format. Mathematics stays Syntax, so that each format writes it in its own
notation; text that came from a user is never markup. Elements are msgspec's records: every run makes these classes anew, and
those of dataclasses take fifteen times as long.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from chainrule_cli.notation.syntax import Syntax

Role = Literal["plain", "strong", "dim", "rule", "value", "gradient", "good", "bad", "layer"]


class Run(Struct, frozen=True):
    """A piece of a line: text or mathematics, with the part it plays. hue: which layer, from the outside in."""

    content: str | Syntax
    role: Role = "plain"
    hue: int = 0


Runs: TypeAlias = tuple[Run, ...]


def runs(*pieces: str | Syntax | Run) -> Runs:
    """A line of pieces; bare text and bare mathematics play no part of their own."""
    return tuple(piece if isinstance(piece, Run) else Run(piece) for piece in pieces)


class Heading(Struct, frozen=True):
    text: str


class Text(Struct, frozen=True):
    """A line or a paragraph."""

    runs: Runs
    indent: int = 0


class Formula(Struct, frozen=True):
    """Displayed mathematics: "dy/dx =" and what it equals; framed where it is the answer."""

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
    """Nested layers, the outermost first. core: the variable inside. where: the point. product: of the rates."""

    rings: tuple[Ring, ...]
    core: str
    core_value: str = ""
    where: str = ""
    product: str = ""


class Tree(Struct, frozen=True):
    """A line with lines below it, each with its depth from 0."""

    lines: tuple[tuple[int, Runs], ...]


class Item(Struct, frozen=True):
    """A numbered piece of an explanation: what it is, a remark beside it, and rows of label, content, remark."""

    number: str
    head: Runs
    aside: Runs = ()
    rows: tuple[tuple[str, Runs, str], ...] = ()


class Table(Struct, frozen=True):
    """columns: titles; aligned: one letter a column, l left, r right, . on the decimal point."""

    columns: tuple[str, ...]
    aligned: str
    rows: tuple[tuple[Runs, ...], ...]


class Chart(Struct, frozen=True):
    """Rows of marks that stand below one another, each mark in a place of its own, and what the marks mean."""

    rows: tuple[str, ...]
    legend: str = ""


class Vertex(Struct, frozen=True):
    """A node of a diagram: "q = x + y", and numbers as text: its value, which is written above, and its gradient, below."""

    label: Runs
    kind: Literal["input", "constant", "operation", "output"] = "operation"
    value: str = ""
    gradient: str = ""


class Edge(Struct, frozen=True):
    """From an argument to its user, by their places among the vertices; x*x has two. weight: the local derivative as text.
    strong: it is stressed, as on the strongest path."""

    source: int
    target: int
    weight: str = ""
    strong: bool = False


class Frame(Struct, frozen=True):
    """One moment of a walk through a diagram. vertex, edge: where it happens and along which edge, by their places; words: what
    happens, spelled out; value: what the vertex's value is known to be; gradient: its adjoint so far; both empty where they do not
    change. resets: a backward pass begins, so that gradients are wiped. asks, number: what can be foretold, and what it is."""

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
    """A computation graph: vertices in topological order, edges in the order of their users and their arguments. frames: the two
    passes, moment by moment, for those who step through them; numbers that were typed are known from the start."""

    vertices: tuple[Vertex, ...]
    edges: tuple[Edge, ...]
    caption: str = ""
    frames: tuple[Frame, ...] = ()


class Note(Struct, frozen=True):
    """A remark; good and bad are verdicts."""

    runs: Runs
    kind: Literal["note", "good", "bad", "open"] = "note"


Element: TypeAlias = Heading | Text | Formula | Onion | Tree | Item | Table | Chart | Diagram | Note


class Document(Struct, frozen=True):
    title: str
    elements: tuple[Element, ...]
