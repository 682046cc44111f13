"""Wide tables, with a column per month, year or kind, landed long: one row per record and column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import CODE_PATTERNS, Source, SourceColumn
from crime_dagster.sources.readers.formats.reading import Reading, SourceFile
from crime_dagster.sources.readers.tables.checks import check_rows
from crime_dagster.sources.readers.tables.grid import Grid, read_grid
from crime_dagster.sources.readers.tables.header import Field
from crime_dagster.sources.readers.tables.rows import Rows, sort_records

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


def name_blocks(rows: Rows, source: Source, file: SourceFile) -> None:
    """Add the column that says which block a row belongs to: the order of the blocks is all that tells them apart.

    A block ends before the area that it has already. All blocks must hold the same areas and be as many as the
    catalogue names, as one row too many or too few would give every later block a wrong name.

    Args:
        rows: The rows; changed in place.
        source: Its option `blocks` has the `column` to add and the `names` of the blocks in their order.
        file: Whose rows they are, for messages.

    Raises:
        InputError: There are more or fewer blocks, or they hold different areas.
    """
    option = source.options["blocks"]
    key = next(place for place, item in enumerate(rows.fields) if item.column.kind in CODE_PATTERNS)
    pattern = re.compile(CODE_PATTERNS[rows.fields[key].column.kind])
    codes = [code if code and pattern.match(code) else None for code in rows.values[key].to_pylist()]
    numbers, blocks = _number_blocks(codes)
    names = option["names"]
    if len(blocks) != len(names) or any(block != blocks[0] for block in blocks):
        sizes = ", ".join(str(len(block)) for block in blocks)
        raise InputError(
            file=file.name,
            column=rows.fields[key].header,
            found=f"{len(blocks)} blocks of {sizes} areas",
            expected=f"{len(names)} blocks of the same areas: {', '.join(names)}",
            remedy="put the publisher's whole file in its place; otherwise the blocks cannot be distinguished",
        )
    column = SourceColumn(name=option["column"], headers=(option["column"],))
    rows.fields.append(Field(column=column, header=option["column"], position=-1))
    rows.values.append(pa.array([names[number] for number in numbers], type=pa.string()))


def _number_blocks(codes: Sequence[str | None]) -> tuple[list[int], list[set[str]]]:
    """The number of each row's block, from 0, and the areas of each block."""
    blocks: list[set[str]] = [set()]
    numbers: list[int] = []
    for code in codes:
        if code is not None:
            if code in blocks[-1]:
                blocks.append(set())
            blocks[-1].add(code)
        numbers.append(len(blocks) - 1)
    return numbers, blocks


def part_tables(grid: Grid, source: Source, file: SourceFile) -> list[tuple[Grid, Source]]:
    """Part a file into its tables.

    A further table begins where the header stands again; the title block above it is as high as that of the first.

    Args:
        grid: The file.
        source: Its option `tables` says which column the figures of a table are landed as: landed name to a glob of a
            cell of the title block.
        file: Its name, for warnings.

    Returns:
        Each table with its part of the source's columns; numbers of records go on from table to table. A title block
        and the header below it belong to the table they stand above. One table, as it is, for a source without the
        option.
    """
    names: dict[str, str] = source.options.get("tables", {})
    if not names:
        return [(grid, source)]
    height = len(grid.above)
    headers = [index for index, record in enumerate(grid.records) if grid.header.is_again(record)]
    starts = [0, *(max(0, index - height) for index in headers)]
    parts = []
    for start, head, end in zip(starts, [0, *headers], [*starts[1:], len(grid.records)], strict=True):
        records = grid.records[start:end]
        titles = grid.records[start:head] if head else grid.above
        own = next((name for name, glob in names.items() if _has_cell(titles, glob)), None)
        reasons = {place: "title_row" for place in range(head - start) if any(records[place])}
        warnings = [] if start else list(grid.warnings)
        if own is None:
            reasons = dict.fromkeys(range(len(records)), "other_table")
            warnings.append(f"{file.name}: a table below record {head} that no column is known for; excluded")
        shown = own or next(iter(names))
        others = set(names) - {shown}
        fields = [item for item in grid.header.fields if item.column.name not in others]
        columns = tuple(column for column in source.columns if column.name not in others)
        part = Grid(
            header=replace(grid.header, fields=fields),
            records=records,
            warnings=warnings,
            first_number=start + 1,
            reasons=reasons,
            delimiter=grid.delimiter,
        )
        parts.append((part, replace(source, columns=columns)))
    return parts


def _has_cell(titles: list[list[str]], glob: str) -> bool:
    return any(fnmatchcase(cell.strip().casefold(), glob.casefold()) for record in titles for cell in record)
