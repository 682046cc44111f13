"""dbt on a tiny landing, in a process of its own: DuckDB keeps a database locked for as long as its process lives."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from crime_dagster.core.warehouse import link_spatial_extension
from tests.dbt.tiny_city import land_city

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
INVOKE = "import sys; from dbt.cli.main import dbtRunner; sys.exit(not dbtRunner().invoke(sys.argv[1:]).success)"


@dataclass(frozen=True)
class Built:
    """What one dbt command did."""

    status: int
    output: str
    results: dict[str, str]


@dataclass(frozen=True)
class City:
    """A warehouse folder in which a tiny city was landed."""

    warehouse: Path

    @property
    def landing(self) -> Path:
        return self.warehouse / "landing"

    @property
    def whole_manifest(self) -> Path:
        return self.warehouse / "dbt" / "whole_manifest.json"

    def run_dbt(self, *arguments: str) -> Built:
        return run_dbt(PROJECT, self.warehouse, *arguments)

    def ask(self, sql: str) -> pd.DataFrame:
        with duckdb.connect(str(self.warehouse / "crime.duckdb"), read_only=True) as connection:
            return connection.execute(sql).df()


def run_dbt(project: Path, warehouse: Path, *arguments: str) -> Built:
    """Run a dbt command; `results` maps each node's name to its status."""
    results = warehouse / "dbt" / "target" / "run_results.json"
    results.unlink(missing_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DBT_", "CRIME_"))}
    environment |= {"CRIME_WAREHOUSE_DIR": str(warehouse), "DBT_LOG_PATH": str(warehouse / "logs")}
    done = subprocess.run(
        [sys.executable, "-c", INVOKE, "--no-use-colors", *arguments],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return Built(done.returncode, done.stdout + done.stderr, _read_results(results))


def _read_results(path: Path) -> dict[str, str]:
    nodes = json.loads(path.read_text(encoding="utf-8"))["results"] if path.is_file() else []
    # model.<project>.<name>, test.<project>.<name>[.<hash>], unit_test.<project>.<model>.<name>
    names = [node["unique_id"].split(".") for node in nodes]
    return {name[3 if name[0] == "unit_test" else 2]: node["status"] for name, node in zip(names, nodes, strict=True)}


def make_city(folder: Path) -> City:
    """Land the city in a new warehouse folder."""
    land_city(folder / "landing")
    link_spatial_extension(folder / "extensions")
    return City(folder)


@pytest.fixture(scope="session")
def built_city(tmp_path_factory: pytest.TempPathFactory) -> tuple[City, Built]:
    """The whole build, in a folder whose name means something to SQL, to globs and to a shell."""
    city = make_city(tmp_path_factory.mktemp("dbt") / "O'Neil & [co] é")
    done = city.run_dbt("build")
    assert done.status == 0, done.output[-5000:]
    # Later commands on parts of the project leave a manifest that knows the SQL of these parts alone.
    shutil.copy(city.warehouse / "dbt" / "target" / "manifest.json", city.whole_manifest)
    return city, done
