"""Document -> lines of styled pieces, for terminals and plain text: boxes, columns, wrapping. Knows no colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from chainrule_cli.document import (
    Block,
    Chart,
    Diagram,
    Document,
    Formula,
    Heading,
    Item,
    Note,
    Onion,
    Role,
    Table,
    Text,
    Tree,
    blocks,
)
from chainrule_cli.notation.write import to_unicode
from chainrule_cli.render.pieces import Line, Piece, columns, length, line_of, pointed, visible

__all__ = ["MARKS", "Line", "Piece", "lines", "visible", "wrapped"]

MARGIN = 2
DEEPEST_BOXES = 7
MARKS = {"good": "✓ ", "bad": "✗ ", "open": "? ", "note": ""}


def lines(document: Document, width: int | None) -> Iterator[Line]:
    """The lines of the page, wrapped to the width where there is one; air between blocks."""
    before: Block | None = None
    for element in blocks(document):
        if before is not None and _apart(before, element):
            yield []
        yield from _element(element, None if width is None else max(width, 30))
        before = element


def _apart(before: Block, element: Block) -> bool:
    """Whether an empty line separates two blocks."""
    if isinstance(before, Heading) or (
        isinstance(before, Note) and isinstance(element, Text) and element.indent
    ):
        return False
    if isinstance(element, Item) and isinstance(before, Item):
        return bool(element.rows or before.rows)
    return type(before) is not type(element) or (isinstance(element, Formula) and element.framed)


def _element(element: Block, width: int | None) -> Iterator[Line]:  # noqa: C901  # one case each
    match element:
        case Heading():
            yield [Piece(" " * MARGIN), Piece(element.text, "strong")]
        case Text():
            yield from wrapped(line_of(element.runs), width, MARGIN + element.indent)
        case Note():
            yield from wrapped([*_mark(element), *line_of(element.runs)], width, MARGIN)
        case Formula():
            yield from _formula(element, width)
        case Onion():
            yield from _onion(element, width)
        case Tree():
            yield from _tree(element, width)
        case Item():
            yield from _item(element, width)
        case Table():
            yield from _table(element, width)
        case Chart():
            yield from ([Piece(" " * (MARGIN + 2)), Piece(row, "value")] for row in element.rows)
            if element.legend:
                yield from wrapped([Piece(element.legend, "dim")], width, MARGIN + 2)
        case Diagram():
            yield from _diagram(element, width)
        case _:
            assert_never(element)


def _mark(note: Note) -> Line:
    role: Role = {"good": "good", "bad": "bad", "open": "strong", "note": "plain"}[note.kind]  # type: ignore[assignment]  # the values are roles
    return [Piece(MARKS[note.kind], role)]


# wrapping


def wrapped(line: Line, width: int | None, margin: int, hanging: int = 2) -> Iterator[Line]:
    """The line at its margin, broken at operators and spaces where it is longer than the width."""
    first: Line = [Piece(" " * margin)]
    if width is None or margin + length(line) <= width:
        yield first + line
        return
    current, room = first, width - margin
    for piece in line:
        for part in _parts(piece):
            breaks = columns(part.text) > room and len(current) > 1
            if breaks:
                yield current
                current, room = [Piece(" " * (margin + hanging))], width - margin - hanging
            current.append(part._replace(text=part.text.lstrip()) if breaks else part)
            room -= columns(current[-1].text)
    yield current


def _parts(piece: Piece) -> Iterator[Piece]:
    """The piece cut after spaces and multiplication signs, where a line may break."""
    start = 0
    for place, char in enumerate(piece.text):
        if char in " ·" and place + 1 > start:
            yield piece._replace(text=piece.text[start : place + 1])
            start = place + 1
    if start < len(piece.text):
        yield piece._replace(text=piece.text[start:])


# blocks


def _formula(formula: Formula, width: int | None) -> Iterator[Line]:
    label = [Piece(formula.label + " ", "dim")] if formula.label else []
    line = [*label, Piece(to_unicode(formula.syntax), "strong" if formula.framed else "plain")]
    if not formula.framed:
        yield from wrapped(line, width, MARGIN)
        return
    inside = list(wrapped(line, None if width is None else width - 6, 0))
    most = max(map(length, inside))
    yield _rule("╭", "─" * (most + 2), "╮")
    for each in inside:
        yield [
            Piece(" " * MARGIN),
            Piece("│ ", "dim"),
            *each,
            Piece(" " * (most - length(each))),
            Piece(" │", "dim"),
        ]
    yield _rule("╰", "─" * (most + 2), "╯")


def _rule(left: str, middle: str, right: str) -> Line:
    return [Piece(" " * MARGIN), Piece(left + middle + right, "dim")]


def _onion(onion: Onion, width: int | None) -> Iterator[Line]:
    """Boxes within boxes, with the numbers beside them; a list where they would not fit."""
    heads = [f"{ring.name} = {to_unicode(ring.outer)}" for ring in onion.rings]
    inner = max(
        [columns(head) + 8 + 4 * place for place, head in enumerate(heads)]
        + [4 * len(heads) + len(onion.core) + 6, 34]
    )
    numbers = 27 if onion.where else 0
    if len(heads) > DEEPEST_BOXES or (width is not None and inner + numbers + MARGIN > width):
        yield from _rings(onion, heads)
        return
    yield from _number_heads(onion, inner)
    for place, (head, ring) in enumerate(zip(heads, onion.rings, strict=True)):
        room = inner - 4 * place - columns(head) - 6
        sides = [Piece("│ ", "layer", hue) for hue in range(place)]
        top = [
            Piece("╭─ ", "layer", place),
            Piece(head, "layer", place),
            Piece(" " + "─" * (room + 1) + "╮", "layer", place),
        ]
        closing = [Piece(" │", "layer", hue) for hue in reversed(range(place))]
        yield [Piece(" " * MARGIN), *sides, *top, *closing, *_numbers(ring.value, ring.rate)]
    depth = len(heads)
    core = [Piece(onion.core), Piece(" " * (inner - 4 * depth - columns(onion.core)))]
    yield [
        Piece(" " * MARGIN),
        *(Piece("│ ", "layer", hue) for hue in range(depth)),
        *core,
        *(Piece(" │", "layer", hue) for hue in reversed(range(depth))),
        *_numbers(onion.core_value, ""),
    ]
    for place in reversed(range(depth)):
        bottom = Piece("╰" + "─" * (inner - 4 * place - 2) + "╯", "layer", place)
        last = (
            [Piece("   product", "dim"), Piece(onion.product.rjust(16), "gradient")]
            if place == 0 and onion.product
            else []
        )
        yield [
            Piece(" " * MARGIN),
            *(Piece("│ ", "layer", hue) for hue in range(place)),
            bottom,
            *(Piece(" │", "layer", hue) for hue in reversed(range(place))),
            *last,
        ]


def _number_heads(onion: Onion, inner: int) -> Iterator[Line]:
    if onion.where:
        title = f"at {onion.where}"
        yield [
            Piece(" " * MARGIN),
            Piece(title.rjust(inner)),
            Piece("value".rjust(13), "dim"),
            Piece("rate".rjust(13), "dim"),
        ]


def _numbers(value: str, rate: str) -> Line:
    return [Piece(value.rjust(13), "value"), Piece(rate.rjust(13), "gradient")] if value or rate else []


def _rings(onion: Onion, heads: Sequence[str]) -> Iterator[Line]:
    if onion.where:
        yield [Piece(" " * MARGIN), Piece(f"at {onion.where}", "dim")]
    for place, (head, ring) in enumerate(zip(heads, onion.rings, strict=True)):
        numbers = (
            [Piece(f"   value {ring.value}", "value"), Piece(f"   rate {ring.rate}", "gradient")]
            if ring.value
            else []
        )
        yield [Piece(" " * MARGIN), Piece(f"{place + 1:3}  ", "dim"), Piece(head, "layer", place), *numbers]
    if onion.product:
        yield [
            Piece(" " * MARGIN),
            Piece("     product of the rates ", "dim"),
            Piece(onion.product, "gradient"),
        ]


def _tree(tree: Tree, width: int | None) -> Iterator[Line]:
    for depth, runs in tree.lines:
        yield from wrapped(
            [Piece("│  " * (depth - 1) + "├─ " if depth else "", "dim"), *line_of(runs)], width, MARGIN
        )


def _item(item: Item, width: int | None) -> Iterator[Line]:
    head = [Piece(f"{item.number:>2}  ", "strong"), *line_of(item.head)]
    aside = [Piece("   "), *line_of(item.aside)] if item.aside else []
    if width is None or MARGIN + length(head) + length(aside) <= width:
        yield [Piece(" " * MARGIN), *head, *aside]
    else:
        yield from wrapped(head, width, MARGIN, hanging=6)
        if item.aside:
            yield from wrapped(line_of(item.aside), width, MARGIN + 6)
    most = max((columns(label) for label, _, _ in item.rows), default=0)
    for label, content, remark in item.rows:
        line = [Piece(label + " " * (most - columns(label) + 3), "dim"), *line_of(content)]
        yield from wrapped(
            [*line, *([Piece(f"   {remark}", "dim")] if remark else [])], width, MARGIN + 6, hanging=most + 3
        )


def _table(table: Table, width: int | None) -> Iterator[Line]:
    """Columns below each other; where they are wider than the page, the first cell of a row stands on a line of its own."""
    cells = [[line_of(cell) for cell in row] for row in table.rows]
    places = [
        pointed([row[place] for row in cells]) if kind == "." else [row[place] for row in cells]
        for place, kind in enumerate(table.aligned)
    ]
    widths = [
        max([columns(title), *map(length, column)])
        for title, column in zip(table.columns, places, strict=True)
    ]
    wide = width is not None and MARGIN + sum(widths) + 3 * len(widths) > width
    if any(table.columns):
        titles = [[Piece(title, "dim")] for title in table.columns]
        yield from _row(titles, widths, table.aligned, wide=wide)
    for row in zip(*places, strict=True):
        yield from _row(row, widths, table.aligned, wide=wide)


def _row(row: Sequence[Line], widths: Sequence[int], aligned: str, *, wide: bool) -> Iterator[Line]:
    cells: list[Line] = []
    for cell, width, kind in zip(row, widths, aligned, strict=True):
        gap = Piece(" " * (width - length(cell)))
        cells.append([*cell, gap, Piece("   ")] if kind == "l" else [gap, *cell, Piece("   ")])
    if wide:
        yield [Piece(" " * MARGIN), *cells[0]]
        yield [Piece(" " * (MARGIN + 4)), *(piece for cell in cells[1:] for piece in cell)]
    else:
        yield [Piece(" " * MARGIN), *(piece for cell in cells for piece in cell)]


def _diagram(diagram: Diagram, width: int | None) -> Iterator[Line]:
    """A circuit where a clear one fits, otherwise lanes; a pipe is given the form that suits 80 columns. Its lines are never broken."""
    from chainrule_cli.render import circuit, lanes  # most pages draw none

    room = (width or 80) - MARGIN
    for line in circuit.drawn(diagram, room) or lanes.drawn(diagram, room):
        yield [Piece(" " * MARGIN), *line]
    if diagram.caption:
        yield from wrapped([Piece(visible(diagram.caption), "dim")], width, MARGIN)
