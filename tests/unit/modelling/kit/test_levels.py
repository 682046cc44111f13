"""Levels of police forces: found where they are planted, shrunk where boroughs differ as much, and not pretended."""

import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.explain.explain import explain
from crime_dagster.modelling.explain.reach import FOLDS, FORCES, Split, score_split
from crime_dagster.modelling.explain.saving import pack_models, unpack_models
from crime_dagster.modelling.forecast.prior import SmoothCounts
from crime_dagster.modelling.kit.fold_models import fit_fold_models, restore_fold_models
from crime_dagster.modelling.kit.levels import find_levels

PLANTED = {"North Police": 0.5, "South Police": 1.0, "West Police": 1.8}
# The force of each of eight boroughs: one has but one.
FORCES_OF = ("North Police", "West Police") * 3 + ("North Police", "South Police")


def find(ratios: dict[str, list[float]]) -> dict[str, float]:
    """Levels of boroughs of one area each, with so many crimes that chance is nothing."""
    forces = pd.Series([force for force, found in ratios.items() for _ in found])
    actual = pd.Series([1e6 * ratio for found in ratios.values() for ratio in found])
    return find_levels(actual, pd.Series(1e6, actual.index), pd.Series(actual.index.astype(str)), forces)


def test_forces_whose_boroughs_agree_keep_their_level() -> None:
    assert find({"A": [2, 2], "B": [0.5, 0.5]}) == pytest.approx({"A": 2, "B": 0.5}, rel=1e-5)


def test_the_more_boroughs_differ_within_forces_the_more_levels_are_shrunk() -> None:
    levels = [find({"A": [2 * spread, 2 / spread], "B": [0.5 * spread, 0.5 / spread]}) for spread in (1.1, 1.5)]
    assert 2 > levels[0]["A"] > levels[1]["A"] > 1
    assert all(one["A"] * one["B"] == pytest.approx(1, rel=1e-5) for one in levels)
    # By hand: logs differ by 0.83 between the forces' means, and by 0.26 within: (0.96 - 0.33) / 2 of (0.96 - 0) / 2.
    logs = np.log([3, 4 / 3, 0.75, 1 / 3])
    within, spread = 2 * np.log(1.5) ** 2 * 2 / 2, 4 * np.log(2) ** 2
    between = (spread - within) / (4 - 8 / 4)
    assert levels[1]["A"] == pytest.approx(np.exp(logs[:2].mean() * between / (between + within / 2)), rel=1e-5)


@pytest.mark.parametrize(
    "ratios",
    [
        pytest.param({"A": [4, 1], "B": [0.25, 3]}, id="differ less than their boroughs"),
        pytest.param({"A": [2], "B": [0.5]}, id="one borough each"),
        pytest.param({"A": [2, 3]}, id="one force"),
    ],
)
def test_no_level_without_evidence(ratios: dict[str, list[float]]) -> None:
    assert find(ratios) == {}


@pytest.fixture(scope="module")
def planted(city):
    """The made-up city, whose boroughs are of three forces that record differently."""
    forces = city.boroughs.map(dict(zip(sorted(set(city.boroughs)), FORCES_OF, strict=True)))
    return forces, (city.target * forces.map(PLANTED)).round()


def test_unseen_boroughs_gain_by_their_force_and_unseen_forces_do_not(city, planted) -> None:
    forces, target = planted

    def score(groups: pd.Series, forces: pd.Series | None) -> float:
        models = fit_fold_models(city.features, target, groups, forces=forces, estimator=SmoothCounts)
        return explain(models, city.features).scores.query("metric == 'd2'")["value"].iloc[0]

    within, without = score(city.boroughs, forces), score(city.boroughs, None)
    split = Split(forces, {FORCES: ""}, {"folds": FOLDS})
    # What a single force reports is not known of another.
    targets = pd.DataFrame({"total": target, "one_force": target.where(forces == "North Police")})
    scores = score_split(split, city.features, targets, forces=forces)
    assert set(scores) == {"total"}
    across = scores["total"]
    assert set(across["split"]) == {"force_folds"}
    assert within > without + 0.1
    assert score(forces, forces) == score(forces, None) < without + 0.05
    assert across.query("metric == 'd2'")["value"].iloc[0] < within - 0.1


def test_levels_are_of_forces_that_a_fold_has_seen_and_saved_with_its_model(city, planted) -> None:
    forces, target = planted
    models = fit_fold_models(city.features, target, city.boroughs, forces=forces, folds=3)
    assert any("South Police" not in levels for levels in models.levels.values())
    for fold, levels in models.levels.items():
        others = models.folds != fold
        assert set(levels) == set(forces[others])
        assert levels["North Police"] < 0.8 < 1.2 < levels["West Police"]
    parts = unpack_models(pack_models(models))
    again = restore_fold_models(city.features, target, city.boroughs, *parts, forces=forces, folds=3)
    pd.testing.assert_series_equal(again.predict(city.features), models.predict(city.features))
