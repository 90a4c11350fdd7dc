"""What the tests of matrices share: derivatives by differences of a numpy function, and the program's numpy code run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

import chainrule_cli
from chainrule_cli.graph.sweep import forward
from chainrule_cli.graph.values.array_carriers import ARRAYS_OF_FLOATS
from chainrule_cli.matrix.inference import infer
from chainrule_cli.matrix.lowering import lower
from chainrule_cli.matrix.reading import read
from chainrule_cli.matrix.sizes import parse_shapes

Point = dict[str, Any]
STEP = 1e-3
NO_LETTERS: Mapping[str, int] = {}


def differences(function: Callable[[Point], Any], point: Point, wrt: str, step: float = STEP) -> Any:
    """The derivative by one variable: the axes of the output, then those of the variable. Central, of fourth order."""
    shape = np.shape(point[wrt])
    columns = []
    for place in range(int(np.prod(shape, dtype=int))):
        unit = np.zeros(int(np.prod(shape, dtype=int)))
        unit[place] = step
        at = [
            np.asarray(function(point | {wrt: point[wrt] + times * unit.reshape(shape)}))
            for times in (1, -1, 2, -2)
        ]
        columns.append((8 * (at[0] - at[1]) - (at[2] - at[3])) / (12 * step))
    return np.stack(columns, axis=-1).reshape(columns[0].shape + shape)


def run(python: str, point: Mapping[str, Any]) -> Any:
    """The program's own numpy expression over np and the names of the variables."""
    with np.errstate(all="ignore"):
        known = {
            "np": np,
            "chainrule_cli": chainrule_cli,
            "__builtins__": {"__import__": __import__},
        }  # numpy imports
        return np.asarray(eval(python, known, dict(point)))


def read_back(
    text: str, shapes: str, shape: str, point: Point, letters: Mapping[str, int] = NO_LETTERS
) -> Any:
    """The value of a formula of ours, without any derivative. shapes: of its variables; shape: its own, which loose parts take;
    letters: what sizes are here."""
    names = {each.partition(":")[0] for each in shapes.split(",")}
    formula = f"({text}) + Q"
    used = [each for each in shapes.split(",") if each.partition(":")[0] in read(formula, names).variables]
    shaped = infer(
        read(formula, names),
        parse_shapes(",".join([*used, f"Q:{'scalar' if shape == 'a number' else shape}"])),
        loose=True,
    )
    lowered = lower(
        shaped,
        {
            size: letters.get(shaped.sizes.write_size(size), number)
            for size, number in shaped.sizes.assign_stand_ins().items()
        },
    )
    sizes = (
        [letters[each] if each in letters else int(each) for each in shape.split("x")]
        if shape != "a number"
        else []
    )
    node, rows, _ = lowered.output
    found = forward(lowered.graph, point | {"Q": np.zeros(sizes)}, ARRAYS_OF_FLOATS, wanted=[node])[node]
    return np.asarray(found).T if rows == 1 else np.asarray(found)


def distance(found: Any, wanted: Any) -> float:
    """The greatest difference over the greatest entry; of nothing from nothing 0."""
    size = max(float(np.max(np.abs(wanted), initial=0.0)), float(np.max(np.abs(found), initial=0.0)), 1e-9)
    return float(np.max(np.abs(np.broadcast_to(found, np.shape(wanted)) - wanted), initial=0.0)) / size
