"""The signature test: what is the same is found to be, what differs never is, and branches are never hidden."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from chainrule_cli.errors import ChainruleError
from chainrule_cli.graph import residues as fields
from chainrule_cli.graph.adjoint import derivative, gradient
from chainrule_cli.graph.carriers import DIGITS
from chainrule_cli.graph.images import VALUES as IMAGES
from chainrule_cli.graph.known import ARCS, EXPONENTIALS, LOGS, POINTS
from chainrule_cli.graph.lower import lower
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.ops import OPS
from chainrule_cli.graph.residues import ANGLES, EXPONENTS, TOP, Draw, Field, is_prime
from chainrule_cli.graph.signature import Outcome, equal, residues
from chainrule_cli.graph.slopes import SLOPES
from chainrule_cli.graph.sweep import forward
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.writer import TEXT
from tests.generate import formulas
from tests.graph.identities import DERIVATIVES, VALUES
from tests.support import counted

SETTLED = 0.97
"""The share of textbook derivatives, right ones, that the test must settle alone."""


def formula(text: str) -> tuple[Graph, int]:
    lowered = lower(read(text))
    return lowered.graph, lowered.output


def values(one: str, other: str) -> Outcome:
    return equal(formula(one), formula(other), [one, other])


def derivatives(given: str, answer: str, wrt: str = "x") -> Outcome:
    return equal(formula(given), formula(answer), [given, answer], wrt)
