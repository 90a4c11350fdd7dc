"""Schedules: true to their records, and bounded."""

from __future__ import annotations

from itertools import pairwise

import pytest

from chainrule_cli.document import Document, Drawing, Figure, Schedule
from chainrule_cli.explain import checkpoint as explain_checkpoint
from chainrule_cli.render import svg
from chainrule_cli.reports.checkpoint import report as checkpoint
from tests.render.support import texts


def drawing_of(document: Document) -> Drawing:
    return next(element.drawing for element in document.elements if isinstance(element, Figure))


@pytest.mark.parametrize(("layers", "slots"), [(1, 1), (2, 1), (6, 2), (10, 3), (100, 5), (33, 33)])
def test_what_lies_stored_is_what_the_record_counts(layers: int, slots: int) -> None:
    record = checkpoint(layers=layers, slots=slots)
    drawing = drawing_of(explain_checkpoint.explain(record))
    assert isinstance(drawing, Schedule)
    for plan, strategy in zip(drawing.plans, record.strategies, strict=True):
        assert max(count for _, count in plan.levels) == strategy.peak_stored
        back = sum(abs(sweep.last - sweep.first) + 1 for sweep in plan.sweeps if sweep.kind == "backward")
        run = sum(abs(sweep.last - sweep.first) + 1 for sweep in plan.sweeps if sweep.kind != "backward")
        assert back == layers
        assert run + back == plan.duration
        assert all(
            one.start + abs(one.last - one.first) + 1 == other.start for one, other in pairwise(plan.sweeps)
        )


def test_ten_thousand_layers_stay_small() -> None:
    picture = svg.render(explain_checkpoint.explain(checkpoint(layers=10_000, slots=10)))
    assert len(picture) < 60_000
    assert {"10,000", "store-all", "sqrt", "revolve"} <= set(texts(picture))
