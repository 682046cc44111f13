"""GIF frames that alternate recorded and predicted on a fixed map. Numbers in, pixels out; `finish` writes them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from crime_dagster.drawing.kit import basemap, classes, lettering, theme, words
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.key import draw_key_strip, no_data_label, set_key_lines
from crime_dagster.drawing.kit.layout import add_box
from crime_dagster.drawing.kit.lettering import Style
from crime_dagster.drawing.kit.stamp import GIF_MARGIN, Stamp, stamp_height

FRAME_WIDTH, FRAME_HEIGHT = 960, 900
TOTAL_SIZE = 12.5
_HEAD, _KEY_HEIGHT = 0.86, 0.52
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


@dataclass(frozen=True)
class PairTotals:
    """The figures of a pair."""

    recorded: float | None = None  # crimes of all areas; None = not reported
    predicted: float | None = None  # predicted crimes of all areas; None = no prediction
    # Per cent of the tenth of areas with most crime that the model identifies; None if not known.
    found_pct: float | None = None


def draw_pair(
    areas: Areas,
    actual: pd.Series,
    predicted: pd.Series | None,
    breaks: Sequence[float],
    *,
    crime_label: str,
    period_label: str,
    place: str,
    totals: PairTotals,
    stamp: Stamp | None = None,
    noun: str = "crimes",
    predicted_caption: str | None = None,
    key_title: str = "Crimes in the 12 months per LSOA",
) -> list[npt.NDArray[np.uint8]]:
    """Draw the two frames of a pair: recorded, then predicted.

    Extent, key and positions of text are the same in both. The second frame adds how much of the tenth with most crime
    is identified. Crimes are indexed by LSOA code; NaN, infinite or absent is no data. The caption of both is type,
    place and period. With room for the `stamp` that `finish.save_gif` adds, the GIF is 960 x 900 pixels.
    """
    real = areas.align(actual)
    expected = np.full(len(real), np.nan) if predicted is None else areas.align(predicted)
    caption = f"{crime_label}, {place}, {period_label}"
    expected_caption = predicted_caption or caption if np.isfinite(expected).any() else f"{caption}: no prediction"
    sides = [
        Side("ACTUAL", False, real, *_recorded_words(totals.recorded, noun), caption),
        Side("PREDICTED", True, expected, *_predicted_words(totals, noun), expected_caption),
    ]
    height = FRAME_HEIGHT - (stamp_height(stamp, FRAME_WIDTH) if stamp else 0)
    with theme.use_picture_style():
        return _draw_sides(areas, sides, breaks, height, key_title)


def describe_pair(
    *,
    crime_label: str,
    period_label: str,
    place: str,
    totals: PairTotals,
    noun: str = "crimes",
) -> str:
    sentences = [
        f"Two alternating maps of {place} by small area, {period_label}, {words.lower_first(crime_label)}.",
        f"Recorded: {words.whole_number(totals.recorded)} {noun}.",
    ]
    if totals.predicted is None:
        return " ".join([*sentences, "There is no prediction."])
    sentences.append(f"Predicted: {words.three_figures(totals.predicted)}.")
    if totals.found_pct is not None:
        found = words.percent(totals.found_pct, decimals=0)
        sentences.append(f"The model identifies {found} of the busiest tenth of areas.")
    return " ".join(sentences)


def _recorded_words(total: float | None, noun: str) -> tuple[str, str]:
    return (words.NOT_REPORTED, "") if total is None else (words.whole_number(total), f"{noun} recorded")


def _predicted_words(totals: PairTotals, noun: str) -> tuple[str, str]:
    if totals.predicted is None:
        return "no prediction", ""
    if totals.found_pct is None:
        return words.three_figures(totals.predicted), f"{noun} predicted"
    return words.percent(totals.found_pct, decimals=0), "of the busiest tenth identified"


def _draw_sides(
    areas: Areas, sides: Sequence[Side], breaks: Sequence[float], height: int, key_title: str
) -> list[npt.NDArray[np.uint8]]:
    everything = [side.numbers for side in sides]
    labels = classes.band_labels(breaks, *everything, short=True)
    colours = theme.choose_sequential(len(labels))
    head = _HEAD + 0.16 * max(len(set_caption(side)) - 1 for side in sides)
    inches = height / theme.DPI
    figure = Figure(figsize=(FRAME_WIDTH / theme.DPI, inches), dpi=theme.DPI)
    canvas = FigureCanvasAgg(figure)
    room = FRAME_WIDTH / theme.DPI - 2 * GIF_MARGIN
    key_lines = set_key_lines(f"{key_title}. Both frames use this key.", _name_no_data(areas, sides), room)
    key_height = _KEY_HEIGHT + (len(key_lines) - 1) * lettering.line_height(theme.SOURCE_SIZE)
    draw_key_strip(figure, labels, colours, key_lines, inches - key_height, GIF_MARGIN)
    box = (0.04, head, FRAME_WIDTH / theme.DPI - 0.08, inches - head - key_height - 0.05)
    axes = basemap.add_map_axes(figure, box, areas.bounds)
    collection = basemap.draw_areas(axes, areas)
    basemap.draw_ground(axes, areas)
    frames = []
    for number, side in enumerate(sides):
        basemap.colour_areas(collection, side.numbers, breaks, colours)
        hatch = basemap.draw_no_data(axes, areas, ~np.isfinite(side.numbers))
        moving = [*draw_progress(figure, number, len(sides)), *draw_side_head(figure, side)]
        canvas.draw()
        frames.append(np.asarray(canvas.buffer_rgba())[:, :, :3].copy())
        for artist in [*moving, *([hatch] if hatch else [])]:
            artist.remove()
    return frames


def _name_no_data(areas: Areas, sides: Sequence[Side]) -> str | None:
    """Label the hatch; a side without any data says so in its head."""
    missing = [~np.isfinite(side.numbers) for side in sides if np.isfinite(side.numbers).any()]
    if not missing or any((mask != missing[0]).any() for mask in missing):
        return "no data"
    return no_data_label(areas, np.where(missing[0], np.nan, 0.0))


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
