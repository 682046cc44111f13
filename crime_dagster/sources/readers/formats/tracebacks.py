"""Tracebacks of unexpected errors: written to a file, so that users see a message instead."""

import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings

NAME = "tracebacks.log"
# Only the newest are of interest.
MOST_BYTES = 5_000_000


def keep_traceback(error: BaseException, about: str) -> Path | None:
    """Append a traceback and its context to the warehouse's log, or to a temporary file if there is none.

    Returns None if nothing can be written.
    """
    text = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {about}\n{''.join(traceback.format_exception(error))}\n"
    try:
        folder = Settings.from_environment().warehouse_dir
        if not folder.is_dir():
            # An unpredictable name: all users of a computer share its temporary folder.
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
