import numpy as np
import pandas as pd
import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.modelling.forecast.months import find_levels, sum_period, tabulate_months


def _list_rows(table: dict[str, list], first: str = "2024-01-01") -> pd.DataFrame:
    months = pd.date_range(first, periods=len(next(iter(table.values()))), freq="MS")
    rows = pd.DataFrame(table, index=months).rename_axis("month").reset_index()
    return rows.melt(id_vars="month", var_name="lsoa_code", value_name="crimes")


def test_months_are_without_gap_and_unreported_stays_unreported():
    rows = _list_rows({"b": [1, 2, 3, 4], "a": [5, np.nan, 7, 8], "never": [np.nan] * 4})
    found = tabulate_months(rows[rows["month"] != "2024-03-01"].sample(frac=1, random_state=1))
    assert found.index.tolist() == ["a", "b"]
    assert [f"{month:%m}" for month in found.columns] == ["01", "02", "03", "04"]
    assert found["2024-03-01"].isna().all()
    assert found.loc["a"].tolist() == pytest.approx([5, np.nan, np.nan, 8], nan_ok=True)


def test_months_after_the_last_complete_one_are_left_out():
    rows = _list_rows({"a": [5, 6, 7], "b": [1, 1, 1]})
    assert tabulate_months(rows, pd.Timestamp("2024-02-01")).shape == (2, 2)


def test_a_month_cut_short_is_no_count_and_an_area_may_end_early():
    found = tabulate_months(_list_rows({"a": [50, 1, 52, 51], "b": [50, 1, 49, np.nan]}))
    assert found.notna().sum().tolist() == [2, 0, 2, 1]


def test_figures_by_year_only_are_refused():
    with pytest.raises(InputError, match="enough to explain, not to forecast"):
        tabulate_months(_list_rows({"a": [np.nan, np.nan]}))


def test_a_city_keeps_its_level_when_an_area_is_missing():
    counts = pd.DataFrame({1: [10.0, 20.0], 2: [20.0, 40.0], 3: [15.0, np.nan], 4: [np.nan, np.nan]}, index=["a", "b"])
    # Usual months: 15 and 30. In the third, the one that is there has its usual 15.
    assert find_levels(counts).tolist() == pytest.approx([30, 60, 45, np.nan], nan_ok=True)


def test_a_period_is_known_when_each_of_its_months_is():
    assert sum_period(pd.DataFrame({1: [1, 2], 2: [0.5, np.nan]})).tolist() == pytest.approx([1.5, np.nan], nan_ok=True)
