"""Which entries of a data folder are read: regular files, and links that stay within the folder."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from crime_dagster.core.data_set import read_data_set
from crime_dagster.core.errors import InputError

KINDS = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


@dataclass(frozen=True)
class Gate:
    """What may be read below a folder.

    Args:
        root: The folder, without links in its path.
        may_leave: Whether links may lead out of it.
    """

    root: Path
    may_leave: bool

    def describe_obstacle(self, path: Path) -> str | None:
        """Why an entry is not read; None for a file or folder that is.

        Opening a pipe waits until somebody writes to it, and a link may lead to any file of the computer.
        """
        try:
            mode = path.stat().st_mode
        except OSError:
            return "a link that leads nowhere, or round in a circle" if path.is_symlink() else None
        kind = _describe_kind(mode)
        if kind is not None:
            return kind
        if self.may_leave or not path.is_symlink() or path.resolve().is_relative_to(self.root):
            return None
        return "a link out of the data folder (allow it with follow_links: true in data_set.yml)"


def open_gate(folder: Path) -> Gate:
    """The gate of a data folder, as its `data_set.yml` has it.

    Raises:
        InputError: The marker file is there and cannot be read.
    """
    return Gate(root=Path(os.path.realpath(folder)), may_leave=read_data_set(folder).follow_links)


def require_regular(path: Path) -> None:
    """Refuse a path that a person gave and that is neither file nor folder.

    Raises:
        InputError: It is a named pipe, a socket or a device.
    """
    kind = _describe_kind(path.stat().st_mode)
    if kind is not None:
        raise InputError(
            file=path,
            found=kind,
            expected="a file, a zip archive or a folder",
            remedy="save what comes from it as a file",
        )


def _describe_kind(mode: int) -> str | None:
    return next((words for is_kind, words in KINDS if is_kind(mode)), None)
