"""Text that means harm, or means nothing: a clear error or an answer, within bounds, and none of it is ever evaluated."""

from __future__ import annotations

import json
import sys
import unicodedata
from typing import Any

import pytest

from tests.support import COMMAND, ROOT, STRIKING, chainrule, running
from tests.watched import bound_memory

TEXTS = {
    "import": "__import__('os').system('id')",
    "attribute": "().__class__",
    "attributes": "().__class__.__base__.__subclasses__()",
    "lambda": "lambda",
    "a lambda": "lambda q7: q7",
    "f-string": "f'{q7}'",
    "comprehension": "[q7 for q7 in (1,)]",
    "statement": "import os; os.system('id')",
    "walrus": "(q7 := 2)",
    "exec": "exec('q7 = 1')",
    "format": "'%s' % q7",
    "number of a number": "9**9**9",
    "negative number of a number": "9**-9**9**9",
    "power of a power": "x**9**9**9",
    "root of a power": "(9**9**9)^(1/9)",
    "long exponent": "x^" + "9" * 900,
    "long number": "9" * 1_001,
    "small number": "1e-999999999*x",
    "great number": "1e999999999*x",
    "factorial": "factorial(10**8)",
    "exclamation": "100000000!",
    "tower of exp": "exp(exp(exp(exp(exp(9^9)))))",
    "brackets": "(" * 10_000,
    "closed brackets": "(" * 4_999 + "x" + ")" * 4_999,
    "bars": "|" * 5_000,
    "minuses": "-" * 9_999 + "x",
    "roots": "√" * 5_000 + "x",
    "carets": "x" + "^2" * 3_000,
    "primes": "f" + "'" * 5_000 + "(x)",
    "terms": "+".join(["x"] * 3_000),
    "different terms": "+".join(f"x^{n}" for n in range(1_500)),
    "factors": "*".join(["x"] * 3_000),
    "nested": "sin(" * 100 + "x" + ")" * 100,
    "nested too deep": "sin(" * 1_000 + "x" + ")" * 1_000,
    "nested quotients": "1/(x+" * 150 + "x" + ")" * 150,
    "doubling definitions": "; ".join(["u1 = x*x"] + [f"u{n} = u{n - 1}*u{n - 1}" for n in range(2, 400)]),
    "circular definitions": "u = v; v = u; u",
    "commands of LaTeX": "\\frac{" * 300,
    "NUL": "x\0+1",
    "controls": "x\x1b[31m+\x07\x08",
    "emoji": "🐍+x",
    "flag": "🏳️‍🌈x",
    "right to left": "x\u202e+1\u2066",
    "combining": "x" + "\u0301" * 500,
    "fullwidth": "ｓｉｎ（ｘ）",
    "cyrillic": "siп(x)",
    "spaces": "x\u3000+\u00a0\u200b1",
    "empty": "",
    "blank": "   \n\t ",
    "newlines": "\n" * 5_000,
    "semicolons": ";" * 5_000,
    "equals": "x = y = z = 1",
    "percent": "%n%s%x",
    "path": "../../etc/passwd",
    "shell": "$(id) `id` && id",
    "option": "--help",
    "1 MB": "x" * 1_000_000,
}

BY = pytest.mark.parametrize("name", TEXTS)


PROCESS = pytest.mark.parametrize(
    "process",
    [pytest.param("forked", id="forked"), pytest.param("fresh", id="fresh", marks=pytest.mark.full)],
)
"""A run that is forked off a warm process, and a process of its own."""


@BY
@PROCESS
def test_a_clear_error_or_an_answer(name: str, process: str) -> None:
    bounds: dict[str, Any] = {
        "forked": {"first": "tests.watched:bound_growth"},
        "fresh": {"program": COMMAND, "preexec_fn": bound_memory},
    }
    ran = chainrule("diff", "-", given=TEXTS[name], **bounds[process])
    assert ran.returncode in (0, 2, 3), ran.stderr
    undecided = ran.returncode == 3 and "not decided" in ran.stdout
    assert (ran.stdout == "") == (
        ran.returncode == 2 or (ran.returncode == 3 and not undecided and "answer" not in ran.stderr)
    )
    assert (ran.stderr == "") == (ran.returncode == 0 or (undecided and "ran out" not in ran.stderr))
    assert "Traceback" not in ran.stderr
    assert len(ran.stderr) < 1_500
    assert all(
        character.isprintable() or character == "\n" or unicodedata.category(character) == "Mn"
        for character in ran.stdout + ran.stderr
    )


AUDITED = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from tests.watched import watch_evaluation
sys.argv.append(sys.stdin.read())
watch_evaluation()
"""
WITH_COMMAND = (
    AUDITED + "from chainrule_cli.cli import run\nsys.exit(run(['diff', '--json', '--', sys.argv[-1]]))"
)
WITH_SYMPY = AUDITED + "import sympy\nsympy.sympify(sys.argv[-1])"

HELD_BY_PYTHON = ("lambda", "empty", "blank", "newlines", "option")
"""Texts that the standard library's own sources hold."""


@BY
@PROCESS
def test_nothing_is_evaluated(name: str, process: str) -> None:
    if process == "forked":
        ran = chainrule("diff", "--json", "--", TEXTS[name], first="tests.watched:watch_evaluation")
    else:
        ran = chainrule(given=TEXTS[name], program=[sys.executable, "-c", WITH_COMMAND])
    assert "AUDIT" not in ran.stderr or name in HELD_BY_PYTHON
    assert ran.returncode in (0, 2, 3)
    said = [json.loads(line) for line in (ran.stdout + ran.stderr).splitlines() if "AUDIT" not in line]
    assert {record["schema"] for record in said} <= {"chainrule.diff.v1", "chainrule.error.v1"}
    assert said


def test_the_watch_sees_an_evaluation() -> None:
    """sympy's own parser does evaluate (with other spaces between the tokens), and the same watch says so."""
    ran = chainrule(given="().__class__.__base__", program=[sys.executable, "-c", WITH_SYMPY])
    assert "AUDIT" in ran.stderr


LOOPING = """
import chainrule_cli.reports.diff as module
def never(*arguments, **named):
    {body}
module.tidy_result = never
"""


@pytest.mark.parametrize(
    ("body", "clock", "memory"),
    [
        ("10 ** (10**9)", STRIKING, "1G"),
        ("return [bytearray(1 << 20) for _ in iter(int, 1)]", "", "300M"),
    ],
    ids=["time", "memory"],
)
def test_a_tidying_that_does_not_end_leaves_the_checked_answer(body: str, clock: str, memory: str) -> None:
    program = running(clock, LOOPING.format(body=body))
    asked = ("diff", "x^2*sin(x)", "--timeout", "3600", "--memory", memory)
    ran = chainrule(*asked, "--json", program=program)
    assert ran.returncode == 3
    record = json.loads(ran.stdout)
    assert (record["schema"], record["complete"], record["crosscheck"]["verdict"]) == (
        "chainrule.diff.v1",
        False,
        "agree",
    )
    assert json.loads(ran.stderr)["code"] == "budget"
    page = chainrule(*asked, program=program)
    assert page.returncode == 3
    assert "not yet tidied" in page.stderr
    assert page.stdout
