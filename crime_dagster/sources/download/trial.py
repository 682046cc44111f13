"""A fetched file is read with the reader of its source before it replaces anything."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.download.policy import COMPARE, refuse
from crime_dagster.sources.readers import READERS
from crime_dagster.sources.readers.formats.reading import SourceFile

MONTH = re.compile(r"^((?:19|20)\d\d)-?(0[1-9]|1[0-2])$")
SHOWN = 6
# Bytes that show which columns a table has.
BEGINNING = 500_000
# A body whose length was announced may have fewer rows after a revision, but not fewer than this share.
REVISED = 0.9
PAGE = (b"<!doctype html", b"<html", b"<head", b"<body")


@dataclass(frozen=True)
class Content:
    """What a file has: landed rows, and the months (`YYYY-MM`) of which it has rows, sorted."""

    rows: int
    months: tuple[str, ...] = ()


def describe_no_file(head: bytes, name: str) -> tuple[str, str] | None:
    """What the first bytes of an answer are instead of a file, and what was expected; None if they may be a file."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1024].lower()
    if not start:
        return "nothing", f"{name}, with content"
    if start.startswith(PAGE) or b"<html" in start:
        return "a web page", f"{name}, not a page about it or an error page"
    if name.casefold().endswith(".csv"):
        shown = repr(head[:40].decode("utf-8", "replace"))
        if start.startswith((b"<", b"{", b"[")):
            return f"no table ({shown})", f"{name}, a table"
        if not any(mark in head for mark in (b",", b";", b"\t", b"|")):
            return f"no columns ({shown})", f"{name}, a table"
    return None


def read_content(source: Source, path: Path, name: str, url: str) -> Content:
    """Read a file, which may have a temporary name, as landing would; a web page and one without rows are refused."""
    with path.open("rb") as stream:
        no_file = describe_no_file(stream.read(4096), name)
    if no_file is not None:
        raise refuse(url, *no_file)
    try:
        reading = READERS[source.reader](SourceFile(path, name), source)
    except InputError as error:
        found = error.found or ""
        found = f"{found} (row {error.row})" if error.row is not None else found
        raise refuse(url, found, error.expected, COMPARE, error.column) from error
    # A month without crimes is a header alone, but neither a release nor a table that is a source by itself is.
    may_be_empty = source.many_files and source.reader != "wide" and reading.is_blank
    if reading.rows.num_rows == 0 and not may_be_empty:
        raise refuse(url, f"no usable row among {reading.rows_in:,}", f"rows of {source.key}")
    return Content(reading.rows.num_rows, _find_months(reading.rows))


def read_beginning(source: Source, path: Path, name: str, url: str) -> Content | None:
    """Read the first rows of a long table, of which an archive's checksum says that the rest is whole.

    What it has is None for a table that is too long to read all of it.
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
    """What a new version of a file lacks, and whether that is too much for it to replace the old one.

    `is_whole` says whether it is known that nothing of the new one was lost on the way.
    """
    lost = sorted(set(old.months) - set(new.months))
    if lost:
        return f"{len(lost)} months fewer ({', '.join(lost[:SHOWN])}{' ...' if len(lost) > SHOWN else ''})", True
    if new.rows < old.rows:
        found = f"{new.rows:,} rows, where the version before has {old.rows:,}"
        return found, not is_whole or new.rows < REVISED * old.rows
    return "", False


def _find_months(rows: pa.Table) -> tuple[str, ...]:
    if "month" not in rows.column_names:
        return ()
    found = [MONTH.match(value) for value in pc.unique(rows["month"]).to_pylist() if isinstance(value, str)]
    return tuple(sorted(f"{match[1]}-{match[2]}" for match in found if match))
