import numpy as np
import pytest

from crime_dagster.modelling.explain.evaluation import accumulate_effects, find_effects
from crime_dagster.modelling.kit.fold_models import fit_fold_models


def test_a_sum_of_two_features_computed_by_hand():
    # Areas at 0, 1, 1, 3; prediction 2 x + z with z tied to x: the effect of x alone is 2 x, whatever z is.
    values, other = np.array([0.0, 1, 1, 3]), np.array([5.0, 7, 7, 90])
    edges, effects, areas = accumulate_effects(values, lambda x: 2 * x + other)
    assert edges.tolist() == [0, 1, 3]
    assert areas.tolist() == [0, 3, 1]
    # Sums 0, 2, 6; middles 1 (three areas) and 4 (one area): mean 7 / 4.
    assert effects == pytest.approx([-1.75, 0.25, 4.25])


def test_an_interaction_is_averaged_where_the_areas_are():
    # Prediction x * z: below 1 the areas have z = 1, above it z = 3.
    values, other = np.array([0.5, 1.0, 2.0, 2.0]), np.array([1.0, 1, 3, 3])
    edges, effects, areas = accumulate_effects(values, lambda x: x * other)
    assert edges.tolist() == [0.5, 1, 2]
    assert areas.tolist() == [0, 2, 2]
    # Steps 0.5 x 1 and 1 x 3; sums 0, 0.5, 3.5; middles 0.25 and 2: mean 1.125.
    assert effects == pytest.approx([-1.125, -0.625, 2.375])


def test_many_values_are_put_into_groups_of_about_equal_size():
    edges, _, areas = accumulate_effects(np.arange(101.0), lambda x: x, bins=4)
    assert edges.tolist() == [0, 25, 50, 75, 100]
    assert areas.tolist() == [0, 26, 25, 25, 25]


def test_missing_values_take_no_part_and_one_value_has_no_effect():
    values = np.array([1.0, np.nan, 2.0])
    edges, effects, areas = accumulate_effects(values, lambda x: np.where(np.isnan(x), 99, x))
    assert (edges.tolist(), areas.tolist()) == ([1, 2], [0, 2])
    assert effects == pytest.approx([-0.5, 0.5])
    assert accumulate_effects(np.array([4.0, 4.0]), lambda x: x)[1].tolist() == [0]


def test_a_known_driver_rises_and_an_area_is_named_nowhere(city):
    models = fit_fold_models(city.features, city.target, city.boroughs, folds=2)
    found = find_effects(models, city.features, "income_deprivation_pct", bins=8)
    assert found["x"].is_monotonic_increasing
    assert found["areas"].sum() == len(city.features)
    # Crime goes with (1 + x)^0.8: between the ends of the middle half that is a known ratio.
    low, high = found.iloc[2], found.iloc[6]
    expected = ((1 + high["x"]) / (1 + low["x"])) ** 0.8
    assert (100 + high["effect"]) / (100 + low["effect"]) == pytest.approx(expected, rel=0.15)
