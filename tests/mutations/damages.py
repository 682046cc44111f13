"""Realistic damage to tables; None if a table cannot have it."""

import shutil
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from crime_dagster.sources.catalogue.entry import CODE_PATTERNS
from tests.mutations.tables import COORDINATES, NUMBER, Table, write_csv

SPOILED_SHARE = 20
# Fewer occurrences of one figure may be true values.
FEWEST_ALIKE = 5


def decimal_comma(table: Table, folder: Path) -> Path | None:
    """Saved by a spreadsheet that writes 23,4 and separates by semicolons."""
    if not any("." in cell for field in table.numbers for cell in table.cells(field.position) if NUMBER.match(cell)):
        return None
    records = [_map_numbers(table, record, lambda cell: cell.replace(".", ",")) for record in table.records]
    return write_csv(table.with_records(records).as_rows(), folder / table.csv_name, ";")


def thousands_points(table: Table, folder: Path) -> Path | None:
    """Counts written 1.234."""
    counts = {field.position for field in table.numbers if field.column.kind == "count"}
    large = [cell for place in counts for cell in table.cells(place) if cell.isdigit() and int(cell) >= 1000]
    if not large:
        return None
    records = [
        [
            f"{int(cell):,}".replace(",", ".") if place in counts and cell.isdigit() else cell
            for place, cell in enumerate(record)
        ]
        for record in table.records
    ]
    return write_csv(table.with_records(records).as_rows(), folder / table.csv_name)


def second_header(table: Table, folder: Path) -> Path | None:
    """Two concatenated files, the second with its columns in another order."""
    half = len(table.records) // 2
    if not half:
        return None
    turned = [[*reversed(row)] for row in (table.header.cells, *table.records[half:])]
    rows = [*table.above, table.header.cells, *table.records[:half], *turned]
    return write_csv(rows, folder / table.csv_name)


def second_table(table: Table, folder: Path) -> Path | None:
    """Two concatenated files, the second with its figures one column on: another month or year."""
    spread = [field for field in table.numbers if field.label is not None]
    half = len(table.records) // 2
    if len(spread) < 3 or not half:
        return None
    first, last = spread[0].position, spread[-1].position
    other = [*table.header.cells]
    other[first : last + 1] = [*other[first + 1 : last + 1], other[first]]
    return write_csv(
        [*table.above, table.header.cells, *table.records[:half], other, *table.records[half:]], folder / table.csv_name
    )


def total_rows(table: Table, folder: Path, *, word: str) -> Path | None:
    """A row `Total` or `All` for each area below its categories."""
    keys = [
        field
        for field in table.header.fields
        if field.column.name in table.source.unique and not field.column.is_number
    ]
    category = next((field.position for field in reversed(keys) if field.column.kind == "text"), None)
    additive = [field for field in table.numbers if field.column.name not in COORDINATES]
    if category is None or len(keys) < 2 or not additive:
        return None
    kept = {field.position for field in keys} - {category}
    groups: dict[tuple[str, ...], list[list[str]]] = defaultdict(list)
    for record in table.records:
        groups[tuple(record[place] for place in sorted(kept))].append(record)
    if max(map(len, groups.values())) < 2:
        return None
    records: list[list[str]] = []
    for members in groups.values():
        total = [*members[0]]
        total[category] = word
        for field in table.numbers:
            cells = [member[field.position] for member in members]
            total[field.position] = f"{sum(float(cell) for cell in cells if NUMBER.match(cell)):g}"
        records += [*members, total]
    return write_csv(table.with_records(records).as_rows(), folder / table.csv_name)


def area_total(table: Table, folder: Path) -> Path | None:
    """A last row `Total` instead of an area."""
    codes = [field.position for field in table.header.fields if field.column.kind in CODE_PATTERNS]
    if not codes or not table.numbers or len(table.records) < 2:
        return None
    total = [""] * len(table.header.cells)
    total[codes[0]] = "Total"
    for field in table.numbers:
        total[field.position] = f"{sum(float(cell) for cell in table.cells(field.position) if NUMBER.match(cell)):g}"
    return write_csv([*table.as_rows(), total], folder / table.csv_name)


def list_spoiled(table: Table) -> list[int]:
    """Return the records that get a mark for "no value": those with a number in that column."""
    if not table.numbers:
        return []
    place = table.numbers[0].position
    return [at for at in range(0, len(table.records), SPOILED_SHARE) if NUMBER.match(table.records[at][place])]


def sentinels(table: Table, folder: Path, *, mark: str) -> Path | None:
    """A number for "no value" in a column of numbers, such as -999."""
    spoiled = list_spoiled(table)
    if not spoiled:
        return None
    low, high = table.numbers[0].column.range or (0, 0)
    if low <= float(mark) <= high and (table.numbers[0].column.name in COORDINATES or len(spoiled) < FEWEST_ALIKE):
        # A place like any other, far from here, which the tables count as outside; or an ordinary figure.
        return None
    records = [[*record] for record in table.records]
    for at in spoiled:
        records[at][table.numbers[0].position] = mark
    return write_csv(table.with_records(records).as_rows(), folder / table.csv_name)


def utf_16(table: Table, folder: Path) -> Path | None:
    """Saved by a spreadsheet as Unicode text."""
    path = write_csv(table.as_rows(), folder / table.csv_name, "\t")
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))
    return path


def rows_twice(table: Table, folder: Path) -> Path:
    """Every record twice, as in a file appended to itself."""
    return write_csv(table.with_records(table.records * 2).as_rows(), folder / table.csv_name)


def same_twice(table: Table, folder: Path) -> Path | None:
    """The same file under the name of a copy."""
    path = write_csv(table.as_rows(), folder / table.csv_name)
    copy = path.with_name(f"{path.stem} - Copy{path.suffix}")
    shutil.copy(path, copy)
    return path


def header_alone(table: Table, folder: Path) -> Path | None:
    """A file delivered empty."""
    return write_csv([*table.above, table.header.cells], folder / table.csv_name)


def cut_short(table: Table, folder: Path) -> Path | None:
    """A file that ends in the middle of a line."""
    path = write_csv(table.as_rows(), folder / table.csv_name)
    text = path.read_bytes().rstrip(b"\r\n")
    line = text[text.rfind(b"\n") + 1 :]
    if line.count(b",") < 2 or b'"' in line:
        return None
    path.write_bytes(text[: len(text) - len(line) + line.find(b",") + 1])
    return path


def second_download(table: Table, folder: Path) -> Path | None:
    """A browser's second download beside the first, with other figures."""
    whole = write_csv(table.as_rows(), folder / table.csv_name)
    half = table.with_records(table.records[: len(table.records) // 2])
    if not half.records:
        return None
    write_csv(half.as_rows(), whole.with_name(f"{whole.stem} (1){whole.suffix}"))
    return whole


def half_download(table: Table, folder: Path) -> Path | None:
    """A browser's unfinished download, in a separate folder."""
    half = table.with_records(table.records[: len(table.records) // 2])
    name = Path(table.name)
    return write_csv(half.as_rows(), folder / name.parent / f"{name.name}.download" / name.name)


def _map_numbers(table: Table, record: list[str], change: Callable[[str], str]) -> list[str]:
    places = {field.position for field in table.numbers}
    return [change(cell) if place in places and NUMBER.match(cell) else cell for place, cell in enumerate(record)]
