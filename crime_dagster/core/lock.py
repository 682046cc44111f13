"""One writer per warehouse: a lock that a process holds while it builds, and that ends with the process.

The kernel takes a lock back when its process dies, however it dies, so a killed run leaves nothing to clear away.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = ".lock"
# What this process holds already: a command holds the warehouse while its steps ask for it again.
_held: dict[Path, int] = {}


@contextmanager
def hold_warehouse(folder: Path, say: Callable[[str], object] = lambda _: None) -> Iterator[None]:
    """Be the only process that builds in a warehouse; wait while another one does, and say once for which."""
    folder = folder.resolve()
    if folder in _held:
        _held[folder] += 1
        try:
            yield
        finally:
            _held[folder] -= 1
        return
    with (folder / LOCK).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            say(f"Another run is building in {folder} (process {file.read().strip() or 'unknown'}); waiting for it ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        _held[folder] = 1
        try:
            yield
        finally:
            del _held[folder]
