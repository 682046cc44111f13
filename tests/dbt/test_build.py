"""The whole build of a city that can be counted by hand."""

import datetime as dt
import json

import pandas as pd
import pytest

from crime_dagster.defs.dbt.dbt_steps import ALL
from crime_dagster.defs.dbt.node_versions import AFTER, BEFORE, BUILT, list_step
from tests.dbt.conftest import City
from tests.dbt.forked import Built
from tests.dbt.tiny_city import AREAS, LAST_ARCHIVE, NEW, OLD, UNKNOWN_AREA, write


@pytest.fixture(scope="module")
def city(built_city: tuple[City, Built]) -> City:
    return built_city[0]


@pytest.fixture(scope="module")
def features(city: City) -> pd.DataFrame:
    return city.ask("select * from marts.lsoa_features").set_index("lsoa_code")


def test_newest_release_counts_except_for_its_stub(built_city: tuple[City, Built]):
    city, done = built_city
    sql = "select strftime(month, '%Y-%m') as month, * exclude (month) from intermediate.int_releases_chosen"
    chosen = city.ask(sql).set_index("month")
    assert len(chosen) == 19, "two files in January: the new one lacks an area of the old one"
    assert list(chosen.loc["2023-12", ["source_file", "crimes", "other_file", "other_crimes"]]) == [OLD, 5, NEW, 2]
    january = city.ask("select * from intermediate.int_releases_chosen where month = date '2024-01-01'")
    assert january.set_index("source_file")["areas"].to_dict() == {NEW: 2, OLD: 1}
    assert done.results["assert_newest_release_is_whole"] == "warn"


def test_absent_pairs_are_0_and_what_no_file_has_is_not_reported(city: City):
    crimes = city.ask("select * from marts.lsoa_crimes")
    assert len(crimes) == 6 * 18 * 11
    by_type = crimes[crimes["crime_type"] == "total"].pivot_table(
        index="month", columns="lsoa_code", values="crimes", dropna=False
    )
    # The City has five months of its own force; E01000022 is only in the old release, as a part of the split area.
    assert by_type["E01000001"].dropna().tolist() == [2] * 5
    assert by_type["E01000022"].dropna().tolist() == [0.5] + [0] * 12
    assert by_type.drop(columns=["E01000001", "E01000022"]).notna().all().all()
    sums = crimes.groupby(["lsoa_code", "crime_type"])["crimes"].sum()
    assert sums["E01000011", "total"] == sums["E01000011", "burglary"] == 2 * 18
    assert sums["E01000011", "theft"] == sums["E01000012", "total"] == 0
    assert (sums["E01000021", "theft"], sums["E01000021", "robbery"]) == (3 * 18, 0.5)
    assert crimes.loc[crimes["crime_type"] == "antisocial", "crimes"].dropna().tolist() == [1] * 5


def test_every_record_of_the_street_files_is_accounted_for(city: City):
    aside = city.ask("select * from marts.set_aside_rows where thing = 'street_crime'")
    assert sorted(aside["reason"]) == ["outside", "superseded", "unlocated"]
    superseded = aside.loc[aside["reason"] == "superseded", "content"].tolist()
    assert superseded == ["2024-01, City of London Police, E01000001, Drugs"]
    files = city.ask("select * from marts.source_files").set_index("file")
    assert list(files.loc[LAST_ARCHIVE, ["rows_in", "rows_kept", "lsoa_vintage"]]) == [18, 16, "2021"]
    assert files.loc[OLD, "lsoa_vintage"] == "mixed"


def test_crime_of_an_unknown_area_is_set_aside_and_not_lost(built_city: tuple[City, Built]):
    city, done = built_city
    (row,) = city.ask("select * from marts.set_aside_rows where thing = 'lsoa_crime'").to_dict("records")
    assert (row["file"], row["row_number"], row["reason"]) == (NEW, 3, "outside")
    assert UNKNOWN_AREA in row["content"]
    assert done.results["assert_crimes_have_a_known_area"] == "warn"
    assert done.results["assert_no_crime_is_lost"] == "pass"
    files = city.ask("select * from marts.source_files").set_index("file")
    assert list(files.loc[NEW, ["rows_in", "rows_kept", "rows_set_aside"]]) == [3, 2, 1]


def test_year_is_the_newest_twelve_months(features: pd.DataFrame):
    assert set(features["year_ending"]) == {pd.Timestamp(dt.date(2024, 6, 1))}
    assert features.loc["E01000011", "crimes_burglary"] == 24
    assert features.loc["E01000012", "crimes_total"] == 0
    assert features["crimes_total"].isna().to_dict() == {code: code in ("E01000001", "E01000022") for code in AREAS}


def test_pubs_are_counted_by_polygon_once_each(city: City, features: pd.DataFrame):
    assert features["pubs"].to_dict() == {
        "E01000001": 0,
        "E01000011": 2,
        "E01000012": 1,
        "E01000013": 0,
        "E01000021": 1,
        "E01000022": 0,
    }
    assert features.loc["E01000013", "pubs_msoa"] == 3
    assert features.loc["E01000011", "pubs_per_km2"] == 2
    assert features.loc["E01000011", "pubs_per_1000"] == 2
    assert features.loc["E01000022", "pubs_within_250m"] == 1
    outside = city.ask("select content from marts.set_aside_rows where thing = 'pubs'")
    assert outside["content"].tolist() == ["Ship at 531500, 179000"]


def test_rate_over_nobody_is_missing_and_not_infinite(features: pd.DataFrame):
    assert features.loc["E01000013", "residents"] == 0
    assert features.loc[["E01000013"], ["pubs_per_1000", "population_change_pct"]].isna().all().all()


def test_merged_area_takes_the_mean_and_parts_take_the_parent(features: pd.DataFrame):
    assert features.loc[["E01000011", "E01000021", "E01000022"], "household_income_gbp"].tolist() == [
        40_000,
        20_000.5,
        20_000.5,
    ]


def test_absent_optional_source_is_missing_and_not_0(features: pd.DataFrame):
    absent = ["nightclubs", "stations", "station_distance_m", "no2_ug_m3", "private_rented_pct", "officers_per_1000"]
    assert features[absent].isna().all().all()


def test_marts_read_no_source_but_what_our_models_wrote(city: City):
    nodes = json.loads(city.manifest.read_text(encoding="utf-8"))["nodes"].values()
    parents = {parent for node in nodes if node["schema"] == "marts" for parent in node["depends_on"].get("nodes", [])}
    read = {parent.split(".")[2] for parent in parents if parent.startswith("source.")}
    assert read == {"models"}


def test_unreported_force_months_are_listed(city: City):
    coverage = city.ask("select * from marts.coverage")
    assert len(coverage) == 2 * 18
    assert coverage.groupby("force")["is_reported"].sum().to_dict() == {
        "City of London Police": 5,
        "Metropolitan Police Service": 18,
    }
    # One crime of six in June has no area; only the borough files give the number without a place.
    releases = coverage[coverage["counted_from"] == "lsoa files"].set_index("month")
    assert releases["is_complete"].all()
    assert releases.iloc[-1][["crimes", "located_crimes"]].tolist() == [6, 5]
    assert releases["located_pct"].isna().all()
    # Of five crimes recorded by its force in February one has no place, and one is in no area.
    city_police = coverage[coverage["counted_from"] == "street files"].set_index("month")
    assert city_police["located_pct"].min() == pytest.approx(100 * 3 / 5)
    assert set(releases["lsoa_vintage"]) == {"2021", "mixed"}


def test_marts_that_read_models_are_empty_until_a_model_ran_and_filled_after(city: City):
    assert city.ask("select * from marts.lsoa_predictions").empty
    row = {"lsoa_code": "E01000011", "crime_type": "total", "model": "explain", "actual": 24.0, "predicted": 20.0}
    period = {"period_start": dt.date(2023, 7, 1), "period_end": dt.date(2024, 6, 1)}
    for crime_type in ("total", "burglary"):
        path = city.landing / "models" / "explain_predictions" / f"{crime_type}.parquet"
        ends = {"lower_80": 12.0, "upper_80": None, "lower_90": 10.0, "upper_90": None}
        write(path, [row | period | ends | {"crime_type": crime_type}])
    done = city.run_dbt("build", "--select", "tag:after_models")
    assert done.status == 0, done.output[-3000:]
    assert "lsoa_crimes" not in done.results
    predictions = city.ask("select * from marts.lsoa_predictions")
    assert sorted(predictions["crime_type"]) == ["burglary", "total"]
    assert predictions["residual"].tolist() == [4, 4]


def test_results_of_an_earlier_version_do_not_stop_the_run_that_renews_them(city: City):
    path = city.landing / "models" / "impact_summary" / "total.parquet"
    write(path, [{"scenario": "less", "crime_type": "total"}])
    done = city.run_dbt("build", "--select", "impact_summary")
    path.unlink()
    assert done.status == 0, done.output[-3000:]
    assert "taken as not there until the models ran again" in done.output
    assert city.ask("select * from marts.impact_summary").empty


def test_year_that_is_not_covered_is_refused_with_the_range(city: City):
    done = city.run_dbt("build", "--select", "int_years_chosen", "--vars", "{year_ending: '2023-06'}")
    assert done.status != 0
    assert 'year_ending is "2023-06"' in done.output
    assert "2023-12 to 2024-06" in done.output


@pytest.mark.parametrize("step", [BEFORE, AFTER])
def test_all_of_a_step_is_what_its_list_names(city: City, step: str):
    """By tag and source, which dbt finds sooner than by the names of some hundred nodes."""
    done = city.run_dbt("--quiet", "ls", *ALL[step][1:], "--output", "json", "--output-keys", "unique_id")
    found = [json.loads(line)["unique_id"] for line in done.output.splitlines() if line.startswith("{")]
    chosen = {key for key in found if key.partition(".")[0] in BUILT}
    assert chosen == set(list_step(json.loads(city.manifest.read_text(encoding="utf-8")), step))
