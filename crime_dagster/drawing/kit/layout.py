"""What static charts have in common: sizes, title and subtitle, and the chart itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from crime_dagster.drawing.kit import lettering, theme
from crime_dagster.drawing.kit.terms import BOROUGHS, Terms

MARGIN = 0.24
WIDTH, NARROW_WIDTH = 8.0, 4.0
KEY_TITLE_SIZE = 8.8


class Head:
    """Title and subtitle of a picture, broken into lines that fit; nothing is shrunk or cut."""

    def __init__(self, title: str, subtitle: str, width: float) -> None:
        """Break the lines; `height` is where the rest of the picture may start. In inches."""
        room, self.width = width - 2 * MARGIN, width
        self.titles = lettering.wrap_evenly(title, room, theme.TITLE_SIZE, bold=True)
        self.subtitles = lettering.wrap_evenly(subtitle, room, theme.SUBTITLE_SIZE)
        heights = (
            len(self.titles) * lettering.line_height(theme.TITLE_SIZE),
            len(self.subtitles) * lettering.line_height(theme.SUBTITLE_SIZE),
        )
        self.height = 0.17 + heights[0] + 0.05 + heights[1] + 0.12

    @property
    def is_narrow(self) -> bool:
        return self.width < WIDTH

    def begin(self, height: float) -> Figure:
        figure, ink = Figure(figsize=(self.width, height), dpi=theme.DPI), theme.LIGHT
        top = lettering.put_lines(
            figure, MARGIN, 0.17, self.titles, size=theme.TITLE_SIZE, colour=ink.ink, fontweight="bold"
        )
        lettering.put_lines(figure, MARGIN, top + 0.05, self.subtitles, size=theme.SUBTITLE_SIZE, colour=ink.ink2)
        return figure


@dataclass(frozen=True)
class Chart:
    """A static chart: its words, the figures that are published beside it, and how it is drawn below its head."""

    title: str
    subtitle: str
    alt: str
    figures: pd.DataFrame
    draw: Callable[[Head], Figure]

    def render(self, *, narrow: bool = False, terms: Terms = BOROUGHS) -> Figure:
        """Draw it for screens or for phones; `finish.save_figure` adds the source line."""
        # In their last words before they are broken into lines.
        title, subtitle = terms.say(self.title), terms.say(self.subtitle)
        with theme.use_picture_style():
            return self.draw(Head(title, subtitle, NARROW_WIDTH if narrow else WIDTH))


def find_box(figure: Figure, left: float, top: float, width: float, height: float) -> tuple[float, float, float, float]:
    """Convert inches from the top left corner to shares of a figure: left, bottom, width and height."""
    full_width, full_height = figure.get_size_inches()
    return left / full_width, 1 - (top + height) / full_height, width / full_width, height / full_height


def add_box(figure: Figure, left: float, top: float, width: float, height: float, **style: Any) -> Rectangle:
    """Add a rectangle by inches from the top left corner."""
    x, y, *size = find_box(figure, left, top, width, height)
    box = Rectangle((x, y), *size, **style)
    figure.add_artist(box)
    return box


def add_axes(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Add axes by inches from the top left corner."""
    return figure.add_axes(find_box(figure, left, top, width, height))


def calm_axes(axes: Axes, grid: Literal["x", "y"]) -> None:
    """Reduce a chart's frame to one line and one grid: `y` across the values of lines and dots, `x` behind bars."""
    axes.grid(visible=True, axis=grid)
    axes.grid(visible=False, axis="x" if grid == "y" else "y")
    axes.set_axisbelow(True)
    kept = "bottom" if grid == "y" else "left"
    for side, spine in axes.spines.items():
        spine.set_visible(side == kept)
