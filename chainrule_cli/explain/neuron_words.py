"""What a neuron's first step and its training mean, in sentences about their own numbers."""

from __future__ import annotations

from collections.abc import Iterator

from chainrule_cli.explain.neuron_formulas import MOST_INPUTS, Letters, exactly, factor, one, saturated, short
from chainrule_cli.records.neuron import NeuronRecord, Number, Sampled, StepRecord

MOST_PASSED = {"sigmoid": 0.25, "tanh": 1.0}
"""The largest slope of an activation, at z = 0."""
FAINT = 0.0005
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


def meaning(record: NeuronRecord, names: Letters) -> Iterator[str]:
    """A few sentences about these numbers."""
    idle = _idle(record)
    if idle:
        yield idle
    else:
        yield _train(record, names) if len(record.x) == 1 else _batch(record, names)
        yield from _kinked(record)
        yield from _cancelled(record)
        yield from _outcome(record)
    yield from _trained(record, names)
    yield from _passed(record)


def each(value: Sampled) -> tuple[Number, ...]:
    return value if isinstance(value, tuple) else (value,)


def _still(step: StepRecord) -> bool:
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
    if record.activation == "relu" and not any(each(step.da_dz)):
        return f"{_flat(record, z)} That gear stalls, every product through it is 0, and no number of steps moves a weight: the relu is dead."
    if not any(each(step.dL_da)):
        return (
            "a is the target already: dL/da = 0, and there is nothing to learn."
            if single
            else "Every target is met: there is nothing to learn."
        )
    if not any(each(step.dL_dz)) and record.loss == "cross-entropy":
        return "a − y = 0 to the last digit of a double: there is nothing to learn."
    if not any(each(step.da_dz)):
        here = f"z = {short(z)} is" if single else "Every z is"
        return f"{here} so far out that {_named(record)} is flat to the last digit of a double: da/dz = 0, that gear stalls, and nothing is learned."
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


def _named(record: NeuronRecord) -> str:
    return "tanh" if record.activation == "tanh" else f"the {record.activation}"


# the chain


def _train(record: NeuronRecord, names: Letters) -> str:
    """The step as the train of gears that it is."""
    step = record.steps[0]
    first, weight = exactly(record.x[0][0]), names.weights[0]
    if saturated(record):
        return (
            f"a rounds to {short(one(step.a))}, so a(1 − a) is lost and dL/da with it. Their product is a − y = {short(one(step.dL_dz))} all the "
            "same, whatever z is, and that is what the update uses."
        )
    inner, outer = short(one(step.da_dz)), short(one(step.dL_da))
    product = f"{outer}·{factor(inner)}·{factor(first)} = {short(step.dL_dw[0])}"
    if len(names.weights) == 1:
        driven = f"w turns z at the rate {names.inputs[0]} = {first}"
        return f"A train of three gears: {driven}, z turns a at {inner}, a turns L at {outer}. Their product is dL/dw = {product}."
    return (
        f"A train of three gears for each weight: it turns z at the rate of its input, z turns a at {inner}, a turns L at {outer}. "
        f"For {weight} the product is {product}."
    )


def _batch(record: NeuronRecord, names: Letters) -> str:
    count = f"{len(record.x):,}"
    return (
        f"Each of the {count} samples has its own chain. L is the mean of their losses, so each dL/da, and with it each dL/dz, already holds "
        f"the factor 1/{count}: {names.weights[0]} gets the plain sum of dL/dz·{names.inputs[0]}, {short(record.steps[0].dL_dw[0])}."
    )


def _kinked(record: NeuronRecord) -> Iterator[str]:
    if record.activation != "relu":
        return
    z = each(record.steps[0].z)
    flat = sum(value is not None and value <= 0 for value in z)
    if flat:
        many = "1 sample has" if flat == 1 else f"{flat:,} samples have"
        yield f"{many} z at or below 0, where relu is flat: nothing comes back from there."
    yield from (f"{note[0].upper()}{note[1:]}." for note in record.notes if "kink" in note)


def _cancelled(record: NeuronRecord) -> Iterator[str]:
    step = record.steps[0]
    if record.loss == "cross-entropy" and len(record.x) == 1 and not saturated(record):
        a, y = short(one(step.a)), exactly(record.y[0])
        yield f"The a(1 − a) below dL/da cancels that of the sigmoid: dL/dz = a − y = {a} − {y}, which stays large where a is badly wrong."


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
        told = _beside(step.actual_change / step.predicted_change, record)
        yield f"{down} a change of {short(step.predicted_change)}, and the step made {short(step.actual_change)}: {told}."


def _beside(ratio: float, record: NeuronRecord) -> str:
    """What came, beside what was promised."""
    if ratio <= 0:
        return f"the other way, for it went too far; the learning rate {exactly(record.lr)} is too large here"
    if abs(ratio - 1) < CLOSE:
        return "the same within half a percent, for the step is small"
    if ratio > 1:
        return "more, for the loss is steeper further on; a slope is right only close by"
    return "less, for the loss is flatter further on; a slope is right only close by"


def _trained(record: NeuronRecord, names: Letters) -> Iterator[str]:
    first, last, count = record.steps[0], record.steps[-1], len(record.steps)
    if record.stopped is not None:
        rate = f"the learning rate {exactly(record.lr)} is too large for these numbers"
        yield f"At step {record.stopped:,} a number left the doubles: {rate}{', and each step went further off' if record.stopped > 1 else ''}."
        return
    if count == 1 or _still(first) or record.lr == 0:
        return
    dead = next(
        (
            place
            for place, step in enumerate(record.steps, 1)
            if record.activation == "relu" and not any(each(step.da_dz))
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
    yield f"After {count:,} steps L is {short(last.new_loss)}, {way} {short(first.loss)}{f', with {ended}' if ended else ''}."


def _passed(record: NeuronRecord) -> Iterator[str]:
    """What a sigmoid or a tanh lets through."""
    most = MOST_PASSED.get(record.activation)
    rates = [rate for rate in each(record.steps[0].da_dz) if rate is not None]
    if most is None or not any(rates):
        return
    low, high = share(min(rates)), share(max(rates))
    told = low if low == high else f"from {low} to {high}"
    name = _named(record)
    passes = f"{name[0].upper()}{name[1:]} passes on {told} of what comes back to it"
    if low == high == share(most):
        limit = "the most that it ever does" if max(rates) == most else "about the most that it ever does"
    else:
        limit = f"and never more than {share(most)}"
    yield f"{passes}, {limit}. In a deep network such rates multiply, and little is left."


def share(rate: float) -> str:
    if rate < FAINT:
        return "less than 0.1%"
    return f"{100 * rate:.1f}".removesuffix(".0") + "%"


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
