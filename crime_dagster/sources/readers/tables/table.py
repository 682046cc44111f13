"""Tables: one record of the file is one row."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.readers.formats.reading import Reading, SourceFile
from crime_dagster.sources.readers.formats.systems import REGION
from crime_dagster.sources.readers.tables.checks import check_rows
from crime_dagster.sources.readers.tables.grid import Grid, read_grid
from crime_dagster.sources.readers.tables.rows import Rows, sort_records


def read_table(file: SourceFile, source: Source) -> Reading:
    """Read a table from a text file of separated values, a workbook or a Parquet file.

    Args:
        file: The file.
        source: What is looked for and what it is called once landed.

    Returns:
        One row per record that passed the checks.

    Raises:
        InputError: The file cannot be read, or lacks a required column.
    """
    grid = read_grid(file, source)
    grid.warnings.extend(_describe_headers(grid, source, file))
    rows = sort_records(grid, source, file)
    check_rows(rows, source, file)
    return finish_table(rows, source)


def finish_table(rows: Rows, source: Source) -> Reading:
    """Make the landed table of checked rows; optional columns that the file lacks are empty."""
    mask = pa.array(rows.is_kept)
    found = {item.column.name: values.filter(mask) for item, values in zip(rows.fields, rows.values, strict=True)}
    found |= {name: labels.filter(mask) for name, labels in rows.labels.items()}
    numbers = pa.array(rows.numbers, type=pa.int64()).filter(mask)
    columns = {
        column.name: found.get(column.name, pa.nulls(len(numbers), type=pa.string())) for column in source.columns
    }
    return Reading(
        rows=pa.table({**columns, "row_number": numbers}),
        set_aside=rows.all_set_aside(),
        rows_in=rows.rows_in,
        warnings=rows.warnings,
    )


def _describe_headers(grid: Grid, source: Source, file: SourceFile) -> list[str]:
    """A warning about further columns of a file of single crimes: a column of counts would be lost."""
    used = {item.position for item in grid.header.fields}
    strange = [cell for position, cell in enumerate(grid.header.cells) if cell and position not in used]
    if not strange or "record_id" not in source.options:
        return []
    return [f"{file.name}: columns that are not landed: {', '.join(strange)}; each row counts as one crime"]


# Around Great Britain, in degrees (EPSG:4326).
BOX = shapely.box(-9.0, 49.0, 2.5, 61.5)
# Pairs of columns and where a place of the two can lie.
PLACES = {("easting", "northing"): REGION, ("longitude", "latitude"): BOX}


def read_points(file: SourceFile, source: Source) -> Reading:
    """Read a table of places.

    Args:
        file: The file.
        source: What is looked for; the columns `easting` and `northing` are EPSG:27700 in metres, `longitude` and
            `latitude` are EPSG:4326 in degrees.

    Returns:
        One row per place that has coordinates in England and Wales or, in degrees, in Great Britain.

    Raises:
        InputError: The file cannot be read, lacks a required column, or has no usable coordinates at all.
    """
    rows = sort_records(read_grid(file, source), source, file)
    check_rows(rows, source, file)
    before = int(np.count_nonzero(rows.is_kept))
    _check_places(rows, file)
    if before and not rows.is_kept.any():
        raise InputError(
            file=file.name,
            found=f"{before} rows, none with coordinates in Great Britain",
            expected="easting and northing in metres (EPSG:27700) or longitude and latitude in degrees (EPSG:4326)",
            remedy="see whether the columns are swapped or in another system, and put the publisher's file in place",
        )
    return finish_table(rows, source)


def _check_places(rows: Rows, file: SourceFile) -> None:
    numbers = {
        item.column.name: _as_numbers(values)
        for item, values in zip(rows.fields, rows.values, strict=True)
        if any(item.column.name in pair for pair in PLACES)
    }
    has_place = np.zeros(len(rows.records), dtype=bool)
    is_outside = np.zeros(len(rows.records), dtype=bool)
    for (x, y), region in PLACES.items():
        if x not in numbers or y not in numbers:
            continue
        has_pair = ~(np.isnan(numbers[x]) | np.isnan(numbers[y]))
        has_place |= has_pair
        is_outside |= has_pair & ~shapely.intersects_xy(region, numbers[x], numbers[y])
    for mask, reason in ((~has_place, "unlocated"), (is_outside, "outside")):
        new = np.flatnonzero(rows.drop(mask, reason))
        if new.size:
            named = ", ".join(str(rows.numbers[index]) for index in new[:5])
            rows.warnings.append(f"{file.name}: {new.size} rows excluded as {reason} (rows {named}...)")


def _as_numbers(values: pa.Array) -> np.ndarray:
    # Rows with a cell that is no number are excluded already; here they must only not stop the others.
    good = pc.match_substring_regex(values, r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")
    plain = pc.if_else(pc.fill_null(good, False), values, pa.scalar(None, type=pa.string()))
    return pc.cast(plain, pa.float64()).to_numpy(zero_copy_only=False)
