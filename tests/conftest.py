"""Fixtures shared by several test folders: data folders, and a whole run of the sample."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from crime_dagster.core.settings import Settings
from tests.unit.sources.download.misbehaving_server import Server

PROJECT = Path(__file__).resolve().parents[1]
SAMPLE = PROJECT / "data_raw" / "sample"
BUILT = {"built_sample", "built_london"}
# Also takes the built sample, where it is there.
WAITING = BUILT | {"prepared"}
# What a command said that built a warehouse, beside it: the warehouse is whole.
SAID = "said.json"
# Each of these folders builds once for all of its files.
TOGETHER = ("tests/dbt/", "tests/recipes/")


@pytest.fixture(autouse=True, scope="session")
def temporary_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Write logs of tracebacks into pytest's temporary folder."""
    before = tempfile.tempdir
    tempfile.tempdir = str(tmp_path_factory.mktemp("temporary"))
    # For tests/dbt/read_project.py, which a process of its own imports.
    os.environ["PARSED_PROJECT"] = str(find_shared(tmp_path_factory) / "parsed.msgpack")
    yield
    tempfile.tempdir = before


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A web server on this machine that stands in for all publishers."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Server() as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An empty data set."""
    (tmp_path / "data").mkdir()
    return Settings(tmp_path / "data", tmp_path / "warehouse")


def save_marts(database: Path, **tables: pd.DataFrame | str) -> None:
    """Write marts, given as frames or queries, into a new database or over those of one."""
    database.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema if not exists marts")
        for name, table in tables.items():
            connection.register("given", connection.sql(table) if isinstance(table, str) else table)
            connection.execute(f"create or replace table marts.{name} as from given")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database with two marts, and a table and a view that no reader gets."""
    path = tmp_path / "build.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; create schema staging")
        connection.execute("create table marts.lsoa_features as select 'E01' as lsoa_code, 3 as crimes_total")
        connection.execute("create table marts.lsoas as select unnest(['a', 'b''c']) as lsoa_code")
        connection.execute("create table staging.secret as select 1 as one")
        connection.execute("create view marts.view_over_files as select 1 as one")
    return path


class FileScheduling(LoadFileScheduling):
    """Runs a file's tests in one worker, and those of some folders too."""

    def _split_scope(self, nodeid: str) -> str:
        return next(filter(nodeid.startswith, TOGETHER), nodeid.partition("::")[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FileScheduling:
    return FileScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start slow tests first, so that no worker is left with one at the end.

    The files that build what others read come first; the others come when it is there, instead of waiting for it.
    """
    first: dict[str, Path] = {}
    for item in items:
        for name in BUILT.intersection(getattr(item, "fixturenames", ())):
            first.setdefault(name, item.path)

    def find_turn(item: pytest.Item) -> int:
        if WAITING.intersection(getattr(item, "fixturenames", ())):
            return 0 if item.path in first.values() else 2
        return 3 if {"unit", "defs"} & set(item.path.parts) else 1

    items.sort(key=find_turn)


@dataclass(frozen=True)
class Run:
    """The result of one command of the project."""

    status: int
    output: str
    errors: str
    warehouse: Path


def name_environment(data: Path, warehouse: Path) -> dict[str, str]:
    """Return the environment of a command on a data set, without other tests' settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DAGSTER_", "DBT_", "CRIME_"))}
    return {**kept, "CRIME_DATA_DIR": str(data), "CRIME_WAREHOUSE_DIR": str(warehouse), "OMP_NUM_THREADS": "1"}


def run_command(command: str, data: Path, warehouse: Path, timeout: float = 900) -> Run:
    """Run `python -m crime_dagster <command>` as a user would, in a separate process."""
    done = subprocess.run(
        [sys.executable, "-m", "crime_dagster", command],
        cwd=PROJECT,
        env=name_environment(data, warehouse),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr, warehouse)


def list_states(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return the content and modification time of each file of a folder, by relative name."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def obey_modes() -> tuple[str, ...]:
    """Return a command prefix that makes file modes count: root has to give up ignoring them."""
    if os.geteuid() != 0:
        return ()
    if shutil.which("setpriv") is None:
        pytest.skip("root ignores the modes of files, and setpriv, to give that up, is not installed")
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


@contextmanager
def mount_small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Mount a small in-memory file system; skip the test if nothing can be mounted."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture(scope="session")
def sample_dir() -> Path:
    return SAMPLE


@pytest.fixture(scope="session")
def real_data_dir() -> Path:
    """Return the published files of London, which are not part of the project."""
    folder = Path(os.environ.get("CRIME_REAL_DATA_DIR") or PROJECT.parent / "shared" / "data" / "london")
    if not folder.is_dir():
        pytest.skip("the published files of London are not here: set CRIME_REAL_DATA_DIR to their folder")
    return folder


def find_shared(folders: pytest.TempPathFactory) -> Path:
    """The folder that all workers of a session share."""
    base = folders.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def make_once(folders: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Make a folder once per session: the first worker makes it, others wait."""
    folder = find_shared(folders) / name
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            make(folder)
    return folder


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of the sample with dbt's manifest, after the first command or the whole run. Read or copy it."""
    built = find_shared(tmp_path_factory) / "sample"
    if (built / SAID).is_file():
        return built / "warehouse"

    def make(folder: Path) -> None:
        done = run_command("prepare", SAMPLE, folder)
        assert done.status == 0, done.output[-3000:] + done.errors[-3000:]

    return make_once(tmp_path_factory, "prepared", make)


def build_once(folders: pytest.TempPathFactory, name: str, build: Callable[[Path], Run]) -> Run:
    """Build a warehouse once per session; the command that did it must have succeeded."""

    def make(folder: Path) -> None:
        done = build(folder / "warehouse")
        assert done.status == 0, done.output[-4000:] + done.errors[-3000:]
        (folder / SAID).write_text(json.dumps([done.output, done.errors]), encoding="utf-8")

    folder = make_once(folders, name, make)
    output, errors = json.loads((folder / SAID).read_text(encoding="utf-8"))
    return Run(0, output, errors, folder / "warehouse")


@pytest.fixture(scope="session")
def built_sample(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The sample, built once. Read or copy its warehouse."""
    return build_once(tmp_path_factory, "sample", lambda warehouse: run_command("run", SAMPLE, warehouse))
