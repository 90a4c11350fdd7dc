"""The package's own names: what __all__ says is there, lazily, and nothing shadows a module."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import pytest

import chainrule_cli
from tests.support import PATIENCE


@pytest.mark.parametrize("name", chainrule_cli.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(chainrule_cli, name) is not None
    assert name in dir(chainrule_cli)


def test_no_public_name_is_a_module() -> None:
    assert not {module.name for module in pkgutil.iter_modules(chainrule_cli.__path__)} & set(chainrule_cli.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        chainrule_cli.nothing  # noqa: B018


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import sys; before = set(sys.modules); import chainrule_cli; print(*(set(sys.modules) - before))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert {name.partition(".")[0] for name in ran.stdout.split()} & {"sympy", "click", "rich", "numpy", "msgspec"} == set()
