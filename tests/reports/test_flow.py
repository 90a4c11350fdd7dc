"""chainrule flow: the reference's chain, autograd beside a deep network, closed forms of norms, cures that cure, hostile values."""

from __future__ import annotations

import json
import math
import shlex
from collections.abc import Callable
from fractions import Fraction
from itertools import combinations

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from chainrule_cli.explain import flow as explain_flow
from chainrule_cli.graph.adjoint import gradient, vjp
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sweep import forward
from chainrule_cli.graph.values.array_carriers import ARRAYS_OF_FLOATS
from chainrule_cli.lessons import network
from chainrule_cli.lessons.network import (
    LINEAR,
    STEEPEST,
    DeepNetwork,
    Design,
    draw_batch,
    draw_weights,
    find_bound,
    length,
    normalize,
    scale_and_shift,
    shares_by_length,
)
from chainrule_cli.lessons.training import Clip, clip_gradients
from chainrule_cli.records.flow import FlowRecord, VariantRecord
from chainrule_cli.render import plain
from chainrule_cli.reports.flow import report, verdict
from tests.support import chainrule


def one(**options: object) -> VariantRecord:
    return report(**options).variants[0]  # type: ignore[arg-type]  # by their names


def page(columns: int | None = None, /, **options: object) -> str:
    return plain.render(explain_flow.explain(report(**options)), width=columns)  # type: ignore[arg-type]  # by their names


# the textbook's chain


@pytest.mark.parametrize(
    ("layers", "product"), [(1, 0.2350037122015945), (5, 6.079862743106368e-4), (10, 3.4831156097851636e-07)]
)
def test_a_chain_of_sigmoids_is_the_references(layers: int, product: float) -> None:
    assert one(layers=layers).product == pytest.approx(product, rel=1e-12)


def test_the_chain_settles_on_its_fixed_point() -> None:
    variant = one(layers=200)
    assert variant.layers[-1].rate == pytest.approx(0.22470434812414652, rel=1e-12)
    assert variant.settled is not None
    assert variant.settled.state == pytest.approx(0.6590460684074066, rel=1e-12)
    assert variant.settled.rate == pytest.approx(0.22470434812414652, rel=1e-12)
    assert (variant.verdict, variant.ratio is not None and 0 < variant.ratio < 1e-100) == ("vanishes", True)


def test_the_bound_of_the_sigmoid_is_met_at_zero() -> None:
    variant = one(layers=10, input=0.0, weight=1.0)
    assert variant.layers[0].rate == 0.25
    assert variant.product is not None
    assert variant.product <= 4.0**-10


@pytest.mark.parametrize(("rate", "float32", "float64"), [(0.25, 75, 538), (0.5, 150, 1075), (0.1, 46, 324)])
def test_where_floats_underflow(rate: float, float32: int, float64: int) -> None:
    variant = one(layers=4, activation="linear", weight=rate)
    assert variant.underflow_depth == {"float32": float32, "float64": float64}
    assert np.float32(rate) ** np.float32(float32 - 1) > 0 or rate != 0.25
    assert rate**float64 == 0 < rate ** (float64 - 1)


@pytest.mark.parametrize(
    ("options", "settled"),
    [
        ({"activation": "tanh", "weight": 0.5}, (0.0, 0.5)),
        ({"activation": "relu", "input": -1.0}, (0.0, 0.0)),
        ({"activation": "linear", "weight": -1.0}, None),
        ({"activation": "linear", "weight": 2.0}, None),
        ({"activation": "sigmoid", "init": "he"}, None),
        ({"activation": "sigmoid", "residual": True}, None),
    ],
)
def test_where_a_chain_settles(options: dict[str, object], settled: tuple[float, float] | None) -> None:
    found = one(**options).settled
    assert (found is None) == (settled is None)
    if found is not None and settled is not None:
        assert (found.state, found.rate) == pytest.approx(settled, abs=1e-14)


@pytest.mark.parametrize("activation", list(STEEPEST))
def test_no_slope_is_steeper_than_the_steepest(activation: str) -> None:
    graph = Graph()
    z = graph.input("z")
    slope = gradient(graph, z if activation == LINEAR else graph.apply(activation, z), ["z"])["z"]
    grid = np.linspace(-8, 8, 160_001)
    slopes = np.broadcast_to(forward(graph, {"z": grid}, ARRAYS_OF_FLOATS, wanted=[slope])[slope], grid.shape)
    assert np.abs(slopes).max() == pytest.approx(STEEPEST[activation], rel=1e-4)
    assert np.abs(slopes).max() <= STEEPEST[activation] * (1 + 1e-15)


def test_the_bound_of_a_chain_is_the_references() -> None:
    bound = one(layers=10).bound
    assert bound is not None
    assert (bound.slope, bound.rate, bound.product) == (0.25, 0.25, 9.5367431640625e-07)


@pytest.mark.parametrize("activation", list(STEEPEST))
@pytest.mark.parametrize("init", ["he", "scale=3"])
def test_no_layer_passes_on_more_than_its_bound(activation: str, init: str) -> None:
    variant = one(layers=8, width=16, activation=activation, init=init)
    assert variant.bound is not None
    assert variant.bound.rate is not None
    assert all(layer.rate is not None and layer.rate <= variant.bound.rate for layer in variant.layers)
    assert (variant.product or 0.0) <= (variant.bound.product or 0.0)
    assert one(layers=8, width=16, activation=activation, init=init, norm="layer").bound is None


@pytest.mark.parametrize(
    ("options", "verdict", "product", "said"),
    [
        (
            {"activation": "relu", "input": -1.0},
            "vanishes",
            0.0,
            "Layer 10 has rate 0: all of its ReLUs are shut.",
        ),
        ({"weight": 0.0}, "vanishes", 0.0, "Layer 10 has rate 0: its weight is 0."),
        ({"layers": 800}, "vanishes", 0.0, "too small for float64: it has underflowed"),
        ({"activation": "linear"}, "steady", 1.0, "the rates are 1:"),
        (
            {"activation": "linear", "weight": -2.0, "layers": 3},
            "steady",
            -8.0,
            "The derivative itself is -8: an odd number of layers turn its sign",
        ),
        (
            {"activation": "linear", "weight": -2.0, "layers": 4},
            "steady",
            16.0,
            "2 is their geometric mean, 16 their product",
        ),
        (
            {"activation": "linear", "weight": 0.5, "layers": 8},
            "vanishes",
            2.0**-8,
            "under a hundredth from layer 1 down",
        ),
        (
            {"activation": "linear", "weight": 0.5, "layers": 7},
            "steady",
            2.0**-7,
            "steady: layer 1 gets 0.0156 times",
        ),
        (
            {"activation": "linear", "weight": 10.0, "layers": 3},
            "steady",
            1000.0,
            "steady: layer 1 gets 100 times",
        ),
        (
            {"activation": "linear", "weight": 0.1, "layers": 3},
            "steady",
            1e-3,
            "steady: layer 1 gets 0.01 times",
        ),
        ({"activation": "linear", "weight": 1e308}, "explodes", None, "the gradient leaves the doubles"),
        ({"layers": 1}, "steady", 0.2350037122015945, "with one layer there is nothing to compare"),
    ],
)
def test_verdicts_at_the_edges(
    options: dict[str, object], verdict: str, product: float | None, said: str
) -> None:
    variant = one(**options)
    assert variant.verdict == verdict
    assert variant.product == (None if product is None else pytest.approx(product, rel=1e-12))
    assert said in page(**options)
    assert "on average" not in page(**options)
    assert "the rate there, 0," not in page(**options)


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (0.0, "vanishes"),
        (0.00999, "vanishes"),
        (0.01, "steady"),
        (100.0, "steady"),
        (100.1, "explodes"),
        (math.inf, "explodes"),
        (math.nan, "explodes"),
    ],
)
def test_the_limits_of_the_verdict_are_steady(ratio: float, said: str) -> None:
    assert verdict(ratio) == said


def test_the_bound_is_of_the_largest_singular_value() -> None:
    design = Design(3, 5, 1, "silu")
    weights = draw_weights(design, 0)
    largest = [np.sqrt(np.linalg.eigvalsh(each.T @ each)[-1]) for each in weights]
    found = find_bound(design, weights)
    assert found is not None
    assert (found.slope, found.weight) == (STEEPEST["silu"], pytest.approx(max(largest), rel=1e-12))
    assert found.rate == pytest.approx(STEEPEST["silu"] * max(largest), rel=1e-12)
    assert found.product == pytest.approx(math.prod(largest) * STEEPEST["silu"] ** 3, rel=1e-12)


def test_where_the_gradient_leaves_the_verdict_steady() -> None:
    assert one(activation="linear", weight=0.1).crossing == 7
    assert one(activation="linear", weight=3.0).crossing == 5
    assert one(activation="linear").crossing is None


def test_a_negative_weight_turns_the_sign() -> None:
    assert one(layers=3, activation="linear", weight=-2.0).product == -8.0


def test_past_the_doubles_it_has_exploded() -> None:
    variant = one(layers=1_100, activation="linear", weight=2.0)
    assert (variant.verdict, variant.product, variant.layers[0].gradient_norm) == ("explodes", None, None)
    assert variant.overflow_depth == {"float32": 128, "float64": 1024}
    gone = one(layers=700, activation="linear", weight=0.25)
    assert (gone.verdict, gone.product) == ("vanishes", 0.0)


# outside oracles

BY_NAME: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "relu": lambda z: anp.maximum(z, 0),
    "leaky_relu": lambda z: anp.where(z > 0, z, 0.01 * z),
    "silu": lambda z: z / (1 + anp.exp(-z)),
    "linear": lambda z: z,
}


def by_hand(design: Design, x: np.ndarray, weights: list[np.ndarray]) -> np.ndarray:
    state, layer = x, 1 if design.norm is None else 3
    for place in range(0, len(weights), layer):
        z = anp.dot(state, weights[place])
        if design.norm is not None:
            axis = 0 if design.norm == "batch" else 1
            mean = anp.mean(z, axis=axis, keepdims=True)
            gamma, beta = weights[place + 1 : place + 3]
            z = (
                gamma * (z - mean) / anp.sqrt(anp.mean((z - mean) ** 2, axis=axis, keepdims=True) + 1e-5)
                + beta
            )
        after = BY_NAME[design.activation](z)
        state = state + after if design.residual else after
    return state


@pytest.mark.parametrize("activation", list(BY_NAME))
@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("norm", [None, "batch", "layer"])
def test_five_layers_against_autograd(activation: str, residual: bool, norm: str | None) -> None:
    design = Design(5, 6, 7, activation, "he", residual, norm)
    draw, (x, y) = np.random.default_rng(3), draw_batch(design, 3)
    weights = [
        each if each.ndim == 2 else each + draw.normal(size=each.shape) for each in draw_weights(design, 3)
    ]
    found = DeepNetwork(design).flow(x, y, weights)
    assert found.states[-1] == pytest.approx(by_hand(design, x, weights), rel=1e-12, abs=1e-14)
    slopes = autograd.grad(lambda x, weights: anp.sum(y * by_hand(design, x, weights)), [0, 1])(x, weights)
    np.testing.assert_allclose(found.gradients[0], slopes[0], rtol=1e-9, atol=1e-13)
    for mine, other in zip(found.weights, slopes[1], strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-12)


def test_batch_norm_of_the_reference() -> None:
    graph = Graph()
    x = graph.input("x", (4, 1))
    pulled = vjp(graph, normalize(graph, x, 0, Fraction(0)), graph.input("dy", (4, 1)), ["x"])["x"]
    at = {"x": np.array([[1.0], [2], [3], [4]]), "dy": np.array([[1.0], [0], [0], [0]])}
    found = forward(graph, at, ARRAYS_OF_FLOATS, wanted=[pulled])[pulled]
    np.testing.assert_allclose(found.ravel(), np.array([0.6, -0.8, -0.2, 0.4]) / math.sqrt(5), rtol=1e-12)


@pytest.mark.parametrize("axis", [0, 1])
def test_norms_against_their_closed_form(axis: int) -> None:
    draw = np.random.default_rng(axis)
    x, dy = draw.normal(size=(6, 5)), draw.normal(size=(6, 5))
    graph = Graph()
    pulled = vjp(graph, normalize(graph, graph.input("x", (6, 5)), axis), graph.input("dy", (6, 5)), ["x"])[
        "x"
    ]
    found = forward(graph, {"x": x, "dy": dy}, ARRAYS_OF_FLOATS, wanted=[pulled])[pulled]
    count, root = x.shape[axis], np.sqrt(x.var(axis=axis, keepdims=True) + float(Fraction("0.00001")))
    hat = (x - x.mean(axis=axis, keepdims=True)) / root
    wanted = (
        count * dy - dy.sum(axis=axis, keepdims=True) - hat * (dy * hat).sum(axis=axis, keepdims=True)
    ) / (count * root)
    np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("axis", [0, 1])
def test_gamma_and_beta_against_their_closed_form(axis: int) -> None:
    draw = np.random.default_rng(10 + axis)
    x, dy, at = (
        draw.normal(size=(6, 5)),
        draw.normal(size=(6, 5)),
        {"gamma": draw.normal(size=5), "beta": draw.normal(size=5)},
    )
    graph = Graph()
    hat = normalize(graph, graph.input("x", (6, 5)), axis)
    pulled = vjp(
        graph,
        scale_and_shift(graph, hat, graph.input("gamma", (5,)), graph.input("beta", (5,))),
        graph.input("dy", (6, 5)),
        ["x", "gamma", "beta"],
    )
    found = forward(graph, {"x": x, "dy": dy, **at}, ARRAYS_OF_FLOATS, wanted=list(pulled.values()))
    count, root = x.shape[axis], np.sqrt(x.var(axis=axis, keepdims=True) + float(Fraction("0.00001")))
    hats, sent = (x - x.mean(axis=axis, keepdims=True)) / root, at["gamma"] * dy
    wanted = (
        count * sent - sent.sum(axis=axis, keepdims=True) - hats * (sent * hats).sum(axis=axis, keepdims=True)
    ) / (count * root)
    np.testing.assert_allclose(found[pulled["x"]], wanted, rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(found[pulled["gamma"]], (dy * hats).sum(axis=0), rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(found[pulled["beta"]], dy.sum(axis=0), rtol=1e-12, atol=1e-15)


def test_clipping_of_the_reference() -> None:
    both = [np.array([[3.0]]), np.array([[4.0]])]
    assert [float(each[0, 0]) for each in clip_gradients(both, Clip(norm=1.0))] == pytest.approx(
        [0.6, 0.8], rel=1e-15
    )
    assert [float(each[0, 0]) for each in clip_gradients(both, Clip(value=1.0))] == [1.0, 1.0]
    assert [float(each[0, 0]) for each in clip_gradients(both, Clip(norm=10.0))] == [3.0, 4.0]


@pytest.mark.parametrize(
    ("init", "deviation"), [("xavier", 1.0), ("he", math.sqrt(2)), ("lecun", 1.0), ("scale=3", 3.0)]
)
def test_initialisations(init: str, deviation: float) -> None:
    (weights,) = draw_weights(Design(1, 400, 1, init=init), 0)
    assert weights.std() * math.sqrt(400) == pytest.approx(deviation, rel=0.01)


def test_orthogonal_weights_are() -> None:
    (weights,) = draw_weights(Design(1, 50, 1, init="orthogonal"), 0)
    np.testing.assert_allclose(weights @ weights.T, np.eye(50), atol=1e-12)
    assert one(layers=30, width=32, activation="linear", init="orthogonal").ratio == pytest.approx(
        1.0, rel=1e-10
    )


# what the lesson is to show


def test_sigmoids_vanish() -> None:
    assert one(layers=20, width=64).verdict == "vanishes"


def test_relu_with_he_stays_within_ten() -> None:
    norms = [
        layer.gradient_norm or 0 for layer in one(layers=20, width=64, activation="relu", init="he").layers
    ]
    assert max(norms) / min(norms) < 10


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_residual_layers_with_batch_norm_stay(activation: str) -> None:
    assert one(layers=100, width=64, activation=activation, residual=True, norm="batch").verdict == "steady"


def test_a_large_scale_explodes_and_clipping_holds_the_step() -> None:
    wild, held = report(
        layers=20, width=64, activation="relu", compare="scale=3,scale=3+clip-norm=1", train=20
    ).variants
    assert (wild.verdict, held.verdict) == ("explodes", "explodes")
    assert wild.training is not None
    assert held.training is not None
    assert (wild.training.broken, held.training.broken) == (1, None)
    assert held.step is not None
    assert held.step.norm is not None
    assert held.step.norm > 1e4
    assert held.step.clipped == pytest.approx(1.0, rel=1e-12)
    assert held.step.cosine == pytest.approx(1.0, rel=1e-12)


def test_clipping_by_value_turns_the_step() -> None:
    step = one(layers=20, width=64, activation="relu", init="scale=3", clip_value=0.01).step
    assert step is not None
    assert step.cosine is not None
    assert step.cosine < 0.9


def test_early_layers_stop_learning_where_the_gradient_vanishes() -> None:
    training = one(layers=20, width=64, train=3).training
    assert training is not None
    ratios = [ratio or 0.0 for ratio in training.update_ratios]
    assert ratios[0] < 1e-9 * ratios[-1]
    healthy = one(layers=20, width=64, activation="relu", init="he", train=30).training
    assert healthy is not None
    assert len(healthy.update_ratios) == len(healthy.last_update_ratios) == 20
    assert healthy.update_ratios != healthy.last_update_ratios
    assert (healthy.losses[-1] or math.inf) < (healthy.losses[0] or 0)


def test_dead_relus_are_counted() -> None:
    layers = one(layers=30, width=64, activation="relu", init="he").layers
    assert all(layer.dead is not None and 0 <= layer.dead <= 1 for layer in layers)
    assert (layers[-1].dead or 0) > 0
    assert one(layers=3, width=8).layers[0].dead is None


def test_the_spectrum_of_a_residual_chain() -> None:
    variant = one(layers=12, activation="linear", weight=0.5, residual=True)
    assert variant.product == pytest.approx(1.5**12, rel=1e-12)
    assert variant.paths is not None
    assert (variant.paths.count, variant.paths.mean_length) == (
        "4096",
        pytest.approx(12 * 0.5 / 1.5, rel=1e-12),
    )
    for each in variant.paths.lengths:
        assert each.paths == str(math.comb(12, each.length))
        assert each.share == pytest.approx(math.comb(12, each.length) * 0.5**each.length / 1.5**12, rel=1e-12)


def test_paths_that_work_against_each_other_keep_their_signs() -> None:
    variant = one(layers=6, activation="linear", weight=-0.5, residual=True)
    assert variant.product == 0.5**6
    assert variant.paths is not None
    assert [each.share for each in variant.paths.lengths] == [
        math.comb(6, k) * (-0.5) ** k * 64 for k in range(7)
    ]
    assert "the shares cancel" in page(layers=6, activation="linear", weight=-0.5, residual=True)


@pytest.mark.parametrize("norm", [None, "batch", "layer"])
def test_the_spectrum_is_the_sum_over_all_paths(norm: str | None) -> None:
    """All 2^5 paths one by one, each branch pulled back by autograd."""
    design = Design(5, 4, 6, "tanh", "xavier", True, norm)
    (x, y), weights = draw_batch(design, 7), draw_weights(design, 7)
    flow, each = DeepNetwork(design).flow(x, y, weights), len(weights) // 5
    straight = Design(1, 4, 6, "tanh", "xavier", False, norm)

    def pulled(layer: int, sent: np.ndarray) -> np.ndarray:
        own = weights[layer * each : (layer + 1) * each]
        return autograd.grad(lambda state: anp.sum(sent * by_hand(straight, state, own)))(flow.states[layer])

    by_length = [np.zeros_like(x) for _ in range(6)]
    for count in range(6):
        for gone in combinations(range(5), count):
            sent = y
            for layer in sorted(gone, reverse=True):
                sent = pulled(layer, sent)
            by_length[count] += sent
    whole = flow.gradients[0]
    np.testing.assert_allclose(sum(by_length), whole, rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(
        shares_by_length(design, flow, weights),
        [(part * whole).sum() / (whole**2).sum() for part in by_length],
        rtol=1e-9,
    )


def test_lengths_that_are_not_followed_are_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    options = {"layers": 12, "activation": "linear", "weight": 0.5, "residual": True}
    monkeypatch.setattr(network, "MOST_LENGTHS", 3)
    found = one(**options).paths
    assert found is not None
    assert [each.length for each in found.lengths] == [0, 1, 2]
    assert found.rest == pytest.approx(
        sum(math.comb(12, k) * 0.5**k for k in range(3, 13)) / 1.5**12, rel=1e-12
    )
    assert ["longer", "81.9%"] in [line.split() for line in page(**options).splitlines()]


def test_the_same_seed_across_a_comparison() -> None:
    alone, (first, second) = (
        one(layers=5, width=16),
        report(layers=5, width=16, compare="sigmoid,sigmoid+residual").variants,
    )
    assert (alone.layers, alone.product) == (first.layers, first.product)
    assert first.product != second.product
    assert report(layers=5, width=16, seed=1).variants[0].product != alone.product


def test_the_length_of_large_arrays_does_not_overflow() -> None:
    assert length(np.array([[3e200, 4e200]])) == pytest.approx(5e200, rel=1e-15)


# the command


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--layers", "-1"], "--layers"),
        (["--layers", "1000000000"], "--layers"),
        (["--width", "1000000000"], "--width"),
        (["--width", "1024", "--layers", "1000"], "too many"),
        (["--activation", "sigmoyd"], "sigmoyd is no activation"),
        (["--init", "scale=-1"], "no initialisation"),
        (["--init", "scale=nan"], "no initialisation"),
        (["--init", "hee"], "no initialisation"),
        (["--norm", "batch"], "a norm needs"),
        (["--norm", "what", "--width", "4"], "what is no norm"),
        (["--clip-norm", "0"], "--clip-norm"),
        (["--clip-value", "nan"], "--clip-value"),
        (["--input", "nan"], "finite"),
        (["--weight", "inf"], "finite"),
        (["--input", "1", "--width", "2"], "width 1"),
        (["--compare", "sigmoid,what"], "what is no change"),
        (["--compare", ""], "--compare has an empty variant"),
        (["--compare", ","], "--compare has an empty variant"),
        (["--compare", "relu,,he"], "--compare has an empty variant"),
        (["--compare", "relu+"], "an empty word is no change"),
        (["--compare", "relu,relu"], "relu stands twice"),
        (["--compare", "relu,clip-norm=nan"], "clip-norm=nan is no change"),
        (["--activation", ""], "an empty word is no activation"),
        (["--init", ""], "an empty word is no initialisation"),
        (["--weight", "2", "--init", "he"], "contradict each other"),
        (["--weight", "2", "--width", "5"], "width 1"),
        (["--lr", "3"], "--lr does not go without --train"),
        (["--clip-norm", "1e400"], "--clip-norm"),
        (["--compare", ",".join(["tanh"] * 13)], "at most 12"),
        (["--train", "0"], "--train"),
        (["--train", "100000"], "--train"),
        (["--lr", "-1", "--train", "2"], "--lr"),
        (["--seed", "-1"], "--seed"),
        (["--layers", "many"], "many"),
    ],
)
def test_what_is_no_network(arguments: list[str], message: str) -> None:
    ran = chainrule("flow", *arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert message in ran.stderr
    assert "internal" not in ran.stderr


# the page

DESIGNS: list[dict[str, object]] = [
    {},
    {"layers": 20, "width": 64, "activation": "relu", "init": "scale=3", "clip_norm": 1.0, "train": 20},
    {"layers": 20, "width": 64, "activation": "relu", "init": "scale=3", "clip_value": 0.01},
    {"layers": 20, "width": 64, "train": 12},
    {"layers": 30, "width": 8, "activation": "relu", "residual": True, "norm": "batch"},
    {
        "layers": 30,
        "width": 8,
        "compare": "sigmoid,relu+he,sigmoid+residual+batch,tanh+orthogonal+residual+layer,clip-value=0.001",
        "train": 3,
    },
    {"compare": "sigmoid,relu,linear+scale=2"},
    {"activation": "linear", "weight": 1e308, "clip_norm": 1.0},
]


@pytest.mark.parametrize("options", DESIGNS)
def test_no_row_of_a_page_is_broken_at_80_columns(options: dict[str, object]) -> None:
    narrow, unbroken = page(80, **options).splitlines(), page(None, **options).splitlines()
    assert max(map(len, narrow)) <= 80
    assert [line for line in unbroken if "█" in line] == [line for line in narrow if "█" in line]


@pytest.mark.parametrize("options", DESIGNS)
def test_the_command_to_try_runs(options: dict[str, object]) -> None:
    tried = shlex.split(page(None, **options).rpartition("try: chainrule ")[2])
    ran = chainrule(*tried, "--detail", "brief")
    assert (ran.returncode, ran.stderr) == (0, "")


def test_what_the_numbers_mean_is_said_with_them() -> None:
    said = page()
    for piece in (
        "0.226 is their geometric mean, 3.48e-7 their product",
        "all together 4^-10 = 9.54e-7 at most",
        "The layers settle on a = sigmoid(a) = 0.659; the rate there, 0.2247,",
        "try: chainrule flow",
    ):
        assert piece in said
    assert "would in time settle on a = sigmoid(a) = 0.659" in page(layers=3, input=9.0)
    assert [layer.value for layer in one(layers=2, input=0.0, weight=0.0).layers] == [0.5, 0.5]
    assert one(layers=2, width=2).layers[0].value is None
    turned = page(layers=20, width=64, activation="relu", init="scale=3", clip_value=0.01)
    assert "turned by 54.5°" in turned
    assert "--clip-norm keeps the direction" in turned
    assert "Below 1, that alone is enough to vanish." in page(layers=20, width=64)


def test_a_page_of_training_has_every_layer() -> None:
    text = plain.render(explain_flow.explain(report(layers=20, width=64, train=5), "full"))
    rows = [line.split() for line in text.partition("first update   last update")[2].splitlines()[1:21]]
    assert [int(row[0]) for row in rows] == list(range(20, 0, -1))
    assert all(float(row[1]) > 0 for row in rows)
    assert "it has stopped learning" in text


def test_a_comparison_says_what_each_cure_changed() -> None:
    said = page(
        layers=20,
        width=64,
        activation="relu",
        init="scale=3",
        compare="plain,clip-norm=1,residual+batch",
        train=20,
    )
    for piece in (
        "With plain, layer 1 gets 1.66e6 times what layer 20 gets: it explodes",
        "the same as with plain; its step is clipped from 3.93e7 to 1, in the same direction",
        "where plain breaks after update 1",
        "Residual layers add what they got",
    ):
        assert piece in said
    wild, held, cured = report(
        layers=20,
        width=64,
        activation="relu",
        init="scale=3",
        compare="plain,clip-norm=1,residual+batch",
        train=20,
    ).variants
    assert (
        wild.training and wild.training.broken,
        held.training and held.training.broken,
        cured.training and cured.training.broken,
    ) == (
        1,
        None,
        None,
    )


def test_what_was_measured_is_known_before_training() -> None:
    seen: list[tuple[str, FlowRecord]] = []
    last = report(width=4, train=2, stage=lambda name, record: seen.append((name, record)))
    ((name, before),) = seen
    assert (name, before.variants[0].training) == ("measured", None)
    assert before.variants[0].layers == last.variants[0].layers


def test_the_command() -> None:
    shown = chainrule("flow").stdout
    for piece in ("10     1.00e+00   0.2247", "1.48e-06", "vanishes", "try: chainrule flow"):
        assert piece in shown
    assert len(json.loads(chainrule("flow", "--compare", "tanh,relu", "--json").stdout)["variants"]) == 2
