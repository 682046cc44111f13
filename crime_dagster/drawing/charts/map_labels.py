"""Labels on a map: scale bar, numbered places, and borough names that never overlap."""

import itertools
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.transforms import Bbox
from shapely.geometry.base import BaseGeometry

from crime_dagster.drawing.kit import lettering, theme
from crime_dagster.drawing.kit.basemap import metres_per_inch
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.lettering import Style

_DISC_RADIUS_PT = 5.6
# Maximum number of rounds of pushing discs apart, and how much farther than needed each push goes.
_PUSHES, _SLACK = 200, 0.02
# A borough's name is left out if the borough is narrower than this share of it.
_LEAST_WIDTH_SHARE = 0.5
# More names would hide the colours: of a country the largest have one.
_MOST_NAMES = 60
# Inches between the numbers of the scale bar.
_BETWEEN = 0.06


def draw_scale_bar(axes: Axes, outline: BaseGeometry) -> None:
    """Draw a scale bar of round kilometres in an empty lower corner."""
    west, east = axes.get_xlim()
    south, north = axes.get_ylim()
    kilometres = _round_length((east - west) / 5000)
    length, unit = 1000 * kilometres, metres_per_inch(axes)
    room_x, room_y = length + 0.45 * unit, 0.34 * unit
    corners = [(west + 0.06 * unit, south + 0.08 * unit), (east - room_x, south + 0.08 * unit)]
    corners += [(west + 0.06 * unit, north - room_y), (east - room_x, north - room_y)]
    free = [(x, y) for x, y in corners if not outline.intersects(shapely.box(x, y, x + room_x, y + room_y))]
    left, bottom = free[0] if free else corners[0]
    ticks = [left, left + length / 2, left + length]
    tick = 0.035 * unit
    segments = [[(left, bottom), (left + length, bottom)], *([(x, bottom), (x, bottom + tick)] for x in ticks)]
    axes.add_collection(LineCollection(segments, colors=theme.LIGHT.ink, linewidths=1.1, zorder=6), autolim=False)
    style: Style = {"fontsize": theme.SOURCE_SIZE, "color": theme.LIGHT.ink2, "zorder": 6}
    style["path_effects"] = lettering.halo()
    texts = ("0", f"{kilometres / 2:g}", f"{kilometres:g}")
    _, half, whole = (lettering.measure_text(text, theme.SOURCE_SIZE) for text in texts)
    # On a phone the half of a short bar would touch its ends.
    has_half = length / 2 / unit > half / 2 + whole / 2 + _BETWEEN
    for x, text in zip(ticks, texts, strict=True):
        axes.text(x, bottom + 1.8 * tick, text if has_half or text != texts[1] else "", ha="center", **style)
    unit_x = left + length + unit * (0.04 + lettering.measure_text(f"{kilometres:g}", theme.SOURCE_SIZE) / 2)
    axes.text(unit_x, bottom + 1.8 * tick, "km", **style)


def _round_length(kilometres: float) -> float:
    exponent = math.floor(math.log10(kilometres))
    return max(step * 10.0**exponent for step in (1, 2, 5) if step * 10.0**exponent <= kilometres)


def place_discs(axes: Axes, points: npt.NDArray[np.float64]) -> list[Bbox]:
    """Draw numbered discs at points in metres, starting with 1; return their bounding boxes in metres.

    Overlapping discs are pushed apart, with a line from each to its point.
    """
    radius = _DISC_RADIUS_PT / lettering.POINTS_PER_INCH * metres_per_inch(axes)
    boxes = []
    places = push_apart(points, 2.1 * radius)
    for number, ((x, y), point) in enumerate(zip(places, points, strict=True), start=1):
        if math.dist((x, y), point) > radius / 2:
            axes.plot([point[0], x], [point[1], y], color=theme.LIGHT.ink, linewidth=1.2, zorder=6)
        disc: Style = {"marker": "o", "markersize": 2 * _DISC_RADIUS_PT, "color": theme.LIGHT.ink, "clip_on": False}
        axes.plot([x], [y], markeredgecolor=theme.LIGHT.on_dark, markeredgewidth=0.9, zorder=7, **disc)
        figure: Style = {"fontsize": 6.8, "fontweight": "bold", "ha": "center", "va": "center_baseline", "zorder": 8}
        axes.annotate(str(number), (x, y), color=theme.LIGHT.on_dark, **figure)
        boxes.append(Bbox.from_extents(x - radius, y - radius, x + radius, y + radius))
    return boxes


def push_apart(points: npt.NDArray[np.float64], distance: float) -> npt.NDArray[np.float64]:
    """Move points (n x 2) that are nearer than a distance, both of a pair equally, until none are."""
    places = np.array(points, dtype=float)
    for _ in range(_PUSHES):
        is_moved = False
        for first, second in itertools.combinations(range(len(places)), 2):
            gap = places[second] - places[first]
            length = float(np.hypot(*gap))
            if length >= distance:
                continue
            # Coinciding points are moved sideways.
            way = gap / length if length > 0 else np.array([1.0, 0.0])
            step = way * (distance - length + _SLACK * distance) / 2
            places[first], places[second] = places[first] - step, places[second] + step
            is_moved = True
        if not is_moved:
            break
    return places


def draw_borough_names(axes: Axes, areas: Areas, taken: Sequence[Bbox] = ()) -> int:
    """Label boroughs, large ones first, where the name overlaps neither another name nor a taken box.

    Returns the number of names drawn; a name that does not fit in or beside its borough's centre is left out.
    """
    unit = metres_per_inch(axes)
    west, east = axes.get_xlim()
    boroughs = areas.boroughs.assign(size=areas.boroughs.geometry.area).sort_values("size", ascending=False)
    covered, written = list(taken), 0
    for row in boroughs.head(_MOST_NAMES).itertuples():
        lines = str(row.label).split("\n")
        width = (max(lettering.measure_text(line, theme.BOROUGH_SIZE) for line in lines) + 0.02) * unit
        height = len(lines) * lettering.line_height(theme.BOROUGH_SIZE) * unit
        left, _, right, _ = row.geometry.bounds
        if right - left < _LEAST_WIDTH_SHARE * width:
            continue
        place = _find_place((row.label_x, row.label_y), (width, height), covered, (west, east), row.geometry)
        if place is None:
            continue
        covered.append(_box_around(place, width, height))
        style: Style = {"fontsize": theme.BOROUGH_SIZE, "color": theme.LIGHT.ink, "ha": "center", "va": "center"}
        axes.text(*place, row.label, linespacing=1.0, path_effects=lettering.halo(), zorder=5, **style)
        written += 1
    return written


def _box_around(middle: tuple[float, float], width: float, height: float) -> Bbox:
    x, y = middle
    return Bbox.from_extents(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _find_place(
    anchor: tuple[float, float],
    size: tuple[float, float],
    covered: Sequence[Bbox],
    limits: tuple[float, float],
    borough: BaseGeometry,
) -> tuple[float, float] | None:
    """Find the free position nearest to the anchor whose centre is in the borough."""
    width, height = size
    grid = [(column * 0.15 * width, row * 0.3 * height) for column in range(-5, 6) for row in range(-8, 9)]
    for step_x, step_y in sorted(grid, key=lambda step: math.hypot(*step)):
        x = min(max(anchor[0] + step_x, limits[0] + width / 2), limits[1] - width / 2)
        place = (x, anchor[1] + step_y)
        is_home = (step_x, step_y) == (0, 0) or shapely.contains_xy(borough, *place)
        if is_home and not any(_box_around(place, width, height).overlaps(other) for other in covered):
            return place
    return None
