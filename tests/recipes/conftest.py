"""A copy of the project after CONTRIBUTING's recipes, and a city that it built under all that may be in its way.

The code is another user's and read-only, few files may be open, and the warehouse is another run's at first. One build
serves all tests here, because it is slow.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from crime_dagster.core.lock import hold_warehouse
from crime_dagster.sources.synthetic.city import CityPlan
from crime_dagster.sources.synthetic.writing import write_city
from tests.conftest import PROJECT, name_environment, obey_modes
from tests.conventions.test_house import list_committed
from tests.recipes.following import follow_recipes, hash_files


@dataclass(frozen=True)
class Copied:
    """A copy of the project, and where it builds what.

    Args:
        folder: Of the copy.
        data: The made-up city.
        warehouse: Where it is built.
        before: The files of the copy before the recipes, with their hashes.
    """

    folder: Path
    data: Path
    warehouse: Path
    before: dict[str, str]

    def start(self, command: str, warehouse: Path | None, *before: str) -> subprocess.Popen[str]:
        """Start a command of the copy; without a warehouse, where the settings put it."""
        environment = name_environment(self.data, warehouse or Path()) | {"PYTHONPATH": str(self.folder)}
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        if warehouse is None:
            del environment["CRIME_WAREHOUSE_DIR"]
        return subprocess.Popen(
            [*before, sys.executable, "-m", "crime_dagster", command],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def start_hampered(self, warehouse: Path | None) -> subprocess.Popen[str]:
        """Start `dbt` where modes of files count, and with as few open files as some systems allow."""
        return self.start(
            "dbt", warehouse, *obey_modes(), *(["prlimit", "--nofile=64"] if shutil.which("prlimit") else [])
        )


@dataclass(frozen=True)
class Followed:
    """The result of the recipes, the first line that the build said, and the copy's files before and after it."""

    copied: Copied
    told: str
    before: list[Path]
    after: list[Path]
    marts: duckdb.DuckDBPyConnection

    def ask(self, sql: str) -> pd.DataFrame:
        return self.marts.execute(sql).df()


@pytest.fixture(scope="session")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copied]:
    """Copy what is committed, follow the recipes, write the documents, and make the copy read-only."""
    folder = tmp_path_factory.mktemp("recipes")
    project, data = folder / "project", folder / "town"
    for path in list_committed():
        target = project / path.relative_to(PROJECT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    copied = Copied(project, data, folder / "warehouse", hash_files(project))
    write_city(data, CityPlan(areas=60, boroughs=4, months=26))
    follow_recipes(project, data)
    # With dbt's manifest in the warehouse, the build need not parse the project before it lands.
    finish(copied.start("docs", copied.warehouse))
    tree = [project, *project.rglob("*")]
    for path in tree:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield copied
    for path in tree:
        path.chmod(0o755)


@pytest.fixture(scope="session")
def followed(copied: Copied) -> Iterator[Followed]:
    before = sorted(copied.folder.rglob("*"))
    with hold_warehouse(copied.warehouse):
        waiting = copied.start_hampered(copied.warehouse)
        assert waiting.stdout is not None
        told = waiting.stdout.readline()
        assert not (copied.warehouse / "crime.duckdb").exists()
    finish(waiting)
    after = sorted(copied.folder.rglob("*"))
    with duckdb.connect(str(copied.warehouse / "crime.duckdb"), read_only=True) as marts:
        yield Followed(copied, told, before, after, marts)


def finish(process: subprocess.Popen[str]) -> None:
    output, errors = process.communicate(timeout=900)
    assert process.returncode == 0, output[-3000:] + errors[-3000:]
