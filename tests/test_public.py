"""The package's own names: what __all__ says is there, lazily, and nothing shadows a module."""

from __future__ import annotations

import doctest
import pkgutil
import subprocess
import sys

import pytest

import chainrule_cli
from chainrule_cli import api
from tests.support import PATIENCE


@pytest.mark.parametrize("name", chainrule_cli.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(chainrule_cli, name) is not None
    assert name in dir(chainrule_cli)


def test_no_public_name_is_a_module() -> None:
    assert not {module.name for module in pkgutil.iter_modules(chainrule_cli.__path__)} & set(
        chainrule_cli.__all__
    )


def test_the_public_functions_answer() -> None:
    assert chainrule_cli.diff("sin(x**2)").derivative.text == "2*x*cos(x**2)"
    assert chainrule_cli.diff("x**2*y", "y").wrt == "y"
    assert chainrule_cli.diff("x^3", order=2, at={"x": 2}).derivative.text == "6*x"
    assert chainrule_cli.gradient("(x + y)*z", {"x": -2, "y": 5, "z": -4}).partials == {
        "x": -4.0,
        "y": -4.0,
        "z": 3.0,
    }


def test_the_examples_of_the_functions_are_true() -> None:
    assert doctest.testmod(api).failed == 0


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        chainrule_cli.nothing  # noqa: B018


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import sys; before = set(sys.modules); import chainrule_cli; print(*(set(sys.modules) - before))"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    assert {name.partition(".")[0] for name in ran.stdout.split()} & {
        "sympy",
        "click",
        "rich",
        "numpy",
        "msgspec",
    } == set()
