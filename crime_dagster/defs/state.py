"""What Dagster's own storage says when it cannot be used, in words with a way out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings


@contextmanager
def explain_state(settings: Settings) -> Iterator[None]:
    """Turn an error of Dagster's storage in this block into an InputError.

    Raises:
        InputError: The storage is damaged, full, or not reached.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        said = str(error.orig if isinstance(error, DBAPIError) else error).splitlines()[0]
        damaged = [] if settings.has_postgres else list(_find_damaged(settings.dagster_home))
        remedy = "free some space on the disk, or have the database server answer, and run again"
        if damaged:
            remedy = f"rename the folder {settings.dagster_home} and run again: only the history of runs is lost"
        raise InputError(
            file=damaged[0] if damaged else settings.dagster_home,
            found=f"Dagster's history of runs cannot be used: {said}",
            expected="Dagster's own databases as Dagster left them, with room to write",
            remedy=remedy,
        ) from error


def _find_damaged(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.db")):
        try:
            with closing(sqlite3.connect(path)) as connection:
                (said,) = connection.execute("pragma quick_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            said = str(error)
        if said != "ok" and "full" not in said and "locked" not in said:
            yield path
