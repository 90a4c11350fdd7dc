"""GearsRecord -> Document: the train, what each gear makes of a turn, and the product."""

from __future__ import annotations

from collections.abc import Iterator

from chainrule_cli.document import Document, Element, Formula, Heading, Note, Run, Runs, Table, Text, runs
from chainrule_cli.explain.numbers import short, where
from chainrule_cli.reports.gears_record import GearRecord, GearsRecord, Real

LONGEST_BAR = 20
ROUND = {"same way": "↻", "other way": "↺", "stalls": "·", "slips": "?"}


def explain(record: GearsRecord, detail: str = "normal") -> Document:
    """The page of a train. detail: brief leaves out what it means."""
    elements: list[Element] = []
    if record.formula is not None and record.at is not None:
        elements += [Formula("y =", record.formula.syntax), Text(runs(Run(f"at {where(record.at)}", "dim")))]
    elements += [_train(record), Text(_product(record)), *_check(record)]
    if detail != "brief":
        elements += [Heading("What it means"), *(Text(line, 2) for line in _meaning(record)), Text(runs("try: ", Run(_next(record), "strong")))]
    elements += [Note(runs(note)) for note in record.notes]
    return Document(f"gears of {record.typed}", tuple(elements))


def _train(record: GearsRecord) -> Table:
    first = record.wrt or "the first"
    sizes = [abs(float(gear.running)) for gear in record.gears if gear.running is not None]
    largest = max([1.0, *(size for size in sizes if size < 1e300)])
    rows = [(runs(Run(first, "strong")), runs(), runs("1"), runs("↻"), runs(_bar(1.0, largest)))]
    facing = 1
    for number, gear in enumerate(record.gears, 1):
        facing = 0 if gear.rate is None else facing * _sign(gear.rate)
        way = ROUND["slips"] if gear.running is None else ROUND["stalls"] if facing == 0 else ROUND["same way" if facing > 0 else "other way"]
        running = None if gear.running is None else abs(float(gear.running))
        rows.append(
            (
                _named(gear, number),
                runs(Run(_rate(gear), "gradient")),
                runs(_shown(gear.running)),
                runs(way),
                runs(Run(_bar(running, largest), "gradient")),
            )
        )
    return Table(("gear", "rate", "turns", "", ""), "l..ll", tuple(rows))


def _sign(rate: Real) -> int:
    return (float(rate) > 0) - (float(rate) < 0)


def _named(gear: GearRecord, number: int) -> Runs:
    return runs(f"{gear.name} = ", gear.layer.syntax) if gear.layer is not None and gear.name else runs(f"gear {number}")


def _rate(gear: GearRecord) -> str:
    if gear.rate is not None:
        return _shown(gear.rate)
    return f"{short(gear.sides[0])} | {short(gear.sides[1])}" if gear.sides else "—"


def _shown(value: Real | None) -> str:
    return (
        value
        if isinstance(value, str) and len(value) <= 24
        else short(None if value is None else float(value))
        if not isinstance(value, str)
        else "huge"
    )


def _bar(size: float | None, largest: float) -> str:
    return "█" * round(LONGEST_BAR * min(size / largest, 1.0)) if size else ""


def _product(record: GearsRecord) -> Runs:
    rates = [_shown(rate) for rate in record.rates]
    factors = (
        " · ".join(f"({rate})" if rate.startswith("-") else rate for rate in reversed(rates))
        if len(rates) <= 12
        else f"{len(rates)} rates multiplied"
    )
    if record.product is None and None not in record.rates:
        return runs("the product of the rates is past the largest double")
    if record.product is None:
        return runs("the train slips: the product of the rates does not exist here")
    return runs("product  ", Run(f"{factors} = ", "dim"), Run(_shown(record.product), "gradient"))


def _check(record: GearsRecord) -> Iterator[Element]:
    check = record.crosscheck
    if check is None:
        return
    if check.verdict == "agree" and check.reason:
        yield Note(runs(check.reason))
    elif check.verdict == "agree":
        yield Note(runs("checked: one backward pass over the graph of the whole formula gives the same"), "good")
    elif check.verdict == "disagree":
        yield Note(runs(f"one backward pass gives {short(check.reverse_mode)} instead"), "bad")
    else:
        number = f": the graph gives {short(check.reverse_mode)}" if check.reverse_mode is not None else ""
        yield Note(runs(f"{check.reason}{number}"), "open")


def _meaning(record: GearsRecord) -> Iterator[Runs]:
    """A few sentences about these numbers."""
    last = record.gears[-1]
    driver = record.wrt or "the first gear"
    if record.product is not None:
        turned = f"When {driver} moves by a little, the last gear moves {_shown(record.product)} times as much:"
        yield runs(f"{turned} each gear passes on its rate times what it got, so the rates multiply. That is the chain rule.")
    other = sum(gear.turn == "other way" for gear in record.gears)
    if other:
        many, odd = "One gear turns" if other == 1 else f"{other} gears turn", "an odd" if other % 2 else "an even"
        end = "against" if other % 2 else "with"
        yield runs(f"{many} the other way: a negative rate; {odd} number of them, so the end turns {end} {driver}.")
    for number, gear in enumerate(record.gears, 1):
        if gear.turn == "stalls":
            yield runs(f"Gear {number} stalls: its rate is 0 here, and nothing behind it moves, whatever turns before it.")
            break
    if any(gear.turn == "slips" for gear in record.gears):
        number, gear = next((number, gear) for number, gear in enumerate(record.gears, 1) if gear.turn == "slips")
        yield runs(f"Gear {number} slips: {_slip(gear)}.")
    elif last.running is not None and len(record.gears) > 2 and 0 < abs(float(last.running)) < 1e-3:
        yield runs("Many rates below 1 leave little at the end: this is how a gradient vanishes in a deep network.")


def _slip(gear: GearRecord) -> str:
    left, right = gear.sides or (None, None)
    if gear.value is None:
        return "it has no value here, so nothing turns it"
    if left is not None and right is not None:
        return f"its rate is {short(left)} to the left and {short(right)} to the right of here, so it has no single one to multiply with"
    if gear.status == "infinite":
        return "its rate is infinite here, and no number to multiply with"
    return "it has a rate on one side of here at most, and none to multiply with"


def _next(record: GearsRecord) -> str:
    if record.formula is None:
        return 'chainrule gears "sin(cos(x^2))" --at x=0.8'
    return "chainrule neuron"
