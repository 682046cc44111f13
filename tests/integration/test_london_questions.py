"""The queries of docs/questions.md against pandas on London's published files.

Those whose answer needs our models are in `test_london_models`.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from crime_dagster.core.table_words import NEVER, NULL_WORDS, UNKNOWN, fit_to_rows, read_tables
from crime_dagster.core.warehouse import count_values
from crime_dagster.drawing.downloads.questions import read_questions
from tests.conftest import PROJECT, Run
from tests.integration.london_releases import (
    BURGLARY,
    YEAR,
    drop_outside,
    read_borough_files,
    read_release,
    read_searches,
)

pytestmark = pytest.mark.real
Answer = Callable[[int], pd.DataFrame]


@pytest.fixture(scope="module")
def answer(built_london: Run) -> Iterator[Answer]:
    """The answer to a question by its number."""
    text = (PROJECT / "docs" / "questions.md").read_text(encoding="utf-8")
    queries = {question.number: question.sql for question in read_questions(text)}
    with duckdb.connect(str(built_london.warehouse / "crime.duckdb"), read_only=True) as connection:
        yield lambda number: connection.execute(queries[number]).df()


def test_null_is_explained_in_every_column_that_has_one(built_london: Run):
    tables = read_tables(built_london.warehouse / "dbt" / "target" / "manifest.json", PROJECT / "dbt_project")
    counts = count_values(built_london.warehouse / "crime.duckdb")
    words = {
        (table.name, column.name): column.null for table in fit_to_rows(tables, counts) for column in table.columns
    }
    assert [place for place, null in words.items() if null == UNKNOWN] == [], f"explain it in {NULL_WORDS}"
    never = [place for place, null in words.items() if null == NEVER]
    assert [(table, name) for table, name in never if len(set(counts[table][name])) > 1] == []


@pytest.fixture(scope="module")
def release(real_data_dir: Path) -> pd.DataFrame:
    return read_release(real_data_dir)


@pytest.fixture(scope="module")
def boroughs(release: pd.DataFrame) -> pd.DataFrame:
    """Crimes of the newest year by borough: all, and burglary."""
    counted = release.assign(crimes=release[YEAR].sum(axis=1)).groupby("Borough")["crimes"]
    burglary = release[release["Major Category"] == BURGLARY][["Borough", *YEAR]].set_index("Borough").sum(axis=1)
    return pd.DataFrame({"total": counted.sum(), "burglary": burglary.groupby("Borough").sum()})


def test_burglary_of_a_borough_by_month(answer: Answer, release: pd.DataFrame, boroughs: pd.DataFrame):
    busiest = boroughs["total"].idxmax()
    rows = release[(release["Borough"] == busiest) & (release["Major Category"] == BURGLARY)]
    found = answer(1)
    assert [f"{month:%Y%m}" for month in found["month"]] == YEAR[::-1]
    assert found["crimes"].tolist() == rows[YEAR[::-1]].sum().tolist()


def test_burglary_per_resident(answer: Answer, real_data_dir: Path, boroughs: pd.DataFrame, release: pd.DataFrame):
    people = pd.read_csv(next((real_data_dir / "ons" / "population").glob("*.csv"))).set_index("LSOA 2021 Code")
    newest = max(name for name in people.columns if name.endswith(": Population"))
    names = release.drop_duplicates("LSOA Code").set_index("LSOA Code")["Borough"]
    residents = people[newest].groupby(names).sum()
    expected = (1000 * boroughs["burglary"] / residents).sort_values(ascending=False).round(1)
    found = answer(2)
    assert found["per_1000"].tolist() == expected.head(10).tolist()
    assert found["rate_rank"].tolist() == list(range(1, 11))


def test_ten_areas_with_most_crime(answer: Answer, release: pd.DataFrame):
    expected = release.assign(crimes=release[YEAR].sum(axis=1)).groupby("LSOA Code")["crimes"].sum()
    assert answer(3)["crimes"].tolist() == expected.nlargest(10).tolist()


def test_share_of_the_city(answer: Answer, boroughs: pd.DataFrame):
    shares = (100 * boroughs["burglary"] / boroughs["burglary"].sum()).sort_values(ascending=False)
    assert answer(5)["share_pct"].tolist() == shares.head(10).round(1).tolist()


def test_a_ward(answer: Answer, real_data_dir: Path):
    file = pd.read_parquet(real_data_dir / "mps" / "recorded-crime-ward.parquet")
    months = sorted((name for name in file.columns if name.isdigit() and name != "202402"), reverse=True)
    wards = file.groupby("wardcode")[months].sum()
    busiest = wards.iloc[int(wards.sum(axis=1).argmax())]
    found = answer(7)
    assert [f"{month:%Y%m}" for month in found["month"]] == months[:12]
    assert found["crimes"].tolist() == busiest[:12].tolist()


def test_stop_and_search(answer: Answer, real_data_dir: Path):
    expected = drop_outside(read_searches(real_data_dir)).groupby(["Object of search", "Outcome"]).size()
    found = answer(8).set_index(["object_of_search", "outcome"])["searches"]
    assert found.tolist() == expected.nlargest(10).tolist()
    assert found.to_dict() == expected[found.index].to_dict()


def test_seasons(answer: Answer, real_data_dir: Path):
    files = read_borough_files(real_data_dir)
    monthly = files[files["major"] == BURGLARY].groupby("month")["crimes"].sum()
    daily = monthly / pd.DatetimeIndex(monthly.index).days_in_month
    usual = (daily.rolling(12).mean().shift(-6) + daily.rolling(12).mean().shift(-5)) / 2
    medians = (daily / usual).dropna().groupby(lambda month: month.month).median()
    found = answer(9).set_index("calendar_month")["index"]
    assert found.tolist() == pytest.approx((medians / medians.mean()).tolist(), abs=0.0051)


def test_how_complete_the_newest_month_is(answer: Answer, release: pd.DataFrame, real_data_dir: Path):
    found = answer(11).set_index("force")
    met, city = (found.loc[name] for name in ("Metropolitan Police Service", "City of London Police"))
    assert (f"{met['month']:%Y%m}", met["crimes"]) == (YEAR[-1], release[YEAR[-1]].sum())
    assert met["is_provisional"]
    files = sorted((real_data_dir / "police_uk" / "city_of_london").glob("*-street.csv"))
    raw = pd.read_csv(files[-1])
    crimes = raw.loc[raw["Crime type"] != "Anti-social behaviour", "Crime ID"].nunique()
    assert (f"{city['month']:%Y-%m}", city["crimes"]) == (files[-1].name[:7], crimes)
