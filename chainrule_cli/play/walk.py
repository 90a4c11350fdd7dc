"""Walk: where in the two passes somebody stands, what is known there, how their predictions went. No widgets.

A walk counts the moments that have happened; the last of them is the current one. Every function gives a new
walk. A number that is typed is read by the formula's own reader; how close is close enough goes by the four
shown digits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import NamedTuple

from chainrule_cli.errors import QuestionError
from chainrule_cli.explain.numbers import short
from chainrule_cli.graph.lower import evaluate_point
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Apply, Name, postorder
from chainrule_cli.play.scene import Moment, Scene

LONGEST = 60
"""Characters of an answer."""

ARITHMETIC = frozenset({"+", "*", "/", "^", "neg", "sqrt", "cbrt", "exp", "log", "sin", "cos", "tan", "pi"})
CLOSE = 1e-3
"""Relative: whoever goes on from numbers of four digits ends about so far away."""


class Score(NamedTuple):
    right: int = 0
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Walk:
    """Where somebody stands in a scene.

    position: how many moments have happened
    predicting: the next number is asked for before it is shown
    counted: positions before moments whose number was asked for or shown as the answer: they count once
    """

    scene: Scene
    position: int = 0
    predicting: bool = False
    score: Score = field(default_factory=Score)
    counted: frozenset[int] = frozenset()

    @property
    def current(self) -> Moment | None:
        return self.scene.moments[self.position - 1] if self.position else None

    @property
    def following(self) -> Moment | None:
        return self.scene.moments[self.position] if not self.ended else None

    @property
    def ended(self) -> bool:
        return self.position == len(self.scene.moments)

    @property
    def asks(self) -> Moment | None:
        """The moment whose number is to be predicted before it is shown."""
        following = self.following
        return following if self.predicting and following is not None and following.asks else None


class KnownNumbers(NamedTuple):
    """Values and gradients as text, by the indices of their vertices."""

    values: dict[int, str]
    gradients: dict[int, str]


def jump(walk: Walk, position: int) -> Walk:
    """The walk after so many moments, or as near as there are."""
    return replace(walk, position=min(max(position, 0), len(walk.scene.moments)))


def step(walk: Walk) -> Walk:
    return jump(walk, walk.position + 1)


def find_backward_start(walk: Walk) -> int:
    """The position at which the seed has just been set; the end where there is no backward pass."""
    return next(
        (index + 1 for index, moment in enumerate(walk.scene.moments) if moment.phase == "backward"),
        len(walk.scene.moments),
    )


def find_visit(walk: Walk, vertex: int) -> int | None:
    """The position at which something next happens at a vertex, beginning again from the start.

    None where nothing ever does.
    """
    positions = [index + 1 for index, moment in enumerate(walk.scene.moments) if moment.vertex == vertex]
    return next(
        (position for position in positions if position > walk.position), positions[0] if positions else None
    )


def collect_known(walk: Walk) -> KnownNumbers:
    """What is known by now.

    Numbers that were typed are known from the start; at the end so are gradients that nothing was sent to.
    """
    values = {index: node.value for index, node in enumerate(walk.scene.nodes) if node.kind == "constant"}
    gradients: dict[int, str] = {}
    for moment in walk.scene.moments[: walk.position]:
        if moment.resets:
            gradients.clear()
        if moment.value:
            values[moment.vertex] = moment.value
        if moment.gradient:
            gradients[moment.vertex] = moment.gradient
    if walk.ended:
        gradients |= {
            index: node.gradient
            for index, node in enumerate(walk.scene.nodes)
            if node.gradient and index not in gradients
        }
    return KnownNumbers(values, gradients)


def list_ever_known(scene: Scene) -> Iterator[tuple[int, str, str]]:
    """(vertex, value, gradient) for all that is ever shown at a vertex, the text or ""."""
    yield from ((index, node.value, node.gradient) for index, node in enumerate(scene.nodes))
    yield from ((moment.vertex, moment.value, moment.gradient) for moment in scene.moments)


# predictions


def set_predicting(walk: Walk, *, on: bool) -> Walk:
    """From here on; a score begins with the first question that is answered."""
    return replace(walk, predicting=on)


def record_answer(walk: Walk, *, right: bool) -> Walk:
    """One step on, with the answer counted; a moment that was asked before counts no more."""
    if walk.position in walk.counted:
        return step(walk)
    score = Score(walk.score.right + right, walk.score.asked + 1)
    return step(replace(walk, score=score, counted=walk.counted | {walk.position}))


def move_to_scene(walk: Walk, scene: Scene) -> Walk:
    """The start of another scene; the score goes on."""
    return Walk(scene, predicting=walk.predicting, score=walk.score)


# numbers that somebody types


def read_number(text: str) -> float:
    """A number such as -3/2, 0.5, sqrt(2)/2.

    Raises: ReadError for what is no formula, QuestionError for what is no number.
    """
    if len(text) > LONGEST:
        raise QuestionError(f"an answer has at most {LONGEST} characters")
    expr = read(text).expr
    for node in postorder(expr):
        if isinstance(node, Name) or (isinstance(node, Apply) and node.function not in ARITHMETIC):
            raise QuestionError(
                "the answer is not a number", text=text, span=node.span, hint="such as -4, 0.25 or -3/2"
            )
    return evaluate_point({"the answer": expr})["the answer"]


def is_right(given: float, number: float) -> bool:
    """Whether a number is the one asked for, as far as four shown digits say."""
    return abs(given - number) <= max(CLOSE * abs(number), _measure_rounding(number))


def _measure_rounding(number: float) -> float:
    """Half a unit of the last decimal that is shown; nothing for a number that is shown whole."""
    shown = Fraction(short(number))
    if shown == Fraction(number):
        return 0.0
    mantissa, _, exponent = short(number).partition("e")
    return 0.5 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
