"""The samples in README.md are what the commands print, and .ci/run is what it says."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

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


def test_the_check_script_says_what_it_lacks(tmp_path: Path) -> None:
    """Neither chromium nor apt-get: no test is left out in silence."""
    for name in ("bash", "dirname"):
        (tmp_path / name).symlink_to(shutil.which(name) or name)
    env = {"PATH": str(tmp_path), "CHAINRULE_PYTHON": sys.executable}
    ran = subprocess.run(
        [ROOT / ".ci" / "run"], env=env, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert (ran.returncode, ran.stderr) == (
        2,
        "no chromium here, and no apt-get to install it; set CHAINRULE_CHROMIUM to one\n",
    )
