"""Landing: the files of a source become one table of text, and every record is accounted for."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.folder.archives import open_files
from crime_dagster.sources.folder.files import hash_content, hash_file
from crime_dagster.sources.folder.inventory import find_files
from crime_dagster.sources.land.categories import judge_records
from crime_dagster.sources.land.cuts import cut_reading, refuse_elsewhere
from crime_dagster.sources.land.portions import Portion
from crime_dagster.sources.land.twins import judge_twins, pick_keys
from crime_dagster.sources.readers import READERS
from crime_dagster.sources.readers.formats.reading import Reading, SetAside, SourceFile

KEY = [("publisher", pa.string()), ("thing", pa.string()), ("file", pa.string())]
COUNTS = ("rows_in", "rows_kept", "rows_set_aside", "rows_outside")
FILES = pa.schema(
    [
        *KEY,
        ("sha256", pa.string()),
        ("bytes", pa.int64()),
        *((name, pa.int64()) for name in COUNTS),
        *((name, pa.string()) for name in ("first_month", "last_month", "lsoa_vintage", "excluded_because")),
        ("doubts", pa.list_(pa.string())),  # warnings that a figure may be wrong
    ]
)
SHOWN_WARNINGS = 3
SET_ASIDE = pa.schema([*KEY, ("row_number", pa.int64()), ("reason", pa.string()), ("content", pa.string())])


@dataclass(frozen=True)
class Landed:
    """A landed file."""

    rows: pa.Table  # business columns as text, `geometry_wkb` for boundaries, `source_file`, `row_number`
    set_aside: pa.Table  # excluded records, as in `SET_ASIDE`
    files: pa.Table  # an account per file, as in `FILES`: rows in = rows kept + rows excluded
    warnings: list[str]


def land_portion(source: Source, portion: Portion) -> Iterator[Landed]:
    """Read the files of one portion of a source, each in turn, as a month of all police forces is long.

    A month without crimes may have no rows.
    """
    with open_files(portion.files) as files:
        for file, reading in _read_files(source, files, portion):
            set_aside = [{**_key(source, file), **record._asdict()} for record in reading.set_aside]
            yield Landed(
                rows=_add_file_columns(reading, source, file, portion.dates),
                set_aside=pa.Table.from_pylist(set_aside, schema=SET_ASIDE),
                files=pa.Table.from_pylist([_account(reading, source, file)], schema=FILES),
                warnings=reading.warnings,
            )


def require_rows(source: Source, files: pa.Table) -> None:
    """Refuse a source without a kept row, unless all its rows are of another place than the chosen one."""
    if not any(files["rows_kept"].to_pylist()) and not any(files["rows_outside"].to_pylist()):
        raise refuse_nothing(source, files["file"].to_pylist(), {})


def refuse_nothing(
    source: Source, names: Sequence[str], reasons: Mapping[str, int], warnings: Sequence[str] = ()
) -> InputError:
    """Return the error for files whose rows are all excluded: records per reason, and the first warnings."""
    tally = ", ".join(f"{count} {reason}" for reason, count in Counter(reasons).most_common())
    told = "".join(f"; {warning}" for warning in warnings[:SHOWN_WARNINGS])
    return InputError(
        file=", ".join(names),
        found=f"no usable row ({tally or 'no rows below the header'}){told}",
        expected=f"rows of {source.key}",
        remedy=f"compare the file with the publisher's ({source.landing_page}) and replace it with a complete one",
    )


def describe_empty(source: Source, file: SourceFile) -> str:
    """Return a warning about a file with only a header, beside others of its source that have rows."""
    month = source.month_in_name(file.name)
    words = f"{file.name}: delivered empty, no rows below the header"
    return f"{words}; {month} is not reported for its police force, which is not zero" if month else words


def account_for_excluded(source: Source, data_dir: Path, reason: str) -> pa.Table:
    """Return an account per file of a source that is excluded entirely, with the reason."""
    accounts = []
    for file in find_files(source, data_dir):
        accounts.append({**_key(source, file), **dict.fromkeys(COUNTS, 0), "excluded_because": reason})
        # A file that cannot be opened has no size.
        with suppress(InputError, OSError), open_files([file]) as (opened,):
            accounts[-1] |= {"sha256": hash_file(opened.path), "bytes": opened.path.stat().st_size}
    return pa.Table.from_pylist(accounts, schema=FILES)


def write_reason(error: InputError) -> str:
    """Return an error's message on one line."""
    return "; ".join(" ".join(line.split()) for line in str(error).splitlines())


def _read_files(source: Source, files: Sequence[SourceFile], portion: Portion) -> Iterator[tuple[SourceFile, Reading]]:
    originals: dict[str, str] = {}
    keys: dict[str, pd.DataFrame] = {}
    # Of copies the one in the newest archive counts: records in an older archive may have been revised since.
    for file in sorted(files, key=lambda file: portion.dates.get(file.name, ""), reverse=True):
        originals.setdefault(hash_content(file), file.name)
    for file in files:
        reading = cut_reading(READERS[source.reader](file, source), source, file, portion.cut)
        reading = judge_records(reading, source, file)
        original = originals[hash_content(file)]
        if original != file.name:
            reading = _set_copy_aside(reading, file, original)
        elif reading.rows.num_rows == 0 and reading.rows_outside:
            if source.needed_for == "areas":
                raise refuse_elsewhere(source, [file.name], portion.cut, reading.warnings)
        elif reading.rows.num_rows == 0 and not reading.is_blank:
            # Otherwise the other files of the source would pass for the whole of it.
            reasons = Counter(record.reason for record in reading.set_aside)
            raise refuse_nothing(source, [file.name], reasons, reading.warnings)
        elif reading.rows.num_rows == 0:
            reading = replace(reading, warnings=[*reading.warnings, describe_empty(source, file)])
        if (key := pick_keys(reading.rows, source, file)) is not None:
            keys[file.name] = key
        if file is files[-1]:
            reading = replace(reading, warnings=[*reading.warnings, *judge_twins(source, keys)])
        yield file, reading


def _set_copy_aside(reading: Reading, file: SourceFile, original: str) -> Reading:
    numbers = pc.unique(reading.rows["row_number"]).to_pylist()
    copied = [SetAside(number, "duplicate", f"the same record of {original}") for number in numbers]
    return replace(
        reading,
        rows=reading.rows.slice(0, 0),
        set_aside=sorted([*reading.set_aside, *copied]),
        warnings=[f"{file.name}: a copy of {original}; excluded"],
    )


def _add_file_columns(reading: Reading, source: Source, file: SourceFile, dates: Mapping[str, str]) -> pa.Table:
    """Add the file's name, the date of its archive, and the columns taken from its name."""
    rows = reading.rows
    said = {**source.values_in_name(file.name), "archive": dates.get(file.name), "source_file": file.name}
    for column, value in said.items():
        rows = rows.append_column(column, _repeat(value, rows["row_number"]))
    return rows.select(source.landed_columns)


def _repeat(value: str | None, like: pa.ChunkedArray) -> pa.ChunkedArray:
    # The chunks of a long table share one array: the value is stored once per record, not per record and month.
    longest = max((len(chunk) for chunk in like.chunks), default=0)
    values = pa.repeat(pa.scalar(value, type=pa.string()), longest)
    return pa.chunked_array([values[: len(chunk)] for chunk in like.chunks], type=pa.string())


def _key(source: Source, file: SourceFile) -> dict[str, object]:
    return {"publisher": source.publisher, "thing": source.thing, "file": file.name}


def _account(reading: Reading, source: Source, file: SourceFile) -> dict[str, object]:
    kept = pc.count_distinct(reading.rows["row_number"]).as_py()
    excluded = len(reading.set_aside) + reading.rows_outside
    if reading.rows_in != kept + excluded:
        # Not an input error: one of our readers has lost or duplicated a record.
        raise RuntimeError(f"{file.name}: {reading.rows_in} rows in, but {kept} kept and {excluded} excluded")
    return {
        **_key(source, file),
        "sha256": hash_file(file.path),
        "bytes": file.path.stat().st_size,
        "rows_in": reading.rows_in,
        "rows_kept": kept,
        "rows_set_aside": excluded,
        "rows_outside": reading.rows_outside,
        "first_month": min(reading.months, default=None),
        "last_month": max(reading.months, default=None),
        "lsoa_vintage": source.lsoa_vintage,
        "doubts": reading.doubts,
    }
