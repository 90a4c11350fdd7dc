"""Drawings of computation graphs as files that a person can read in review. CHAINRULE_WRITE_PAGES=1 writes them anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from chainrule_cli.document import Diagram, Document, DrawnEdge, Vertex, join_runs
from chainrule_cli.render import plain, terminal
from chainrule_cli.render.layout import lay_out
from tests.support import steps

DRAWINGS = Path(__file__).parent / "drawings"
Row = tuple[str, str] | tuple[str, str, str] | tuple[str, str, str, str]


def diagram(*rows: Row, caption: str = "") -> Diagram:
    """A diagram from rows of label, arguments by name, value, gradient; a row without arguments is an input, one nobody uses an output."""
    names = [row[0].partition(" = ")[0] for row in rows]
    arguments = [row[1].split() for row in rows]
    used = {name for each in arguments for name in each}
    vertices = [
        Vertex(
            join_runs(row[0]), "input" if not row[1] else "operation" if name in used else "output", *row[2:]
        )
        for row, name in zip(rows, names, strict=True)
    ]
    edges = [
        DrawnEdge(names.index(argument), target) for target, each in enumerate(arguments) for argument in each
    ]
    return Diagram(tuple(vertices), tuple(edges), caption)


def chain(count: int) -> Diagram:
    rows: list[Row] = [("x", "", "0.5", "0.01")]
    for place in range(1, count + 1):
        rows.append(
            (
                f"h{place} = tanh(h{place - 1})" if place > 1 else "h1 = tanh(x)",
                rows[-1][0].partition(" = ")[0],
                f"0.{9999 - 37 * place}",
                "1",
            )
        )
    return diagram(*rows)


def ladder(count: int) -> Diagram:
    rows: list[Row] = [("d0", "", "1", str(2**count))]
    rows += [
        (
            f"d{place} = d{place - 1} + d{place - 1}",
            f"d{place - 1} d{place - 1}",
            str(2**place),
            str(2 ** (count - place)),
        )
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
            ("x", "", "-2", "-4"),
            ("y", "", "5", "-4"),
            ("z", "", "-4", "3"),
            ("q = x + y", "x y", "3", "-4"),
            ("f = q·z", "q z", "-12", "1"),
        ),
        "square": diagram(("x", "", "3", "6"), ("y = x·x", "x x", "9", "1")),
        "cube": diagram(("x", "", "2", "12"), ("u = x·x", "x x", "4", "2"), ("y = u·x", "u x", "8", "1")),
        "branches": diagram(
            ("a", "", "2", "2"),
            ("b", "", "1", "5"),
            ("c = a + b", "a b", "3", "2"),
            ("d = b + 1", "b", "2", "3"),
            ("e = c·d", "c d", "6", "1"),
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
        "loss": diagram(
            ("w", "", "0.8", "-0.1586"),
            ("x", "", "1.5", "-0.0846"),
            ("b", "", "-0.2", "-0.1058"),
            ("t", "", "1", "0.5379"),
            ("p = w·x", "w x", "1.2", "-0.1058"),
            ("z = p + b", "p b", "1", "-0.1058"),
            ("a = σ(z)", "z", "0.7311", "-0.5379"),
            ("L = (a − t)²", "a t", "0.0723", "1"),
        ),
        "inside_and_out": diagram(
            ("x", "", "0.8", "1.3"),
            ("u = x²", "x", "0.64", "0.642"),
            ("v = sin(u)", "u", "0.597", "0.8"),
            ("y = x·v", "x v", "0.478", "1"),
        ),
        "pairs": diagram(
            ("a", "", "1", "5"),
            ("b", "", "2", "4"),
            ("c", "", "3", "3"),
            ("u = a·b", "a b", "2", "1"),
            ("v = b·c", "b c", "6", "1"),
            ("w = a·c", "a c", "3", "1"),
            ("s = u + v", "u v", "8", "1"),
            ("t = s + w", "s w", "11", "1"),
        ),
        "powers": diagram(
            ("x", "", "2", "52"),
            ("u = x·x", "x x", "4", "12"),
            ("v = u·u", "u u", "16", "1"),
            ("y = u + v", "u v", "20", "1"),
        ),
        "two_outputs": diagram(
            ("r", "", "2"),
            ("t", "", "0.5"),
            ("x = r·cos(t)", "r t", "1.755"),
            ("y = r·sin(t)", "r t", "0.9589"),
        ),
        "symbols": diagram(
            ("x", ""), ("y", ""), ("z", ""), ("a = x·y", "x y"), ("b = y·z", "y z"), ("f = a + b", "a b")
        ),
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


def test_a_narrow_page_cuts_labels_and_keeps_wires() -> None:
    rows = [
        *((f"x{place}", "", "0.5", "-1.25") for place in range(4)),
        ("s = a_name_so_long_that_it_is_cut(x0, x1, x2, x3)", "x0 x1 x2 x3", "1", "1"),
    ]
    assert page(diagram(*rows, ("t = tanh(s)", "s", "0.7616", "1")), 60).splitlines() == [
        "                                            value   gradient",
        "  ○        x0                              0.5         -1.25",
        "  │ ○      x1                              0.5         -1.25",
        "  │ │ ○    x2                              0.5         -1.25",
        "  │ │ │ ○  x3                              0.5         -1.25",
        "  ●─┴─┴─╯  s = a_name_so_long_that_it_i…   1            1",
        "  ●        t = tanh(s)                     0.7616       1",
    ]


def test_too_many_lanes_give_way_to_names() -> None:
    rows = [
        *((f"x{place}", "", "1") for place in range(30)),
        ("s = Σ x", " ".join(f"x{place}" for place in range(30)), "30"),
    ]
    lines = page(diagram(*rows), 60).splitlines()
    assert lines[0] == "  too many lanes for this width: arguments by name"
    assert lines[-1].startswith("  ●  s = Σ x  ← x0, x1, x2, x3, ")


def test_a_constant_in_a_label_has_no_wire() -> None:
    vertices = (
        Vertex(join_runs("x"), "input"),
        Vertex(join_runs("2"), "constant"),
        Vertex(join_runs("y = 2·x"), "output"),
    )
    assert page(Diagram(vertices, (DrawnEdge(1, 2), DrawnEdge(0, 2)))) == "  x ─── y = 2·x\n"
    assert page(Diagram(vertices[1:2], ())) == "  ○  2\n"


def test_a_caption_stands_below() -> None:
    assert (
        page(diagram(("x", ""), ("y = sin(x)", "x"), caption="at x = 0.8"))
        == "  x ─── y = sin(x)\n  at x = 0.8\n"
    )


def stressed(subject: Diagram, width: int) -> list[str]:
    """The drawing with nothing but its stressed pieces."""
    drawn = lay_out(Document("", (subject,)), width)
    return [
        "".join(piece.text if piece.role == "strong" else " " * len(piece.text) for piece in line).rstrip()
        for line in drawn
    ]


def test_a_stressed_path_is_stressed_from_end_to_end() -> None:
    plain_one = diagrams()["branches"]
    subject = Diagram(
        plain_one.vertices,
        tuple(
            DrawnEdge(edge.source, edge.target, strong=edge.source in {1, 3} and edge.target > 2)
            for edge in plain_one.edges
        ),
    )
    assert stressed(subject, 80)[2:4] == [
        "       ─┴─┐                ├─ e",
        "          └─              ─┘",
    ]
    assert stressed(subject, 36)[2:] == ["    ○", "    ┤", "    ●", "  ●─╯  e"]


@pytest.mark.parametrize("name", list(diagrams()))
def test_colour_adds_nothing_but_colour(name: str) -> None:
    coloured = terminal.render(Document("", (diagrams()[name],)), width=80, colour=True)
    assert [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", coloured).splitlines()] == page(
        diagrams()[name]
    ).splitlines()


def wide_sum(count: int) -> Diagram:
    vertices = tuple(Vertex(join_runs(f"x{place}"), "input", "1", "1") for place in range(count))
    return Diagram(
        (*vertices, Vertex(join_runs("s = Σ x"), "output", str(count), "1")),
        tuple(DrawnEdge(place, count) for place in range(count)),
    )


@pytest.mark.parametrize(
    ("subject", "shown"),
    [(recurrence(20_000), "│ │ ┊  … 19962 more nodes"), (wide_sum(20_000), "arguments by name")],
    ids=["recurrence", "sum"],
)
def test_twenty_thousand_vertices_take_bounded_work(subject: Diagram, shown: str) -> None:
    drawn: list[str] = []
    assert steps(lambda: drawn.append(page(subject))) < 200 * len(subject.vertices)
    assert shown in drawn[0]
