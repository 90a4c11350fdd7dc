"""Differentiate a formula, show every step, check the answer by reverse mode over its computation graph.

The public functions live in api.py and are loaded when first asked for: importing the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chainrule_cli.api import batch, check, compile, diff, gradient  # noqa: A004  # its public name

__version__ = "0.1.0"

__all__ = ["__version__", "batch", "check", "compile", "diff", "gradient"]


def __getattr__(name: str) -> Any:  # Any: PEP 562 gives whatever api.py has by that name
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from chainrule_cli import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
