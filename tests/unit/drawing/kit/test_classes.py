import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crime_dagster.drawing.kit import classes


def test_breaks_are_the_round_numbers_nearest_to_the_quantiles():
    # Straight lines between these points put the six quantiles at 74, 130, 190, 304, 507 and 1,067.
    shares, heights = [0, 0.24, 0.56, 0.79, 0.90, 0.96, 0.99, 1], [3, 74, 130, 190, 304, 507, 1067, 11_924]
    values = np.interp(np.linspace(0, 1, 1001), shares, heights)
    assert classes.class_breaks(values) == [75, 125, 200, 300, 500, 1000]


def test_both_series_share_the_breaks():
    low, high = np.arange(1.0, 101), np.arange(1000.0, 1100)
    assert classes.class_breaks(low, high) == classes.class_breaks(high, low)
    assert classes.class_breaks(low, high)[-1] >= 1000


@pytest.mark.parametrize(
    ("quantile", "whole", "expected"),
    [
        (304, True, 300),
        (507, True, 500),
        (1067, True, 1000),
        (7.6, True, 8),
        (12.4, True, 12),
        (0.2, True, 1),
        (0.31, False, 0.3),
        (9.6, True, 10),
    ],
)
def test_a_quantile_is_rounded_to_the_nearest_step(quantile, whole, expected):
    assert classes.round_break(quantile, whole=whole) == expected


@pytest.mark.parametrize(
    ("values", "labels", "counts"),
    [
        ([7, 7, 7], ["7"], [3]),
        ([0, 0, 0], ["0"], [3]),
        ([np.nan, 12, np.nan], ["12"], [1]),
        ([100, 101], ["100 to 101"], [2]),
        ([np.nan, np.nan], [], [0]),
        ([], [], [0]),
        ([0, 0, 0, 1, 2, 1], ["0", "1", "2 or more"], [3, 2, 1]),
    ],
    ids=["constant", "all zero", "one area", "between two steps", "all missing", "no areas", "few crimes"],
)
def test_odd_cases_have_a_key_that_tells_the_truth(values, labels, counts):
    breaks = classes.class_breaks(values)
    assert classes.band_labels(breaks, values) == labels
    assert classes.band_counts(values, breaks) == counts
    assert classes.count_bands(breaks, values) == len(labels)


def test_labels_read_as_counts():
    breaks = [75.0, 125.0, 1000.0]
    assert classes.band_labels(breaks) == ["fewer than 75", "75 to 124", "125 to 999", "1,000 or more"]
    assert classes.band_labels(breaks, short=True) == ["under 75", "75 to 124", "125 to 999", "1,000+"]


def test_limits_that_are_not_whole_are_not_called_counts():
    assert classes.band_labels([0.5, 0.75]) == ["under 0.5", "0.5 to under 0.75", "0.75 or more"]


def test_a_limit_belongs_to_the_band_above_and_no_data_to_none():
    values = pd.Series([74.9, 75, np.nan, np.inf, -np.inf, 0])
    assert classes.classify(values, [75.0]).tolist() == [0, 1, -1, -1, -1, 0]


@given(st.lists(st.one_of(st.integers(0, 50_000), st.just(float("nan")), st.just(float("inf"))), max_size=80))
def test_any_counts_have_rising_breaks_and_distinct_labels_that_add_up(values):
    breaks = classes.class_breaks(values)
    labels = classes.band_labels(breaks, values)
    assert breaks == sorted(set(breaks))
    assert len(breaks) <= 6
    assert len(set(labels)) == len(labels)
    finite = sum(np.isfinite(value) for value in values)
    assert sum(classes.band_counts(values, breaks)) == finite
    assert all(int(low) <= int(high) for low, high in (pair(label) for label in labels if " to " in label))


def pair(label):
    return [part.replace(",", "") for part in label.split(" to ")]


def test_predictions_under_one_are_not_called_0():
    breaks = [1.0, 3.0]
    assert classes.band_labels(breaks, [0, 0, 1, 5])[0] == "0"
    assert classes.band_labels(breaks, [0, 0, 1, 5], [0.2, 1.4, 4])[0] == "fewer than 1"
    assert classes.band_labels(breaks, [0.2, 1.4, 4], short=True)[0] == "under 1"
