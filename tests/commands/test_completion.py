"""Completion as shells do it: the documented line, a word and a tab, in the shells that are installed."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chainrule_cli.commands import flow
from chainrule_cli.lessons import network, recurrent
from chainrule_cli.records.flow import CHOICES
from tests.support import PATIENCE, ROOT

PAGE = (ROOT / "docs" / "index.md").read_text("utf-8")
LINES = {
    shell: re.search(rf"^.*_CHAINRULE_COMPLETE={shell}_source.*?(?=\s+#)", PAGE, re.MULTILINE)[0]
    for shell in ("bash", "zsh", "fish")
}  # type: ignore[index]
ENV = os.environ | {
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    "TERM": "dumb",
    "COLUMNS": "200",
}


def completed(*words: str) -> list[str]:
    """What the command tells a shell about the last of the words, without the kind of each."""
    env = ENV | {
        "_CHAINRULE_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(("chainrule", *words)),
        "COMP_CWORD": str(len(words)),
    }
    ran = subprocess.run(
        [sys.executable, "-m", "chainrule_cli"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert ran.stderr == ""
    return ran.stdout.split()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["di"], ["plain,diff"]),
        (["diff", "--met"], ["plain,--method"]),
        (["diff", "--method", "q"], ["plain,quotient"]),
        (["diff", "x", "--format", "la"], ["plain,latex"]),
        (["check", "x^2", "-2x", "--for"], ["plain,--form", "plain,--format"]),
        (["gears", "2", "-0.5", "--at", "x=1", "--det"], ["plain,--detail"]),
        (["batch", "exa"], ["file,exa"]),
        (["diff", "x", "--output", "exa"], ["file,exa"]),
        (["check", "x", "--working", "exa"], ["file,exa"]),
        (["neuron", "--data", "exa"], ["file,exa"]),
        (["flow", "--activation", "leaky"], ["plain,leaky_relu"]),
        (["flow", "--cell", "l"], ["plain,lstm"]),
        (["schema", "dif"], ["plain,diff"]),
        (["help", "dif"], ["plain,diff"]),
        (["diff", ""], []),
    ],
)
def test_words(words: list[str], found: list[str]) -> None:
    assert completed(*words) == found


def test_the_words_of_flow_are_those_of_the_lessons() -> None:
    assert (*CHOICES.values(), flow.CELLS) == (
        network.ACTIVATIONS,
        network.INITS,
        network.NORMS,
        recurrent.CELLS,
    )


def test_no_engine_is_imported() -> None:
    code = "import sys; from chainrule_cli.cli import run; run([]); print(*sys.modules, file=sys.stderr)"
    env = ENV | {
        "_CHAINRULE_COMPLETE": "bash_complete",
        "COMP_WORDS": "chainrule flow --act",
        "COMP_CWORD": "2",
    }
    ran = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    assert "--activation" in ran.stdout
    assert set(ran.stderr.split()).isdisjoint(
        {"sympy", "rich", "numpy", "msgspec", "textual", "chainrule_cli.notation"}
    )


# in the shells themselves


class Typist:
    """One who types into a shell on a terminal and reads what it shows."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.shown = ""

    def type(self, text: str) -> None:
        self.shown = ""
        os.write(self.descriptor, text.encode())

    def reads(self, words: str) -> bool:
        """Whether the words come; what is typed is shown as well, so they must be more than that."""
        while words not in self.shown:
            ready, _, _ = select.select([self.descriptor], [], [], PATIENCE)
            if not ready:
                return False
            self.shown += os.read(self.descriptor, 1 << 14).decode("utf-8", "replace")
        return True


@contextmanager
def shell(*command: str) -> Iterator[Typist]:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, env=ENV, start_new_session=True
    ) as child:
        os.close(theirs)
        try:
            yield Typist(ours)
        finally:
            child.kill()
            os.close(ours)


@pytest.mark.parametrize(
    ("command", "before"),
    [
        pytest.param(("bash", "--norc", "--noprofile", "-i"), "", id="bash"),
        pytest.param(("zsh", "-f", "-i"), "autoload -Uz compinit; compinit -u -D; ", id="zsh"),
    ],
)
def test_a_tab(command: tuple[str, ...], before: str) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    with shell(*command) as typist:
        typist.type(f"{before}{LINES[command[0]]}; echo READ''Y\n")
        assert typist.reads("READY"), typist.shown
        for typed, shown in (
            ("chainrule checkp\t", "checkpoint"),
            ('"x^2" --sl\t', "--slots"),
            ("4 --format ma\t", "markdown"),
            ("--output CHANGE\t", "CHANGELOG.md"),
        ):
            typist.type(typed)
            assert typist.reads(shown), typist.shown


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish() -> None:
    asked = (
        "chainrule checkp",
        "chainrule diff x --met",
        "chainrule diff x --format la",
        "chainrule diff x --output CHANGE",
    )
    script = "; ".join((LINES["fish"], *(f"complete -C '{each}'" for each in asked)))
    ran = subprocess.run(
        [str(shutil.which("fish")), "--no-config", "-c", script],
        env=ENV,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    assert [line.split("\t")[0] for line in ran.stdout.splitlines()] == [
        "checkpoint",
        "--method",
        "latex",
        "CHANGELOG.md",
    ]
