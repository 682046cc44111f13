"""Where the traceback of what was not foreseen goes: into a file, so that a person reads a message instead."""

from __future__ import annotations

import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings

NAME = "tracebacks.log"
# The newest are what somebody asks for.
MOST_BYTES = 5_000_000


def keep_traceback(error: BaseException, about: str) -> Path | None:
    """Add a traceback and what was being done to the log of the warehouse, or to one of its own where there is none.

    The log is None where nothing can be written.
    """
    text = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {about}\n{''.join(traceback.format_exception(error))}\n"
    try:
        folder = Settings.from_environment().warehouse_dir
        if not folder.is_dir():
            # A name that nobody can foretell: a temporary folder is open to all users of a computer.
            with tempfile.NamedTemporaryFile(
                "w", prefix="crime-", suffix=f"-{NAME}", delete=False, encoding="utf-8", errors="backslashreplace"
            ) as file:
                file.write(text)
            return Path(file.name)
        path = folder / NAME
        is_full = path.is_file() and path.stat().st_size > MOST_BYTES
        with path.open("w" if is_full else "a", encoding="utf-8", errors="backslashreplace") as log:
            log.write(text)
        return path
    except (OSError, InputError):
        return None
