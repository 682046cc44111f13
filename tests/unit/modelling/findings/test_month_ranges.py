import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.findings.month_ranges import COLUMNS, LEAST_ERRORS, YEAR, find_month_ranges


def _draw(months: int = 72, seed: int = 0, noise: float = 0.02) -> pd.Series:
    random = np.random.default_rng(seed)
    index = pd.date_range("2020-01-01", periods=months, freq="MS")
    season = 0.2 * np.sin(2 * np.pi * np.arange(months) / 12)
    return pd.Series(100 * np.exp(season + random.normal(0, noise, months)), index)


def test_a_season_is_expected_and_taken_out():
    found = find_month_ranges(_draw(noise=0.001))
    assert found.columns.tolist() == COLUMNS
    assert found["adjusted_per_day"].to_numpy() == pytest.approx(100, rel=0.01)
    assert found["trend_per_day"].to_numpy() == pytest.approx(100, rel=0.01)
    assert found.iloc[24:]["expected_per_day"].to_numpy() == pytest.approx(_draw(noise=0)[24:].to_numpy(), rel=0.01)


def test_a_planted_month_is_surprising_and_the_others_are_as_often_as_chance_makes_them():
    months = _draw(seed=4)
    months.iloc[60] *= 1.3
    found = find_month_ranges(months)
    assert found["p_value"].idxmin() == 60
    assert found["p_value"].min() < 1e-4
    share = np.mean([(find_month_ranges(_draw(seed=seed))["p_value"].dropna() < 0.05).mean() for seed in range(20)])
    assert 0.02 < share < 0.09


def test_only_the_past_is_in_an_expectation():
    months = _draw()
    wild = months.copy()
    wild.iloc[40:] *= 5
    before, after = (find_month_ranges(one).iloc[:41]["expected_per_day"] for one in (months, wild))
    pd.testing.assert_series_equal(before, after)


def test_the_trend_follows_a_rise_and_not_a_single_month():
    rise = _draw(months=31, noise=0.01) * np.linspace(1, 1.5, 31)
    wild = rise.copy()
    wild.iloc[15] *= 2
    for months in (rise, wild):
        trend = find_month_ranges(months)["trend_per_day"]
        assert trend.to_numpy() == pytest.approx(100 * np.linspace(1, 1.5, 31), rel=0.07)


def test_too_few_months_have_no_range_and_none_a_made_up_one():
    found = find_month_ranges(_draw(months=24))
    assert found["expected_per_day"].isna().to_numpy().nonzero()[0].tolist() == list(range(YEAR + LEAST_ERRORS))
    assert found["trend_per_day"].notna().all()
    assert find_month_ranges(_draw(months=23))[["trend_per_day", "adjusted_per_day"]].isna().all(axis=None)
    assert find_month_ranges(_draw(months=11)).empty
    assert find_month_ranges(_draw(months=30).where(lambda one: one.index != one.index[3], 0)).empty
