"""A fetched file is read with the reader of its source before it replaces anything."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.download.content import check_content
from crime_dagster.sources.download.refusal import COMPARE, refuse
from crime_dagster.sources.readers import READERS
from crime_dagster.sources.readers.formats.reading import SourceFile

MONTH = re.compile(r"^((?:19|20)\d\d)-?(0[1-9]|1[0-2])$")
SHOWN = 6
# Bytes that show what the columns of a table are.
BEGINNING = 500_000
# Of a body whose length was announced fewer rows may be a revision; under this share of what was there they are none.
REVISED = 0.9


@dataclass(frozen=True)
class Content:
    """What a file holds.

    Args:
        rows: Landed rows.
        months: Months (`YYYY-MM`) of which it has rows, sorted.
    """

    rows: int
    months: tuple[str, ...] = ()


def read_content(source: Source, path: Path, name: str, url: str) -> Content:
    """Read a file as landing would.

    Args:
        source: The source.
        path: The file; its name ends as the published one does.
        name: Its path below the data folder.
        url: Where it came from, for the message.

    Returns:
        What it holds.

    Raises:
        InputError: It is of another kind than its name says, the reader refuses it, or it has no rows.
    """
    check_content(path, name, url)
    try:
        reading = READERS[source.reader](SourceFile(path, name), source)
    except InputError as error:
        raise InputError(
            file=url, column=error.column, row=error.row, found=error.found, expected=error.expected, remedy=COMPARE
        ) from error
    except Exception as error:
        # Readers meet bytes here that nobody has seen before: whatever they raise is the file's fault, or ours to fix.
        raise refuse(
            url, f"a file that cannot be read ({type(error).__name__}: {error})", f"rows of {source.key}"
        ) from error
    # A month without crimes has a header alone; a table that is a source by itself, or a release, has not.
    may_be_empty = source.many_files and source.reader != "wide" and reading.is_blank
    if reading.rows.num_rows == 0 and not may_be_empty:
        raise refuse(url, f"no usable row among {reading.rows_in:,}", f"rows of {source.key}")
    return Content(reading.rows.num_rows, _find_months(reading.rows))


def read_beginning(source: Source, path: Path, name: str, url: str) -> Content | None:
    """Read the first rows of a long table: an archive's checksum says that the rest is whole.

    Returns:
        What it holds where it was short enough to read all of it; None for a longer one.

    Raises:
        InputError: As `read_content`.
    """
    with path.open("rb") as stream:
        beginning = stream.read(BEGINNING)
        is_all = not stream.read(1)
    if is_all or path.suffix.casefold() != ".csv":
        return read_content(source, path, name, url)
    sample = path.with_name(f"beginning of {path.name}")
    try:
        sample.write_bytes(beginning[: beginning.rfind(b"\n") + 1])
        read_content(source, sample, name, url)
    finally:
        sample.unlink(missing_ok=True)
    return None


def describe_loss(new: Content, old: Content, *, is_whole: bool) -> tuple[str, bool]:
    """What a new version of a file lacks that the one before has.

    Args:
        new: What the new one holds.
        old: What the one before holds.
        is_whole: Whether it is known that nothing of the new one was lost on its way.

    Returns:
        Words, nothing where it lacks nothing; and whether it is too much for the new one to take the old one's place.
    """
    lost = sorted(set(old.months) - set(new.months))
    if lost:
        return f"{len(lost)} months fewer ({', '.join(lost[:SHOWN])}{' ...' if len(lost) > SHOWN else ''})", True
    if new.rows < old.rows:
        words = f"{new.rows:,} rows, where the version before has {old.rows:,}"
        return words, not is_whole or new.rows < REVISED * old.rows
    return "", False


def _find_months(rows: pa.Table) -> tuple[str, ...]:
    if "month" not in rows.column_names:
        return ()
    found = [MONTH.match(value) for value in pc.unique(rows["month"]).to_pylist() if isinstance(value, str)]
    return tuple(sorted(f"{match[1]}-{match[2]}" for match in found if match))
