"""dbt's test results, in words and with the rows they found."""

import csv
from pathlib import Path

import duckdb
import pytest

from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.dbt_results import (
    KEPT_ROWS,
    discard_failures,
    list_failed,
)

MANIFEST = {
    "nodes": {
        "test.p.things_are_whole.1a": {
            "name": "things_are_whole",
            "resource_type": "test",
            "original_file_path": "tests.yml",
            "depends_on": {"nodes": ["model.p.things", "source.p.landing_ons.lsoas"]},
        },
        "model.p.things": {"name": "things", "resource_type": "model", "schema": "marts", "tags": []},
        "model.p.scores": {"name": "scores", "resource_type": "model", "schema": "marts", "tags": ["after_models"]},
    },
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(tmp_path / "data", tmp_path / "warehouse", project_dir=tmp_path / "code")
    found.dbt_dir.mkdir(parents=True)
    (found.dbt_dir / "tests.yml").write_text("models:\n  - data_tests:\n      - name: things_are_whole\n")
    found.warehouse_dir.mkdir()
    with duckdb.connect(str(found.working_database)) as connection:
        connection.execute("create table things as select range as n, 'a, \"b\"' as words from range(1500)")
    return found


def result(unique_id: str, status: str, **more: object) -> dict:
    return {"unique_id": unique_id, "status": status, "message": None, "failures": None, **more}


def test_a_broken_contract_keeps_its_table_and_loses_the_macros(settings: Settings):
    said = """Compilation Error in model things (models/things.sql)
  This model has an enforced contract that failed.

  | column_name | definition_type | contract_type | mismatch_reason    |
  | ----------- | --------------- | ------------- | ------------------ |
  | n           | BIGINT          | VARCHAR       | data type mismatch |

  > in macro assert_columns_equivalent (macros/columns.sql)
  > called by model things (models/things.sql)"""
    (failed,) = list_failed(settings, "dbt_before_models", [result("model.p.things", "error", message=said)], MANIFEST)
    words = failed.describe()
    assert "an enforced contract that failed.\n    | column_name" in words
    assert "data type mismatch |\n  to do:    correct " in words
    assert "macro" not in words


def test_a_failed_test_is_told_with_its_tables_and_rows(settings: Settings):
    sql = "select * from things where n >= 10"
    results = [
        result("test.p.things_are_whole.1a", "fail", message="Got 1490 results", failures=1490, compiled_code=sql),
        result("model.p.things", "success"),
        result("model.p.scores", "skipped"),
    ]
    (failed,) = list_failed(settings, "dbt_before_models", results, MANIFEST)
    path = settings.failures_dir / "dbt_before_models" / "things_are_whole.csv"
    assert failed.describe() == (
        "test things_are_whole on things, landing_ons.lsoas\n"
        '  found:    1,490 rows\n  first:    n 10, words a, "b"\n            n 11, words a, "b"\n'
        f'            n 12, words a, "b"\n  rows:     {path}\n  declared: dbt_project/tests.yml, line 3\n'
        "  to do:    correct or replace the file that the rows come from (`make check FILE=<path>` shows how it is "
        "read); then `make run`"
    )
    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    assert not failed.is_warning
    assert rows[:2] == [["n", "words"], ["10", 'a, "b"']]
    assert len(rows) == KEPT_ROWS + 1
    assert failed.preview.count("\n") == 11, "two lines of head and ten rows"
    discard_failures(settings, "dbt_before_models")
    assert not path.exists()


def test_a_test_whose_rows_speak_is_told_in_their_words(settings: Settings):
    sql = "select 'no2_ug_m3: 12.5 % of the figures' as said union all select 'residents: 100.0 % of the figures'"
    results = [
        result("test.p.things_are_whole.1a", "fail", message="Got 2 results", failures=2, compiled_code=sql),
    ]
    (failed,) = list_failed(settings, "dbt_before_models", results, MANIFEST)
    assert failed.message == "no2_ug_m3: 12.5 % of the figures; residents: 100.0 % of the figures"


def test_rows_that_cannot_be_read_any_more_hide_nothing(settings: Settings):
    results = [
        result(
            "test.p.things_are_whole.1a", "fail", message="Got 1 result", failures=1, compiled_code="select * from x"
        ),
        result("model.p.things", "error", message="Catalog Error:\n  no such table"),
    ]
    test, model = list_failed(settings, "dbt_before_models", results, MANIFEST)
    assert test.rows is None
    assert "Got 1 result" in test.describe()
    assert model.describe().startswith("model things\n  found:    Catalog Error: no such table\n  to do:    ")


def test_warnings_are_called_so_and_come_last(settings: Settings):
    results = [
        result("test.p.things_are_whole.1a", "warn", message="Got 1 result"),
        result("model.p.things", "error", message="no such table"),
    ]
    assert [one.describe().split("\n")[0] for one in list_failed(settings, "step", results, MANIFEST)] == [
        "model things",
        "warning of test things_are_whole on things, landing_ons.lsoas",
    ]
