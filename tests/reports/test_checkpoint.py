"""chainrule checkpoint: schedules cost what the formula says, counted by states that count themselves; the same bits."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import isqrt
from typing import Any

import pytest

from chainrule_cli.graph.carriers import Floats
from chainrule_cli.graph.lower import Lowered, lower
from chainrule_cli.graph.operations import OPS
from chainrule_cli.graph.sweep import backward
from chainrule_cli.lessons import checkpoint
from chainrule_cli.lessons.chains import START, ResidualChain, Segments, operations
from chainrule_cli.lessons.checkpoint import Action, Cost, ScheduleError
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.write import to_text
from chainrule_cli.reports.checkpoint import report
from tests.generate import formulas
from tests.support import chainrule, on_terminal

# what is alive, by its own word


@dataclass(slots=True)
class Tally:
    """alive: now; most: at any moment; at_rest: most while no layer was in the middle of its work."""

    alive: int = 0
    most: int = 0
    at_rest: int = 0

    def enters(self) -> None:
        self.alive += 1
        self.most = max(self.most, self.alive)


class Held:
    """A layer's input, or what its backward step needs: it says when it comes and when it goes."""

    def __init__(self, tally: Tally, layer: int) -> None:
        self.tally, self.layer = tally, layer
        tally.enters()

    def __del__(self) -> None:
        self.tally.alive -= 1


class Counting:
    """A chain that counts what it is asked for and what is alive when it is asked, and refuses what is out of order."""

    def __init__(self, layers: int) -> None:
        self.layers = layers
        self.tally = Tally()
        self.next_back = layers - 1
        self.forward = self.linearised = 0

    def value(self, layer: int, state: Held) -> Held:
        assert state.layer == layer
        self.forward += 1
        return Held(self.tally, layer + 1)

    def slopes(self, layer: int, state: Held) -> tuple[Held, Held]:
        assert state.layer == layer
        self.linearised += 1
        return Held(self.tally, layer + 1), Held(self.tally, layer)

    def pull(self, layer: int, slopes: Held, cotangent: int) -> int:
        assert slopes.layer == layer == self.next_back
        self.next_back -= 1
        self.tally.at_rest = max(self.tally.at_rest, self.tally.alive)
        return cotangent + 1

    def steps(self, layer: int) -> int:
        assert 0 <= layer < self.layers
        return 1

    def count_held(self, inputs: Collection[Held], kept: Collection[Held]) -> int:
        return len(inputs) + len(kept)


def counted(layers: int, schedule: Iterable[Action]) -> tuple[Counting, Cost]:
    """The chain, and what the executor says it took."""
    chain = Counting(layers)
    pulled, cost = checkpoint.run(chain, schedule, Held(chain.tally, 0), 0)
    assert (pulled, chain.next_back) == (layers, -1)
    assert chain.tally.alive == 0
    return chain, cost


@cache
def fewest(layers: int, slots: int) -> int:
    """By trying every place for the next checkpoint."""
    if layers == 1:
        return 0
    if slots == 1:
        return layers * (layers - 1) // 2
    return min(
        middle + fewest(layers - middle, slots - 1) + fewest(middle, slots) for middle in range(1, layers)
    )


@pytest.mark.parametrize(("layers", "costs"), [(10, [45, 20, 15, 13, 9]), (20, [190, 65, 45, 33, 28])])
def test_the_optimum_is_the_references(layers: int, costs: list[int]) -> None:
    slots = (1, 2, 3, 5, 10)
    assert [checkpoint.optimum(layers, each) for each in slots] == costs
    assert [counted(layers, checkpoint.revolve(layers, each))[0].forward for each in slots] == costs


def test_the_formula_is_the_fewest_there_can_be() -> None:
    for layers in range(1, 50):
        for slots in range(1, 12):
            assert checkpoint.optimum(layers, slots) == fewest(layers, slots)


@pytest.mark.parametrize(
    "step", [pytest.param(10, id="tenth"), pytest.param(1, id="all", marks=pytest.mark.full)]
)
def test_the_executed_schedule_costs_what_the_formula_says(step: int) -> None:
    for layers in range(step, 201, step):
        for slots in range(1, 21):
            chain, cost = counted(layers, checkpoint.revolve(layers, slots))
            assert chain.forward == cost.extra == checkpoint.optimum(layers, slots)
            assert chain.linearised == layers
            assert cost.peak <= slots
            # at rest, the slots and what this one backward step needs; in a layer, its input, its output and its slopes beside the slots
            assert chain.tally.at_rest == cost.peak + 1
            assert chain.tally.most <= slots + 3


@pytest.mark.parametrize("layers", [*range(1, 30), 100, 1_000])
def test_storing_every_root(layers: int) -> None:
    chain, cost = counted(layers, checkpoint.sqrt(layers))
    every = isqrt(layers - 1) + 1
    assert chain.forward == cost.extra < layers
    assert chain.linearised == layers
    assert chain.tally.at_rest == cost.peak <= 2 * every
    assert chain.tally.most <= cost.peak + 2


def test_storing_all_runs_nothing_again() -> None:
    chain, cost = counted(50, checkpoint.store_all(50))
    assert (chain.forward, chain.linearised, chain.tally.at_rest, cost) == (0, 50, 50, Cost(50, 0))


# schedules that do not hold together


SCHEDULES: dict[str, Callable[[], list[Action]]] = {
    "store-all": lambda: list(checkpoint.store_all(7)),
    "sqrt": lambda: list(checkpoint.sqrt(7)),
    "revolve": lambda: list(checkpoint.revolve(7, 3)),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_no_action_of_a_schedule_can_be_left_out(name: str) -> None:
    whole = SCHEDULES[name]()
    for index, action in enumerate(whole):
        if action.kind not in ("keep", "restore"):  # what is at hand may do instead
            with pytest.raises(ScheduleError):
                checkpoint.run(Counting(7), whole[:index] + whole[index + 1 :], Held(Tally(), 0), 0)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_that_is_out_of_order_is_refused_or_gives_the_same_bits(name: str) -> None:
    rng, refused = random.Random(name), 0
    chain = ResidualChain(7)
    right = checkpoint.run(chain, SCHEDULES[name](), START, 1.0)[0], chain.gradient
    for _ in range(300):
        schedule = SCHEDULES[name]()
        one, other = rng.randrange(len(schedule)), rng.randrange(len(schedule))
        schedule[one], schedule[other] = rng.choice(
            [(schedule[other], schedule[one]), (schedule[other], schedule[other])]
        )
        chain = ResidualChain(7)
        try:
            found = checkpoint.run(chain, schedule, START, 1.0)[0], chain.gradient
        except ScheduleError:
            refused += 1
        else:
            assert found == right
    assert refused > 150


@pytest.mark.parametrize(
    ("schedule", "reason"),
    [
        ([("backward", 2)], "what is at hand is the input of 0"),
        ([("advance", 1)], "what is at hand is the input of 0"),
        ([("store", 1)], "what is at hand is the input of 0"),
        ([("restore", 0)], "nothing is stored there"),
        ([("drop", 0)], "nothing is stored there"),
        ([("store", 0), ("store", 0)], "it is held"),
        ([("keep", 0), ("backward", 0)], "layer 2 comes next"),
        ([("store", 0), ("keep", 0), ("restore", 0), ("keep", 0)], "it is held"),
        ([("store", 0), *(("keep", n) for n in range(3)), ("backward", 2), ("keep", 2)], "the input of None"),
        (
            [("advance", 0), ("advance", 1), ("store", 2), ("backward", 2), ("restore", 2), ("advance", 2)],
            "it has gone backward",
        ),
        ([("keep", 0)], "3 layers have not gone backward, 0 slots and 1 kept"),
        ([], "3 layers have not gone backward"),
    ],
)
def test_a_wrong_schedule_is_caught(schedule: list[tuple[Any, int]], reason: str) -> None:
    with pytest.raises(ScheduleError, match=reason):
        checkpoint.run(ResidualChain(3), [Action(*each) for each in schedule], START, 1.0)


# the gradient


@pytest.mark.parametrize(("layers", "slots"), [(1, 1), (2, 1), (10, 3), (64, 5), (130, 2)])
def test_the_gradient_has_the_same_bits_and_is_right(layers: int, slots: int) -> None:
    record = report(layers=layers, slots=slots)
    assert [each.gradient_equal for each in record.strategies] == [True] * 3
    chain = ResidualChain(layers)
    whole = "; ".join(
        f"h_{n + 1} = h_{n} + ({w!r})*sin(h_{n} + ({b!r}))" for n, (w, b) in enumerate(chain.parameters)
    )
    lowered = lower(read(whole, declared=["h_0"]))
    slope = backward(lowered.graph, {"h_0": START}, lowered.output)[lowered.graph.inputs["h_0"]]
    assert record.gradient["h"] == pytest.approx(slope, rel=1e-12)


def test_no_layer_of_a_long_chain_has_a_gradient_of_zeros() -> None:
    chain = ResidualChain(10_000)
    checkpoint.run(chain, checkpoint.sqrt(10_000), START, 1.0)
    assert all(by_weight and by_bias for by_weight, by_bias in chain.gradient)


def test_a_gradient_of_other_bits_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Rounded(ResidualChain):
        def value(self, layer: int, state: float) -> float:
            return round(super().value(layer, state), 15)

    monkeypatch.setattr("chainrule_cli.reports.checkpoint.ResidualChain", Rounded)
    assert [each.gradient_equal for each in report(layers=10, slots=3).strategies] == [True, False, False]


def test_the_record_of_the_defaults() -> None:
    record = json.loads(chainrule("checkpoint", "--json").stdout)
    assert (record["schema"], record["layers"], record["slots"]) == ("chainrule.checkpoint.v1", 10, 3)
    fields = ("name", "peak_stored", "extra_forward_steps", "optimum", "optimum_at_peak", "gradient_equal")
    assert [[each[name] for name in fields] for each in record["strategies"]] == [
        ["store-all", 10, 0, 15, 9, True],
        ["sqrt", 5, 8, 15, 13, True],
        ["revolve", 3, 15, 15, 15, True],
    ]
    for each in record["strategies"]:
        kinds = [action["action"] for action in each["schedule"]]
        assert (kinds.count("advance"), kinds.count("backward")) == (each["extra_forward_steps"], 10)
        assert kinds.count("store") == kinds.count("drop")


# formulas


class Number(float):
    """A value of an operation that says when it comes and when it goes."""

    tally: Tally

    def __del__(self) -> None:
        self.tally.alive -= 1


class CountingFloats(Floats):
    """Doubles whose operations count the values that are alive, and how often each operation was worked out."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.worked: dict[str, int] = {}

    def operation(self, op: str) -> Callable[..., float]:
        def call(*args: float) -> float:
            self.worked[op] = self.worked.get(op, 0) + 1
            value = Number(OPS[op].forward(*args))
            value.tally = self.tally
            self.tally.enters()
            return value

        return call


SHARED = "u = sin(x)*x; v = u*u; w = v*cos(u)+v; w*exp(w)"
SINES = "; ".join(["u_0 = x", *(f"u_{k} = sin(u_{k - 1})" for k in range(1, 401))])


def gone_back(
    lowered: Lowered, point: Mapping[str, float], size: int, *, stored: bool
) -> tuple[dict[str, float], Cost, CountingFloats, Segments]:
    carrier = CountingFloats()
    cut = Segments(lowered.graph, lowered.output, point, size, carrier)
    schedule = checkpoint.store_all(cut.layers) if stored else checkpoint.in_stretches(cut.layers, 1)
    adjoints, cost = checkpoint.run(cut, schedule, {}, {lowered.output: 1.0})
    return cut.gradient(adjoints), cost, carrier, cut


def test_a_chain_of_sines_holds_and_works_out_what_it_says() -> None:
    lowered = lower(read(SINES))
    for size in (400, 100, 20, 7, 1):
        _, cost, carrier, cut = gone_back(lowered, {"x": 1.0}, size, stored=False)
        assert carrier.worked["sin"] == 400 + cost.extra
        # beside what is stored: the value on its way, the one that is made of it, and the local derivative
        assert cost.peak <= carrier.tally.most <= cost.peak + 3
        assert carrier.tally.alive == 0
        # the inputs of the segments before it, its own, and all that it works out
        assert cost.peak == max(number + len(segment) for number, segment in enumerate(cut.segments))


def test_random_formulas_in_any_number_of_segments() -> None:
    rng = random.Random(3)
    for expr in formulas("segments", 60):
        lowered = lower(read(to_text(expr)))
        if not operations(lowered.graph, lowered.output):
            continue
        point = {name: rng.uniform(0.3, 1.7) for name in lowered.graph.inputs}
        whole = backward(lowered.graph, point, lowered.output)
        stored, _, _, _ = gone_back(lowered, point, 1_000, stored=True)
        for size in (1, 2, 3, 7):
            found, cost, carrier, cut = gone_back(lowered, point, size, stored=False)
            assert repr(found) == repr(stored)
            assert cost.extra == sum(len(each) for each in cut.segments[:-1])
            assert carrier.tally.alive == 0
        for name, index in lowered.graph.inputs.items():
            assert stored[name] == pytest.approx(whole[index], rel=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    ("formula", "at"),
    [
        ("u = sin(x*y); v = u*exp(u); w = v + sin(v)*u; w*w", "x=1,y=2"),
        (SHARED, "x=0.7"),
        ("sin(x) + cos(x)*sin(x)", "x=0.3"),
        ("where(x > 0, log(x), x^2)*x", "x=-2"),
        ("|x - 1|*max(x, y)*relu(y)", "x=1,y=0"),
        ("sqrt(x)*y + y", "x=0,y=1"),
        ("pi*x + e^x", "x=1"),
        ("x1*x2*x3*x4*x5*x6*x7*x8", "x1=1,x2=2,x3=3,x4=4,x5=5,x6=6,x7=7,x8=8"),
        (
            "; ".join(f"a_{k + 1} = sin(a_{k})*a_{k} + x" for k in range(1, 60)).replace("a_1)*a_1", "x)*x"),
            "x=0.7",
        ),
    ],
)
def test_a_formula_in_segments(formula: str, at: str) -> None:
    record = report(formula, at=at)
    store, root = record.strategies
    assert (store.extra_forward_steps, store.gradient_equal, root.gradient_equal) == (0, True, True)
    assert root.peak_stored <= store.peak_stored == record.layers
    assert root.extra_forward_steps == record.layers - len(record.segments[-1].operations)
    assert (store.optimum, root.optimum, store.optimum_at_peak) == (None, None, None)
    assert record.cuts == tuple(len(each.crossing) for each in record.segments[1:])
    assert {each.layer for each in root.schedule} == set(range(1, len(record.segments) + 1))


def test_what_crosses_a_cut_is_used_behind_it() -> None:
    record = report(SHARED, at="x=0.7")
    assert [(list(each.operations), each.crossing) for each in record.segments] == [
        (["v1", "u", "v"], ()),
        (["v2", "v3", "w"], ("u", "v")),
        (["v4", "f"], ("w",)),
    ]


def test_a_long_chain_of_operations_is_held_by_its_root() -> None:
    store, root = report(SINES, at="x=1").strategies
    assert (store.peak_stored, root.gradient_equal) == (400, True)
    assert root.peak_stored <= 2 * 20
    assert root.extra_forward_steps == 380


def test_a_derivative_that_is_no_finite_number_is_told() -> None:
    record = report("sqrt(x)*y + y", at="x=0,y=1")
    assert record.gradient == {"x": None, "y": 1.0}
    assert any("by x is no finite number" in note for note in record.notes)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--layers", "-1"], "--layers"),
        (["--layers", "0"], "--layers"),
        (["--layers", "1000000000"], "--layers"),
        (["--layers", "nan"], "whole number"),
        (["--layers", "2.5"], "whole number"),
        (["--slots", "0"], "--slots"),
        (["--slots", "-3"], "--slots"),
        (["--slots", "inf"], "whole number"),
        (
            ["--layers", "10000", "--slots", "1"],
            "with 1 slot even the best schedule takes 49,995,000 forward steps",
        ),
        (["x^2"], "no value for x"),
        (["x^2", "--at", "x=1", "--layers", "3"], "not for a formula"),
        (["x^2", "--at", "x=1", "--slots", "3"], "not for a formula"),
        (["--at", "x=1"], "--at goes with a formula"),
        (["x^2 + y^2 = 1", "--at", "x=1,y=0"], "no value"),
        (["x^2", "--at", "x=1/0"], "finite"),
        (["x^2", "--at", "x=nan"], "n"),
        (["ln(x)", "--at", "x=-1"], "no value at this point"),
        (["exp(x)", "--at", "x=1000"], "no value at this point"),
        (["x", "--at", "x=3"], "no operation"),
        (["u = x; v = u; v", "--at", "x=3"], "no operation"),
        (["pi"], "no operation"),
        (["5 + 3"], "no variable"),
        (["f(g(x))", "--at", "x=1"], "undefined function"),
    ],
)
def test_what_cannot_be_scheduled(arguments: list[str], message: str) -> None:
    ran = chainrule("checkpoint", *arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert message in ran.stderr
    assert ran.stderr.count("error:") == 1
    assert "internal" not in ran.stderr


# the page


def drawn(*arguments: str) -> list[str]:
    """The lines of the page that are drawings or tables: all but its sentences."""
    page = chainrule("checkpoint", *arguments).stdout
    return page.split("  What it means")[0].splitlines()


@pytest.mark.parametrize("layers", [1, 2, 36, 37, 74, 75, 100, 150, 200, 1_000, 10_000])
def test_the_drawing_of_any_length_fits_the_terminal(layers: int) -> None:
    lines = drawn("--layers", str(layers), "--slots", "40")
    assert max(map(len, lines)) <= 80
    assert ("a column is" in "".join(lines)) == (layers > 74)
    headings = [line for line in lines if line.startswith("  Schedule")]
    assert [line.split()[1] for line in headings] == ["store-all", "sqrt", "revolve"]


def test_arrows_are_what_is_run_again() -> None:
    lines = drawn("--layers", "20", "--slots", "3", "--detail", "full")
    starts = [index for index, line in enumerate(lines) if line.startswith("  Schedule")]
    parts = ["".join(lines[start:end]).split("● stored")[0] for start, end in pairwise([*starts, len(lines)])]
    assert [part.count("→") for part in parts] == [0, 15, 45]
    assert [part.count("◂") for part in parts] == [20, 20, 20]
    assert [part.count("○") for part in parts] == [
        0,
        3,
        sum(action.kind == "drop" for action in checkpoint.revolve(20, 3)),
    ]


def test_what_each_takes_stands_against_the_optimum() -> None:
    lines = drawn("--layers", "20", "--slots", "3")
    rows = [["20", "+17", "0", "-45", "19"], ["8", "+5", "15", "-30", "30"], ["3", "0", "45", "0", "45"]]
    assert [line.split()[1:6] for line in lines[3:6]] == rows


def test_the_page() -> None:
    page = chainrule("checkpoint").stdout
    for piece in (
        "revolve",
        "●→ → → →●· · · · · ·",
        "same bits",
        "10 layers h + w·sin(h + b), 3 slots",
        "try: chainrule checkpoint",
    ):
        assert piece in page


def test_the_page_of_a_formula_draws_its_segments() -> None:
    page = chainrule("checkpoint", SHARED, "--at", "x=0.7").stdout
    for piece in (
        "v1 = sin(x), u = v1·x, v = u·u",
        "    ●→●→ ▸\n    ●·●· ◂\n    ●·○▸ ·\n",
        "8 operations are cut into 3 segments",
        "2 at most",
    ):
        assert piece in page


def test_cutting_that_saves_nothing_says_so() -> None:
    page = chainrule("checkpoint", "x1*x2 + x3*x4", "--at", "x1=1,x2=2,x3=3,x4=4").stdout
    assert "cutting saves nothing" in page


def test_a_wide_drawing_is_made_as_narrow_as_the_line_in_latex() -> None:
    page = chainrule("checkpoint", "--layers", "30", "--format", "latex").stdout
    assert r"\usepackage{graphicx}" in page
    assert r"\resizebox{\linewidth}{!}{\begin{tabular}{*{60}{@{}c@{}}}" in page
    assert page.count(r"\end{tabular}}") == page.count(r"\resizebox")


def test_a_terminal_breaks_no_drawing() -> None:
    _, page = on_terminal("checkpoint", "--layers", "74", "--slots", "4", "--color", "never", columns=80)
    marks = [line for line in page.splitlines() if set(line.strip()) and set(line.strip()) <= set("●○→▸◂·")]
    assert {len(line.strip()) for line in marks} == {74}


@pytest.mark.parametrize("arguments", [[], ["--json"], [SHARED, "--at", "x=0.7"]])
def test_neither_sympy_nor_numpy_is_imported(arguments: list[str]) -> None:
    told = chainrule(
        "checkpoint", *arguments, program=[sys.executable, "-X", "importtime", "-m", "chainrule_cli"]
    )
    loaded = {line.rpartition("|")[2].strip() for line in told.stderr.splitlines()}
    assert "chainrule_cli.lessons.checkpoint" in loaded
    assert loaded.isdisjoint({"sympy", "numpy", "mpmath", "flint", "rich"})
