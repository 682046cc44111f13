"""The boundary around everything that reads files: whatever a library raises becomes a message about the file."""

from __future__ import annotations

import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from lzma import LZMAError
from typing import Concatenate, ParamSpec, TypeVar
from xml.parsers.expat import ExpatError

import pyarrow as pa
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj.exceptions import CRSError
from python_calamine import CalamineError
from shapely.errors import ShapelyError

from crime_dagster.core.errors import InputError
from crime_dagster.core.tracebacks import keep_traceback
from crime_dagster.sources.readers.formats.reading import AGAIN, SourceFile, refuse

Given = ParamSpec("Given")
Found = TypeVar("Found")
# What libraries raise while they open damaged bytes.
DAMAGE = (
    *(OSError, EOFError, ValueError, KeyError, SyntaxError, RuntimeError, zipfile.BadZipFile, zlib.error, LZMAError),
    *(sqlite3.Error, ExpatError, pa.ArrowException, CalamineError, DataSourceError, DataLayerError),
    *(CRSError, ShapelyError),
)
# What libraries written in Rust raise on a fault of their own. It is not an `Exception`.
PANIC = "PanicException"
LONGEST_WORDS = 300


@contextmanager
def opening(file: SourceFile, expected: str, what: str = "opened", remedy: str = AGAIN) -> Iterator[None]:
    """Open a file in this block: damage ends in "it cannot be <what>", anything else is left to `guard`."""
    try:
        yield
    except DAMAGE as error:
        raise refuse(file, f"it cannot be {what} ({error})", expected, remedy) from error


def guard(read: Callable[Concatenate[SourceFile, Given], Found]) -> Callable[Concatenate[SourceFile, Given], Found]:
    """Wrap a function whose first argument is the file that it reads.

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
