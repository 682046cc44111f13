"""Frames by month: a fixed map with the same bands, and the city's line as progress."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.figure import Figure

from crime_dagster.drawing.gifs.frames import FRAME_HEIGHT, FRAME_WIDTH, TOTAL_SIZE, draw_total
from crime_dagster.drawing.gifs.month_line import LINE_HEIGHT, MonthLine, draw_line, draw_progress
from crime_dagster.drawing.gifs.mosaic import blend, draw_pixels, lay_mosaic, make_clear
from crime_dagster.drawing.kit import basemap, classes, lettering, theme, words
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.key import draw_key_strip, name_areas, no_data_label, set_key_lines
from crime_dagster.drawing.kit.lettering import Style
from crime_dagster.drawing.kit.palette import Pixels
from crime_dagster.drawing.kit.stamp import GIF_MARGIN, Stamp, stamp_height

_TITLE_TOP, _CAPTION_TOP, _MAP_TOP, _KEY_HEIGHT, _GAP = 0.14, 0.42, 0.6, 0.5, 0.15


@dataclass(frozen=True)
class MonthHead:
    """The text above the map of a month."""

    title: str  # "August 2023"
    figure: str  # "73,540"
    figure_label: str  # "crimes", "crimes (provisional)"
    caption: tuple[str, ...] = ()  # "All crime, London", in as many lines as fit beside the label


def draw_months(
    areas: Areas,
    months: pd.DataFrame,
    breaks: Sequence[float],
    *,
    crime_label: str,
    place: str,
    line: MonthLine,
    totals: pd.Series,
    noun: str = "crimes",
    provisional: frozenset[dt.date] = frozenset(),
    stamp: Stamp | None = None,
    key_title: str = "Crimes in a month per LSOA",
) -> list[Pixels]:
    """Draw one frame per month, 960 pixels wide, with room for the `stamp` that `finish.save_gif` adds.

    `months` has the crimes, a row per LSOA code and a column per month (its first day), in order; `line` and `totals`,
    the crimes of all areas, have the same months. NaN is not reported. `provisional` months are still revised.
    """
    height = (FRAME_HEIGHT - (stamp_height(stamp, FRAME_WIDTH) if stamp else 0)) / theme.DPI
    size = (FRAME_WIDTH / theme.DPI, height)
    values = np.column_stack([areas.align(months[month]) for month in months.columns])
    colours = theme.choose_sequential(classes.count_bands(breaks, values))
    unknown = np.where(np.isfinite(values).any(axis=1), 0.0, np.nan)
    with theme.use_picture_style():
        key_lines = set_key_lines(
            f"{key_title}. All frames use this key.",
            no_data_label(areas, unknown) or (None if np.isfinite(values).all() else "no data"),
            size[0] - 2 * GIF_MARGIN,
        )
        heads = [
            _write_head(
                totals.iloc[at],
                month,
                noun,
                "; ".join(filter(None, (f"{crime_label}, {place}", _name_missing(areas, values, at)))),
                is_provisional=month in provisional,
            )
            for at, month in enumerate(pd.to_datetime(months.columns).date)
        ]
        # The map never moves: every frame has room for the longest caption.
        map_top = _MAP_TOP + (max(len(head.caption) for head in heads) - 1) * lettering.line_height(theme.LABEL_SIZE)
        key_top = height - LINE_HEIGHT - _KEY_HEIGHT - (len(key_lines) - 1) * lettering.line_height(theme.SOURCE_SIZE)
        box = (0.04, map_top, size[0] - 0.08, key_top - map_top - 0.05)
        ground = Figure(figsize=size, dpi=theme.DPI)
        draw_key_strip(ground, classes.band_labels(breaks, values, short=True), colours, key_lines, key_top, GIF_MARGIN)
        basemap.draw_water(basemap.add_map_axes(ground, box, areas.bounds), areas)
        draw_line(ground, line)
        still, mosaic = draw_pixels(ground)[..., :3], lay_mosaic(size, box, areas)
        frames = []
        for at, head in enumerate(heads):
            map_of_month = mosaic.colour(still, values[:, at], breaks, colours)
            moving = make_clear(size)
            _draw_head(moving, head)
            draw_progress(moving, line, at)
            frames.append(blend(map_of_month, draw_pixels(moving)))
    return frames


def describe_months(
    areas: Areas, months: pd.DataFrame, totals: pd.Series, *, crime_label: str, place: str, noun: str = "crimes"
) -> str:
    """Describe the frames; a month whose total leaves out boroughs that other months have says so."""
    values = np.column_stack([areas.align(months[month]) for month in months.columns])
    sums = totals.dropna()
    names = [words.month_words(pd.Timestamp(month).date()) for month in (totals.index[0], totals.index[-1])]
    opening = f"{len(totals)} maps of {place} by small area, one for each month from {names[0]} to {names[1]}: "
    opening += f"{words.lower_first(crime_label)}."
    if sums.empty:
        return f"{opening} Nothing was reported."
    told = [
        f"{words.whole_number(sums[month])} {noun} in {words.month_words(pd.Timestamp(month).date())}"
        + (f" ({missing})" if (missing := _name_missing(areas, values, list(totals.index).index(month))) else "")
        for month in dict.fromkeys((sums.index[0], sums.idxmax(), sums.idxmin(), sums.index[-1]))
    ]
    return f"{opening} Recorded: {', '.join(told)}."


def _name_missing(areas: Areas, values: npt.NDArray[np.float64], at: int) -> str:
    """Name the boroughs not reported in a month but in others: the total excludes them."""
    missing = ~np.isfinite(values[:, at]) & np.isfinite(values).any(axis=1)
    return f"{name_areas(areas, missing)} not reported" if missing.any() else ""


def _write_head(total: float, month: dt.date, noun: str, caption: str, *, is_provisional: bool) -> MonthHead:
    label = (f"{noun} (provisional)" if is_provisional else noun) if np.isfinite(total) else ""
    # Caption and label share the first line.
    width = FRAME_WIDTH / theme.DPI - 2 * GIF_MARGIN
    beside = width - lettering.measure_text(label, theme.SMALL_LABEL_SIZE) - _GAP
    first = lettering.wrap_text(caption, beside, theme.LABEL_SIZE)[0]
    below = caption.removeprefix(first).strip()
    return MonthHead(
        title=words.month_words(month),
        figure=words.whole_number(total),
        figure_label=label,
        caption=(first, *(lettering.wrap_text(below, width, theme.LABEL_SIZE) if below else ())),
    )


def _draw_head(figure: Figure, head: MonthHead) -> None:
    style: Style = {"size": TOTAL_SIZE, "colour": theme.LIGHT.ink, "fontweight": "bold"}
    lettering.put_text(figure, GIF_MARGIN, _TITLE_TOP + 0.15, head.title, va="baseline", **style)
    draw_total(figure, _TITLE_TOP, head.figure, head.figure_label)
    lettering.put_lines(figure, GIF_MARGIN, _CAPTION_TOP, head.caption, size=theme.LABEL_SIZE, colour=theme.LIGHT.ink2)
