"""PostgreSQL, Redis, a store and two workers without a common folder do what one process does (`make test-scale`)."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crime_dagster.core.files import hash_files
from tests.conftest import PROJECT, Run
from tests.operations.machines import WORKER, Database, find_missing, run_machine, serve_shared
from tests.operations.services import Services, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.scale]
# Marts of both, through the project's own reader of each.
HASH = (
    "from pathlib import Path; import json, sys; from crime_dagster.core.warehouse import hash_marts; "
    "print(json.dumps(hash_marts(Path(sys.argv[1]))))"
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, Services]]:
    if missing := find_missing():
        pytest.skip(missing)
    with serve_shared(tmp_path_factory.mktemp("servers"), CRIME_LOST_SECONDS="60") as found:
        yield found


def test_two_workers_do_what_one_process_does_though_one_is_killed_one_pauses_and_postgres_restarts(
    shared: tuple[Database, Services], built_sample: Run, sample_dir: Path, tmp_path: Path
):
    postgres, servers = shared
    machines = [run_machine(tmp_path / name, servers, tmp_path / name / "sample") for name in ("one", "two")]
    main = run_machine(tmp_path / "main", servers, sample_dir)
    with machines[0] as one, machines[1] as two, main:
        workers = [one.start("worker", *WORKER, "one@%h"), two.start("worker", *WORKER, "two@%h")]
        status = None
        for attempt in range(3):
            running = main.start(f"run_{attempt}", "python", "-m", "crime_dagster", "run")
            if attempt == 0:
                wait_for("half of the steps", lambda: count_done(machines) > 40, 1200)
                os.killpg(workers[0].pid, signal.SIGKILL)
                os.killpg(workers[1].pid, signal.SIGSTOP)
                postgres.control("restart")
                time.sleep(60)
                os.killpg(workers[1].pid, signal.SIGCONT)
                one.start("worker_again", *WORKER, "one@%h")
            status = running.wait(timeout=3600)
            if status == 0:
                break
        assert status == 0, main.read_logs()[-3000:]
        lake = main.run("python", "-c", HASH, str(tmp_path / "main" / "warehouse" / "crime.lake"))
        assert lake.returncode == 0, lake.stderr
    embedded = subprocess.run(
        [sys.executable, "-c", HASH, str(built_sample.warehouse / "crime.duckdb")],
        cwd=PROJECT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert lake.stdout == embedded.stdout
    assert list_pictures(tmp_path / "main" / "warehouse") == list_pictures(built_sample.warehouse)


def count_done(machines: list[Services]) -> int:
    return sum(one.read_logs().count(" succeeded in ") for one in machines)


def list_pictures(warehouse: Path) -> dict[str, str]:
    found = (path for path in sorted((warehouse / "build").rglob("*")) if path.suffix in {".png", ".gif", ".svg"})
    return {path.relative_to(warehouse).as_posix(): hash_files([path], path.parent) for path in found}
