"""The same models in a lake: every table has the rows that it has in the database file."""

from collections.abc import Iterator

import pytest

from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import MARTS, hash_rows, hold_open, list_marts, open_read_only
from crime_dagster.core.working_copy import copy_database, replace_database
from tests.dbt.conftest import City, make_city
from tests.dbt.forked import PROJECT, Built, run_dbt

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    pytest.importorskip("duckdb_extension_ducklake", reason="a lake needs pip install '.[lake]'")
    folder = tmp_path_factory.mktemp("lake") / "O'Neil & [co] é"
    make_city(folder)
    environment = {"CRIME_TARGET": "lake", "CRIME_WAREHOUSE_DIR": str(folder)}
    settings = Settings.from_environment(environment)
    assert settings.lake is not None
    told = {"CRIME_LAKE_CATALOGUE": settings.lake.catalogue, "CRIME_LAKE_DATA": settings.lake.data}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        copy_database(settings.database, settings.working_database)
        done = run_dbt(PROJECT, folder, "build", "--target", "lake", **environment, **told)
        assert done.status == 0, done.output[-5000:]
        replace_database(settings.working_database, settings.database)
        yield settings


def test_every_mart_has_the_same_rows(lake: Settings, built_city: tuple[City, Built]):
    embedded = built_city[0].warehouse / "crime.duckdb"
    with hold_open(lake.database):
        marts = list_marts(lake.database)
        assert marts == list_marts(embedded)
        different = [table for table in marts if hash_rows(lake.database, table) != hash_rows(embedded, table)]
    assert marts
    assert different == []


def test_every_column_has_its_description(lake: Settings):
    query = "select column_name, comment from duckdb_columns() where schema_name = ? and database_name = 'crime'"
    with open_read_only(lake.database) as connection:
        found = connection.execute(query, [MARTS]).fetchall()
    assert found
    assert [name for name, comment in found if not comment] == []
