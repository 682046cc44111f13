"""The key of a map: bands with the number of areas in each, and the hatch with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from crime_dagster.drawing.kit import basemap, lettering, theme, words
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.layout import KEY_TITLE_SIZE, MARGIN, add_box
from crime_dagster.drawing.kit.lettering import LABEL, SMALL, Style, write_label, write_small

KEY_LEFT, KEY_WIDTH, KEY_ROW = 6.17, 1.74, 0.185
_SWATCH, _COLUMN = 0.175, 1.78
KEY_NOTE = "bars: number of areas in each band"
_STRIP_HEIGHT, _HATCH_WIDTH = 0.13, 0.21


@dataclass(frozen=True)
class Key:
    """The content of a map's key."""

    title: str
    labels: list[str]
    colours: tuple[str, ...]
    counts: list[int]
    no_data_label: str | None

    @property
    def title_lines(self) -> list[str]:
        """Return the title in lines as wide as the key beside a map."""
        return lettering.wrap_evenly(self.title, KEY_WIDTH, KEY_TITLE_SIZE, bold=True)

    @property
    def has_wide_label(self) -> bool:
        """Whether the hatch's label is wider than half a phone and needs its own line."""
        return lettering.measure_text(self.no_data_label or "", theme.SMALL_LABEL_SIZE) > _COLUMN - 0.3

    @property
    def column_rows(self) -> int:
        """Rows of the key in two columns, without a line for a wide label."""
        return -(-(len(self.labels) + bool(self.no_data_label and not self.has_wide_label)) // 2)

    @property
    def column_height(self) -> float:
        """Height of the key in two columns, in inches."""
        return (self.column_rows + (1.2 if self.has_wide_label else 0)) * KEY_ROW


def draw_swatch(figure: Figure, x: float, top: float, width: float, height: float, colour: str | None) -> None:
    """Draw a swatch of the key; None is the hatch of no data. Its border keeps pale ones visible. In inches."""
    edge, hatch = (theme.LIGHT.control_border, None) if colour else (theme.LIGHT.no_data_hatch, basemap.HATCH)
    style: Style = {"facecolor": colour or theme.LIGHT.no_data, "edgecolor": edge, "hatch": hatch, "linewidth": 0.5}
    add_box(figure, x, top, width, height, **style)


def name_areas(areas: Areas, chosen: npt.NDArray[np.bool_]) -> str:
    """Name the borough of some areas if it is one, else say how many there are."""
    names = areas.areas.loc[chosen, "borough_name"].unique()
    return str(names[0]) if len(names) == 1 else f"{chosen.sum():,} areas"


def no_data_label(areas: Areas, numbers: npt.NDArray[np.float64]) -> str | None:
    """Label the hatch in the key: "no data (City of London)"; None if every area has data."""
    is_missing = ~np.isfinite(numbers)
    if not is_missing.any():
        return None
    if is_missing.all():
        return "no data"
    missing = areas.areas.loc[is_missing, "borough_name"]
    whole = [
        name for name in missing.unique() if (missing == name).sum() == (areas.areas["borough_name"] == name).sum()
    ]
    if whole and missing.isin(whole).all() and len(whole) <= 2:
        return f"no data ({', '.join(whole)})"
    return f"no data ({is_missing.sum():,} {'area' if is_missing.sum() == 1 else 'areas'})"


def draw_key(figure: Figure, key: Key, top: float) -> float:
    """Draw bands, highest on top, with the number of areas as grey bars; return where it ends."""
    titles, ink = key.title_lines, theme.LIGHT
    lettering.put_lines(figure, KEY_LEFT, top, titles, size=KEY_TITLE_SIZE, colour=ink.ink, fontweight="bold")
    top += (len(titles) - 1) * lettering.line_height(KEY_TITLE_SIZE)
    lettering.put_text(figure, KEY_LEFT, top + 0.155, KEY_NOTE, size=theme.SOURCE_SIZE, colour=ink.ink3)
    top += 0.335
    label_left = KEY_LEFT + _SWATCH + 0.06
    bar_left = label_left + max((lettering.measure_text(label, LABEL) for label in key.labels), default=0.0) + 0.07
    most = max(key.counts, default=0)
    count_width = lettering.measure_text(words.whole_number(most), SMALL)
    longest = max(0.0, KEY_LEFT + KEY_WIDTH - bar_left - count_width - 0.04)
    for label, colour, count in reversed(list(zip(key.labels, key.colours, key.counts, strict=False))):
        draw_swatch(figure, KEY_LEFT, top, _SWATCH, KEY_ROW, colour)
        middle, length = top + KEY_ROW / 2, longest * count / max(most, 1)
        write_label(figure, label_left, middle, label, ink.ink, va="center_baseline")
        bar: Style = {"facecolor": ink.context, "edgecolor": "none"}
        add_box(figure, bar_left, middle - 0.04, max(length, 0.005), 0.08, **bar)
        write_small(figure, bar_left + length + 0.04, middle, words.whole_number(count), va="center_baseline")
        top += KEY_ROW
    return _draw_no_data_row(figure, key.no_data_label, top + 0.06) if key.no_data_label else top


def _draw_no_data_row(figure: Figure, label: str, top: float) -> float:
    indent, height = _SWATCH + 0.06, lettering.line_height(LABEL)
    lines = lettering.wrap_text(label, KEY_WIDTH - indent, LABEL)
    draw_swatch(figure, KEY_LEFT, top, _SWATCH, KEY_ROW, None)
    for number, line in enumerate(lines):
        middle = top + KEY_ROW / 2 + number * height
        write_label(figure, KEY_LEFT + indent, middle, line, theme.LIGHT.ink, va="center_baseline")
    return top + KEY_ROW + (len(lines) - 1) * height


def draw_key_columns(figure: Figure, key: Key, top: float) -> None:
    """Draw the key in two columns for phones, highest first."""
    rows = max(1, key.column_rows)
    items: list[tuple[str, str | None, str]] = []
    for name, fill, areas in zip(key.labels, key.colours, key.counts, strict=False):
        items.insert(0, (name, fill, words.whole_number(areas)))
    places = [(MARGIN + (number // rows) * _COLUMN, top + (number % rows) * KEY_ROW) for number in range(2 * rows)]
    if key.no_data_label:
        if key.has_wide_label:
            places.insert(len(items), (MARGIN, top + (key.column_rows + 0.2) * KEY_ROW))
        items.append((key.no_data_label, None, ""))
    for (left, row_top), (label, colour, count) in zip(places, items, strict=False):
        draw_swatch(figure, left, row_top, _SWATCH, KEY_ROW, colour)
        middle, right = row_top + KEY_ROW / 2, left + 0.24 + lettering.measure_text(label, SMALL) + 0.09
        write_small(figure, left + 0.24, middle, label, theme.LIGHT.ink, va="center_baseline")
        write_small(figure, right, middle, count, theme.LIGHT.ink3, va="center_baseline")


def set_key_lines(title: str, no_data: str | None, room: float) -> list[tuple[str, str | None]]:
    """Put the bands' title and the hatch's label on one line if both fit, else on several."""
    titles = lettering.wrap_text(title, room, theme.SOURCE_SIZE)
    if no_data is None:
        return [(line, None) for line in titles]
    needed = lettering.measure_text(titles[-1], theme.SOURCE_SIZE) + lettering.measure_text(no_data, theme.SOURCE_SIZE)
    if needed + _HATCH_WIDTH + 0.17 <= room:
        return [*((line, None) for line in titles[:-1]), (titles[-1], no_data)]
    return [*((line, None) for line in titles), ("", no_data)]


def draw_key_strip(
    figure: Figure,
    labels: Sequence[str],
    colours: Sequence[str],
    lines: Sequence[tuple[str, str | None]],
    top: float,
    margin: float,
) -> None:
    """Draw the bands as one strip with their labels below, then the lines about counts and hatch."""
    room = float(figure.get_size_inches()[0]) - 2 * margin
    width = room / max(len(labels), 4)
    sizes = [_fit_size(label, width - 0.04) for label in labels]
    for number, (label, colour) in enumerate(zip(labels, colours, strict=True)):
        left = margin + number * width
        draw_swatch(figure, left, top, width, _STRIP_HEIGHT, colour)
        style: Style = {"size": min(sizes), "colour": theme.LIGHT.ink2, "ha": "center"}
        lettering.put_text(figure, left + width / 2, top + _STRIP_HEIGHT + 0.035, label, **style)
    below = top + _STRIP_HEIGHT + 0.205
    for number, (line, no_data) in enumerate(lines):
        line_top = below + number * lettering.line_height(theme.SOURCE_SIZE)
        lettering.put_text(figure, margin, line_top, line, size=theme.SOURCE_SIZE, colour=theme.LIGHT.ink2)
        if no_data:
            left = margin + room - lettering.measure_text(no_data, theme.SOURCE_SIZE) if line else margin + _HATCH_WIDTH
            lettering.put_text(figure, left, line_top, no_data, size=theme.SOURCE_SIZE, colour=theme.LIGHT.ink2)
            draw_swatch(figure, left - _HATCH_WIDTH, line_top, 0.16, 0.1, None)


def _fit_size(label: str, width: float) -> float:
    needed = lettering.measure_text(label, theme.SOURCE_SIZE)
    return max(5.0, theme.SOURCE_SIZE * min(1.0, width / needed))
