"""Tables of the sample compared with its files: officers, categories, outcomes, forecasts, and the empty ones."""

from collections.abc import Callable, Iterator

import duckdb
import pandas as pd
import pytest

from tests.conftest import SAMPLE, Run

Ask = Callable[[str], pd.DataFrame]


@pytest.fixture(scope="module")
def ask(built_sample: Run) -> Iterator[Ask]:
    path = built_sample.warehouse / "published" / "crime.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        yield lambda sql: connection.execute(sql).df()


def test_officers(ask: Ask):
    raw = pd.read_csv(SAMPLE / "mps" / "MPS officers by borough.csv")
    expected = raw.set_index(["Borough Code", "Month"])["Officers (FTE)"].sort_index()
    found = ask("select borough_code, strftime(month, '%Y-%m') as month, officers, strengths from marts.officers")
    assert (found["strengths"] == 1).all()
    assert found.set_index(["borough_code", "month"])["officers"].sort_index().to_list() == pytest.approx(
        expected.to_list()
    )


def test_categories_of_areas_and_boroughs(ask: Ask):
    (newest,) = (SAMPLE / "mps").glob("MPS LSOA Level Crime*2026-02.csv")
    raw = pd.read_csv(newest)
    year = [f"{month:%Y%m}" for month in pd.period_range("2025-03", "2026-02", freq="M")]
    shops = raw[raw["Minor Category"] == "SHOPLIFTING"]
    expected = shops.groupby("Borough")[year].sum().sum(axis=1)
    by_area = ask("""
        select borough_code, sum(crimes) as crimes from marts.lsoa_categories join marts.lsoas using (lsoa_code)
        where minor_category = 'Shoplifting' and is_current group by borough_code
    """).set_index("borough_code")["crimes"]
    by_borough = ask("""
        select borough_code, crimes from marts.borough_category_years where minor_category = 'Shoplifting'
    """).set_index("borough_code")["crimes"]
    assert by_area[expected.index].to_list() == by_borough[expected.index].to_list() == expected.to_list()


def test_outcomes_are_shares_of_the_records(ask: Ask):
    found = ask("select * from marts.outcomes where crime_type = 'total' and borough_code is not null")
    assert len(found) > 20
    assert found["outcome_pct"].between(60, 100).mean() > 0.8, "a fifth of the made-up records have no outcome yet"
    assert (found["action_taken"] <= found["crimes"]).all()


def test_forecasts_of_sums(ask: Ask):
    sums = ask("""
        select borough_code, crime_type, model, period_start, sum(predicted) as predicted,
            sum(upper_90 - lower_90) as width
        from marts.lsoa_predictions join marts.lsoas using (lsoa_code)
        where model like 'forecast%' and period_start > (select max(month) from marts.city_months) group by all
    """)
    keys = ["borough_code", "crime_type", "model", "period_start"]
    places = ask("select * from marts.borough_forecasts where is_future").merge(sums, on=keys, suffixes=("", "_areas"))
    assert len(places) == len(sums)
    assert places["predicted"].to_numpy() == pytest.approx(places["predicted_areas"].to_numpy())
    assert (places["areas"] == places["of_areas"]).all()
    known = places.dropna(subset="lower_90")
    assert len(known) > 0
    assert (known["upper_90"] - known["lower_90"] < known["width"]).mean() > 0.95
    # A borough without a year of its own is not in the city's sums, recorded or forecast.
    counted = ask("select distinct place_code from marts.borough_changes where crimes is not null")["place_code"]
    of_city = places[places["borough_code"].isin(counted)].groupby(keys[1:], as_index=False)["predicted"].sum()
    city = ask("select * from marts.city_forecasts where is_future").merge(
        of_city, on=keys[1:], suffixes=("", "_boroughs")
    )
    assert city["predicted"].to_numpy() == pytest.approx(city["predicted_boroughs"].to_numpy())
    scored = ask("select distinct metric from marts.model_scores where metric like '%_sum_coverage_90'")["metric"]
    assert set(scored) == {"borough_sum_coverage_90", "city_sum_coverage_90"}


def test_changes_have_an_interval_that_agrees_with_their_test(ask: Ask):
    changes = ask("select * from marts.borough_changes where change_p_value is not null")
    assert len(changes) > 0
    crosses = (changes["change_lower_95_pct"] < 0) & (changes["change_upper_95_pct"] > 0)
    assert (crosses == (changes["change_p_value"] > 0.05)).all()
    assert changes["change_pct"].between(changes["change_lower_95_pct"], changes["change_upper_95_pct"]).all()


@pytest.mark.parametrize(
    ("table", "source"),
    [
        ("ward_months", "mps/ward_crime"),
        ("borough_history", "mps/borough_crime"),
        ("borough_categories", "mps/borough_crime"),
        ("stop_and_search", "police_uk/stop_and_search"),
    ],
)
def test_a_table_without_its_source_is_there_and_empty(ask: Ask, table: str, source: str):
    assert ask(f"from marts.{table}").empty
    sources = ask("select publisher || '/' || thing as source_key, files from marts.sources").set_index("source_key")
    assert sources.loc[source, "files"] == 0
