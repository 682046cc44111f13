"""Months that differ from what was known about them."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.judge.last_release import LAST_RELEASE, YEAR_BEFORE, find_lost_months, find_off_months


def months(**crimes: float) -> pd.DataFrame:
    """One crime type; names are `m2024_01`."""
    days = [dt.date(int(name[1:5]), int(name[6:8]), 1) for name in crimes]
    return pd.DataFrame({"crime_type": "theft", "month": days, "crimes": list(crimes.values())})


@pytest.mark.parametrize(("crimes", "is_off"), [(131, True), (129, False), (70, True), (71, False), (100, False)])
def test_a_month_is_held_against_the_last_release(crimes: float, is_off: bool):
    found = find_off_months(months(m2024_01=crimes), months(m2024_01=100), 0.3)
    assert len(found) == is_off
    if is_off:
        assert found.loc[0, "against"] == LAST_RELEASE
        assert found.loc[0, "change_pct"] == pytest.approx(crimes - 100)


def test_a_new_month_is_held_against_the_year_before_it():
    now = months(m2023_02=100, m2024_01=500, m2024_02=20)
    found = find_off_months(now, months(m2023_02=100, m2024_01=490), 0.3)
    assert found[["crimes", "expected", "against"]].to_numpy().tolist() == [[20, 100, YEAR_BEFORE]]


def test_a_new_month_without_a_year_before_and_months_of_nothing_say_nothing():
    assert find_off_months(months(m2024_01=5, m2024_02=0), months(m2024_02=0), 0.3).empty
    assert find_off_months(months(m2024_01=np.nan), months(m2024_01=10), 0.3).empty


def test_a_type_that_fell_to_nothing_is_off():
    assert find_off_months(months(m2024_01=0), months(m2024_01=10), 0.3)["change_pct"].tolist() == [-100]


def test_months_that_are_gone_are_named():
    now, before = months(m2024_01=1, m2024_02=np.nan), months(m2023_12=4, m2024_01=1, m2024_02=3)
    assert find_lost_months(now, before) == [
        ("theft", pd.Timestamp(2023, 12, 1)),
        ("theft", pd.Timestamp(2024, 2, 1)),
    ]
    assert find_lost_months(now, months()) == []
