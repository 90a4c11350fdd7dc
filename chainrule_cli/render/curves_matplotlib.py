"""Curves -> PNG or PDF, drawn by matplotlib's objects: no state, no window, no clock in the file."""

from __future__ import annotations

import io

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from chainrule_cli.document import DrawnCurve, DrawnCurves
from chainrule_cli.notation.excerpt import shorten
from chainrule_cli.render.canvas import choose_ticks, label_ticks
from chainrule_cli.render.curves import BEYOND, MOST_DOTS, MOST_POLES, clip
from chainrule_cli.render.spans import make_visible, spell
from chainrule_cli.render.styles import LIGHT

INCHES = (7.0, 2.6)
"""Across, and down for each curve."""
DPI = 150
LONGEST = 90
DATELESS = {"png": {"Software": None}, "pdf": {"CreationDate": None, "Producer": None, "Creator": None}}
"""The same question gives the same bytes."""


def render(curves: DrawnCurves, ending: str) -> bytes:
    """The curves as the bytes of a file. ending: png or pdf."""
    count = len(curves.curves)
    figure = Figure(figsize=(INCHES[0], INCHES[1] * count), layout="constrained")
    for index, curve in enumerate(curves.curves, 1):
        _draw_panel(figure.add_subplot(count, 1, index), curves, curve, last=index == count)
    if curves.notes:
        figure.supxlabel(make_visible("; ".join(curves.notes)), fontsize=9, parse_math=False)
    file = io.BytesIO()
    figure.savefig(file, format=ending, dpi=DPI, metadata=DATELESS[ending])
    return file.getvalue()


def _draw_panel(axes: Axes, curves: DrawnCurves, curve: DrawnCurve, *, last: bool) -> None:
    colour = LIGHT["gradient" if curve.role == "gradient" else "value"]
    axes.set_title(
        shorten(spell(curve.label), LONGEST),
        loc="left",
        fontsize=11,
        color=colour,
        parse_math=False,
    )
    _draw_frame(axes, curves, curve)
    reach = BEYOND * (curve.highest / 2 - curve.lowest / 2)
    for piece in curve.pieces:
        for run in clip(piece, curve.lowest - reach, curve.highest + reach):
            axes.plot(
                *zip(*run, strict=True),
                color=colour,
                linewidth=1.8,
                marker="o" * (len(run) == 1),
                markersize=3,
            )
    for pole in curve.poles[:MOST_POLES]:
        axes.axvline(pole, color=LIGHT["dim"], linewidth=1, linestyle=(0, (5, 4)))
    if not curve.pieces:
        axes.text(
            0.5,
            0.5,
            "no finite real values here",
            transform=axes.transAxes,
            ha="center",
            va="center",
            color=LIGHT["dim"],
        )
    _draw_points(axes, curve, colour)
    if last:
        axes.set_xlabel(make_visible(curves.variable), parse_math=False)


def _draw_frame(axes: Axes, curves: DrawnCurves, curve: DrawnCurve) -> None:
    axes.set_xlim(curves.low, curves.high)
    axes.set_ylim(curve.lowest, curve.highest)
    for axis, low, high, most in (
        (axes.xaxis, curves.low, curves.high, 8),
        (axes.yaxis, curve.lowest, curve.highest, 6),
    ):
        positions = choose_ticks(low, high, most)
        axis.set_ticks(positions, label_ticks(positions))
        axis.set_tick_params(labelsize=9)
    axes.grid(color=LIGHT["line"], linewidth=0.7)
    axes.axhline(0, color=LIGHT["dim"], linewidth=0.9)
    axes.axvline(0, color=LIGHT["dim"], linewidth=0.9)
    axes.spines[:].set_visible(False)


def _draw_points(axes: Axes, curve: DrawnCurve, colour: str) -> None:
    for dot in sorted(curve.dots, key=lambda dot: dot.closed) if len(curve.dots) <= MOST_DOTS else ():
        axes.plot(
            [dot.x],
            [dot.y],
            "o",
            markersize=5,
            color=colour,
            markerfacecolor=colour if dot.closed else LIGHT["paper"],
            zorder=3,
        )
    if curve.mark is None:
        return
    x, y = curve.mark
    axes.axvline(x, color=LIGHT["ink"], linewidth=1, linestyle=(0, (5, 4)))
    if curve.slope is not None:
        axes.axline((x, y), slope=curve.slope, color=LIGHT["ink"], linewidth=1)
    axes.plot([x], [y], "o", markersize=6, color=LIGHT["ink"], zorder=4)
    paper = {"facecolor": LIGHT["paper"], "edgecolor": "none", "alpha": 0.8, "pad": 1.5}
    axes.annotate(
        make_visible(curve.phrase),
        (x, y),
        xytext=(7, 7),
        textcoords="offset points",
        fontsize=9,
        bbox=paper,
        parse_math=False,
    )
