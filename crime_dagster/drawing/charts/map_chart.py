"""The static map of counts: title, map, key with the number of areas per band, highest places."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crime_dagster.drawing.charts import map_labels
from crime_dagster.drawing.kit import basemap, classes, lettering, theme, words
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.key import (
    KEY_LEFT,
    KEY_ROW,
    KEY_WIDTH,
    Key,
    draw_key,
    draw_key_columns,
    no_data_label,
)
from crime_dagster.drawing.kit.layout import KEY_TITLE_SIZE, MARGIN, Chart, Head
from crime_dagster.drawing.kit.lettering import SMALL, Style, write_small
from crime_dagster.drawing.kit.year import NAMES, Year

_TALLEST_MAP, _LOWEST_MAP = 5.3, 2.6


@dataclass(frozen=True)
class BandMap:
    """The content of a map with bands."""

    areas: Areas
    numbers: npt.NDArray[np.float64]  # one value per area, in order; NaN is no data
    breaks: Sequence[float]
    key: Key
    places: pd.DataFrame  # numbered, from `find_highest`; left out for phones
    side_note: str = ""  # beside the map; left out for phones


def chart_map(year: Year, areas: Areas) -> Chart:
    crime, title = year.crime, year.concentration_title
    subtitle = (
        f"{words.capitalise(crime.count_noun)} recorded in each of {words.whole_number(year.city['areas_reported'])} "
        f"small areas (LSOAs), {year.period_label}: {words.whole_number(year.city['crimes'])} in all"
    )
    key_title = f"{words.capitalise(crime.count_noun)} in the 12 months"
    note = words.half_of_areas(year.city["median_crimes"], crime.count_noun)
    content = count_areas(areas, year.recorded, year.breaks, key_title=key_title, side_note=note)
    alt = describe_map(content, title=title)
    return Chart(title, subtitle, alt, year.values[[*NAMES, "recorded"]], partial(draw_band_map, content))


def count_areas(
    areas: Areas,
    values: pd.Series,
    breaks: Sequence[float],
    *,
    key_title: str = "Crimes in the 12 months",
    side_note: str = "",
) -> BandMap:
    """Return a map of counts by LSOA code, with the six highest places."""
    numbers = areas.align(values)
    key = Key(
        title=key_title,
        labels=classes.band_labels(breaks, numbers),
        colours=theme.choose_sequential(classes.count_bands(breaks, numbers)),
        counts=classes.band_counts(numbers, breaks),
        no_data_label=no_data_label(areas, numbers),
    )
    return BandMap(areas, numbers, breaks, key, find_highest(areas, numbers, 6), side_note)


def draw_band_map(content: BandMap, head: Head) -> Figure:
    return _draw_narrow_map(content, head) if head.is_narrow else _draw_wide_map(content, head)


def describe_map(content: BandMap, *, title: str) -> str:
    key, places = content.key, content.places
    bands = zip(key.labels, key.counts, strict=False)
    counts = "; ".join(f"{label}: {words.whole_number(count)}" for label, count in reversed(list(bands)))
    highest = "; ".join(
        f"{name}, {words.whole_number(value)}" for name, value in zip(places["area_name"], places["value"], strict=True)
    )
    sentences = [
        f"{title}.",
        f"{key.title}, number of areas in each band: {counts}." if counts else "No area has data.",
    ]
    sentences.append(f"Highest places, one for each borough: {highest}." if highest else "")
    sentences.append(f"{words.capitalise(key.no_data_label)}." if key.no_data_label else "")
    return " ".join(sentence for sentence in sentences if sentence)


def find_highest(areas: Areas, numbers: npt.NDArray[np.float64], places: int) -> pd.DataFrame:
    """Find up to `places` areas with the highest values, highest first, one per borough; none without crime.

    Returns area_name (without the code suffix), value, and a point inside the area.
    """
    frame = areas.areas[["lsoa_code", "lsoa_name", "area_name", "borough_code"]].assign(value=numbers)
    frame = frame[np.isfinite(frame["value"]) & (frame["value"] > 0)]
    frame = frame.sort_values(["value", "lsoa_code"], ascending=[False, True])
    frame = frame.drop_duplicates("borough_code").head(places)
    points = areas.areas.geometry.loc[frame.index].representative_point()
    names = [words.short_area_name(*pair) for pair in zip(frame["area_name"], frame["lsoa_name"], strict=True)]
    return pd.DataFrame({"area_name": names, "value": frame["value"], "x": points.x, "y": points.y}).reset_index(
        drop=True
    )


def _draw_wide_map(content: BandMap, head: Head) -> Figure:
    areas, key, places = content.areas, content.key, content.places
    top, box_width = head.height, KEY_LEFT - 0.2
    place_lines = [lettering.wrap_text(name, KEY_WIDTH - 0.2 - 0.45, SMALL) for name in places["area_name"]]
    note_lines = lettering.wrap_text(content.side_note, KEY_WIDTH, SMALL) if content.side_note else []
    height = max(_map_height(areas, box_width), _column_height(key, place_lines, note_lines))
    figure = head.begin(top + height + 0.04)
    axes = basemap.add_map_axes(figure, (0.1, top, box_width, height), areas.bounds)
    _draw_map_body(axes, content)
    discs = map_labels.place_discs(axes, places[["x", "y"]].to_numpy(dtype=float))
    map_labels.draw_borough_names(axes, areas, discs)
    below = draw_key(figure, key, top + 0.12)
    if len(places):
        below = _draw_places(figure, places, place_lines, below + 0.27)
    lettering.put_lines(figure, KEY_LEFT, below + 0.2, note_lines, size=SMALL, colour=theme.LIGHT.ink2)
    return figure


def _draw_map_body(axes: Axes, content: BandMap) -> None:
    collection = basemap.draw_areas(axes, content.areas)
    basemap.colour_areas(collection, content.numbers, content.breaks, content.key.colours)
    basemap.draw_no_data(axes, content.areas, ~np.isfinite(content.numbers))
    basemap.draw_ground(axes, content.areas)
    map_labels.draw_scale_bar(axes, content.areas.outline)


def _map_height(areas: Areas, width: float) -> float:
    west, south, east, north = areas.bounds
    return float(np.clip(width * (north - south) / (east - west), _LOWEST_MAP, _TALLEST_MAP))


def _column_height(key: Key, place_lines: Sequence[Sequence[str]], note_lines: Sequence[str]) -> float:
    rows = len(key.labels) + (1.4 if key.no_data_label else 0)
    small = lettering.line_height(SMALL)
    places = sum(max(0.183, len(lines) * small + 0.045) for lines in place_lines)
    titles = (len(key.title_lines) - 1) * lettering.line_height(KEY_TITLE_SIZE)
    return 0.5 + titles + rows * KEY_ROW + (0.55 + places if place_lines else 0) + 0.25 + len(note_lines) * small


def _draw_places(figure: Figure, places: pd.DataFrame, place_lines: Sequence[Sequence[str]], top: float) -> float:
    """List the numbered places with their values; return where the list ends."""
    number = {1: "Highest place", 6: "Six highest places"}.get(len(places), "Highest places")
    lettering.put_text(figure, KEY_LEFT, top, number, size=KEY_TITLE_SIZE, colour=theme.LIGHT.ink, fontweight="bold")
    each = "one for each borough" if len(places) > 1 else ""
    lettering.put_text(figure, KEY_LEFT, top + 0.155, each, size=theme.SOURCE_SIZE, colour=theme.LIGHT.ink3)
    top += 0.345
    small = lettering.line_height(SMALL)
    width, height = figure.get_size_inches()
    axes = figure.add_axes((0, 0, 1, 1), zorder=5)
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(0, height)
    axes.patch.set_alpha(0)
    for rank, (lines, value) in enumerate(zip(place_lines, places["value"], strict=True), start=1):
        middle = top + 0.0915
        x, y = KEY_LEFT + 0.07, height - middle
        axes.plot([x], [y], marker="o", markersize=9.6, color=theme.LIGHT.ink, markeredgewidth=0)
        style: Style = {"fontsize": 6.6, "fontweight": "bold", "ha": "center", "va": "center_baseline"}
        axes.annotate(str(rank), (x, y), color=theme.LIGHT.on_dark, **style)
        for number_of_line, line in enumerate(lines):
            below = middle + number_of_line * small
            write_small(figure, KEY_LEFT + 0.2, below, line, theme.LIGHT.ink, va="center_baseline")
        text, right = words.whole_number(value), KEY_LEFT + KEY_WIDTH
        write_small(figure, right, middle, text, theme.LIGHT.ink, va="center_baseline", ha="right")
        top += max(0.183, len(lines) * small + 0.045)
    return top


def _draw_narrow_map(content: BandMap, head: Head) -> Figure:
    areas, key = content.areas, content.key
    top, box_width = head.height, head.width - 0.2
    map_height = _map_height(areas, box_width)
    titles = lettering.wrap_text(f"{key.title}; in grey the number of areas", head.width - 2 * MARGIN, SMALL, bold=True)
    titles_height = len(titles) * lettering.line_height(SMALL)
    height = top + map_height + 0.12 + titles_height + 0.06 + key.column_height + 0.06
    figure = head.begin(height)
    axes = basemap.add_map_axes(figure, (0.1, top, box_width, map_height), areas.bounds)
    _draw_map_body(axes, content)
    top += map_height + 0.12
    style: Style = {"size": SMALL, "colour": theme.LIGHT.ink, "fontweight": "bold"}
    below = lettering.put_lines(figure, MARGIN, top, titles, **style)
    draw_key_columns(figure, key, below + 0.06)
    return figure
