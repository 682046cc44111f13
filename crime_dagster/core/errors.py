"""The one way in which bad input is reported to a person."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path


class InputError(Exception):
    """Something that a person gave us (a file, a folder, a setting) cannot be used as it is.

    The message names where, what was found, what was expected and what to do, each on its own line. Where is the file
    as the reader would name it, the number of the record in it, from 1 after the header, and the name of the column.
    """

    def __init__(
        self,
        *,
        expected: str,
        remedy: str,
        file: str | Path | None = None,
        row: int | None = None,
        column: str | None = None,
        found: str | None = None,
    ) -> None:
        self.expected, self.remedy, self.found = expected, remedy, found
        self.file, self.row, self.column = None if file is None else str(file), row, column
        places = (("file", self.file), ("row", row), ("column", column))
        where = ", ".join(f"{name} {value}" for name, value in places if value is not None)
        facts = (("found:    ", found), ("expected: ", expected), ("to do:    ", remedy))
        lines = [f"  {name}{value}" for name, value in facts if value is not None]
        super().__init__("\n".join([where, *lines] if where else lines))

    def __reduce__(self) -> tuple[Callable[[], InputError], tuple[()], dict[str, list[str]]]:
        """Arguments by keyword survive the way back from a worker process."""
        names = ("expected", "remedy", "file", "row", "column", "found")
        made = partial(type(self), **{name: getattr(self, name) for name in names})
        return made, (), {"__notes__": getattr(self, "__notes__", [])}


@contextmanager
def about(what: object) -> Iterator[None]:
    """Have any error of this block say what it was about, such as a crime type."""
    try:
        yield
    except Exception as error:
        error.add_note(f"It was about: {what}")
        raise


class PassingError(InputError):
    """Something that may be right by itself in a while: another program is busy, a server does not answer."""


def explain(error: InputError | OSError) -> InputError:
    """The words for an error that ends a command.

    A full disk and what belongs to another user are met anywhere and have none of their own; any other error of the
    system is a fault of ours, and goes on.
    """
    if isinstance(error, InputError):
        return error
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        expected = "a file or folder that this user may read and write"
        remedy = "run as the user that it belongs to, or correct its permissions"
    elif error.errno in (errno.ENOSPC, errno.EDQUOT):
        expected = "room on the disk"
        remedy = "free some space and run again: finished steps are kept, and what is published stays as it was"
    else:
        raise error
    return InputError(file=error.filename, found=os.strerror(error.errno), expected=expected, remedy=remedy)


def list_some(items: Sequence[str], most: int = 5, separator: str = "; ") -> str:
    """The first items for a message, and how many more there are."""
    more = len(items) - most
    return separator.join(items[:most]) + (f" and {more} more" if more > 0 else "")
