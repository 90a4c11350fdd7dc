"""How numbers read on a page: four significant digits, points and statuses in words."""

from __future__ import annotations

from collections.abc import Mapping


def short(value: float | None, digits: int = 4) -> str:
    """The number to so many significant digits, a dash where there is none."""
    if value is None:
        return "—"
    if value == int(value) and abs(value) < 10**digits:
        return f"{int(value)}"
    text = (
        f"{value:.{digits}g}"
        if not 1e-3 <= abs(value) < 10**digits
        else f"{value:.{_places(value, digits)}f}"
    )
    return text.replace("e-0", "e-").replace("e+0", "e+").replace("e+", "e")


def significant(value: float | None, digits: int = 4) -> str:
    """The number to so many significant digits, also where it is small; a dash where there is none."""
    if value is None:
        return "—"
    return f"{value + 0.0:.{digits}g}".replace("e-0", "e-").replace("e+0", "e+").replace("e+", "e")


def _places(value: float, digits: int) -> int:
    """Decimals that show so many significant digits."""
    whole = len(f"{int(abs(value))}") if abs(value) >= 1 else 0
    return digits - whole if whole else digits


def where(point: Mapping[str, float]) -> str:
    """x = 0.8, y = -2"""
    return ", ".join(f"{name} = {value:.6g}" for name, value in point.items())
