"""Every edge of a drawing in text leads where it should: a reader that knows the characters alone."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from chainrule_cli.document import Diagram
from tests.render.test_text_graph import Row, diagram, page

ARMS = {
    "│": "ud",
    "─": "lr",
    "┐": "ld",
    "┘": "lu",
    "┌": "rd",
    "└": "ru",
    "├": "udr",
    "┤": "udl",
    "┬": "lrd",
    "┴": "lru",
    "┼": "udlr",
}
PLAIN = str.maketrans("╯╮╰╭╛╕╘╒╞╡═╧╤╪", "┘┐└┌┘┐└┌├┤─┴┬┼")
DOUBLE = frozenset("╛╕╘╒╞╡═╧╤╪")
WAYS = {"u": (-1, 0), "d": (1, 0), "l": (0, -1), "r": (0, 1)}
OPPOSITE = {"u": "d", "d": "u", "l": "r", "r": "l"}
NAME = re.compile(r"n\d+(?: = f\d+)?")


class Drawing:
    """The characters of a drawing by row and column, and where its labels stand."""

    def __init__(self, text: str) -> None:
        self.rows = text.splitlines()
        self.labels = {
            (row, found.start()): found.group().split()[0]
            for row, line in enumerate(self.rows)
            for found in NAME.finditer(line)
        }

    def at(self, row: int, column: int) -> str:
        return self.rows[row][column] if row < len(self.rows) and column < len(self.rows[row]) else " "

    def edges(self) -> Counter[tuple[str, str]]:
        follow = self.lanes if re.search("[●○]", "".join(self.rows)) else self.circuit
        return Counter(edge for place, name in self.labels.items() for edge in follow(place, name))

    # a circuit: wires lead right; a riser is left where it has an arm to the right

    def circuit(self, place: tuple[int, int], name: str) -> Iterator[tuple[str, str]]:
        row, column = place
        found = re.match(r"n\d+(?: = f\d+)? *(?:[-\d.]+)? (?=[─═┬┴┐┘┤])", self.rows[row][column:])
        ways = [(row, column + found.end(), "r")] if found else []
        while ways:
            row, column, way = ways.pop()
            char = self.at(row, column)
            arms = ARMS.get(char.translate(PLAIN))
            if arms is None:
                assert way == "r", "an upright wire ends in the air"
                yield from [(name, self.labels[row, column + 1])] * (
                    2 if self.at(row, column - 1) == "═" else 1
                )
            elif way in "ud" and "r" in arms and "l" not in arms:
                yield from self.entered(row, column + 1, name)
            elif way in "ud":
                ways += [(row + WAYS[way][0], column, way)] if way in arms else []
            elif arms == "ud":
                ways.append((row, column + 1, "r"))
            else:
                assert "l" in arms, "a wire runs into something that has no arm for it"
                ways += [(row + WAYS[arm][0], column + WAYS[arm][1], arm) for arm in arms if arm != "l"]

    def entered(self, row: int, column: int, name: str) -> Iterator[tuple[str, str]]:
        start = column
        while (row, column) not in self.labels:
            assert self.at(row, column) in "─═│ "
            column += 1
        yield from [(name, self.labels[row, column])] * (2 if "═" in self.rows[row][start:column] else 1)

    # lanes: wires lead down, then along a row to its mark

    def lanes(self, place: tuple[int, int], name: str) -> Iterator[tuple[str, str]]:
        column = re.search("[●○]", self.rows[place[0]]).start()  # type: ignore[union-attr]
        for row in range(place[0] + 1, len(self.rows)):
            char = self.at(row, column)
            arms = ARMS.get(char.translate(PLAIN), "")
            mark = re.search("[●○]", self.rows[row])
            if char in "●○":
                yield name, NAME.search(self.rows[row]).group().split()[0]  # type: ignore[union-attr]
                return
            if "u" not in arms:
                return
            if arms != "ud":
                assert mark is not None
                between = self.rows[row][min(column, mark.start()) + 1 : max(column, mark.start())]
                assert ("r" if mark.start() > column else "l") in arms
                assert " " not in between, "the wire to the mark has a hole"
                yield from [(name, NAME.search(self.rows[row]).group().split()[0])] * (
                    2 if char in DOUBLE else 1
                )  # type: ignore[union-attr]
            if "d" not in arms:
                return


def drawn_at_random(draw: random.Random, most: int) -> Diagram:
    """A graph of any shape; one in ten arguments counts twice."""
    inputs, count, back = draw.randint(1, 5), draw.randint(1, most), draw.choice([2, 4, 40])
    rows: list[Row] = []
    numbered = draw.random() < 0.8
    for place in range(inputs + count):
        numbers = (
            (draw.choice(["1", "-2.5", "0.3333"]), draw.choice(["", "4", "-0.25"])) if numbered else ("", "")
        )
        known = range(max(0, place - back), place)
        arguments = (
            draw.sample(known, min(len(known), draw.choice([1, 2, 2, 2, 3]))) if place >= inputs else []
        )
        arguments += arguments[:1] if draw.random() < 0.1 else []
        rows.append(
            (
                f"n{place} = f{place}" if arguments else f"n{place}",
                " ".join(f"n{each}" for each in arguments),
                *numbers,
            )
        )
    return diagram(*rows)


def edges(subject: Diagram) -> Counter[tuple[str, str]]:
    names = ["".join(str(run.content) for run in vertex.label).split()[0] for vertex in subject.vertices]
    return Counter((names[edge.source], names[edge.target]) for edge in subject.edges)


@pytest.mark.parametrize("width", [40, 60, 80, 200])
@pytest.mark.parametrize("most", [4, 10, 34])
def test_every_edge_can_be_followed(most: int, width: int) -> None:
    draw = random.Random(most * width)
    forms: Counter[str] = Counter()
    for _ in range(70):
        subject = drawn_at_random(draw, most)
        text = page(subject, width)
        form = "names" if "←" in text else "lanes" if "●" in text else "circuit"
        forms[form] += 1
        if form != "names":
            assert Drawing(text).edges() == edges(subject), text
        assert max(map(len, text.splitlines())) <= width, text
        assert not re.search(r" \n|\n\n", text), text
    assert forms["lanes"] > 5
    assert forms["circuit"] > 5 or most == 34 or width < 80
