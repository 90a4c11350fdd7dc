"""COMPLEX: complex doubles through analytic operations, for derivatives by a complex step (Squire & Trapp
1998).

f(x + ih) = f(x) + ih f'(x) + O(h^2): the imaginary part loses nothing to cancelling, so h may be 1e-20.
Operations with kinks or jumps, and those that cmath lacks, have no row in COMPLEX_OPS and refuse.
"""

from __future__ import annotations

import cmath
import math
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from chainrule_cli.errors import QuestionError
from chainrule_cli.graph.carriers import FLOATS, Numbers
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sweep import forward

STEP = 1e-20
NAN = complex(math.nan, math.nan)


def _expm1(z: complex) -> complex:
    """e^z - 1 without cancelling: e^x cos y - 1 = expm1(x) cos y - 2 sin(y/2)^2."""
    x, y = z.real, z.imag
    return complex(math.expm1(x) * math.cos(y) - 2 * math.sin(y / 2) ** 2, math.exp(x) * math.sin(y))


def _log1p(z: complex) -> complex:
    return complex(math.log1p(2 * z.real + abs(z) ** 2) / 2, cmath.phase(1 + z))


def _root(z: complex, degree: complex) -> complex:
    odd = int(degree.real) % 2 == 1
    return -((-z) ** (1 / degree)) if odd and z.real < 0 else z ** (1 / degree)


def _power(z: complex, exponent: complex) -> complex:
    """By products where the exponent is a small integer: a negative base stays one."""
    whole = exponent.imag == 0 and exponent.real.is_integer() and abs(exponent.real) < 100
    return z ** int(exponent.real) if whole else z**exponent


def _atan2(a: complex, b: complex) -> complex:
    return cmath.atan(a / b) + (0 if b.real > 0 else math.copysign(math.pi, a.real))


def _sigmoid(z: complex) -> complex:
    return 1 / (1 + cmath.exp(-z))


OF_CMATH = "exp sqrt log sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh"
RECIPROCALS = {
    "sec": cmath.cos,
    "csc": cmath.sin,
    "cot": cmath.tan,
    "sech": cmath.cosh,
    "csch": cmath.sinh,
    "coth": cmath.tanh,
}
OF_RECIPROCALS = {
    "asec": cmath.acos,
    "acsc": cmath.asin,
    "asech": cmath.acosh,
    "acsch": cmath.asinh,
    "acoth": cmath.atanh,
}


def _take_reciprocal(function: Callable[[complex], complex]) -> Callable[[complex], complex]:
    return lambda z: 1 / function(z)


def _apply_to_reciprocal(function: Callable[[complex], complex]) -> Callable[[complex], complex]:
    return lambda z: function(1 / z)


COMPLEX_OPS: dict[str, Callable[..., complex]] = {
    **{name: getattr(cmath, name) for name in OF_CMATH.split()},
    **{name: _take_reciprocal(function) for name, function in RECIPROCALS.items()},
    **{name: _apply_to_reciprocal(function) for name, function in OF_RECIPROCALS.items()},
    "e": lambda: complex(math.e),
    "pi": lambda: complex(math.pi),
    "add": operator.add,
    "sub": operator.sub,
    "neg": operator.neg,
    "mul": operator.mul,
    "div": operator.truediv,
    "pow": _power,
    "cbrt": lambda z: _root(z, 3 + 0j),
    "root": _root,
    "expm1": _expm1,
    "log1p": _log1p,
    "acot": lambda z: cmath.atan(1 / z) + (0 if z.real > 0 else math.pi),
    "atan2": _atan2,
    "hypot": lambda a, b: cmath.sqrt(a * a + b * b),
    "sigmoid": _sigmoid,
    "silu": lambda z: z * _sigmoid(z),
    "softplus": lambda z: _log1p(cmath.exp(z)),
}
"""operation -> its continuation into the complex plane near the real domain"""


class Complexes(Numbers):
    """Complex doubles; NaN where there is no value."""

    zero = 0j
    one = 1 + 0j

    def constant(self, value: Fraction | int) -> complex:
        return complex(FLOATS.constant(value))

    def enter(self, value: Any) -> complex:
        return complex(value)

    def operation(self, op: str) -> Callable[..., complex]:
        """Raises QuestionError for an operation that has no row."""
        if op not in COMPLEX_OPS:
            raise QuestionError(
                f"{op} has no complex values here",
                hint="a complex step needs a formula that is analytic, of elementary functions",
            )
        row = COMPLEX_OPS[op]

        def call(*args: complex) -> complex:
            try:
                return row(*args)
            except (ValueError, ZeroDivisionError, OverflowError):
                return NAN

        return call


COMPLEX = Complexes()


def take_complex_step(graph: Graph, output: int, point: Mapping[str, float], name: str) -> float:
    """The derivative by one variable at a real point, by one complex step.

    Raises QuestionError for what is not analytic.
    """
    stepped = {**point, name: complex(point[name], STEP)}
    return float(forward(graph, stepped, COMPLEX, upto=output)[output].imag / STEP)
