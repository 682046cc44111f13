"""The one way in which bad input is reported to a person."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path


class InputError(Exception):
    """Something that a person gave us (a file, a folder, a setting) cannot be used as it is.

    The message names where, what was found, what was expected and what to do, each on its own line.

    Args:
        expected: What would have been right.
        remedy: What the reader can do about it.
        file: The file or folder, as the reader would name it.
        row: The record's number in the file, counted from 1 after the header.
        column: The column's name.
        found: What was there instead.
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
        self.expected = expected
        self.remedy = remedy
        self.file = None if file is None else str(file)
        self.row = row
        self.column = column
        self.found = found
        super().__init__(self._words())

    def __reduce__(self) -> tuple[Callable[[], InputError], tuple[()]]:
        """Arguments by keyword survive the way back from a worker process."""
        names = ("expected", "remedy", "file", "row", "column", "found")
        return partial(type(self), **{name: getattr(self, name) for name in names}), ()

    def _words(self) -> str:
        where = [
            f"{name} {value}"
            for name, value in (("file", self.file), ("row", self.row), ("column", self.column))
            if value is not None
        ]
        lines = [", ".join(where)] if where else []
        if self.found is not None:
            lines.append(f"  found:    {self.found}")
        lines.append(f"  expected: {self.expected}")
        lines.append(f"  to do:    {self.remedy}")
        return "\n".join(lines)


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
        return InputError(
            file=error.filename,
            found=os.strerror(error.errno),
            expected="a file or folder that this user may read and write",
            remedy="run as the user that it belongs to, or correct its permissions",
        )
    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
        raise error
    return InputError(
        file=error.filename,
        found=os.strerror(error.errno),
        expected="room on the disk",
        remedy="free some space and run again: finished steps are kept, and what is published stays as it was",
    )
