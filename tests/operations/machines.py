"""Several machines as processes of one: PostgreSQL, Redis, a store, and folders apart (docs/scaling.md)."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow.fs

from tests.operations.services import Services, find_free_port, name_environment, wait_for

NEEDED = ("duckdb_extension_ducklake", "duckdb_extension_postgres", "dagster_celery", "dagster_postgres", "moto")
WORKER = ("celery", "-A", "crime_dagster.worker", "worker", "--concurrency", "1", "--loglevel", "INFO", "-n")


def find_postgres() -> list[Path]:
    return sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def find_missing() -> str:
    """Say how to install what is missing; empty if nothing is."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if not missing and find_postgres() and shutil.which("redis-server"):
        return ""
    return f"pip install '.[lake,workers]' 'moto[s3,server]', apt-get install postgresql redis-server ({missing})"


@dataclass(frozen=True)
class Database:
    """A PostgreSQL server of its own."""

    folder: Path
    bin: Path
    port: int

    def run(self, program: str, *arguments: str) -> str:
        # PostgreSQL refuses to run as root.
        user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        done = subprocess.run(
            [*user, str(self.bin / program), *arguments],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=90,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def control(self, command: str) -> None:
        """Start, restart."""
        options = f"-h 127.0.0.1 -p {self.port} -k {self.folder}"
        # With its own log, the server does not hold the pipe of the command's output.
        log = str(self.folder / "log")
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-o", options, "-l", log, "-w", command)

    def tell(self, user: str, statement: str, database: str = "postgres") -> str:
        return self.run(
            "psql", "-h", str(self.folder), "-p", str(self.port), "-U", user, "-d", database, "-tAc", statement
        ).strip()


@contextmanager
def serve_postgres(*options: str) -> Iterator[Database]:
    """Start PostgreSQL, with options of `initdb`, in a folder that is removed."""
    # Not below pytest's folder, which the user postgres may not enter.
    folder = Path(tempfile.mkdtemp(prefix="crime-postgres-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    one = Database(folder, find_postgres()[-1].parent, find_free_port())
    try:
        one.run("initdb", "-D", str(folder / "data"), *options)
        one.control("start")
        yield one
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            one.run("pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(folder)


@contextmanager
def serve_shared(folder: Path, **more: str) -> Iterator[tuple[Database, Services]]:
    """Start all that machines share; the environment of the services is theirs, with `more` of it."""
    redis, store = find_free_port(), find_free_port()
    with serve_postgres("-A", "trust", "-U", "crime") as postgres:
        for name in ("dagster", "crime"):
            postgres.tell("crime", f"create database {name}")
        environment = {
            "CRIME_TARGET": "lake",
            "CRIME_LAKE_CATALOGUE": f"postgres:dbname=crime host=127.0.0.1 port={postgres.port} user=crime",
            "CRIME_LAKE_DATA": "s3://crime/sample",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{store}",
            "AWS_REGION": "eu-west-2",
            "AWS_ACCESS_KEY_ID": "made-up",
            "AWS_SECRET_ACCESS_KEY": "made-up",
            "CRIME_BROKER": f"redis://127.0.0.1:{redis}/0",
            "CRIME_POSTGRES_HOST": "127.0.0.1",
            "CRIME_POSTGRES_PORT": str(postgres.port),
            "CRIME_POSTGRES_DB": "dagster",
            "CRIME_POSTGRES_USER": "crime",
            "CRIME_POSTGRES_PASSWORD": "made-up",
            **more,
        }
        with Services(name_environment(folder, folder, **environment), folder / "logs") as services:
            services.start("redis", shutil.which("redis-server") or "", "--port", str(redis), "--save", "")
            services.start("store", "moto_server", "-H", "127.0.0.1", "-p", str(store))
            bucket = pyarrow.fs.S3FileSystem(
                access_key="made-up",
                secret_key="made-up",  # noqa: S106 of a store that lives as long as its process
                region="eu-west-2",
                endpoint_override=f"127.0.0.1:{store}",
                scheme="http",
                allow_bucket_creation=True,
            )
            wait_for("the store", lambda: bucket.create_dir("crime") or True, 60)
            services.environment = environment
            yield postgres, services


def run_machine(folder: Path, shared: Services, data: Path) -> Services:
    """A machine: a folder of its own, and nothing of the others."""
    environment = name_environment(data, folder / "warehouse", **shared.environment, TMPDIR=str(folder))
    return Services(environment, folder / "logs")
