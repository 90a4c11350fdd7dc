"""An error as the app shows it: the message, the text with a caret under the place, the hint; as on standard error."""

from __future__ import annotations

from chainrule_cli.errors import ChainruleError, ExitStatus
from chainrule_cli.play.asking import LostError
from chainrule_cli.runtime import faults
from chainrule_cli.runtime.faults import Fault


def write_fault(error: ChainruleError | LostError, width: int) -> str:
    """Lines that are no wider than that, but for a message that the widget wraps; a hint that names an option names the line instead."""
    if isinstance(error, LostError):
        what = Fault(
            ExitStatus.INTERNAL, "internal", f"a fault of the program, not of your formula ({error})"
        )
    else:
        what = faults.fault(error)
    return faults.to_text(what._replace(hint=what.hint.replace("--at", "the point")), width=max(width, 20))
