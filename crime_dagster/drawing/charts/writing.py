"""The head of charts and the text on them, in the sizes that all of them share."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crime_dagster.drawing.kit import lettering, theme
from crime_dagster.drawing.kit.layout import draw_head, head_height, head_lines

# Keywords of matplotlib.
Style = dict[str, Any]
SMALL, LABEL = theme.SMALL_LABEL_SIZE, theme.LABEL_SIZE


class Head:
    """Title and subtitle of a picture, broken into the lines of its width; `height` is where the rest may start."""

    def __init__(self, title: str, subtitle: str, width: float) -> None:
        """Break the lines; everything is in inches."""
        self._lines, self._width = head_lines(title, subtitle, width), width
        self.height = head_height(*self._lines)

    def begin(self, height: float) -> Figure:
        """A figure of a height with the head on it."""
        figure = Figure(figsize=(self._width, height), dpi=theme.DPI)
        draw_head(figure, *self._lines)
        return figure


def write_small(
    figure: Figure, left: float, top: float, text: str, colour: str = theme.LIGHT.ink2, **style: Any
) -> None:
    """Write a line in small letters, inches from the top left corner."""
    lettering.put_text(figure, left, top, text, size=SMALL, colour=colour, **style)


def write_label(
    figure: Figure, left: float, top: float, text: str, colour: str = theme.LIGHT.ink2, **style: Any
) -> None:
    """Write a line in the size of labels, inches from the top left corner."""
    lettering.put_text(figure, left, top, text, size=LABEL, colour=colour, **style)


def write_at(
    axes: Axes, text: str, at: tuple[float, float], shift: tuple[float, float], colour: str, **style: Any
) -> None:
    """Write beside a point of a chart in small letters, `shift` points away, on a halo."""
    settings: Style = {"fontsize": SMALL, "color": colour, "path_effects": lettering.halo(), **style}
    axes.annotate(text, at, xytext=shift, textcoords="offset points", **settings)
