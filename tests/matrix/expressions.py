"""Random well-shaped matrix formulas, each with a numpy function of its own that shares nothing with the program."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

Shape = tuple[str, ...]
"""() for a number, ("m",) for a column, ("m", "n") for a matrix."""

SIZES = {"m": 4, "n": 3}
DECLARED: dict[str, Shape] = {
    "X": ("m", "n"),
    "Y": ("m", "n"),
    "A": ("n", "n"),
    "B": ("m", "m"),
    "x": ("n",),
    "y": ("n",),
    "z": ("m",),
    "c": (),
}


class Made(NamedTuple):
    """text: the formula; shape; value: of a mapping from names to arrays."""

    text: str
    shape: Shape
    value: Callable[[dict[str, Any]], Any]


SMOOTH: dict[str, Callable[[Any], Any]] = {
    "sin": np.sin, "cos": np.cos, "tanh": np.tanh, "exp": np.exp, "sigmoid": lambda v: 1 / (1 + np.exp(-v)), "atan": np.arctan,
}  # fmt: skip


def _softmax(v: Any) -> Any:
    e = np.exp(v - np.max(v, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def _leaf(draw: random.Random, shape: Shape) -> Made:
    names = [name for name, of in DECLARED.items() if of == shape]
    if not names or (len(shape) == 2 and draw.random() < 0.25):
        flipped = [name for name, of in DECLARED.items() if of == shape[::-1]]
        if flipped and len(shape) == 2:
            name = draw.choice(flipped)
            return Made(f"{name}'", shape, lambda at: at[name].T)
    if not names:
        return Made("matrix(1)", shape, lambda _at: np.ones([SIZES[each] for each in shape]))
    name = draw.choice(names)
    return Made(name, shape, lambda at: at[name])


def made(draw: random.Random, shape: Shape, depth: int) -> Made:
    """A formula of that shape, at most so deep."""
    if depth == 0 or draw.random() < 0.1:
        return _leaf(draw, shape)
    kinds = [
        "sum",
        "difference",
        "entrywise",
        "function",
        "scaled",
        "product",
        "quotient",
        "cube",
        "logarithm",
        "root",
        "kink",
        "greater",
        "rest",
    ]
    if shape == ():
        kinds += [
            "dot",
            "dot",
            "total",
            "trace",
            "norm",
            "form",
            "logdet",
            "det",
            "ratio",
            "logsumexp",
            "absolute",
            "greatest",
            "least",
        ]
    if len(shape) == 1:
        kinds += ["apply", "apply", "diagonal", "softmax", "solve", "row totals", "column totals", "centred"]
    if len(shape) == 2:
        kinds += ["outer", "product", "product", "rows", "columns", "softmax", "centred", "solve"]
    if len(shape) == 2 and shape[0] == shape[1]:
        kinds += ["inverse", "onto", "matrix power", "shifted"]
    return BUILDERS[draw.choice(kinds)](draw, shape, depth - 1)


def _two(
    sign: str, call: Callable[[Any, Any], Any], after: str = "", before: str = ""
) -> Callable[[random.Random, Shape, int], Made]:
    def build(draw: random.Random, shape: Shape, depth: int) -> Made:
        one, other = made(draw, shape, depth), made(draw, shape, depth)
        return Made(
            f"{before}(({one.text}) {sign} ({other.text}){after})",
            shape,
            lambda at: call(one.value(at), other.value(at)),
        )

    return build


def _function(draw: random.Random, shape: Shape, depth: int) -> Made:
    name, inner = draw.choice(list(SMOOTH)), made(draw, shape, depth)
    bounded = name == "exp"
    text = f"exp(tanh({inner.text}))" if bounded else f"{name}({inner.text})"
    return Made(
        text, shape, lambda at: SMOOTH[name](np.tanh(inner.value(at)) if bounded else inner.value(at))
    )


def _scaled(draw: random.Random, shape: Shape, depth: int) -> Made:
    factor, inner = made(draw, (), depth), made(draw, shape, depth)
    return Made(f"({factor.text})*({inner.text})", shape, lambda at: factor.value(at) * inner.value(at))


def _product(draw: random.Random, shape: Shape, depth: int) -> Made:
    if len(shape) != 2:
        return _scaled(draw, shape, depth)
    middle = draw.choice(list(SIZES))
    one, other = made(draw, (shape[0], middle), depth), made(draw, (middle, shape[1]), depth)
    return Made(f"({one.text})*({other.text})", shape, lambda at: one.value(at) @ other.value(at))


def _apply(draw: random.Random, shape: Shape, depth: int) -> Made:
    middle = draw.choice(list(SIZES))
    one, other = made(draw, (shape[0], middle), depth), made(draw, (middle,), depth)
    return Made(f"({one.text})*({other.text})", shape, lambda at: one.value(at) @ other.value(at))


def _solve(draw: random.Random, shape: Shape, depth: int) -> Made:
    matrix, other = _regular(draw, shape[0], depth), made(draw, shape, depth)
    return Made(
        f"solve({matrix.text}, {other.text})",
        shape,
        lambda at: np.linalg.solve(matrix.value(at), other.value(at)),
    )


def _regular(draw: random.Random, size: str, depth: int) -> Made:
    """A symmetric matrix with eigenvalues of at least 1."""
    inner = made(draw, (size, size), max(depth - 1, 0))
    return Made(
        f"(eye + tanh({inner.text})*tanh({inner.text})')",
        (size, size),
        lambda at: np.eye(SIZES[size]) + np.tanh(inner.value(at)) @ np.tanh(inner.value(at)).T,
    )


def _of_square(name: str, call: Callable[[Any], Any]) -> Callable[[random.Random, Shape, int], Made]:
    def build(draw: random.Random, _shape: Shape, depth: int) -> Made:
        matrix = _regular(draw, draw.choice(list(SIZES)), depth)
        return Made(f"{name}({matrix.text})", (), lambda at: call(matrix.value(at)))

    return build


def _inverse(draw: random.Random, shape: Shape, depth: int) -> Made:
    matrix = _regular(draw, shape[0], depth)
    return Made(f"inv({matrix.text})", shape, lambda at: np.linalg.inv(matrix.value(at)))


def _dot(draw: random.Random, _shape: Shape, depth: int) -> Made:
    size = draw.choice(list(SIZES))
    one, other = made(draw, (size,), depth), made(draw, (size,), depth)
    return Made(f"({one.text})'*({other.text})", (), lambda at: one.value(at) @ other.value(at))


def _form(draw: random.Random, _shape: Shape, depth: int) -> Made:
    rows, columns = draw.choice(list(SIZES)), draw.choice(list(SIZES))
    one, matrix, other = (
        made(draw, (rows,), depth),
        made(draw, (rows, columns), depth),
        made(draw, (columns,), depth),
    )
    return Made(
        f"({one.text})'*({matrix.text})*({other.text})",
        (),
        lambda at: one.value(at) @ matrix.value(at) @ other.value(at),
    )


def _whole(name: str, call: Callable[[Any], Any]) -> Callable[[random.Random, Shape, int], Made]:
    def build(draw: random.Random, _shape: Shape, depth: int) -> Made:
        inner = made(draw, draw.choice([("m",), ("n",), ("m", "n"), ("n", "n")]), depth)
        return Made(f"{name}({inner.text})", (), lambda at: call(inner.value(at)))

    return build


def _trace(draw: random.Random, _shape: Shape, depth: int) -> Made:
    size, other = draw.choice(list(SIZES)), draw.choice(list(SIZES))
    one, two = made(draw, (size, other), depth), made(draw, (other, size), depth)
    return Made(f"tr(({one.text})*({two.text}))", (), lambda at: np.trace(one.value(at) @ two.value(at)))


def _ratio(draw: random.Random, _shape: Shape, depth: int) -> Made:
    one, other = made(draw, (), depth), made(draw, (), depth)
    return Made(
        f"({one.text})/(2 + tanh({other.text}))",
        (),
        lambda at: one.value(at) / (2 + np.tanh(other.value(at))),
    )


def _diagonal(draw: random.Random, shape: Shape, depth: int) -> Made:
    inner = made(draw, (shape[0], shape[0]), depth)
    return Made(f"diag({inner.text})", shape, lambda at: np.diag(inner.value(at)))


def _onto(draw: random.Random, shape: Shape, depth: int) -> Made:
    inner = made(draw, (shape[0],), depth)
    return Made(f"diag({inner.text})", shape, lambda at: np.diag(inner.value(at)))


def _outer(draw: random.Random, shape: Shape, depth: int) -> Made:
    one, other = made(draw, (shape[0],), depth), made(draw, (shape[1],), depth)
    return Made(f"({one.text})*({other.text})'", shape, lambda at: np.outer(one.value(at), other.value(at)))


def _rows(draw: random.Random, shape: Shape, depth: int) -> Made:
    """A row added to every row of a matrix."""
    matrix, row = made(draw, shape, depth), made(draw, (shape[1],), depth)
    return Made(f"({matrix.text} + ({row.text})')", shape, lambda at: matrix.value(at) + row.value(at))


def _normalised(draw: random.Random, shape: Shape, depth: int) -> Made:
    inner = made(draw, shape, depth)
    return Made(f"softmax({inner.text})", shape, lambda at: _softmax(inner.value(at)))


def _entries(text: str, call: Callable[[Any], Any]) -> Callable[[random.Random, Shape, int], Made]:
    """A formula of one argument that goes entry by entry, or keeps the shape."""

    def build(draw: random.Random, shape: Shape, depth: int) -> Made:
        inner = made(draw, shape, depth)
        return Made(text.format(inner.text), shape, lambda at: call(inner.value(at)))

    return build


def _kink(draw: random.Random, shape: Shape, depth: int) -> Made:
    return BUILDERS[draw.choice(("relu", "abs", "above 0"))](draw, shape, depth)


def _row_totals(draw: random.Random, shape: Shape, depth: int) -> Made:
    inner = made(draw, (shape[0], draw.choice(list(SIZES))), depth)
    return Made(f"({inner.text})*vector(1)", shape, lambda at: np.sum(inner.value(at), axis=1))


def _column_totals(draw: random.Random, shape: Shape, depth: int) -> Made:
    inner = made(draw, (draw.choice(list(SIZES)), shape[0]), depth)
    return Made(f"(vector(1)'*({inner.text}))'", shape, lambda at: np.sum(inner.value(at), axis=0))


def _columns(draw: random.Random, shape: Shape, depth: int) -> Made:
    """A column times every column of a matrix, entry by entry."""
    matrix, column = made(draw, shape, depth), made(draw, (shape[0],), depth)
    return Made(
        f"(({matrix.text}).*({column.text}))", shape, lambda at: matrix.value(at) * column.value(at)[:, None]
    )


def _shifted(draw: random.Random, shape: Shape, depth: int) -> Made:
    matrix, number = made(draw, shape, depth), made(draw, (), depth)
    return Made(
        f"(({matrix.text}) + ({number.text})*eye)",
        shape,
        lambda at: matrix.value(at) + number.value(at) * np.eye(SIZES[shape[0]]),
    )


BUILDERS: dict[str, Callable[[random.Random, Shape, int], Made]] = {
    "sum": _two("+", lambda a, b: a + b),
    "difference": _two("-", lambda a, b: a - b),
    "entrywise": _two(".*", lambda a, b: a * b),
    "function": _function,
    "scaled": _scaled,
    "product": _product,
    "apply": _apply,
    "solve": _solve,
    "dot": _dot,
    "form": _form,
    "total": _whole("sum", np.sum),
    "mean": _whole("mean", np.mean),
    "norm": _whole("norm2", np.linalg.norm),
    "logsumexp": _whole("logsumexp", lambda v: np.log(np.sum(np.exp(v - np.max(v)))) + np.max(v)),
    "trace": _trace,
    "logdet": _of_square("logdet", lambda v: np.linalg.slogdet(v)[1]),
    "det": _of_square("det", np.linalg.det),
    "absolute": _whole("norm1", lambda v: np.sum(np.abs(v))),
    "greatest": _whole("max", np.max),
    "least": _whole("min", np.min),
    "quotient": _two("./ (2 + tanh", lambda a, b: a / (2 + np.tanh(b)), ")"),
    "cube": _entries("(tanh({0})).^3", lambda v: np.tanh(v) ** 3),
    "logarithm": _entries("log(2 + tanh({0}))", lambda v: np.log(2 + np.tanh(v))),
    "root": _entries("sqrt(2 + sin({0}))", lambda v: np.sqrt(2 + np.sin(v))),
    "rest": _entries("(1 - ({0}))", lambda v: 1 - v),
    "centred": _entries("(({0}) - mean({0}))", lambda v: v - np.mean(v)),
    "matrix power": _entries("(tanh({0}))^3", lambda v: np.linalg.matrix_power(np.tanh(v), 3)),
    "kink": _kink,
    "relu": _entries("relu({0})", lambda v: np.maximum(v, 0)),
    "abs": _entries("abs({0})", np.abs),
    "above 0": _entries("max(0, {0})", lambda v: np.maximum(v, 0)),
    "greater": lambda draw, shape, depth: BUILDERS[draw.choice(("larger", "smaller"))](draw, shape, depth),
    "larger": _two(",", np.maximum, before="max"),
    "smaller": _two(",", np.minimum, before="min"),
    "row totals": _row_totals,
    "column totals": _column_totals,
    "columns": _columns,
    "shifted": _shifted,
    "inverse": _inverse,
    "ratio": _ratio,
    "diagonal": _diagonal,
    "onto": _onto,
    "outer": _outer,
    "rows": _rows,
    "softmax": _normalised,
}


def shapes_text(names: Any) -> str:
    return ",".join(f"{name}:{'x'.join(DECLARED[name]) or 'scalar'}" for name in names)


def point(seed: int) -> dict[str, Any]:
    draw = np.random.default_rng(seed)
    return {name: draw.normal(size=[SIZES[each] for each in shape]) * 0.7 for name, shape in DECLARED.items()}
