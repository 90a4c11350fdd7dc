"""How other systems read what can be read in two ways: python docs/other_readings.py --npm FOLDER

Runs them all on TEXTS and writes other_readings.json, of which tables.py makes a table. They are no
dependencies of the project, so .ci/run does not run this; where one is missing nothing is written.
What was read is known by its numbers at three points, which are those of one meaning of the text.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from math import asin, cos, e, isclose, isfinite, log, log10, sin, sqrt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

HERE = Path(__file__).resolve().parent
Meaning = Callable[[Any], float]


@dataclass(frozen=True)
class Text:
    """What is typed, what it may mean, and how it is typed where a function begins with a backslash."""

    plain: str
    meanings: dict[str, Meaning]
    latex: str = ""


TEXTS = (
    Text("1/2x", {"(1/2)·x": lambda v: v.x / 2, "1/(2x)": lambda v: 1 / (2 * v.x)}),
    Text("1/2 x", {"(1/2)·x": lambda v: v.x / 2, "1/(2x)": lambda v: 1 / (2 * v.x)}),
    Text(
        "1/2sqrt(x)",
        {"(1/2)·√x": lambda v: sqrt(v.x) / 2, "1/(2√x)": lambda v: 1 / (2 * sqrt(v.x))},
        r"1/2\sqrt{x}",
    ),
    Text(
        "x/yz",
        {
            "(x/y)·z": lambda v: v.x / v.y * v.z,
            "x/(yz)": lambda v: v.x / (v.y * v.z),
            "x over one name yz": lambda v: v.x / v.yz,
        },
    ),
    Text(
        "e^2x",
        {
            "(e^2)·x": lambda v: e**2 * v.x,
            "e^(2x)": lambda v: e ** (2 * v.x),
            "(e^2)·x, e a name": lambda v: v.e**2 * v.x,
            "e^(2x), e a name": lambda v: v.e ** (2 * v.x),
        },
    ),
    Text("x^2y", {"(x^2)·y": lambda v: v.x**2 * v.y, "x^(2y)": lambda v: v.x ** (2 * v.y)}),
    Text("x^-1/2", {"(x^-1)/2": lambda v: 1 / v.x / 2, "x^(-1/2)": lambda v: v.x**-0.5}),
    Text("sin x^2", {"sin(x^2)": lambda v: sin(v.x**2), "(sin x)^2": lambda v: sin(v.x) ** 2}, r"\sin x^2"),
    Text("sin(x)^2", {"(sin x)^2": lambda v: sin(v.x) ** 2, "sin(x^2)": lambda v: sin(v.x**2)}, r"\sin(x)^2"),
    Text("sin 2x", {"sin(2x)": lambda v: sin(2 * v.x), "sin(2)·x": lambda v: sin(2) * v.x}, r"\sin 2x"),
    Text("sin x y", {"sin(xy)": lambda v: sin(v.x * v.y), "sin(x)·y": lambda v: sin(v.x) * v.y}, r"\sin x y"),
    Text("sin x/2", {"sin(x)/2": lambda v: sin(v.x) / 2, "sin(x/2)": lambda v: sin(v.x / 2)}, r"\sin x/2"),
    Text(
        "sin x cos x",
        {
            "sin(x)·cos(x)": lambda v: sin(v.x) * cos(v.x),
            "sin(x·cos(x))": lambda v: sin(v.x * cos(v.x)),
        },
        r"\sin x \cos x",
    ),
    Text("sin^2 x", {"(sin x)^2": lambda v: sin(v.x) ** 2, "sin(2)·x": lambda v: sin(2) * v.x}, r"\sin^2 x"),
    Text("sin^-1 x", {"asin(x)": lambda v: asin(v.x), "1/sin(x)": lambda v: 1 / sin(v.x)}, r"\sin^{-1} x"),
    Text("log(x)", {"ln(x)": lambda v: log(v.x), "log10(x)": lambda v: log10(v.x)}, r"\log(x)"),
    Text(
        "3e2x",
        {
            "300·x": lambda v: 300 * v.x,
            "3·e·2·x": lambda v: 6 * e * v.x,
            "3·e·2·x, e a name": lambda v: 6 * v.e * v.x,
            "3 times one name e2x": lambda v: 3 * v.e2x,
        },
    ),
    Text("xy", {"x·y": lambda v: v.x * v.y, "one name": lambda v: v.xy}),
    Text("x(x+1)", {"x·(x+1)": lambda v: v.x * (v.x + 1)}),
    Text("f(x)", {"f·x": lambda v: v.f * v.x}),
)

CALLS = {"f(x)": "f of x", "x(x+1)": "x of x+1", "x(1+x)": "x of x+1"}
"""What stays a call has no number, and is known by what is printed."""

POINTS = tuple(
    SimpleNamespace(x=x, y=y, z=z, xy=xy, yz=yz, e2x=e2x)
    for x, y, z, xy, yz, e2x in (
        (0.37, 0.71, 0.83, 0.66, 0.23, 0.32),
        (0.62, 0.29, 0.54, 0.19, 0.88, 0.76),
        (0.85, 0.48, 0.91, 0.93, 0.41, 0.14),
    )
)
BOUND = tuple(
    SimpleNamespace(**vars(point), e=base, f=factor)
    for point, base, factor in zip(POINTS, (0.53, 0.17, 0.79), (0.59, 0.36, 0.21), strict=True)
)
"""The same points with numbers for e and f, for where they are names."""


NOWHERE = (None,) * (len(POINTS) + len(BOUND))

NPM = {
    "mathjs": "parse",
    "math-expressions": "fromText",
    "@khanacademy/kas": "parse",
    "nerdamer": "nerdamer",
    "algebrite": "run",
    "@cortex-js/compute-engine": "parse",
}
"""The packages, and what is called of each. math-expressions is installed with --ignore-scripts."""

PYPI = {
    "sympy": "sympy",
    "antlr4-python3-runtime==4.11.*": "antlr4",
    "symengine": "symengine",
    "latex2sympy2-extended": "latex2sympy2_extended",
}
"""The packages, and their modules; sympy reads LaTeX by antlr4."""

PROGRAMS = {"nodejs": "node", "xcas": "giac", "qalc": "qalc"}
"""Debian's packages, and their programs."""


@dataclass(frozen=True)
class Found:
    """What a system prints for a text, none for an error, and its numbers at POINTS and at BOUND."""

    form: str | None
    values: Sequence[float | None]


@dataclass(frozen=True)
class System:
    name: str
    version: str
    called: str
    found: Sequence[Found]


def read_number(text: object) -> float | None:
    try:
        number = float(str(text))
    except ValueError:
        return None
    return number if isfinite(number) else None


# the systems


def run_npm(folder: Path) -> Iterator[System]:
    """The packages of npm, in one process of Node.js."""
    texts = [{"plain": text.plain, "latex": text.latex or text.plain} for text in TEXTS]
    asked = json.dumps({"texts": texts, "points": [vars(point) for point in (*POINTS, *BOUND)]})
    command = ["node", str(HERE / "other_readings.mjs")]
    ran = subprocess.run(command, input=asked, capture_output=True, text=True, cwd=folder, check=True)
    for name, result in json.loads(ran.stdout).items():
        found = [Found(each["form"], each["values"]) for each in result["found"]]
        yield System(name, result["version"], NPM[name], found)


def run_python() -> Iterator[System]:
    """The packages of PyPI. Some evaluate what they are given as a program: it is nothing but TEXTS."""
    import symengine
    from latex2sympy2_extended import latex2sympy
    from sympy.parsing.latex import parse_latex
    from sympy.parsing.sympy_parser import parse_expr

    def parse_implicit(text: str) -> Any:
        return parse_expr(text, transformations="all")

    for name, package, called, read in (
        ("SymPy", "sympy", "parse_expr, transformations='all'", parse_implicit),
        ("SymEngine", "symengine", "sympify", symengine.sympify),
        ("SymPy", "sympy", "parse_latex", parse_latex),
        ("latex2sympy2-extended", "latex2sympy2-extended", "latex2sympy", latex2sympy),
    ):
        typed = [(text.latex or text.plain) if "latex" in called else text.plain for text in TEXTS]
        yield System(name, version(package), called, [_try_python(read, text) for text in typed])


def _try_python(read: Callable[[str], Any], text: str) -> Found:
    try:
        expression = read(text)
        values = [_evaluate(expression, vars(point)) for point in (*POINTS, *BOUND)]
    except Exception:  # noqa: BLE001 - whatever another system raises is its error
        return Found(None, NOWHERE)
    return Found(str(expression), values)


def _evaluate(expression: Any, point: dict[str, float]) -> float | None:
    known = {symbol: point[symbol.name] for symbol in expression.free_symbols if symbol.name in point}
    value = expression.subs(known)
    return read_number(value.evalf() if hasattr(value, "evalf") else value.n(real=True))


def run_giac() -> Iterator[System]:
    """Giac as a program: a text, and its values by subst. It answers undef to what it cannot read."""
    release = ask("giac", "--version").rpartition("\n")[2]
    yield System("Giac", release, "giac", [_ask_giac(text.plain) for text in TEXTS])


def _ask_giac(text: str) -> Found:
    asked = [
        f"evalf(subst({text},[{','.join(f'{name}={value}' for name, value in vars(point).items())}]))"
        for point in (*POINTS, *BOUND)
    ]
    form = ask("giac", text)
    return Found(None if "undef" in form else form, [read_number(ask("giac", each)) for each in asked])


def run_qalc() -> Iterator[System]:
    """Qalculate as a program; `where` gives numbers to the names, and terse output is the value alone."""
    yield System("qalc", ask("qalc", "--version"), "qalc", [_ask_qalc(text.plain) for text in TEXTS])


def _ask_qalc(text: str) -> Found:
    places = [
        " and ".join(f"{name}={value}" for name, value in vars(point).items() if name in text)
        for point in (*POINTS, *BOUND)
    ]
    values = [read_number(ask("qalc", "-t", f"{text} where {place}")) for place in places]
    form = ask("qalc", text)
    return Found(None if form.startswith("error") else form.partition(" = ")[0], values)


def ask(*command: str) -> str:
    """What a program prints. The time is for one that waits for an answer."""
    ran = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    return ran.stdout.decode("utf-8", "replace").strip()


# what is found


def name_reading(text: Text, found: Found) -> str:
    """The meaning whose numbers are found; else what the system prints, as code; else an error."""
    plain, bound = found.values[: len(POINTS)], found.values[len(POINTS) :]
    points, values = (BOUND, bound) if None in plain else (POINTS, plain)
    for label, meaning in text.meanings.items():
        if _agree(meaning, points, values):
            return label
    if found.form is None:
        return "error"
    return CALLS.get(found.form.replace(" ", ""), _mark_code(found.form))


def _mark_code(printed: str) -> str:
    return f"``{printed}``" if "`" in printed else f"`{printed}`"


def _agree(meaning: Meaning, points: Sequence[Any], values: Sequence[float | None]) -> bool:
    """Whether the numbers are those of a meaning, to the six digits that the tersest of the systems prints.

    A meaning that needs a name without a number there is another's."""
    try:
        expected = [meaning(point) for point in points]
    except AttributeError:
        return False
    return all(
        value is not None and isclose(value, true, rel_tol=1e-5)
        for value, true in zip(values, expected, strict=True)
    )


def find_missing(folder: Path) -> list[str]:
    """The packages that must be installed first."""
    return [
        *(package for package, program in PROGRAMS.items() if shutil.which(program) is None),
        *(package for package, module in PYPI.items() if find_spec(module) is None),
        *(package for package in NPM if not (folder / "node_modules" / package).is_dir()),
    ]


def main() -> int:
    arguments = argparse.ArgumentParser(description="Write how other systems read the texts.")
    arguments.add_argument("--npm", type=Path, default=Path(), help="the folder with node_modules")
    folder = arguments.parse_args().npm.resolve()
    if missing := find_missing(folder):
        sys.stderr.write(f"nothing is written without {', '.join(missing)}\n")
        return 1
    systems = [*run_npm(folder), *run_python(), *run_giac(), *run_qalc()]
    record = {
        "systems": [{"name": each.name, "version": each.version, "called": each.called} for each in systems],
        "readings": {
            text.plain: [name_reading(text, system.found[place]) for system in systems]
            for place, text in enumerate(TEXTS)
        },
    }
    (HERE / "other_readings.json").write_text(
        json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
