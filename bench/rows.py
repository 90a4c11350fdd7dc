"""What bench/run.py measures: one row a budget. To add a budget, add a row."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from hostile_texts import KINDS, make_text


@dataclass(frozen=True)
class Pair:
    """Two whole processes: ours takes at most `most` times as long as the peer's.

    start: a process whose time ours may take besides."""

    ours: list[str]
    peer: list[str]
    most: float
    start: list[str] | None = None


@dataclass(frozen=True)
class Growth:
    """Code that prints the seconds it took for the size in sys.argv[1].

    most: seconds at most at `size`. growth: at most so many times as long as for a tenth of the size (10 is
    linear; the rest is for caches and the clock)."""

    code: str
    size: int
    most: float
    growth: float = 15.0


@dataclass(frozen=True)
class Inside:
    """Code that prints the seconds it took, start-up left out: at most `most`."""

    code: str
    most: float


@dataclass(frozen=True)
class Share:
    """Code that prints a share, of a peer's time or of a count: at most `most`."""

    code: str
    most: float


@dataclass(frozen=True)
class Plain:
    """One whole process: at most `most` seconds."""

    ours: list[str]
    most: float


@dataclass(frozen=True)
class Row:
    name: str
    what: str
    kind: Pair | Growth | Inside | Share | Plain


def interpret(code: str) -> list[str]:
    return [sys.executable, "-c", code]


CLICK = interpret("import click")
IMPORT_SYMPY = interpret("import sympy")
IMPORT_NUMPY = interpret("import numpy")
SYMPY = interpret("import sympy; x=sympy.Symbol('x'); print(sympy.diff(sympy.sin(x**2),x))")

SWEEPS = """
import sys, time
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sweep import backward, forward

def built(size):
    graph = Graph()
    node = graph.input("x")
    for _ in range(size // {step}):
        node = {grow}
    return graph, node

def run(size):
    start = time.perf_counter()
    graph, output = built(size)
    forward(graph, {{"x": 0.5}})
    backward(graph, {{"x": 0.5}}, output)
    return time.perf_counter() - start

run(10)
print(run(int(sys.argv[1])))
"""
CHAIN = SWEEPS.format(step=1, grow='graph.apply("sin", node)')
LADDER = SWEEPS.format(step=2, grow='graph.apply("sin", graph.apply("mul", node, graph.inputs["x"]))')

SHARED = """
import sys, time
from chainrule_cli.notation.reader import read
from chainrule_cli.calculus.differentiate import Question, differentiate
from chainrule_cli.calculus.step import Letters
size = int(sys.argv[1])
lines = ["u1 = x*sin(x)"] + [f"u{n} = u{n - 1}*sin(u{n - 1})" for n in range(2, size + 1)]
reading = read("; ".join(lines))
differentiate(Question(read("sin(x)"), "x", 1, "auto", None), Letters(frozenset({"x"})))
start = time.perf_counter()
differentiate(Question(reading, "x", 1, "auto", None), Letters(frozenset({"x", "y"})))
print(time.perf_counter() - start)
"""

PATHS = """
import random, time
from chainrule_cli.lessons.paths import paths
rng = random.Random(1)
rates = [[], *([(place, {rate}), (place, {rate})] for place in range({doublings}))]
start = time.perf_counter()
paths(rates, 0, {doublings}, {top})
print(time.perf_counter() - start)
"""
DOUBLINGS = PATHS.format(rate="1.0", doublings=64, top=1)
STRONGEST = PATHS.format(rate="rng.random()", doublings=50, top=10)

HOSTILE = (
    "__import__('os').system('id')",
    "().__class__",
    "lambda",
    "9**9**9",
    "x**9**9**9",
    "factorial(10**8)",
    "(" * 10_000,
    "+".join(["x"] * 3_000),
    "+".join(f"x^{n}" for n in range(1_500)),
    "sin(" * 100 + "x" + ")" * 100,
    "\N{SNAKE}x",
    "\u202ex+1",
)

ANSWERS = """
import time
from chainrule_cli.reports.check import report
TEXTBOOK = [
    ("sin({k}x^2)", "{k}*2x cos({k}x^2)", "cos({k}x^2)"),
    ("x^2*e^({k}x)", "2x e^({k}x) + {k}x^2 e^({k}x)", "2x*{k}*e^({k}x)"),
    ("ln({k}x^2+1)", "{k}*2x/({k}x^2+1)", "1/({k}x^2+1)"),
    ("sin({k}x)/x", "({k}x cos({k}x) - sin({k}x))/x^2", "{k}cos({k}x)"),
    ("({k}x+1)^5", "{k}*5({k}x+1)^4", "5({k}x+1)^4"), ("atan({k}x)", "{k}/(1+{k}^2 x^2)", "{k}/(1+{k}x^2)"),
]
SEED = "a class"
report("sin(x^3)", "3x^2 cos(x^3)", seed=SEED)
"""
"""Six kinds of questions with a right answer and a wrong one; the primes are shared, as in a batch."""

SPELLINGS = (
    "{}",
    "({})",
    "1*({})",
    "({})*1",
    "({}) + 0",
    "2*({})/2",
    "({})*3/3",
    "-(-({}))",
    "({})/1",
    "0 + ({})",
)
"""Ways in which a class writes one answer; three write it alike."""

CLASS = (
    ANSWERS.replace("{", "{{").replace("}", "}}")
    + """
SPELLINGS = {spellings}
asked = [tuple(part.replace("{{k}}", str(k)) for part in row) for k in range(2, 8) for row in TEXTBOOK][:34]
start = time.perf_counter()
for row in asked:
    for number in range(30):
        report(row[0], SPELLINGS[number // {alike}].format(row[1 + {which}]) + " " * number, seed=SEED)
print((time.perf_counter() - start) * 1000 / 1020)
"""
)
ALL_OTHER = tuple(f"{spelling}*{k}/{k}".replace("{}*", "({})*") for k in (5, 7, 11) for spelling in SPELLINGS)
NEW = (
    ANSWERS.replace("{", "{{").replace("}", "}}")
    + """
asked = [tuple(part.replace("{{k}}", str(k)) for part in row) for k in range(2, 52) for row in TEXTBOOK]
start = time.perf_counter()
for row in asked:
    report(row[0], row[1 + {which}], seed=SEED)
print(time.perf_counter() - start)
"""
)

SIMPLIFIED = (
    ANSWERS.replace("{", "{{").replace("}", "}}")
    + """
import sympy
report("x^x", "1", seed=SEED)
asked = [
    ("x^x", "e^(x ln x)(ln x + 1)"), ("sin(x)cos(x)", "cos 2x"),
    ("sin(x)^8 - cos(x)^8", "4 sin(2x)(1 - 3 sin(x)^2 cos(x)^2)"), ("ln(cosh x)", "(e^(2x)-1)/(e^(2x)+1)"),
    ("tan(x)^3", "3 sin(x)^2/cos(x)^4"), ("sqrt((1-x)/(1+x))", "-1/((1+x) sqrt(1-x^2))"),
    ("x^2 e^(3x) sin(x)", "x e^(3x) ((2 + 3x) sin(x) + x cos(x))"), ("sin(x)/(1+cos(x))", "1/(2 cos(x/2)^2)"),
    ("sin(3x)^2", "3 sin(6x)"), ("(x^2+1)^3/(x-1)^2", "2(x^2+1)^2 (2x^2-3x-1)/(x-1)^3"),
    ("ln(x+sqrt(x^2+1))", "1/sqrt(x^2+1)"), ("atan((1+x)/(1-x))", "1/(1+x^2)"),
]
spelled = [spelling for spelling in {spellings} for _ in range({alike})]
written = [(row[0], spelling.format(row[1])) for row in asked for spelling in spelled]
start = time.perf_counter()
records = [report(formula, answer, seed=SEED) for formula, answer in written]
ours = time.perf_counter() - start
pairs = [(sympy.sympify(record.formula.text), sympy.sympify(record.answer.text)) for record in records]
sympy.simplify(sympy.sin(sympy.Symbol("x")) ** 2 + sympy.cos(sympy.Symbol("x")) ** 2)
start = time.perf_counter()
found = [sympy.simplify(sympy.diff(formula) - answer) == 0 for formula, answer in pairs]
assert all(record.verdict == "correct" for record in records)
print(ours / (time.perf_counter() - start))
"""
)
"""Prints the share of the peer's time; both have read their formulas, ours again, and both are warm."""

NETWORK = """
import statistics, time
import numpy as np
from chainrule_cli.lessons.network import Design, Network, drawn_batch, drawn_weights
design = Design(100, 256, 64, "{activation}", "he")
network, (x, y), weights = Network(design), drawn_batch(design, 0), drawn_weights(design, 0)
def by_hand():
    states = [x]
    for each in weights:
        states.append({forward})
    slope, found = y, []
    for each, before, after in zip(reversed(weights), reversed(states[:-1]), reversed(states)):
        slope = slope * {backward}
        found.append(before.T @ slope)
        slope = slope @ each.T
    return found[::-1]
def timed(function, *arguments):
    start = time.perf_counter()
    result = function(*arguments)
    return time.perf_counter() - start, result
(_, mine), (_, hands) = timed(network.flow, x, y, weights), timed(by_hand)
assert all(np.allclose(one, other) for one, other in zip(mine.weights, hands))
print(statistics.median(timed(network.flow, x, y, weights)[0] / timed(by_hand)[0] for _ in range(15)))
"""
"""Prints the share of the peer's time: the same network forward and backward, written by hand in numpy."""

UNSETTLED = (
    ANSWERS
    + """
asked = [tuple(part.replace("{k}", str(k)) for part in row) for k in range(2, 52) for row in TEXTBOOK]
methods = [report(row[0], row[1], seed=SEED).method for row in asked]
print(1 - sum(method in ("identical", "identity-test") for method in methods) / len(methods))
"""
)
"""Prints a share, no time."""

READING = """
import time
from chainrule_cli.errors import ChainruleError
from chainrule_cli.notation.answers import read_answer_text
from chainrule_cli.notation.reader import read
def read_answer(text):
    read_answer_text(text, declared=("x", "y"))
def attempt(work, text):
    start = time.perf_counter()
    try:
        work(text)
    except (ChainruleError, RecursionError, ValueError):
        pass
    return time.perf_counter() - start
def least(work, text):
    return min(attempt(work, text) for _ in range(5))
attempt(read, {text!r})
print(max(least(work, {text!r}) / least(work, {plain!r}) for work in (read, read_answer)))
"""
"""Prints the share of the time of as many characters of x+x+...; of a formula and an answer, the larger."""

ROWS = (
    Row("help", "chainrule --help", Pair(["chainrule", "--help"], CLICK, 2.0)),
    Row("help", "chainrule --version", Pair(["chainrule", "--version"], CLICK, 2.0)),
    Row("help", 'chainrule diff "sin(x**2"', Pair(["chainrule", "diff", "sin(x**2"], CLICK, 2.0)),
    Row(
        "graph",
        'chainrule graph "(x + y)*z" --at x=-2,y=5,z=-4',
        Pair(["chainrule", "graph", "(x + y)*z", "--at", "x=-2,y=5,z=-4"], IMPORT_SYMPY, 0.6),
    ),
    Row(
        "graph",
        'chainrule graph "|x|*y" --at x=0,y=2',
        Pair(["chainrule", "graph", "|x|*y", "--at", "x=0,y=2"], IMPORT_SYMPY, 0.6),
    ),
    Row(
        "graph",
        'chainrule paths "x*x*sin(x)" --at x=3',
        Pair(["chainrule", "paths", "x*x*sin(x)", "--at", "x=3"], IMPORT_SYMPY, 0.6),
    ),
    Row(
        "check",
        'chainrule check "sin(x^2)" "2x cos(x^2)"',
        Pair(["chainrule", "check", "sin(x^2)", "2x cos(x^2)"], IMPORT_SYMPY, 0.6),
    ),
    Row(
        "check",
        'chainrule check "sin(x^2)" "cos(x^2)"',
        Pair(["chainrule", "check", "sin(x^2)", "cos(x^2)"], IMPORT_SYMPY, 0.6),
    ),
    Row(
        "check",
        "1,000 right answers of a class, 30 a question, in 10 spellings",
        Inside(CLASS.format(which=0, alike=3, spellings=SPELLINGS), 1 / 3),
    ),
    Row(
        "check",
        "1,000 right answers of a class, 30 a question, in 30 spellings",
        Inside(CLASS.format(which=0, alike=1, spellings=ALL_OTHER), 1 / 3),
    ),
    Row(
        "check",
        "1,000 wrong answers of a class, 30 a question, mistakes named",
        Inside(CLASS.format(which=1, alike=1, spellings=ALL_OTHER), 2.0),
    ),
    Row("check", "300 right answers, every question new", Inside(NEW.format(which=0), 0.3)),
    Row(
        "check",
        "right answers of a class, 30 a question, to a loop of sympy.simplify(diff - answer)",
        Share(SIMPLIFIED.format(spellings=SPELLINGS, alike=3), 0.01),
    ),
    Row(
        "check",
        "right answers, every question new, to the same loop",
        Share(SIMPLIFIED.format(spellings=("{}",), alike=1), 0.01),
    ),
    Row("check", "right answers that the signature test does not settle, of 300", Share(UNSETTLED, 0.05)),
    Row("check", "300 wrong answers, every question new, mistakes named", Inside(NEW.format(which=1), 2.0)),
    Row("diff", 'chainrule diff "sin(x**2)"', Pair(["chainrule", "diff", "sin(x**2)"], SYMPY, 1.30)),
    Row("sweeps", "build a chain of sines, sweep forward and backward: nodes", Growth(CHAIN, 100_000, 2.0)),
    Row(
        "sweeps", "build products and sines, sweep forward and backward: nodes", Growth(LADDER, 100_000, 2.0)
    ),
    Row("derive", "derive u1 = x*sin(x); u2 = u1*sin(u1); ...: definitions", Growth(SHARED, 200, 1.0)),
    Row(
        "network",
        "100 layers of 256, batch 64, tanh, forward and backward, to numpy by hand",
        Share(
            NETWORK.format(
                activation="tanh", forward="np.tanh(states[-1] @ each)", backward="(1 - after * after)"
            ),
            1.5,
        ),
    ),
    Row(
        "network",
        "the same with relu",
        Share(
            NETWORK.format(
                activation="relu", forward="np.maximum(states[-1] @ each, 0)", backward="(after > 0)"
            ),
            1.5,
        ),
    ),
    *(
        Row(
            "matrix",
            f"chainrule matrix {formula!r} beside its start",
            Pair(
                ["chainrule", "matrix", formula, "--wrt", wrt], IMPORT_NUMPY, 1.2, ["chainrule", "--version"]
            ),
        )
        for formula, wrt in (
            ("sum((X*W - Y).^2)", "W"),
            ("x'*A*x", "x"),
            ("softmax(x)", "x"),
            ("log(det(X))", "X"),
        )
    ),
    Row("paths", "64 doublings counted and summed", Inside(DOUBLINGS, 0.010)),
    Row("paths", "ten strongest of 2^50", Inside(STRONGEST, 0.050)),
    *(
        Row(
            "reading",
            f"10,000 characters, {kind}: {make_text(kind)[:24]!r}",
            Share(READING.format(text=make_text(kind), plain=make_text("terms")), 3.0),
        )
        for kind in KINDS
    ),
    *(
        Row("hostile", f"chainrule diff {text[:40]!r}", Plain(["chainrule", "diff", text], 3.0))
        for text in HOSTILE
    ),
    Row(
        "hostile",
        "chainrule diff - (1 MB)",
        Plain(["/bin/sh", "-c", "head -c 1000000 /dev/zero | chainrule diff -"], 3.0),
    ),
)
