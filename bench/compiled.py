"""Prints what compiled functions cost beside their budgets: python bench/compiled.py scalars|arrays

Scalars: value and all partials by the generated code, over the same formula as a plain Python function that
gives the value alone. Arrays: against jax's compiled value_and_grad, in the same interpreter.
"""

from __future__ import annotations

import math
import random
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from chainrule_cli import compile as compiled
from chainrule_cli.graph.compile.codegen import generate
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.operations import OPS

SIZES = (10, 30, 100, 300, 1000)
FORMULAS = 20
BINARY = {"add": "({} + {})", "sub": "({} - {})", "mul": "({} * {})", "div": "({} / {})"}
UNARY = {name: f"{name}({{}})" for name in ("sin", "cos", "exp", "log", "tanh", "sqrt")}
SPELLED = BINARY | UNARY
KINDS = {"transcendental": (UNARY, 3.0), "rational": ({}, 4.0)}


@dataclass(frozen=True)
class Part:
    """A node of the graph, the same as Python, and its value at the formula's own point."""

    node: int
    text: str
    value: float


def draw_formula(seed: str, operations: int, unary: Mapping[str, str]) -> tuple[Graph, Part, list[Part]]:
    """A random tree of that many operations in one to four variables, finite at its point.

    Returns (graph, result, variables)."""
    rng, graph = random.Random(seed), Graph()
    inputs = [
        Part(graph.input(f"x{number}"), f"x{number}", rng.uniform(0.3, 2.0))
        for number in range(rng.randint(1, 4))
    ]
    arities = [rng.choice((1, 2)) if unary else 2 for _ in range(operations)]
    pool = [
        rng.choice(inputs) if rng.random() < 0.8 else _make_number(graph, rng.randint(2, 9))
        for _ in range(1 + arities.count(2))
    ]
    for arity in arities:
        parts = [pool.pop(rng.randrange(len(pool))) for _ in range(arity)]
        pool.append(_apply(graph, rng, parts, list(unary if arity == 1 else BINARY)))
    return graph, pool[0], inputs


def _make_number(graph: Graph, value: int) -> Part:
    return Part(graph.constant(value), f"{value}.0", value)


def _apply(graph: Graph, rng: random.Random, parts: Sequence[Part], names: list[str]) -> Part:
    """An operation whose value is neither undefined, nor huge, nor 0."""
    rng.shuffle(names)
    values = {name: OPS[name].forward(*[part.value for part in parts]) for name in names}
    name = next(name for name in names if 1e-3 < abs(values[name]) < 1e3)
    return Part(
        graph.apply(name, *[part.node for part in parts]),
        SPELLED[name].format(*[part.text for part in parts]),
        values[name],
    )


def write_plain(result: Part, inputs: Sequence[Part]) -> Callable[..., float]:
    """The formula as a person would write it in Python: one expression, math's functions, the value only."""
    known: dict[str, Any] = {name: getattr(math, name) for name in UNARY}
    exec(f"def plain({', '.join(part.text for part in inputs)}):\n    return {result.text}", known)  # noqa: S102  # drawn above
    return known["plain"]


def time_call(
    call: Callable[..., Any], arguments: Sequence[Any], least: float = 0.004, repeats: int = 7
) -> float:
    """The time of one call: the least mean of several short loops."""
    start = time.perf_counter()
    call(*arguments)
    rounds = max(1, int(least / (time.perf_counter() - start)))
    return min(time_loop(call, arguments, rounds) for _ in range(repeats)) / rounds


def time_loop(call: Callable[..., Any], arguments: Sequence[Any], rounds: int) -> float:
    start = time.perf_counter()
    for _ in range(rounds):
        call(*arguments)
    return time.perf_counter() - start


def compare_scalars(seed: str, operations: int, unary: Mapping[str, str]) -> float:
    graph, result, inputs = draw_formula(seed, operations, unary)
    point = [part.value for part in inputs]
    ours, peer = generate(graph, result.node, [part.text for part in inputs]), write_plain(result, inputs)
    if not math.isclose(ours(*point)[0], peer(*point), rel_tol=1e-9):
        raise ValueError(f"the two functions of {seed} differ")
    return time_call(ours, point) / time_call(peer, point)


def print_scalars() -> None:
    for kind, (unary, budget) in KINDS.items():
        for operations in SIZES:
            ratios = [
                compare_scalars(f"{kind} {operations} {number}", operations, unary)
                for number in range(FORMULAS)
            ]
            median = statistics.median(ratios)
            print(
                f"{kind:<15}{operations:>5} operations  median {median:5.2f}  worst {max(ratios):5.2f}"
                f"  budget {budget:g}  {_judge(median, budget)}",
                flush=True,
            )


def _judge(found: float, budget: float) -> str:
    return "met" if found <= budget else "NOT MET"


POINTS = 1_000_000
ROUNDS = 15
MOST_OF_JAX = 0.6
ARRAYS = {
    "rational": "(x*y + 1)/(x^2 + y^2 + 1) - x/(2 + y^2)",
    "trig": "sin(x*y)*cos(x - y) + sin(x)^2",
    "exp/log": "exp(-x^2)*log(1 + y^2) + log(1 + exp(x*y))",
    "net": "sigmoid(c*tanh(a*x + b*y) + d*tanh(b*x - a*y))",
    "roots": "sqrt(1 + x^2 + y^2)^3/(1 + x^4) + y^1.5*sqrt(y + x^2)",
}


def print_arrays() -> None:
    """The medians of ours and of jax's, and their ratio.

    Ours come first: jax's threads wait awake for a while and would take the cores from them."""
    try:
        import jax
    except ModuleNotFoundError:
        sys.exit(f"jax is not installed: {sys.executable} -m pip install jax")
    jax.config.update("jax_enable_x64", True)
    ratios = []
    for name, text in ARRAYS.items():
        ours, peer = time_arrays(jax, text)
        ratios.append(ours / peer)
        print(
            f"{name:<10}{text:<58}{ours * 1e3:7.1f} ms  jax {peer * 1e3:7.1f} ms  {ours / peer:5.2f}x",
            flush=True,
        )
    mean = statistics.geometric_mean(ratios)
    print(f"geometric mean {mean:.2f}x  budget {MOST_OF_JAX}x  {_judge(mean, MOST_OF_JAX)}")


def time_arrays(jax: ModuleType, text: str) -> tuple[float, float]:
    """Median seconds of ours and of jax's, at a million points between 1/2 and 2."""
    import numpy as np

    fn = compiled(text)
    rng = np.random.default_rng(0)
    values = [rng.uniform(0.5, 2.0, POINTS) for _ in fn.variables]
    peer = jax.jit(
        jax.vmap(
            jax.value_and_grad(make_jax_function(jax, text, fn.variables), argnums=tuple(range(len(values))))
        )
    )
    there = [jax.numpy.asarray(value) for value in values]
    for ours, theirs in zip(jax.tree.leaves(fn(*values)), jax.tree.leaves(peer(*there)), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)
    own = [time_loop(fn, values, 1) for _ in range(ROUNDS)]
    other = [time_loop(lambda *at: jax.block_until_ready(peer(*at)), there, 1) for _ in range(ROUNDS)]
    return statistics.median(own), statistics.median(other)


def make_jax_function(jax: ModuleType, text: str, variables: Sequence[str]) -> Callable[..., Any]:
    known = {name: getattr(jax.numpy, name) for name in ("sin", "cos", "exp", "log", "tanh", "sqrt")} | {
        "sigmoid": jax.nn.sigmoid
    }
    return eval(f"lambda {', '.join(variables)}: {text.replace('^', '**')}", known)  # noqa: S307  # a row of ARRAYS


if __name__ == "__main__":
    if sys.argv[1:] not in (["scalars"], ["arrays"]):
        sys.exit(__doc__)
    print_scalars() if sys.argv[1] == "scalars" else print_arrays()
