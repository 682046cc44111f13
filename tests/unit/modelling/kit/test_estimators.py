import numpy as np
import pytest
from sklearn.base import clone

from crime_dagster.modelling.kit.estimators import CountEnsemble, scale_logs


def _make_table(rows: int = 300, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    features = rng.gamma(2, 10, (rows, 4))
    return features, rng.poisson(2 * (1 + features[:, 0]) ** 0.7 * (1 + features[:, 1]) ** -0.3).astype(float)


def test_logs_keep_signs_and_zero():
    assert scale_logs(np.array([-np.e + 1, 0.0, np.e - 1])).tolist() == pytest.approx([-1, 0, 1])


def test_it_learns_more_than_the_mean():
    features, counts = _make_table()
    model = CountEnsemble().fit(features[:200], counts[:200])
    errors = np.abs(model.predict(features[200:]) - counts[200:]).mean()
    assert errors < 0.6 * np.abs(counts[:200].mean() - counts[200:]).mean()


def test_predictions_are_above_zero_and_finite_far_outside_what_was_seen():
    features, counts = _make_table()
    model = CountEnsemble().fit(features, counts)
    wild = model.predict(np.array([[1e9, 1, 1, 1], [-1e9, 1e9, 1, 1], [1, 1, 1e9, -1e9]]))
    assert np.isfinite(wild).all()
    assert (wild > 0).all()
    assert wild.max() < 2 * counts.max()


def test_missing_values_count_as_the_median_of_the_rows_fitted_on():
    features, counts = _make_table()
    model = CountEnsemble().fit(features, counts)
    gap, filled = features[:1].copy(), features[:1].copy()
    gap[0, 0], filled[0, 0] = np.nan, np.median(features[:, 0])
    assert model.predict(gap) == model.predict(filled)


def test_features_that_tell_nothing_leave_the_mean():
    # Holds for the ridge regression of logs only where it is smeared back.
    counts = np.array([0.0, 2.0, 40.0] * 20)
    assert CountEnsemble().fit(np.ones((60, 2)), counts).predict(np.ones((1, 2))) == pytest.approx(14)


@pytest.mark.filterwarnings("error")
def test_a_column_without_values_in_the_fitted_rows_does_no_harm():
    features, counts = _make_table()
    features[:, 3] = np.nan
    model = CountEnsemble().fit(features, counts)
    later = features.copy()
    later[:, 3] = 5.0
    assert np.array_equal(model.predict(later), model.predict(features))


@pytest.mark.parametrize("counts", [np.zeros(300), np.full(300, -1.0)], ids=["no crime", "below zero"])
def test_counts_that_cannot_be_are_refused(counts):
    with pytest.raises(ValueError, match="counts must not"):
        CountEnsemble().fit(_make_table()[0], counts)


def test_counts_with_unlike_kinds_are_learned_better_by_kind():
    features = np.expm1(3 * np.random.default_rng(4).uniform(size=(300, 4)))
    kinds = np.stack([(1 + features[:, 0]) ** 2.5, (1 + features[:, 1]) ** 2.5 / (1 + features[:, 2])], axis=1)
    kinds /= kinds.mean(axis=0)
    counts = np.column_stack([kinds.sum(axis=1), kinds, np.zeros(300)])  # the last kind has no crime

    def miss(learned: np.ndarray) -> float:
        guess = CountEnsemble().fit(features[:200], learned[:200]).predict(features[200:])
        return float(np.abs(np.log(guess / counts[200:, 0])).mean())

    assert miss(counts) < 0.95 * miss(counts[:, 0])


def test_it_is_an_estimator_of_scikit_learn():
    model = CountEnsemble(ridge_alpha=0.7, seed=3)
    assert clone(model).get_params() == model.get_params()
    assert "ridge_alpha=0.7" in repr(model)
