"""Disturbed runs, and what must hold for the warehouse during and after them."""

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb

from tests.conftest import PROJECT

KILLER = Path(__file__).with_name("killer.py")
# dbt and Dagster have their own files, which no reader opens.
OURS = ("landing", "models", "build", "records", "releases")
# A limit for runs that hang, not a measure of how long one takes.
LONGEST = 1800.0


def start_run(
    data: Path,
    warehouse: Path,
    *,
    command: str = "run",
    kill_at: str = "",
    before: tuple[str, ...] = (),
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[str]:
    """Start a command of the project in a process group of its own.

    Args:
        data: The data set.
        warehouse: Where it builds.
        command: As in the Makefile.
        kill_at: Part of a path; the process kills itself in the middle of writing the first such file.
        before: What to start it with, such as `faketime`.
        environment: More variables.
    """
    script = [str(KILLER), kill_at] if kill_at else ["-m", "crime_dagster"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DAGSTER_", "DBT_"))}
    return subprocess.Popen(
        [*before, sys.executable, *script, command],
        cwd=PROJECT,
        env={
            **clean,
            "CRIME_DATA_DIR": str(data),
            "CRIME_WAREHOUSE_DIR": str(warehouse),
            "PYTHONPATH": str(PROJECT),
            "OMP_NUM_THREADS": "1",
            **(environment or {}),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Wait for a run and return its status and output; one that does not end is killed, with its children."""
    try:
        output, _ = process.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired as late:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        raise AssertionError(f"no end within {LONGEST:.0f} s: {output[-3000:]}") from late
    return process.returncode, output


def run(
    data: Path, warehouse: Path, *, before: tuple[str, ...] = (), environment: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Start a run and wait for it."""
    return finish(start_run(data, warehouse, before=before, environment=environment))


def kill_after(process: subprocess.Popen[str], seconds: float) -> bool:
    """Kill a run and everything it started after some seconds; whether it was still going."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=seconds)
        return False
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return True


def read_published(warehouse: Path) -> dict[str, str]:
    """Return the sha256 of every published file but the manifest, with the rows of every table instead of the database.

    A DuckDB file with the same content does not have the same bytes.
    """
    release = (warehouse / "published").resolve()
    found = {
        path.relative_to(release).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(release.rglob("*"))
        if path.is_file() and path.name not in ("manifest.json", "crime.duckdb")
    }
    with duckdb.connect(str(release / "crime.duckdb"), read_only=True) as connection:
        names = connection.execute("select table_name from information_schema.tables order by 1").fetchall()
        for (name,) in names:
            row = connection.table(f"marts.{name}").aggregate(f'count(*), sum(hash("{name}"))').fetchone()
            found[f"marts.{name}"] = str(row)
    return found


def find_flaws(warehouse: Path) -> list[str]:
    """Return what is damaged in the published release, by its own manifest; no release is no damage."""
    link = warehouse / "published"
    if not link.is_symlink():
        return []
    release = link.resolve()
    try:
        files = json.loads((release / "manifest.json").read_text())["files"]
    except (OSError, ValueError, KeyError) as error:
        # The release may have been replaced and removed since the link was read.
        return [] if link.resolve() != release else [f"manifest: {error}"]
    flaws = [name for name, digest in files.items() if _hash(release / name) != digest]
    return [] if link.resolve() != release else flaws


def _hash(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None


@contextlib.contextmanager
def watch_published(warehouse: Path) -> Iterator[list[str]]:
    """Check the published release repeatedly; yields the list of damage found."""
    seen: list[str] = []
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            seen.extend(find_flaws(warehouse))
            time.sleep(0.05)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        stop.set()
        watcher.join()


def find_leftovers(warehouse: Path) -> list[str]:
    """Return our partial files."""
    found = (path for name in OURS for path in (warehouse / name).rglob(".*"))
    paths = [*found, *warehouse.glob(".*.partial*"), *warehouse.glob("*.partial")]
    return sorted(path.relative_to(warehouse).as_posix() for path in paths)
