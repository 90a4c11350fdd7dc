"""The house: imports point one way, some libraries have one door, nothing that was typed is evaluated."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.support import ROOT

PACKAGE = ROOT / "chainrule_cli"
FILES = sorted(PACKAGE.rglob("*.py"))

TOP_LEVEL = {
    "chainrule_cli",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "justfile",
    "tests",
    "examples",
    "docs",
    "bench",
    "findings",
    ".ci",
    ".editorconfig",
    ".github",
    ".gitignore",
    ".pre-commit-config.yaml",
}

MODULES = {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in FILES}

FOUNDATION = {"errors"}
LAYERS: dict[str, set[str]] = {
    # who -> whom it may import, beside itself and the foundation
    "errors": set(),
    "notation": set(),
    "document": {"notation"},
    "graph": {"notation"},
    "calculus": {"notation"},
    "crosscheck": {"notation", "graph", "calculus"},
    "grading": {"notation", "graph", "calculus", "crosscheck"},
    "matrix": {"notation", "graph", "calculus"},
    "lessons": {"notation", "graph"},
    "records": {"notation"},
    "reports": {
        "notation",
        "graph",
        "calculus",
        "crosscheck",
        "grading",
        "matrix",
        "lessons",
        "records",
        "runtime",
    },
    "explain": {"notation", "document", "records"},
    "render": {"notation", "document"},
    "play": {"runtime", "notation", "graph", "document", "records", "explain", "render"},
    "api": {"records", "reports"},
    "runtime": set(),
    "commands": {"notation", "runtime", "document", "records", "reports", "explain", "render", "play"},
    "cli": {"", "runtime", "commands"},
    "__main__": {"cli"},
    "": {"api"},
}
"""The parts of the package by name; "" is the package's own __init__. What is not named here is not there."""

INNER = {
    "graph": (
        *("shapes", "node", "builder", "floats", "special", "operations", "index_operations"),
        *("carriers", "adjoint", "sweep", "lower", "to_syntax"),
    ),
    "matrix": (
        # from the text down to the graph
        *("sizes", "order", "nodes", "products", "entrywise", "sums"),
        *("shaped", "shape_rules", "array_builder", "lowering_rules", "arrays", "numpy_pieces", "language"),
        *("tokens", "grammar", "reading", "inference", "lowering"),
        # from the graph back up to algebra
        *("renaming", "networks", "assembly", "atoms", "expansion", "derivative"),
        # what is made of the answer
        *("spelling", "numpy_arrays", "numpy_code", "values", "indices", "naming", "steps", "checking"),
    ),
}
"""The modules of a part in order, each of which imports only from those before it."""

ENGINE = "engine"
INNER_FOLDERS: dict[str, dict[str, set[str]]] = {
    # part -> folder of it -> the folders of it that it may import; the files of the part itself are its engine
    "graph": {
        ENGINE: set(),
        "values": {ENGINE},
        "onesided": {ENGINE},
        "identity": {ENGINE},
        "compile": {ENGINE, "values"},
        "sampling": {ENGINE},
    },
}

MOST_LINES_OF_A_MODULE = 400

DOORS = {
    "sympy": ("calculus/algebra.py",),
    "mpmath": ("calculus/precise.py", "graph/carriers.py"),
    "click": ("commands/", "cli.py"),
    "rich": ("render/terminal.py", "play/", "commands/batch.py"),
    "textual": ("play/",),
    "textual_serve": ("play/web.py",),
    "aiohttp": ("play/web.py",),
    "flint": ("grading/", "graph/carriers.py", "graph/values/balls.py"),
    "pebble": ("runtime/pool.py",),
    "distributed": ("runtime/cluster.py",),
    "dask": ("runtime/cluster.py",),
    "math_core": ("render/mathml.py",),
    "plotext": ("render/curves_terminal.py",),
    "matplotlib": ("render/curves_matplotlib.py",),
    "msgspec": ("records/", "reports/", "document.py", "play/"),
}
"""Libraries that only these files may import."""

INNER_DOORS = {"matrix": {"numpy": ("matrix/numpy_arrays.py",)}}
"""Libraries that others may import too, but of this part only these files."""

FORBIDDEN = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "sympify",
    "parse_expr",
    "lambdify",
    "parse_latex",
    "S",
    "literal_eval",
}
CODE_WRITERS = ("graph/compile/codegen.py",)
"""Files that may compile Python of their own making."""


def part(file: Path) -> str:
    """The name of the part of the house that a file belongs to."""
    name = file.relative_to(PACKAGE).with_suffix("").parts[0]
    return "" if name == "__init__" else name


def imported(file: Path) -> Iterator[str]:
    """Full names of what a file imports, wherever in the file it does; a name from a package counts as its module."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports name the package in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_of(file: Path) -> str:
    """The full name of the module that a file is."""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imported_modules(file: Path) -> set[str]:
    """The package's modules that a file imports when it runs: what only types need stands under TYPE_CHECKING."""
    tree = ast.parse(file.read_text("utf-8"))
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for each in node.body
        for inner in ast.walk(each)
    }
    found = set()
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {nearest_module(f"{node.module}.{alias.name}") for alias in node.names}
    return found & MODULES


def nearest_module(name: str) -> str:
    """A name of a module, or the module in which the name is."""
    return name if name in MODULES else name.rpartition(".")[0]


def inner_imports(file: Path) -> set[str]:
    """The modules of its own part that a file imports, where the part has an order inside."""
    own = f"chainrule_cli.{part(file)}."
    return (
        {name for name in imported_modules(file) if name.startswith(own)}
        if part(file) in INNER_FOLDERS
        else set()
    )


def folder(module: str) -> str:
    """The folder of a module in its part of the house; ENGINE for one that lies in none."""
    names = module.split(".")
    return names[2] if len(names) > 2 and (PACKAGE / names[1] / names[2]).is_dir() else ENGINE


def identifiers(file: Path) -> set[str]:
    tree = ast.parse(file.read_text("utf-8"))
    called = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    plain = {function.id for function in called if isinstance(function, ast.Name)}
    return plain | {
        function.attr
        for function in called
        if isinstance(function, ast.Attribute) and function.attr != "compile"
    }


def ids(file: Path) -> str:
    return str(file.relative_to(PACKAGE))


@pytest.mark.parametrize("file", FILES, ids=ids)
def test_imports_point_one_way(file: Path) -> None:
    mine = part(file)
    allowed = LAYERS[mine] | FOUNDATION | {mine}
    for name in imported(file):
        package, _, rest = name.partition(".")
        if package != "chainrule_cli":
            continue
        other = rest.partition(".")[0]
        other = other if other in LAYERS else ""
        assert other in allowed, f"{mine or 'the package'} may not import {name}"


@pytest.mark.parametrize("file", FILES, ids=ids)
def test_inside_a_part_imports_point_one_way(file: Path) -> None:
    mine = part(file)
    for name in sorted(inner_imports(file)):
        other = folder(name)
        allowed = INNER_FOLDERS[mine][folder(module_of(file))] | {folder(module_of(file))}
        assert other in allowed, f"{ids(file)} may not import {name}"


def test_no_files_import_each_other_in_a_circle() -> None:
    """Wherever in a file an import stands, inside functions too; what only types need does not count."""
    needs = {module_of(file): imported_modules(file) - {module_of(file)} for file in FILES}
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' <- '.join(error.args[1])}")


@pytest.mark.parametrize("file", FILES, ids=ids)
def test_a_module_is_short(file: Path) -> None:
    lines = file.read_text("utf-8").count("\n")
    assert lines <= MOST_LINES_OF_A_MODULE, f"{ids(file)} has {lines} lines"


def test_no_two_classes_have_one_name() -> None:
    where: dict[str, list[str]] = {}
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                where.setdefault(node.name, []).append(ids(file))
    assert not {name: files for name, files in where.items() if len(files) > 1}


@pytest.mark.parametrize("file", FILES, ids=ids)
def test_libraries_have_one_door(file: Path) -> None:
    path = str(file.relative_to(PACKAGE))
    for name in imported(file):
        doors = DOORS.get(name.partition(".")[0])
        assert doors is None or path.startswith(doors), f"only {', '.join(doors)} may import {name}"


@pytest.mark.parametrize("file", FILES, ids=ids)
def test_libraries_have_one_door_of_a_part(file: Path) -> None:
    doors = INNER_DOORS.get(part(file), {})
    for name in imported(file):
        door = doors.get(name.partition(".")[0])
        assert door is None or ids(file) in door, f"in {part(file)} only {door} may import {name}"


@pytest.mark.parametrize("room", INNER)
def test_the_modules_of_a_part_have_an_order(room: str) -> None:
    order = INNER[room]
    assert set(order) == {file.stem for file in (PACKAGE / room).glob("*.py")} - {"__init__"}
    for index, name in enumerate(order):
        before = {f"chainrule_cli.{room}.{each}" for each in order[:index]}
        for full in imported(PACKAGE / room / f"{name}.py"):
            if full.startswith(f"chainrule_cli.{room}."):
                assert full in before or full.rpartition(".")[0] in before, (
                    f"{name} may not import {full} yet"
                )


@pytest.mark.parametrize("file", FILES, ids=ids)
def test_nothing_evaluates_text(file: Path) -> None:
    if str(file.relative_to(PACKAGE)) in CODE_WRITERS:
        return
    assert not identifiers(file) & FORBIDDEN
    assert (
        not {name.rpartition(".")[2] for name in imported(file) if not name.startswith("chainrule_cli.")}
        & FORBIDDEN
    )


def test_every_part_is_known() -> None:
    assert {part(file) for file in FILES} <= set(LAYERS)


def test_the_layers_have_no_circle() -> None:
    """Counting down: at each turn some part imports only parts that are gone."""
    left = {name: set(others) for name, others in LAYERS.items() if name not in ("", "cli", "__main__")}
    while left:
        free = {name for name, others in left.items() if not others & set(left)}
        assert free, f"a circle among {sorted(left)}"
        left = {name: others for name, others in left.items() if name not in free}


@pytest.mark.parametrize("file", FILES, ids=ids)
def test_every_module_says_what_it_knows(file: Path) -> None:
    said = ast.get_docstring(ast.parse(file.read_text("utf-8")))
    assert said or not file.read_text("utf-8").strip(), "a module begins with a docstring"
    if said:
        assert len(said.splitlines()) <= MOST_LINES.get(ids(file), 6)


MOST_LINES = {
    "errors.py": 10,  # the tree of exceptions is drawn in it
    "notation/syntax.py": 20,  # the invariants that readers and writers share
}


def test_the_top_level_holds_the_allowed_names() -> None:
    listed = subprocess.run(
        ["/usr/bin/env", "git", "-C", str(ROOT), "ls-files"], capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    assert {name.partition("/")[0] for name in listed.stdout.splitlines()} <= TOP_LEVEL
