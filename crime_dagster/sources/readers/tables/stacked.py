"""Several tables below each other in one sheet, each with the same header and a title block of its own."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.tables.grid import Grid


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
