import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.kit.change import find_change_pct
from crime_dagster.modelling.kit.fold_models import FoldModels, fit_fold_models
from crime_dagster.modelling.what_if import impact
from crime_dagster.modelling.what_if.bootstrap import Bootstraps, fit_bootstraps
from crime_dagster.modelling.what_if.impact import Impact, compare_counts, run_scenario
from crime_dagster.modelling.what_if.scenarios import Scenario
from crime_dagster.modelling.what_if.support import UnanswerableError

SUMMARY = {
    *("scenario", "feature", "change", "kind", "percentile", "place", "areas", "predicted", "predicted_changed"),
    *("change_crimes", "sum_change_pct", "mean_change_pct", "max_abs_change_pct", "max_change_pct"),
    *("max_change_lsoa_code", "area_change_10_pct", "area_change_50_pct", "area_change_90_pct"),
    *("lower_90", "upper_90", "mean_lower_90", "mean_upper_90", "bootstraps", "outside_support_pct", "interval_from"),
}


@pytest.fixture(scope="module")
def models(city) -> FoldModels:
    features = city.features.assign(flat=3.0)
    return fit_fold_models(features, city.target, city.boroughs, coordinates=city.coordinates)


@pytest.fixture(scope="module")
def bootstraps(city, models) -> Bootstraps:
    return fit_bootstraps(models.build(city.features.assign(flat=3.0)), models.target, models.boroughs)


@pytest.fixture(scope="module")
def run(city, models, bootstraps) -> Callable[..., Impact]:
    """Run a scenario with given models."""
    features = city.features.assign(flat=3.0)

    def _run(scenario: Scenario, **options) -> Impact:
        return run_scenario(features, models, scenario, bootstraps, **options)

    return _run


def _fit_and_run(
    features: pd.DataFrame, target: pd.Series, boroughs: pd.Series, scenario: Scenario, **options: Any
) -> Impact:
    models = fit_fold_models(features, target, boroughs, **options)
    return run_scenario(
        features, models, scenario, fit_bootstraps(models.build(features), models.target, models.boroughs)
    )


@pytest.mark.filterwarnings("error::UserWarning")
def test_summary_and_areas_tell_the_same(run):
    found = run(Scenario("less", "income_deprivation_pct", -0.2, 90))
    areas, row = found.areas, found.summary.iloc[0]
    assert set(found.summary.columns) == SUMMARY
    assert row["areas"] == len(areas) == 52
    assert areas["rank"].tolist() == list(range(1, 53))
    assert areas["predicted"].is_monotonic_decreasing
    total, changed = areas["predicted"].sum(), areas["predicted_changed"].sum()
    assert row["sum_change_pct"] == pytest.approx(100 * (changed / total - 1))
    assert row["mean_change_pct"] == pytest.approx(areas["change_pct"].mean())
    assert row["max_abs_change_pct"] == areas["change_pct"].abs().max()
    assert row["lower_90"] < row["sum_change_pct"] < row["upper_90"]
    assert row["mean_lower_90"] < row["mean_change_pct"] < row["mean_upper_90"]


def test_a_few_areas_have_the_interval_of_the_models_themselves_and_many_that_of_the_simple_one(monkeypatch, run):
    scenario = Scenario("less", "income_deprivation_pct", -0.2, 90)
    own = run(scenario).summary.iloc[0]
    monkeypatch.setattr(impact, "MOST_AREAS", 10)
    simple = run(scenario).summary.iloc[0]
    assert (own["interval_from"], own["bootstraps"]) == ("ensemble", 8)
    assert (simple["interval_from"], simple["bootstraps"]) == ("simple model", 15)
    assert own["sum_change_pct"] == simple["sum_change_pct"]


def test_the_areas_with_most_predicted_crime_are_chosen_before_the_change(city, models, run):
    baseline = models.predict(city.features.assign(flat=3.0))
    found = run(Scenario("none", "pubs", -1, 90))
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
def test_a_known_effect_is_found(run, feature, change, true):
    found = run(Scenario("x", feature, change, 90)).summary.iloc[0]["sum_change_pct"]
    assert 0.5 < found / true < 1.3


def test_a_feature_that_drives_nothing_moves_little(run):
    row = run(Scenario("x", "air_score", 0.2)).summary.iloc[0]
    assert abs(row["sum_change_pct"]) < 1


def test_an_unused_feature_gives_exactly_nothing(models, run):
    found = run(Scenario("x", "flat", -0.2))
    assert models.check.dropped == {"flat": "the same in every area"}
    assert (found.areas["change_pct"] == 0).all()
    row = found.summary.iloc[0]
    assert row[["sum_change_pct", "mean_change_pct", "max_abs_change_pct", "lower_90", "upper_90"]].eq(0).all()


def test_no_change_gives_exactly_nothing(run):
    assert run(Scenario("x", "pubs", 0.0)).summary.iloc[0]["max_abs_change_pct"] == 0


def test_row_order_changes_nothing(city, run):
    other = city.shuffle(2)
    scenario = Scenario("x", "income_deprivation_pct", -0.2, 90)
    found = run(scenario)
    features = other.features.assign(flat=3.0)
    again = _fit_and_run(features, other.target, other.boroughs, scenario, coordinates=other.coordinates)
    pd.testing.assert_frame_equal(found.areas, again.areas, rtol=1e-12)
    pd.testing.assert_frame_equal(found.summary, again.summary, rtol=1e-12)


def test_unreported_areas_are_not_asked(city):
    gone = city.boroughs == "B07"
    scenario = Scenario("x", "pubs", 0.2, 0)
    found = _fit_and_run(city.features, city.target.where(~gone), city.boroughs, scenario, folds=3)
    assert set(found.areas["lsoa_code"]) == set(city.target.index[~gone])


def test_areas_pushed_beyond_what_was_seen_are_counted(city, run):
    values = city.features["income_deprivation_pct"]
    found = run(Scenario("x", "income_deprivation_pct", 0.5, 0))
    low, high = np.percentile(values, (1, 99))
    pushed = values.between(low, high) & ~(1.5 * values).between(low, high)
    assert 0 < pushed.mean() < 1
    assert found.summary.iloc[0]["outside_support_pct"] == pytest.approx(100 * pushed.mean())
    unchanged = run(Scenario("x", "income_deprivation_pct", 0.0, 0))
    assert unchanged.summary.iloc[0]["outside_support_pct"] == 0


def test_areas_in_one_borough_have_an_interval_too(run):
    found = run(Scenario("x", "pubs", -0.2, 99.9)).summary.iloc[0]
    assert found["areas"] == 1
    assert found["lower_90"] < found["sum_change_pct"] < found["upper_90"]


def test_the_summary_names_the_greatest_change_and_how_far_areas_differ(run):
    found = run(Scenario("x", "pubs", -0.5, 80))
    row, areas = found.summary.iloc[0], found.areas.set_index("lsoa_code")
    assert areas["change_pct"].abs().idxmax() == row["max_change_lsoa_code"]
    assert areas.loc[row["max_change_lsoa_code"], "change_pct"] == row["max_change_pct"] == -row["max_abs_change_pct"]
    for share in (10, 50, 90):
        assert row[f"area_change_{share}_pct"] == np.percentile(areas["change_pct"], share)
    assert row["change_crimes"] == pytest.approx(row["predicted_changed"] - row["predicted"])
    assert row["change_crimes"] == pytest.approx(areas["change_crimes"].sum())
    assert row["bootstraps"] == 8


def test_an_amount_is_asked_as_well_as_a_share(city, run):
    found = run(Scenario("x", "pubs", 2, 0, "absolute"))
    codes = found.areas["lsoa_code"]
    assert (found.areas["feature_after"] - found.areas["feature_before"]).eq(2).all()
    assert found.areas["feature_before"].tolist() == city.features.loc[codes, "pubs"].tolist()
    assert found.summary.iloc[0]["sum_change_pct"] > 0


def test_change_from_nothing_is_unknown_and_never_infinite():
    assert math.isnan(find_change_pct(0, 5))
    assert find_change_pct(10, 0) == -100
    assert find_change_pct(4, 5) == 25


def test_changes_of_areas_are_amounts_and_shares_and_the_whole_is_the_change_of_the_sums():
    before = pd.Series([0, 0, 20, 8, np.nan, 100, 3])
    after = pd.Series([2, 0, 0, 10, 4, 90, np.nan])
    table, overall = compare_counts(before, after)
    assert table["change_crimes"].fillna(-99).tolist() == [2, 0, -20, 2, -99, -10, -99]
    assert table["change_pct"].fillna(-99).tolist() == [-99, -99, -100, 25, -99, -10, -99]
    assert table["note"].tolist() == ["new", "", "", "", "not known", "", "not known"]
    assert overall == pytest.approx(100 * (102 / 128 - 1))
    assert np.isfinite(table["change_pct"].dropna()).all()


def test_named_areas_alone_change_and_each_borough_has_its_range(city, models, run):
    codes = tuple(city.boroughs.index[city.boroughs == city.boroughs.iloc[0]])
    every = run(Scenario("all of a borough", "income_deprivation_pct", -0.2, 0, areas=codes, place="There"))
    assert set(every.areas["lsoa_code"]) == set(codes) & set(models.target.dropna().index)
    (row,) = every.boroughs.to_dict("records")
    assert row["borough_code"] == city.boroughs.iloc[0]
    # One borough is the whole of it.
    assert (row["lower_90"], row["upper_90"]) == pytest.approx(every.summary[["lower_90", "upper_90"]].iloc[0].tolist())
    busiest = run(Scenario("half of it", "income_deprivation_pct", -0.2, 50, areas=codes))
    assert len(busiest.areas) == pytest.approx(len(every.areas) / 2, abs=1)
    assert busiest.areas["predicted"].min() >= every.areas["predicted"].median()


def test_the_whole_city_has_a_range_for_each_borough(city, run):
    found = run(Scenario("less", "income_deprivation_pct", -0.2, 0))
    assert found.boroughs["borough_code"].tolist() == sorted(city.boroughs.unique())
    assert (found.boroughs["lower_90"] < found.boroughs["upper_90"]).all()


def test_areas_without_a_count_have_no_answer(run):
    with pytest.raises(UnanswerableError, match="none of its areas"):
        run(Scenario("nowhere", "pubs", -0.2, 0, areas=("E99999999",)))


@pytest.mark.parametrize("most_areas", [pytest.param(1000, id="ensemble"), pytest.param(10, id="simple model")])
def test_an_interval_is_of_areas_weighted_by_the_level_of_their_force_as_its_answer_is(
    monkeypatch, city, models, bootstraps, most_areas
):
    monkeypatch.setattr(impact, "MOST_AREAS", most_areas)
    features = city.features.assign(flat=3.0)
    forces = city.boroughs.isin(sorted(set(city.boroughs))[::2]).map({True: "Large", False: "None"})
    # One force records nearly nothing: answer and interval are those of the other's areas alone.
    levels = {fold: {"Large": 1.0, "None": 1e-9} for fold in models.estimators}
    areas = features.index[::5]
    designs = [models.build(table, areas) for table in (features, features.assign(pubs=2 * features["pubs"]))]
    levelled = replace(models, forces=forces, levels=levels)
    before, after, _ = impact.ask_draws(levelled, bootstraps, *designs)
    mine = (forces[areas] == "Large").to_numpy()
    alone_before, alone_after, _ = impact.ask_draws(models, bootstraps, *(table[mine] for table in designs))
    changes = after.sum(axis=1) / before.sum(axis=1)
    assert changes == pytest.approx(alone_after.sum(axis=1) / alone_before.sum(axis=1), rel=1e-6)
    assert len(set(changes)) > 1
