"""NeuronRecord -> Document: forward, the chain backward with its numbers, the update, and how the loss went
down.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chainrule_cli.document import (
    Document,
    Element,
    Heading,
    Remark,
    Role,
    Runs,
    StyledRun,
    Table,
    Text,
    join_runs,
)
from chainrule_cli.explain.bars import MOST_ROWS, cut_middle, tabulate_losses
from chainrule_cli.explain.neuron_formulas import (
    LONGEST_NAME,
    MOST_INPUTS,
    NeuronLetters,
    NeuronLine,
    choose_letters,
    describe_columns,
    describe_start,
    is_saturated,
    list_lines,
    list_samples,
    one,
    short,
)
from chainrule_cli.explain.numbers import bracket, exactly, write_share
from chainrule_cli.explain.words import shorten_text
from chainrule_cli.records.neuron import NeuronRecord, NeuronStepRecord, Number

LAST_ROWS = 5
"""Rows of the end of a table of more than MOST_ROWS that are shown."""
SEPARATE = 3
"""Inputs that stand in columns of their own."""
MOST_PASSED = {"sigmoid": 0.25, "tanh": 1.0}
"""The largest slope of an activation, at z = 0."""
CLOSE = 0.005
"""A change within this part of the predicted one is as good as that."""
TWO_SAMPLES = r"printf 'x,y\n1,0\n2,1\n' | chainrule neuron --data - --steps 100 --lr 1"
TRAINED = {
    "sigmoid": "--steps 100 --lr 2",
    "tanh": "--activation tanh --steps 50",
    "relu": "--activation relu --y 2 --steps 20",
    "gelu": "--activation gelu --steps 50",
    "linear": "--activation linear --y 2 --steps 20",
}
"""Options with which the example learns something."""
COLUMNS: tuple[tuple[str, Role], ...] = (
    ("z", "value"),
    ("a", "value"),
    ("dL/da", "gradient"),
    ("da/dz", "gradient"),
    ("dL/dz", "gradient"),
)


def explain(record: NeuronRecord, detail: str = "normal") -> Document:
    """The page of a neuron.

    detail: brief leaves out what it means, full lists every input, every sample and every step.
    """
    everything = detail == "full"
    names = choose_letters(record)
    elements: list[Element] = [Text(join_runs(describe_start(record, names)))]
    if len(record.x) > 1:
        elements += [Heading("Samples"), _samples(record, everything=everything)]
        elements += [
            *(Text(join_runs(StyledRun(line, "dim"))) for line in describe_columns(record, names)),
            Heading("The first step"),
        ]
    elements.append(_by_hand(list_lines(record, names, everything=everything)))
    if len(record.steps) > 1:
        losses = [record.steps[0].loss, *(step.new_loss for step in record.steps)]
        elements += [Heading("Loss"), tabulate_losses(losses, everything=everything)]
    if detail == "brief":
        elements += [Remark(join_runs(note)) for note in record.notes]
    else:
        elements += [
            Heading("What it means"),
            *(Text(join_runs(line), 2) for line in _meaning(record, names)),
        ]
        elements.append(Text(join_runs("try: ", StyledRun(next_command(record), "strong"))))
    return Document("a neuron", tuple(elements))


def _by_hand(found: Sequence[NeuronLine]) -> Table:
    """A row for each thing that has to be worked out; the part is named where it begins."""
    parts = ["", *(line.part for line in found)]
    return Table(
        ("", "", "", ""),
        "ll.l",
        tuple(_line(line, begins=line.part != before) for line, before in zip(found, parts, strict=False)),
    )


def _line(line: NeuronLine, *, begins: bool) -> tuple[Runs, ...]:
    how = line.how if not line.how or line.how.startswith(("was", "− ")) else f"= {line.how}"
    return (
        join_runs(StyledRun(line.part if begins else "", "strong")),
        join_runs(line.what),
        join_runs(StyledRun(line.number, line.role)),
        join_runs(StyledRun(how, "dim")),
    )


# several samples


def _samples(record: NeuronRecord, *, everything: bool) -> Table:
    """The chain of each sample, forward and backward."""
    step = record.steps[0]
    numbers = zip(
        *(list_samples(value) for value in (step.z, step.a, step.dL_da, step.da_dz, step.dL_dz)), strict=True
    )
    rows = [_sample(*row) for row in zip(record.x, record.y, numbers, strict=True)]
    inputs = _join_inputs([shorten_text(name, LONGEST_NAME) for name in record.names])
    aligned = "." * len(inputs) if len(inputs) == len(record.names) else "l"
    titles = (*inputs, "y", *(title for title, _ in COLUMNS))
    gap = tuple(join_runs("…") for _ in titles)
    return Table(
        titles,
        aligned + "." * (1 + len(COLUMNS)),
        tuple(rows if everything else cut_middle(rows, MOST_ROWS, LAST_ROWS, gap)),
    )


def _join_inputs(cells: Sequence[str]) -> list[str]:
    """Few inputs in columns of their own, more of them in one, of many the first."""
    if len(cells) <= SEPARATE:
        return list(cells)
    return [
        ", ".join(cells) if len(cells) <= MOST_INPUTS else ", ".join([*cells[: SEPARATE - 1], "…", cells[-1]])
    ]


def _sample(inputs: Sequence[float], target: float, numbers: Sequence[Number]) -> tuple[Runs, ...]:
    given_cells = [
        join_runs(cell) for cell in (*_join_inputs([exactly(value) for value in inputs]), exactly(target))
    ]
    return (
        *given_cells,
        *(
            join_runs(StyledRun(short(number), role))
            for number, (_, role) in zip(numbers, COLUMNS, strict=True)
        ),
    )


# what it means


def _meaning(record: NeuronRecord, names: NeuronLetters) -> Iterator[str]:
    """A few sentences about these numbers."""
    idle = _idle(record)
    if idle:
        yield idle
    else:
        yield _train(record, names) if len(record.x) == 1 else _batch(record, names)
        yield from _describe_kink(record)
        yield from _describe_cancelling(record)
        yield from _outcome(record)
    yield from _describe_training(record, names)
    yield from _describe_passing(record)


def _still(step: NeuronStepRecord) -> bool:
    return not any(step.dL_dw) and not step.dL_db


def _is_met(record: NeuronRecord) -> bool:
    return any("rounding" in note for note in record.notes)


def _idle(record: NeuronRecord) -> str:
    """Why the first step teaches nothing; empty where it does."""
    step = record.steps[0]
    z, a, y = one(step.z), one(step.a), record.y[0]
    single = len(record.x) == 1
    if _is_met(record):
        off = f"a − y = {short((a or 0.0) - y)} is" if single else "what is left of a − y is"
        return (
            f"{off} the rounding of doubles and no error: the target is met, and there is nothing to learn."
        )
    if not _still(step):
        return ""
    if record.activation == "relu" and not any(list_samples(step.da_dz)):
        return (
            f"{_flat(record, z)} That gear stalls, every product through it is 0, and no number of "
            "steps moves a weight: the relu is dead."
        )
    if not any(list_samples(step.dL_da)):
        return (
            "a is the target already: dL/da = 0, and there is nothing to learn."
            if single
            else "Every target is met: there is nothing to learn."
        )
    if not any(list_samples(step.dL_dz)) and record.loss == "cross-entropy":
        return "a − y = 0 to the last digit of a double: there is nothing to learn."
    if not any(list_samples(step.da_dz)):
        here = f"z = {short(z)} is" if single else "Every z is"
        return (
            f"{here} so far out that {_name_activation(record)} is flat to the last digit of a double: "
            "da/dz = 0, that gear stalls, and nothing is learned."
        )
    return "What the samples ask for cancels: the slopes add up to 0, and nothing moves."


def _flat(record: NeuronRecord, z: Number) -> str:
    """Where relu has the slope 0."""
    if len(record.x) > 1:
        return (
            f"z is not above 0 for any of the {len(record.x):,} samples, and there relu is flat: da/dz = 0."
        )
    if z == 0:
        return "z = 0 is the kink of relu, where its slope is taken as 0 by convention: da/dz = 0."
    return f"z = {short(z)} is below 0, where relu is flat: da/dz = 0."


def _name_activation(record: NeuronRecord) -> str:
    return "tanh" if record.activation == "tanh" else f"the {record.activation}"


# the chain


def _train(record: NeuronRecord, names: NeuronLetters) -> str:
    """The step as the train of gears that it is."""
    step = record.steps[0]
    first, weight = exactly(record.x[0][0]), names.weights[0]
    if is_saturated(record):
        return (
            f"a rounds to {short(one(step.a))}, so a(1 − a) is lost and dL/da with it. Their "
            f"product is a − y = {short(one(step.dL_dz))} all the "
            "same, whatever z is, and that is what the update uses."
        )
    inner, outer = short(one(step.da_dz)), short(one(step.dL_da))
    product = f"{outer}·{bracket(inner)}·{bracket(first)} = {short(step.dL_dw[0])}"
    if len(names.weights) == 1:
        driven = f"w turns z at the rate {names.inputs[0]} = {first}"
        return (
            f"A train of three gears: {driven}, z turns a at {inner}, a turns L at {outer}. Their "
            f"product is dL/dw = {product}."
        )
    return (
        "A train of three gears for each weight: it turns z at the rate of its input, z turns a at "
        f"{inner}, a turns L at {outer}. "
        f"For {weight} the product is {product}."
    )


def _batch(record: NeuronRecord, names: NeuronLetters) -> str:
    count = f"{len(record.x):,}"
    return (
        f"Each of the {count} samples has its own chain. L is the mean of their losses, so each "
        "dL/da, and with it each dL/dz, already holds "
        f"the factor 1/{count}: {names.weights[0]} gets the plain sum of dL/dz·{names.inputs[0]}, "
        f"{short(record.steps[0].dL_dw[0])}."
    )


def _describe_kink(record: NeuronRecord) -> Iterator[str]:
    if record.activation != "relu":
        return
    z = list_samples(record.steps[0].z)
    flat = sum(value is not None and value <= 0 for value in z)
    if flat:
        many = "1 sample has" if flat == 1 else f"{flat:,} samples have"
        yield f"{many} z at or below 0, where relu is flat: nothing comes back from there."
    yield from (f"{note[0].upper()}{note[1:]}." for note in record.notes if "kink" in note)


def _describe_cancelling(record: NeuronRecord) -> Iterator[str]:
    step = record.steps[0]
    if record.loss == "cross-entropy" and len(record.x) == 1 and not is_saturated(record):
        a, y = short(one(step.a)), exactly(record.y[0])
        yield (
            f"The a(1 − a) below dL/da cancels that of the sigmoid: dL/dz = a − y = {a} − {y}, which "
            "stays large where a is badly wrong."
        )


# what the steps did


def _outcome(record: NeuronRecord) -> Iterator[str]:
    step = record.steps[0]
    if record.lr == 0:
        yield "The learning rate is 0, so nothing moves."
    elif step.actual_change is not None and step.predicted_change:
        down = (
            "The slope promised"
            if record.lr > 0
            else "The learning rate is negative, so the step goes uphill: the slope promised"
        )
        phrase = _compare_change(step.actual_change / step.predicted_change, record)
        yield (
            f"{down} a change of {short(step.predicted_change)}, and the step made "
            f"{short(step.actual_change)}: {phrase}."
        )


def _compare_change(ratio: float, record: NeuronRecord) -> str:
    """What came, beside what was promised."""
    if ratio <= 0:
        return f"the other way, for it went too far; the learning rate {exactly(record.lr)} is too large here"
    if abs(ratio - 1) < CLOSE:
        return "the same within half a percent, for the step is small"
    if ratio > 1:
        return "more, for the loss is steeper further on; a slope is right only close by"
    return "less, for the loss is flatter further on; a slope is right only close by"


def _describe_training(record: NeuronRecord, names: NeuronLetters) -> Iterator[str]:
    first, last, count = record.steps[0], record.steps[-1], len(record.steps)
    if record.stopped is not None:
        rate = f"the learning rate {exactly(record.lr)} is too large for these numbers"
        yield (
            f"At step {record.stopped:,} a number left the doubles: "
            f"{rate}{', and each step went further off' if record.stopped > 1 else ''}."
        )
        return
    if count == 1 or _still(first) or record.lr == 0:
        return
    dead = next(
        (
            index
            for index, step in enumerate(record.steps, 1)
            if record.activation == "relu" and not any(list_samples(step.da_dz))
        ),
        None,
    )
    if dead is not None:
        yield f"From step {dead:,} on no z is above 0: the relu is dead, and nothing moves any more."
    change = (last.new_loss or 0.0) - (first.loss or 0.0)
    way = "down from" if change < 0 else "up from" if change > 0 else "as it was,"
    ended = (
        ", ".join(
            f"{name} = {short(value)}"
            for name, value in zip((*names.weights, "b"), (*last.new_w, last.new_b), strict=True)
        )
        if len(names.weights) <= MOST_INPUTS
        else ""
    )
    yield (
        f"After {count:,} steps L is {short(last.new_loss)}, {way} "
        f"{short(first.loss)}{f', with {ended}' if ended else ''}."
    )


def _describe_passing(record: NeuronRecord) -> Iterator[str]:
    """What a sigmoid or a tanh lets through."""
    most = MOST_PASSED.get(record.activation)
    rates = [rate for rate in list_samples(record.steps[0].da_dz) if rate is not None]
    if most is None or not any(rates):
        return
    low, high = write_share(min(rates)), write_share(max(rates))
    phrase = low if low == high else f"from {low} to {high}"
    name = _name_activation(record)
    passes = f"{name[0].upper()}{name[1:]} passes on {phrase} of what comes back to it"
    if low == high == write_share(most):
        limit = "the most that it ever does" if max(rates) == most else "about the most that it ever does"
    else:
        limit = f"and never more than {write_share(most)}"
    yield f"{passes}, {limit}. In a deep network such rates multiply, and little is left."


# what to try


def next_command(record: NeuronRecord) -> str:
    if _idle(record) and len(record.x) == 1:
        return f"chainrule neuron {TRAINED[record.activation]}"
    if len(record.steps) == 1 and len(record.x) == 1:
        return (
            "chainrule neuron --loss cross-entropy --steps 100"
            if record.loss == "cross-entropy"
            else f"chainrule neuron {TRAINED[record.activation]}"
        )
    return TWO_SAMPLES if len(record.x) == 1 or len(record.steps) == 1 else "chainrule flow"
