"""Boundaries: areas as polygons, landed as well-known binary on the British National Grid."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj.exceptions import CRSError, ProjError

from crime_dagster.core.errors import InputError
from crime_dagster.sources.entry import Source
from crime_dagster.sources.readers.checks import check_codes, check_repeats
from crime_dagster.sources.readers.grid import Grid
from crime_dagster.sources.readers.header import match_header, require_columns
from crime_dagster.sources.readers.points import RANGES
from crime_dagster.sources.readers.reading import Reading, SourceFile
from crime_dagster.sources.readers.rows import Rows, sort_records
from crime_dagster.sources.readers.shapefile import require_whole
from crime_dagster.sources.readers.table import finish_table

GRID = "EPSG:27700"
DEGREES = "EPSG:4326"


def read_boundaries(file: SourceFile, source: Source) -> Reading:
    """Read areas from a shapefile, GeoJSON or GeoPackage.

    Args:
        file: The file; parts of a shapefile lie beside it.
        source: What is looked for among the attributes.

    Returns:
        One row per area: attributes as text, `geometry_wkb` (polygons in EPSG:27700, metres, two dimensions).

    Raises:
        InputError: The file cannot be read, lacks a required column, or nobody can tell its coordinate system.
    """
    frame = _open(file)
    grid = _as_grid(frame, source, file)
    rows = sort_records(grid, file)
    check_codes(rows, file)
    shapes, warnings = _to_grid(frame.geometry, file)
    rows.warnings.extend(warnings)
    picked = shapes[rows.numbers - 1]
    rows.drop(shapely.is_missing(picked) | shapely.is_empty(picked), "no_geometry")
    picked = _join_parts(picked, rows, source, file)
    check_repeats(rows, source, file)
    picked, repaired = _repair(picked)
    rows.drop(shapely.is_empty(picked), "no_geometry")
    shapeless = int(np.count_nonzero(rows.reasons == "no_geometry"))
    if shapeless:
        rows.warnings.append(f"{file.name}: {shapeless} areas without a shape, set aside")
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


def _open(file: SourceFile) -> gpd.GeoDataFrame:
    require_whole(file)
    try:
        frame = pyogrio.read_dataframe(file.path)
    except (DataSourceError, DataLayerError, CRSError, OSError, ValueError) as error:
        raise InputError(
            file=file.name,
            found=f"it cannot be opened as a map ({error})",
            expected="a shapefile, GeoJSON or GeoPackage with polygons",
            remedy="download the file again from its publisher",
        ) from error
    if not isinstance(frame, gpd.GeoDataFrame) or frame.geometry.isna().all():
        raise InputError(
            file=file.name,
            found="no shapes",
            expected="one polygon per area",
            remedy="download the file again from its publisher",
        )
    return frame


def _as_grid(frame: gpd.GeoDataFrame, source: Source, file: SourceFile) -> Grid:
    names = [str(name) for name in frame.columns if name != frame.geometry.name]
    header = require_columns(match_header(0, names, source.columns), source, file.name)
    columns = [["" if cell is None or cell != cell else str(cell) for cell in frame[name]] for name in names]
    return Grid(header=header, records=[list(record) for record in zip(*columns, strict=True)])


def _to_grid(shapes: gpd.GeoSeries, file: SourceFile) -> tuple[np.ndarray, list[str]]:
    shapes, swapped = _unswap(shapes, file)
    system, warnings = _find_system(shapes, file)
    warnings = [*swapped, *warnings]
    try:
        moved = shapes.set_crs(system, allow_override=True).to_crs(GRID)
    except (CRSError, ProjError) as error:
        raise _refuse_system(file, f"a coordinate system that cannot be converted ({error})") from error
    return shapely.force_2d(moved.to_numpy()), warnings


def _unswap(shapes: gpd.GeoSeries, file: SourceFile) -> tuple[gpd.GeoSeries, list[str]]:
    """Shapes whose degrees stand latitude first are turned round: such numbers lie nowhere near Great Britain."""
    west, south, east, north = (float(edge) for edge in shapes.total_bounds)
    (low_x, high_x), (low_y, high_y) = RANGES["longitude"], RANGES["latitude"]
    if not (low_y <= west <= east <= high_y and low_x <= south <= north <= high_x):
        return shapes, []
    turned = gpd.GeoSeries(shapely.transform(shapes.to_numpy(), lambda pairs: pairs[:, ::-1]), crs=DEGREES)
    return turned, [f"{file.name}: latitude stands before longitude; the coordinates are swapped"]


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


def _find_system(shapes: gpd.GeoSeries, file: SourceFile) -> tuple[object, list[str]]:
    west, south, east, north = (float(edge) for edge in shapes.total_bounds)
    is_degrees = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    # GeoJSON without a system means degrees; a file in metres that says nothing is caught by its numbers.
    if shapes.crs is not None and (is_degrees or not shapes.crs.is_geographic):
        return shapes.crs, []
    if is_degrees:
        guess = DEGREES
    elif 0 <= west <= east <= 700_000 and 0 <= south <= north <= 1_300_000:
        guess = GRID
    else:
        raise _refuse_system(
            file, f"no coordinate system, and coordinates from {west:g}, {south:g} to {east:g}, {north:g}"
        )
    return guess, [f"{file.name}: no usable coordinate system is stated; the numbers are those of {guess}"]


def _repair(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Make shapes valid and keep what is area in them; also the mask of those that were not valid."""
    invalid = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    mended = shapes.copy()
    mended[invalid] = shapely.make_valid(shapes[invalid])
    areal = np.isin(shapely.get_type_id(mended), (3, 6))
    for index in np.flatnonzero(~areal & ~shapely.is_missing(mended)):
        parts = shapely.get_parts(mended[index])
        polygons = parts[np.isin(shapely.get_type_id(parts), (3, 6))]
        mended[index] = shapely.union_all(polygons) if len(polygons) else shapely.Polygon()
    return mended, invalid


def _refuse_system(file: SourceFile, found: str) -> InputError:
    return InputError(
        file=file.name,
        found=found,
        expected=f"coordinates in {GRID} (metres) or {DEGREES} (degrees)",
        remedy="put the .prj file of the publisher beside the shapefile, or convert the file to one of these systems",
    )
