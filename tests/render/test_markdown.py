"""Markdown: a fence holds what stands in it."""

from __future__ import annotations

from chainrule_cli.render import markdown
from tests.render.support import EVIL, page


def test_a_fence_holds_all_of_a_diagram() -> None:
    lines = markdown.render(page(EVIL)).splitlines()
    assert [place for place, line in enumerate(lines) if "```" in line] == [2, len(lines) - 3]
