"""The map of one borough as inline SVG: its areas in the city's bands, its neighbours in grey, the river."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from markupsafe import Markup, escape
from shapely.geometry.base import BaseGeometry

from crime_dagster.core.facts import Row
from crime_dagster.drawing.kit import classes, theme, words
from crime_dagster.drawing.kit.geometry import Areas

# Units of the drawing's longer side; a borough of ten kilometres has a unit every ten metres.
SIZE = 1000
# Margin around the borough, and bounds of the aspect ratio: a narrow frame shows no neighbours.
_ROOM, _LEAST_ASPECT, _MOST_ASPECT = 0.05, 0.8, 1.25
_DISC = 21.0
# A neighbour is labelled if a circle of this radius fits into its visible part.
_LEAST_NAME_RADIUS = 62.0


@dataclass(frozen=True)
class BoroughMap:
    """A map and its key."""

    width: int
    height: int
    inside: Markup  # content of the SVG element
    # The city's bands, highest first: `number` of the colour (1 = palest), `name` in counts, `areas` of the borough.
    key: tuple[Row, ...]
    unreported: int  # number of hatched areas
    scale_units: float
    scale_words: str  # "1 km"


class _Frame:
    """Converts metres to integer units, with the origin at the top left."""

    def __init__(self, bounds: tuple[float, float, float, float]) -> None:
        left, bottom, right, top = bounds
        room = _ROOM * max(right - left, top - bottom)
        width, height = right - left + 2 * room, top - bottom + 2 * room
        wide = min(max(width, _LEAST_ASPECT * height), max(width, _MOST_ASPECT * height))
        high = max(height, width / _MOST_ASPECT)
        middle = ((left + right) / 2, (bottom + top) / 2)
        self.left, self.top = middle[0] - wide / 2, middle[1] + high / 2
        self.scale = SIZE / max(wide, high)
        self.width, self.height = round(wide * self.scale), round(high * self.scale)
        self.box = shapely.box(self.left, self.top - high, self.left + wide, self.top)

    def place(self, points: np.ndarray) -> np.ndarray:
        return np.rint((points - (self.left, self.top)) * (self.scale, -self.scale)).astype(int)

    def path(self, shape: BaseGeometry) -> str:
        """Return a shape as an SVG path in relative integer units; neighbours' shared points get the same unit."""
        rings = [
            self.place(shapely.get_coordinates(ring))
            for part in shapely.get_parts(shape)
            if part.geom_type == "Polygon"
            for ring in shapely.get_rings(part)
        ]
        return "".join(_write_ring(ring) for ring in rings)


def draw_borough_map(
    areas: Areas,
    borough_code: str,
    recorded: pd.Series,
    breaks: Sequence[float],
    marked: Sequence[str] = (),
) -> BoroughMap:
    """Draw one borough in the city's bands; hovering over an area shows its name and count.

    Marked areas get a numbered disc; a disc that would overlap another is left out.
    """
    ours = areas.areas[areas.areas["borough_code"] == borough_code]
    frame = _Frame(tuple(ours.total_bounds))
    counts = recorded.reindex(ours["lsoa_code"]).to_numpy(float)
    bands = classes.classify(counts, breaks)
    parts = [*_draw_neighbours(areas, borough_code, frame), _draw_areas(ours, counts, bands, frame, len(breaks))]
    outline = areas.boroughs.loc[areas.boroughs["borough_code"] == borough_code].geometry.iloc[0]
    parts += [f'<path class="border casing" d="{frame.path(outline)}"/>']
    parts += [f'<path class="border" d="{frame.path(outline)}"/>']
    parts += _draw_discs(ours, marked, frame)
    metres, named = _choose_scale(frame.width / frame.scale)
    return BoroughMap(
        width=frame.width,
        height=frame.height,
        inside=Markup("\n".join(parts)),  # noqa: S704 names are escaped where they are written
        key=_list_key(bands, breaks, recorded),
        unreported=int((bands < 0).sum()),
        scale_units=round(metres * frame.scale, 1),
        scale_words=named,
    )


def colour_number(band: int, bands: int) -> int:
    """Return the colour number of a band, 1 to 7: fewer bands span the whole palette, as on the other maps."""
    return 1 + theme.SEQUENTIAL.index(theme.choose_sequential(bands)[band])


def _list_key(bands: np.ndarray, breaks: Sequence[float], recorded: pd.Series) -> tuple[Row, ...]:
    names = classes.band_labels(breaks, recorded)
    found = [
        {"number": colour_number(band, len(names)), "name": name, "areas": int((bands == band).sum())}
        for band, name in enumerate(names)
    ]
    return tuple(reversed(found))


def _write_ring(points: np.ndarray) -> str:
    moves = np.diff(points, axis=0)
    moves = moves[np.any(moves != 0, axis=1)][:-1]
    steps = " ".join(f"{x} {y}" if y < 0 else f"{x},{y}" for x, y in moves.tolist())
    return f"M{points[0][0]},{points[0][1]}l{steps}z" if len(moves) else ""


def _draw_areas(ours: pd.DataFrame, counts: np.ndarray, bands: np.ndarray, frame: _Frame, limits: int) -> str:
    groups = []
    for band in sorted(set(bands.tolist())):
        name = "none" if band < 0 else f"c{colour_number(band, limits + 1)}"
        inside = [
            f'<path d="{frame.path(shape)}"><title>{escape(area)}: {words.whole_number(count)}</title></path>'
            for area, shape, count, own in zip(ours["area_name"], ours.geometry, counts, bands, strict=True)
            if own == band
        ]
        groups.append(f'<g class="{name}">{"".join(inside)}</g>')
    return "\n".join(groups)


def _draw_neighbours(areas: Areas, borough_code: str, frame: _Frame) -> list[str]:
    parts, names = [], []
    for code, label, shape in areas.boroughs[["borough_code", "label", "geometry"]].to_numpy():
        seen = shape.intersection(frame.box) if code != borough_code else shapely.Polygon()
        if seen.is_empty:
            continue
        parts.append(f'<path class="beside" d="{frame.path(seen)}"/>')
        radius = shapely.maximum_inscribed_circle(seen)
        middle, edge = shapely.get_coordinates(radius) * frame.scale
        if np.hypot(*(edge - middle)) >= _LEAST_NAME_RADIUS:
            x, y = frame.place(middle[None, :] / frame.scale)[0]
            names.append(_write_name(str(label), x, y))
    water = areas.water.intersection(frame.box)
    if not water.is_empty:
        parts.append(f'<path class="water" d="{frame.path(water)}"/>')
    return [*parts, *names]


def _write_name(label: str, x: int, y: int) -> str:
    lines = label.split("\n")
    first = 0.35 - 0.55 * (len(lines) - 1)
    drops = [f"{first:.2f}em", *["1.1em"] * (len(lines) - 1)]
    spans = [f'<tspan x="{x}" dy="{drop}">{escape(line)}</tspan>' for line, drop in zip(lines, drops, strict=True)]
    return f'<text class="beside-name" x="{x}" y="{y}">{"".join(spans)}</text>'


def _draw_discs(ours: pd.DataFrame, marked: Sequence[str], frame: _Frame) -> list[str]:
    shapes = dict(zip(ours["lsoa_code"], ours.geometry, strict=True))
    taken: list[tuple[float, float]] = []
    discs = []
    for number, code in enumerate(marked, start=1):
        x, y = frame.place(shapely.get_coordinates(shapely.point_on_surface(shapes[code])))[0].tolist()
        if all(np.hypot(x - left, y - top) > 2 * _DISC for left, top in taken):
            taken.append((x, y))
            circle = f'<circle cx="{x}" cy="{y}" r="{_DISC:.0f}"/>'
            discs.append(f'<g class="disc">{circle}<text x="{x}" y="{y + 9}">{number}</text></g>')
    return discs


def _choose_scale(width_m: float) -> tuple[float, str]:
    """Return a round length of about a fifth of the width."""
    metres = next((step for step in (5000, 2000, 1000, 500, 200) if step <= width_m / 4), 100)
    return metres, f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
