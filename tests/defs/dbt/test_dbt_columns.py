"""The column lineage of dbt models in Dagster."""

from pathlib import Path
from typing import Any

import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.core.files import read_json
from crime_dagster.core.settings import Settings
from crime_dagster.defs.dbt.dbt_columns import LINEAGE, TRACED, describe_lineage, trace_columns, trace_origins

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


def read_lineage(settings: Settings, key: str) -> dict[str, list[tuple[str, str]]]:
    found = describe_lineage(MANIFEST["nodes"] | MANIFEST["sources"], key, read_json(settings.records_dir / TRACED))
    columns = found[LINEAGE].deps_by_column if found else {}
    return {name: [(dep.asset_key.to_user_string(), dep.column_name) for dep in deps] for name, deps in columns.items()}


def test_a_column_names_the_columns_of_its_parents_and_not_of_theirs(settings: Settings, target: Path):
    assert trace_columns(settings, MANIFEST, [PUBS, MART], target) == []
    assert read_lineage(settings, PUBS)["borough_name"] == [("gla/pubs", "borough")]
    assert read_lineage(settings, MART) == {
        "borough_name": [("staging/stg_pubs", "borough_name")],
        "pubs": [("staging/stg_pubs", "easting")],
        "one": [],
    }


def test_a_union_by_name_joins_columns_of_the_same_name_in_any_order(settings: Settings, target: Path):
    compile_sql(
        target,
        "stg_pubs",
        "select borough as name, easting from landing_gla.pubs "
        "union all by name select 'none' as kind, borough as easting, borough as name from landing_gla.pubs",
    )
    trace_columns(settings, MANIFEST, [PUBS], target)
    borough, easting = ("gla/pubs", "borough"), ("gla/pubs", "easting")
    found = {column: set(deps) for column, deps in read_lineage(settings, PUBS).items()}
    assert found == {"name": {borough}, "easting": {borough, easting}, "kind": set()}


def test_a_union_of_whole_tables_joins_columns_by_their_place(settings: Settings, target: Path):
    columns: dict[str, Any] = {"columns": {"easting": {}, "borough": {}}}
    compile_sql(
        target, "stg_pubs", "select * from landing_gla.pubs union all select 1 as one, borough from landing_gla.pubs"
    )
    trace_columns(settings, MANIFEST | {"sources": {SOURCE: MANIFEST["sources"][SOURCE] | columns}}, [PUBS], target)
    assert read_lineage(settings, PUBS)["easting"] == [("gla/pubs", "easting")]


def test_the_origins_of_a_column_are_published_columns(settings: Settings, target: Path):
    trace_columns(settings, MANIFEST, [PUBS, MART], target)
    traced = read_json(settings.records_dir / TRACED)
    found = trace_origins(MANIFEST, MART, traced)
    borough, easting = (("landing_gla", "pubs", name) for name in ("borough", "easting"))
    assert found == {"borough_name": {borough}, "pubs": {easting}, "one": set()}
    with pytest.raises(InputError, match="of stg_pubs, which is not traced"):
        trace_origins(MANIFEST, MART, {MART: traced[MART]})


def test_a_later_step_finds_what_an_earlier_one_traced(settings: Settings, target: Path):
    trace_columns(settings, MANIFEST, [PUBS], target)
    trace_columns(settings, MANIFEST, [MART], target)
    assert read_lineage(settings, MART)["pubs"] == [("staging/stg_pubs", "easting")]


def test_a_model_of_parents_that_were_not_traced_is_not_guessed_at(settings: Settings, target: Path):
    assert trace_columns(settings, MANIFEST, [MART], target) == []
    assert read_lineage(settings, MART) == {}


def test_sql_that_cannot_be_followed_is_said_and_leaves_no_old_words(settings: Settings, target: Path):
    trace_columns(settings, MANIFEST, [PUBS], target)
    compile_sql(target, "stg_pubs", "select (from where")
    (fault,) = trace_columns(settings, MANIFEST, [PUBS], target)
    assert "the columns of stg_pubs are not traced" in fault
    assert "cannot follow" in fault
    assert read_lineage(settings, PUBS) == {}


def test_what_was_damaged_is_as_if_nothing_was_traced(settings: Settings, target: Path):
    settings.records_dir.mkdir(parents=True)
    (settings.records_dir / TRACED).write_text("{", encoding="utf-8")
    trace_columns(settings, MANIFEST, [PUBS], target)
    assert read_lineage(settings, PUBS)["borough_name"]
