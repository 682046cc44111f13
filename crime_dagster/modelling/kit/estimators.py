"""The regression that explains counts of crime: a smooth model on logs, and trees that start from it."""

from __future__ import annotations

from typing import Any

import lightgbm as lgb
import numpy as np
import pandas as pd
from scipy.linalg import cho_factor, cho_solve
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.impute import SimpleImputer
from sklearn.linear_model import PoissonRegressor, Ridge
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.preprocessing import StandardScaler
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from crime_dagster.core.processes import one_thread

# The lowest prediction: logs are taken, and no rate is known to be exactly zero.
FLOOR = 0.01
# Areas that the kernel compares with; more cost time, and gain less than another seed of the folds does.
LANDMARKS = 500
KERNEL_PENALTY = 1.0
# Share of the Poisson regression in the smooth model, and of the free trees in the ensemble, on logs; the last is that
# of counts with kinds.
POISSON_SHARE, FREE_SHARE, FREE_SHARE_BY_KIND = 0.2, 1 / 6, 0.3
# Keeps the system solvable if landmarks are equal.
JITTER = 1e-6
TREES = {
    "objective": "tweedie",
    "tweedie_variance_power": 1.5,
    "learning_rate": 0.08,
    "min_data_in_leaf": 20,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "feature_fraction": 0.15,
    "lambda_l2": 5.0,
    "max_bin": 63,
    # These three give the same trees for any number of threads.
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}
GROWN, FREE = {"num_leaves": 15}, {"num_leaves": 8}
# Types with kinds are noisier than the others: in a large city the ridge penalty is at least this per area.
RIDGE_PER_AREA = 0.2
# Free trees of counts with kinds split at random, so that their errors differ more from those of the grown ones.
FREE_BY_KIND = {"num_leaves": 15, "extra_trees": True}


def scale_logs(values: np.ndarray) -> np.ndarray:
    """Return sign and log1p of the absolute value: compresses the few huge areas and keeps scores below zero usable."""
    return np.sign(values) * np.log1p(np.abs(values))


class Rows:
    """What fits to the same areas share, whatever is counted: features imputed, scaled, binned and compared.

    Args:
        values: Shape (areas, features), NaN where missing.
        margin: See `CountEnsemble`.
    """

    def __init__(self, values: np.ndarray, margin: float) -> None:
        # A column without any value in these rows stays, as 0: dropping it causes a warning per fold.
        self.imputer = SimpleImputer(strategy="median", keep_empty_features=True).fit(values)
        self._filled = self.imputer.transform(values)
        logs = scale_logs(self._filled)
        self.scaler = StandardScaler().fit(logs)
        self.scaled = self.scaler.transform(logs)
        lowest, highest = self.scaled.min(axis=0), self.scaled.max(axis=0)
        room = margin * (highest - lowest)
        self.lowest, self.highest = lowest - room, highest + room
        self._bins: lgb.Dataset | None = None
        # Rows are in code order, so that evenly spaced landmarks are from every borough.
        count = min(LANDMARKS, len(self.scaled))
        self.landmarks = self.scaled[np.linspace(0, len(self.scaled) - 1, count).astype(int)].astype(np.float32)
        self._kernel = compare(self.scaled, self.landmarks)
        system = self._kernel.T @ self._kernel + KERNEL_PENALTY * compare(self.landmarks, self.landmarks)
        self._system = cho_factor(system + JITTER * np.eye(count))

    def find_bins(self, parameters: dict[str, Any]) -> lgb.Dataset:
        """Return the features in LightGBM's bins, which depend on no count and take as long to find as trees."""
        if self._bins is None:
            self._bins = lgb.Dataset(self._filled, np.zeros(len(self._filled)), params=parameters).construct()
        return self._bins

    def smooth(self, left: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the landmarks' weights and the fit to residuals by kernel ridge regression, shape (areas,).

        Source: Smola and Schölkopf (2000), Sparse greedy matrix approximation for machine learning, ICML.
        """
        weights = cho_solve(self._system, self._kernel.T @ left)
        return weights, self._kernel @ weights


def compare(scaled: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """Return the similarity of areas to the landmarks, 1 for the same features, shape (areas, landmarks)."""
    return rbf_kernel(scaled, landmarks.astype(float), gamma=1 / (2 * scaled.shape[1]))


class CountEnsemble(RegressorMixin, BaseEstimator):
    """Weighted geometric mean of a smooth model that trees improve on, and of trees on their own.

    - *smooth*: geometric mean of a Poisson regression, a fifth of it, and of a ridge regression of log1p of the count
      with a kernel ridge regression of its residuals (and Duan's smearing), all on logs of the features. It responds to
      every feature and reaches the few busiest areas, which trees cannot; the kernel learns from areas that are similar
      in all features.
    - *grown*: trees that start from the smooth prediction and learn its errors.
    - *free*: trees on their own, a sixth of the mean. They are weaker, but their errors differ.

    Counts may have kinds (burglary of homes, of shops): each gets an ensemble of its own, without the Poisson
    regression, and the prediction is the geometric mean of that of the counts and the sum of those of the kinds.
    *Free* is then three tenths, and extremely randomised trees, and the ridge penalty at least a fifth per area.

    Missing values become the median of the fitted rows. Features beyond the range of those rows are clipped just beyond
    it, because a line on logs would extrapolate wildly. Sort rows by area code: the trees draw rows by position. The
    result does not depend on the number of threads.

    Args:
        poisson_alpha: Penalty of the Poisson regression.
        ridge_alpha: Penalty of the ridge regression; at least so much where counts have kinds.
        free_trees: Number of trees in *free*, of 8 leaves, or of 15 where counts have kinds.
        grown_trees: Number of trees in *grown*, of 15 leaves.
        margin: How far beyond the fitted range a feature counts, as a share of that range.
        seed: Draws rows and columns for the trees.

    Source: Duan (1983), Smearing estimate, JASA 78: 605-610; Ke et al. (2017), LightGBM, NeurIPS 30.
    """

    def __init__(
        self,
        *,
        poisson_alpha: float = 0.3,
        ridge_alpha: float = 300.0,
        free_trees: int = 150,
        grown_trees: int = 100,
        margin: float = 0.05,
        seed: int = 0,
    ) -> None:
        self.poisson_alpha = poisson_alpha
        self.ridge_alpha = ridge_alpha
        self.free_trees = free_trees
        self.grown_trees = grown_trees
        self.margin = margin
        self.seed = seed

    def fit(
        self,
        X: pd.DataFrame | np.ndarray,  # noqa: N803 the name that scikit-learn calls it by
        y: pd.Series | pd.DataFrame | np.ndarray,
        rows: Rows | None = None,
    ) -> CountEnsemble:
        """Fit to areas with a count, shapes (areas, features) and (areas,); features may be NaN.

        Counts of shape (areas, 1 + kinds) have a column per kind after the first. `rows` are prepared from the same
        features, and shared by fits to several counts of the same areas.
        """
        values, counts = validate_data(self, X, y, dtype=float, ensure_all_finite="allow-nan", multi_output=True)
        whole, *kinds = np.asarray(counts, float).reshape(len(values), -1).T
        if (counts < 0).any() or whole.sum() <= 0:
            raise ValueError("counts must not be below 0 and not all be 0")
        with one_thread():
            rows = Rows(values, self.margin) if rows is None else rows
            by_kind = bool(kinds)
            self._fit(rows, whole, by_kind)
            self.kinds_ = [clone(self)._fit(rows, kind, by_kind, poisson=False) for kind in kinds if kind.any()]
        return self

    def predict(self, X: pd.DataFrame | np.ndarray) -> np.ndarray:  # noqa: N803 the name that scikit-learn calls it by
        """Return the expected count per row, shape (areas,), above 0."""
        check_is_fitted(self)
        values = validate_data(self, X, dtype=float, ensure_all_finite="allow-nan", reset=False)
        with one_thread():
            filled = self.imputer_.transform(values)
            scaled, kernel = self._compare(filled)
            share = FREE_SHARE_BY_KIND if self.kinds_ else FREE_SHARE
            logged, *kinds = (one._predict_log(filled, scaled, kernel, share) for one in (self, *self.kinds_))
            if kinds:
                logged = (logged + np.logaddexp.reduce(kinds)) / 2
        return np.clip(np.exp(logged), FLOOR, None)

    def __sklearn_tags__(self) -> Tags:
        """Tell scikit-learn that NaN is allowed and that counts are not negative."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.target_tags.positive_only = True
        return tags

    def _fit(self, rows: Rows, counts: np.ndarray, by_kind: bool, poisson: bool = True) -> CountEnsemble:
        smooth = self._fit_smooth(rows, counts, RIDGE_PER_AREA * len(counts) if by_kind else 0, poisson)
        self.grown_ = self._grow(rows, counts, smooth, self.grown_trees, GROWN)
        self.free_ = self._grow(rows, counts, None, self.free_trees, FREE_BY_KIND if by_kind else FREE)
        return self

    def _fit_smooth(self, rows: Rows, counts: np.ndarray, least_ridge: float = 0, poisson: bool = True) -> np.ndarray:
        self.imputer_, self.scaler_, self.lowest_, self.highest_ = rows.imputer, rows.scaler, rows.lowest, rows.highest
        self.landmarks_ = rows.landmarks
        self.poisson_ = None
        if poisson:
            # newton-cholesky solves this exactly in a few steps; lbfgs stops early, with errors up to 6e-4.
            self.poisson_ = PoissonRegressor(alpha=self.poisson_alpha, solver="newton-cholesky", tol=1e-6, max_iter=300)
            self.poisson_.fit(rows.scaled, counts)
        logged = np.log1p(counts)
        self.ridge_ = Ridge(alpha=max(self.ridge_alpha, least_ridge)).fit(rows.scaled, logged)
        straight = self.ridge_.predict(rows.scaled)
        self.weights_, bent = rows.smooth(logged - straight)
        self.smearing_ = float(np.mean(np.exp(logged - straight - bent)))
        return self._join_logs(rows.scaled, straight + bent)

    def _grow(
        self, rows: Rows, counts: np.ndarray, start: np.ndarray | None, trees: int, shape: dict[str, Any]
    ) -> lgb.Booster:
        parameters = {**TREES, "seed": self.seed}
        bins = rows.find_bins(parameters).set_label(counts)
        bins.set_field("init_score", start)
        return lgb.train({**parameters, **shape}, bins, trees)

    def _compare(self, filled: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return features as scaled for the smooth model, and their similarity to the landmarks."""
        scaled = np.clip(self.scaler_.transform(scale_logs(filled)), self.lowest_, self.highest_)
        return scaled, compare(scaled, self.landmarks_)

    def _predict_log(self, filled: np.ndarray, scaled: np.ndarray, kernel: np.ndarray, share: float) -> np.ndarray:
        grown = self._predict_smooth_log(scaled, kernel) + self.grown_.predict(filled, raw_score=True, num_threads=1)
        free = np.asarray(self.free_.predict(filled, raw_score=True, num_threads=1))
        return (1 - share) * grown + share * free

    def _predict_smooth_log(self, scaled: np.ndarray, kernel: np.ndarray) -> np.ndarray:
        return self._join_logs(scaled, self.ridge_.predict(scaled) + kernel @ self.weights_)

    def _join_logs(self, scaled: np.ndarray, logged: np.ndarray) -> np.ndarray:
        ridge = np.log(np.maximum(np.exp(logged) * self.smearing_ - 1, FLOOR))
        if self.poisson_ is None:
            return ridge
        poisson = np.log(np.maximum(self.poisson_.predict(scaled), FLOOR))
        return POISSON_SHARE * poisson + (1 - POISSON_SHARE) * ridge


def fit_ensembles(
    table: pd.DataFrame, lessons: list[pd.Series | pd.DataFrame], kind: type[CountEnsemble], seed: int
) -> list[CountEnsemble]:
    """Fit an ensemble to each of several counts of the same areas, whose rows are prepared once."""
    with one_thread():
        rows = Rows(table.to_numpy(float), kind().margin)
    return [kind(seed=seed).fit(table.to_numpy(float), lesson, rows) for lesson in lessons]
