"""Pictures of computation graphs: what every layout has, whole pictures as files, and text that nobody may take for markup.

CHAINRULE_WRITE_PAGES=1 writes the files anew."""

from __future__ import annotations

import math
import os
import random
import re
import time
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest

from chainrule_cli.document import Diagram, Document, Edge, Runs, Vertex, runs
from chainrule_cli.notation.reader import read
from chainrule_cli.render import dot, latex, markdown, mermaid, styles, svg
from chainrule_cli.render.layered import LONGEST, PORTS, Layout, arrange

PICTURES = Path(__file__).parent / "pictures"
FORMATS: dict[str, ModuleType] = {"svg": svg, "dot": dot, "mmd": mermaid, "md": markdown, "tex": latex}
NAME = "{http://www.w3.org/2000/svg}"

Row = tuple[str, Sequence[int], str, str, Sequence[str]]
"""Label, arguments, value, gradient, weights of the edges from the arguments."""


def diagram(rows: Sequence[Row], caption: str = "", strong: Iterable[tuple[int, int]] = ()) -> Diagram:
    used, stressed = {argument for _, arguments, *_ in rows for argument in arguments}, set(strong)
    edges = [
        Edge(argument, place, weight, strong=(argument, place) in stressed)
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
    return runs(f"{name} = ", read(formula).expr) if equals else runs(label)


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


def crossings(layout: Layout) -> int:
    """Pairs of pieces between the same two layers whose ends stand in opposite orders."""
    pieces = {(before, after) for route in layout.routes for before, after in pairwise(route)}
    return sum(
        (first.x, last.x) == (start.x, end.x) and (first.y - start.y) * (last.y - end.y) < 0
        for (first, last), (start, end) in combinations(pieces, 2)
    )


# the layout


@pytest.mark.parametrize("picture", RANDOM)
def test_every_edge_leads_to_the_right(picture: Diagram) -> None:
    layout = arrange(picture)
    for edge, route in zip(picture.edges, layout.routes, strict=True):
        source, target = layout.boxes[edge.source], layout.boxes[edge.target]
        assert route[0] == (source.x + source.width, source.middle)
        assert route[-1][0] == target.x
        assert target.y < route[-1].y < target.y + target.height
        assert all(before.x <= after.x for before, after in pairwise(route))


@pytest.mark.parametrize("picture", RANDOM)
def test_nothing_overlaps(picture: Diagram) -> None:
    """Neither boxes with each other nor wires with the boxes that they pass."""
    layout = arrange(picture)
    assert sorted(place for layer in layout.layers for place in layer) == list(range(len(picture.vertices)))
    for layer in layout.layers:
        for upper, lower in pairwise(layout.boxes[place] for place in layer):
            assert upper.y + upper.height < lower.y
    for route in layout.routes:
        for before, after in pairwise(route[1:-1]):
            passed = [box for box in layout.boxes if before.x <= box.x and box.x + box.width <= after.x]
            assert all(not box.y <= before.y <= box.y + box.height for box in passed if before.y == after.y)


@pytest.mark.parametrize("picture", RANDOM)
def test_all_of_it_is_on_the_paper(picture: Diagram) -> None:
    layout = arrange(picture)
    points = [point for route in layout.routes for point in route] + [(box.x, box.y) for box in layout.boxes]
    assert all(math.isfinite(x) and math.isfinite(y) for x, y in points)
    assert all(0 <= x <= layout.width and -1e-9 <= y <= layout.height for x, y in points)


@pytest.mark.parametrize("picture", RANDOM)
def test_ends_of_edges_stand_apart(picture: Diagram) -> None:
    layout = arrange(picture)
    ends = sorted(
        (edge.target, route[-1].y) for edge, route in zip(picture.edges, layout.routes, strict=True)
    )
    assert all(
        target != other or lower - upper >= PORTS - 1e-6 for (target, upper), (other, lower) in pairwise(ends)
    )


def test_the_same_diagram_gives_the_same_layout() -> None:
    assert arrange(random_diagram(5)) == arrange(random_diagram(5))


@pytest.mark.parametrize(
    "picture",
    [CIRCUIT, NEURON, SQUARE, LATTICE, bare([], [0], [0], [0], [1, 2, 3]), bare([], [], [1], [0], [2], [3])],
)
def test_planar_graphs_have_no_crossings(picture: Diagram) -> None:
    assert crossings(arrange(picture)) == 0


def test_a_crossing_that_must_be_is_the_only_one() -> None:
    assert crossings(arrange(bare([], [], [0, 1], [0, 1], [2, 3]))) == 1


def test_inputs_stand_before_their_first_user_and_outputs_last() -> None:
    assert arrange(CIRCUIT).layers == ((0, 1), (3, 2), (4,))
    assert set(arrange(bare([], [0], [0], [2])).layers[-1]) == {1, 3}


def test_a_long_edge_is_level() -> None:
    (route,) = (route for route in arrange(bare([], [0], [1], [2], [3, 0], [4])).routes if len(route) > 4)
    assert len({point.y for point in route[3:-2]}) == 1


def test_both_edges_of_a_square_are_seen() -> None:
    first, second = arrange(SQUARE).routes
    assert first[-1].y != second[-1].y
    assert len(drawn(SQUARE).findall(f".//{NAME}path[@marker-end]")) == 2 + 2
    assert dot.render(page(SQUARE)).count("n0 -> n1") == 2
    assert mermaid.render(page(SQUARE)).count("n0 -->") == 2


def test_an_empty_diagram_and_a_single_vertex() -> None:
    for picture in (Diagram((), ()), bare([])):
        assert all(form.render(page(picture)) for form in FORMATS.values())


COUNT = 20_000
LARGE = {
    "chain": lambda: bare([], *([place] for place in range(COUNT - 1))),
    "nested": lambda: bare([], *([0, place] for place in range(COUNT - 1))),
    "wide": lambda: bare(*([] for _ in range(COUNT - 1)), range(COUNT - 1)),
    "random": lambda: random_diagram(1, COUNT),
}


@pytest.mark.parametrize("shape", list(LARGE))
def test_twenty_thousand_vertices_take_bounded_work(shape: str) -> None:
    picture, start = LARGE[shape](), time.process_time()
    drawn(picture)
    assert time.process_time() - start < 60
    assert len(markdown.render(page(picture))) < 200
    assert len(latex.render(page(picture))) < 400


# the formats


@pytest.mark.parametrize("ending", list(FORMATS))
@pytest.mark.parametrize("name", ["circuit", "neuron"])
def test_picture(name: str, ending: str) -> None:
    picture = FORMATS[ending].render(page({"circuit": CIRCUIT, "neuron": NEURON}[name]))
    path = PICTURES / f"{name}.{ending}"
    if os.environ.get("CHAINRULE_WRITE_PAGES"):
        path.write_text(picture, encoding="utf-8")
    assert picture == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("form", [svg, dot, mermaid])
def test_a_page_without_a_diagram_has_no_picture(form: ModuleType) -> None:
    with pytest.raises(LookupError, match="no diagram"):
        form.render(Document("a table", ()))


def test_an_svg_needs_nothing_else() -> None:
    picture = svg.render(page(CIRCUIT))
    assert re.findall(r"https?://[^\"]*", picture) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"@import|url\((?!#)|<script|href|font-face", picture)
    assert "@media screen and (prefers-color-scheme: dark)" in picture


def contrast(one: str, other: str) -> float:
    """As the guidelines for accessible pages (WCAG 2.2) define it."""
    lights = []
    for colour in (one, other):
        parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(lights) + 0.05) / (min(lights) + 0.05)


@pytest.mark.parametrize("colours", [styles.LIGHT, styles.DARK])
def test_text_can_be_read(colours: dict[str, str]) -> None:
    assert all(
        contrast(colours[text], colours["paper"]) >= 4.5 for text in ("ink", "dim", "value", "gradient")
    )
    assert all(contrast(colours["ink"], colours[box]) >= 4.5 for box in ("box", "input", "output"))


def test_the_legend_says_what_is_shown_and_no_more() -> None:
    assert "strongest path" in svg.render(page(CIRCUIT))
    assert "strongest path" not in svg.render(page(NEURON))
    assert "local derivative" not in svg.render(page(LATTICE))


# what a stranger typed

HOSTILE = (
    '"]; evil --> n0', 'a\\n"b\\"', "&amp; <b>", "#quot; #35;", "`**b**` __u__", "- list", "1. list", "end", "$$x$$", "\\input{/etc/passwd}", "https://a.b",
    "line\nbreak\x1b[31m", "<script>alert(1)</script>", "%%{init: {}}%%", "]]>--><!--", "```\n# out", "fa:fa-car", "a\x00b\ud800\ufffe", "\u202eabc", "漢字 ∂π", "",
)  # fmt: skip
EVIL = diagram(
    [*((text, [], text, text, []) for text in HOSTILE), ("out", range(len(HOSTILE)), "", "", HOSTILE)],
    HOSTILE[0],
)


def test_hostile_labels_are_text_in_svg() -> None:
    root = drawn(EVIL)
    assert {element.tag.removeprefix(NAME) for element in root.iter()} == {
        "svg",
        "title",
        "desc",
        "style",
        "defs",
        "marker",
        "path",
        "rect",
        "g",
        "text",
    }
    shown = [element.text for element in root.iter(f"{NAME}text")]
    assert {'"]; evil --> n0', "&amp; <b>", "line\\x0abreak\\x1b[31m", "\\u202eabc", "漢字 ∂π"} <= set(shown)


DOT_TOKEN = re.compile(r'\s*("(?:[^"\\\n]|\\.)*"|->|[{}\[\];=,]|[A-Za-z_][A-Za-z0-9_]*|-?[0-9.]+)\s*')


@pytest.mark.parametrize("picture", [EVIL, CIRCUIT, *RANDOM[:3]])
def test_dot_has_only_the_words_of_dot(picture: Diagram) -> None:
    text = dot.render(page(picture))
    place, words = 0, []
    while place < len(text):
        token = DOT_TOKEN.match(text, place)
        assert token, text[place : place + 40]
        words.append(token[1])
        place = token.end()
    known = {"digraph", "chainrule", "rankdir", "LR", "label", "node", "shape", "box", "style", "fillcolor", "white", "fontname", "edge", "fontsize"} | {
        "rank", "same", "invis", "weight", "penwidth"
    }  # fmt: skip
    assert {word for word in words if word[0].isalpha() and not re.fullmatch(r"n\d+", word)} <= known
    assert words.count("{") == words.count("}")
    assert words.count("[") == words.count("]")


MERMAID_LABEL = r"""(?:[^\x00-\x1f"`<>&$\\|\[\]{}%*]|<br/>)*"""
MERMAID_LINE = re.compile(
    rf"""flowchart\ LR | \ \ n\d+\["{MERMAID_LABEL}"\]:::(?:input|constant|operation|output)
    | \ \ n\d+\ (?:-->|==>)(?:\|"{MERMAID_LABEL}"\|)?\ n\d+ | \ \ linkStyle\ [\d,]+\ stroke-width:4px | \ \ classDef\ .* """,
    re.VERBOSE,
)


@pytest.mark.parametrize("picture", [EVIL, CIRCUIT, *RANDOM[:3]])
def test_mermaid_has_only_the_lines_of_a_flowchart(picture: Diagram) -> None:
    lines = mermaid.render(page(picture)).splitlines()
    assert [line for line in lines if not MERMAID_LINE.fullmatch(line)] == []


def test_a_fence_holds_all_of_a_diagram() -> None:
    lines = markdown.render(page(EVIL)).splitlines()
    assert [place for place, line in enumerate(lines) if "```" in line] == [2, len(lines) - 3]


def test_latex_sets_what_plain_text_has() -> None:
    """In TeX's own encoding | < > are a dash and Spanish marks, and two hyphens are a dash."""
    assert latex.escape("|g| < 1 > 0 --at") == r"\textbar{}g\textbar{} \textless{} 1 \textgreater{} 0 -{}-at"


def test_latex_sees_no_command_of_a_stranger() -> None:
    text = latex.render(page(EVIL))
    assert set(re.findall(r"\\(?:input|evil|x0a)\b", text)) == set()
    assert text.count("{") - text.count(r"\{") == text.count("}") - text.count(r"\}")


def test_only_a_page_with_a_diagram_loads_tikz() -> None:
    assert r"\usepackage{tikz}" in latex.render(page(CIRCUIT))
    assert "tikz" not in latex.render(Document("f", ()))


def test_a_long_label_is_shortened_and_stands_in_full_beside() -> None:
    picture = diagram([("x" * 5000, [], "", "", [])], "y" * 5000)
    root = drawn(picture)
    assert max(len(element.text or "") for element in root.iter(f"{NAME}text")) == 2 * LONGEST
    assert "x" * 5000 in [element.text for element in root.iter(f"{NAME}title")]
    assert float(root.attrib["width"]) < 1500
