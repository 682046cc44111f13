"""Tables with one row per record, and tables of places with coordinates."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.readers.formats.reading import Reading, SourceFile, refuse, to_mask
from crime_dagster.sources.readers.formats.systems import REGION
from crime_dagster.sources.readers.tables.checks import check_rows
from crime_dagster.sources.readers.tables.grid import read_grid
from crime_dagster.sources.readers.tables.numbers import NUMBER, read_figures
from crime_dagster.sources.readers.tables.rows import Rows, sort_records

# Around Great Britain, in degrees (EPSG:4326).
BOX = shapely.box(-9.0, 49.0, 2.5, 61.5)
# Pairs of columns, and where a place of the two can be.
PLACES = {("easting", "northing"): REGION, ("longitude", "latitude"): BOX}


def read_table(file: SourceFile, source: Source) -> Reading:
    """Read a table: one row per record that passed the checks."""
    return finish_table(_read_rows(file, source))


def read_points(file: SourceFile, source: Source) -> Reading:
    """Read a table of places in England and Wales (EPSG:27700, metres) or, in degrees (EPSG:4326), in Great Britain."""
    rows = _read_rows(file, source)
    before = int(np.count_nonzero(rows.is_kept))
    _check_places(rows)
    if before and not rows.is_kept.any():
        expected = "easting and northing in metres (EPSG:27700) or longitude and latitude in degrees (EPSG:4326)"
        remedy = "check whether the columns are swapped or in another system, or use the publisher's file"
        raise refuse(file, f"{before} rows, none with coordinates in Great Britain", expected, remedy)
    return finish_table(rows)


def finish_table(rows: Rows) -> Reading:
    """Make the landed table of checked rows; optional columns that the file lacks are empty."""
    mask = pa.array(rows.is_kept)
    found = {item.column.name: values.filter(mask) for item, values in rows.columns}
    found |= {name: labels.filter(mask) for name, labels in rows.labels.items()}
    numbers = pa.array(rows.numbers, type=pa.int64()).filter(mask)
    nothing = pa.nulls(len(numbers), type=pa.string())
    columns = {column.name: found.get(column.name, nothing) for column in rows.source.columns}
    return Reading(pa.table({**columns, "row_number": numbers}), rows.all_set_aside(), rows.rows_in, rows.warnings)


def _read_rows(file: SourceFile, source: Source) -> Rows:
    grid = read_grid(file, source)
    # In a file of single crimes, a further column may be one of counts.
    if source.reader == "table" and "record_id" in source.options and grid.header.unused:
        unused = ", ".join(grid.header.unused)
        grid.warnings.append(f"{file.name}: columns that are not landed: {unused}; each row counts as one crime")
    rows = sort_records(grid, source, file)
    check_rows(rows)
    return rows


def _check_places(rows: Rows) -> None:
    numbers = {
        item.column.name: read_figures(values, to_mask(pc.match_substring_regex(values, NUMBER)))
        for item, values in rows.columns
        if any(item.column.name in pair for pair in PLACES)
    }
    has_place, is_outside = np.zeros((2, len(rows.records)), dtype=bool)
    for (x, y), region in PLACES.items():
        if x in numbers and y in numbers:
            has_pair = ~(np.isnan(numbers[x]) | np.isnan(numbers[y]))
            has_place |= has_pair
            is_outside |= has_pair & ~shapely.intersects_xy(region, numbers[x], numbers[y])
    for mask, reason in ((~has_place, "unlocated"), (is_outside, "outside")):
        rows.warn_of(rows.drop(mask, reason), f"{{}} rows excluded as {reason} (rows {{}}...)")
