import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crime_dagster.core.lock import LOCK, hold_file, hold_warehouse, is_held

HOLD = """
import sys, time
from pathlib import Path
from crime_dagster.core.lock import hold_warehouse
with hold_warehouse(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def hold_elsewhere(folder: Path, seconds: float) -> subprocess.Popen:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(folder), str(seconds)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def test_a_second_process_waits_and_says_for_whom(tmp_path: Path):
    said: list[str] = []
    with hold_elsewhere(tmp_path, 0.5) as other:
        started = time.monotonic()
        with hold_warehouse(tmp_path, said.append):
            assert other.wait(timeout=5) == 0, "it has ended before this one begins"
        assert time.monotonic() - started > 0.2
        assert said == [f"Another run is building in {tmp_path} (process {other.pid}); waiting for it ..."]


def test_a_killed_process_leaves_no_lock(tmp_path: Path):
    said: list[str] = []
    with hold_elsewhere(tmp_path, 60) as other:
        os.kill(other.pid, signal.SIGKILL)
        other.wait(timeout=5)
        with hold_warehouse(tmp_path, said.append):
            assert (tmp_path / LOCK).read_text() == str(os.getpid())
    assert said == []


def test_a_look_at_the_lock_is_no_other_holder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / LOCK
    said: list[str] = []
    path.touch()
    with path.open() as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        monkeypatch.setattr("crime_dagster.core.lock.sleep", lambda _: fcntl.flock(looking, fcntl.LOCK_UN))
        with hold_file(path, said.append):
            assert is_held(path)
    assert not is_held(path)
    assert said == []


def test_one_process_may_ask_again_and_keeps_it_to_the_end(tmp_path: Path):
    with hold_warehouse(tmp_path):
        with hold_warehouse(tmp_path), pytest.raises(RuntimeError), hold_warehouse(tmp_path):
            raise RuntimeError
        done = subprocess.run(["flock", "-n", str(tmp_path / LOCK), "true"], check=False)
        assert done.returncode == 1, "still held"
    assert subprocess.run(["flock", "-n", str(tmp_path / LOCK), "true"], check=False).returncode == 0
