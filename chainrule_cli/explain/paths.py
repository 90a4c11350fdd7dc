"""PathsRecord -> Document: the strongest paths with their rates, the sum over all, how much
cancels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chainrule_cli.document import (
    DisplayedFormula,
    Document,
    Element,
    Heading,
    Remark,
    Runs,
    StyledRun,
    Table,
    Text,
    join_runs,
)
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
        output = record.nodes[-1].id  # by no name: the result may be a variable or a number
        elements += [Heading("Graph"), diagram(record.nodes, (), [output], _strongest(record))]
    elements += [Remark(join_runs(note)) for note in record.notes]
    return Document(f"paths from {record.wrt} to {record.name} in {record.typed}", tuple(elements))


def _formulas(record: PathsRecord) -> Iterator[Element]:
    yield from (DisplayedFormula(f"{each.name} =", each.body) for each in record.formula.definitions)
    if record.name not in {each.name for each in record.formula.definitions}:
        yield DisplayedFormula(f"{record.name} =", record.formula.syntax)


def _sum(record: PathsRecord, most: int | None) -> Iterator[Element]:
    count = _number(record.count)
    where_at = f" at {where(record.at)}" if record.at else ""
    if record.count == 0:
        yield Text(
            join_runs(
                StyledRun(record.wrt, "strong"),
                " does not reach ",
                StyledRun(record.name, "strong"),
                f": the derivative is 0{where_at}",
            )
        )
        return
    many = "1 path" if record.count == 1 else f"{count} paths"
    yield Text(
        join_runs(
            StyledRun(record.wrt, "strong"),
            " reaches ",
            StyledRun(record.name, "strong"),
            f" along {many}{where_at}",
        )
    )
    largest = max((abs(path.product) for path in record.paths if path.product is not None), default=0.0)
    rows = [_row(path, largest, most) for path in record.paths]
    rest = (
        ()
        if len(record.paths) == record.count
        else ((join_runs(StyledRun("…", "dim")), join_runs(), join_runs(), join_runs()),)
    )
    agree = record.crosscheck.verdict == "agree"
    witness = (
        StyledRun("= backward pass ✓", "good")
        if agree
        else StyledRun(f"backward pass {short(record.crosscheck.adjoint)}", "bad")
    )
    total = (
        join_runs(StyledRun("sum over all paths", "strong")),
        join_runs(),
        join_runs(StyledRun(short(record.sum), "gradient")),
        join_runs(witness),
    )
    yield Table(("path", "rates", "product", ""), "ll.l", (*rows, *rest, total))


def _row(path: PathRecord, largest: float, most: int | None) -> tuple[Runs, ...]:
    stops = " → ".join(_cut_parts(path.nodes, most)) or path.nodes[0]
    rates = " · ".join(_cut_parts([bracket(short(rate)) for rate in path.rates], most)) or "1"
    filled = round(LONGEST_BAR * (abs(path.product) / largest)) if path.product and largest else 0
    return (
        join_runs(stops),
        join_runs(StyledRun(rates, "value")),
        join_runs(StyledRun(short(path.product), "gradient")),
        join_runs(StyledRun("█" * filled, "gradient")),
    )


def _cut_parts(parts: Sequence[str], most: int | None) -> list[str]:
    """The parts; of many, the first and the last ones."""
    if most is None or len(parts) <= most:
        return list(parts)
    half = most // 2
    return [*parts[:half], "…", *parts[-half:]]


def _remarks(record: PathsRecord) -> Iterator[Element]:
    if record.status != "exact":
        yield Remark(join_runs(f"d{record.name}/d{record.wrt}: {WORDS[record.status]}"))
    if record.crosscheck.verdict == "undecided":
        yield Remark(join_runs(StyledRun("not decided: ", "strong"), record.crosscheck.reason or ""), "open")
    kept = record.sum / record.absolute_sum if record.sum is not None and record.absolute_sum else 1.0
    if abs(kept) < 0.995:
        yield Text(
            join_runs(
                f"the absolute values add up to {short(record.absolute_sum)}: {1 - abs(kept):.0%} "
                "of it cancels"
            )
        )


def _lengths(record: PathsRecord) -> Iterator[Element]:
    """How long the paths are, where they are not all told already."""
    if record.count == len(record.paths):
        return
    if record.lengths is None:
        yield Remark(join_runs("the paths have too many different lengths to count each"))
        return
    rows = [(join_runs(length), join_runs(_number(number))) for length, number in record.lengths.items()]
    yield Heading("Lengths")
    half = MOST_LENGTHS // 2
    cut = (
        [*rows[:half], (join_runs(StyledRun("…", "dim")), join_runs()), *rows[-half:]]
        if len(rows) > MOST_LENGTHS
        else rows
    )
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
