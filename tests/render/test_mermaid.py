"""Diagrams in Mermaid: no lines but those of a flowchart."""

from __future__ import annotations

import re

import pytest

from chainrule_cli.document import Diagram
from chainrule_cli.render import mermaid
from tests.render.support import CIRCUIT, EVIL, RANDOM, page

MERMAID_LABEL = r"""(?:[^\x00-\x1f"`<>&$\\|\[\]{}%*]|<br/>)*"""


MERMAID_LINE = re.compile(
    rf"""flowchart\ LR | \ \ n\d+\["{MERMAID_LABEL}"\]:::(?:input|constant|operation|output)
    | \ \ n\d+\ (?:-->|==>)(?:\|"{MERMAID_LABEL}"\|)?\ n\d+ | \ \ linkStyle\ [\d,]+\ stroke-width:4px | \ \ classDef\ .* """,
    re.VERBOSE,
)


@pytest.mark.parametrize("picture", [EVIL, CIRCUIT, *RANDOM[:3]])
def test_mermaid_has_only_the_lines_of_a_flowchart(picture: Diagram) -> None:
    lines = mermaid.render(page(picture)).splitlines()
    assert [line for line in lines if not MERMAID_LINE.fullmatch(line)] == []
