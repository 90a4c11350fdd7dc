"""NeuronRecord -> Document: forward, the chain backward with its numbers, the update, and how the loss went down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chainrule_cli.document import Document, Element, Heading, Note, Run, Runs, Table, Text, runs
from chainrule_cli.explain.numbers import significant as short
from chainrule_cli.reports.neuron_record import NeuronRecord, Number, Sampled, StepRecord

LONGEST_BAR = 30
MOST_ROWS = 12
MOST_INPUTS = 6

ACTIVATIONS = {"sigmoid": "σ(z)", "tanh": "tanh(z)", "relu": "relu(z)", "gelu": "gelu(z)", "linear": "z"}
SLOPES = {"sigmoid": "a(1 − a)", "tanh": "1 − a²", "relu": "1 where z > 0, else 0", "gelu": "gelu'(z)", "linear": "1"}
LOSSES = {"squared": ("(a − y)²", "2(a − y)"), "cross-entropy": ("−y·ln(a) − (1 − y)·ln(1 − a)", "(a − y)/(a(1 − a))")}


def explain(record: NeuronRecord, detail: str = "normal") -> Document:
    """The page of a neuron. detail: brief leaves out what it means, full lists every sample and every step."""
    elements: list[Element] = [_setting(record)]
    elements += [_by_hand(record)] if len(record.x) == 1 else [*_samples(record, everything=detail == "full")]
    if len(record.steps) > 1 and len(set(_losses(record))) > 1:
        elements += [Heading("Loss"), _curve(record, everything=detail == "full")]
    if detail != "brief":
        elements += [Heading("What it means"), *(Text(line, 2) for line in _meaning(record)), Text(runs("try: ", Run(_next(record), "strong")))]
    elements += [Note(runs(note)) for note in record.notes]
    return Document("a neuron", tuple(elements))


def _setting(record: NeuronRecord) -> Text:
    first = record.steps[0]
    weights = _given("weights", _weights(record), first.w)
    if len(record.x) == 1:
        given = f"{_given('inputs', record.names, record.x[0])}   {weights}   b = {_exactly(first.b)}   target {_exactly(record.y[0])}"
    else:
        given = f"{len(record.x):,} samples   {weights}   b = {_exactly(first.b)}"
    return Text(runs(f"{given}   rate {_exactly(record.lr)}"))


def _given(what: str, names: Sequence[str], values: Sequence[Number]) -> str:
    if len(names) > MOST_INPUTS:
        return f"{len(names)} {what}"
    return "   ".join(f"{name} = {_exactly(value)}" for name, value in zip(names, values, strict=True))


def _weights(record: NeuronRecord) -> list[str]:
    return ["w"] if len(record.names) == 1 else [f"w{place}" for place in range(1, len(record.names) + 1)]


def _exactly(value: Number) -> str:
    return "—" if value is None else f"{value:.6g}"


def _one(value: Sampled) -> str:
    return short(value if not isinstance(value, tuple) else value[0])


def _by_hand(record: NeuronRecord) -> Table:
    """The first step, a line for each thing that has to be worked out."""
    step, loss = record.steps[0], LOSSES[record.loss]
    several = len(record.names) > 1
    sums = (
        " + ".join(f"{weight}·{name}" for weight, name in zip(_weights(record), record.names, strict=True))
        if len(record.names) <= MOST_INPUTS
        else "w·x"
    )
    rows = [
        _row("forward", f"z = {sums} + b", _one(step.z), "", "value"),
        _row("", f"a = {ACTIVATIONS[record.activation]}", _one(step.a), "", "value"),
        _row("", f"L = {loss[0]}", short(step.loss), "", "value"),
        _row("backward", f"dL/da = {loss[1]}", _one(step.dL_da), "", "gradient"),
        _row("", f"da/dz = {SLOPES[record.activation]}", _one(step.da_dz), "", "gradient"),
        _row("", "dL/dz = dL/da · da/dz", _one(step.dL_dz), _times(step.dL_da, step.da_dz), "gradient"),
    ]
    for place, (name, slope) in enumerate(zip(record.names, step.dL_dw, strict=True), 1):
        label = f"dL/dw{place if several else ''} = dL/dz · {name}"
        rows.append(_row("", label, short(slope), _times(step.dL_dz, record.x[0][place - 1]), "gradient"))
    rows.append(_row("", "dL/db = dL/dz", short(step.dL_db), "", "gradient"))
    update = [("w" if not several else f"w{place}", *pair) for place, pair in enumerate(zip(step.w, step.new_w, strict=True), 1)]
    for place, (name, old, new) in enumerate([*update, ("b", step.b, step.new_b)]):
        slope = (*step.dL_dw, step.dL_db)[place]
        rows.append(
            _row(
                "" if place else "update",
                f"{name} − {_exactly(record.lr)}·dL/d{name}",
                short(new),
                f"{short(old)} − {_exactly(record.lr)}·{_factor(slope)}",
                "strong",
            )
        )
    rows.append(_row("loss", "with the new weights", short(step.new_loss), f"was {short(step.loss)}", "value"))
    rows.append(_row("", "predicted change  −rate·|g|²", short(step.predicted_change), f"actual {short(step.actual_change)}", "value"))
    return Table(("", "", "", ""), "ll.l", tuple(rows))


def _row(part: str, what: str, number: str, how: str, role: str) -> tuple[Runs, ...]:
    return runs(Run(part, "strong")), runs(what), runs(Run(number, role)), runs(Run(f"= {how}" if how and how[0] not in "wa" else how, "dim"))  # type: ignore[arg-type]


def _times(one: Sampled, other: Sampled) -> str:
    return f"{_one(one)} · {_factor(other if not isinstance(other, tuple) else other[0])}"


def _factor(value: Number) -> str:
    text = short(value)
    return f"({text})" if text.startswith("-") else text


def _samples(record: NeuronRecord, *, everything: bool) -> Iterator[Element]:
    """The first step over several samples, and what their mean loss asks for."""
    step = record.steps[0]
    columns = zip(record.x, record.y, _each(step.z), _each(step.a), _each(step.dL_dz), strict=True)
    rows = [_sample(*column) for column in columns]
    yield Table((", ".join(record.names[:MOST_INPUTS]), "y", "z", "a", "dL/dz"), "l....", tuple(rows if everything else _some(rows, 5)))
    slopes = "   ".join(f"dL/d{name} {short(slope)}" for name, slope in zip(_weights(record)[:MOST_INPUTS], step.dL_dw, strict=False))
    yield Text(runs(f"mean loss {short(step.loss)}   ", Run(f"{slopes}   dL/db {short(step.dL_db)}", "gradient")))


def _sample(inputs: Sequence[float], target: float, z: Number, a: Number, slope: Number) -> tuple[Runs, ...]:
    typed = ", ".join(_exactly(value) for value in inputs[:MOST_INPUTS])
    return runs(typed), runs(_exactly(target)), runs(Run(short(z), "value")), runs(Run(short(a), "value")), runs(Run(short(slope), "gradient"))


def _each(value: Sampled) -> tuple[Number, ...]:
    return value if isinstance(value, tuple) else (value,)


def _some(rows: Sequence[tuple[Runs, ...]], count: int) -> list[tuple[Runs, ...]]:
    if len(rows) <= MOST_ROWS:
        return list(rows)
    return [*rows[: MOST_ROWS - count], tuple(runs("…") for _ in rows[0]), *rows[-count:]]


def _losses(record: NeuronRecord) -> list[Number]:
    """Before each step, and after the last."""
    return [*(step.loss for step in record.steps), record.steps[-1].new_loss]


def _curve(record: NeuronRecord, *, everything: bool) -> Table:
    """The loss before each step, and after the last."""
    losses = _losses(record)
    largest = max((loss for loss in losses if loss is not None), default=0.0)
    last = len(losses) - 1
    shown = range(last + 1) if everything or last < MOST_ROWS else sorted({round(row * last / (MOST_ROWS - 1)) for row in range(MOST_ROWS)})
    rows = [(runs(f"{place:,}"), runs(Run(short(losses[place]), "value")), runs(Run(_bar(losses[place], largest), "value"))) for place in shown]
    return Table(("step", "loss", ""), "r.l", tuple(rows))


def _bar(loss: Number, largest: float) -> str:
    return "" if loss is None or not largest else "█" * max(round(LONGEST_BAR * loss / largest), int(loss > 0))


def _meaning(record: NeuronRecord) -> Iterator[Runs]:
    step = record.steps[0]
    if len(record.x) == 1 and step.da_dz == 0:
        yield runs(f"Three gears turn the loss: a moves it by {_one(step.dL_da)}, but z moves a by 0, so nothing of it reaches the weights.")
    elif len(record.x) == 1:
        yield runs(
            f"Three gears turn the loss: a moves it by {_one(step.dL_da)}, z moves a by {_one(step.da_dz)}, and each weight moves z by its input. ",
            "Multiplied, they say how each weight moves the loss.",
        )
    else:
        many = f"{len(record.x):,}"
        yield runs(
            f"Each of the {many} samples has its own chain. The loss is their mean, so each dL/dz has a 1/{many} in it, ",
            "and a weight gets the sum over the samples of dL/dz times its input.",
        )
    yield from _outcome(record, step)
    slopes = [abs(each) for each in _each(step.da_dz) if each is not None]
    if record.activation == "sigmoid" and slopes:
        passed = f"The sigmoid passes on {max(slopes):.0%} of what arrives, and never more than 25%"
        yield runs(f"{passed}: in a deep network such rates multiply, and little is left.")


def _outcome(record: NeuronRecord, step: StepRecord) -> Iterator[Runs]:
    if record.stopped is not None:
        yield runs(f"At step {record.stopped:,} a number left the doubles: the learning rate {_exactly(record.lr)} is too large.")
    elif step.actual_change is not None and step.predicted_change:
        promised = f"{_beside(step.actual_change / step.predicted_change)} the slope promised ({short(step.predicted_change)})"
        yield runs(f"The first step changed the loss by {short(step.actual_change)}, {promised}: a slope is only right close by.")
    if len(record.steps) > 1 and record.stopped is None:
        still = "still " if len(set(_losses(record))) == 1 else ""
        yield runs(f"After {len(record.steps):,} steps the loss is {still}{short(record.steps[-1].new_loss)}, from {short(step.loss)}.")


def _beside(ratio: float) -> str:
    """What came, beside what was promised."""
    if ratio <= 0:
        return "the other way than"
    if abs(ratio - 1) < 0.005:
        return "as much as"
    return "more than" if ratio > 1 else "a little less than" if ratio > 0.9 else "less than"


def _next(record: NeuronRecord) -> str:
    if len(record.steps) == 1:
        return "chainrule neuron --steps 100 --lr 2"
    if len(record.x) == 1:
        return "chainrule neuron --data examples/or.csv --loss cross-entropy --steps 200 --lr 1"
    return 'chainrule graph "(sigmoid(w*x + b) - y)^2" --at w=0.8,x=1.5,b=-0.2,y=1'
