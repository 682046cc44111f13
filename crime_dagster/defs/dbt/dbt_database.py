"""The database between two runs of dbt: as it was left, or another; and the copy that the next one builds."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg

from crime_dagster.core.errors import InputError
from crime_dagster.core.records import hash_file, name_few, read_record, write_json
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import require_free
from crime_dagster.core.working_copy import copy_database, replace_database
from crime_dagster.defs.runtime.landed import is_landed
from crime_dagster.defs.runtime.unchanged import find_record
from crime_dagster.sources.catalogue.catalogue import load_catalogue

BEFORE, AFTER = "dbt_before_models", "dbt_after_models"
# Seconds that the dbt of a killed run may still hold its copy.
PATIENCE = 15.0


def make_room(settings: Settings, name: str, *, is_whole: bool) -> None:
    """Take back what will not be true once dbt has built, and copy the database for dbt to write.

    All of it comes from landed files, so a damaged or foreign database is not fixed but built again, from nothing; a
    step that needs what is in it is refused.
    """
    try:
        require_free(settings.database)
        # A dbt whose run was killed lives on for some seconds.
        require_free(settings.working_database, PATIENCE)
        is_ours = is_as_left(settings)
        if not is_ours and not (name == BEFORE and is_whole):
            raise InputError(
                file=settings.database,
                found="a database that another program has changed, or that was not built to its end",
                expected="the database as the last run left it",
                remedy="run `make run`, which builds it again",
            )
        for step in (BEFORE, AFTER) if name == BEFORE else (AFTER,):
            (settings.records_dir / f"{step}.json").unlink(missing_ok=True)
        copy_database(settings.database, settings.working_database, is_empty=not is_ours)
    except InputError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error


def is_as_left(settings: Settings) -> bool:
    """Whether the database is the one that the last dbt step left."""
    return hash_file(settings.database) == _read_state(settings)


def require_landed(settings: Settings) -> None:
    """Stop where a source was refused half-way: some of its files are new then, and some old.

    Raises:
        dagster.Failure: Names the sources.
    """
    sources = [source for source in load_catalogue().values() if is_landed(source, settings.landing_dir)]
    found = [
        f"{source.publisher}/{source.thing}"
        for source in sources
        if read_record(find_record(settings, dg.AssetKey([source.publisher, source.thing]))) is None
    ]
    if found:
        words = InputError(
            file=settings.landing_dir,
            found=f"{name_few(found)} not landed to the end: the last run of that step was refused or stopped",
            expected="every source landed whole",
            remedy="fix the file that was refused and run `make run`; or materialise the source, which names the file",
        )
        raise dg.Failure(description=str(words), allow_retries=False)


def _find_state(settings: Settings) -> Path:
    return settings.records_dir / "_database.json"


def _read_state(settings: Settings) -> str | None:
    """sha256 of the database as a dbt step left it; None where none was left whole."""
    try:
        return str(json.loads(_find_state(settings).read_text(encoding="utf-8"))["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def take_over(settings: Settings) -> None:
    """Let the copy that dbt has built be the database."""
    replace_database(settings.working_database, settings.database)
    write_json({"sha256": hash_file(settings.database)}, _find_state(settings))
