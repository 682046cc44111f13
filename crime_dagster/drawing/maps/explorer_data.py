"""The data of the explorer page, packed: a byte per area and month, shapes and equal hexagons once."""

import base64
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy
import shapely
from shapely.geometry.base import BaseGeometry

from crime_dagster.core.facts import read_flag, read_number
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.polyline import encode_points, encode_shape
from crime_dagster.drawing.maps.explorer_content import Explorer, ExplorerType, Fact
from crime_dagster.drawing.maps.map_boroughs import place_borough
from crime_dagster.drawing.maps.map_data import encode_areas, list_places

Numbers = npt.NDArray[np.float64]
# A byte is enough for most months of most areas; the others are in a list.
NOT_REPORTED, LARGER = 255, 254
# Initial number of cells per area; the grid gets finer until every area has one.
_CELLS_PER_AREA = 1.0
_STRIP = 1250


def build_explorer_data(content: Explorer, shown: Areas) -> dict[str, Any]:
    """Build the input of the page's script for the areas that are shown; nothing in it is NaN or infinite."""
    on_globe = shown.to_wgs84(digits=5)
    left, bottom, right, top = on_globe.bounds
    months = content.calendar
    residents, km2 = shown.align(content.residents), shown.align(content.area_km2)
    hexagons, hex_borders, hex_middles = encode_hexagons(shown)
    places = {code: place for place, code in enumerate(shown.codes)}
    return {
        "place": content.stamp.place,
        "isSynthetic": content.stamp.is_synthetic,
        "source": content.stamp.source_line(),
        "yearLabel": content.year_label,
        "bounds": [[bottom, left], [top, right]],
        "months": [f"{month:%Y-%m}" for month in months],
        "areas": encode_areas(on_globe)
        | {
            "hexagon": hexagons,
            "residents": list_numbers(residents, 0),
            "km2": list_numbers(km2, 4),
            "similar": [_find_similar(places, content.similar.get(code, ())) for code in places],
        },
        "boroughs": [{"code": one.borough_code, **place_borough(one)} for one in on_globe.boroughs.itertuples()],
        "places": list_places(on_globe),
        "landmarks": dict(content.landmarks),
        "hexBorders": hex_borders,
        "hexMiddles": hex_middles,
        "borders": [encode_shape(shape) for shape in on_globe.boroughs.geometry],
        "outline": encode_shape(on_globe.outline),
        "water": encode_shape(on_globe.water),
        "types": [
            _pack_type(one, shown, months) | {"scales": scales}
            for one, scales in zip(content.types, content.scales, strict=True)
        ],
        "facts": [_pack_fact(fact, shown) for fact in content.facts],
    }


def pack_counts(counts: Numbers) -> dict[str, Any]:
    """Pack counts, areas x months, as `bytes` (base64, area by area); `larger` are those that do not fit, in order.

    NaN is not reported. A crime shared by two areas is split into fractions, which are rounded as printed.
    """
    rounded = np.rint(np.where(np.isfinite(counts), counts, 0)).astype(np.int64)
    is_large = rounded >= LARGER
    packed = np.where(is_large, LARGER, rounded)
    packed = np.where(np.isfinite(counts), packed, NOT_REPORTED).astype(np.uint8)
    return {
        "bytes": base64.b64encode(packed.tobytes()).decode("ascii"),
        "larger": rounded[is_large & np.isfinite(counts)].tolist(),
    }


def encode_hexagons(areas: Areas) -> tuple[list[str], list[str], list[list[float]]]:
    """Return each area's hexagon, encoded like shapes, with each borough's border and label position."""
    points = np.array([shape.representative_point().coords[0] for shape in areas.areas.geometry])
    middles, radius = lay_hexagons(points, areas.outline)
    corners = np.concatenate([draw_hexagon(middle, radius) for middle in middles])
    projected = areas.project_points(corners)
    borders, names = [], []
    for code in areas.boroughs["borough_code"]:
        inside = (areas.areas["borough_code"] == code).to_numpy()
        # Slightly larger than a cell, so that neighbours merge into one.
        cells = [shapely.Polygon(draw_hexagon(middle, 1.05 * radius)) for middle in middles[inside]]
        whole = shapely.union_all(cells).simplify(radius / 20)
        borders.append(encode_shape(shapely.transform(whole, areas.project_points)))
        largest = max(shapely.get_parts(whole), key=lambda part: part.area)
        name = areas.project_points(shapely.get_coordinates(largest.representative_point()))[0]
        names.append([float(name[1]), float(name[0])])
    return [encode_points(projected[6 * number : 6 * number + 6]) for number in range(len(points))], borders, names


def _find_similar(places: Mapping[str, int], codes: Sequence[str]) -> list[int]:
    """Return positions of the most similar areas; none if one is on another page: the others are not the most."""
    return [places[code] for code in codes] if all(code in places for code in codes) else []


def list_numbers(numbers: Numbers, digits: int) -> list[float | int | None]:
    """Return numbers for JSON: rounded, integers where whole, None for missing."""
    rounded = [round(float(number), digits) if math.isfinite(number) else None for number in numbers]
    return [int(one) if one is not None and one.is_integer() else one for one in rounded]


def _pack_type(one: ExplorerType, areas: Areas, months: pd.DatetimeIndex) -> dict[str, Any]:
    crime, values = one.year.crime, one.year.values.set_index("lsoa_code")
    return {
        "name": crime.crime_type,
        "label": crime.label,
        "noun": crime.count_noun,
        "year": list_numbers(one.align("recorded", areas), 1),
        "before": list_numbers(one.align("recorded_before", areas), 1),
        "clear": _mark_clear(values["is_clear_change"].reindex(areas.codes)),
        "months": pack_counts(one.count_months(areas, months)),
        "boroughs": _pack_boroughs(one, areas, months),
    }


def _pack_boroughs(one: ExplorerType, areas: Areas, months: pd.DatetimeIndex) -> dict[str, Any]:
    """Return the figures of boroughs in shape order, from the marts: the page does not add them up."""
    codes = list(areas.boroughs["borough_code"])
    rows = [one.year.places.get(code, {}) for code in codes]
    whole = [row if row.get("is_complete") else {} for row in rows]
    by_month = one.borough_months.reindex(index=codes, columns=months).to_numpy(dtype=float)
    return {
        "year": [read_number(row, "crimes") for row in whole],
        "before": [read_number(row, "crimes_before") for row in whole],
        "per1000": [read_number(row, "crimes_per_1000") for row in whole],
        "residents": [read_number(row, "residents") for row in rows],
        "clear": _mark_clear(read_flag(row, "is_clear_change") for row in rows),
        "months": [list_numbers(counts, 0) for counts in by_month],
    }


def _mark_clear(clear: Iterable[bool | None]) -> str:
    """Return a letter per place: 1 if the change is significant, 0 if not, - if there is no test."""
    return "".join("-" if pd.isna(one) else str(int(one)) for one in clear)


def _pack_fact(fact: Fact, areas: Areas) -> dict[str, Any]:
    rounded = [float(f"{value:.4g}") if math.isfinite(value) else math.nan for value in areas.align(fact.values)]
    values = list_numbers(np.array(rounded), 2)
    return {"label": fact.label, "unit": fact.unit, "vintage": fact.vintage, "values": values}


def lay_hexagons(points: Numbers, outline: BaseGeometry) -> tuple[Numbers, float]:
    """Assign every area to a cell of a hexagonal grid over the city, moving the areas of a strip as little as possible.

    In metres: the areas' locations, n x 2, and the city; the centres of their cells, and a cell's radius (to a corner).

    Source: an assignment of least squared distances (Jonker and Volgenant 1987, as in SciPy) of areas to cells.
    """
    size = math.sqrt(outline.area / (_CELLS_PER_AREA * len(points)))
    cells = _list_cells(outline, size)
    while len(cells) < len(points):
        size *= 0.985
        cells = _list_cells(outline, size)
    # Spread out dense centres first: each coordinate moves half-way to where it would be if areas were evenly spaced.
    spread = _spread(points, cells)
    chosen = np.empty(len(points), dtype=np.int64)
    # From west to east in strips: assignment takes cubic time.
    strips = math.ceil(len(points) / _STRIP)
    for areas, places in zip(_cut(spread, strips), _cut(cells, strips), strict=True):
        distances = ((spread[areas, None, :] - cells[None, places, :]) ** 2).sum(axis=2)
        _, taken = scipy.optimize.linear_sum_assignment(distances)
        chosen[areas] = places[taken]
    return cells[chosen], size * math.sqrt(2 / (3 * math.sqrt(3)))


def _cut(points: Numbers, strips: int) -> list[npt.NDArray[np.int64]]:
    """Return indices of points in strips from west to east, of equal size except one."""
    return np.array_split(np.lexsort((points[:, 1], points[:, 0])), strips)


def _list_cells(outline: BaseGeometry, size: float) -> Numbers:
    """Return centres of hexagons of area `size` squared whose centre is in the city, row by row."""
    radius = size * math.sqrt(2 / (3 * math.sqrt(3)))
    wide, high = math.sqrt(3) * radius, 1.5 * radius
    left, bottom, right, top = outline.bounds
    rows = int((top - bottom) / high) + 2
    columns = int((right - left) / wide) + 2
    row, column = np.divmod(np.arange(rows * columns), columns)
    middles = np.column_stack([left + wide * (column + 0.5 * (row % 2)), bottom + high * row])
    return middles[shapely.contains_xy(outline, middles[:, 0], middles[:, 1])]


def _spread(points: Numbers, cells: Numbers) -> Numbers:
    """Move areas half-way to evenly spaced positions, axis by axis."""
    ranks = np.argsort(np.argsort(points, axis=0, kind="stable"), axis=0, kind="stable")
    shares = (ranks + 0.5) / len(points)
    even = np.column_stack([np.quantile(cells[:, axis], shares[:, axis]) for axis in (0, 1)])
    return (points + even) / 2


def draw_hexagon(middle: Numbers, radius: float) -> Numbers:
    """Return the six corners of a cell, pointed at the top, metres."""
    angles = np.pi / 180 * (60 * np.arange(6) + 30)
    return middle + 0.96 * radius * np.column_stack([np.cos(angles), np.sin(angles)])
