import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.kit import intervals


def find_intervals(actual: pd.Series, predicted: pd.Series, folds: pd.Series) -> list[pd.Series]:
    """Return both ends at 90 %, for a single borough."""
    ends = intervals.find_intervals(actual, predicted, folds, folds * 0)
    return [pd.Series(ends[name], predicted.index) for name in ("lower_90", "upper_90")]


def _make_counts(areas: int, seed: int, *, spread: float = 0.3) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return predictions that are right on average, counts over-dispersed around them, and eight folds."""
    rng = np.random.default_rng(seed)
    predicted = pd.Series(np.exp(rng.normal(3, 1.2, areas)))
    actual = pd.Series(rng.poisson(predicted * rng.gamma(1 / spread, spread, areas)).astype(float))
    return actual, predicted, pd.Series(np.arange(areas) % 8)


@pytest.mark.parametrize("areas", [400, 4000])
def test_nine_in_ten_counts_lie_within_at_every_size(areas):
    inside, inside_top = [], []
    for seed in range(10):
        actual, predicted, folds = _make_counts(areas, seed)
        lower, upper = find_intervals(actual, predicted, folds)
        is_inside = (actual >= lower) & (actual <= upper)
        inside.append(is_inside.mean())
        inside_top.append(is_inside[predicted >= predicted.quantile(0.9)].mean())
    assert 0.88 < np.mean(inside) < 0.95
    assert 0.86 < np.mean(inside_top) < 0.97


def test_an_interval_holds_its_prediction_and_never_falls_below_zero():
    actual, predicted, folds = _make_counts(400, 3)
    lower, upper = find_intervals(actual, predicted, folds)
    assert ((lower >= 0) & (lower <= predicted) & (predicted <= upper)).all()


def test_own_fold_adds_nothing_to_an_interval():
    actual, predicted, folds = _make_counts(400, 4)
    wild = actual.where(folds != 0, 1e6)
    before, after = (find_intervals(counts, predicted, folds)[1] for counts in (actual, wild))
    assert (before[folds == 0] == after[folds == 0]).all()
    assert (before[folds != 0] < after[folds != 0]).any()


def test_areas_without_a_count_get_an_interval_from_all_others():
    actual, predicted, folds = _make_counts(400, 5)
    gone = pd.Series(np.arange(400) < 10)
    actual[gone], folds[gone] = np.nan, -1
    lower, upper = find_intervals(actual, predicted, folds)
    assert lower.notna().all()
    assert (upper[gone] > predicted[gone]).all()


def test_few_areas_share_one_bin_and_the_widest_error():
    actual, predicted = pd.Series([1.0, 9.0, 4.0, 2.0]), pd.Series([3.0, 3.0, 3.0, 3.0])
    lower, upper = find_intervals(actual, predicted, pd.Series([0, 0, 1, 1]))
    # Fold 1 has errors of +1 and -1, fold 0 of -2 and +6; all predictions are equal.
    # The least effect of boroughs that is looked for moves ends by a hundredth.
    assert lower.tolist() == pytest.approx([2, 2, 1, 1], rel=0.02)
    assert upper.tolist() == pytest.approx([4, 4, 9, 9], rel=0.02)
