"""What a course of machine learning differentiates: each gradient by its established form, and by autograd of a numpy function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from chainrule_cli.matrix.reading import read
from chainrule_cli.reports.matrix import report
from tests.matrix.support import differences, distance, run

M, N, H, P = 5, 4, 6, 3
SIZES: dict[str, tuple[int, ...]] = {
    "X": (M, N), "W": (N, P), "Y": (M, P), "w": (N,), "y": (M,), "t": (M,), "V": (N, H), "u": (H,), "R": (H, P), "r": (P,), "Q": (M, N), "K": (H, N), "U": (H, P),
    "S": (N, N), "x": (N,), "mu": (N,), "A": (N, N), "c": (), "d": (), "e": (), "gamma": (N,), "beta": (N,), "b": (P,),
}  # fmt: skip


class Model(NamedTuple):
    """answers: variable -> the form in which its gradient is written; None where it is held by its number alone."""

    name: str
    formula: str
    value: Callable[[dict[str, Any]], Any]
    answers: dict[str, str | None]


def softmax(z: Any) -> Any:
    top = anp.exp(z - anp.max(z, axis=-1, keepdims=True))
    return top / anp.sum(top, axis=-1, keepdims=True)


def sigmoid(z: Any) -> Any:
    return 1 / (1 + anp.exp(-z))


def network(at: dict[str, Any]) -> Any:
    hidden = anp.tanh(anp.dot(at["X"], at["V"]) + at["u"])
    return anp.sum((anp.dot(hidden, at["R"]) + at["r"] - at["Y"]) ** 2)


def gaussian(at: dict[str, Any]) -> Any:
    gap = at["x"] - at["mu"]
    return (
        -(
            anp.linalg.slogdet(at["S"])[1]
            + anp.dot(gap, anp.linalg.solve(at["S"], gap))
            + N * anp.log(2 * anp.pi)
        )
        / 2
    )


def batch_norm(at: dict[str, Any]) -> Any:
    centred = at["X"] - anp.mean(at["X"], axis=0)
    hat = centred / anp.sqrt(anp.mean(centred**2, axis=0) + at["e"])
    return anp.sum((at["gamma"] * hat + at["beta"]) * at["Q"])


MODELS = (
    Model("linear regression", "norm2(X*w - y)^2", lambda at: anp.sum((anp.dot(at["X"], at["w"]) - at["y"]) ** 2),
          {"w": "2*X'*(X*w - y)", "X": "2*(X*w - y)*w'", "y": "2*(y - X*w)"}),
    Model("several outputs", "sum((X*W - Y).^2)", lambda at: anp.sum((anp.dot(at["X"], at["W"]) - at["Y"]) ** 2),
          {"W": "2*X'*(X*W - Y)", "X": "2*(X*W - Y)*W'"}),
    Model("ridge", "norm2(X*w - y)^2 + c*norm2(w)^2", lambda at: anp.sum((anp.dot(at["X"], at["w"]) - at["y"]) ** 2) + at["c"] * anp.sum(at["w"] ** 2),
          {"w": "2*(c*w + X'*(X*w - y))", "c": "norm2(w)^2"}),
    Model("logistic regression", "sum(log(1 + exp(X*w)) - y.*(X*w))", lambda at: anp.sum(anp.log(1 + anp.exp(anp.dot(at["X"], at["w"]))) - at["y"] * anp.dot(at["X"], at["w"])),
          {"w": "X'*(sigmoid(X*w) - y)"}),
    Model("logistic regression by its probabilities", "p = sigmoid(X*w); -sum(t.*log(p) + (1 - t).*log(1 - p))",
          lambda at: -anp.sum(at["t"] * anp.log(sigmoid(anp.dot(at["X"], at["w"]))) + (1 - at["t"]) * anp.log(1 - sigmoid(anp.dot(at["X"], at["w"])))), {"w": "X'*(sigmoid(X*w) - t)"}),
    Model("a support vector machine", "sum(max(0, 1 - t.*(X*w))) + c*norm2(w)^2", lambda at: anp.sum(anp.maximum(0, 1 - at["t"] * anp.dot(at["X"], at["w"]))) + at["c"] * anp.sum(at["w"] ** 2),
          {"w": "2*c*w - X'*(sign(relu(1 - t .* (X*w))) .* t)"}),
    Model("max pooling", "max(X*w)", lambda at: anp.max(anp.dot(at["X"], at["w"])), {"w": "X'*ismax(X*w)/sum(ismax(X*w))"}),
    Model("softmax regression", "P = softmax(X*W + b'); -sum(Y.*log(P))", lambda at: -anp.sum(at["Y"] * anp.log(softmax(anp.dot(at["X"], at["W"]) + at["b"]))),
          {"W": "X'*(diag(Y*vector(1))*softmax(X*W + vector(1)*b') - Y)", "b": None}),
    Model("two layers with biases", "Z = tanh(X*V + u'); sum((Z*R + r' - Y).^2)", network, {"V": None, "u": None, "R": None, "r": None}),
    Model("attention", "sum(Y.*(softmax(Q*K'/sqrt(d))*U))", lambda at: anp.sum(at["Y"] * anp.dot(softmax(anp.dot(at["Q"], at["K"].T) / anp.sqrt(at["d"])), at["U"])),
          {"Q": None, "K": None, "U": "softmax(Q*K'/sqrt(d))'*Y"}),
    Model("batch norm", "Z = X - vector(1)*(vector(1)'*X)/5; s = sqrt((Z.^2)'*vector(1)/5 + e); sum(Q.*(vector(1)*gamma'.*(Z./(vector(1)*s')) + vector(1)*beta'))", batch_norm,
          {"X": None, "gamma": None, "beta": "Q'*vector(1)"}),
    Model("Gaussian log-likelihood", "-1/2*(logdet(S) + (x - mu)'*inv(S)*(x - mu) + 4*log(2*pi))", gaussian, {"mu": None, "S": None}),
    Model("Rayleigh quotient", "x'*A*x/(x'*x)", lambda at: anp.dot(at["x"], anp.dot(at["A"], at["x"])) / anp.dot(at["x"], at["x"]), {"x": None}),
)  # fmt: skip


def point() -> dict[str, Any]:
    draw = np.random.default_rng(11)
    found = {name: draw.normal(size=shape) * 0.6 for name, shape in SIZES.items()}
    found |= {
        "S": found["S"] @ found["S"].T + np.eye(N),
        "t": (found["t"] > 0).astype(float),
        "d": np.float64(N),
        "e": np.float64(0.1),
        "c": np.float64(0.7),
    }
    return found


CASES = [pytest.param(model, wrt, id=f"{model.name} by {wrt}") for model in MODELS for wrt in model.answers]


@pytest.mark.parametrize(("model", "wrt"), CASES)
def test_gradient(model: Model, wrt: str) -> None:
    shapes = {
        name: "x".join(map(str, SIZES[name])) or "scalar" for name in read(model.formula, SIZES).variables
    }
    record = report(model.formula, wrt=wrt, shapes=shapes)
    assert record.check.verdict == "agree"
    at = point()
    wanted = autograd.grad(lambda value: model.value(at | {wrt: value}))(at[wrt])
    assert distance(run(record.derivative.python, at), wanted) < 1e-9
    form = model.answers[wrt]
    if form is not None:
        assert record.derivative.text == form.replace("^", "**")


@pytest.mark.parametrize("wrt", ["Q", "K", "U"])
def test_attention_entry_by_entry(wrt: str) -> None:
    shapes = {name: "x".join(map(str, SIZES[name])) or "scalar" for name in "QKUd"}
    record = report("softmax(Q*K'/sqrt(d))*U", wrt=wrt, shapes=shapes)
    assert (record.check.verdict, record.entries) == ("agree", f"df[i,j]/d{wrt}[k,l]")
    at = point()
    wanted = differences(
        lambda there: softmax(there["Q"] @ there["K"].T / np.sqrt(there["d"])) @ there["U"], at, wrt
    )
    assert distance(run(record.derivative.python, at), wanted) < 1e-8


NETWORK = "Z = tanh(X*V + u'); E = Z*R + r' - Y; sum(E.^2)"
IN_SHORT = (
    (NETWORK, "R", "2*Z'*E"),
    (NETWORK, "r", "2*E'*vector(1)"),
    (NETWORK, "V", "2*X'*((1 - Z.^2) .* (E*R'))"),
    (NETWORK, "u", "2*((1 - Z.^2)' .* (R*E'))*vector(1)"),
    ("x'*A*x/(x'*x)", "x", "((A + A')*x - 2*f*x)/(x'*x)"),
    ("P = softmax(X*W + b'); -sum(Y.*log(P))", "W", "X'*(diag(Y*vector(1))*P - Y)"),
)


@pytest.mark.parametrize(("formula", "wrt", "text"), IN_SHORT)
def test_in_the_names_of_the_forward_pass(formula: str, wrt: str, text: str) -> None:
    shapes = {name: "x".join(map(str, SIZES[name])) or "scalar" for name in read(formula, SIZES).variables}
    short = report(formula, wrt=wrt, shapes=shapes).short
    assert short is not None
    assert short.expr.text == text


def test_the_second_derivative_of_logistic_regression() -> None:
    for formula in (
        "sum(log(1 + exp(X*w)) - t.*(X*w))",
        "-sum(t.*log(sigmoid(X*w)) + (1 - t).*log(1 - sigmoid(X*w)))",
    ):
        record = report(formula, wrt="w", order=2)
        assert (record.check.verdict, record.derivative.text) == (
            "agree",
            "X'*diag(sigmoid(X*w) .* (1 - sigmoid(X*w)))*X",
        )
