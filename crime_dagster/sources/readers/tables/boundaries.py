"""Boundaries: areas as polygons, landed as well-known binary on the British National Grid."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.readers.formats.limits import refuse_size
from crime_dagster.sources.readers.formats.maps import read_map, refuse_map
from crime_dagster.sources.readers.formats.reading import Reading, SourceFile
from crime_dagster.sources.readers.formats.systems import move_to_grid
from crime_dagster.sources.readers.tables.checks import check_codes, check_repeats, check_texts
from crime_dagster.sources.readers.tables.grid import Grid
from crime_dagster.sources.readers.tables.header import match_header, require_columns
from crime_dagster.sources.readers.tables.numbers import check_numbers
from crime_dagster.sources.readers.tables.rows import Rows, sort_records
from crime_dagster.sources.readers.tables.table import finish_table

# An honest outline comes to a place once, or twice where two of its parts touch.
FEWEST_POINTS = 1_000
MOST_VISITS = 3


def read_boundaries(file: SourceFile, source: Source) -> Reading:
    """Read areas from a shapefile, GeoJSON, TopoJSON, Esri JSON or GeoPackage.

    Args:
        file: The file; parts of a shapefile lie beside it.
        source: What is looked for among the attributes.

    Returns:
        One row per area: attributes as text, `geometry_wkb` (polygons in EPSG:27700, metres, two dimensions).

    Raises:
        InputError: The file cannot be read, lacks a required column, or nobody can tell its coordinate system.
    """
    frame, warnings = read_map(file, source)
    if frame.geometry.isna().all():
        raise refuse_map(file, "no shapes", "one polygon per area")
    grid = _as_grid(frame, source, file, warnings)
    rows = sort_records(grid, source, file)
    check_codes(rows, source, file)
    check_texts(rows, file)
    check_numbers(rows, source, file)
    moved = move_to_grid(frame.geometry, file)
    rows.warnings.extend(moved.warnings)
    picked = moved.shapes[rows.numbers - 1]
    _drop_strays(rows, moved.is_outside[rows.numbers - 1], file)
    rows.drop(shapely.is_missing(picked) | shapely.is_empty(picked), "no_geometry")
    picked = _join_parts(picked, rows, source, file)
    check_repeats(rows, source, file)
    picked, repaired = _repair(picked, file)
    rows.drop(shapely.is_empty(picked), "no_geometry")
    shapeless = int(np.count_nonzero(rows.reasons == "no_geometry"))
    if shapeless:
        rows.warnings.append(f"{file.name}: {shapeless} areas without a shape, excluded")
    repaired &= rows.is_kept
    if repaired.any():
        named = ", ".join(str(rows.numbers[index]) for index in np.flatnonzero(repaired)[:5])
        rows.warnings.append(f"{file.name}: {np.count_nonzero(repaired)} invalid shapes repaired (rows {named})")
    reading = finish_table(rows, source)
    binary = pa.array(shapely.to_wkb(picked[rows.is_kept]), type=pa.binary())
    place = reading.rows.column_names.index("row_number")
    return Reading(
        rows=reading.rows.add_column(place, "geometry_wkb", binary),
        set_aside=reading.set_aside,
        rows_in=reading.rows_in,
        warnings=reading.warnings,
    )


def _as_grid(frame: gpd.GeoDataFrame, source: Source, file: SourceFile, warnings: list[str]) -> Grid:
    names = [str(name) for name in frame.columns if name != frame.geometry.name]
    header = require_columns(match_header(0, names, source.columns), source, file.name)
    columns = [["" if cell is None or cell != cell else str(cell) for cell in frame[name]] for name in names]
    records = [list(record) for record in zip(*columns, strict=True)]
    return Grid(header=header, records=records, warnings=warnings)


def _drop_strays(rows: Rows, is_outside: np.ndarray, file: SourceFile) -> None:
    strays = np.flatnonzero(rows.drop(is_outside, "outside"))
    if strays.size:
        named = ", ".join(str(rows.numbers[index]) for index in strays[:5])
        rows.warnings.append(
            f"{file.name}: {strays.size} shapes are outside England and Wales, excluded (rows {named})"
        )


def _join_parts(shapes: np.ndarray, rows: Rows, source: Source, file: SourceFile) -> np.ndarray:
    """One shape per area: where a code stands again with another shape, the two are parts of one area."""
    key = next((place for place, item in enumerate(rows.fields) if item.column.name in source.unique), None)
    if key is None or len(source.unique) != 1:
        return shapes
    joined = shapes.copy()
    first: dict[str, int] = {}
    is_part = np.zeros(len(shapes), dtype=bool)
    for index, code in enumerate(rows.values[key].to_pylist()):
        if not rows.is_kept[index]:
            continue
        original = first.setdefault(code, index)
        if original != index and not shapely.equals(shapes[original], shapes[index]):
            joined[original] = shapely.union_all(shapely.make_valid([joined[original], shapes[index]]))
            is_part[index] = True
    if is_part.any():
        named = ", ".join(str(rows.numbers[index]) for index in np.flatnonzero(is_part)[:5])
        rows.warnings.append(
            f"{file.name}: {np.count_nonzero(is_part)} shapes are further parts of areas above and joined to them "
            f"(rows {named})"
        )
    rows.drop(is_part, "duplicate")
    return joined


def _repair(shapes: np.ndarray, file: SourceFile) -> tuple[np.ndarray, np.ndarray]:
    """Make shapes valid and keep what is area in them; also the mask of those that were not valid."""
    invalid = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    fixed = shapes.copy()
    _require_bearable_rings(shapes, invalid, file)
    fixed[invalid] = shapely.make_valid(shapes[invalid])
    areal = np.isin(shapely.get_type_id(fixed), (3, 6))
    for index in np.flatnonzero(~areal & ~shapely.is_missing(fixed)):
        parts = shapely.get_parts(fixed[index])
        polygons = parts[np.isin(shapely.get_type_id(parts), (3, 6))]
        fixed[index] = shapely.union_all(polygons) if len(polygons) else shapely.Polygon()
    return fixed, invalid


def _require_bearable_rings(shapes: np.ndarray, invalid: np.ndarray, file: SourceFile) -> None:
    """Refuse outlines that cross themselves again and again: repairing one takes memory by the square of its points."""
    for index in np.flatnonzero(invalid):
        points = shapely.get_coordinates(shapes[index])
        places = len(np.unique(points, axis=0))
        if len(points) > FEWEST_POINTS and len(points) > MOST_VISITS * places:
            found = f"an outline of {len(points):,} points that are {places:,} places"
            raise refuse_size(file.name, found, "outlines that come to each place once")
