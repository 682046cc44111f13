"""The column lineage of dbt models in Dagster."""

from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.defs.dbt.dbt_columns import LINEAGE, ColumnBook

SOURCE, PUBS, MART = "source.city.gla.pubs", "model.city.stg_pubs", "model.city.boroughs"


def make_model(schema: str, name: str, parent: str) -> dict[str, Any]:
    return {
        "resource_type": "model",
        "name": name,
        "alias": name,
        "schema": schema,
        "package_name": "city",
        "original_file_path": f"models/{name}.sql",
        "depends_on": {"nodes": [parent]},
        "columns": {},
        "config": {"schema": schema},
        "fqn": ["city", name],
    }


MANIFEST: dict[str, Any] = {
    "nodes": {PUBS: make_model("staging", "stg_pubs", SOURCE), MART: make_model("marts", "boroughs", PUBS)},
    "sources": {
        SOURCE: {
            "resource_type": "source",
            "schema": "landing_gla",
            "identifier": "pubs",
            "source_name": "gla",
            "name": "pubs",
            "columns": {"borough": {}, "easting": {}},
        }
    },
}


def compile_sql(target: Path, name: str, sql: str) -> None:
    path = target / "compiled" / "city" / "models" / f"{name}.sql"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(sql, encoding="utf-8")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    compile_sql(tmp_path, "stg_pubs", 'select borough as borough_name, easting from "crime"."landing_gla"."pubs"')
    compile_sql(
        tmp_path, "boroughs", "select borough_name, count(easting) as pubs, 1 as one from staging.stg_pubs group by 1"
    )
    return tmp_path


def read_lineage(book: ColumnBook, *key: str) -> dict[str, list[tuple[str, str]]]:
    lineage = book.describe(dg.AssetKey(key))[LINEAGE]
    return {
        column: [(dep.asset_key.to_user_string(), dep.column_name) for dep in deps]
        for column, deps in lineage.deps_by_column.items()
    }


def test_a_column_names_the_columns_of_its_parents_and_not_of_theirs(target: Path):
    book = ColumnBook(target / "book.json", MANIFEST)
    book.trace(PUBS, target)
    book.trace(MART, target)
    assert read_lineage(book, "staging", "stg_pubs")["borough_name"] == [("gla/pubs", "borough")]
    assert read_lineage(book, "marts", "boroughs") == {
        "borough_name": [("staging/stg_pubs", "borough_name")],
        "pubs": [("staging/stg_pubs", "easting")],
        "one": [],
    }


def test_a_union_by_name_joins_columns_of_the_same_name_in_any_order(target: Path):
    compile_sql(
        target,
        "stg_pubs",
        "select borough as name, easting from landing_gla.pubs "
        "union all by name select 'none' as kind, borough as easting, borough as name from landing_gla.pubs",
    )
    book = ColumnBook(target / "book.json", MANIFEST)
    book.trace(PUBS, target)
    borough, easting = ("gla/pubs", "borough"), ("gla/pubs", "easting")
    found = {column: set(deps) for column, deps in read_lineage(book, "staging", "stg_pubs").items()}
    assert found == {"name": {borough}, "easting": {borough, easting}, "kind": set()}


def test_a_later_step_finds_what_an_earlier_one_traced(target: Path):
    first = ColumnBook(target / "book.json", MANIFEST)
    first.trace(PUBS, target)
    first.keep()
    second = ColumnBook(target / "book.json", MANIFEST)
    second.trace(MART, target)
    assert read_lineage(second, "marts", "boroughs")["pubs"] == [("staging/stg_pubs", "easting")]


def test_a_model_of_parents_that_were_not_traced_is_not_guessed_at(target: Path):
    book = ColumnBook(target / "book.json", MANIFEST)
    book.trace(MART, target)
    assert book.describe(dg.AssetKey(["marts", "boroughs"])) == {}


def test_a_model_is_traced_again_where_its_sql_is_another(target: Path, monkeypatch: pytest.MonkeyPatch):
    book = ColumnBook(target / "book.json", MANIFEST)
    book.trace(PUBS, target)
    with monkeypatch.context() as patch:
        patch.setattr("crime_dagster.defs.dbt.dbt_columns.trace_parents", lambda *_: pytest.fail("nothing changed"))
        book.trace(PUBS, target)
    compile_sql(target, "stg_pubs", "select easting as borough_name from landing_gla.pubs")
    book.trace(PUBS, target)
    assert read_lineage(book, "staging", "stg_pubs") == {"borough_name": [("gla/pubs", "easting")]}


def test_sql_that_cannot_be_followed_leaves_no_old_words(target: Path):
    book = ColumnBook(target / "book.json", MANIFEST)
    book.trace(PUBS, target)
    compile_sql(target, "stg_pubs", "select (from where")
    with pytest.raises(InputError, match="cannot follow"):
        book.trace(PUBS, target)
    assert book.describe(dg.AssetKey(["staging", "stg_pubs"])) == {}


def test_a_damaged_book_is_an_empty_one(target: Path):
    (target / "book.json").write_text("{", encoding="utf-8")
    assert ColumnBook(target / "book.json", MANIFEST).describe(dg.AssetKey(["marts", "boroughs"])) == {}
