"""The head of a frame: progress, tag, number and caption, always in the same positions."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from crime_dagster.drawing.kit import lettering, theme
from crime_dagster.drawing.kit.layout import add_box
from crime_dagster.drawing.kit.lettering import Style
from crime_dagster.drawing.kit.stamp import GIF_MARGIN

FRAME_WIDTH = 960
TOTAL_SIZE = 12.5
_PROGRESS_TOP, _TAG_TOP, _TAG_HEIGHT = 0.05, 0.15, 0.38


@dataclass(frozen=True)
class Side:
    """One frame of a pair."""

    tag: str
    is_predicted: bool
    numbers: npt.NDArray[np.float64]
    figure: str
    figure_label: str
    caption: str


def set_caption(side: Side) -> list[str]:
    return lettering.wrap_evenly(side.caption, FRAME_WIDTH / theme.DPI - 2 * GIF_MARGIN, theme.LABEL_SIZE)


def draw_progress(figure: Figure, current: int, count: int) -> list[Artist]:
    """Draw one segment per frame at the top; the current one is dark."""
    gap = 0.04
    width = (FRAME_WIDTH / theme.DPI - 2 * GIF_MARGIN - gap * (count - 1)) / count
    return [
        add_box(
            figure,
            GIF_MARGIN + number * (width + gap),
            _PROGRESS_TOP,
            width,
            0.05,
            facecolor=theme.LIGHT.ink if number == current else theme.LIGHT.rule,
            edgecolor="none",
        )
        for number in range(count)
    ]


def draw_total(figure: Figure, top: float, number: str, label: str) -> list[Artist]:
    """Draw the number at the right of a frame's head, with its label; return what the next frame replaces."""
    right = FRAME_WIDTH / theme.DPI - GIF_MARGIN
    large: Style = {"size": TOTAL_SIZE, "colour": theme.LIGHT.ink, "fontweight": "bold"}
    small: Style = {"size": theme.SMALL_LABEL_SIZE, "colour": theme.LIGHT.ink2}
    return [
        lettering.put_text(figure, right, top + 0.15, number, ha="right", va="baseline", **large),
        lettering.put_text(figure, right, top + 0.33, label, ha="right", va="baseline", **small),
    ]


def draw_side_head(figure: Figure, side: Side) -> list[Artist]:
    """Draw the tag at the left, the number at the right and the caption below; return what the next frame replaces."""
    width = lettering.measure_text(side.tag, theme.TAG_SIZE, bold=True) + 0.18
    tag = add_box(
        figure,
        GIF_MARGIN,
        _TAG_TOP,
        width,
        _TAG_HEIGHT,
        facecolor=theme.LIGHT.ground if side.is_predicted else theme.LIGHT.ink,
        edgecolor=theme.LIGHT.ink,
        linewidth=1.6,
        # Predicted frames have a dashed border.
        linestyle=(0, (4, 2.2)) if side.is_predicted else "solid",
    )
    colour = theme.LIGHT.ink if side.is_predicted else theme.LIGHT.on_dark
    style: Style = {"size": theme.TAG_SIZE, "colour": colour, "fontweight": "bold"}
    style |= {"ha": "center", "va": "center_baseline"}
    middle = _TAG_TOP + _TAG_HEIGHT / 2 - 0.014
    artists: list[Artist] = [
        tag,
        lettering.put_text(figure, GIF_MARGIN + width / 2, middle, side.tag, **style),
        *draw_total(figure, _TAG_TOP, side.figure, side.figure_label),
    ]
    for number, line in enumerate(set_caption(side)):
        top = _TAG_TOP + _TAG_HEIGHT + 0.12 + number * lettering.line_height(theme.LABEL_SIZE)
        artists.append(
            lettering.put_text(figure, GIF_MARGIN, top, line, size=theme.LABEL_SIZE, colour=theme.LIGHT.ink2)
        )
    return artists
