"""Forecasts of a made-up city whose areas keep their rates, with a little drift, while the city's level changes."""

import numpy as np
import pandas as pd
import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.modelling.forecast.forecast import Forecast, forecast, forecast_many
from crime_dagster.modelling.forecast.origins import list_baselines, look_ahead, plan_month, plan_year

MONTHS = 31
PLANS = {"year": plan_year(MONTHS), "month": plan_month(MONTHS)}


def make_counts(months: int = MONTHS, areas: int = 400, seed: int = 1) -> tuple[pd.DataFrame, dict[int, pd.Series]]:
    """Return counts by area and month, and a prior that is right up to a factor per area."""
    rng = np.random.default_rng(seed)
    codes = pd.Index([f"E{number:08d}" for number in range(areas)], name="lsoa_code")
    usual = np.exp(rng.normal(0, 0.8, areas))
    rates = usual * rng.gamma(5, 1 / 5, areas)
    drift = np.exp(np.cumsum(rng.normal(0, 0.05, (areas, months)), axis=1))
    level = np.linspace(1, 1.2, months) * (1 + 0.1 * np.sin(np.arange(months) * np.pi / 6))
    dates = pd.date_range("2023-08-01", periods=months, freq="MS", name="month")
    counts = pd.DataFrame(rng.poisson(rates[:, None] * drift * level).astype(float), codes, dates)
    prior = pd.Series(12 * usual, codes)
    return counts, dict.fromkeys(range(1, months + 1), prior)


@pytest.fixture(scope="module")
def counts() -> pd.DataFrame:
    return make_counts()[0]


@pytest.fixture(scope="module")
def priors() -> dict[int, pd.Series]:
    return make_counts()[1]


@pytest.fixture(scope="module")
def boroughs(counts: pd.DataFrame) -> pd.Series:
    return pd.Series(np.arange(len(counts)) % 8, counts.index).map("B{:02d}".format)


@pytest.fixture(scope="module")
def found(counts, priors, boroughs) -> dict[str, Forecast]:
    land = pd.Series(1.0, counts.index)
    return {name: forecast(counts, priors, plan, boroughs=boroughs, land=land) for name, plan in PLANS.items()}


@pytest.mark.parametrize("name", PLANS)
def test_model_beats_its_baselines_and_is_published(found, name):
    scores = found[name].scores
    assert found[name].published == "empirical_bayes"
    assert found[name].notes == []
    assert not scores.duplicated(["model", "split", "metric", "baseline"]).any()
    for metric in ("d2", "d2_level_corrected"):
        rows = scores[scores["metric"] == metric]
        assert (rows["value"] > rows["baseline_value"]).all()
    baselines = {"last_year", "all_months_mean"} | ({"ewma"} if name == "month" else set())
    assert set(scores["baseline"]) == baselines


@pytest.mark.parametrize("name", PLANS)
def test_intervals_hold(found, name):
    rows = found[name].scores.drop_duplicates("metric").set_index("metric")["value"]
    assert 0.86 <= rows["coverage_90"] <= 0.97
    assert 0.72 <= rows["coverage_80"] <= 0.90
    assert rows["coverage_90_top_decile"] >= 0.8
    assert rows[[f"coverage_90_B{number:02d}" for number in range(8)]].mean() == pytest.approx(rows["coverage_90"])
    table = found[name].predictions
    in_order = ["lower_90", "lower_80", "predicted", "upper_80", "upper_90"]
    assert (table[in_order].diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)


@pytest.mark.parametrize("name", PLANS)
def test_sums_of_places_are_those_of_areas_and_their_intervals_are_narrower(found, boroughs, name):
    areas, places = found[name].predictions, found[name].places
    codes = boroughs[areas["lsoa_code"]].to_numpy()
    sums = areas.groupby([codes, "period_start"])[["actual", "predicted", "lower_90", "upper_90"]].sum(min_count=1)
    by_place = places.set_index(["place_code", "period_start"]).sort_index()
    of_boroughs = by_place.loc[sums.index]
    pd.testing.assert_frame_equal(
        of_boroughs[["actual", "predicted"]], sums[["actual", "predicted"]], check_names=False
    )
    widths = of_boroughs["upper_90"] - of_boroughs["lower_90"]
    assert (widths < 0.8 * (sums["upper_90"] - sums["lower_90"])).all()
    city = by_place.loc["city"]
    assert city["predicted"].to_numpy() == pytest.approx(areas.groupby("period_start")["predicted"].sum())
    assert (city["areas"] == len(boroughs)).all()
    # Boroughs are not all wrong at once, and the city only by its level.
    assert (city["upper_90"] < by_place.drop("city")["upper_90"].groupby("period_start").sum()).all()
    scores = found[name].scores.drop_duplicates("metric").set_index("metric")["value"]
    assert scores["borough_sum_coverage_90"] >= 0.75
    assert scores["city_sum_coverage_90"] >= 5 / 6


def test_areas_that_are_not_reported_are_in_neither_sum(counts, priors, boroughs):
    late = counts.copy()
    late.iloc[:8, -1] = np.nan
    tested = forecast(late, priors, PLANS["year"], boroughs=boroughs).places.dropna(subset="actual")
    known = tested.set_index("place_code")
    assert known.loc["city", "areas"] == len(counts) - 8
    assert known.loc["city", "actual"] == late.iloc[8:, 19:].to_numpy().sum()
    assert (known.drop("city")["areas"] == len(counts) // 8 - 1).all()


def test_tests_carry_what_came_and_the_future_does_not(found, counts):
    table = found["year"].predictions
    periods = table.groupby(["period_start", "period_end"])["actual"].sum(min_count=1)
    assert [tuple(map(str, period)) for period in periods.index] == [
        ("2025-03-01", "2026-02-28"),
        ("2026-03-01", "2027-02-28"),
    ]
    assert periods.iloc[0] == counts.iloc[:, 19:].to_numpy().sum()
    assert np.isnan(periods.iloc[1])
    months = found["month"].predictions
    assert months.groupby("period_start")["actual"].count().tolist() == [len(counts)] * 6 + [0]
    assert str(months["period_end"].max()) == "2026-03-31"


@pytest.mark.parametrize("horizon", [1, 12])
def test_an_origin_never_sees_the_future(counts, priors, horizon):
    """A signal is planted in the future only: half of the areas explode, the others have no crime at all."""
    planted = counts.copy()
    planted.iloc[::2, 19:] *= 50
    planted.iloc[1::2, 19:] = 0
    before, after = (look_ahead(table, 19, horizon, priors[19], 12) for table in (counts, planted))
    pd.testing.assert_frame_equal(before.predicted, after.predicted)
    assert before.level == after.level
    assert (before.actual != after.actual).any()


def test_planted_future_changes_the_scores_and_not_the_tests(counts, priors, boroughs, found):
    planted = counts.copy()
    planted.iloc[:, 19:] = counts.iloc[::-1, 19:].to_numpy()
    again = forecast(planted, priors, PLANS["year"], boroughs=boroughs)
    tests = [one.predictions.dropna(subset="actual") for one in (found["year"], again)]
    columns = ["lsoa_code", "predicted", "lower_90", "upper_90"]
    pd.testing.assert_frame_equal(*(table[columns] for table in tests))
    d2 = again.scores[again.scores["metric"] == "d2"]
    assert (d2["value"] < 0.1).all()


def test_the_best_baseline_is_published_where_the_model_does_not_beat_it(counts, boroughs):
    # Every area has a steady count, and the prior says the opposite.
    usual = pd.Series(np.arange(len(counts)) % 40 + 1.0, counts.index)
    steady = pd.concat([usual] * MONTHS, axis=1, keys=counts.columns)
    wrong = dict.fromkeys(range(1, MONTHS + 1), 1000 / usual**2)
    one = forecast(steady, wrong, PLANS["year"], boroughs=boroughs)
    future = one.predictions[one.predictions["actual"].isna()]
    assert one.published in ("last_year", "all_months_mean")
    assert set(future["published_as"]) == {one.published}
    assert future["predicted"].tolist() == pytest.approx((12 * usual).tolist())
    assert "is published" in one.notes[0]
    assert future["upper_90"].notna().all()


def test_row_order_and_processes_change_nothing(counts, priors, boroughs, found):
    order = np.random.default_rng(5).permutation(len(counts))
    shuffled = {stop: prior.iloc[order] for stop, prior in priors.items()}
    given = dict.fromkeys(PLANS, counts.iloc[order])
    again = forecast_many(given, dict.fromkeys(PLANS, shuffled), PLANS, boroughs=boroughs.iloc[order], jobs=2)
    for name in PLANS:
        figures = ["predicted", "lower_80", "upper_80", "lower_90", "upper_90"]
        assert again[name].predictions["lsoa_code"].equals(found[name].predictions["lsoa_code"])
        gap = again[name].predictions[figures] - found[name].predictions[figures]
        assert gap.abs().to_numpy().max() < 1e-9


def test_areas_that_end_early_are_forecast_and_not_scored(counts, priors, boroughs):
    early = counts.copy()
    early.iloc[:5, -2:] = np.nan
    one = forecast(early, priors, PLANS["year"], boroughs=boroughs)
    table = one.predictions.set_index("lsoa_code").loc[counts.index[:5]]
    assert table["actual"].isna().all()
    assert np.isfinite(table["predicted"]).all()
    assert len(table) == 10


@pytest.mark.parametrize(
    ("months", "name", "note"),
    [
        (12, "year", "too few months to try"),
        (20, "year", "too few months to set"),
        (6, "month", "too few months to try"),
    ],
)
def test_few_months_are_said_and_not_hidden(months, name, note):
    counts, priors = make_counts(months)
    plan = plan_year(months) if name == "year" else plan_month(months)
    one = forecast(counts, priors, plan, boroughs=pd.Series("B", counts.index))
    assert note in " ".join(one.notes)
    future = one.predictions[one.predictions["actual"].isna()]
    assert np.isfinite(future["predicted"]).all()
    if months < 18:
        assert one.published == "all_months_mean"
        assert one.scores.empty
        assert future["upper_90"].isna().all()


def test_too_few_months_and_no_crime_say_what_is_missing(counts, priors, boroughs):
    few = forecast_many(
        {"few": counts.iloc[:, :11], "none": 0 * counts},
        {},
        {"few": plan_year(11), "none": plan_year(MONTHS)},
        boroughs=boroughs,
        jobs=1,
    )
    assert isinstance(few["few"], InputError)
    assert "11 month(s) with counts" in str(few["few"])
    assert "0 crimes" in str(few["none"])


def test_baselines_by_hand():
    months = pd.date_range("2024-01-01", periods=14, freq="MS")
    past = pd.DataFrame([[8.0, 8.0] + [2.0] * 12, [0.0] * 14], ["a", "b"], months)
    year, month = list_baselines(past, 12), list_baselines(past, 1)
    assert year["last_year"].tolist() == [24, 0.5]
    assert year["all_months_mean"].tolist() == [12 * 40 / 14, 0.5]
    assert month["last_year"].tolist() == [2, 0.5]
    assert month["ewma"].tolist() == pytest.approx([2 + 6 * 0.85**12, 0.001])
