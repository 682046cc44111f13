"""Text on charts, in the sizes that all of them share."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crime_dagster.drawing.kit import lettering, theme

# Keywords of matplotlib.
Style = dict[str, Any]
SMALL, LABEL = theme.SMALL_LABEL_SIZE, theme.LABEL_SIZE


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
