"""A simple model refitted to random draws of boroughs, to estimate the uncertainty of a what-if."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy

from crime_dagster.core.processes import one_thread

DRAWS = 15
PENALTY = 0.03
# How far beyond the fitted range a feature counts, as a share of that range; a line on logs would extrapolate wildly.
MARGIN = 0.1
COVERED = 0.9
# Shares are not put on a log scale: a point more counts the same from 5 to 6 % as from 50 to 51 %, and what-ifs change
# high shares most.
SHARE = "_pct"


@dataclass(frozen=True)
class Bootstraps:
    """Poisson regressions on shares and on logs of the rest, one of all boroughs and one per draw of boroughs."""

    columns: tuple[str, ...]  # columns of the design table
    fill: np.ndarray  # replaces a missing value, shape (features,)
    centre: np.ndarray  # mean of the scaled columns, shape (features,)
    spread: np.ndarray  # standard deviation of the scaled columns, shape (features,)
    lowest: np.ndarray  # lowest standardised value that counts, shape (features,)
    highest: np.ndarray  # highest, shape (features,)
    weights: np.ndarray  # shape (1 + draws, features); the first row is fitted to every borough once
    constants: np.ndarray  # shape (1 + draws,)
    boroughs: int  # number of boroughs drawn from

    def predict(self, table: pd.DataFrame) -> np.ndarray:
        """Return expected counts of the rows of a design table, shape (1 + draws, areas)."""
        values = (_scale(table[list(self.columns)], self.fill) - self.centre) / self.spread
        return np.exp(self.constants[:, None] + self.weights @ np.clip(values, self.lowest, self.highest).T)


def fit_bootstraps(
    table: pd.DataFrame, target: pd.Series, boroughs: pd.Series, *, draws: int = DRAWS, seed: int = 0
) -> Bootstraps:
    """Fit the simple model to all boroughs, and to draws of boroughs with replacement.

    `table` is the design table and `target` crimes, one row per area, NaN if not reported.

    Source: Davison and Hinkley (1997), Bootstrap methods and their application, 3.8: whole clusters are drawn.
    """
    known = target.notna()
    counts = target[known].to_numpy()
    # A column without any value in these rows stays, as 0.
    fill = table[known].astype(float).median().fillna(0.0).to_numpy()
    # Takes a second to import, which loading the definitions does not need.
    from sklearn.linear_model import PoissonRegressor

    values = _scale(table[known], fill)
    centre, spread = values.mean(axis=0), values.std(axis=0)
    spread[spread == 0] = 1.0
    scaled = (values - centre) / spread
    lowest, highest = scaled.min(axis=0), scaled.max(axis=0)
    room = MARGIN * (highest - lowest)

    weights, constants = [], []
    with one_thread():
        for times in _draw_boroughs(boroughs[known], counts, draws, seed):
            rows = times > 0
            fitted = PoissonRegressor(alpha=PENALTY, solver="newton-cholesky", tol=1e-6, max_iter=200)
            fitted.fit(scaled[rows], counts[rows], sample_weight=times[rows])
            weights.append(fitted.coef_)
            constants.append(fitted.intercept_)
    columns = tuple(map(str, table.columns))
    ends = (lowest - room, highest + room)
    count = boroughs[known].nunique()
    return Bootstraps(columns, fill, centre, spread, *ends, np.array(weights), np.array(constants), count)


def _scale(table: pd.DataFrame, fill: np.ndarray) -> np.ndarray:
    from crime_dagster.modelling.kit.estimators import scale_logs

    values = table.to_numpy(float)
    filled = np.where(np.isnan(values), fill, values)
    is_share = np.array([SHARE in str(column) for column in table.columns])
    return np.where(is_share, filled, scale_logs(filled))


def find_interval(answer: float, cheap: np.ndarray, boroughs: int = DRAWS) -> tuple[float, float]:
    """Return the 90 % interval of an answer in per cent; NaN without an answer or with fewer than two draws.

    A few draws say little about tails, so these are taken from Student's distribution. The simple model's own answer
    may differ from the published one; the difference widens the interval. `cheap` is the change by the simple model,
    shape (1 + draws,), first the one fitted to all boroughs; with few boroughs tails are also uncertain.
    """
    logs = np.log1p(np.maximum(cheap, -99.99) / 100)
    draws = logs[1:][np.isfinite(logs[1:])]
    if not np.isfinite(answer) or len(draws) < 2:
        return float("nan"), float("nan")
    middle = np.log1p(max(answer, -99.99) / 100)
    error = np.hypot(draws.std(ddof=1), logs[0] - middle)
    half = scipy.stats.t.ppf((1 + COVERED) / 2, max(1, min(len(draws), boroughs) - 1)) * error
    return float(100 * np.expm1(middle - half)), float(100 * np.expm1(middle + half))


def _draw_boroughs(boroughs: pd.Series, counts: np.ndarray, draws: int, seed: int) -> list[np.ndarray]:
    """Return how often each area is drawn, shape (areas,), first every area once; redraw those without crime."""
    names, places = np.unique(boroughs.to_numpy(str), return_inverse=True)
    random = np.random.default_rng(seed)
    found = [np.ones(len(counts))]
    while len(found) <= draws:
        times = np.bincount(random.integers(len(names), size=len(names)), minlength=len(names))[places].astype(float)
        if counts[times > 0].sum() > 0:
            found.append(times)
    return found
