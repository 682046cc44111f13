"""Metrics of a prediction, one function each."""

import math

import numpy as np
import pandas as pd
import scipy

from crime_dagster.modelling.kit.intervals import AREAS_PER_BOROUGH

PREDICTION_FLOOR = 0.001


def find_deviance(actual: np.ndarray, predicted: np.ndarray) -> float:
    """Return the summed Poisson deviance; predictions are floored at 0.001.

    Source: McCullagh and Nelder (1989), Generalized linear models, 2.3.
    """
    predicted = np.maximum(predicted, PREDICTION_FLOOR)
    logs = np.log(np.where(actual > 0, actual, 1) / predicted)
    return float(2 * np.sum(np.where(actual > 0, actual * logs, 0) - (actual - predicted)))


def score_d2(actual: np.ndarray, predicted: np.ndarray, mean: np.ndarray) -> float:
    """Return the explained share of the Poisson deviance, compared with the mean of each area's training fold."""
    return _one_minus(find_deviance(actual, predicted), find_deviance(actual, mean))


def score_r2(actual: np.ndarray, predicted: np.ndarray) -> float:
    """Return the explained share of the variance; a few huge areas decide it."""
    return _one_minus(float(np.sum((actual - predicted) ** 2)), float(np.sum((actual - actual.mean()) ** 2)))


def score_r2_log(actual: np.ndarray, predicted: np.ndarray) -> float:
    """Return R² of log1p of both: how well areas of all sizes are distinguished."""
    return score_r2(np.log1p(actual), np.log1p(np.maximum(predicted, 0)))


def score_r2_without_top(actual: np.ndarray, predicted: np.ndarray, codes: np.ndarray, share: float = 0.01) -> float:
    """Return R² without the share of areas that have most crime."""
    left = rank_areas(actual, codes)[count_share(len(actual), share) :]
    return score_r2(actual[left], predicted[left])


def score_mae(actual: np.ndarray, predicted: np.ndarray) -> float:
    """Return the mean absolute error, in crimes per area."""
    return float(np.mean(np.abs(actual - predicted)))


def score_spearman(actual: np.ndarray, predicted: np.ndarray) -> float:
    """Return the rank correlation; NaN if one side is constant."""
    if np.ptp(actual) == 0 or np.ptp(predicted) == 0:
        return math.nan
    return float(scipy.stats.spearmanr(actual, predicted).statistic)


def count_share(areas: int, share: float) -> int:
    """Return how many areas a share of them is: rounded, at least one."""
    return max(1, round(areas * share))


def rank_areas(values: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return positions of the areas, highest first; ties are broken by area code."""
    return np.lexsort((codes, -values))


def score_hit(actual: np.ndarray, predicted: np.ndarray, codes: np.ndarray, share: float = 0.1) -> float:
    """Return the share of all crime in the share of areas ranked highest (hit rate).

    Source: Chainey, Tompson and Uhlig (2008), Security Journal 21: 4-28.
    """
    top = rank_areas(predicted, codes)[: count_share(len(actual), share)]
    total = float(actual.sum())
    return float(actual[top].sum()) / total if total else math.nan


def score_pei(actual: np.ndarray, predicted: np.ndarray, codes: np.ndarray, share: float = 0.1) -> float:
    """Return the hit rate over that of the perfect ranking (predictive efficiency index).

    Source: Hunt (2016), Do crime hot spots move?, PhD thesis.
    """
    perfect = score_hit(actual, actual, codes, share)
    return score_hit(actual, predicted, codes, share) / perfect if perfect else math.nan


def score_pai(
    actual: np.ndarray, predicted: np.ndarray, codes: np.ndarray, land: np.ndarray, share: float = 0.1
) -> float:
    """Return the hit rate over those areas' share of land, in any unit (predictive accuracy index).

    Source: Chainey, Tompson and Uhlig (2008), Security Journal 21: 4-28.
    """
    top = rank_areas(predicted, codes)[: count_share(len(actual), share)]
    return score_hit(actual, predicted, codes, share) / float(land[top].sum() / land.sum())


def score_coverage(actual: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> float:
    """Return the share of areas whose count is within its interval, bounds included."""
    return float(np.mean((actual >= lower) & (actual <= upper)))


def score_predictions(
    predictions: pd.DataFrame, mean: pd.Series, *, land: pd.Series | None = None, boroughs: pd.Series | None = None
) -> dict[str, float]:
    """Return all metrics of a table of predictions, by name.

    Args:
        predictions: `lsoa_code, actual, predicted, lower_80, upper_80, lower_90, upper_90`; rows without `actual` are
            left out. Intervals that are NaN have no coverage.
        mean: Mean of each area's training fold, indexed by `lsoa_code`, as are the others.
        land: For `pai_10`.
        boroughs: For a `coverage_90_<code>` of each borough.
    """
    known = predictions.dropna(subset=["actual"]).set_index("lsoa_code")
    codes = known.index.to_numpy(str)
    actual, predicted = (known[column].to_numpy(float) for column in ("actual", "predicted"))
    scores = {
        "d2": score_d2(actual, predicted, mean[codes].to_numpy(float)),
        "r2_log": score_r2_log(actual, predicted),
        "r2": score_r2(actual, predicted),
        "r2_without_top_1": score_r2_without_top(actual, predicted, codes),
        "mae": score_mae(actual, predicted),
        "spearman": score_spearman(actual, predicted),
        "hit_10": score_hit(actual, predicted, codes),
        "pei_10": score_pei(actual, predicted, codes),
    }
    if land is not None:
        scores["pai_10"] = score_pai(actual, predicted, codes, land[codes].to_numpy(float))
    return scores | _score_intervals(known, boroughs)


def _score_intervals(known: pd.DataFrame, boroughs: pd.Series | None) -> dict[str, float]:
    """Return coverage overall, among the tenth of areas predicted highest, and by borough."""
    if known[["lower_90", "upper_90"]].isna().to_numpy().any():
        return {}
    top = rank_areas(known["predicted"].to_numpy(float), known.index.to_numpy(str))[: count_share(len(known), 0.1)]
    scores = {
        "coverage_80": _score_level(known, 80),
        "coverage_90": _score_level(known, 90),
        "coverage_90_top_decile": _score_level(known.iloc[top], 90),
        "interval_width": float((known["upper_90"] - known["lower_90"]).mean()),
    }
    if boroughs is not None:
        inside = known["actual"].between(known["lower_90"], known["upper_90"])
        groups = inside.groupby(boroughs.reindex(known.index).to_numpy())
        shares, large = groups.mean(), groups.size() >= AREAS_PER_BOROUGH
        scores |= {f"coverage_90_{code}": float(share) for code, share in shares.items()}
        scores |= {"coverage_90_worst_borough": float(shares[large].min())} if large.any() else {}
    return scores


def _score_level(table: pd.DataFrame, level: int) -> float:
    columns = ("actual", f"lower_{level}", f"upper_{level}")
    return score_coverage(*(table[column].to_numpy(float) for column in columns))


def _one_minus(left: float, whole: float) -> float:
    return 1 - left / whole if whole > 0 else math.nan
