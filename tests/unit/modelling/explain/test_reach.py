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


def _score_all(city: City, busiest: dict[str, str]) -> pd.DataFrame:
    targets, blocks = pd.DataFrame({"total": city.target, "half": (city.target / 2).round()}), city.boroughs + "M"
    parts = []
    for split in reach.list_splits(city.boroughs, blocks, None, busiest):
        found = reach.score_split(split, city.features, targets, coordinates=city.coordinates)
        parts += [scores.assign(crime_type=name) for name, scores in found.items()]
    return pd.concat(parts, ignore_index=True)


def test_scores_of_each_seed_of_a_gap_and_without_the_busiest_borough(monkeypatch):
    monkeypatch.setattr(reach, "FOLD_SEEDS", (0, 1))
    scores = _score_all(make_city(boroughs=4, side=6), {reach.name_without("Tower Hamlets"): "B02"})
    assert set(scores["split"]) - {reach.RANDOM, reach.BLOCKS} == {reach.GAP, reach.PER_SEED, "without_tower_hamlets"}
    assert (scores.groupby("split")["crime_type"].nunique() == 2).all()
    seeds = scores.groupby("split")["fold_seed"].unique().map(list)
    assert (seeds[reach.PER_SEED], seeds[reach.GAP]) == ([1], [0, 1])
    d2 = scores[(scores["metric"] == "d2") & (scores["crime_type"] == "total")].groupby("split")["value"]
    assert d2.first()["without_tower_hamlets"] != d2.first()[reach.PER_SEED]


def test_a_town_too_small_for_a_gap_has_no_score_of_it(monkeypatch):
    monkeypatch.setattr(reach, "FOLD_SEEDS", (0,))
    town = make_city(boroughs=2, side=5)
    near = City(town.features, town.target, town.boroughs, town.coordinates / 10)
    assert set(_score_all(near, {"without_north": "B01"})["split"]) == {reach.RANDOM, reach.BLOCKS}


def test_the_mean_of_scores_is_taken_score_by_score_over_all_seeds(monkeypatch):
    monkeypatch.setattr(reach, "FOLD_SEEDS", (0, 1))
    columns = ["model", "split", "metric", "value", "baseline", "baseline_value", "fold_seed"]
    rows = [("explain", "s", "d2", 0.8, "mean", 0.0, 0), ("explain", "s", "mae", 4, "mean", 8, 0)]
    first = pd.DataFrame(rows, columns=columns)
    second = first.assign(value=[0.6, 2], baseline_value=[0.2, 4], fold_seed=1)
    lone = first.assign(split="of one seed")
    ranges, own = first.assign(metric="coverage_90"), second.assign(split=reach.PER_SEED)
    found = reach.average_seeds(pd.concat([first, own, second, lone, ranges])).set_index(["split", "metric"])
    assert found["value"].to_dict() == pytest.approx(
        {(reach.PER_SEED, "d2"): 0.6, (reach.PER_SEED, "mae"): 2, ("s", "d2"): 0.7, ("s", "mae"): 3}
    )
    assert found.loc["s", "baseline_value"].tolist() == pytest.approx([0.1, 6])
    assert found["fold_seed"].fillna(-1).tolist() == [1, 1, -1, -1]
