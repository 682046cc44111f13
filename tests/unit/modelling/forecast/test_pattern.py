import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.forecast import pattern
from crime_dagster.modelling.forecast.months import find_levels
from crime_dagster.modelling.forecast.pattern import Pattern, find_dispersion, gather_evidence

MONTHS = pd.date_range("2024-01-01", periods=3, freq="MS")


def shrink(counts: pd.DataFrame, prior: pd.Series, half_life: float) -> Pattern:
    return gather_evidence(counts, find_levels(counts), prior).shrink(half_life)


def test_the_rate_is_the_weighed_mean_of_months_and_prior(monkeypatch):
    monkeypatch.setattr(pattern, "find_dispersion", lambda counts, mean: 0.5)
    counts = pd.DataFrame([[4.0, 8.0, 4.0], [0.0, 0.0, 0.0]], ["a", "b"], MONTHS)
    found = shrink(counts, pd.Series({"b": 1.0, "a": 3.0}), half_life=1)
    # City: 4, 8, 4, so a month is 0.75, 1.5, 0.75 of the usual one; weights 1/4, 1/2, 1. The prior, scaled to 16 crimes
    # in three months, is 4 and 4/3 a month.
    seen, months = 4 / 4 + 8 / 2 + 4, 0.75 / 4 + 1.5 / 2 + 0.75
    assert found.rate["a"] == pytest.approx((seen + 2) / (months + 2 / 4))
    assert found.rate["b"] == pytest.approx(2 / (months + 2 / (4 / 3)))
    assert found.variance.tolist() == pytest.approx([1 / (seen + 2), 1 / 2])


def test_an_unreported_month_counts_for_nothing(monkeypatch):
    monkeypatch.setattr(pattern, "find_dispersion", lambda counts, mean: 1.0)
    counts = pd.DataFrame([[6.0, 6.0, np.nan], [6.0, 6.0, 6.0]], ["a", "b"], MONTHS)
    found = shrink(counts, pd.Series({"a": 1.0, "b": 1.0}), half_life=1e9)
    assert found.rate.tolist() == pytest.approx([(12 + 1) / (2 + 1 / 6), (18 + 1) / (3 + 1 / 6)])


def test_a_city_that_grows_does_not_bend_the_pattern():
    rng = np.random.default_rng(1)
    rates = rng.gamma(2, 5, 300)
    growth = np.linspace(1, 3, 12)
    codes = [f"{number:03d}" for number in range(300)]
    counts = pd.DataFrame(np.outer(rates, growth), codes, pd.date_range("2024-01-01", periods=12, freq="MS"))
    found = shrink(counts, pd.Series(1.0, codes), half_life=3)
    assert np.corrcoef(found.rate, rates)[0, 1] > 0.999
    assert found.rate.sum() == pytest.approx(counts.mean(axis=1).sum(), rel=0.01)


@pytest.mark.parametrize("dispersion", [0.1, 0.6])
def test_dispersion_is_found_again(dispersion):
    rng = np.random.default_rng(2)
    mean = np.exp(rng.normal(3, 1, 4000))
    counts = rng.poisson(mean * rng.gamma(1 / dispersion, dispersion, 4000)).astype(float)
    assert find_dispersion(counts, mean) == pytest.approx(dispersion, rel=0.1)
    known = np.full(4000, dispersion / 2)
    assert find_dispersion(counts, mean, known) == pytest.approx(dispersion / 2, rel=0.2)
