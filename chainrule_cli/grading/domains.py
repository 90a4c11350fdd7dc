"""Where an answer may lack a value, and the sides of its branches that the points have not seen.

Looks at zeros of divisors and at plain numbers for holes, and for a point on each side of every kink. Refuses
to judge.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from chainrule_cli.grading.reference import Point, Reference, values
from chainrule_cli.graph.carriers import FLOATS
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.operations import OPS
from chainrule_cli.graph.sweep import ForwardPass, forward

PLAIN = (0.0, *(sign * size for size in (1.0, 2.0, 3.0, 0.5, 4.0, 5.0, 10.0) for sign in (1, -1)))
"""Numbers at which formulas have holes."""

WIDE = tuple(
    sign * 10.0**power * part for power in range(-6, 7) for part in (1.03, 2.7, 6.1) for sign in (1, -1)
)
EVERYWHERE = frozenset({"add", "sub", "mul", "neg", "sin", "cos", "exp"})
"""Operations that have a value everywhere."""

SIDED_OPERATIONS = {
    "min": "two",
    "max": "two",
    "lt": "two",
    "le": "two",
    "gt": "two",
    "ge": "two",
    "abs": "one",
    "sign": "one",
    "relu": "one",
}
SIDED_OPERATIONS |= {"leaky_relu": "one", "elu": "one", "selu": "one"}
"""Operations with sides: by the sign of one argument, or by which of two is larger."""


FOREIGN = 1.37
"""Of a name that only the answer has: it cancels, or the answer would not be right."""


def no_value(point: Mapping[str, float]) -> str:
    """The note on a place where the answer has no value."""
    index = ", ".join(f"{name} = {value:g}" for name, value in point.items())
    return f"the answer has no value at {index}, where the derivative has one"


# holes


def find_holes(reference: Reference, answer: tuple[Graph, int]) -> tuple[str, ...]:
    """A note on single points at which the answer has no value although the derivative has; none where there
    is none."""
    (graph, output), (_, slope) = reference.lowered, reference.slope
    if len(reference.names) != 1 or reference.dependent or not _may_lack_values(answer):
        return ()
    name, last = reference.names[0], max(output, slope)
    kinks = _find_kinks(graph, last)
    foreign = dict.fromkeys(answer[0].inputs, FOREIGN)
    answered = values(answer, [{**foreign, name: number} for number in PLAIN])
    lacking = [number for number, value in zip(PLAIN, answered, strict=True) if not math.isfinite(value)]
    found = [
        number
        for number in lacking
        if _is_smooth(forward(graph, {name: number}, FLOATS, upto=last), (output, slope), kinks)
    ]
    return (no_value({name: found[0]}),) if found else ()


def _may_lack_values(answer: tuple[Graph, int]) -> bool:
    graph, output = answer
    reached = graph.find_needed(output)
    return any(
        reached[index] and node.args and node.op not in EVERYWHERE
        for index, node in enumerate(graph.nodes[: output + 1])
    )


def _find_kinks(graph: Graph, last: int) -> list[tuple[str, tuple[int, ...]]]:
    return [
        (node.op, node.args)
        for node in graph.nodes[: last + 1]
        if node.op in OPS and OPS[node.op].kink is not None
    ]


def _is_smooth(
    found: Sequence[float], outputs: Sequence[int], kinks: Sequence[tuple[str, tuple[int, ...]]]
) -> bool:
    """Whether all outputs are finite and no kink is near."""
    gaps = (OPS[op].kink(*(found[argument] for argument in args)) for op, args in kinks)  # type: ignore[misc]  # only rows with a kink
    return all(math.isfinite(found[output]) for output in outputs) and all(gap > 1e-9 for gap in gaps)


# sides


def find_unseen_sides(reference: Reference, answer: tuple[Graph, int], seen: Sequence[Point]) -> list[Point]:
    """Points of the domain that lie on sides of branches which no point has seen, as far as they
    are found."""
    if reference.dependent:
        return []
    turns = [
        _Turn(graph, args, kind)
        for graph, output in (reference.slope, answer)
        for args, kind in _find_turns(graph, output)
    ]
    missing = [
        (turn, sides) for turn in turns if len(sides := {turn.side(point) for point in seen} - {None}) == 1
    ]
    found: list[Point] = []
    (graph, output), (_, slope) = reference.lowered, reference.slope
    kinks = _find_kinks(graph, max(output, slope))
    for point in _walk_axes(reference, seen) if missing else ():
        others = [turn for turn, sides in missing if turn.side(point) not in {None, *sides}]
        if others and _is_smooth(
            forward(graph, point, FLOATS, upto=max(output, slope)), (output, slope), kinks
        ):
            found.append(point)
            missing = [(turn, sides) for turn, sides in missing if turn not in others]
        if not missing:
            break
    return found


class _Turn:
    """What has two sides: the sign of one node, or which of two is larger."""

    def __init__(self, graph: Graph, args: tuple[int, ...], kind: str) -> None:
        self._args, self._kind = args, kind
        self._run = ForwardPass(graph, *args)

    def side(self, point: Point) -> bool | None:
        """Which side the point lies on; None on the edge and where there is no number."""
        values = self._run(point)
        found = [values[argument] for argument in self._args]
        gap = found[0] - found[1] if self._kind == "two" else found[0]
        return gap > 0 if math.isfinite(gap) and gap != 0 else None


def _find_turns(graph: Graph, output: int) -> Iterator[tuple[tuple[int, ...], str]]:
    """What has sides: (arguments, kind); the root of an even power has those of its base."""
    reached = graph.find_needed(output)
    for index, node in enumerate(graph.nodes[: output + 1]):
        base = _find_even_base(graph, node.args[0]) if reached[index] and node.op == "sqrt" else None
        if base is not None:
            yield (base,), "one"
        elif reached[index] and node.op in SIDED_OPERATIONS:
            yield node.args[:2], SIDED_OPERATIONS[node.op]


def _find_even_base(graph: Graph, index: int) -> int | None:
    """u where the node is u to an even power."""
    op, args, *_ = graph.nodes[index]
    if op == "mul" and args[0] == args[1]:
        return args[0]
    exponent = graph.exact(args[1]) if op == "pow" else None
    return args[0] if exponent is not None and exponent.denominator == 1 and exponent % 2 == 0 else None


def _walk_axes(reference: Reference, seen: Sequence[Point]) -> Iterator[Point]:
    """Points along each variable, from one that is known to be good."""
    if not seen:
        return
    base = seen[0]
    for name in reference.names:
        for value in WIDE:
            yield {**base, name: value}
