import numpy as np
import pandas as pd

from crime_dagster.modelling.kit.intervals import MOST_WIDENED, find_intervals, widen_for_boroughs


def _draw(effect_sd: float, seed: int = 3) -> tuple[pd.Series, pd.Series, pd.Series, pd.Series]:
    """Counts of 16 boroughs of 100 areas, in 8 folds, whose levels the prediction does not know."""
    random = np.random.default_rng(seed)
    borough = np.repeat(np.arange(16), 100)
    predicted = random.gamma(4, 15, len(borough))
    level = np.exp(random.normal(0, effect_sd, 16))[borough]
    actual = random.poisson(predicted * level).astype(float)
    return pd.Series(actual), pd.Series(predicted), pd.Series(borough // 2), pd.Series(borough)


def _cover(effect_sd: float) -> tuple[float, float, float]:
    """Lowest share inside of a borough before and after, and the largest factor."""
    actual, predicted, folds, boroughs = _draw(effect_sd)
    lower, upper = find_intervals(actual, predicted, folds)
    factor = widen_for_boroughs(actual, predicted, lower, upper, folds, boroughs)
    before = ((actual >= lower) & (actual <= upper)).groupby(boroughs).mean()
    low, high = predicted - factor * (predicted - lower), predicted + factor * (upper - predicted)
    after = ((actual >= low) & (actual <= high)).groupby(boroughs).mean()
    return float(before.min()), float(after.min()), float(factor.max())


def test_ranges_hold_better_in_boroughs_that_a_model_is_wrong_about():
    before, after, factor = _cover(0.1)
    assert before < 0.82
    assert after > before + 0.03
    assert 1 < factor <= MOST_WIDENED


def test_boroughs_that_differ_by_chance_alone_keep_their_ranges():
    assert _cover(0)[2] < 1.15


def test_no_borough_decides_its_own_factor():
    actual, predicted, folds, boroughs = _draw(0)
    actual[boroughs == 0] *= 5
    lower, upper = find_intervals(actual, predicted, folds)
    factor = widen_for_boroughs(actual, predicted, lower, upper, folds, boroughs)
    assert factor[folds == 0].max() < 1.15
    assert factor[folds != 0].eq(MOST_WIDENED).all()
