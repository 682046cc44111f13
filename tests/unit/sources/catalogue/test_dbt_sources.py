"""dbt's source tables match the catalogue."""

from pathlib import Path

import pytest
import yaml

from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.catalogue.catalogue_docs import STAGING, draft_sources

KEYS = ("mps/lsoa_crime", "ons/population", "ons/lsoa_boundaries", "gla/night_economy", "police_uk/street_crime")


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    """The tables of five sources, each read by a model."""
    project: Path = tmp_path_factory.mktemp("project")
    for key in KEYS:
        publisher, thing = key.split("/")
        path = project / STAGING / publisher / f"stg_{publisher}__{thing}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"from {{{{ source('{publisher}', '{thing}') }}}}", encoding="utf-8")
    drafted = draft_sources(project, load_catalogue())
    assert {path.parent.name for path in drafted} == {key.split("/")[0] for key in KEYS}
    publishers = [yaml.safe_load(text)["sources"][0] for text in drafted.values()]
    return {f"{one['name']}/{table['name']}": table for one in publishers for table in one["tables"]}


def read_claims(table: dict) -> dict:
    (test,) = table["data_tests"]
    return test["landed_as_catalogued"]["arguments"]


def test_only_what_a_model_reads_is_declared(tables: dict[str, dict]):
    assert set(tables) == set(KEYS)


def test_columns_are_the_landed_ones_with_the_type_of_what_is_no_text(tables: dict[str, dict]):
    boundaries = {column["name"]: column.get("data_type") for column in tables["ons/lsoa_boundaries"]["columns"]}
    assert (boundaries["lsoa_code"], boundaries["geometry_wkb"], boundaries["row_number"]) == (None, "blob", "bigint")
    streets = [column["name"] for column in tables["police_uk/street_crime"]["columns"]]
    assert streets[-3:] == ["archive", "source_file", "row_number"]


def test_a_row_is_named_by_what_file_name_header_and_order_of_tables_add(tables: dict[str, dict]):
    crime = read_claims(tables["mps/lsoa_crime"])
    assert crime["key"] == ["source_file", "lsoa_code", "borough", "major_category", "minor_category", "month"]
    assert (crime["filled"], crime["counts"], crime["months"], crime["is_wide"]) == (
        ["lsoa_code"],
        ["crimes"],
        ["month"],
        True,
    )
    assert read_claims(tables["ons/population"])["key"] == ["lsoa_code", "year"]
    assert read_claims(tables["gla/night_economy"])["key"] == ["msoa11_code", "kind", "year"]
    assert "key" not in read_claims(tables["police_uk/street_crime"])
