"""CONTRIBUTING's three recipes, followed in a copy of the project: these files, no others, and it works."""

from pathlib import Path

import pandas as pd

from crime_dagster.core.dictionary import read_columns
from tests.conftest import PROJECT
from tests.recipes.conftest import Followed
from tests.recipes.following import CATEGORY, TOUCHED, hash_files


def test_the_recipes_touch_what_they_say_and_no_more(followed: Followed):
    after = hash_files(followed.copied.folder)
    touched = {
        name
        for name in after.keys() | followed.copied.before.keys()
        if after.get(name) != followed.copied.before.get(name)
    }
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
    assert "### parks/street_trees" in (followed.copied.folder / "docs/data-sources.md").read_text(encoding="utf-8")


def test_a_new_feature_is_in_the_table_and_known_to_models(followed: Followed):
    trees = followed.ask("select street_trees from marts.lsoa_features order by street_trees")["street_trees"]
    assert trees.isna().sum() == 1
    assert trees.dropna().tolist() == list(range(1, len(trees)))
    columns = {
        column.name: column
        for column in read_columns(followed.copied.warehouse / "dbt" / "target" / "manifest.json", "lsoa_features")
    }
    assert (columns["street_trees"].role, columns["street_trees"].unit) == ("feature", "trees")


def test_a_new_crime_type_has_the_sum_of_its_category(followed: Followed):
    (newest,) = followed.copied.data.rglob("*LSOA Level Crime*2026-02.csv")
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
