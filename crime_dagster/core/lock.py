"""One writer per warehouse: a lock that a process holds while it builds.

The kernel releases the lock when the process ends in any way, so a killed run leaves no stale lock.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import IO

LOCK = ".lock"
LOOK = 0.1  # seconds
# Locks of this process: a command locks the warehouse, and its steps ask for it again.
_held: set[Path] = set()


@contextmanager
def hold_file(path: Path, busy: Callable[[str], object]) -> Iterator[None]:
    """Lock a file for this block.

    If another process holds it, call `busy` with its id, which may raise; otherwise wait.
    """
    with path.open("a+", encoding="utf-8") as file:
        if not _try_lock(file, fcntl.LOCK_EX):
            # `is_held` may have it for an instant.
            sleep(LOOK)
            if not _try_lock(file, fcntl.LOCK_EX):
                file.seek(0)
                busy(file.read(20).strip() or "unknown")
                fcntl.flock(file, fcntl.LOCK_EX)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def is_held(path: Path) -> bool:
    """Whether a process holds the lock of a file; False if there is no such file."""
    try:
        with path.open(encoding="utf-8") as file:
            return not _try_lock(file, fcntl.LOCK_SH)
    except OSError:
        return False


def _try_lock(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def hold_warehouse(folder: Path, say: Callable[[str], object] = lambda _: None) -> Iterator[None]:
    """Lock a warehouse for building; wait while another process has it, and say once which."""
    folder = folder.resolve()
    if folder in _held:
        yield
        return
    words = f"Another run is building in {folder} (process {{}}); waiting for it ..."
    with hold_file(folder / LOCK, lambda process: say(words.format(process))):
        _held.add(folder)
        try:
            yield
        finally:
            _held.remove(folder)
