"""Wide tables, with a column per month or year, landed long: one row per record and month or year."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from crime_dagster.sources.entry import Source
from crime_dagster.sources.readers.blocks import name_blocks
from crime_dagster.sources.readers.checks import check_rows
from crime_dagster.sources.readers.grid import Grid, read_grid
from crime_dagster.sources.readers.header import Field
from crime_dagster.sources.readers.reading import Reading, SourceFile
from crime_dagster.sources.readers.rows import Rows, sort_records


def read_wide(file: SourceFile, source: Source) -> Reading:
    """Read a table whose headers repeat per month or year.

    The repeated headers are known by the pattern in the catalogue, so a header such as `202401` is never taken for
    data. A record with one bad cell is set aside whole: its sum would be wrong.

    Args:
        file: The file.
        source: What is looked for; the columns with `spread` are those that repeat.

    Returns:
        One row per record that passed the checks and month or year.

    Raises:
        InputError: The file cannot be read, or lacks a required column.
    """
    grid = read_grid(file, source)
    rows = sort_records(grid, file)
    rows.warnings.extend(_describe_headers(grid, source, file))
    if "blocks" in source.options:
        name_blocks(rows, source, file)
    check_rows(rows, source, file)
    return Reading(
        rows=_melt(rows, source), set_aside=rows.all_set_aside(), rows_in=rows.rows_in, warnings=rows.warnings
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
    if strange:
        warnings.append(f"{file.name}: columns that are not landed: {', '.join(strange)}")
    gaps = find_gaps(grid.header.fields)
    if gaps:
        warnings.append(f"{file.name}: the {source.spread_name}s have gaps: no column for {', '.join(gaps)}")
    return warnings


def find_gaps(fields: list[Field]) -> list[str]:
    """Months (`YYYYMM`) or years (`YYYY`) that no header holds, between the first and the last that one does."""
    labels = {item.label for item in fields if item.label is not None}
    if not all(label.isdigit() for label in labels):
        return []
    if all(len(label) == 4 for label in labels):
        years = [int(label) for label in labels]
        return [str(year) for year in range(min(years), max(years)) if year not in years]
    if not all(len(label) == 6 for label in labels):
        return []
    months = [f"{label[:4]}-{label[4:]}" for label in labels]
    every = np.arange(np.datetime64(min(months)), np.datetime64(max(months)))
    return [str(month).replace("-", "") for month in every if str(month) not in months]
