"""Shared by bar charts with names: a name on its own line, a bar, and its value at the end."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crime_dagster.drawing.kit import lettering, theme
from crime_dagster.drawing.kit.layout import MARGIN, Head, add_axes, calm_axes
from crime_dagster.drawing.kit.lettering import SMALL, Style, write_at

ROWS, NARROW_ROWS = 15, 10
_ROW, _FOOT, _WIDEST_NAMES, _VALUES = 0.215, 0.4, 2.75, 0.62


def lay_bars(names: Sequence[str], head: Head, *, legend: float, narrow_names: float) -> tuple[Figure, Axes]:
    """Lay out a bar per name, first on top, with a legend between them and the head."""
    room = narrow_names if head.is_narrow else _WIDEST_NAMES
    lines = [lettering.wrap_text(name, room, SMALL) for name in names]
    row = max(_ROW, max(map(len, lines), default=1) * lettering.line_height(SMALL) + 0.05)
    body = row * max(len(names), 1)
    figure = head.begin(head.height + legend + body + _FOOT)
    left = MARGIN + max((lettering.measure_text(line, SMALL) for own in lines for line in own), default=1)
    axes = add_axes(figure, left + 0.1, head.height + legend, head.width - left - 0.1 - _VALUES, body)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks(np.arange(len(names)), ["\n".join(own) for own in lines])
    axes.tick_params(axis="y", labelcolor=theme.LIGHT.ink)
    calm_axes(axes, "x")
    return figure, axes


def write_values(axes: Axes, values: Sequence[str], ends: Sequence[float]) -> None:
    """Write a value at the end of each bar."""
    style: Style = {"va": "center_baseline", "fontweight": "bold", "annotation_clip": False, "zorder": 5}
    for height, (value, end) in enumerate(zip(values, ends, strict=True)):
        write_at(axes, value, (end, height), (4, 0), theme.LIGHT.ink, **style)
