from dataclasses import replace

import numpy as np
import pytest

from crime_dagster.modelling.kit.fold_models import fit_fold_models
from crime_dagster.modelling.what_if.bootstrap import fit_bootstraps
from crime_dagster.modelling.what_if.impact import run_scenario
from crime_dagster.modelling.what_if.scenarios import Scenario
from crime_dagster.modelling.what_if.what_ifs import run_grid


@pytest.fixture(scope="module")
def parts(city):
    features = city.features.assign(flat=3.0, lost=np.nan)
    models = fit_fold_models(features, city.target, city.boroughs, folds=2)
    return features, models


@pytest.fixture(scope="module")
def grid(parts):
    return run_grid(*parts, ["pubs", "income_deprivation_pct", "air_score", "flat", "lost"])


def test_every_feature_with_values_is_changed_both_ways_and_ranked(grid):
    assert len(grid) == 8
    assert set(grid["feature"]) == {"pubs", "income_deprivation_pct", "air_score", "flat"}
    assert grid["rank"].tolist() == list(range(1, 9))
    assert grid["sum_change_pct"].abs().is_monotonic_decreasing
    assert grid.iloc[0]["feature"] == "income_deprivation_pct", "what drives crime in the made-up city"
    assert set(grid["feature"].tail(2)) == {"flat"}
    assert (grid["sum_change_pct"].tail(2) == 0).all(), "an unused feature gives exactly nothing"


@pytest.mark.parametrize("level", [1.0, 5.0])
def test_a_row_is_the_answer_to_the_scenario_of_its_name(city, parts, level):
    features, models = parts
    forces = city.boroughs.isin(sorted(set(city.boroughs))[::2]).map({True: "West Police", False: "East Police"})
    models = replace(models, forces=forces, levels={fold: {"West Police": level} for fold in models.estimators})
    grid = run_grid(features, models, ["pubs"])
    bootstraps = fit_bootstraps(models.build(features), models.target, models.boroughs)
    row = grid[(grid["feature"] == "pubs") & (grid["change"] == 0.2)].iloc[0]
    found = run_scenario(features, models, Scenario("x", "pubs", 0.2), bootstraps).summary.iloc[0]
    for name in ("areas", "sum_change_pct", "change_crimes", "lower_90", "upper_90", "outside_support_pct"):
        assert row[name] == pytest.approx(found[name], rel=1e-12), name
