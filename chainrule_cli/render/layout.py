"""Document -> lines of spans, for terminals and plain text: boxes, columns, wrapping."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from chainrule_cli.document import (
    Block,
    Chart,
    Diagram,
    DisplayedFormula,
    Document,
    Heading,
    Item,
    Onion,
    Remark,
    Role,
    Table,
    Text,
    Tree,
    list_blocks,
)
from chainrule_cli.notation.write import to_unicode
from chainrule_cli.render.spans import (
    Spans,
    TextSpan,
    align_points,
    count_cells,
    make_visible,
    measure,
    to_spans,
)

MARGIN = 2
DEEPEST_BOXES = 7
MARKS = {"good": "✓ ", "bad": "✗ ", "open": "? ", "note": ""}


def lay_out(document: Document, width: int | None) -> Iterator[Spans]:
    """The lines of the page, wrapped to the width where there is one; air between blocks."""
    before: Block | None = None
    for element in list_blocks(document):
        if before is not None and _is_apart(before, element):
            yield []
        yield from _lay_element(element, None if width is None else max(width, 30))
        before = element


def _is_apart(before: Block, element: Block) -> bool:
    """Whether an empty line separates two blocks."""
    if isinstance(before, Heading) or (
        isinstance(before, Remark) and isinstance(element, Text) and element.indent
    ):
        return False
    if isinstance(element, Item) and isinstance(before, Item):
        return bool(element.rows or before.rows)
    return type(before) is not type(element) or (isinstance(element, DisplayedFormula) and element.framed)


def _lay_element(element: Block, width: int | None) -> Iterator[Spans]:  # noqa: C901  # one case each
    match element:
        case Heading():
            yield [TextSpan(" " * MARGIN), TextSpan(element.text, "strong")]
        case Text():
            yield from wrap(to_spans(element.runs), width, MARGIN + element.indent)
        case Remark():
            yield from wrap([*_mark_note(element), *to_spans(element.runs)], width, MARGIN)
        case DisplayedFormula():
            yield from _lay_formula(element, width)
        case Onion():
            yield from _lay_onion(element, width)
        case Tree():
            yield from _lay_tree(element, width)
        case Item():
            yield from _lay_item(element, width)
        case Table():
            yield from _lay_table(element, width)
        case Chart():
            yield from ([TextSpan(" " * (MARGIN + 2)), TextSpan(row, "value")] for row in element.rows)
            if element.legend:
                yield from wrap([TextSpan(element.legend, "dim")], width, MARGIN + 2)
        case Diagram():
            yield from _lay_diagram(element, width)
        case _:
            assert_never(element)


def _mark_note(note: Remark) -> Spans:
    role: Role = {"good": "good", "bad": "bad", "open": "strong", "note": "plain"}[note.kind]  # type: ignore[assignment]  # the values are roles
    return [TextSpan(MARKS[note.kind], role)]


# wrapping


def wrap(line: Spans, width: int | None, margin: int, hanging: int = 2) -> Iterator[Spans]:
    """The line at its margin, broken at operators and spaces where it is longer than the width."""
    first: Spans = [TextSpan(" " * margin)]
    if width is None or margin + measure(line) <= width:
        yield first + line
        return
    current, room = first, width - margin
    for span in line:
        for part in _cut_parts(span):
            breaks = count_cells(part.text) > room and len(current) > 1
            if breaks:
                yield current
                current, room = [TextSpan(" " * (margin + hanging))], width - margin - hanging
            current.append(part._replace(text=part.text.lstrip()) if breaks else part)
            room -= count_cells(current[-1].text)
    yield current


def _cut_parts(span: TextSpan) -> Iterator[TextSpan]:
    """The span cut after spaces and multiplication signs, where a line may break."""
    start = 0
    for index, char in enumerate(span.text):
        if char in " ·" and index + 1 > start:
            yield span._replace(text=span.text[start : index + 1])
            start = index + 1
    if start < len(span.text):
        yield span._replace(text=span.text[start:])


# blocks


def _lay_formula(formula: DisplayedFormula, width: int | None) -> Iterator[Spans]:
    label = [TextSpan(formula.label + " ", "dim")] if formula.label else []
    line = [*label, TextSpan(to_unicode(formula.syntax), "strong" if formula.framed else "plain")]
    if not formula.framed:
        yield from wrap(line, width, MARGIN)
        return
    inside = list(wrap(line, None if width is None else width - 6, 0))
    most = max(map(measure, inside))
    yield _draw_rule("╭", "─" * (most + 2), "╮")
    for each in inside:
        yield [
            TextSpan(" " * MARGIN),
            TextSpan("│ ", "dim"),
            *each,
            TextSpan(" " * (most - measure(each))),
            TextSpan(" │", "dim"),
        ]
    yield _draw_rule("╰", "─" * (most + 2), "╯")


def _draw_rule(left: str, middle: str, right: str) -> Spans:
    return [TextSpan(" " * MARGIN), TextSpan(left + middle + right, "dim")]


def _lay_onion(onion: Onion, width: int | None) -> Iterator[Spans]:
    """Boxes within boxes, with the numbers beside them; a list where they would not fit."""
    heads = [f"{ring.name} = {to_unicode(ring.outer)}" for ring in onion.rings]
    inner = max(
        [count_cells(head) + 8 + 4 * index for index, head in enumerate(heads)]
        + [4 * len(heads) + len(onion.core) + 6, 34]
    )
    numbers = 27 if onion.where else 0
    if len(heads) > DEEPEST_BOXES or (width is not None and inner + numbers + MARGIN > width):
        yield from _list_rings(onion, heads)
        return
    yield from _lay_heads(onion, inner)
    for index, (head, ring) in enumerate(zip(heads, onion.rings, strict=True)):
        room = inner - 4 * index - count_cells(head) - 6
        sides = [TextSpan("│ ", "layer", hue) for hue in range(index)]
        top = [
            TextSpan("╭─ ", "layer", index),
            TextSpan(head, "layer", index),
            TextSpan(" " + "─" * (room + 1) + "╮", "layer", index),
        ]
        closing = [TextSpan(" │", "layer", hue) for hue in reversed(range(index))]
        yield [TextSpan(" " * MARGIN), *sides, *top, *closing, *_lay_numbers(ring.value, ring.rate)]
    depth = len(heads)
    core = [TextSpan(onion.core), TextSpan(" " * (inner - 4 * depth - count_cells(onion.core)))]
    yield [
        TextSpan(" " * MARGIN),
        *(TextSpan("│ ", "layer", hue) for hue in range(depth)),
        *core,
        *(TextSpan(" │", "layer", hue) for hue in reversed(range(depth))),
        *_lay_numbers(onion.core_value, ""),
    ]
    for index in reversed(range(depth)):
        bottom = TextSpan("╰" + "─" * (inner - 4 * index - 2) + "╯", "layer", index)
        last = (
            [TextSpan("   product", "dim"), TextSpan(onion.product.rjust(16), "gradient")]
            if index == 0 and onion.product
            else []
        )
        yield [
            TextSpan(" " * MARGIN),
            *(TextSpan("│ ", "layer", hue) for hue in range(index)),
            bottom,
            *(TextSpan(" │", "layer", hue) for hue in reversed(range(index))),
            *last,
        ]


def _lay_heads(onion: Onion, inner: int) -> Iterator[Spans]:
    if onion.where:
        title = f"at {onion.where}"
        yield [
            TextSpan(" " * MARGIN),
            TextSpan(title.rjust(inner)),
            TextSpan("value".rjust(13), "dim"),
            TextSpan("rate".rjust(13), "dim"),
        ]


def _lay_numbers(value: str, rate: str) -> Spans:
    return [TextSpan(value.rjust(13), "value"), TextSpan(rate.rjust(13), "gradient")] if value or rate else []


def _list_rings(onion: Onion, heads: Sequence[str]) -> Iterator[Spans]:
    if onion.where:
        yield [TextSpan(" " * MARGIN), TextSpan(f"at {onion.where}", "dim")]
    for index, (head, ring) in enumerate(zip(heads, onion.rings, strict=True)):
        numbers = (
            [TextSpan(f"   value {ring.value}", "value"), TextSpan(f"   rate {ring.rate}", "gradient")]
            if ring.value
            else []
        )
        yield [
            TextSpan(" " * MARGIN),
            TextSpan(f"{index + 1:3}  ", "dim"),
            TextSpan(head, "layer", index),
            *numbers,
        ]
    if onion.product:
        yield [
            TextSpan(" " * MARGIN),
            TextSpan("     product of the rates ", "dim"),
            TextSpan(onion.product, "gradient"),
        ]


def _lay_tree(tree: Tree, width: int | None) -> Iterator[Spans]:
    for depth, runs in tree.lines:
        yield from wrap(
            [TextSpan("│  " * (depth - 1) + "├─ " if depth else "", "dim"), *to_spans(runs)], width, MARGIN
        )


def _lay_item(item: Item, width: int | None) -> Iterator[Spans]:
    head = [TextSpan(f"{item.number:>2}  ", "strong"), *to_spans(item.head)]
    aside = [TextSpan("   "), *to_spans(item.aside)] if item.aside else []
    if width is None or MARGIN + measure(head) + measure(aside) <= width:
        yield [TextSpan(" " * MARGIN), *head, *aside]
    else:
        yield from wrap(head, width, MARGIN, hanging=6)
        if item.aside:
            yield from wrap(to_spans(item.aside), width, MARGIN + 6)
    most = max((count_cells(label) for label, _, _ in item.rows), default=0)
    for label, content, remark in item.rows:
        line = [TextSpan(label + " " * (most - count_cells(label) + 3), "dim"), *to_spans(content)]
        yield from wrap(
            [*line, *([TextSpan(f"   {remark}", "dim")] if remark else [])],
            width,
            MARGIN + 6,
            hanging=most + 3,
        )


def _lay_table(table: Table, width: int | None) -> Iterator[Spans]:
    """Cells below each other; where they are wider than the page, the first of a row has its own line."""
    cells = [[to_spans(cell) for cell in row] for row in table.rows]
    columns = [
        align_points([row[index] for row in cells]) if kind == "." else [row[index] for row in cells]
        for index, kind in enumerate(table.aligned)
    ]
    widths = [
        max([count_cells(title), *map(measure, column)])
        for title, column in zip(table.columns, columns, strict=True)
    ]
    wide = width is not None and MARGIN + sum(widths) + 3 * len(widths) > width
    if any(table.columns):
        titles = [[TextSpan(title, "dim")] for title in table.columns]
        yield from _lay_row(titles, widths, table.aligned, wide=wide)
    for row in zip(*columns, strict=True):
        yield from _lay_row(row, widths, table.aligned, wide=wide)


def _lay_row(row: Sequence[Spans], widths: Sequence[int], aligned: str, *, wide: bool) -> Iterator[Spans]:
    cells: list[Spans] = []
    for cell, width, kind in zip(row, widths, aligned, strict=True):
        gap = TextSpan(" " * (width - measure(cell)))
        cells.append([*cell, gap, TextSpan("   ")] if kind == "l" else [gap, *cell, TextSpan("   ")])
    if wide:
        yield [TextSpan(" " * MARGIN), *cells[0]]
        yield [TextSpan(" " * (MARGIN + 4)), *(span for cell in cells[1:] for span in cell)]
    else:
        yield [TextSpan(" " * MARGIN), *(span for cell in cells for span in cell)]


def _lay_diagram(diagram: Diagram, width: int | None) -> Iterator[Spans]:
    """A circuit where a clear one fits, otherwise a drawing in columns; its lines are never broken.

    A pipe is given the form that suits 80 cells.
    """
    from chainrule_cli.render import circuit, text_graph  # noqa: PLC0415  # most pages draw none

    room = (width or 80) - MARGIN
    for line in circuit.draw(diagram, room) or text_graph.draw_columns(diagram, room):
        yield [TextSpan(" " * MARGIN), *line]
    if diagram.caption:
        yield from wrap([TextSpan(make_visible(diagram.caption), "dim")], width, MARGIN)
