"""Errors about bad input, and how they are reported."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any


class InputError(Exception):
    """Input from the user (a file, a folder, a setting) that cannot be used as it is.

    The message gives the place, what was found, what was expected and the remedy, each on its own line. The place is
    the file as the reader would name it, the record number (from 1 after the header) and the column name.
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

    def at(self, file: str | Path) -> InputError:
        """Return the same error with a more precise place, such as a line of the file."""
        return type(self)(**{**self._given(), "file": file})

    def __reduce__(self) -> tuple[Callable[[], InputError], tuple[()], dict[str, list[str]]]:
        """Keep keyword arguments when the error is pickled in a worker process."""
        return partial(type(self), **self._given()), (), {"__notes__": getattr(self, "__notes__", [])}

    def _given(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("expected", "remedy", "file", "row", "column", "found")}


@contextmanager
def about(what: object) -> Iterator[None]:
    """Add context to any error in this block, such as a crime type."""
    try:
        yield
    except Exception as error:
        error.add_note(f"It was about: {what}")
        raise


class PassingError(InputError):
    """An error that a later retry may not meet: another program is busy, a server does not answer."""


def refuse_variable(name: str, found: str, expected: str, remedy: str) -> InputError:
    return InputError(file="the environment", column=name, found=found, expected=expected, remedy=remedy)


def explain(error: InputError | OSError) -> InputError:
    """Return the message for an error that ends a command.

    A full disk and files of another user can be met anywhere, so they are explained here. Any other system error is a
    bug of ours and is raised again.
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
    """Return the first items for a message, and the number of the rest."""
    more = len(items) - most
    return separator.join(items[:most]) + (f" and {more} more" if more > 0 else "")
