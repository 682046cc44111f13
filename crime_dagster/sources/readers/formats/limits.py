"""Limits on what a file may contain, and conversion of library exceptions to messages."""

import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from lzma import LZMAError
from typing import Concatenate, ParamSpec, TypeVar
from xml.parsers.expat import ExpatError

import numpy as np
import pyarrow as pa
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj.exceptions import CRSError
from python_calamine import CalamineError
from shapely.errors import ShapelyError

from crime_dagster.core.errors import InputError
from crime_dagster.sources.readers.formats.reading import AGAIN, SourceFile, refuse
from crime_dagster.sources.readers.formats.tracebacks import keep_traceback

# A sheet has 16,384 columns and 1,048,576 rows in every spreadsheet program.
MOST_COLUMNS = 16_384
MOST_ROWS = 1_048_576
# Population by single year of age and sex of all small areas of England and Wales has six and a half million cells.
MOST_CELLS = 8_000_000
# Bytes that a compressed file may unpack to: published files shrink to a tenth at most, zip bombs to a thousandth.
SMALLEST_BOUND = 120_000_000
LARGEST_RATIO = 12
# Bytes of an uncompressed file: a month of street crime takes 20 MB, and reading a text up to ten times its size.
LARGEST_TEXT = 500_000_000
LARGEST_FILE = 1_000_000_000
# Bytes that a text's records may take as Python objects: always allowed, and per byte on disk.
SMALLEST_COST = 500_000_000
COST_PER_BYTE = 40
# For a file of any size: what is made from the records takes as much again.
LARGEST_COST = 2_000_000_000
CELL, TEXT, RECORD = 8, 56, 72
LIST, MAPPING, NUMBER = 64, 250, 32
CHUNK = 1 << 24
Given = ParamSpec("Given")
Found = TypeVar("Found")
# What libraries raise when they open damaged bytes.
DAMAGE = (
    *(OSError, EOFError, ValueError, KeyError, SyntaxError, RuntimeError, zipfile.BadZipFile, zlib.error, LZMAError),
    *(sqlite3.Error, ExpatError, pa.ArrowException, CalamineError, DataSourceError, DataLayerError),
    *(CRSError, ShapelyError),
)
# What libraries written in Rust raise on a bug of their own. It is not an `Exception`.
PANIC = "PanicException"
LONGEST_WORDS = 300


def bound_unpacked(packed: int) -> int:
    """Return how many bytes a file may unpack to, given its compressed size."""
    return max(SMALLEST_BOUND, LARGEST_RATIO * packed)


def bound_cost(file: SourceFile) -> int:
    """Return how many bytes of memory the content of a file may take."""
    return min(LARGEST_COST, max(SMALLEST_COST, COST_PER_BYTE * (file.packed_bytes or file.path.stat().st_size)))


def require_size(file: SourceFile, largest: int = LARGEST_FILE) -> None:
    """Refuse a file that is too large before any of it is read."""
    size = file.path.stat().st_size
    if size > largest:
        raise refuse_size(file, f"a file of {size // 1_000_000:,} MB", f"at most {largest // 1_000_000:,} MB")


def refuse_size(file: SourceFile, found: str, expected: str) -> InputError:
    """Return the error for a file that contains more than is read."""
    remedy = f"{AGAIN}; if it is as published, unpack it by hand if it is packed, or save only the part that is needed"
    return refuse(file, found, expected, remedy)


def require_bearable_json(content: bytes, file: SourceFile) -> None:
    """Refuse JSON whose lists and numbers would take far more memory than its size suggests."""
    cost = LIST * content.count(b"[") + MAPPING * content.count(b"{") + NUMBER * content.count(b",")
    require_cost(cost, "a map", file)


def require_bearable(content: bytes, delimiter: str, file: SourceFile) -> None:
    """Refuse UTF-8 text whose cells would take far more memory than its size suggests."""
    # Each byte may be a cell, and each third one a cell with its own text.
    if len(content) * (CELL + TEXT / 3) < SMALLEST_COST:
        return
    cost = len(content)
    for start in range(0, len(content), CHUNK):
        letters = np.frombuffer(content, dtype=np.uint8, count=min(CHUNK, len(content) - start), offset=start)
        ends = np.flatnonzero((letters == ord(delimiter)) | (letters == ord("\n")))
        # Python shares the objects of blank and one-letter texts.
        cost += CELL * len(ends) + TEXT * int(np.count_nonzero(np.diff(ends) > 2))
        cost += RECORD * int(np.count_nonzero(letters == ord("\n")))
    require_cost(cost, "a table", file)


def require_cost(cost: int, what: str, file: SourceFile) -> None:
    """Refuse what would take far more memory than the size of its file suggests."""
    bound = bound_cost(file)
    if cost > bound:
        found = f"{what} that would take {cost // 1_000_000:,} MB of memory"
        raise refuse_size(file, found, f"at most {bound // 1_000_000:,} MB for a file of this size")


@contextmanager
def opening(file: SourceFile, expected: str, what: str = "opened", remedy: str = AGAIN) -> Iterator[None]:
    """Open a file in this block: damage becomes "it cannot be <what>", anything else is left to `guard`."""
    try:
        yield
    except DAMAGE as error:
        raise refuse(file, f"it cannot be {what} ({error})", expected, remedy) from error


def guard(read: Callable[Concatenate[SourceFile, Given], Found]) -> Callable[Concatenate[SourceFile, Given], Found]:
    """Wrap a function whose first argument is the file that it reads, so that any exception becomes an `InputError`.

    What a library raises on a damaged file changes with its version, so no list of exceptions is complete.
    """

    @wraps(read)
    def guarded(file: SourceFile, *args: Given.args, **kwargs: Given.kwargs) -> Found:
        try:
            return read(file, *args, **kwargs)
        except InputError:
            raise
        except BaseException as error:
            if not isinstance(error, Exception) and type(error).__name__ != PANIC:
                raise
            raise _describe(file, error) from error

    return guarded


def _describe(file: SourceFile, error: BaseException) -> InputError:
    log = keep_traceback(error, file.name)
    words = " ".join(str(error).split())[:LONGEST_WORDS]
    found = "it needs more memory than there is" if isinstance(error, MemoryError) else "it cannot be read"
    return refuse(
        file,
        f"{found} ({type(error).__name__}{': ' if words else ''}{words})",
        "a complete, undamaged file of its kind",
        f"{AGAIN}; if it is complete, report the fault" + (f" with what is in {log}" if log else ""),
    )
