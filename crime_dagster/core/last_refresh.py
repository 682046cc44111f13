"""The last complete refresh of a warehouse, and whether anything changed since: found without starting a run.

Sizes and times of files are compared, as `make` does. If they differ, a run compares contents.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crime_dagster.core.code_version import PACKAGE_DIR, list_library_versions
from crime_dagster.core.files import hash_text, read_json, write_json
from crime_dagster.core.settings import Settings
from crime_dagster.core.working_copy import find_log

# The job that does everything, whoever starts it.
REFRESH = "refresh_monthly"
BEGUN, DONE = "refreshing.json", "refreshed.json"
# Inputs of a refresh; the rest of `find_states` is its output.
SOURCES = ("files", "code", "settings")
CODE = ("crime_dagster", "dbt_project", "deploy/dagster.yaml", "pyproject.toml")


def find_states(settings: Settings) -> dict[str, str]:
    """Return a fingerprint of each input and output of a warehouse."""
    code = PACKAGE_DIR.parent if settings.project_dir == PACKAGE_DIR.parent else settings.project_dir
    built = ("build", "models", "records", "releases", settings.database.name, find_log(settings.database).name)
    return {
        "files": _sum_up([settings.data_dir]),
        "code": hash_text(list_library_versions(), _sum_up(code / name for name in CODE)),
        "settings": hash_text(str(settings.data_dir), settings.place, str(settings.lake), *settings.boroughs),
        "landed": _sum_up([settings.landing_dir]),
        "built": _sum_up(settings.warehouse_dir / name for name in built),
        "published": str(settings.published_dir.resolve()),
    }


def begin_refresh(settings: Settings, run_id: str) -> None:
    """Record the sources at the start of a refresh, once per run."""
    if read_json(settings.warehouse_dir / BEGUN).get("run") != run_id:
        write_json({"run": run_id, "states": find_states(settings)}, settings.warehouse_dir / BEGUN, durable=False)


def end_refresh(settings: Settings, run_id: str, **facts: Any) -> None:
    """Record that a refresh succeeded, with facts to report when nothing has changed since.

    What changed during the run is for the next one: inputs are those of its beginning. A run that began none does
    nothing.
    """
    begun = read_json(settings.warehouse_dir / BEGUN)
    if begun.get("run") == run_id:
        states = {**find_states(settings), **{name: begun["states"][name] for name in SOURCES}}
        at = datetime.now(UTC).isoformat(timespec="minutes")
        write_json({"states": states, "at": at, **facts}, settings.warehouse_dir / DONE, durable=False)


def forget_refresh(settings: Settings) -> None:
    """Delete the record, while a run is under way and until it succeeds."""
    (settings.warehouse_dir / DONE).unlink(missing_ok=True)


def read_refresh(settings: Settings) -> dict[str, Any]:
    """Return the record of the last refresh; empty if it did not succeed."""
    return read_json(settings.warehouse_dir / DONE)


def say_unchanged(settings: Settings) -> str:
    """Say since when nothing has changed, for a refresh with nothing to do."""
    last = read_refresh(settings)
    return f"Nothing has changed since {last['at']} (release {last['release']})."


def list_touched(settings: Settings) -> list[str]:
    """Return the parts that changed since the last refresh; all of them if none succeeded."""
    before = read_refresh(settings).get("states", {})
    return [name for name, state in find_states(settings).items() if before.get(name) != state]


def _sum_up(paths: Iterable[Path]) -> str:
    """Hash names, sizes and times of files, and of files in folders; follows symlinks, visits each folder once.

    Hidden files in folders do not count: each download writes its records, whatever it found.
    """
    seen, lines, waiting = set[Path](), list[str](), list(paths)
    while waiting:
        path = waiting.pop()
        try:
            state = path.stat()
            if not path.is_dir():
                lines.append(f"{path} {state.st_size} {state.st_mtime_ns} {state.st_ctime_ns}")
            elif (real := path.resolve()) not in seen:
                seen.add(real)
                waiting += [
                    child for child in sorted(path.iterdir()) if not child.name.startswith((".", "__pycache__"))
                ]
        except OSError as error:
            lines.append(f"{path} {type(error).__name__}")
    return hash_text(*lines)
