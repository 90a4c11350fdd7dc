"""What the tests of render share: diagrams, pages with drawings, a reader of HTML, and what to measure in them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from chainrule_cli.document import Diagram, Document, DrawnEdge, Runs, Vertex, join_runs
from chainrule_cli.explain import checkpoint as explain_checkpoint
from chainrule_cli.explain import diff as explain_diff
from chainrule_cli.explain import flow as explain_flow
from chainrule_cli.explain import flow_cell as explain_cell
from chainrule_cli.explain import gears as explain_gears
from chainrule_cli.explain import graph as explain_graph
from chainrule_cli.notation.reader import read
from chainrule_cli.render import svg
from chainrule_cli.reports.checkpoint import report as checkpoint
from chainrule_cli.reports.diff import report as diff
from chainrule_cli.reports.flow import report as flow
from chainrule_cli.reports.flow_cell import report as cell
from chainrule_cli.reports.gears import report as gears
from chainrule_cli.reports.graph import report as graph

PICTURES = Path(__file__).parent / "pictures"


NAME = "{http://www.w3.org/2000/svg}"


Row = tuple[str, Sequence[int], str, str, Sequence[str]]
"""Label, arguments, value, gradient, weights of the edges from the arguments."""


def diagram(rows: Sequence[Row], caption: str = "", strong: Iterable[tuple[int, int]] = ()) -> Diagram:
    used, stressed = {argument for _, arguments, *_ in rows for argument in arguments}, set(strong)
    edges = [
        DrawnEdge(argument, place, weight, strong=(argument, place) in stressed)
        for place, (_, arguments, _, _, weights) in enumerate(rows)
        for argument, weight in zip(arguments, weights or [""] * len(arguments), strict=True)
    ]
    vertices = [
        Vertex(named(label), kind(label, arguments, place in used), *numbers)
        for place, (label, arguments, *numbers, _) in enumerate(rows)
    ]
    return Diagram(tuple(vertices), tuple(edges), caption)


def kind(label: str, arguments: Sequence[int], used: bool) -> str:
    return ("operation" if arguments else "constant" if label.isdecimal() else "input") if used else "output"


def named(label: str) -> Runs:
    """A label "q = x + y" as explain/ writes it: a name, and mathematics."""
    name, equals, formula = label.partition(" = ")
    return join_runs(f"{name} = ", read(formula).expr) if equals else join_runs(label)


def bare(*arguments: Sequence[int]) -> Diagram:
    return diagram([(f"v{place}", each, "", "", []) for place, each in enumerate(arguments)])


def page(picture: Diagram) -> Document:
    return Document("f", (picture,))


def drawn(picture: Diagram) -> ET.Element:
    return ET.fromstring(svg.render(page(picture)))  # noqa: S314  # it is our own


CIRCUIT = diagram(
    [
        ("x", [], "-2", "-4", []),
        ("y", [], "5", "-4", []),
        ("z", [], "-4", "3", []),
        ("q = x + y", [0, 1], "3", "-4", ["1", "1"]),
        ("f = q*z", [3, 2], "-12", "1", ["-4", "3"]),
    ],
    "f = (x + y)·z at x = -2, y = 5, z = -4",
    [(0, 3), (3, 4)],
)


NEURON = diagram(
    [
        ("w", [], "0.8", "0.2949", []),
        ("x", [], "1.5", "0.1573", []),
        ("p = w*x", [0, 1], "1.2", "0.1966", ["1.5", "0.8"]),
        ("b", [], "-0.2", "0.1966", []),
        ("z = p + b", [2, 3], "1", "0.1966", ["1", "1"]),
        ("a = sigmoid(z)", [4], "0.7311", "1", ["0.1966"]),
    ]
)


SQUARE = diagram([("x", [], "3", "6", []), ("y = x*x", [0, 0], "9", "1", ["3", "3"])])


LATTICE = bare([], [], [], [0, 1], [1, 2], [3, 4])
"""(a + b)·(b + 1)"""


def random_diagram(seed: int, count: int = 60) -> Diagram:
    draw = random.Random(seed)
    inputs = draw.randint(1, 6)
    arguments = [
        [] if place < inputs else [draw.randrange(place) for _ in range(draw.choice([1, 2, 2, 3]))]
        for place in range(count)
    ]
    numbers = [[f"{draw.uniform(-9, 9):.4g}" for _ in each] for each in arguments]
    return diagram(
        [
            (f"v{place}" * draw.randint(1, 4), each, "1.5", "-2", weights)
            for place, (each, weights) in enumerate(zip(arguments, numbers, strict=True))
        ]
    )


RANDOM = [pytest.param(random_diagram(seed), id=f"seed{seed}") for seed in range(20)]


HOSTILE = (
    '"]; evil --> n0', 'a\\n"b\\"', "&amp; <b>", "#quot; #35;", "`**b**` __u__", "- list", "1. list", "end", "$$x$$", "\\input{/etc/passwd}", "https://a.b",
    "line\nbreak\x1b[31m", "<script>alert(1)</script>", "%%{init: {}}%%", "]]>--><!--", "```\n# out", "fa:fa-car", "a\x00b\ud800\ufffe", "\u202eabc", "漢字 ∂π", "",
)  # fmt: skip


EVIL = diagram(
    [*((text, [], text, text, []) for text in HOSTILE), ("out", range(len(HOSTILE)), "", "", HOSTILE)],
    HOSTILE[0],
)


def contrast(one: str, other: str) -> float:
    """As the guidelines for accessible pages (WCAG 2.2) define it."""
    lights = []
    for colour in (one, other):
        parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(lights) + 0.05) / (min(lights) + 0.05)


FIGURES: dict[str, Callable[[], Document]] = {
    "curves": lambda: explain_diff.explain(diff("x^3 - 3x", at="x=2", drawn=True)),
    "jumps": lambda: explain_diff.explain(diff("floor(x) + 1/(x - 1)", drawn=True)),
    "nowhere": lambda: explain_diff.explain(diff("sqrt(-1 - x^2)", drawn=True)),
    "wild": lambda: explain_diff.explain(diff("1e300*x", drawn=True)),
    "train": lambda: explain_gears.explain(gears(["2", "3", "-0.5"])),
    "stalled": lambda: explain_gears.explain(gears(["|sin(x)|^3"], at="x=0")),
    "steep": lambda: explain_gears.explain(gears(["1e300", "1e300", "-1e-300", "1/10^400", "7"])),
    "bars": lambda: explain_flow.explain(flow()),
    "beside": lambda: explain_flow.explain(flow(layers=30, compare="sigmoid,relu,residual")),
    "overflow": lambda: explain_flow.explain(flow(layers=40, activation="linear", weight=1e10)),
    "gates": lambda: explain_cell.explain(cell("lstm", steps=20)),
    "plans": lambda: explain_checkpoint.explain(checkpoint()),
    "segments": lambda: explain_checkpoint.explain(
        checkpoint("u = sin(x*y); v = u*exp(u); v + u", at="x=1,y=2")
    ),
}


def parsed(picture: str) -> ET.Element:
    return ET.fromstring(picture)  # noqa: S314  # it is our own


def texts(picture: str) -> list[str]:
    return [element.text or "" for element in parsed(picture).iter(f"{NAME}text")]


def paths(picture: str, kind: str) -> Iterator[str]:
    return (
        element.attrib["d"]
        for element in parsed(picture).iter(f"{NAME}path")
        if kind in element.attrib["class"].split()
    )


VOID = {"meta", "br", "img", "hr", "rect", "path"}


class Outline(HTMLParser):
    """open: elements that are not closed yet; seen: all, with their attributes; text: what is read."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def walked() -> Document:
    return explain_graph.explain(graph("(x+y)*z", at="x=-2,y=5,z=-4"))
