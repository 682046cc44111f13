"""The usual level of each area, from its features: the starting point of a forecast, before its own months."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted, validate_data

from crime_dagster.core.processes import one_thread
from crime_dagster.modelling.forecast.origins import Priors
from crime_dagster.modelling.kit.estimators import CountEnsemble, Rows
from crime_dagster.modelling.kit.fold_models import FoldModels, try_fit_many

# A prior is fitted to this many of the latest months: more lower the noise of rare types.
PRIOR_MONTHS = 24
# Fewer than for explain models: the area's own months correct a prior's errors.
FOLDS = 5


class SmoothCounts(CountEnsemble):
    """Only the smooth member of the ensemble: a third of the time for at most 0.006 of the forecast's D²."""

    def _fit(self, rows: Rows, counts: np.ndarray, *_: Any) -> CountEnsemble:
        self._fit_smooth(rows, counts)
        return self

    def predict(self, X: pd.DataFrame | np.ndarray) -> np.ndarray:  # noqa: N803 the name that scikit-learn calls it by
        check_is_fitted(self)
        values = validate_data(self, X, dtype=float, ensure_all_finite="allow-nan", reset=False)
        with one_thread():
            return np.exp(self._predict_smooth_log(*self._compare(self.imputer_.transform(values))))


def fit_priors(
    counts: Mapping[str, pd.DataFrame],
    stops: Mapping[str, list[int]],
    features: pd.DataFrame,
    boroughs: pd.Series,
    *,
    coordinates: pd.DataFrame | None = None,
    jobs: int = 2,
) -> dict[str, Priors]:
    """Explain each crime type's counts up to several months, each borough by models of the others; see `try_fit_many`.

    By crime type, `counts` are areas x months, as from `tabulate_months`, and `stops` numbers of months.

    Returns:
        Crime type -> stop -> crimes of a year, for every area with features, from no month after the stop. A stop is
        missing if its months cannot be explained, such as crime in one borough only.
    """
    targets = {
        (name, stop): 12 * counts[name].iloc[:, :stop].iloc[:, -PRIOR_MONTHS:].mean(axis=1).reindex(features.index)
        for name in counts
        for stop in stops[name]
    }
    found = try_fit_many(
        features, targets, boroughs, coordinates=coordinates, folds=FOLDS, estimator=SmoothCounts, jobs=jobs
    )
    priors: dict[str, Priors] = {name: {} for name in counts}
    for (name, stop), models in found.items():
        if isinstance(models, FoldModels):
            priors[name][stop] = models.predict(features).rename("prior")
        elif models.column is not None and models.column in features:
            raise models  # from the leak guard: no forecast may continue
    return priors
