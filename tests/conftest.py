"""What several test folders share: where data lies, and a whole run of the sample."""

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

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

PROJECT = Path(__file__).resolve().parents[1]
SAMPLE = PROJECT / "data_raw" / "sample"
BUILT = "built_sample"
DBT = "tests/dbt/"


@pytest.fixture(autouse=True, scope="session")
def temporary_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Logs of tracebacks that damaged files leave go where pytest clears up."""
    before = tempfile.tempdir
    tempfile.tempdir = str(tmp_path_factory.mktemp("temporary"))
    yield
    tempfile.tempdir = before


class FileScheduling(LoadFileScheduling):
    """A file's tests run in one worker, and so do all of `tests/dbt`: the project is read once for them."""

    def _split_scope(self, nodeid: str) -> str:
        return DBT if nodeid.startswith(DBT) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FileScheduling:
    return FileScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long goes first, so that no worker is left alone with it at the end.

    One file has the sample built; the other worker has no need of it before that is done.
    """
    first = next((item.path for item in items if BUILT in getattr(item, "fixturenames", ())), None)

    def find_turn(item: pytest.Item) -> int:
        if BUILT in getattr(item, "fixturenames", ()):
            return 0 if item.path == first else 2
        return 3 if {"unit", "defs"} & set(item.path.parts) else 1

    items.sort(key=find_turn)


@dataclass(frozen=True)
class Run:
    """What one command of the project did."""

    status: int
    output: str
    errors: str
    warehouse: Path


def name_environment(data: Path, warehouse: Path) -> dict[str, str]:
    """The variables of a command on a data set; other tests' settings do not leak into it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DAGSTER_", "DBT_", "CRIME_"))}
    return {**kept, "CRIME_DATA_DIR": str(data), "CRIME_WAREHOUSE_DIR": str(warehouse), "OMP_NUM_THREADS": "1"}


def run_command(command: str, data: Path, warehouse: Path, timeout: float = 900) -> Run:
    """Run `python -m crime_dagster <command>` as a user would, in a process of its own."""
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
    """What is in each file of a folder and when it was written, by its name in it."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def obey_modes() -> tuple[str, ...]:
    """What to start a command with for the modes of files to count; root has to give up that they do not."""
    if os.geteuid() != 0:
        return ()
    if shutil.which("setpriv") is None:
        pytest.skip("root ignores the modes of files, and setpriv, to give that up, is not installed")
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


@contextmanager
def mount_small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A file system of its own, in memory; the test is skipped where nothing can be mounted."""
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
    """The published files of London, which are not part of the project."""
    folder = Path(os.environ.get("CRIME_REAL_DATA_DIR") or PROJECT.parent / "shared" / "data" / "london")
    if not folder.is_dir():
        pytest.skip("the published files of London are not here: set CRIME_REAL_DATA_DIR to their folder")
    return folder


def make_once(folders: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first worker of the session to ask for it makes, while others that ask wait for it."""
    base = folders.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            make(folder)
    return folder


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of the sample with dbt's manifest, as it is after the first command. Read it or copy it."""

    def make(folder: Path) -> None:
        done = run_command("prepare", SAMPLE, folder)
        assert done.status == 0, done.output[-3000:] + done.errors[-3000:]

    return make_once(tmp_path_factory, "prepared", make)


@pytest.fixture(scope="session")
def built_sample(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The whole arc on the sample, run once. Read its warehouse or copy it."""
    return _build_once(tmp_path_factory, "sample", "run", SAMPLE)


@pytest.fixture(scope="session")
def built_london(real_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Landing and dbt on the published files of London, run once. Read its warehouse or copy it."""
    return _build_once(tmp_path_factory, "london", "dbt", real_data_dir)


def _build_once(folders: pytest.TempPathFactory, name: str, command: str, data: Path) -> Run:
    def make(folder: Path) -> None:
        done = run_command(command, data, folder / "warehouse")
        assert done.status == 0, done.output[-4000:] + done.errors[-3000:]
        (folder / "said.json").write_text(json.dumps([done.status, done.output, done.errors]), encoding="utf-8")

    folder = make_once(folders, name, make)
    status, output, errors = json.loads((folder / "said.json").read_text(encoding="utf-8"))
    return Run(status, output, errors, folder / "warehouse")
