"""PathsRecord -> Document: the river delta: the strongest paths with their rates, the sum over all, how much
cancels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chainrule_cli.document import Document, Element, Formula, Heading, Note, Run, Runs, Table, Text, runs
from chainrule_cli.explain.diagrams import diagram
from chainrule_cli.explain.graph import WORDS
from chainrule_cli.explain.numbers import bracket, short, where
from chainrule_cli.records.graph import PathRecord, PathsRecord

LONGEST_BAR = 20
MOST_STOPS = 7
"""Nodes of a path that a row names; of a longer one the first and the last."""

MOST_LENGTHS = 12


def explain(record: PathsRecord, detail: str = "normal") -> Document:
    """The page of the paths.

    detail: brief leaves out the drawing, full writes long paths out.
    """
    most = None if detail == "full" else MOST_STOPS
    elements: list[Element] = [*_formulas(record), *_sum(record, most), *_remarks(record), *_lengths(record)]
    if detail != "brief":
        output = next(node.id for node in record.nodes if node.name == record.name)
        elements += [Heading("Graph"), diagram(record.nodes, (), [output], _strongest(record))]
    elements += [Note(runs(note)) for note in record.notes]
    return Document(f"paths from {record.wrt} to {record.name} in {record.typed}", tuple(elements))


def _formulas(record: PathsRecord) -> Iterator[Element]:
    yield from (Formula(f"{each.name} =", each.body) for each in record.formula.definitions)
    if record.name not in {each.name for each in record.formula.definitions}:
        yield Formula(f"{record.name} =", record.formula.syntax)


def _sum(record: PathsRecord, most: int | None) -> Iterator[Element]:
    count = _number(record.count)
    where_at = f" at {where(record.at)}" if record.at else ""
    if record.count == 0:
        yield Text(
            runs(
                Run(record.wrt, "strong"),
                " does not reach ",
                Run(record.name, "strong"),
                f": the derivative is 0{where_at}",
            )
        )
        return
    many = "1 path" if record.count == 1 else f"{count} paths"
    yield Text(
        runs(Run(record.wrt, "strong"), " reaches ", Run(record.name, "strong"), f" along {many}{where_at}")
    )
    largest = max((abs(path.product) for path in record.paths if path.product is not None), default=0.0)
    rows = [_row(path, largest, most) for path in record.paths]
    rest = () if len(record.paths) == record.count else ((runs(Run("…", "dim")), runs(), runs(), runs()),)
    agree = record.crosscheck.verdict == "agree"
    witness = (
        Run("= backward pass ✓", "good")
        if agree
        else Run(f"backward pass {short(record.crosscheck.adjoint)}", "bad")
    )
    total = (
        runs(Run("sum over all paths", "strong")),
        runs(),
        runs(Run(short(record.sum), "gradient")),
        runs(witness),
    )
    yield Table(("path", "rates", "product", ""), "ll.l", (*rows, *rest, total))


def _row(path: PathRecord, largest: float, most: int | None) -> tuple[Runs, ...]:
    stops = " → ".join(_cut_parts(path.nodes, most)) or path.nodes[0]
    rates = " · ".join(_cut_parts([bracket(short(rate)) for rate in path.rates], most)) or "1"
    filled = round(LONGEST_BAR * abs(path.product) / largest) if path.product and largest else 0
    return (
        runs(stops),
        runs(Run(rates, "value")),
        runs(Run(short(path.product), "gradient")),
        runs(Run("█" * filled, "gradient")),
    )


def _cut_parts(parts: Sequence[str], most: int | None) -> list[str]:
    """The parts; of many, the first and the last ones."""
    if most is None or len(parts) <= most:
        return list(parts)
    half = most // 2
    return [*parts[:half], "…", *parts[-half:]]


def _remarks(record: PathsRecord) -> Iterator[Element]:
    if record.status != "exact":
        yield Note(runs(f"d{record.name}/d{record.wrt}: {WORDS[record.status]}"))
    if record.crosscheck.verdict == "undecided":
        yield Note(runs(Run("not decided: ", "strong"), record.crosscheck.reason or ""), "open")
    kept = record.sum / record.absolute_sum if record.sum is not None and record.absolute_sum else 1.0
    if abs(kept) < 0.995:
        yield Text(
            runs(
                f"the absolute values add up to {short(record.absolute_sum)}: {1 - abs(kept):.0%} "
                "of it cancels"
            )
        )


def _lengths(record: PathsRecord) -> Iterator[Element]:
    """How long the paths are, where they are not all told already."""
    if record.count == len(record.paths):
        return
    if record.lengths is None:
        yield Note(runs("the paths have too many different lengths to count each"))
        return
    rows = [(runs(length), runs(_number(number))) for length, number in record.lengths.items()]
    yield Heading("Lengths")
    half = MOST_LENGTHS // 2
    cut = [*rows[:half], (runs(Run("…", "dim")), runs()), *rows[-half:]] if len(rows) > MOST_LENGTHS else rows
    yield Table(("edges", "paths"), "rr", tuple(cut))


def _number(count: int | str) -> str:
    """1,024; a number of many digits also by its size."""
    digits = f"{int(count):,}"
    return (
        digits
        if len(digits) <= 27
        else f"about {float(int(count)):.3g}"
        if len(digits) < 400
        else f"a number of {len(str(count))} digits"
    )


def _strongest(record: PathsRecord) -> set[tuple[int, int]]:
    """(user, slot) of the edges of the strongest path."""
    ids = {node.name: node.id for node in record.nodes}
    if not record.paths:
        return set()
    first = record.paths[0]
    return {(ids[user], slot) for user, slot in zip(first.nodes[1:], first.edges, strict=True)}
