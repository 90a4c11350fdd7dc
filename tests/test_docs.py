"""The pages: their tables and links hold, the check sees what is wrong, and what they tell to add can be added."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.support import PATIENCE, ROOT

DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def build() -> ModuleType:
    """docs/build.py, which is a script beside its modules."""
    sys.path.insert(0, str(DOCS))
    try:
        import build
    finally:
        sys.path.remove(str(DOCS))
    return build


# what must hold of the pages; the samples are run by .ci/run


def test_tables_are_fresh(build: ModuleType) -> None:
    for file in build.find_pages():
        text = file.read_text("utf-8")
        assert build.fill_tables(text) == text, (
            f"{file.name} is stale: python docs/build.py --write {file.name}"
        )


def test_nothing_is_wrong_with_the_pages(build: ModuleType) -> None:
    assert list(build.find_complaints({file: file.read_text("utf-8") for file in build.find_pages()})) == []


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        ("see [there](nowhere.md)", "the link to nowhere.md is dead"),
        ("see [there](diff.md#nowhere)", "the link to diff.md#nowhere is dead: no such heading"),
        ("see [here](#nowhere)", "the link to #nowhere is dead: no such heading"),
        ("try `chainrule dif x`", "there is no command dif: chainrule dif x"),
        ("try `chainrule diff x --levels 2`", "chainrule diff has no option --levels"),
        ("the option `--levels`", "no command has an option --levels"),
        ("```console\n$ chainrule peel x --order 2\n```", "chainrule peel has no option --order"),
        ("```sh\nchainrule peel x --order 2\n```", "chainrule peel has no option --order"),
        ("<!-- generated: common -->\n", "1 tables begin, 0 end"),
    ],
)
def test_what_is_wrong_is_seen(build: ModuleType, page: str, complaint: str) -> None:
    file = DOCS / "diff.md"
    texts = {DOCS / "index.md": (DOCS / "index.md").read_text("utf-8"), file: f"# Diff\n\n{page}\n"}
    assert f"docs/diff.md: {complaint}" in list(build.find_complaints(texts))


def test_a_page_that_the_index_forgets_is_seen(build: ModuleType) -> None:
    assert "docs/index.md does not name diff.md" in list(
        build.find_complaints({DOCS / "index.md": "# Nothing\n", DOCS / "diff.md": ""})
    )


def test_a_command_without_a_page_is_seen(build: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build.tables, "list_commands", lambda: ["nothing"])
    assert list(build._find_missing_pages()) == ["chainrule nothing has no page: docs/nothing.md is missing"]


def test_what_a_sample_prints_is_compared(build: ModuleType) -> None:
    page = "```console\n$ chainrule hint x\nnot this\n$ false; echo $?\n1\n```\n"
    true = build.rewrite(page, build.run_all([page]))
    assert "not this" not in true
    assert "the rule" in true
    assert true.endswith("$ false; echo $?\n1\n```\n")
    assert build.rewrite(true, build.run_all([true])) == true


def test_a_table_that_is_none_is_an_error(build: ModuleType) -> None:
    with pytest.raises(LookupError, match="there is no table nothing"):
        build.fill_tables("<!-- generated: nothing -->\n<!-- end -->\n")


# what extending.md tells to add

DIFFS = re.findall(
    r"^## (.+?)$.*?^```diff\n(.*?)^```$", (DOCS / "extending.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
)
SHOWN = {
    "A function": (("diff", "gudermannian(x^2)", "--detail", "brief"), "2x·sech(x²)"),
    "A rule": (("diff", "sin(x)^2"), "square   (u²)′ = 2·u·u′"),
    "A mistake": (("check", "(x^2+1)^3", "(x^2+1)^2*2x/3"), "exponent-divides"),
    "A command": (("value", "x^2 + y", "--at", "x=2,y=1"), "at x = 2, y = 1: 5"),
    "A format": (("rules", "--format", "tsv"), "rule\tstatement\texample"),
}
"""What to run after each change, and what it must print."""


def test_every_change_is_tried() -> None:
    assert [name for name, _ in DIFFS] == list(SHOWN)


@pytest.mark.skipif(shutil.which("git") is None, reason="git apply is what applies them")
@pytest.mark.parametrize(("name", "change"), DIFFS, ids=[name for name, _ in DIFFS])
def test_what_is_to_be_added_can_be_added(tmp_path: Path, name: str, change: str) -> None:
    for folder in ("chainrule_cli", "tests"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "pages", "*.ambr")
        )
    subprocess.run(
        ["/usr/bin/env", "git", "apply", "--unsafe-paths", "-C1", "--recount", "-"],
        cwd=tmp_path,
        input=change,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    arguments, words = SHOWN[name]
    command = [sys.executable, "-m", "chainrule_cli", *arguments]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert words in ran.stdout, ran.stderr
