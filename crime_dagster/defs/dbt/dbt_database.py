"""The database between two dbt runs, and the copy that the next run builds."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt.core.dbt_cli_invocation import PARTIAL_PARSE_FILE_NAME

from crime_dagster.core.errors import InputError, PassingError, list_some
from crime_dagster.core.files import hash_file, read_json, write_json
from crime_dagster.core.records import read_record
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import require_free
from crime_dagster.core.working_copy import copy_database, is_at_head, point_to_head, replace_database
from crime_dagster.defs.dbt.node_versions import AFTER, BEFORE
from crime_dagster.defs.runtime.dbt_results import read_refusal
from crime_dagster.defs.runtime.invalid_config import failing_for_good
from crime_dagster.defs.runtime.landed import list_landed
from crime_dagster.defs.runtime.picture_settings import require_known
from crime_dagster.defs.runtime.unchanged import find_record
from crime_dagster.sources.catalogue.catalogue import load_catalogue

RETRY_SECONDS = 60


@dataclass(frozen=True)
class Half:
    """What a step had built and tested when it failed, in a database of its own beside the one as it was."""

    base: str  # sha256 of the database that it began from; empty where there was none
    sha256: str  # of its own
    run_id: str
    nodes: dict[str, str] = field(default_factory=dict)  # versions of the nodes that did well
    checks: list[dict[str, Any]] = field(default_factory=list)  # as of `keep_check`


def keep_half(settings: Settings, name: str, half: Half) -> None:
    """Keep what a failed step did well, so that the next does only what is left."""
    replace_database(settings.working_database, settings.half_database)
    found = replace(half, base=hash_file(settings.database) or "", sha256=hash_file(settings.half_database) or "")
    write_json(asdict(found), _find_half(settings, name), durable=False)


def read_half(settings: Settings, name: str) -> Half | None:
    """What a failed step left; None where it left nothing, or the database is another one since."""
    try:
        half = Half(**read_json(_find_half(settings, name)))
    except TypeError:
        return None
    is_whole = half.sha256 == hash_file(settings.half_database) and half.base == (hash_file(settings.database) or "")
    return half if is_whole and is_at_head(settings.half_database) else None


def discard_half(settings: Settings, name: str) -> None:
    """Forget what a failed step left."""
    settings.half_database.unlink(missing_ok=True)
    _find_half(settings, name).unlink(missing_ok=True)


def _find_half(settings: Settings, name: str) -> Path:
    return settings.records_dir / f"_half_{name}.json"


def make_room(
    settings: Settings, name: str, say: Callable[[str], object], *, is_whole: bool, half: Half | None = None
) -> None:
    """Copy the database for dbt to write, or what a failed run of the step left.

    Everything in it comes from landed files, so a damaged or foreign database is rebuilt from scratch; a step that
    needs its content is refused.
    """
    try:
        with failing_for_good():
            for database in (settings.database, settings.working_database):
                require_free(database, say=say)
            is_ours = is_as_left(settings)
            if not is_ours and not (name == BEFORE and is_whole):
                raise InputError(
                    file=settings.database,
                    found="a database that another program has changed, or that was not built to its end",
                    expected="the database as the last run left it",
                    remedy="run `make run`, which builds it again",
                )
            for step in () if is_ours else (BEFORE, AFTER):
                (settings.records_dir / f"{step}.json").unlink(missing_ok=True)
            if half:
                copy_database(settings.half_database, settings.working_database)
            else:
                copy_database(settings.database, settings.working_database, is_empty=not is_ours)
    except PassingError as error:
        say(str(error))
        raise dg.RetryRequested(max_retries=3, seconds_to_wait=RETRY_SECONDS) from error


def is_as_left(settings: Settings) -> bool:
    """Whether the last dbt step left this database."""
    is_same = hash_file(settings.database) == read_json(_find_state(settings)).get("sha256")
    return is_same and (not settings.database.is_file() or is_at_head(settings.database))


def list_half_landed(settings: Settings) -> list[str]:
    """Return sources whose last landing was refused or stopped, and why: their files may be a mix of old and new."""
    found = []
    for source in load_catalogue().values():
        why = " ".join(read_refusal(settings, source.key).split())
        record = read_record(find_record(settings, dg.AssetKey([source.publisher, source.thing])))
        if why or (record is None and list_landed(source, settings.landing_dir)):
            found.append(f"{source.key} not landed to the end: {why or 'the last run of that step was stopped'}")
    return found


def require_landed(settings: Settings) -> None:
    """Stop if a source was not landed completely, or a borough that is asked for does not exist."""
    with failing_for_good():
        require_known(settings)
        if found := list_half_landed(settings):
            raise InputError(
                file=settings.landing_dir,
                found=list_some(found),
                expected="every source landed whole",
                remedy="fix the file that was refused and run `make run`",
            )


def _find_state(settings: Settings) -> Path:
    return settings.records_dir / "_database.json"


def take_over(settings: Settings) -> None:
    """Replace the database by the copy that dbt built."""
    replace_database(settings.working_database, settings.database)
    write_json({"sha256": hash_file(settings.database)}, _find_state(settings))


def keep_snapshot(settings: Settings, release: str) -> None:
    """Name the snapshot of a release, where tables are in a lake."""
    if settings.lake:
        point_to_head(settings.database, release)
        write_json({"sha256": hash_file(settings.database)}, _find_state(settings))


def keep_parse(settings: Settings, target: Path) -> None:
    """Keep dbt's partial parse for the next run.

    After a copied warehouse or another target of profiles.yml dbt parses everything: without this, every run would.
    """
    if (parsed := target / PARTIAL_PARSE_FILE_NAME).is_file():
        parsed.replace(settings.dbt_target_dir / PARTIAL_PARSE_FILE_NAME)
