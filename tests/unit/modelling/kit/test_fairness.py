import math

import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.kit.fairness import compare_groups, cut_quintiles


def test_a_group_computed_by_hand():
    # Mean of 1, 3, 5, 7 is 4; sums of deviations per cluster -4 and 4; variance (16 + 16) x 2 / 16 = 4, error 2.
    # 95 % point of t with one degree of freedom: 6.3138.
    found = compare_groups(pd.Series([1.0, 3, 5, 7]), pd.Series([2] * 4), pd.Series(["a", "a", "b", "b"]))
    row = found.iloc[0]
    assert (row["group"], row["areas"], row["mean_residual"]) == ("2", 4, 4)
    assert (row["lower_90"], row["upper_90"]) == pytest.approx((4 - 12.6275, 4 + 12.6275), abs=0.001)


def test_areas_that_err_together_make_the_interval_wider():
    rng = np.random.default_rng(2)
    residuals = pd.Series(np.repeat(rng.normal(size=40), 5))
    group = pd.Series(1, residuals.index)
    alone = compare_groups(residuals, group, pd.Series(residuals.index))
    together = compare_groups(residuals, group, pd.Series(residuals.index // 5))
    width = [float(found["upper_90"].iloc[0] - found["lower_90"].iloc[0]) for found in (alone, together)]
    assert width[1] > 1.8 * width[0]


def test_unknown_residuals_and_groups_take_no_part():
    found = compare_groups(pd.Series([1.0, np.nan, 3]), pd.Series(["x", "x", None]), pd.Series(["a", "b", "c"]))
    assert found["areas"].tolist() == [1]
    assert math.isnan(found["lower_90"].iloc[0])


def test_quintiles_hold_a_fifth_each_and_ties_go_by_code():
    values = pd.Series([5.0, 5, 5, 5, 5, np.nan], list("edcbaf"))
    found = cut_quintiles(values)
    assert found.reindex(list("abcde")).tolist() == [1, 2, 3, 4, 5]
    assert math.isnan(found["f"])
    assert cut_quintiles(pd.Series(np.arange(100.0))).value_counts().tolist() == [20] * 5
