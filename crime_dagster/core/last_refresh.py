"""The last whole refresh of a warehouse, and whether anything was touched since: told without starting a run.

Sizes and times of files are compared, as `make` does. Where they differ, a run looks at the contents.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crime_dagster.core.code_version import PACKAGE_DIR, list_library_versions
from crime_dagster.core.files import hash_text, read_json, write_json
from crime_dagster.core.settings import Settings

# The job that does everything, whoever starts it.
REFRESH = "refresh_monthly"
# What a refresh is made from; the rest of `find_states` is what it leaves.
SOURCES = ("files", "code", "settings")
CODE = ("crime_dagster", "dbt_project", "deploy/dagster.yaml", "pyproject.toml")


def find_states(settings: Settings) -> dict[str, str]:
    """A fingerprint of each part of a warehouse and of what it is made from."""
    code = PACKAGE_DIR.parent if settings.project_dir == PACKAGE_DIR.parent else settings.project_dir
    built = ("build", "models", "records", "releases", settings.database.name)
    return {
        "files": _sum_up([settings.data_dir]),
        "code": hash_text(list_library_versions(), _sum_up(code / name for name in CODE)),
        "settings": hash_text(str(settings.data_dir), *settings.boroughs),
        "landed": _sum_up([settings.landing_dir]),
        "built": _sum_up(settings.warehouse_dir / name for name in built),
        "published": str(settings.published_dir.resolve()),
    }


def write_refresh(settings: Settings, sources: dict[str, str], **facts: Any) -> None:
    """Keep that a refresh ended well, and facts that are said of it when nothing has changed since.

    Of its sources it keeps `find_states` from before it began: what changed while it ran is for the next one.
    """
    states = {**find_states(settings), **{name: sources[name] for name in SOURCES}}
    at = datetime.now(UTC).isoformat(timespec="minutes")
    write_json({"states": states, "at": at, **facts}, _find_file(settings), durable=False)


def begin_refresh(settings: Settings, run_id: str) -> None:
    """Keep the sources as a refresh finds them, once in its run."""
    if read_json(_find_begun(settings)).get("run") != run_id:
        write_json({"run": run_id, "states": find_states(settings)}, _find_begun(settings), durable=False)


def end_refresh(settings: Settings, run_id: str, **facts: Any) -> None:
    """Keep that a refresh ended well, see `write_refresh`; of a run that began none, nothing."""
    begun = read_json(_find_begun(settings))
    if begun.get("run") == run_id:
        write_refresh(settings, begun["states"], **facts)


def forget_refresh(settings: Settings) -> None:
    """Say that a run is under way: until it has ended well, nothing is known."""
    _find_file(settings).unlink(missing_ok=True)


def read_refresh(settings: Settings) -> dict[str, Any]:
    """What was kept of the last refresh; empty where it did not end well."""
    return read_json(_find_file(settings))


def list_touched(settings: Settings) -> list[str]:
    """The parts that were touched since the last refresh; all of them where none ended well."""
    before = read_refresh(settings).get("states", {})
    return [name for name, state in find_states(settings).items() if before.get(name) != state]


def _find_begun(settings: Settings) -> Path:
    return settings.warehouse_dir / "refreshing.json"


def _find_file(settings: Settings) -> Path:
    return settings.warehouse_dir / "refreshed.json"


def _sum_up(paths: Iterable[Path]) -> str:
    """Name, size and times of files, and of all below folders; links are followed, and each folder is listed once."""
    seen, lines, waiting = set[Path](), list[str](), list(paths)
    while waiting:
        path = waiting.pop()
        try:
            state = path.stat()
            if not path.is_dir():
                lines.append(f"{path} {state.st_size} {state.st_mtime_ns} {state.st_ctime_ns}")
            elif (real := path.resolve()) not in seen:
                seen.add(real)
                waiting += [child for child in sorted(path.iterdir()) if child.name != "__pycache__"]
        except OSError as error:
            lines.append(f"{path} {type(error).__name__}")
    return hash_text(*lines)
