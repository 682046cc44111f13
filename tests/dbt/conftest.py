"""dbt on a tiny landing folder."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from crime_dagster.core.warehouse import link_spatial_extension
from tests.dbt.forked import PROJECT, Built, run_dbt
from tests.dbt.tiny_city import land_city


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
