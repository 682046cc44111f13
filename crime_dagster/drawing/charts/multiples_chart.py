"""Small multiples: a map per crime type and a line per borough, each set on one scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crime_dagster.drawing.kit import basemap, lettering, theme, words
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.key import draw_swatch
from crime_dagster.drawing.kit.layout import (
    MARGIN,
    NARROW_WIDTH,
    WIDTH,
    add_axes,
    calm_axes,
    draw_head,
    head_height,
    head_lines,
)

# Crimes of an area over those of the average area, so that types of any size share one key.
RATIOS = (0.5, 1.0, 1.5, 2.5, 5.0)
RATIO_NAMES = ("less than half", "half to 1", "1 to 1.5", "1.5 to 2.5", "2.5 to 5", "5 times or more")
_GAP, _NAME, _KEY_ROW = 0.16, 0.24, 0.2
_LINE_PANEL, _LINE_ABOVE, _LINE_BELOW = 0.56, 0.4, 0.1


@dataclass(frozen=True)
class Panel:
    """A small chart of one place.

    Args:
        name: Its title.
        rates: Crimes a day as a share of the place's own mean (1 is the mean), by month; NaN is not reported.
        figure: What stands beside its name: crimes of the newest twelve months.
    """

    name: str
    rates: pd.Series
    figure: str


def measure_ratios(recorded: pd.Series) -> pd.Series:
    """Crimes per area over the mean of all areas; NaN stays, and nothing recorded at all is NaN everywhere."""
    mean = float(recorded.mean())
    return recorded / mean if mean > 0 else recorded * np.nan


def write_maps_title(ratios: Mapping[str, pd.Series]) -> str:
    """Say which type is in the fewest places: "Robbery is the most concentrated: a tenth of areas have 57%".

    Of a few areas there is no tenth; the title then says what the maps are of.
    """
    found = {name: words.share_of_highest(values) for name, values in ratios.items()}
    most = {name: share for name, share in found.items() if share is not None}
    if not most:
        return "Recorded crime by type"
    name = max(most, key=lambda one: most[one])
    share = words.percent(100 * most[name], decimals=0)
    return f"{name} is the most concentrated: a tenth of areas have {share}"


def describe_maps(title: str, ratios: Mapping[str, pd.Series]) -> str:
    """Say in words what the maps show: their text alternative."""
    told = [
        f"{name}: {words.whole_number(int((values >= RATIOS[-1]).sum()))} areas with five times the average or more"
        for name, values in ratios.items()
    ]
    return f"{title}. A small map per crime type, all with one key. {'; '.join(told)}."


def draw_type_maps(
    areas: Areas, ratios: Mapping[str, pd.Series], *, title: str, subtitle: str, narrow: bool = False
) -> Figure:
    """Draw a small map per crime type.

    Args:
        areas: The city.
        ratios: Label of a type to crimes over the average area's, indexed by LSOA code; NaN is not reported.
        title: What is seen.
        subtitle: Measure, place, period.
        narrow: For phones: 4 inches wide, two maps side by side.

    Returns:
        A figure without source line; `finish.save_figure` adds it.
    """
    width, columns = (NARROW_WIDTH, 2) if narrow else (WIDTH, 3)
    heads = head_lines(title, subtitle, width)
    numbers = {name: areas.align(values) for name, values in ratios.items()}
    west, south, east, north = areas.bounds
    cell = (width - 2 * MARGIN + _GAP) / columns
    height = (cell - _GAP) * (north - south) / (east - west)
    colours = theme.choose_sequential(len(RATIO_NAMES))
    with theme.use_picture_style():
        key, key_height = _lay_key(width, has_gaps=any(not np.isfinite(one).all() for one in numbers.values()))
        top = head_height(*heads) + key_height + 0.1
        rows = -(-len(numbers) // columns)
        figure = Figure(figsize=(width, top + rows * (height + _NAME + _GAP)), dpi=theme.DPI)
        draw_head(figure, *heads)
        _draw_key(figure, key, colours, head_height(*heads))
        for number, (name, values) in enumerate(numbers.items()):
            left, above = MARGIN + number % columns * cell, top + number // columns * (height + _NAME + _GAP)
            lettering.put_text(
                figure, left, above, name, size=theme.LABEL_SIZE, colour=theme.LIGHT.ink, fontweight="bold"
            )
            axes = basemap.add_map_axes(figure, (left, above + _NAME, cell - _GAP, height), areas.bounds)
            _draw_map(axes, areas, values, colours)
    return figure


def _lay_key(width: float, *, has_gaps: bool) -> tuple[list[tuple[str, float, float]], float]:
    """Places of the key's entries, left and from its top, in as many rows as they need."""
    names = [*RATIO_NAMES, "not reported"] if has_gaps else list(RATIO_NAMES)
    left, row, placed = MARGIN, 1, []
    for name in names:
        length = 0.24 + lettering.measure_text(name, theme.SMALL_LABEL_SIZE) + 0.16
        if left > MARGIN and left + length - 0.16 > width - MARGIN:
            left, row = MARGIN, row + 1
        placed.append((name, left, row * _KEY_ROW))
        left += length
    return placed, (row + 1) * _KEY_ROW


def _draw_key(figure: Figure, key: Sequence[tuple[str, float, float]], colours: Sequence[str], top: float) -> None:
    lettering.put_text(
        figure, MARGIN, top, "Crimes of the type, times the average area", size=theme.LABEL_SIZE,
        colour=theme.LIGHT.ink, fontweight="bold",
    )  # fmt: skip
    for (name, left, below), colour in zip(key, [*colours, None], strict=False):
        draw_swatch(figure, left, top + below, 0.18, 0.13, colour)
        lettering.put_text(
            figure, left + 0.24, top + below + 0.065, name, size=theme.SMALL_LABEL_SIZE, colour=theme.LIGHT.ink,
            va="center_baseline",
        )  # fmt: skip


def _draw_map(axes: Axes, areas: Areas, values: npt.NDArray[np.float64], colours: Sequence[str]) -> None:
    basemap.draw_water(axes, areas)
    collection = basemap.draw_areas(axes, areas)
    collection.set_linewidth(0.15)
    basemap.colour_areas(collection, values, RATIOS, colours)
    basemap.draw_no_data(axes, areas, ~np.isfinite(values))
    basemap.draw_lines(axes, areas, share=0.5)


def write_lines_title(panels: Sequence[Panel], noun_phrase: str) -> str:
    """Say what the lines are of; no borough is said to have risen or fallen, for chance moves each of them."""
    return f"Recorded {noun_phrase} month by month in {len(panels)} boroughs"


def describe_lines(title: str, panels: Sequence[Panel]) -> str:
    """Say in words what the lines show: their text alternative."""
    told = [f"{panel.name} {panel.figure}" for panel in panels]
    return f"{title}. A small line per borough, crimes of the newest twelve months: {', '.join(told)}."


def draw_lines(
    panels: Sequence[Panel],
    *,
    title: str,
    subtitle: str,
    provisional: frozenset[object] = frozenset(),
    narrow: bool = False,
) -> Figure:
    """Draw a small line per borough, all on one scale from zero.

    Args:
        panels: In the order they are shown.
        title: What is seen.
        subtitle: Measure, place, period.
        provisional: Timestamps of months that are still revised: hollow.
        narrow: For phones: 4 inches wide, two side by side.

    Returns:
        A figure without source line; `finish.save_figure` adds it.
    """
    width, columns = (NARROW_WIDTH, 2) if narrow else (WIDTH, 4)
    heads = head_lines(title, subtitle, width)
    head, cell = head_height(*heads), (width - 2 * MARGIN + _GAP) / columns
    height = _LINE_ABOVE + _LINE_PANEL + _LINE_BELOW
    highest = max((float(panel.rates.max()) for panel in panels if panel.rates.notna().any()), default=1.0)
    with theme.use_picture_style():
        figure = Figure(figsize=(width, head + -(-len(panels) // columns) * height + 0.1), dpi=theme.DPI)
        draw_head(figure, *heads)
        for number, panel in enumerate(panels):
            left, top = MARGIN + number % columns * cell, head + number // columns * height
            lettering.put_text(
                figure, left, top, panel.name, size=theme.SMALL_LABEL_SIZE, colour=theme.LIGHT.ink, fontweight="bold"
            )
            lettering.put_text(figure, left, top + 0.15, panel.figure, size=theme.SOURCE_SIZE, colour=theme.LIGHT.ink3)
            axes = add_axes(figure, left, top + _LINE_ABOVE, cell - _GAP, _LINE_PANEL)
            _draw_line(axes, panel.rates, 1.05 * highest, provisional)
    return figure


def _draw_line(axes: Axes, rates: pd.Series, highest: float, provisional: frozenset[object]) -> None:
    across = np.arange(len(rates))
    axes.set_xlim(-0.5, len(rates) - 0.5)
    axes.set_ylim(0, highest)
    calm_axes(axes, "y")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.axhline(1.0, color=theme.LIGHT.context, linewidth=0.8, zorder=2)
    axes.plot(across, rates.to_numpy(), color=theme.LIGHT.link, linewidth=1.5, zorder=3)
    known = np.flatnonzero(rates.notna().to_numpy())
    if len(known):
        last = int(known[-1])
        is_open = rates.index[last] in provisional
        axes.plot(
            [last],
            [rates.iloc[last]],
            marker="o",
            markersize=3.6,
            color=theme.LIGHT.link,
            markerfacecolor=theme.LIGHT.ground if is_open else theme.LIGHT.link,
            clip_on=False,
            zorder=4,
        )
