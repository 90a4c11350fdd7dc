"""Drawings of computation graphs as files that a person can read in review. CHAINRULE_WRITE_PAGES=1 writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from chainrule_cli.document import Diagram, Document, Edge, Vertex, runs
from chainrule_cli.render import plain

DRAWINGS = Path(__file__).parent / "drawings"
Row = tuple[str, str] | tuple[str, str, str] | tuple[str, str, str, str]


def diagram(*rows: Row, caption: str = "") -> Diagram:
    """A diagram from rows of label, arguments by name, value, gradient; a row without arguments is an input, one nobody uses an output."""
    names = [row[0].partition(" = ")[0] for row in rows]
    arguments = [row[1].split() for row in rows]
    used = {name for each in arguments for name in each}
    vertices = [
        Vertex(runs(row[0]), "input" if not row[1] else "operation" if name in used else "output", *row[2:])
        for row, name in zip(rows, names, strict=True)
    ]
    edges = [Edge(names.index(argument), target) for target, each in enumerate(arguments) for argument in each]
    return Diagram(tuple(vertices), tuple(edges), caption)


def chain(count: int) -> Diagram:
    rows: list[Row] = [("x", "", "0.5", "0.01")]
    for place in range(1, count + 1):
        rows.append(
            (f"h{place} = tanh(h{place - 1})" if place > 1 else "h1 = tanh(x)", rows[-1][0].partition(" = ")[0], f"0.{9999 - 37 * place}", "1")
        )
    return diagram(*rows)


def ladder(count: int) -> Diagram:
    rows: list[Row] = [("d0", "", "1", str(2**count))]
    rows += [
        (f"d{place} = d{place - 1} + d{place - 1}", f"d{place - 1} d{place - 1}", str(2**place), str(2 ** (count - place)))
        for place in range(1, count + 1)
    ]
    return diagram(*rows)


def recurrence(count: int) -> Diagram:
    """A recurrent cell over and over: two weights and a state that all steps share."""
    rows: list[Row] = [("w", "", "0.5", "1.25"), ("v", "", "-1.5", "0.125"), ("h0", "", "0", "0.0001")]
    for place in range(1, count // 3 + 1):
        rows.append((f"p{place} = w·h{place - 1}", f"w h{place - 1}", "0.25", "0.5"))
        rows.append((f"s{place} = p{place} + v", f"p{place} v", "1.75", "0.5"))
        rows.append((f"h{place} = tanh(s{place})", f"s{place}", "0.9414", "1"))
    return diagram(*rows)


def diagrams() -> dict[str, Diagram]:
    return {
        "product": diagram(
            ("x", "", "-2", "-4"), ("y", "", "5", "-4"), ("z", "", "-4", "3"), ("q = x + y", "x y", "3", "-4"), ("f = q·z", "q z", "-12", "1")
        ),
        "square": diagram(("x", "", "3", "6"), ("y = x·x", "x x", "9", "1")),
        "cube": diagram(("x", "", "2", "12"), ("u = x·x", "x x", "4", "2"), ("y = u·x", "u x", "8", "1")),
        "branches": diagram(
            ("a", "", "2", "2"), ("b", "", "1", "5"), ("c = a + b", "a b", "3", "2"), ("d = b + 1", "b", "2", "3"), ("e = c·d", "c d", "6", "1")
        ),
        "neuron": diagram(
            ("w0", "", "2", "-0.1966"),
            ("x0", "", "-1", "0.3932"),
            ("w1", "", "-3", "-0.3932"),
            ("x1", "", "-2", "-0.5898"),
            ("w2", "", "-3", "0.1966"),
            ("a = w0·x0", "w0 x0", "-2", "0.1966"),
            ("b = w1·x1", "w1 x1", "6", "0.1966"),
            ("c = a + b", "a b", "4", "0.1966"),
            ("d = c + w2", "c w2", "1", "0.1966"),
            ("e = −d", "d", "-1", "-0.1966"),
            ("g = exp(e)", "e", "0.3679", "-0.5344"),
            ("h = 1 + g", "g", "1.3679", "-0.5344"),
            ("f = 1/h", "h", "0.7311", "1"),
        ),
        "chain": chain(12),
        "ladder": ladder(6),
        "ladder_long": ladder(14),
        "large": recurrence(297),
        "alone": diagram(("x", "", "3", "1")),
        "names": diagram(
            ("θ₁", "", "0.5", "0.8776"),
            ("重み", "", "2", "0.5"),
            ("é", "", "1", "1"),
            ("s = 重み·sin(θ₁)", "重み θ₁", "0.9589", "1"),
            ("损失 = s + é", "s é", "1.9589", "1"),
        ),
        "two_outputs": diagram(("r", "", "2"), ("t", "", "0.5"), ("x = r·cos(t)", "r t", "1.755"), ("y = r·sin(t)", "r t", "0.9589")),
        "symbols": diagram(("x", ""), ("y", ""), ("z", ""), ("a = x·y", "x y"), ("b = y·z", "y z"), ("f = a + b", "a b")),
    }


def page(subject: Diagram, width: int | None = 80) -> str:
    return plain.render(Document("", (subject,)), width=width)


@pytest.mark.parametrize("name", list(diagrams()))
def test_drawing(name: str) -> None:
    text = page(diagrams()[name])
    path = DRAWINGS / f"{name}.txt"
    if os.environ.get("CHAINRULE_WRITE_PAGES"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
