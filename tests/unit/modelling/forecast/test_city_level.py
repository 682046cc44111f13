import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.forecast.months import YEAR_SD, forecast_month_level, forecast_year_level


def _list_levels(values: list[float] | np.ndarray, first: str = "2023-01-01") -> pd.Series:
    return pd.Series(values, pd.date_range(first, periods=len(values), freq="MS"), dtype=float)


def _find_days(levels: pd.Series) -> np.ndarray:
    return pd.DatetimeIndex(levels.index).days_in_month.to_numpy()


def test_the_next_year_is_the_last_twelve_months_again():
    found = forecast_year_level(_list_levels([900] * 6 + [100] * 12))
    assert found.crimes == pytest.approx(1200)
    assert found.sd == YEAR_SD


def test_a_step_of_the_last_half_year_lasts():
    levels = _list_levels(np.ones(12))
    levels *= _find_days(levels) * np.repeat([1, 1.5], 6)
    # The half-year is 20 % above the year; what is beyond 5 % is added to the year.
    step = np.log(1.2) - 0.05
    found = forecast_year_level(levels)
    assert found.crimes == pytest.approx(levels.sum() * np.exp(step))
    assert found.sd == pytest.approx(np.hypot(YEAR_SD, step))


def test_fewer_than_twelve_months_are_stretched_to_a_year():
    assert forecast_year_level(_list_levels([50, np.nan, 100])).crimes == pytest.approx(900)


def test_a_month_has_its_days():
    levels = _list_levels(np.full(13, 2.0), "2023-01-01")
    found = forecast_month_level(levels * _find_days(levels))
    assert found.crimes == pytest.approx(2 * 29)
    assert found.sd == pytest.approx(0.03)


def test_a_season_that_comes_back_is_learned():
    season = 100 + 30 * np.sin(np.arange(37) * np.pi / 6)
    levels = _list_levels(season)
    levels *= _find_days(levels)
    found = forecast_month_level(levels.iloc[:36])
    assert found.crimes == pytest.approx(levels.iloc[36], rel=0.02)
    naive = levels.iloc[35] / 31 * 31
    assert abs(found.crimes - levels.iloc[36]) < abs(naive - levels.iloc[36])


@pytest.mark.parametrize("values", [[5.0], [5, np.nan], [np.nan, 4, 5, 6, 0], [0, 0, 0, 4]])
def test_short_series_with_holes_and_zeros_give_a_level(values):
    for found in (forecast_month_level(_list_levels(values)), forecast_year_level(_list_levels(values))):
        assert np.isfinite([found.crimes, found.sd]).all()
        assert found.crimes > 0
