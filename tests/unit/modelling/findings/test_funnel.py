"""Funnels: limits of chance, and wider ones where places vary more."""

import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.findings.place_models import LIMITS, find_funnel, find_limit


def make(seed: int = 1, places: int = 200, spread: float = 0.0) -> tuple[pd.Series, pd.Series]:
    random = np.random.default_rng(seed)
    expected = pd.Series(random.uniform(500, 5000, places))
    drawn = random.poisson(expected * np.exp(random.normal(0, spread, places)))
    return pd.Series(drawn, dtype=float), expected


def test_counts_of_chance_have_the_dispersion_of_chance():
    found = find_funnel(*make())
    assert 1.0 <= found["dispersion"].iloc[0] < 1.2
    outside = (found["z"].abs() > LIMITS["95%"]).mean()
    assert 0.01 < outside < 0.1


def test_uneven_places_widen_the_limits():
    found = find_funnel(*make(spread=0.2))
    assert found["dispersion"].iloc[0] > 20
    assert (found["z"].abs() > LIMITS["99.8%"]).mean() < 0.05


def test_one_far_place_does_not_hide_itself():
    recorded, expected = make()
    recorded.iloc[0] = 3 * expected.iloc[0]
    found = find_funnel(recorded, expected)
    assert found["z"].abs().idxmax() == 0
    assert found["ratio"].iloc[0] == pytest.approx(3)


def test_limits_narrow_as_places_grow_and_are_alike_on_both_sides():
    upper = find_limit(np.array([100.0, 10_000.0]), 4.0, LIMITS["95%"])
    assert upper[0] > upper[1] > 1
    assert upper[1] == pytest.approx(np.exp(1.959964 * np.sqrt(4.0 / 10_000)))


def test_too_few_places_are_no_funnel():
    assert find_funnel(pd.Series([1.0] * 4), pd.Series([1.0] * 4)).isna().all(axis=None)
    assert find_funnel(pd.Series([0.0, np.nan, np.inf, 1, 1, 1]), pd.Series([1.0] * 6)).isna().all(axis=None)
