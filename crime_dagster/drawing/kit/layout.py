"""What still pictures share: their sizes, the head with title and subtitle, swatches of a key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crime_dagster.drawing.kit import lettering, theme

MARGIN = 0.24
WIDTH, NARROW_WIDTH = 8.0, 4.0
KEY_TITLE_SIZE = 8.8


def head_lines(title: str, subtitle: str, width: float) -> tuple[list[str], list[str]]:
    """Break title and subtitle into lines that fit a picture of a width in inches; nothing is shrunk or cut."""
    room = width - 2 * MARGIN
    return (
        lettering.wrap_evenly(title, room, theme.TITLE_SIZE, bold=True),
        lettering.wrap_evenly(subtitle, room, theme.SUBTITLE_SIZE),
    )


def head_height(title_lines: Sequence[str], subtitle_lines: Sequence[str]) -> float:
    """Inches that the head takes."""
    titles = len(title_lines) * lettering.line_height(theme.TITLE_SIZE)
    return 0.17 + titles + 0.05 + len(subtitle_lines) * lettering.line_height(theme.SUBTITLE_SIZE) + 0.12


def draw_head(figure: Figure, title_lines: Sequence[str], subtitle_lines: Sequence[str]) -> float:
    """Write title and subtitle; return where the rest may start, in inches from the top."""
    top = lettering.put_lines(
        figure, MARGIN, 0.17, title_lines, size=theme.TITLE_SIZE, colour=theme.LIGHT.ink, fontweight="bold"
    )
    lettering.put_lines(figure, MARGIN, top + 0.05, subtitle_lines, size=theme.SUBTITLE_SIZE, colour=theme.LIGHT.ink2)
    return head_height(title_lines, subtitle_lines)


def add_axes(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Add axes by inches from the top left corner."""
    full_width, full_height = figure.get_size_inches()
    return figure.add_axes(
        (left / full_width, 1 - (top + height) / full_height, width / full_width, height / full_height)
    )


def calm_axes(axes: Axes, grid: Literal["x", "y"]) -> None:
    """Leave of a chart's frame one line and one grid: `y` across the values of lines and dots, `x` behind bars."""
    axes.grid(visible=True, axis=grid)
    axes.grid(visible=False, axis="x" if grid == "y" else "y")
    axes.set_axisbelow(True)
    kept = "bottom" if grid == "y" else "left"
    for side, spine in axes.spines.items():
        spine.set_visible(side == kept)
