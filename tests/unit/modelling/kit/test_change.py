"""The change on the previous year, with small numbers."""

import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.kit.change import find_change_pct, find_changes, measure_dispersion

BEFORE = pd.Series([0, 0, 4, 12, np.nan, 300, 150, 0.4], list("abcdefgh"))
AFTER = pd.Series([6, 0, 9, 0, 3, 200, 150, 1.4], list("abcdefgh"))


def test_percentages_are_never_infinite():
    found = find_change_pct(BEFORE, AFTER)
    wanted = [np.nan, np.nan, 125, -100, np.nan, -100 / 3, 0, 250]
    assert found == pytest.approx(wanted, nan_ok=True)
    assert float(find_change_pct(4, 5)) == 25


def test_small_numbers_have_no_percentage_and_new_ones_a_word():
    found = find_changes(BEFORE, AFTER)
    assert found["change_pct"].round(1).fillna(-1).tolist() == [-1, -1, -1, -100, -1, -33.3, 0, -1]
    assert found["change_direction"].fillna("").tolist() == ["new", "same", "up", "down", "", "down", "same", "up"]
    assert found["is_clear_change"].isna().tolist() == found["change_p_value"].isna().tolist()
    assert found.index[found["is_clear_change"].fillna(False)].tolist() == ["a", "d", "f"]
    assert found.loc["b", "change_p_value"] == 1


def test_row_order_changes_nothing():
    found = find_changes(BEFORE, AFTER)
    order = list("hgfedcba")
    pd.testing.assert_frame_equal(find_changes(BEFORE[order], AFTER[order]).loc[BEFORE.index], found)


def _make_months(months: int, times: int, areas: int = 300) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    season = 1 + 0.4 * np.sin(np.arange(months))
    levels = np.outer(rng.gamma(2, 5, areas) + 3, season) * np.where(np.arange(months) < 12, 1, 1.5)
    return pd.DataFrame(times * rng.poisson(levels / times))


def test_dispersion_is_told_apart_from_seasons_and_years():
    assert measure_dispersion(_make_months(24, 1)) == pytest.approx(1, abs=0.06)
    assert measure_dispersion(_make_months(30, 2)) == pytest.approx(2, rel=0.08)


def test_too_little_to_know_the_dispersion_is_1():
    assert measure_dispersion(_make_months(11, 2)) == 1
    assert measure_dispersion(_make_months(24, 1) * 0) == 1
    assert measure_dispersion(_make_months(24, 2) * np.nan) == 1
    assert measure_dispersion(pd.DataFrame(index=range(3))) == 1
