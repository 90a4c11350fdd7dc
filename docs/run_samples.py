"""Runs every `$ command` sample of a Markdown file and compares what it prints, to the letter.

    python docs/run_samples.py README.md            compares; exit 1 where a sample lies
    python docs/run_samples.py --write README.md    writes what the commands print into the file

A sample is a line `$ ...` in a fenced block marked `console`; what follows, up to the next `$` or the end of
the block, is what a pipe gets, standard error included. docs/build.py runs the samples of all pages.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
SAMPLE = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
QUIET = ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "CHAINRULE_DEBUG")
TOGETHER = 3
"""Commands at a time: one more than a small machine has cores, as each waits for its worker to start."""


def find_commands(text: str) -> Iterator[str]:
    """The commands of a page, in order."""
    for block in BLOCK.finditer(text):
        yield from (sample[1] for sample in SAMPLE.finditer(block[0]))


def make_environment() -> dict[str, str]:
    """This process's environment, its interpreter's `chainrule` first, nothing said of width or colour."""
    env = {name: value for name, value in os.environ.items() if name not in QUIET}
    return env | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}",
        "PYTHONIOENCODING": "utf-8",
    }


def run_command(command: str) -> str:
    """What a shell shows for a command."""
    shell = ["/bin/bash", "-c", command]
    ran = subprocess.run(
        shell,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=make_environment(),
        cwd=ROOT,
        check=False,
        timeout=120,
    )
    text = ran.stdout.decode("utf-8")
    return text if text.endswith("\n") or not text else text + "\n"


NEEDED = ("jq",)
"""What samples use that may not be installed; the package itself needs none of it."""


def find_missing_tool(command: str) -> str | None:
    """The tool that the command needs and that is not installed."""
    return next(
        (
            tool
            for tool in NEEDED
            if re.search(rf"\b{tool}\b|check_json", command) and shutil.which(tool) is None
        ),
        None,
    )


def run_all(texts: Iterable[str]) -> dict[str, str]:
    """What each command of some pages prints; a command that several pages show runs once.

    A command whose tool is missing is left out, and standard error says so."""
    all_of_them = list(dict.fromkeys(command for text in texts for command in find_commands(text)))
    wanted = [command for command in all_of_them if find_missing_tool(command) is None]
    if left_out := len(all_of_them) - len(wanted):
        sys.stderr.write(
            f"{left_out} samples were not compared: they need {', '.join(NEEDED)}, which is not installed\n"
        )
    with ThreadPoolExecutor(TOGETHER) as pool:
        return dict(zip(wanted, pool.map(run_command, wanted), strict=True))


def rewrite(text: str, outputs: dict[str, str]) -> str:
    """The page with what its commands print, as run_all has it."""

    def sample(found: re.Match[str]) -> str:
        if found[1] not in outputs:
            return found[0]
        air = (
            "\n" if found[2].endswith("\n\n") else ""
        )  # an empty line before the next sample is the page's own
        return f"$ {found[1]}\n{outputs[found[1]].rstrip(chr(10))}".rstrip() + "\n" + air

    return BLOCK.sub(lambda block: SAMPLE.sub(sample, block[0]), text)


def show_difference(before: str, after: str, name: str) -> str:
    """Where a page says something else than what is true; empty where it does not."""
    return "".join(
        difflib.unified_diff(
            before.splitlines(keepends=True), after.splitlines(keepends=True), name, "what is printed"
        )
    )


def main() -> int:
    arguments = argparse.ArgumentParser(description="Run the samples of Markdown files.")
    arguments.add_argument("files", nargs="+", type=Path)
    arguments.add_argument(
        "--write", action="store_true", help="write what the commands print into the files"
    )
    chosen = arguments.parse_args()
    pages = {file: file.read_text("utf-8") for file in chosen.files}
    outputs = run_all(pages.values())
    lies = 0
    for file, before in pages.items():
        after = rewrite(before, outputs)
        if chosen.write:
            file.write_text(after, "utf-8")
        elif before != after:
            lies += 1
            sys.stdout.write(show_difference(before, after, str(file)))
    return 1 if lies else 0


if __name__ == "__main__":
    sys.exit(main())
