import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.explain import reach
from crime_dagster.modelling.explain.explain import explain
from crime_dagster.modelling.kit.fold_models import fit_fold_models
from tests.unit.modelling.conftest import City, make_city


def _score_d2(city: City, apart: float) -> float:
    models = fit_fold_models(city.features, city.target, city.boroughs, coordinates=city.coordinates, apart=apart)
    scores = explain(models, city.features, coordinates=city.coordinates).scores
    return float(scores.loc[scores["metric"] == "d2", "value"].iloc[0])


def _plant_border_effect(city: City) -> City:
    """Each border has a level of its own on both sides, and a feature that tells borders apart but says no more."""
    border, apart = np.divmod(city.coordinates["easting"] + 4000, 8000)
    is_near = np.abs(apart - 3500) < 2000
    levels = np.exp(np.random.default_rng(5).normal(0, 1.5, 9))
    count = (city.target * np.where(is_near, levels[border.astype(int)], 1)).round()
    signs = np.random.default_rng(6).permutation(9)[border.astype(int)]
    return City(city.features.assign(sign_score=np.where(is_near, signs, -1)), count, city.boroughs, city.coordinates)


def test_what_the_areas_across_the_border_give_away_is_gone_2_km_further_on(city):
    planted = _plant_border_effect(city)
    plain, apart = _score_d2(planted, 0), _score_d2(planted, reach.APART)
    assert plain > apart + 0.15
    # Where borders are nothing special, leaving areas out costs little.
    assert _score_d2(city, 0) - _score_d2(city, reach.APART) < 0.05


def test_no_model_learns_from_an_area_near_one_that_it_is_tried_on(city):
    models = fit_fold_models(
        city.features, city.target, city.boroughs, coordinates=city.coordinates, folds=4, apart=reach.APART
    )
    east = city.coordinates["easting"].reindex(models.target.index)
    for fold in range(4):
        held_out, learned = east[models.folds == fold].unique(), east[models.find_learned(fold)].unique()
        assert np.abs(held_out[:, None] - learned[None, :]).min() == reach.APART + 1000


def test_scores_of_each_seed_of_a_gap_and_without_the_busiest_borough(monkeypatch):
    monkeypatch.setattr(reach, "FOLD_SEEDS", (0, 1))
    small = make_city(boroughs=4, side=6)
    models = fit_fold_models(small.features, small.target, small.boroughs, coordinates=small.coordinates)
    found = reach.score_reach(models, small.features, ("B02", "Tower Hamlets"), coordinates=small.coordinates)
    assert set(found["split"]) == {"borough_folds_seed", "borough_folds_2km", "without_tower_hamlets"}
    assert found.loc[found["split"] == "borough_folds_seed", "fold_seed"].unique().tolist() == [1]
    assert not found["metric"].str.startswith("coverage").any()
    assert not found.duplicated(["split", "metric", "baseline"]).any()


def test_a_town_too_small_for_a_gap_has_no_score_of_it(monkeypatch):
    monkeypatch.setattr(reach, "FOLD_SEEDS", (0,))
    town = make_city(boroughs=2, side=5)
    near = town.coordinates / 10
    models = fit_fold_models(town.features, town.target, town.boroughs, coordinates=near)
    found = reach.score_reach(models, town.features, ("B01", "North"), coordinates=near)
    assert set(found["split"]) == {"without_north"}


def test_the_mean_of_scores_is_taken_score_by_score():
    columns = ["model", "split", "metric", "value", "baseline", "baseline_value"]
    rows = [("explain", "s", "d2", 0.8, "mean", 0.0), ("explain", "s", "mae", 4, "mean", 8)]
    first = pd.DataFrame(rows, columns=columns)
    found = reach.average_scores([first, first.assign(value=[0.6, 2], baseline_value=[0.2, 4])]).set_index("metric")
    assert found["value"].tolist() == pytest.approx([0.7, 3])
    assert found["baseline_value"].tolist() == pytest.approx([0.1, 6])
