"""Ranks and their intervals."""

import numpy as np
import pandas as pd

from crime_dagster.modelling.findings.area_findings import rank_areas_with_intervals

COLUMNS = ["rank", "rank_lower_90", "rank_upper_90"]


def _make_counts(areas: int = 200) -> pd.Series:
    rng = np.random.default_rng(2)
    levels = rng.gamma(0.8, 60, areas)
    return pd.Series(rng.poisson(levels).astype(float), [f"E{number:03d}" for number in range(areas)])


def test_most_crimes_come_first_and_intervals_hold_the_rank():
    counts = _make_counts()
    found = rank_areas_with_intervals(counts)
    assert found.loc[counts.idxmax(), "rank"] == 1
    assert (found["rank_lower_90"] <= found["rank"]).all()
    assert (found["rank"] <= found["rank_upper_90"]).all()
    assert found["rank_lower_90"].min() >= 1
    assert found["rank_upper_90"].max() <= len(counts)


def test_intervals_hold_the_true_rank_as_often_as_promised():
    rng = np.random.default_rng(5)
    held = []
    for _ in range(5):
        levels = rng.gamma(0.8, 60, 200)
        found = rank_areas_with_intervals(pd.Series(rng.poisson(levels).astype(float)))
        true = pd.Series(-levels).rank()
        held.append(((found["rank_lower_90"] <= true) & (true <= found["rank_upper_90"])).mean())
    assert 0.85 < np.mean(held) < 0.97


def test_a_lonely_leader_is_sure_and_the_crowd_is_not():
    counts = pd.Series([5000.0, *[20.0] * 50])
    found = rank_areas_with_intervals(counts)
    assert found.iloc[0].tolist() == [1, 1, 1]
    assert (found["rank"].iloc[1:] == 2).all()
    assert (found["rank_upper_90"] - found["rank_lower_90"]).iloc[1:].min() > 20


def test_noisier_counts_are_less_sure():
    counts = _make_counts()
    widths = [
        (found["rank_upper_90"] - found["rank_lower_90"]).mean()
        for found in (rank_areas_with_intervals(counts, dispersion) for dispersion in (1.0, 3.0))
    ]
    assert widths[1] > 1.2 * widths[0]


def test_unknown_counts_have_no_rank_and_row_order_changes_nothing():
    counts = _make_counts()
    counts.iloc[3] = np.nan
    found = rank_areas_with_intervals(counts)
    assert found.iloc[3].isna().all()
    assert found["rank"].max() <= len(counts) - 1
    again = rank_areas_with_intervals(counts.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(again.loc[counts.index], found)


def test_nothing_equal_or_one_area_is_no_trouble():
    assert rank_areas_with_intervals(pd.Series([np.nan, np.nan])).isna().all(axis=None)
    assert rank_areas_with_intervals(pd.Series([7.0])).iloc[0].tolist() == [1, 1, 1]
    zeros = rank_areas_with_intervals(pd.Series(np.zeros(30)))
    assert (zeros["rank"] == 1).all()
    assert list(zeros.columns) == COLUMNS
