"""The examples do what they say, with the interpreter that runs the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_a_file_of_formulas() -> None:
    env = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "PYTHONIOENCODING": "utf-8"}
    command = ["/bin/sh", "examples/derivatives.sh", "examples/formulas.txt"]
    ran = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.splitlines() == [
        "sin(x**2)\t2*x*cos(x**2)",
        "x^2 e^{-x}\tx*exp(-x)*(2 - x)",
        "ln(sin x)\tcos(x)/sin(x)",
        "sine(x)\tunreadable (exit code 2)",
        "x^2 + y^2 = 1\t-x/y",
    ]
