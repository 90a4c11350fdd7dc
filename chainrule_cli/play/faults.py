"""An error as the app shows it: the message, the text with a caret under the place, the hint; as on standard error."""

from __future__ import annotations

from chainrule_cli import faults
from chainrule_cli.errors import ChainruleError
from chainrule_cli.play.asking import LostError


def fault_text(error: ChainruleError | LostError, width: int) -> str:
    """Lines that are no wider than that, but for a message that the widget wraps."""
    if isinstance(error, LostError):
        return f"error: a fault of the program, not of your formula ({error})"
    return faults.to_text(faults.fault(error), width=max(width, 20))
