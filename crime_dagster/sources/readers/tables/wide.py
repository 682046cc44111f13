"""Wide tables, with a column per month, year or kind, landed long: one row per record and column."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.readers.formats.reading import Reading, SourceFile
from crime_dagster.sources.readers.tables.blocks import name_blocks
from crime_dagster.sources.readers.tables.checks import check_rows
from crime_dagster.sources.readers.tables.grid import Grid, read_grid
from crime_dagster.sources.readers.tables.header import Field
from crime_dagster.sources.readers.tables.rows import Rows, sort_records
from crime_dagster.sources.readers.tables.stacked import part_tables

# Too few to say what is usual.
FEWEST_MONTHS = 6


def read_wide(file: SourceFile, source: Source) -> Reading:
    """Read a table whose headers repeat per month or year.

    The repeated headers are known by the pattern in the catalogue, so a header such as `202401` is never taken for
    data. A record with one bad cell is excluded whole: its sum would be wrong.

    Args:
        file: The file.
        source: What is looked for; the columns with `spread` are those that repeat.

    Returns:
        One row per record that passed the checks and month or year.

    Raises:
        InputError: The file cannot be read, or lacks a required column.
    """
    grid = read_grid(file, source)
    grid.warnings.extend(_describe_headers(grid, source, file))
    parts: list[Rows] = []
    for part, view in part_tables(grid, source, file):
        rows = sort_records(part, view, file)
        if "blocks" in source.options:
            name_blocks(rows, source, file)
        check_rows(rows, view, file)
        rows.warnings.extend(_describe_stubs(rows, source, file))
        parts.append(rows)
    return Reading(
        rows=pa.concat_tables(_melt(rows, source) for rows in parts),
        set_aside=[record for rows in parts for record in rows.all_set_aside()],
        rows_in=sum(rows.rows_in for rows in parts),
        warnings=[warning for rows in parts for warning in rows.warnings],
    )


def _melt(rows: Rows, source: Source) -> pa.Table:
    mask = pa.array(rows.is_kept)
    number = pa.array(rows.numbers, type=pa.int64()).filter(mask)
    nothing = pa.nulls(len(number), type=pa.string())
    plain: dict[str, pa.Array] = {}
    spread: dict[str, dict[str, pa.Array]] = {}
    for item, values in zip(rows.fields, rows.values, strict=True):
        if item.label is None:
            plain[item.column.name] = values.filter(mask)
        else:
            spread.setdefault(item.label, {})[item.column.name] = values.filter(mask)
    if not spread:
        # The file is long already: what the headers would say stands in a column.
        found = {name: plain.get(name, nothing) for name in _names(source)}
        return pa.table({**found, "row_number": number})
    parts = []
    for label in sorted(spread):
        # The parts share the arrays of the plain columns, so that a long table costs little more than a wide one.
        found = {**plain, **spread[label], str(source.spread_name): pa.repeat(pa.scalar(label), len(number))}
        parts.append(pa.table({**{name: found.get(name, nothing) for name in _names(source)}, "row_number": number}))
    return pa.concat_tables(parts)


def _names(source: Source) -> list[str]:
    return [name for name in source.landed_names if name not in source.options.get("from_file_name", {})]


def _describe_headers(grid: Grid, source: Source, file: SourceFile) -> list[str]:
    """Warnings about headers that nobody knows, and about gaps in the months or years."""
    warnings: list[str] = []
    used = {item.position for item in grid.header.fields}
    strange = [cell for position, cell in enumerate(grid.header.cells) if cell and position not in used]
    # A table of the census has totals beside its kinds; among months and years a strange column is a lost one.
    if strange and source.spread_name in {"month", "year", "borough_name"}:
        warnings.append(f"{file.name}: columns that are not landed: {', '.join(strange)}")
    gaps = find_gaps(grid.header.fields)
    if gaps:
        warnings.append(f"{file.name}: the {source.spread_name}s have gaps: no column for {', '.join(gaps)}")
    return warnings


def _describe_stubs(rows: Rows, source: Source, file: SourceFile) -> list[str]:
    """Warnings about a first or last month that is not whole: releases begin with a few late records of a month."""
    if source.spread_name != "month":
        return []
    mask = pa.array(rows.is_kept)
    sums: Counter[str] = Counter()
    for item, values in zip(rows.fields, rows.values, strict=True):
        if item.label is not None and item.column.kind == "count":
            sums[item.label] += pc.sum(pc.cast(values.filter(mask), pa.int64())).as_py() or 0
    if len(sums) < FEWEST_MONTHS:
        return []
    usual = float(np.median(list(sums.values())))
    return [
        f"{file.name}: {label} holds {sums[label]:,}, under half of the usual month ({usual:,.0f}): it is incomplete"
        for label in (min(sums), max(sums))
        if sums[label] < usual / 2
    ]


def find_gaps(fields: list[Field]) -> list[str]:
    """Months (`YYYYMM`) or years (`YYYY`) that no header holds, between the first and the last that one does."""
    labels = {item.label for item in fields if item.label is not None}
    if not labels or not all(label.isdigit() for label in labels):
        return []
    if all(len(label) == 4 for label in labels):
        years = [int(label) for label in labels]
        return [str(year) for year in range(min(years), max(years)) if year not in years]
    if not all(len(label) == 6 for label in labels):
        return []
    months = [f"{label[:4]}-{label[4:]}" for label in labels]
    every = np.arange(np.datetime64(min(months)), np.datetime64(max(months)))
    return [str(month).replace("-", "") for month in every if str(month) not in months]
