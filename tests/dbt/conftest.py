"""dbt on a tiny landing folder, in a separate process: DuckDB locks a database as long as its process lives."""

import json
import multiprocessing
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from crime_dagster.core.warehouse import link_spatial_extension
from tests.dbt.tiny_city import land_city

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
# Forked from a process that has imported dbt and parsed the project: both take longer than building a tiny city.
FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(["tests.dbt.read_project"])


@dataclass(frozen=True)
class Built:
    """The result of one dbt command."""

    status: int
    output: str
    results: dict[str, str]


@dataclass(frozen=True)
class City:
    """A warehouse folder with a landed tiny city."""

    warehouse: Path

    @property
    def landing(self) -> Path:
        return self.warehouse / "landing"

    @property
    def manifest(self) -> Path:
        """dbt's manifest of the whole build."""
        return self.warehouse / "manifest_of_the_whole_build.json"

    def run_dbt(self, *arguments: str) -> Built:
        return run_dbt(PROJECT, self.warehouse, *arguments)

    def ask(self, sql: str) -> pd.DataFrame:
        with duckdb.connect(str(self.warehouse / "crime.duckdb"), read_only=True) as connection:
            return connection.execute(sql).df()


def run_dbt(project: Path, warehouse: Path, *arguments: str, **environment: str) -> Built:
    """Run a dbt command; `results` maps each node's name to its status."""
    results = warehouse / "dbt" / "target" / "run_results.json"
    results.unlink(missing_ok=True)
    output = warehouse / "said.txt"
    process = FORKED.Process(target=_invoke, args=(project, warehouse, arguments, output, environment))
    process.start()
    process.join(900)
    process.kill()
    process.join()
    assert process.exitcode is not None
    return Built(process.exitcode, output.read_text(encoding="utf-8"), _read_results(results))


def _invoke(
    project: Path, warehouse: Path, arguments: tuple[str, ...], output: Path, environment: dict[str, str]
) -> None:
    said = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(said, stream)
    from dbt.cli.main import dbtRunner

    from tests.dbt.read_project import MANIFEST

    for name in [name for name in os.environ if name.startswith(("DBT_", "CRIME_"))]:
        del os.environ[name]
    os.environ |= {"CRIME_WAREHOUSE_DIR": str(warehouse), "DBT_LOG_PATH": str(warehouse / "logs"), **environment}
    os.chdir(project)
    runner = dbtRunner(manifest=MANIFEST if project == PROJECT else None)
    sys.exit(not runner.invoke(["--no-use-colors", *arguments]).success)


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
    """Run the whole build, in a folder whose name has special characters for SQL, globs and shells."""
    city = make_city(tmp_path_factory.mktemp("dbt") / "O'Neil & [co] é")
    done = city.run_dbt("build")
    assert done.status == 0, done.output[-5000:]
    # A later partial build writes a manifest with only that part's SQL.
    shutil.copyfile(city.warehouse / "dbt" / "target" / "manifest.json", city.manifest)
    return city, done
