"""Descriptions of tables: written, or from the rule for all of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.core.table_words import NEVER, NOT_HERE, UNKNOWN, ColumnWords, TableWords, fit_to_rows, read_tables

SHARED = '"towns.r*k": where not reported\n"*": shadowed\n'


def describe(name: str, description: str = "Of it.", data_type: str = "varchar", **meta: Any) -> dict[str, Any]:
    return {"name": name, "description": description, "data_type": data_type, "config": {"meta": meta}}


def make_test(name: str, **given: Any) -> dict[str, Any]:
    return {
        "resource_type": "test",
        "attached_node": "model.towns",
        "test_metadata": {"name": name, "kwargs": given},
    }


@pytest.fixture
def read(tmp_path: Path):
    def read(columns: list[dict[str, Any]], *tests: dict[str, Any], description: str = "Towns.", shared: str = SHARED):
        (tmp_path / "null_words.yml").write_text(shared)
        model = {
            "resource_type": "model",
            "schema": "marts",
            "name": "towns",
            "unique_id": "model.towns",
            "description": description,
            "columns": {one["name"]: one for one in columns},
        }
        nodes = {
            "model.towns": model,
            "other": {**model, "schema": "staging"},
            **{f"test.{number}": one for number, one in enumerate(tests)},
        }
        (tmp_path / "manifest.json").write_text(json.dumps({"nodes": nodes}))
        (table,) = read_tables(tmp_path / "manifest.json", tmp_path)
        return table

    return read


def find_null(table: TableWords) -> dict[str, str]:
    return {column.name: column.null for column in table.columns}


def test_null_is_what_a_test_the_description_the_table_or_the_shared_file_says(read) -> None:
    columns = [describe(name) for name in ("code", "name", "part", "rank")]
    columns += [describe("crimes", "Recorded; NULL where late. A whole number.", "bigint", unit="crimes")]
    tests = [
        make_test("primary_key", columns=["code", "part"], nullable=["part"]),
        make_test("filled", columns=["name"]),
    ]
    table = read(columns, *tests)
    assert find_null(table) == {
        "code": NEVER,
        "name": NEVER,
        "part": "shadowed",
        "rank": "where not reported",
        "crimes": "where late",
    }
    assert (table.key, table.columns[4].description) == (("code", "part"), "Recorded; A whole number.")
    assert find_null(read(columns, description="Towns. NULL where suppressed."))["rank"] == "where suppressed"


def test_a_unit_is_none_where_there_are_no_numbers_and_numbers_need_one(read) -> None:
    table = read([describe("code"), describe("rank", data_type="bigint", unit="")])
    assert [column.unit for column in table.columns] == ["none", "none"]
    with pytest.raises(InputError, match="numbers without a unit"):
        read([describe("crimes", data_type="double")])


def test_links_lead_to_the_table_that_a_test_names(read) -> None:
    related = make_test("relationships", column_name="code", to="ref('lsoas')", field="lsoa_code")
    assert read([describe("code")], related).links == (("code", "lsoas", "lsoa_code"),)


def test_a_crime_type_leads_to_their_table_without_a_test(read) -> None:
    assert read([describe("crime_type")]).links == (("crime_type", "crime_types", "crime_type"),)


def test_a_null_that_nobody_explains_is_said_to_be_unknown_and_never_zero() -> None:
    columns = [ColumnWords(name, name, "none", "", "bigint", "Of it.", "") for name in ("full", "some", "nothing")]
    counts = {"towns": {"full": (3, 3), "some": (2, 3), "nothing": (0, 3)}}
    (table,) = fit_to_rows([TableWords("towns", "", tuple(columns)), TableWords("gone", "", ())], counts)
    assert [column.null for column in table.columns] == [NOT_HERE, UNKNOWN, UNKNOWN]
    assert [column.has_values for column in table.columns] == [True, True, False]
    assert table.columns[2].write_comment() == f"No value in this data set. Of it. Unit: none. NULL: {UNKNOWN}."
