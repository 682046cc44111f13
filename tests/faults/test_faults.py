"""Machines, disks, clocks, other processes and publishers that misbehave during a refresh."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from tests.conftest import mount_small_disk, obey_modes
from tests.faults.conftest import Version, replace_data
from tests.faults.test_kills import check_recovery
from tests.faults.trial import find_flaws, finish, read_published, run, start_run, watch_published

pytestmark = pytest.mark.slow

Build = Callable[[], tuple[Path, Path]]
Versions = tuple[Version, Version]


def test_a_second_run_waits_for_the_first(build: Build, versions: Versions):
    data, warehouse = build()
    replace_data(data, versions[1])
    with watch_published(warehouse) as flaws:
        first = start_run(data, warehouse)
        time.sleep(5)
        second = start_run(data, warehouse)
        assert finish(first)[0] == 0
        status, output = finish(second)
    assert status == 0, output
    assert f"Another run is building in {warehouse} (process {first.pid})" in output
    assert flaws == []
    check_recovery(data, warehouse, versions[1])


def test_a_foreign_program_that_holds_the_database_is_named(build: Build, versions: Versions):
    data, warehouse = build()
    replace_data(data, versions[1])
    hold = "import sys, time, duckdb; held = duckdb.connect(sys.argv[1]); print(1, flush=True); time.sleep(600)"
    words = [sys.executable, "-c", hold, str(warehouse / "crime.duckdb")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        status, output = run(data, warehouse)
        holder.kill()
    assert status == 2
    assert f"PID {holder.pid}" in output
    assert "close the program that has it open" in output
    assert read_published(warehouse) == versions[0].published
    check_recovery(data, warehouse, versions[1])


def test_a_reader_of_the_published_database_is_not_in_the_way_and_sees_one_release(build: Build, versions: Versions):
    data, warehouse = build()
    replace_data(data, versions[1])
    with duckdb.connect(str(warehouse / "published" / "crime.duckdb"), read_only=True) as reader:
        before = reader.execute("select sum(crimes), count(*) from marts.lsoa_crimes").fetchone()
        check_recovery(data, warehouse, versions[1])
        assert reader.execute("select sum(crimes), count(*) from marts.lsoa_crimes").fetchone() == before
    with duckdb.connect(str(warehouse / "published" / "crime.duckdb"), read_only=True) as reader:
        assert reader.execute("select sum(crimes), count(*) from marts.lsoa_crimes").fetchone() != before


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with mount_small_disk(tmp_path / "disk", "400m") as folder:
        yield folder


@pytest.mark.parametrize("free", [200_000, 4_000_000, 12_000_000])
def test_a_full_disk(free: int, small_disk: Path, build: Build, versions: Versions):
    data, built = build()
    replace_data(data, versions[1])
    warehouse = small_disk / "warehouse"
    shutil.copytree(built, warehouse, symlinks=True)
    status = os.statvfs(small_disk)
    (small_disk / "filler").write_bytes(bytes(max(0, status.f_bavail * status.f_frsize - free)))
    with watch_published(warehouse) as flaws:
        code, output = run(data, warehouse)
        assert code not in (0, -9), output[-2000:]
        assert read_published(warehouse) == versions[0].published
        (small_disk / "filler").unlink()
        check_recovery(data, warehouse, versions[1])
    assert flaws == []


@pytest.mark.parametrize("name", ["", "landing", "build", "records", "releases"])
def test_a_folder_that_may_not_be_written(name: str, build: Build, versions: Versions):
    words = obey_modes()
    data, warehouse = build()
    replace_data(data, versions[1])
    folder = warehouse / name
    folder.chmod(0o555)
    status, output = run(data, warehouse, before=words)
    assert status in (1, 2)
    assert "Permission denied" in output
    assert str(folder) in output
    assert read_published(warehouse) == versions[0].published
    folder.chmod(0o755)
    check_recovery(data, warehouse, versions[1])


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter, as pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="crime-another-user-", dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_another_user_with_data_and_code_that_may_not_be_written(open_folder: Path, first: Version):
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    # Python itself may be in a folder that this user may not enter: so it may read everything, and write only its own.
    reads = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
    words = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *reads)
    # A shell in between, as a run starts dbt: setpriv's own child would still be root's.
    asked = [*words, "sh", "-c", '"$0" --help', str(Path(sys.executable).with_name("dbt"))]
    if shutil.which("setpriv") is None or subprocess.run(asked, capture_output=True, check=False).returncode:
        pytest.skip("another user cannot run this Python or setpriv is not installed")
    data, warehouse = open_folder / "town", open_folder / "warehouse"
    shutil.copytree(first.data, data)
    subprocess.run(["chmod", "-R", "a-w,a+rX", str(data)], check=True)
    warehouse.mkdir()
    os.chown(warehouse, 65534, 65534)
    status, output = run(data, warehouse, before=words, environment={"HOME": "/nonexistent"})
    assert status == 0, output[-3000:]
    assert read_published(warehouse) == first.published


@pytest.mark.parametrize("shift", ["-400d", "+400d"])
def test_a_clock_that_jumps(shift: str, build: Build, versions: Versions):
    if shutil.which("faketime") is None:
        pytest.skip("faketime is not installed")
    data, warehouse = build()
    replace_data(data, versions[1])
    status, output = run(data, warehouse, before=("faketime", "-f", shift))
    assert status == 0, output[-2000:]
    assert read_published(warehouse) == versions[1].published
    # And back: a build at another time is neither newer nor older, only the same or different.
    replace_data(data, versions[0])
    check_recovery(data, warehouse, versions[0])


@pytest.mark.parametrize("share", [0.5, 0.001])
def test_a_file_that_is_half_copied(share: float, build: Build, versions: Versions):
    data, warehouse = build()
    replace_data(data, versions[1])
    path = sorted(data.rglob("*24 months*.csv"))[-1]
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    status, output = run(data, warehouse)
    assert status == 1
    assert path.name in output
    assert read_published(warehouse) == versions[0].published
    path.write_bytes(content)
    check_recovery(data, warehouse, versions[1])


@pytest.mark.parametrize(
    "name", ["crime.duckdb", "landing/mps/lsoa_crime.parquet", "landing/models/explain_scores/total.parquet", "models"]
)
@pytest.mark.parametrize("damage", ["gone", "overwritten", "cut"])
def test_what_was_built_and_is_damaged_is_built_again(name: str, damage: str, build: Build, versions: Versions):
    data, warehouse = build()
    path = warehouse / name
    targets = [path] if path.is_file() else sorted(path.glob("*.skops"))
    assert targets
    for target in targets:
        content = target.read_bytes()
        if damage == "gone":
            target.unlink()
        else:
            target.write_bytes(b"x" * len(content) if damage == "overwritten" else content[: len(content) // 2])
    check_recovery(data, warehouse, versions[0])
    assert [one.name for one in (warehouse / "releases").iterdir()] == ["000001"], "what is published is the same"
    assert find_flaws(warehouse) == []
