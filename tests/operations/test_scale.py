"""PostgreSQL, Redis, a store and two workers without a common folder do what one process does (`make test-scale`)."""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow.fs
import pytest

from crime_dagster.core.files import hash_files
from tests.conftest import PROJECT, Run
from tests.operations.services import Services, find_free_port, name_environment, wait_for
from tests.operations.test_postgres import Database

pytestmark = [pytest.mark.slow, pytest.mark.scale]
NEEDED = ("duckdb_extension_ducklake", "duckdb_extension_postgres", "dagster_celery", "dagster_postgres", "moto")
# Marts of both, through the project's own reader of each.
HASH = (
    "from pathlib import Path; import json, sys; from crime_dagster.core.warehouse import hash_marts; "
    "print(json.dumps(hash_marts(Path(sys.argv[1]))))"
)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Database]:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if missing or not programs or shutil.which("redis-server") is None:
        pytest.skip(
            f"pip install '.[lake,workers]' 'moto[s3,server]', apt-get install postgresql redis-server ({missing})"
        )
    # Not below pytest's folder, which the user postgres may not enter.
    folder = Path(tempfile.mkdtemp(prefix="crime-scale-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    one = Database(folder, programs[-1].parent, find_free_port())
    try:
        one.run("initdb", "-D", str(folder / "data"), "-A", "trust", "-U", "crime")
        start(one)
        for name in ("dagster", "crime"):
            one.run("createdb", "-h", str(folder), "-p", str(one.port), "-U", "crime", name)
        yield one
    finally:
        one.run("pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(folder)


def start(one: Database, command: str = "start") -> None:
    options = f"-h 127.0.0.1 -p {one.port} -k {one.folder}"
    one.run("pg_ctl", "-D", str(one.folder / "data"), "-o", options, "-l", str(one.folder / "log"), "-w", command)


@pytest.fixture(scope="module")
def shared(postgres: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The settings that all machines have in common, with their servers running."""
    redis, store = find_free_port(), find_free_port()
    found = {
        "CRIME_TARGET": "lake",
        "CRIME_LAKE_CATALOGUE": f"postgres:dbname=crime host=127.0.0.1 port={postgres.port} user=crime",
        "CRIME_LAKE_DATA": "s3://crime/sample",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{store}",
        "AWS_REGION": "eu-west-2",
        "AWS_ACCESS_KEY_ID": "made-up",
        "AWS_SECRET_ACCESS_KEY": "made-up",
        "CRIME_BROKER": f"redis://127.0.0.1:{redis}/0",
        "CRIME_LOST_SECONDS": "60",
        "CRIME_POSTGRES_HOST": "127.0.0.1",
        "CRIME_POSTGRES_PORT": str(postgres.port),
        "CRIME_POSTGRES_DB": "dagster",
        "CRIME_POSTGRES_USER": "crime",
        "CRIME_POSTGRES_PASSWORD": "made-up",
    }
    environment = name_environment(Path("/nowhere"), Path("/nowhere"), **found)
    with Services(environment, tmp_path_factory.mktemp("servers")) as services:
        services.start("redis", shutil.which("redis-server") or "", "--port", str(redis), "--save", "")
        services.start("store", "moto_server", "-H", "127.0.0.1", "-p", str(store))
        bucket = pyarrow.fs.S3FileSystem(
            access_key="made-up",
            secret_key="made-up",  # noqa: S106 of a store that lives as long as this test
            region="eu-west-2",
            endpoint_override=f"127.0.0.1:{store}",
            scheme="http",
            allow_bucket_creation=True,
        )
        wait_for("the store", lambda: bucket.create_dir("crime") or True, 60)
        yield found


def run_machine(folder: Path, shared: dict[str, str], sample: Path) -> Services:
    """A machine: a folder of its own, and nothing of the others."""
    environment = name_environment(sample, folder / "warehouse", **shared, TMPDIR=str(folder))
    return Services(environment, folder / "logs")


def test_two_workers_do_what_one_process_does_though_one_is_killed_one_pauses_and_postgres_restarts(
    postgres: Database, shared: dict[str, str], built_sample: Run, sample_dir: Path, tmp_path: Path
):
    worker = ("celery", "-A", "crime_dagster.worker", "worker", "--concurrency", "1", "--loglevel", "INFO", "-n")
    machines = [run_machine(tmp_path / name, shared, tmp_path / name / "sample") for name in ("one", "two")]
    main = run_machine(tmp_path / "main", shared, sample_dir)
    with machines[0] as one, machines[1] as two, main:
        workers = [one.start("worker", *worker, "one@%h"), two.start("worker", *worker, "two@%h")]
        status = None
        for attempt in range(3):
            running = main.start(f"run_{attempt}", "python", "-m", "crime_dagster", "run")
            if attempt == 0:
                wait_for("half of the steps", lambda: count_done(machines) > 40, 1200)
                os.killpg(workers[0].pid, signal.SIGKILL)
                os.killpg(workers[1].pid, signal.SIGSTOP)
                start(postgres, "restart")
                time.sleep(60)
                os.killpg(workers[1].pid, signal.SIGCONT)
                one.start("worker_again", *worker, "one@%h")
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
