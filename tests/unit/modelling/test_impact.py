from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.modelling.fold_models import FoldModels, fit_fold_models
from crime_dagster.modelling.impact import Impact, run_scenario
from crime_dagster.modelling.scenarios import Scenario

SUMMARY = [
    "scenario",
    "feature",
    "change",
    "percentile",
    "areas",
    "sum_change_pct",
    "mean_change_pct",
    "max_abs_change_pct",
    "lower_90",
    "upper_90",
    "mean_lower_90",
    "mean_upper_90",
    "outside_support_pct",
]


@pytest.fixture(scope="module")
def models(city) -> FoldModels:
    features = city.features.assign(flat=3.0)
    return fit_fold_models(features, city.target, city.boroughs, coordinates=city.coordinates)


def _run(city, models: FoldModels, scenario: Scenario, **options) -> Impact:
    features = city.features.assign(flat=3.0)
    return run_scenario(features, city.target, city.boroughs, scenario, models=models, **options)


def test_summary_and_areas_tell_the_same(city, models):
    found = _run(city, models, Scenario("less", "income_deprivation_pct", -0.2, 90))
    areas, row = found.areas, found.summary.iloc[0]
    assert found.summary.columns.tolist() == SUMMARY
    assert row["areas"] == len(areas) == 52
    assert areas["rank"].tolist() == list(range(1, 53))
    assert areas["predicted"].is_monotonic_decreasing
    total, changed = areas["predicted"].sum(), areas["predicted_changed"].sum()
    assert row["sum_change_pct"] == pytest.approx(100 * (changed / total - 1))
    assert row["mean_change_pct"] == pytest.approx(areas["change_pct"].mean())
    assert row["max_abs_change_pct"] == areas["change_pct"].abs().max()
    assert row["lower_90"] < row["sum_change_pct"] < row["upper_90"]
    assert row["mean_lower_90"] < row["mean_change_pct"] < row["mean_upper_90"]


def test_the_areas_with_most_predicted_crime_are_chosen_before_the_change(city, models):
    baseline = models.predict(city.features.assign(flat=3.0))
    found = _run(city, models, Scenario("none", "pubs", -1, 90))
    assert set(found.areas["lsoa_code"]) == set(baseline.nlargest(52).index)


@pytest.mark.parametrize(
    ("feature", "change", "true"),
    [
        # (1 + deprivation)^0.8 and (1 + pubs)^0.4, at what is usual among the areas with most crime.
        ("income_deprivation_pct", -0.2, 100 * (0.81**0.8 - 1)),
        ("income_deprivation_pct", 0.2, 100 * (1.19**0.8 - 1)),
        ("pubs", -0.5, 100 * (0.55**0.4 - 1)),
    ],
)
def test_a_known_effect_is_found(city, models, feature, change, true):
    found = _run(city, models, Scenario("x", feature, change, 90)).summary.iloc[0]["sum_change_pct"]
    assert 0.5 < found / true < 1.3


def test_a_feature_that_drives_nothing_moves_little(city, models):
    row = _run(city, models, Scenario("x", "air_score", 0.2)).summary.iloc[0]
    assert abs(row["sum_change_pct"]) < 1


def test_an_unused_feature_gives_exactly_nothing(city, models):
    found = _run(city, models, Scenario("x", "flat", -0.2))
    assert models.check.dropped == {"flat": "the same in every area"}
    assert (found.areas["change_pct"] == 0).all()
    row = found.summary.iloc[0]
    assert row[["sum_change_pct", "mean_change_pct", "max_abs_change_pct", "lower_90", "upper_90"]].eq(0).all()


def test_no_change_gives_exactly_nothing(city, models):
    assert _run(city, models, Scenario("x", "pubs", 0.0)).summary.iloc[0]["max_abs_change_pct"] == 0


def test_models_in_hand_and_models_fitted_here_agree_for_any_row_order(city, models):
    other = city.shuffle(2)
    scenario = Scenario("x", "income_deprivation_pct", -0.2, 90)
    found = _run(city, models, scenario)
    again = run_scenario(
        other.features.assign(flat=3.0), other.target, other.boroughs, scenario, coordinates=other.coordinates
    )
    pd.testing.assert_frame_equal(found.areas, again.areas, rtol=1e-12)
    pd.testing.assert_frame_equal(found.summary, again.summary, rtol=1e-12)


def test_unreported_areas_are_not_asked(city):
    gone = city.boroughs == "B07"
    found = run_scenario(city.features, city.target.where(~gone), city.boroughs, Scenario("x", "pubs", 0.2, 0), folds=3)
    assert set(found.areas["lsoa_code"]) == set(city.target.index[~gone])


def test_areas_pushed_beyond_what_was_seen_are_counted(city, models):
    values = city.features["income_deprivation_pct"]
    found = _run(city, models, Scenario("x", "income_deprivation_pct", 0.5, 0))
    low, high = np.percentile(values, (1, 99))
    pushed = values.between(low, high) & ~(1.5 * values).between(low, high)
    assert 0 < pushed.mean() < 1
    assert found.summary.iloc[0]["outside_support_pct"] == pytest.approx(100 * pushed.mean())
    unchanged = _run(city, models, Scenario("x", "income_deprivation_pct", 0.0, 0))
    assert unchanged.summary.iloc[0]["outside_support_pct"] == 0


def test_the_interval_is_unknown_where_one_borough_has_all_the_areas(city, models):
    found = _run(city, models, Scenario("x", "pubs", -0.2, 99.9)).summary.iloc[0]
    assert found["areas"] == 1
    assert math.isnan(found["lower_90"])
    assert math.isnan(found["upper_90"])


def test_only_allowed_features_may_be_changed(city, models):
    with pytest.raises(InputError, match="one of income_deprivation_pct, pubs"):
        _run(city, models, Scenario("x", "area_km2"), allowed_features=["pubs", "income_deprivation_pct"])
