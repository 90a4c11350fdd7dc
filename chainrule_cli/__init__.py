"""Differentiate a formula, show every step, check the answer by reverse mode over its computation graph.

The public functions return the records that the commands print; they are loaded when first asked for, so that importing
the package costs nothing. To add one, add a row to _PUBLIC and a line to the block for type checkers.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chainrule_cli.reports.diff import report as diff
    from chainrule_cli.reports.graph import report as gradient

__version__ = "0.1.0"

__all__ = ["__version__", "diff", "gradient"]

_PUBLIC = {
    "diff": ("chainrule_cli.reports.diff", "report"),
    "gradient": ("chainrule_cli.reports.graph", "report"),
}


def __getattr__(name: str) -> Any:  # Any: PEP 562 gives whatever the module has by that name
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _PUBLIC[name]
    value = getattr(importlib.import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
