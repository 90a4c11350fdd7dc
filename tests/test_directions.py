"""The directions hold: every path and name they give exists, recipes and hooks run real tools, forms are GitHub's, findings have their form."""

from __future__ import annotations

import ast
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import ROOT

PACKAGE = ROOT / "chainrule_cli"
PAGES = sorted(
    str(file.relative_to(ROOT))
    for pattern in ("*.md", "docs/*.md", "docs/decisions/*.md", "findings/*.md")
    for file in ROOT.glob(pattern)
    if file.name not in ("extending.md", "CHANGELOG.md")
)
"""All but two: what is to be added is not there yet, and what was once there need not be."""
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)*/?")
ENDINGS = (".py", ".md", ".sh", ".js", ".css", ".toml", ".yml", "/", "/run")


def page(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def cells(text: str) -> Iterator[list[str]]:
    """The rows of a page's tables, heads and rules left out."""
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        for row in block.splitlines()[2:]:
            yield [cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]]


def is_path(code: str) -> bool:
    return PATH.fullmatch(code) is not None and code.endswith(ENDINGS)


def paths(text: str) -> list[str]:
    return [code for code in CODE.findall(text) if is_path(code)]


def found(path: str) -> Path | None:
    """The file or folder that a page means: of the repository, or below the package."""
    return next((base / path for base in (ROOT, PACKAGE) if (base / path).exists()), None)


# pages


@pytest.mark.parametrize("name", PAGES)
def test_every_path_that_is_named_exists(name: str) -> None:
    assert [path for path in paths(page(name)) if found(path) is None] == []


def test_a_stranger_is_told_where_much_is() -> None:
    assert sum(row[0].endswith("?") for row in cells(page("ARCHITECTURE.md"))) >= 100


@pytest.mark.parametrize(
    "row", [row for row in cells(page("ARCHITECTURE.md")) if row[0].endswith("?")], ids=lambda row: row[0]
)
def test_what_to_look_for_stands_in_the_file(row: list[str]) -> None:
    _, where, words = row
    text = "".join(
        file.read_text("utf-8") for path in paths(where) if (file := found(path)) and file.is_file()
    )
    assert [word for word in CODE.findall(words) if word not in text] == []


def test_every_room_is_described() -> None:
    rooms = {path.rstrip("/") for row in cells(page("ARCHITECTURE.md")) for path in paths(row[0])}
    folders = {folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").exists()}
    graph = {
        f"graph/{folder.name}"
        for folder in (PACKAGE / "graph").iterdir()
        if (folder / "__init__.py").exists()
    }
    assert folders | graph <= rooms


def test_a_word_has_one_meaning() -> None:
    words = [word for row in cells(page("docs/vocabulary.md")) for word in row[0].split(", ")]
    assert sorted({word for word in words if words.count(word) > 1}) == []


def test_each_word_has_a_file() -> None:
    assert [row[0] for row in cells(page("docs/vocabulary.md")) if not paths(row[2])] == []


# recipes, hooks, editors


def recipes() -> dict[str, str]:
    """Recipe -> its line, without the marks that are just's own."""
    text = page("justfile")
    lines = re.findall(r"^(\w+)(?: [^\n]*)?:[^\n=]*\n    @?(.+)$", text, re.MULTILINE)
    assert len(lines) == len(re.findall(r"^    ", text, re.MULTILINE)), "a recipe is one line"
    return dict(lines)


def tools(line: str) -> list[str]:
    """What a line calls, one word a command."""
    calls = re.split(r" && | \|\| ", line)
    return [next(word for word in call.split() if "=" not in word) for call in calls]


def test_the_recipes_are_those_that_are_promised() -> None:
    assert {name for name in recipes() if not name.startswith("_")} == {
        "setup",
        "test",
        "fast",
        "lint",
        "docs",
    }


def test_recipes_call_real_tools_and_files() -> None:
    installed = {re.split(r"[><=~]", each)[0] for each in PROJECT["project"]["optional-dependencies"]["test"]}
    for name, line in recipes().items():
        if name.startswith("_"):
            continue
        for tool in tools(line):
            local = (ROOT / tool).is_file() and os.access(ROOT / tool, os.X_OK)
            assert local or tool in {"python", "python3", ".venv/bin/python", *installed}, f"{name}: {tool}"
        assert [file for file in re.findall(r"[\w./]+\.py", line) if not (ROOT / file).is_file()] == []


def test_recipes_can_be_read_without_just() -> None:
    written = dict(
        re.findall(r"^\| `just (\w+)[^`]*` \| `([^`]+)` \|$", page("CONTRIBUTING.md"), re.MULTILINE)
    )
    plain = {name: re.sub(r" *\{\{.*?\}\}", "", line) for name, line in recipes().items() if name[0] != "_"}
    given = {name: line.replace(" --write", "").replace(" tests/graph", "") for name, line in written.items()}
    assert given == plain


def test_hooks_fetch_nothing() -> None:
    hooks = yaml.safe_load(page(".pre-commit-config.yaml"))
    assert [repo["repo"] for repo in hooks["repos"]] == ["local"]
    assert {hook["entry"].split()[0] for hook in hooks["repos"][0]["hooks"]} == {"ruff", "mypy"}
    assert {hook["language"] for hook in hooks["repos"][0]["hooks"]} == {"system"}


def test_editors_are_told_what_the_formatter_does() -> None:
    settings = page(".editorconfig")
    assert f"max_line_length = {PROJECT['tool']['ruff']['line-length']}\n" in settings
    assert {"charset = utf-8", "insert_final_newline = true"} <= set(settings.splitlines())


# issue forms: the rules are those of GitHub's form schema

FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
KINDS = {
    "markdown": {"value"},
    "input": {"label", "description", "placeholder", "value"},
    "textarea": {"label", "description", "placeholder", "value", "render"},
    "dropdown": {"label", "description", "multiple", "options", "default"},
    "checkboxes": {"label", "description", "options"},
}
"""Kinds of elements, and the attributes that each may have."""
ASKED = {"command", "output", "version", "expected", "source"}
"""What is needed to see a fault again, and to know that it is one; a crash needs no source."""


def form(file: Path) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    return read


def test_there_is_a_form_for_each_kind_of_fault() -> None:
    names = {"config", "wrong-derivative", "wrong-verdict", "misread-formula", "crash"}
    assert {file.stem for file in FORMS} == names


@pytest.mark.parametrize(
    "file", [file for file in FORMS if file.stem != "config"], ids=lambda file: file.stem
)
def test_a_form_is_one_that_github_takes(file: Path) -> None:
    whole = form(file)
    assert set(whole) <= {"name", "description", "title", "labels", "assignees", "projects", "type", "body"}
    assert all(isinstance(whole[key], str) and whole[key].strip() for key in ("name", "description", "title"))
    assert len(whole["description"]) <= 200
    fields = [element for element in whole["body"] if element["type"] != "markdown"]
    for element in whole["body"]:
        attributes = element["attributes"]
        assert set(element) <= {"type", "id", "attributes", "validations"}
        assert set(attributes) <= KINDS[element["type"]]
        assert all(
            isinstance(attributes[key], str) for key in attributes if key not in ("options", "multiple")
        )
        assert all(isinstance(value, bool) for value in element.get("validations", {}).values())
    assert all(re.fullmatch(r"[\w-]+", element["id"]) for element in fields)
    assert len({element["id"] for element in fields}) == len(fields)
    assert len({re.sub(r"\W+", "-", element["attributes"]["label"].lower()) for element in fields}) == len(
        fields
    )
    for element in fields:
        options = element["attributes"].get("options", [])
        shown = [option if isinstance(option, str) else option["label"] for option in options]
        assert len(set(shown)) == len(shown)
        assert "none" not in [option.lower() for option in shown], "GitHub adds that one itself"
        assert (element["type"] in ("dropdown", "checkboxes")) == bool(shown)


@pytest.mark.parametrize(
    "file", [file for file in FORMS if file.stem != "config"], ids=lambda file: file.stem
)
def test_a_form_asks_for_what_is_needed(file: Path) -> None:
    required = {
        element.get("id") for element in form(file)["body"] if element.get("validations", {}).get("required")
    }
    assert (ASKED - {"source"} if file.stem == "crash" else ASKED) <= required


def test_links_beside_the_forms_lead_to_pages() -> None:
    links = form(ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml")["contact_links"]
    assert all(set(link) == {"name", "url", "about"} for link in links)
    assert all((ROOT / link["url"].partition("/blob/main/")[2]).is_file() for link in links)


# findings

FINDINGS = sorted((ROOT / "findings").glob("*.sh"))


@pytest.mark.parametrize("file", FINDINGS, ids=lambda file: file.stem)
def test_a_finding_has_its_form(file: Path) -> None:
    text = file.read_text("utf-8")
    head = re.match(r"#!/usr/bin/env bash\n((?:#.*\n)+)set -euo pipefail\n", text)
    assert os.access(file, os.X_OK)
    assert head
    assert len(head[1].split()) > 40, "it says what one sees and what one would have guessed"
    assert re.search(r"\d+\.\d+", head[1]), "it names the version"
    assert "mktemp -d" in text
    assert re.search(r"^trap 'rm -rf ", text, re.MULTILINE)
    assert "://" not in text, "a registry's own client knows where it is"
    assert "chainrule" not in text


def test_findings_are_listed() -> None:
    listed = re.findall(r"^\| \[([\w.]+)\]\(\1\) \|", page("findings/README.md"), re.MULTILINE)
    assert listed == [file.name for file in FINDINGS]


def test_every_script_in_a_finding_can_be_read() -> None:
    for file in FINDINGS:
        for script in re.findall(
            r"<<'PYTHON'\n(.*?)^PYTHON$", file.read_text("utf-8"), re.MULTILINE | re.DOTALL
        ):
            ast.parse(script)
