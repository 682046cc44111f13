"""Small multiples: a map per crime type and a line per borough, each set on one scale."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crime_dagster.core.crime_types import CrimeType
from crime_dagster.core.facts import read_number
from crime_dagster.drawing.kit import basemap, lettering, theme, words
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.key import draw_swatch
from crime_dagster.drawing.kit.layout import MARGIN, Chart, Head, add_axes, calm_axes
from crime_dagster.drawing.kit.lettering import SMALL, Style, write_label, write_small
from crime_dagster.drawing.kit.year import Year

# Crimes of an area over those of the average area, so that types of any size share one key.
RATIOS = (0.5, 1.0, 1.5, 2.5, 5.0)
RATIO_NAMES = ("less than half", "half to 1", "1 to 1.5", "1.5 to 2.5", "2.5 to 5", "5 times or more")
_GAP, _NAME, _KEY_ROW = 0.16, 0.24, 0.2
_LINE_PANEL, _LINE_ABOVE, _LINE_BELOW = 0.56, 0.4, 0.1


@dataclass(frozen=True)
class Panel:
    """A small chart of one place."""

    name: str
    rates: pd.Series  # crimes per day over the place's own mean, by month; NaN is not reported
    figure: str  # beside its name: crimes of the latest twelve months
    is_provisional: bool = False  # whether its last known month is still revised: hollow


def chart_types(areas: Areas, years: Sequence[Year], place: str) -> Chart:
    """Chart a small map per crime type."""
    # Over the average area's crimes, by LSOA code; NaN is not reported.
    ratios = pd.DataFrame({one.crime.label: one.values.set_index("lsoa_code")["ratio_to_mean"] for one in years})
    title = _write_maps_title(years)
    told = [
        f"{label}: {words.whole_number((values >= RATIOS[-1]).sum())} areas with five times the average or more"
        for label, values in ratios.items()
    ]
    return Chart(
        title,
        f"Recorded crimes per small area (LSOA) by type, {place}, {years[0].period_label}",
        f"{title}. A small map per crime type, all with one key. {'; '.join(told)}.",
        ratios.reset_index(),
        partial(draw_type_maps, areas, ratios),
    )


def _write_maps_title(years: Sequence[Year]) -> str:
    """Say which type is the most concentrated: "Robbery is the most concentrated: a tenth of areas have 57%".

    With too few areas for a tenth, the title says what the maps show.
    """
    pcts = {one.crime.label: read_number(one.city, "top_tenth_pct") for one in years}
    known = {label: pct for label, pct in pcts.items() if pct is not None}
    if not known:
        return "Recorded crime by type"
    most = max(known, key=known.__getitem__)
    return f"{most} is the most concentrated: a tenth of areas have {words.percent(known[most], decimals=0)}"


def draw_type_maps(areas: Areas, ratios: pd.DataFrame, head: Head) -> Figure:
    columns = 2 if head.is_narrow else 3
    numbers = [(str(label), areas.align(values)) for label, values in ratios.items()]
    west, south, east, north = areas.bounds
    cell = (head.width - 2 * MARGIN + _GAP) / columns
    height = (cell - _GAP) * (north - south) / (east - west)
    colours = theme.choose_sequential(len(RATIO_NAMES))
    key, key_height = _lay_key(head.width, has_gaps=any(not np.isfinite(values).all() for _, values in numbers))
    top = head.height + key_height + 0.1
    figure = head.begin(top + -(-len(numbers) // columns) * (height + _NAME + _GAP))
    _draw_key(figure, key, colours, head.height)
    for number, (name, values) in enumerate(numbers):
        left, above = MARGIN + number % columns * cell, top + number // columns * (height + _NAME + _GAP)
        write_label(figure, left, above, name, theme.LIGHT.ink, fontweight="bold")
        axes = basemap.add_map_axes(figure, (left, above + _NAME, cell - _GAP, height), areas.bounds)
        _draw_map(axes, areas, values, colours)
    return figure


def _lay_key(width: float, *, has_gaps: bool) -> tuple[list[tuple[str, float, float]], float]:
    names = [*RATIO_NAMES, "not reported"] if has_gaps else list(RATIO_NAMES)
    left, row, placed = MARGIN, 1, []
    for name in names:
        length = 0.24 + lettering.measure_text(name, SMALL) + 0.16
        if left > MARGIN and left + length - 0.16 > width - MARGIN:
            left, row = MARGIN, row + 1
        placed.append((name, left, row * _KEY_ROW))
        left += length
    return placed, (row + 1) * _KEY_ROW


def _draw_key(figure: Figure, key: Sequence[tuple[str, float, float]], colours: Sequence[str], top: float) -> None:
    title = "Crimes of the type, times the average area"
    write_label(figure, MARGIN, top, title, theme.LIGHT.ink, fontweight="bold")
    for (name, left, below), colour in zip(key, [*colours, None], strict=False):
        draw_swatch(figure, left, top + below, 0.18, 0.13, colour)
        write_small(figure, left + 0.24, top + below + 0.065, name, theme.LIGHT.ink, va="center_baseline")


def _draw_map(axes: Axes, areas: Areas, values: npt.NDArray[np.float64], colours: Sequence[str]) -> None:
    basemap.draw_water(axes, areas)
    collection = basemap.draw_areas(axes, areas)
    collection.set_linewidth(0.15)
    basemap.colour_areas(collection, values, RATIOS, colours)
    basemap.draw_no_data(axes, areas, ~np.isfinite(values))
    basemap.draw_lines(axes, areas, share=0.5)


def chart_boroughs(panels: Sequence[Panel], crime: CrimeType, place: str, span: str, boroughs: int) -> Chart:
    """Chart a small line per borough: the panels are those of `boroughs` with most crimes."""
    size = f"{len(panels)} of {boroughs}" if boroughs > len(panels) else f"{len(panels)}"
    # Whether a borough rose or fell is not said, as it may be chance.
    title = f"Recorded {crime.noun_phrase} month by month in {size} boroughs"
    subtitle = (
        f"{words.capitalise(crime.count_noun)} a day by month, each borough against its mean (the grey line), "
        f"from zero; number: latest 12 months; {place}, {span}"
    )
    figures = pd.DataFrame({one.name: one.rates for one in panels}).rename_axis("month").reset_index()
    told = ", ".join(f"{panel.name} {panel.figure}" for panel in panels)
    alt = f"{title}. A small line per borough, crimes of the newest twelve months: {told}."
    return Chart(title, subtitle, alt, figures, partial(draw_lines, panels))


def draw_lines(panels: Sequence[Panel], head: Head) -> Figure:
    """Draw a small line per borough, all on one scale from zero, two per row for phones."""
    columns = 2 if head.is_narrow else 4
    cell, height = (head.width - 2 * MARGIN + _GAP) / columns, _LINE_ABOVE + _LINE_PANEL + _LINE_BELOW
    highest = max((float(panel.rates.max()) for panel in panels if panel.rates.notna().any()), default=1.0)
    figure = head.begin(head.height + -(-len(panels) // columns) * height + 0.1)
    for number, panel in enumerate(panels):
        left, top = MARGIN + number % columns * cell, head.height + number // columns * height
        write_small(figure, left, top, panel.name, theme.LIGHT.ink, fontweight="bold")
        lettering.put_text(figure, left, top + 0.15, panel.figure, size=theme.SOURCE_SIZE, colour=theme.LIGHT.ink3)
        _draw_line(add_axes(figure, left, top + _LINE_ABOVE, cell - _GAP, _LINE_PANEL), panel, 1.05 * highest)
    return figure


def _draw_line(axes: Axes, panel: Panel, highest: float) -> None:
    rates, colour = panel.rates, theme.LIGHT.link
    axes.set_xlim(-0.5, len(rates) - 0.5)
    axes.set_ylim(0, highest)
    calm_axes(axes, "y")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.axhline(1.0, color=theme.LIGHT.context, linewidth=0.8, zorder=2)
    axes.plot(np.arange(len(rates)), rates.to_numpy(), color=colour, linewidth=1.5, zorder=3)
    known = np.flatnonzero(rates.notna().to_numpy())
    if len(known):
        fill = theme.LIGHT.ground if panel.is_provisional else colour
        style: Style = {"marker": "o", "markersize": 3.6, "color": colour, "markerfacecolor": fill}
        axes.plot([known[-1]], [rates.iloc[known[-1]]], clip_on=False, zorder=4, **style)
