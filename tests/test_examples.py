"""The examples do what they say, with the interpreter that runs the tests."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import chainrule_cli
from tests.support import PATIENCE, ROOT


def test_a_file_of_formulas() -> None:
    env = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONIOENCODING": "utf-8",
    }
    command = ["/bin/sh", "examples/derivatives.sh", "examples/formulas.txt"]
    ran = subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    assert ran.stdout.splitlines() == [
        "sin(x**2)\t2*x*cos(x**2)",
        "x^2 e^{-x}\tx*exp(-x)*(2 - x)",
        "ln(sin x)\tcos(x)/sin(x)",
        "sine(x)\tunreadable (exit code 2)",
        "x^2 + y^2 = 1\t-x/y",
    ]


def ran(*command: str, given: str = "") -> str:
    env = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONIOENCODING": "utf-8",
    }
    return subprocess.run(
        command, cwd=ROOT, env=env, input=given, capture_output=True, text=True, check=True, timeout=PATIENCE
    ).stdout


def test_a_folder_of_submissions() -> None:
    rows = [
        line.split("\t")
        for line in ran("/bin/sh", "examples/check.sh", "sin(x^2)", "examples/submissions").splitlines()
    ]
    assert [(who, mark) for who, mark, _ in rows] == [("ada", "1"), ("ben", "0"), ("cleo", "1"), ("dan", "0")]
    assert "incorrect" in rows[1][2]
    assert "cannot be read" in rows[3][2]


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
def test_a_folder_of_submissions_as_json() -> None:
    records = [
        json.loads(line)
        for line in ran("/bin/sh", "examples/check_json.sh", "sin(x^2)", "examples/submissions").splitlines()
    ]
    assert [record["verdict"] for record in records] == ["correct", "incorrect", "correct", "unreadable"]
    assert records[1]["mistake"] == "inner-forgotten"


@pytest.mark.parametrize(("answer", "grade"), [("2x cos(x^2)", 1.0), ("cos(x^2)", 0.0), ("2x +", 0.0)])
def test_adapters(answer: str, grade: float) -> None:
    record = json.dumps(chainrule_cli.check("sin(x^2)", answer).to_dict())
    coderunner = json.loads(ran(sys.executable, "examples/coderunner.py", given=record))
    edx = json.loads(ran(sys.executable, "examples/edx.py", given=record))
    assert (coderunner["got"], coderunner["fraction"], edx["grade_decimal"], edx["ok"]) == (
        answer,
        grade,
        grade,
        grade == 1.0,
    )
    assert bool(coderunner["comment"]) == bool(edx["msg"]) == (grade < 1)
