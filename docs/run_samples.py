"""Runs every `$ command` sample of a Markdown file and compares what it prints, to the letter.

    python docs/run_samples.py README.md            compares; exit 1 where a sample lies
    python docs/run_samples.py --write README.md    writes what the commands print into the file

A sample is a line `$ ...` in a fenced block marked `console`; what follows, up to the next `$` or the end of the block, is
what a pipe gets, standard error included. Lines after `; echo $?` show the exit code, as a shell would.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import subprocess
import sys
from pathlib import Path

BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
SAMPLE = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
QUIET = ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "CHAINRULE_DEBUG")


def printed(command: str) -> str:
    """What a shell shows for a command; the interpreter's own folder comes first, so that its `chainrule` runs."""
    env = {name: value for name, value in os.environ.items() if name not in QUIET}
    env |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}", "PYTHONIOENCODING": "utf-8"}
    ran = subprocess.run(["/bin/bash", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env, check=False, timeout=120)
    text = ran.stdout.decode("utf-8")
    return text if text.endswith("\n") or not text else text + "\n"


def rerun(sample: re.Match[str]) -> str:
    air = "\n" if sample[2].endswith("\n\n") else ""  # an empty line before the next sample is the page's own
    return f"$ {sample[1]}\n{printed(sample[1]).rstrip(chr(10))}".rstrip() + "\n" + air


def rewritten(text: str) -> str:
    return BLOCK.sub(lambda block: SAMPLE.sub(rerun, block[0]), text)


def main() -> int:
    arguments = argparse.ArgumentParser(description="Run the samples of a Markdown file.")
    arguments.add_argument("files", nargs="+", type=Path)
    arguments.add_argument("--write", action="store_true", help="write what the commands print into the files")
    chosen = arguments.parse_args()
    lies = 0
    for file in chosen.files:
        before = file.read_text("utf-8")
        after = rewritten(before)
        if chosen.write:
            file.write_text(after, "utf-8")
        elif before != after:
            lies += 1
            sys.stdout.writelines(
                difflib.unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), str(file), "what is printed")
            )
    return 1 if lies else 0


if __name__ == "__main__":
    sys.exit(main())
