"""Wide tables, with a column per month, year or kind, landed long: one row per record and column."""

import fnmatch
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pyarrow as pa

from crime_dagster.core.errors import list_some
from crime_dagster.sources.catalogue.entry import CODE_PATTERNS, Source, SourceColumn
from crime_dagster.sources.readers.formats.reading import Doubt, Reading, SourceFile, refuse
from crime_dagster.sources.readers.tables.checks import check_rows
from crime_dagster.sources.readers.tables.grid import Grid, read_grid
from crime_dagster.sources.readers.tables.header import Field
from crime_dagster.sources.readers.tables.rows import Rows, sort_records
from crime_dagster.sources.readers.tables.rules import FEWEST_ROWS, REMEDY, describe_rules
from crime_dagster.sources.vocabulary.calendar_months import list_future, list_gaps, tidy_month

# Fewer months do not show what is usual.
FEWEST_MONTHS = 6
# Published months and years, those of a lockdown too, have 0.56 to 1.55 of the usual figure of their file.
MOST_CHANGED = 2
# The last month of a release has 0.9 of the usual figure, and had a little less in the first month of a lockdown; small
# figures vary more.
LEAST_WHOLE, FEWEST_WHOLE = 0.75, 1_000
# A borough with many crimes has never had so few in a month.
LEAST_USUAL, FEWEST_CRIMES = 10, 100
# Areas differ far more than months: the worst column of a published file has 0.8 of their
# usual correlation with another one, and one that is moved by a row has less than half.
LEAST_ALIKE = 0.6
FEWEST_COMPARED = 3
LAST_MONTH = re.compile(r" to ((?:19|20)\d\d-\d\d)\D*$")


def read_wide(file: SourceFile, source: Source) -> Reading:
    """Read a table whose headers repeat per month or year: one row per valid record and month or year.

    A record with one bad cell is excluded entirely, because its sum would be wrong.
    """
    grid = read_grid(file, source)
    _describe_headers(grid, source, file)
    parts: list[Rows] = []
    for part, view in _separate_tables(grid, source, file):
        rows = sort_records(part, view, file)
        if "blocks" in source.options:
            _name_blocks(rows)
        check_rows(rows)
        _describe_columns(rows)
        parts.append(rows)
    landed = pa.concat_tables(_melt(rows, source) for rows in parts)
    warnings = [warning for rows in parts for warning in rows.warnings]
    return Reading(
        rows=landed,
        set_aside=[record for rows in parts for record in rows.all_set_aside()],
        rows_in=sum(rows.rows_in for rows in parts),
        warnings=[*warnings, *describe_rules(landed, source, file)],
    )


def _melt(rows: Rows, source: Source) -> pa.Table:
    mask = pa.array(rows.is_kept)
    number = pa.array(rows.numbers, type=pa.int64()).filter(mask)
    nothing = pa.nulls(len(number), type=pa.string())
    plain: dict[str, pa.Array] = {}
    spread: dict[str, dict[str, pa.Array]] = {}
    for item, values in rows.columns:
        target = plain if item.label is None else spread.setdefault(item.label, {})
        target[item.column.name] = values.filter(mask)
    # A file that is already long has no spread columns: the month or year is a plain one.
    found = [
        {**plain, **spread[label], str(source.spread_name): pa.repeat(pa.scalar(label), len(number))}
        for label in sorted(spread)
    ] or [plain]
    names = [name for name in source.landed_names if name not in source.options.get("from_file_name", {})]
    # The parts share the arrays of the plain columns, so a long table takes little more memory than a wide one.
    return pa.concat_tables(
        pa.table({**{name: part.get(name, nothing) for name in names}, "row_number": number}) for part in found
    )


def _separate_tables(grid: Grid, source: Source, file: SourceFile) -> list[tuple[Grid, Source]]:
    """Separate stacked tables of one sheet, each with the same header and its own title block.

    The source's option `tables` gives the landed column of a table's figures by a glob of a cell of its title block. A
    further table begins where the header is repeated, with a title block as high as the first one. Record numbers
    continue from table to table.
    """
    names: dict[str, str] = source.options.get("tables", {})
    if not names:
        return [(grid, source)]
    headers = [index for index, record in enumerate(grid.records) if grid.header.is_again(record)]
    starts = [0, *(max(0, index - len(grid.above)) for index in headers)]
    parts = []
    for start, head, end in zip(starts, [0, *headers], [*starts[1:], len(grid.records)], strict=True):
        records = grid.records[start:end]
        titles = grid.records[start:head] if head else grid.above
        cells = [cell.strip().casefold() for record in titles for cell in record]
        own = next((name for name, glob in names.items() if fnmatch.filter(cells, glob.casefold())), None)
        reasons = {place: "title_row" for place in range(head - start) if any(records[place])}
        warnings = [] if start else list(grid.warnings)
        if own is None:
            reasons = dict.fromkeys(range(len(records)), "other_table")
            warnings.append(f"{file.name}: a table below record {head} that no column is known for; excluded")
        others = set(names) - {own or next(iter(names))}
        header = replace(grid.header, fields=[one for one in grid.header.fields if one.column.name not in others])
        own_columns = tuple(column for column in source.columns if column.name not in others)
        part = replace(grid, header=header, records=records, warnings=warnings, first_number=start + 1, reasons=reasons)
        parts.append((part, replace(source, columns=own_columns)))
    return parts


def _name_blocks(rows: Rows) -> None:
    """Add the column that names the block of a row, where a table has the same areas in several unnamed blocks.

    A new block begins at an area that the current one has already. One row too many or too few would misname every
    later block, so all must have the same areas, and there must be as many as the source's option `blocks` names.
    """
    option = rows.source.options["blocks"]
    item, values = next(pair for pair in rows.columns if pair[0].column.kind in CODE_PATTERNS)
    blocks: list[set[str]] = [set()]
    numbers: list[int] = []
    for code in values.to_pylist():
        if re.match(CODE_PATTERNS[item.column.kind], code or ""):
            if code in blocks[-1]:
                blocks.append(set())
            blocks[-1].add(code)
        numbers.append(len(blocks) - 1)
    names = option["names"]
    if len(blocks) != len(names) or any(block != blocks[0] for block in blocks):
        found = f"{len(blocks)} blocks of {', '.join(str(len(block)) for block in blocks)} areas"
        expected = f"{len(names)} blocks of the same areas: {', '.join(names)}"
        remedy = "replace the file with the publisher's whole file; otherwise the blocks cannot be distinguished"
        raise refuse(rows.file, found, expected, remedy, column=item.header)
    column = SourceColumn(name=option["column"], headers=(option["column"],))
    rows.fields.append(Field(column=column, header=option["column"], position=-1))
    rows.values.append(pa.array([names[number] for number in numbers], type=pa.string()))


def _describe_headers(grid: Grid, source: Source, file: SourceFile) -> None:
    """Warn about unknown headers, and about gaps in the months or years."""
    # Census tables have totals beside their kinds; among months and years an unknown column is a lost one.
    if grid.header.unused and source.spread_name in {"month", "year", "borough_name"}:
        grid.warnings.append(Doubt(f"{file.name}: columns that are not landed: {', '.join(grid.header.unused)}"))
    labels = {item.label or "" for item in grid.header.fields if item.label is not None}
    if source.spread_name == "month" and (future := list_future(map(tidy_month, labels))):
        grid.warnings.append(Doubt(f"{file.name}: columns of months still to come: {', '.join(future)}"))
    if source.spread_name == "year" and (future := sorted(one for one in labels if one > f"{datetime.now(UTC):%Y}")):
        words = f"columns of years still to come: {', '.join(future)}; they may be projections"
        grid.warnings.append(Doubt(f"{file.name}: {words}"))
    said = LAST_MONTH.search(file.name)
    if said and source.spread_name == "month" and labels and said[1] != (last := max(map(tidy_month, labels))):
        words = f"the last month is {last}, and the file's name says {said[1]}: {REMEDY}"
        grid.warnings.append(Doubt(f"{file.name}: {words}"))
    gaps = _find_gaps(grid.header.fields)
    if gaps:
        grid.warnings.append(f"{file.name}: the {source.spread_name}s have gaps: no column for {', '.join(gaps)}")


def _describe_columns(rows: Rows) -> None:
    """Warn about months and years unlike the others of a file: incomplete, multiplied, or moved to other rows."""
    spread: dict[str, dict[str, np.ndarray]] = {}
    for place, item in enumerate(rows.fields):
        if (item.label or "").isdigit() and item.column.is_number:
            spread.setdefault(item.column.name, {})[str(item.label)] = rows.figures[place][rows.is_kept]
    for name, columns in spread.items():
        sums = {label: float(np.nansum(figures)) for label, figures in columns.items()}
        usual = float(np.median(list(sums.values())))
        edges = (min(sums), max(sums)) if rows.source.spread_name == "month" else ()
        for label, figure in sorted(sums.items()) if len(sums) >= FEWEST_MONTHS else []:
            if label in edges and figure < usual / 2:
                half = f"under half of the usual month ({usual:,.0f})"
                rows.warn(f"{label} holds {figure:,.0f}, {half}: it is incomplete")
                del columns[label]
            elif label in edges[1:] and usual >= FEWEST_WHOLE and figure < usual * LEAST_WHOLE:
                rows.doubt(
                    f"{label} holds {figure:,.0f}, {figure / usual:.0%} of the usual month: it may be incomplete"
                )
            elif usual > 0 and not usual / MOST_CHANGED <= figure <= usual * MOST_CHANGED:
                rows.doubt(f"{name} of {label} add up to {figure:,.0f}, and usually to {usual:,.0f}: {REMEDY}")
        _describe_twins(rows, name, columns)
        _describe_empty(rows, name, columns)
        _describe_moved(rows, name, columns)


def _describe_twins(rows: Rows, name: str, columns: Mapping[str, np.ndarray]) -> None:
    """Warn about months and years with the figures of another: a column was pasted twice."""
    first: dict[bytes, str] = {}
    for label, figures in sorted(columns.items()):
        original = first.setdefault(figures.tobytes(), label)
        if original != label and np.count_nonzero(figures) >= FEWEST_ROWS:
            rows.doubt(f"{name} of {label} are those of {original} in every row: {REMEDY}")


def _describe_empty(rows: Rows, name: str, columns: Mapping[str, np.ndarray]) -> None:
    """Warn about boroughs with nearly nothing in a month, where zeros may stand for figures to come."""
    boroughs = next((values for item, values in rows.columns if item.column.name == "borough"), None)
    if boroughs is None or len(columns) < FEWEST_MONTHS:
        return
    sums = pd.DataFrame(columns).groupby(boroughs.to_numpy(zero_copy_only=False)[rows.is_kept]).sum()
    usual = sums.median(axis=1)
    is_empty = sums.lt(usual / LEAST_USUAL, axis=0)[usual >= FEWEST_CRIMES]
    if found := [f"{place} in {month}" for month in sums for place in is_empty.index[is_empty[month]]]:
        rows.doubt(f"{name} are under a tenth of what is usual, of {list_some(found)}: {REMEDY}")


def _describe_moved(rows: Rows, name: str, columns: Mapping[str, np.ndarray]) -> None:
    """Warn about months and years whose figures are not in the rows that have most in the others."""
    if moved := find_moved(columns):
        words = "are in other rows than in the other columns"
        rows.doubt(f"the largest {name} of {list_some(moved)} {words}: {REMEDY}")


def find_moved(columns: Mapping[str, np.ndarray]) -> list[str]:
    """Return the months and years of some rows that are unlike each of the others."""
    if len(next(iter(columns.values()), ())) < FEWEST_ROWS:
        return []
    # A square root, as the largest counts vary most. A blank cell says nothing.
    roots = {label: np.sqrt(np.nan_to_num(figures).clip(0)) for label, figures in columns.items()}
    varied = {label: values for label, values in roots.items() if values.std() > 0}
    near = np.corrcoef([*varied.values()]) if len(varied) >= FEWEST_COMPARED else np.ones((2, 2))
    np.fill_diagonal(near, -1)
    nearest = near.max(axis=1)
    return [label for label, best in zip(varied, nearest, strict=False) if best < LEAST_ALIKE * np.median(nearest)]


def _find_gaps(fields: list[Field]) -> list[str]:
    """Return months (`YYYYMM`) or years (`YYYY`) without a header between the first and the last."""
    labels = {item.label for item in fields if item.label is not None}
    if not labels or not all(label.isdigit() for label in labels):
        return []
    if all(len(label) == 4 for label in labels):
        years = [int(label) for label in labels]
        return [str(year) for year in range(min(years), max(years)) if year not in years]
    months = {tidy_month(label) for label in labels if len(label) == 6}
    return [month.replace("-", "") for month in list_gaps(months, months)] if len(months) == len(labels) else []
