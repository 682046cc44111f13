"""Our generic tests, each on a table that must pass and on one that must fail; and how a model is built."""

import shutil
from pathlib import Path

import pytest
import yaml

from crime_dagster.core.warehouse import open_read_only
from tests.dbt.forked import PROJECT, run_dbt

SOURCE_FILES = "(select 'p' as publisher, 't' as thing, 'f.csv' as file)"
# name: (test, arguments, rows that pass, rows that fail)
CASES: dict[str, tuple[str, dict, str, str]] = {
    "ranges_of_a_table": (
        "plausible_ranges",
        {"ranges": {"a": [0, 10], "b_*": [-1, 1]}},
        "select 10 as a, -1.0 as b_share, 'x' as c union all select null, null, null",
        "select 11 as a, 0.0 as b_share, 'x' as c",
    ),
    "ranges_by_the_longest_glob": (
        "plausible_ranges",
        {"ranges": {"b_share": [0, 1], "b_*": [0, 100]}},
        "select 1 as b_share, 100 as b_pct",
        "select 2 as b_share, 100 as b_pct",
    ),
    "ranges_refuse_the_infinite": (
        "plausible_ranges",
        {"ranges": {"*": [0, 1]}},
        "select 0.5::double as a, 'x' as b",
        "select 'nan'::double as a, 'x' as b",
    ),
    "ranges_with_a_share_outside": (
        "plausible_ranges",
        {"ranges": {"a": [1, 9]}, "share": 0.5},
        "select unnest([0, 5]) as a",
        "select unnest([0, 0, 5]) as a",
    ),
    "sum_equals_a_column": (
        "sums_to",
        {"columns": ["a", "b"], "total": "c", "tolerance": 1},
        "select 1 as a, 2 as b, 4 as c union all select null, null, 4",
        "select 1 as a, 2 as b, 5 as c",
    ),
    "sum_with_a_part_missing": (
        "sums_to",
        {"columns": ["a", "b"], "total": 3},
        "select 1 as a, 2 as b",
        "select 3 as a, null::integer as b",
    ),
    "row_count": (
        "row_count_equals",
        {"compare_to": "(select unnest([1, 2]))"},
        "select unnest([7, 8]) as a",
        "select 7 as a",
    ),
    "proportion": (
        "not_null_proportion",
        {"columns": ["a"], "at_least": 0.5},
        "select unnest([1, null]) as a",
        "select unnest([1, null, null]) as a",
    ),
    "proportion_unless_empty": (
        "not_null_proportion",
        {"columns": ["a"], "at_least": 0.9, "unless_empty": True},
        "select null::integer as a",
        "select unnest([1, null]) as a",
    ),
    "key": (
        "primary_key",
        {"columns": ["a", "b"]},
        "select 1 as a, 1 as b union all select 1, 2",
        "select 1 as a, 1 as b union all select 1, 1",
    ),
    "key_without_a_part": (
        "primary_key",
        {"columns": ["a", "b"]},
        "select 1 as a, 1 as b",
        "select 1 as a, null::integer as b",
    ),
    "key_with_a_part_that_may_be_missing": (
        "primary_key",
        {"columns": ["a", "b"], "nullable": ["b"]},
        "select 1 as a, unnest([1, null]) as b",
        "select 1 as a, unnest([null, null]) as b",
    ),
    "key_with_a_gap_beside_it": (
        "primary_key",
        {"columns": ["a"], "filled": ["b"]},
        "select 1 as a, 1 as b",
        "select 1 as a, null::integer as b",
    ),
    "key_with_an_unknown_value": (
        "primary_key",
        {"columns": ["a"], "known": {"b": {"to": "ref('no_gap_passes')", "field": "b"}}},
        "select 1 as a, 1 as b union all select 2, null",
        "select 1 as a, 2 as b",
    ),
    "no_gap": (
        "filled",
        {"columns": ["a", "b"]},
        "select 1 as a, 1 as b",
        "select 1 as a, null::integer as b",
    ),
    "order_of_two_sources": (
        "correlates",
        {"pairs": [["a", "b", -0.8, "p/t", "p/u"], ["a", "c", 0.8, "p/t", "p/v"]], "files": SOURCE_FILES},
        "select i as a, 200 - i as b, null::integer as c from range(100) as rows(i)",
        "select i as a, 7919 * i % 101 as b, null::integer as c from range(100) as rows(i)",
    ),
    "rows": ("not_empty", {}, "select 1 as a", "select 1 as a where false"),
    "landed_key": (
        "landed_as_catalogued",
        {"key": ["a", "b"]},
        "select 'x' as a, unnest(['1', '2']) as b",
        "select 'x' as a, unnest(['1', '1']) as b",
    ),
    "landed_key_by_the_first_month": (
        "landed_as_catalogued",
        {"key": ["a", "month"], "is_wide": True},
        "select 'x' as a, 'f' as source_file, unnest(['202401', '202402']) as month",
        "select 'x' as a, 'f' as source_file, unnest(['202401', '202401', '202402']) as month",
    ),
    "landed_code": (
        "landed_as_catalogued",
        {"key": ["a"], "filled": ["a"]},
        "select 'E01' as a",
        "select ' ' as a",
    ),
    "landed_whole": (
        "landed_as_catalogued",
        {"counts": ["a", "b"]},
        "select unnest(['10', '18.0', '', null]) as a, '1' as b",
        "select '1' as a, '10.5' as b",
    ),
    "landed_whole_below_0": ("landed_as_catalogued", {"counts": ["a"]}, "select '0' as a", "select '-3' as a"),
    "landed_whole_with_separators": (
        "landed_as_catalogued",
        {"counts": ["a"]},
        "select '1045' as a",
        "select '1,045' as a",
    ),
    "landed_decimal": (
        "landed_as_catalogued",
        {"numbers": ["a"]},
        "select unnest(['10.5', '.5', '-3', '1.00E+11', '', null]) as a",
        "select unnest(['nan']) as a",
    ),
    "landed_month": (
        "landed_as_catalogued",
        {"months": ["a"]},
        "select unnest(['202401', '2024-12']) as a",
        "select '202413' as a",
    ),
    "landed_month_missing": (
        "landed_as_catalogued",
        {"months": ["a"]},
        "select '2024-01' as a",
        "select null::varchar as a",
    ),
    "pattern": (
        "matches_pattern",
        {"column_name": "a", "pattern": "[A-Z][0-9]{8}"},
        "select unnest(['E01000001', null]) as a",
        "select 'E010000011' as a",
    ),
}


# Models whose SQL changes between two builds.
TABLE = "{{ config(materialized='table') }} select 1 as a"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, str]]:
    """Build one small dbt project with our macros and generic tests, and two models per case."""
    folder = tmp_path_factory.mktemp("generic")
    project, warehouse = folder / "project", folder / "warehouse"
    warehouse.mkdir()
    shutil.copytree(PROJECT / "tests" / "generic", project / "tests" / "generic")
    shutil.copytree(PROJECT / "macros", project / "macros")
    shutil.copy(PROJECT / "profiles.yml", project)
    settings = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    settings = {key: settings[key] for key in ("name", "version", "profile", "target-path", "log-path", "flags")}
    (project / "dbt_project.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    models = []
    for case, (test, arguments, good, bad) in CASES.items():
        for verdict, sql in (("passes", good), ("fails", bad)):
            path = project / "models" / f"{case}_{verdict}.sql"
            path.parent.mkdir(exist_ok=True)
            path.write_text(sql, encoding="utf-8")
            claim: dict = {"name": f"{case}_{verdict}_test"} | ({"arguments": arguments} if arguments else {})
            models.append({"name": path.stem, "data_tests": [{test: claim}]})
    (project / "models" / "models.yml").write_text(yaml.safe_dump({"models": models}), encoding="utf-8")
    for name in ("kept", "turned"):
        (project / "models" / f"{name}.sql").write_text(TABLE, encoding="utf-8")
    done = run_dbt(project, warehouse, "build")
    assert done.results, done.output[-3000:]
    return project, warehouse, done.results


@pytest.fixture
def results(built: tuple[Path, Path, dict[str, str]]) -> dict[str, str]:
    return built[2]


def test_every_generic_test_has_a_case():
    own = {path.stem for path in (PROJECT / "tests" / "generic").glob("*.sql")}
    assert {test for test, *_ in CASES.values()} == own


@pytest.mark.parametrize("case", CASES)
def test_generic_test_passes_and_fails_where_it_should(results: dict[str, str], case: str):
    assert results[f"{case}_passes_test"] == "pass"
    assert results[f"{case}_fails_test"] == "fail"


def test_a_table_stays_where_its_model_fails_and_a_view_replaces_it(built: tuple[Path, Path, dict[str, str]]):
    project, warehouse, _ = built
    (project / "models" / "kept.sql").write_text(TABLE.replace("1 as a", "error('no') as a"), encoding="utf-8")
    (project / "models" / "turned.sql").write_text("select 2 as a", encoding="utf-8")
    assert run_dbt(project, warehouse, "run", "--select", "kept", "turned").results == {
        "kept": "error",
        "turned": "success",
    }
    with open_read_only(warehouse / "crime.duckdb") as connection:
        assert connection.execute("select kept.a, turned.a from kept, turned").fetchall() == [(1, 2)]
