"""The share of the busiest tenth that a prediction identifies."""

import numpy as np
import pandas as pd

from crime_dagster.modelling.findings.place_models import find_hit_share


def test_the_tenth_that_is_found_is_counted():
    codes = [f"E{number:03d}" for number in range(100)]
    actual = pd.Series(np.arange(100.0), index=codes)
    assert find_hit_share(actual, actual) == 1.0
    assert find_hit_share(actual, -actual) == 0.0
    half = actual.copy()
    half.iloc[95:] = -1
    assert find_hit_share(actual, half) == 0.5


def test_the_order_of_rows_does_not_matter_and_what_is_missing_is_skipped():
    generator = np.random.default_rng(5)
    codes = [f"E{number:03d}" for number in range(60)]
    actual = pd.Series(generator.integers(0, 4, 60).astype(float), index=codes)
    predicted = pd.Series(generator.integers(0, 4, 60).astype(float), index=codes)
    actual.iloc[3], predicted.iloc[7] = np.nan, np.inf
    shuffled = find_hit_share(actual.sample(frac=1, random_state=2), predicted.sample(frac=1, random_state=3))
    assert shuffled == find_hit_share(actual, predicted)
    assert find_hit_share(actual.iloc[:5], predicted) is None
    assert find_hit_share(actual * 0, predicted) is None
