"""chainrule flow: the reference's chain, autograd beside a deep network, closed forms of norms, cures that cure, hostile values."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from fractions import Fraction

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from chainrule_cli.graph import linear
from chainrule_cli.graph.adjoint import vjp
from chainrule_cli.graph.array_carrier import ARRAYS_OF_FLOATS
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sweep import forward
from chainrule_cli.lessons.network import Design, Network, drawn_batch, drawn_weights, length, normalized
from chainrule_cli.lessons.training import Clip, clipped
from chainrule_cli.reports.flow import report
from chainrule_cli.reports.flow_record import VariantRecord
from tests.support import chainrule


def one(**options: object) -> VariantRecord:
    return report(**options).variants[0]  # type: ignore[arg-type]  # by their names


# the textbook's chain


@pytest.mark.parametrize(("layers", "product"), [(1, 0.2350037122015945), (5, 6.079862743106368e-4), (10, 3.4831156097851636e-07)])
def test_a_chain_of_sigmoids_is_the_references(layers: int, product: float) -> None:
    assert one(layers=layers).product == pytest.approx(product, rel=1e-12)


def test_the_chain_settles_on_its_fixed_point() -> None:
    variant = one(layers=200)
    assert variant.layers[-1].rate == pytest.approx(0.22470434812414652, rel=1e-12)
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
    state = x
    for each in weights:
        z = anp.dot(state, each)
        if design.norm is not None:
            axis = 0 if design.norm == "batch" else 1
            mean = anp.mean(z, axis=axis, keepdims=True)
            z = (z - mean) / anp.sqrt(anp.mean((z - mean) ** 2, axis=axis, keepdims=True) + 1e-5)
        after = BY_NAME[design.activation](z)
        state = state + after if design.residual else after
    return state


@pytest.mark.parametrize("activation", list(BY_NAME))
@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("norm", [None, "batch", "layer"])
def test_five_layers_against_autograd(activation: str, residual: bool, norm: str | None) -> None:
    design = Design(5, 6, 7, activation, "he", residual, norm)
    (x, y), weights = drawn_batch(design, 3), drawn_weights(design, 3)
    found = Network(design).flow(x, y, weights)
    assert found.states[-1] == pytest.approx(by_hand(design, x, weights), rel=1e-12, abs=1e-14)
    slopes = autograd.grad(lambda x, weights: anp.sum(y * by_hand(design, x, weights)), [0, 1])(x, weights)
    np.testing.assert_allclose(found.gradients[0], slopes[0], rtol=1e-9, atol=1e-13)
    for mine, other in zip(found.weights, slopes[1], strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-12)


def test_batch_norm_of_the_reference() -> None:
    graph = Graph()
    x = graph.input("x", (4, 1))
    pulled = vjp(graph, normalized(graph, x, 0, Fraction(0)), graph.input("dy", (4, 1)), ["x"])["x"]
    at = {"x": np.array([[1.0], [2], [3], [4]]), "dy": np.array([[1.0], [0], [0], [0]])}
    found = forward(graph, at, ARRAYS_OF_FLOATS, wanted=[pulled])[pulled]
    np.testing.assert_allclose(found.ravel(), np.array([0.6, -0.8, -0.2, 0.4]) / math.sqrt(5), rtol=1e-12)


@pytest.mark.parametrize("axis", [0, 1])
def test_norms_against_their_closed_form(axis: int) -> None:
    draw = np.random.default_rng(axis)
    x, dy = draw.normal(size=(6, 5)), draw.normal(size=(6, 5))
    graph = Graph()
    pulled = vjp(graph, normalized(graph, graph.input("x", (6, 5)), axis), graph.input("dy", (6, 5)), ["x"])["x"]
    found = forward(graph, {"x": x, "dy": dy}, ARRAYS_OF_FLOATS, wanted=[pulled])[pulled]
    count, root = x.shape[axis], np.sqrt(x.var(axis=axis, keepdims=True) + float(Fraction("0.00001")))
    hat = (x - x.mean(axis=axis, keepdims=True)) / root
    wanted = (count * dy - dy.sum(axis=axis, keepdims=True) - hat * (dy * hat).sum(axis=axis, keepdims=True)) / (count * root)
    np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-14)


def test_batch_norm_with_scale_and_shift_against_its_closed_form() -> None:
    draw = np.random.default_rng(5)
    x, dy, gamma, beta = draw.normal(size=(6, 5)), draw.normal(size=(6, 5)), draw.normal(size=5), draw.normal(size=5)
    graph = Graph()
    hat = normalized(graph, graph.input("x", (6, 5)), 0)
    rows = [linear.repeat(graph, graph.input(name, (5,)), (6, 5), [0]) for name in ("gamma", "beta")]
    output = graph.apply("add", graph.apply("mul", hat, rows[0]), rows[1])
    pulled = vjp(graph, output, graph.input("dy", (6, 5)), ["x", "gamma", "beta"])
    values = forward(graph, {"x": x, "dy": dy, "gamma": gamma, "beta": beta}, ARRAYS_OF_FLOATS, wanted=[hat, *pulled.values()])
    root = np.sqrt(x.var(axis=0) + 1e-5)
    standard = (x - x.mean(axis=0)) / root
    wanted = {
        "x": gamma / (6 * root) * (6 * dy - dy.sum(axis=0) - standard * (dy * standard).sum(axis=0)),
        "gamma": (dy * standard).sum(axis=0),
        "beta": dy.sum(axis=0),
    }
    for name, expected in wanted.items():
        np.testing.assert_allclose(values[pulled[name]], expected, rtol=1e-10, atol=1e-13)


def test_clipping_of_the_reference() -> None:
    both = [np.array([[3.0]]), np.array([[4.0]])]
    assert [float(each[0, 0]) for each in clipped(both, Clip(norm=1.0))] == pytest.approx([0.6, 0.8], rel=1e-15)
    assert [float(each[0, 0]) for each in clipped(both, Clip(value=1.0))] == [1.0, 1.0]
    assert [float(each[0, 0]) for each in clipped(both, Clip(norm=10.0))] == [3.0, 4.0]


@pytest.mark.parametrize(("init", "deviation"), [("xavier", 1.0), ("he", math.sqrt(2)), ("lecun", 1.0), ("scale=3", 3.0)])
def test_initialisations(init: str, deviation: float) -> None:
    (weights,) = drawn_weights(Design(1, 400, 1, init=init), 0)
    assert weights.std() * math.sqrt(400) == pytest.approx(deviation, rel=0.01)


def test_orthogonal_weights_are() -> None:
    (weights,) = drawn_weights(Design(1, 50, 1, init="orthogonal"), 0)
    np.testing.assert_allclose(weights @ weights.T, np.eye(50), atol=1e-12)
    assert one(layers=30, width=32, activation="linear", init="orthogonal").ratio == pytest.approx(1.0, rel=1e-10)


# what the lesson is to show


def test_sigmoids_vanish() -> None:
    assert one(layers=20, width=64).verdict == "vanishes"


def test_relu_with_he_stays_within_ten() -> None:
    norms = [layer.gradient_norm or 0 for layer in one(layers=20, width=64, activation="relu", init="he").layers]
    assert max(norms) / min(norms) < 10


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_residual_layers_with_batch_norm_stay(activation: str) -> None:
    assert one(layers=100, width=64, activation=activation, residual=True, norm="batch").verdict == "steady"


def test_a_large_scale_explodes_and_clipping_holds_the_step() -> None:
    wild, held = report(layers=20, width=64, activation="relu", compare="scale=3,scale=3+clip-norm=1", train=20).variants
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
    assert (variant.paths.count, variant.paths.gain) == ("4096", pytest.approx(0.5, rel=1e-12))
    for each in variant.paths.lengths:
        assert each.paths == str(math.comb(12, each.length))
        assert each.share == pytest.approx(math.comb(12, each.length) * 0.5**each.length / 1.5**12, rel=1e-12)


def test_the_same_seed_across_a_comparison() -> None:
    alone, (first, second) = one(layers=5, width=16), report(layers=5, width=16, compare="sigmoid,sigmoid+residual").variants
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
        (["--compare", ""], "without a word"),
        (["--compare", "relu,,he"], "without a word"),
        (["--lr", "1"], "--lr goes with --train"),
        (["--compare", ",".join(["tanh"] * 13)], "at most 12"),
        (["--train", "0"], "--train"),
        (["--train", "100000"], "--train"),
        (["--lr", "-1"], "--lr"),
        (["--seed", "-1"], "--seed"),
        (["--layers", "many"], "many"),
    ],
)
def test_what_is_no_network(arguments: list[str], message: str) -> None:
    ran = chainrule("flow", *arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert message in ran.stderr
    assert "internal" not in ran.stderr


def test_the_words_of_a_chain() -> None:
    page = chainrule("flow").stdout
    assert f"10 layers pass on {4**-10:.3g}".replace("e-07", "e-7") in page
    assert "settle on 0.659, where the rate is 0.2247" in page
    assert "settle" not in chainrule("flow", "--layers", "3", "--input", "9").stdout
    assert [layer.value for layer in report(layers=2, input=0.0, weight=0.0).variants[0].layers] == [0.5, 0.5]


def test_a_comparison_says_what_each_change_does() -> None:
    asked = ["flow", "--layers", "8", "--width", "16", "--compare", "sigmoid,relu+he", "--train", "2"]
    ran = chainrule(*asked)
    first, other = json.loads(chainrule(*asked, "--json").stdout)["variants"]
    assert f"layer 1 gets {other['ratio'] / first['ratio']:.3g} times as much with relu+he".replace("e+0", "e") in ran.stdout
    assert "layer 1 moves" in ran.stdout


def test_the_page() -> None:
    page = chainrule("flow").stdout
    for piece in ("10     1.00e+00   0.2247", "1.48e-06", "vanishes", "try: chainrule flow"):
        assert piece in page
    assert len(json.loads(chainrule("flow", "--compare", "tanh,relu", "--json").stdout)["variants"]) == 2
