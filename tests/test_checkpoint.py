"""chainrule checkpoint: schedules cost what the formula says, counted by states that count themselves; the same bits."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from functools import cache
from math import isqrt

import pytest

from chainrule_cli.graph import checkpoint, segments
from chainrule_cli.graph.lower import lower
from chainrule_cli.graph.sweep import backward
from chainrule_cli.lessons.layers import START, TanhChain
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.writer import to_text
from chainrule_cli.reports.checkpoint import report
from tests.generate import formulas
from tests.support import chainrule


class State:
    """A layer's input that knows how many of its kind are alive."""

    alive = 0
    most = 0

    def __init__(self, layer: int) -> None:
        self.layer = layer
        State.alive += 1
        State.most = max(State.most, State.alive)

    def __del__(self) -> None:
        State.alive -= 1


class Counting:
    """A chain that counts what it is asked for, and refuses what is out of order."""

    def __init__(self, layers: int) -> None:
        self.next_back = layers - 1
        self.forward = self.linearised = 0

    def value(self, layer: int, state: State) -> State:
        assert state.layer == layer
        self.forward += 1
        return State(layer + 1)

    def slopes(self, layer: int, state: State) -> tuple[State, int]:
        assert state.layer == layer
        self.linearised += 1
        return State(layer + 1), layer

    def pull(self, layer: int, slopes: int, cotangent: int) -> int:
        assert slopes == layer == self.next_back
        self.next_back -= 1
        return cotangent + 1


def counted(layers: int, schedule: Iterator[checkpoint.Action]) -> tuple[Counting, checkpoint.Cost, int]:
    """The chain, what the executor says it took, and the states that lived at once."""
    State.alive = State.most = 0
    chain = Counting(layers)
    pulled, cost = checkpoint.run(chain, schedule, State(0), 0)
    assert (pulled, chain.next_back) == (layers, -1)
    return chain, cost, State.most


@cache
def fewest(layers: int, slots: int) -> int:
    """By trying every place for the next checkpoint."""
    if layers == 1:
        return 0
    if slots == 1:
        return layers * (layers - 1) // 2
    return min(middle + fewest(layers - middle, slots - 1) + fewest(middle, slots) for middle in range(1, layers))


@pytest.mark.parametrize(("layers", "costs"), [(10, [45, 20, 15, 13, 9]), (20, [190, 65, 45, 33, 28])])
def test_the_optimum_is_the_references(layers: int, costs: list[int]) -> None:
    slots = (1, 2, 3, 5, 10)
    assert [checkpoint.optimum(layers, each) for each in slots] == costs
    assert [counted(layers, checkpoint.revolve(layers, each))[0].forward for each in slots] == costs


def test_the_formula_is_the_fewest_there_can_be() -> None:
    for layers in range(1, 50):
        for slots in range(1, 12):
            assert checkpoint.optimum(layers, slots) == fewest(layers, slots)


@pytest.mark.parametrize("step", [pytest.param(17, id="some"), pytest.param(1, id="all", marks=pytest.mark.full)])
def test_the_executed_schedule_costs_what_the_formula_says(step: int) -> None:
    for layers in range(1, 201, step):
        for slots in range(1, 21):
            chain, cost, alive = counted(layers, checkpoint.revolve(layers, slots))
            assert chain.forward == cost.extra == checkpoint.optimum(layers, slots)
            assert chain.linearised == layers
            assert cost.peak <= slots
            # beside the slots: the state on its way, and the one that a layer is just making of it
            assert alive <= slots + 2


@pytest.mark.parametrize("layers", [*range(1, 30), 100, 1_000])
def test_storing_every_root(layers: int) -> None:
    chain, cost, _ = counted(layers, checkpoint.sqrt(layers))
    every = isqrt(layers - 1) + 1
    assert chain.forward == cost.extra <= layers
    assert chain.linearised == layers
    assert cost.peak <= 2 * every


def test_storing_all_runs_nothing_again() -> None:
    chain, cost, _ = counted(50, checkpoint.store_all(50))
    assert (chain.forward, chain.linearised, cost) == (0, 50, checkpoint.Cost(50, 0))


def test_what_is_dropped_is_gone() -> None:
    counted(100, checkpoint.revolve(100, 3))
    assert State.alive == 0


@pytest.mark.parametrize(("layers", "slots"), [(1, 1), (2, 1), (10, 3), (64, 5), (150, 2)])
def test_the_gradient_has_the_same_bits_and_is_right(layers: int, slots: int) -> None:
    record = report(layers=layers, slots=slots)
    assert [each.gradient_equal for each in record.strategies] == [True] * 3
    chain = TanhChain(layers)
    whole = "; ".join(f"h_{place + 1} = tanh({w!r}*h_{place} + ({b!r}))" for place, (w, b) in enumerate(chain.parameters))
    lowered = lower(read(whole, declared=["h_0"]))
    slope = backward(lowered.graph, {"h_0": START}, lowered.output)[lowered.graph.inputs["h_0"]]
    assert record.gradient["h"] == pytest.approx(slope, rel=1e-12)


def test_a_wrong_schedule_is_caught() -> None:
    chain = TanhChain(3)
    with pytest.raises(AssertionError):
        checkpoint.run(chain, [checkpoint.Action("backward", 2)], START, 1.0)


def test_the_record_of_the_defaults() -> None:
    record = json.loads(chainrule("checkpoint", "--json").stdout)
    store, root, best = record["strategies"]
    assert (record["schema"], record["layers"], record["slots"]) == ("chainrule.checkpoint.v1", 10, 3)
    assert (store["peak_stored"], store["extra_forward_steps"], store["optimum"]) == (10, 0, 15)
    assert (best["peak_stored"], best["extra_forward_steps"], best["optimum"]) == (3, 15, 15)
    assert root["extra_forward_steps"] == 8
    assert sum(action["action"] == "advance" for action in best["schedule"]) == 15
    assert sum(action["action"] == "backward" for action in best["schedule"]) == 10


# formulas


@pytest.mark.parametrize(
    ("formula", "at"),
    [
        ("u = sin(x*y); v = u*exp(u); w = v + sin(v)*u; w*w", "x=1,y=2"),
        ("x", "x=3"),
        ("5", "x=3"),
        ("sin(x) + cos(x)*sin(x)", "x=0.3"),
        ("where(x > 0, log(x), x^2)*x", "x=-2"),
        ("pi*x + e^x", "x=1"),
        ("; ".join(f"a_{k + 1} = sin(a_{k})*a_{k} + x" for k in range(1, 60)).replace("a_1)*a_1", "x)*x"), "x=0.7"),
    ],
)
def test_a_formula_in_segments(formula: str, at: str) -> None:
    record = report(formula, at=at)
    store, root = record.strategies
    assert (store.extra_forward_steps, store.gradient_equal, root.gradient_equal) == (0, True, True)
    assert root.peak_stored <= store.peak_stored
    assert root.extra_forward_steps <= record.layers
    assert (store.optimum, root.optimum) == (None, None)


def test_random_formulas_in_any_number_of_segments() -> None:
    dice = random.Random(3)
    for expr in formulas("segments", 60):
        lowered = lower(read(to_text(expr)))
        point = {name: dice.uniform(0.3, 1.7) for name in lowered.graph.inputs}
        whole = backward(lowered.graph, point, lowered.output)
        results = [segments.backward(lowered.graph, lowered.output, point, parts) for parts in (1, 2, 3, 7, 1_000)]
        for found in results:
            assert repr(found.gradient) == repr(results[0].gradient)
            for name, place in lowered.graph.inputs.items():
                assert found.gradient[name] == pytest.approx(whole[place], rel=1e-12, nan_ok=True)


def test_a_long_chain_of_operations_is_held_by_its_root() -> None:
    record = report("; ".join(["u_0 = x", *(f"u_{k} = sin(u_{k - 1})" for k in range(1, 401))]), at="x=1")
    store, root = record.strategies
    assert (store.peak_stored, root.gradient_equal) == (400, True)
    assert root.peak_stored <= 45
    assert root.extra_forward_steps <= 400


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--layers", "-1"], "--layers"),
        (["--layers", "1000000000"], "--layers"),
        (["--slots", "0"], "--slots"),
        (["--layers", "10000", "--slots", "1"], "forward steps"),
        (["x^2"], "no value for x"),
        (["x^2", "--at", "x=1", "--layers", "3"], "not for a formula"),
        (["--at", "x=1"], "--at goes with a formula"),
        (["x^2 + y^2 = 1", "--at", "x=1,y=0"], "no value"),
        (["x^2", "--at", "x=1/0"], "finite"),
        (["x^2", "--at", "x=nan"], "n"),
        (["ln(x)", "--at", "x=-1"], "no value at this point"),
    ],
)
def test_what_cannot_be_scheduled(arguments: list[str], message: str) -> None:
    ran = chainrule("checkpoint", *arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert message in ran.stderr
    assert "internal" not in ran.stderr


def test_a_long_chain_is_drawn_in_columns_of_several_layers() -> None:
    page = chainrule("checkpoint", "--layers", "150", "--slots", "4").stdout
    assert "a column is 3 layers" in page
    assert max(map(len, page.splitlines())) <= 160  # sentences; the drawing has 50 columns
    assert "    ●●◂" + "·" * 47 in page


def test_what_each_takes_stands_against_the_optimum() -> None:
    lines = chainrule("checkpoint", "--layers", "20", "--slots", "3").stdout.splitlines()
    assert [line.split()[1:5] for line in lines[3:6]] == [["20", "+17", "0", "-45"], ["8", "+5", "15", "-30"], ["3", "0", "45", "0"]]


def test_the_page() -> None:
    page = chainrule("checkpoint").stdout
    for piece in ("revolve", "●→ → → →●· · · · · ·", "the same bits", "try: chainrule checkpoint"):
        assert piece in page
