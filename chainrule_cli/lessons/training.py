"""Gradient descent on a small made task, with clipping: how far each layer moves, and where the loss breaks.

Uses the network's own backward pass; an update is weights - rate gradient and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chainrule_cli.lessons.network import (
    Array,
    DeepNetwork,
    Design,
    draw_batch,
    draw_weights,
    length,
    matrices,
)


@dataclass(frozen=True, slots=True)
class Clip:
    """norm: the most that all gradients together may be long; value: the most that any element may be."""

    norm: float | None = None
    value: float | None = None


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """losses: before each update and after the last.
    ratios, last_ratios: of the first update and of the last one made from a finite loss, by layer, its length
    over that of the weights.
    broken: the number of the update after which the loss was no finite number."""

    lr: float
    losses: list[float]
    ratios: list[float]
    last_ratios: list[float]
    broken: int | None


def clip_gradients(gradients: Sequence[Array], clip: Clip) -> list[Array]:
    """By value first, then all together by norm (Pascanu et al. 2013). Nothing is done to what is
    no number."""
    found = list(gradients)
    if clip.value is not None:
        found = [each.clip(-clip.value, clip.value) for each in found]
    if clip.norm is not None:
        norm = math.hypot(*(length(each) for each in found))
        if norm > clip.norm and math.isfinite(norm):
            found = [each * (clip.norm / norm) for each in found]
    return found


def train(design: Design, clip: Clip, seed: int, start: float, updates: int, lr: float) -> TrainingRun:
    """Updates on the task of the design: outputs sin(x A) of its inputs, for a matrix A drawn from the seed;
    for width 1 the target 1 at `start`."""
    network = DeepNetwork(design, training=True)
    x, _ = draw_batch(design, seed)
    if design.width == 1:
        x, y = x * 0 + start, x * 0 + 1
    else:
        y = np.sin(
            x
            @ np.random.default_rng([seed, 2]).standard_normal((design.width, design.width))
            / design.width**0.5
        )
    weights = draw_weights(design, seed)
    losses, made = list[float](), list[list[float]]()
    with np.errstate(all="ignore"):
        for _ in range(updates):
            flow = network.flow(x, y, weights)
            losses.append(flow.loss)
            if not math.isfinite(flow.loss):
                break
            steps = [lr * each for each in clip_gradients(flow.weights, clip)]
            before, weights = weights, [weight - step for weight, step in zip(weights, steps, strict=True)]
            made = [*made[:1], _measure_moves(design, steps, before)]
        else:
            losses.append(network.flow(x, y, weights).loss)
    broken = next((index for index, loss in enumerate(losses) if not math.isfinite(loss)), None)
    first, last = (made[0], made[-1]) if made else ([math.nan] * design.layers,) * 2
    return TrainingRun(lr, losses, first, last, broken)


def _measure_moves(design: Design, steps: Sequence[Array], weights: Sequence[Array]) -> list[float]:
    """By layer, the length of the step over that of the weights."""
    return [
        _ratio(length(step), length(weight))
        for step, weight in zip(matrices(design, steps), matrices(design, weights), strict=True)
    ]


def _ratio(one: float, other: float) -> float:
    return one / other if other else math.nan
