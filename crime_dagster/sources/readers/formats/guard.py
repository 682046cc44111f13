"""The one boundary around what reads files: whatever is raised within becomes a message about the file."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from crime_dagster.core.errors import InputError
from crime_dagster.core.tracebacks import keep_traceback
from crime_dagster.sources.readers.formats.reading import SourceFile

Given = ParamSpec("Given")
Found = TypeVar("Found")
# What a library written in Rust raises where it meets what its authors thought impossible; no exception by its kind.
PANIC = "PanicException"
LONGEST_WORDS = 300


def guard(read: Callable[Concatenate[SourceFile, Given], Found]) -> Callable[Concatenate[SourceFile, Given], Found]:
    """Wrap a function whose first argument is the file that it reads.

    Libraries raise what they like on a damaged file, and the next version something else: no list of exceptions holds.
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
    return InputError(
        file=file.name,
        found=f"{found} ({type(error).__name__}{': ' if words else ''}{words})",
        expected="a complete, undamaged file of its kind",
        remedy="download the file again from its publisher; if it is complete, report the fault"
        + (f" with what is in {log}" if log else ""),
    )
