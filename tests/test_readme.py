"""The samples in README.md are what the commands print, and .ci/run is what it says."""

from __future__ import annotations

import subprocess
import sys

from tests.support import PATIENCE, ROOT


def test_the_samples_of_the_readme_are_true() -> None:
    ran = subprocess.run(
        [sys.executable, "docs/run_samples.py", "README.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE * 5,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout


def test_the_check_script_is_valid_bash() -> None:
    subprocess.run(["/bin/bash", "-n", str(ROOT / ".ci" / "run")], check=True)
