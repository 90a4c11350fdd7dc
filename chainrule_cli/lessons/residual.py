"""A residual network as a sum over paths: each layer is passed by or gone through, and a gradient is the sum over all ways (Veit et al. 2016).

Sorts the gradient by how many branches its paths go through, exactly: what a layer's branch sends back of paths of length k belongs to
length k + 1. Builds one layer's graph; refuses to differentiate.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from chainrule_cli.graph.adjoint import adjoints
from chainrule_cli.graph.array_carrier import ARRAYS_OF_FLOATS
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sweep import forward
from chainrule_cli.lessons.network import Array, Design, Flow, branch, layer_inputs, length

MOST_LENGTHS, MOST_WORK = 256, 1_000_000_000
"""So many lengths are followed at once, and so many multiplications are made for them."""

NEGLIGIBLE = 1e-10
"""Of the whole: longest paths that weigh less are not followed."""


def shares_by_length(design: Design, flow: Flow, weights: Sequence[Array]) -> list[float]:
    """The share of the gradient at the input that came through 0, 1, 2 ... branches: <G_k, G>/<G, G>, where G is the sum of all G_k.

    They add up to 1 but for the lengths that were not followed. flow: of the network at these weights, with finite gradients.
    """
    each = len(weights) // design.layers
    most = max(
        1, min(MOST_LENGTHS, MOST_WORK // (design.layers * design.batch * design.width * (design.width + 25)))
    )
    layer = cache(lambda count: _Layer(design, count))
    parts = flow.gradients[-1][np.newaxis]
    for depth in range(design.layers, 0, -1):
        room = 1 << (len(parts) - 1).bit_length()
        sent = layer(room).pulled(
            flow.states[depth - 1], weights[(depth - 1) * each : depth * each], _padded(parts, room)
        )
        parts = _padded(parts, len(parts) + 1)
        parts[1:] += sent[: len(parts) - 1]
        parts = _followed(parts, length(flow.gradients[depth - 1]), most)
    whole = flow.gradients[0] / length(flow.gradients[0])
    return [float((part / length(flow.gradients[0]) * whole).sum()) for part in parts]


def _padded(parts: Array, count: int) -> Array:
    return np.concatenate([parts, np.zeros((count - len(parts), *parts.shape[1:]))])


def _followed(parts: Array, whole: float, most: int) -> Array:
    """Without the longest that weigh next to nothing."""
    count = min(len(parts), most)
    while count > 1 and length(parts[count - 1]) < NEGLIGIBLE * whole:
        count -= 1
    return parts[:count]


class _Layer:
    """The branch of a layer, which pulls several cotangents back at once: they stand along an axis in front of the batch."""

    def __init__(self, design: Design, count: int) -> None:
        self.graph = graph = Graph()
        shape = (count, design.batch, design.width)
        self.given = layer_inputs(graph, design, "")
        before, sent = graph.input("h", shape), graph.input("sent", shape)
        matrix, *scales = self.given.values()
        after = branch(graph, design, graph.along("einsum", "aij,jk->aik", before, matrix), scales, 1)
        self.place = adjoints(graph, {after: sent}, [before])[before]

    def pulled(self, state: Array, weights: Sequence[Array], sent: Array) -> Array:
        at = dict(zip(self.given, weights, strict=True)) | {
            "h": np.broadcast_to(state, sent.shape),
            "sent": sent,
        }
        return forward(self.graph, at, ARRAYS_OF_FLOATS, wanted=[self.place])[self.place]
