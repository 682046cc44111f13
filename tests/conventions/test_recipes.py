"""CONTRIBUTING's three recipes, followed in a copy of the project: these files, no others, and it works."""

import csv
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from crime_dagster.core.dictionary import read_columns
from crime_dagster.sources.synthetic.city import CityPlan
from crime_dagster.sources.synthetic.writing import write_city
from tests.conftest import PROJECT
from tests.conventions.test_house import list_committed

FEATURES = "dbt_project/models/marts/areas/lsoa_features"
SEEDS = "dbt_project/seeds"
STAGING = "dbt_project/models/staging/parks"
CATEGORY, CRIME_TYPE = "POSSESSION OF WEAPONS", "weapon_carrying"
MODELLED = {"is_modelled": "true"}

ENTRY = """
parks/street_trees:
  title: Street trees by small area
  landing_page: https://parks.example/trees
  download: {kind: manual, why: "made up, to follow a recipe"}
  licence: Open Government Licence v3.0
  attribution: "Source: Parks Department"
  credit: Parks Department
  vintage: "2024"
  cadence: yearly
  lsoa_vintage: "2021"
  many_files: false
  reader: table
  patterns: ["street trees*.csv"]
  columns:
    lsoa_code: {headers: [LSOA21CD], kind: lsoa_code}
    street_trees: {headers: [Trees], kind: count, unit: trees}
  unique: [lsoa_code]
  ranges:
    street_trees: [0, 5000]
"""
STAGING_MODEL = """\
with source as (
    select * from {{ source('parks', 'street_trees') }}
),

renamed as (
    select
        {{ clean_text('lsoa_code') }} as lsoa_code,
        {{ whole_number('street_trees') }} as street_trees,
        source_file,
        row_number
    from source
)

select * from renamed
"""
STAGING_WORDS = """\
version: 2

models:
  - name: stg_parks__street_trees
    description: Street trees per area.
"""
FEATURE_WORDS = """\
      - name: street_trees
        data_type: double
        description: Trees along the streets of the area.
        config: {meta: {label: Street trees, unit: trees, role: feature, source: [parks/street_trees], vintage: '2024'}}
"""
CRIME_TYPE_WORDS = f"""\
      - name: crimes_{CRIME_TYPE}
        data_type: double
        description: Recorded possession of weapons in the twelve months.
        config: {{meta: {{label: Weapons, unit: crimes a year, role: target}}}}
"""
TOUCHED = {
    # A published file
    "crime_dagster/sources/catalogue/catalogue.yml",
    f"{STAGING}/_parks__models.yml",
    f"{STAGING}/stg_parks__street_trees.sql",
    # A feature
    f"{FEATURES}.sql",
    f"{FEATURES}.yml",
    # A crime type, with its column in lsoa_features.yml
    f"{SEEDS}/crime_types.csv",
    f"{SEEDS}/crime_type_categories.csv",
    # make docs
    f"{STAGING}/_parks__sources.yml",
    "docs/data-sources.md",
    "docs/model-card.md",
    "docs/data-dictionary.md",
}


@dataclass(frozen=True)
class Followed:
    """The result of the recipes."""

    project: Path
    data: Path
    before: dict[str, str]
    manifest: Path
    marts: duckdb.DuckDBPyConnection

    def ask(self, sql: str) -> pd.DataFrame:
        return self.marts.execute(sql).df()


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Followed]:
    """Build one copy for all three recipes, because the build is slow."""
    folder = tmp_path_factory.mktemp("recipes")
    project, data, warehouse = folder / "project", folder / "data", folder / "warehouse"
    for path in list_committed():
        target = project / path.relative_to(PROJECT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    before = hash_files(project)
    add_published_file(project)
    add_feature(project)
    add_crime_type(project)
    write_city(data, CityPlan(areas=60, boroughs=4, months=26))
    write_trees(data)
    run(project, data, warehouse, "docs")
    run(project, data, warehouse, "dbt")
    with duckdb.connect(str(warehouse / "crime.duckdb"), read_only=True) as marts:
        yield Followed(project, data, before, warehouse / "dbt" / "target" / "manifest.json", marts)


def add_published_file(project: Path) -> None:
    append(project / "crime_dagster/sources/catalogue/catalogue.yml", ENTRY)
    (project / STAGING).mkdir()
    (project / STAGING / "_parks__models.yml").write_text(STAGING_WORDS, encoding="utf-8")
    (project / STAGING / "stg_parks__street_trees.sql").write_text(STAGING_MODEL, encoding="utf-8")


def add_feature(project: Path) -> None:
    path = project / f"{FEATURES}.sql"
    sql = path.read_text(encoding="utf-8")
    head, key, rest = sql.rpartition("    lsoas.lsoa_code,\n")
    body, order, tail = rest.rpartition("order by lsoas.lsoa_code")
    assert key, "the column that the new one follows"
    assert order, "the end that the new join precedes"
    column = "    trees.street_trees::double as street_trees,\n"
    join = "left join {{ ref('stg_parks__street_trees') }} as trees on lsoas.lsoa_code = trees.lsoa_code\n"
    path.write_text(head + key + column + body + join + order + tail, encoding="utf-8")
    append(project / f"{FEATURES}.yml", FEATURE_WORDS)
    add_range(project, "street_trees: [0, 5000]")


def add_crime_type(project: Path) -> None:
    words = {"label": "Weapons", "noun_phrase": "possession of weapons", "count_noun": "weapon offences"}
    append_row(project / SEEDS / "crime_types.csv", {"crime_type": CRIME_TYPE, **words, "sort_order": "99"} | MODELLED)
    path = project / SEEDS / "crime_type_categories.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(f"{CATEGORY},other", f"{CATEGORY},{CRIME_TYPE}"), "utf-8")
    append(project / f"{FEATURES}.yml", CRIME_TYPE_WORDS)
    add_range(project, f"crimes_{CRIME_TYPE}: [0, 1000]")


def add_range(project: Path, line: str) -> None:
    path = project / f"{FEATURES}.yml"
    head, mark, tail = path.read_text(encoding="utf-8").partition("              crimes_total: [")
    assert mark, "the range that the new one precedes"
    path.write_text(f"{head}              {line}\n{mark}{tail}", encoding="utf-8")


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def append_row(path: Path, row: dict[str, str]) -> None:
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    assert set(header) == set(row), "the recipe names every column of the seed"
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, header, lineterminator="\n").writerow(row)


def write_trees(data: Path) -> None:
    (tenure,) = data.rglob("*ts054*.csv")
    with tenure.open(encoding="utf-8-sig", newline="") as file:
        codes = sorted({value for row in csv.reader(file) for value in row if value.startswith("E01")})
    (data / "parks").mkdir()
    rows = [f"{code},{number}" for number, code in enumerate(codes, start=1)]
    # One count is not a number: it must be excluded, not lost.
    text = "\n".join(["LSOA21CD,Trees", *rows[:-1], f"{codes[-1]},many"]) + "\n"
    (data / "parks" / "street trees 2024.csv").write_text(text, encoding="utf-8")


def run(project: Path, data: Path, warehouse: Path, command: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DBT_", "CRIME_", "DAGSTER_"))}
    own = {"PYTHONPATH": str(project), "CRIME_DATA_DIR": str(data), "CRIME_WAREHOUSE_DIR": str(warehouse)}
    done = subprocess.run(
        [sys.executable, "-m", "crime_dagster", command],
        cwd=project,
        env={**kept, **own, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def hash_files(project: Path) -> dict[str, str]:
    files = (path for path in project.rglob("*") if path.is_file())
    return {str(path.relative_to(project)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_recipes_touch_what_they_say_and_no_more(followed: Followed):
    after = hash_files(followed.project)
    touched = {name for name in after.keys() | followed.before.keys() if after.get(name) != followed.before.get(name)}
    assert touched == TOUCHED
    assert [name for name in touched if name.endswith(".py")] == []
    recipes = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8").replace("<publisher>", "parks")
    named = recipes.replace("<things>", "street_trees")
    assert [name for name in sorted(TOUCHED) if not name.startswith("docs/") and Path(name).name not in named] == []


def test_a_new_published_file_is_landed_counted_and_documented(followed: Followed):
    (row,) = followed.ask("from marts.source_files where publisher = 'parks'").to_dict("records")
    assert row["file"] == "parks/street trees 2024.csv"
    assert (row["rows_in"], row["rows_set_aside"]) == (row["rows_kept"] + 1, 1)
    assert row["lsoa_vintage"] == "2021"
    reasons = followed.ask("select reason from marts.set_aside_rows where publisher = 'parks'")["reason"]
    assert reasons.tolist() == ["bad_number"]
    assert "### parks/street_trees" in (followed.project / "docs/data-sources.md").read_text(encoding="utf-8")


def test_a_new_feature_is_in_the_table_and_known_to_models(followed: Followed):
    trees = followed.ask("select street_trees from marts.lsoa_features order by street_trees")["street_trees"]
    assert trees.isna().sum() == 1
    assert trees.dropna().tolist() == list(range(1, len(trees)))
    columns = {column.name: column for column in read_columns(followed.manifest, "lsoa_features")}
    assert (columns["street_trees"].role, columns["street_trees"].unit) == ("feature", "trees")


def test_a_new_crime_type_has_the_sum_of_its_category(followed: Followed):
    (newest,) = followed.data.rglob("*LSOA Level Crime*2026-02.csv")
    rows = pd.read_csv(newest)
    months = [f"2025{month:02}" for month in range(3, 13)] + ["202601", "202602"]
    expected = int(rows.loc[rows["Major Category"] == CATEGORY, months].to_numpy().sum())
    assert expected > 0
    for sql in (
        "select sum(crimes) as crimes from marts.lsoa_crimes "
        "where crime_type = 'weapon_carrying' and month >= '2025-03-01'",
        "select sum(crimes_weapon_carrying) as crimes from marts.lsoa_features where year_ending = '2026-02-01'",
    ):
        assert followed.ask(sql)["crimes"].tolist() == [expected]
