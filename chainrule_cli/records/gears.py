"""GearsRecord: what `gears` returns: a train of gears whose rates multiply."""

from __future__ import annotations

from typing import Literal

from chainrule_cli.records.base import Expression, NamedExpression, Record
from chainrule_cli.records.graph import Status

Real = float | str
"""A number; its exact digits, 10 or 1/10, as a string where it does not fit a double."""


class GearRecord(Record, frozen=True, kw_only=True):
    """name and layer: of a formula's layer; driver: what turns it. rate: for one turn of the driver, null where it slips; running: for one
    turn of the first, the product so far. sides: the rates on the left and right of a kink. value: of the layer at the point."""  # noqa: E501

    name: str | None
    layer: Expression | None
    driver: str | None
    rate: Real | None
    running: Real | None
    turn: Literal["same way", "other way", "stalls", "slips"]
    status: Status
    sides: tuple[float | None, float | None] | None
    value: float | None


class GearsCheck(Record, frozen=True, kw_only=True):
    """The witness: the derivative of the whole train, or of the whole formula, by one backward pass over its graph. status and sides: of
    that derivative at a kink; a train that slips agrees with a formula that has no slope of its own."""  # noqa: E501

    verdict: Literal["agree", "disagree", "undecided"]
    reason: str | None
    status: Status
    sides: tuple[float | None, float | None] | None
    reverse_mode: Real | None


class GearsRecord(Record, frozen=True, kw_only=True):
    """gears: from the one that is driven first, the innermost layer, to the last. rates: theirs; product: of the rates, null where one
    slips or has none. definitions: that were typed with a formula."""  # noqa: E501

    schema: Literal["chainrule.gears.v1"] = "chainrule.gears.v1"
    typed: str
    formula: Expression | None
    definitions: tuple[NamedExpression, ...]
    wrt: str | None
    at: dict[str, float] | None
    gears: tuple[GearRecord, ...]
    rates: tuple[Real | None, ...]
    product: Real | None
    crosscheck: GearsCheck
    notes: tuple[str, ...]
