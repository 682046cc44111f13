"""Tables: one record of the file is one row."""

from __future__ import annotations

import pyarrow as pa

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.readers.formats.reading import Reading, SourceFile
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
