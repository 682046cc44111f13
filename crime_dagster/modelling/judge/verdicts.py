"""Scores compared with thresholds, with baselines, and with the nominal coverage of intervals."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from crime_dagster.modelling.judge.bars import LARGEST_MORAN_SHARE, Threshold

HOLDS, MISSED, ABSENT = "holds", "missed", "absent"
MEANS = ("mean", "all_months_mean")
LAST = ("last_year", "ewma")
LEAST_COVERED, MOST_COVERED = 0.85, 0.97
FINDING = ["crime_type", "model", "split", "metric", "value", "against", "limit"]


@dataclass(frozen=True)
class Verdict:
    """A threshold, the measured value (None if there is none), and whether it is met."""

    bar: Threshold
    value: float | None

    @property
    def verdict(self) -> str:
        if self.value is None:
            return ABSENT
        least, most = self.bar.least, self.bar.most
        is_met = (least is None or self.value >= least) and (most is None or self.value <= most)
        return HOLDS if is_met else MISSED


def judge_bars(scores: pd.DataFrame, bars: Iterable[Threshold]) -> list[Verdict]:
    """Return one verdict per threshold, from rows of `marts.model_scores`."""
    return [Verdict(bar, _find_value(scores, bar)) for bar in bars]


def find_unbeaten(scores: pd.DataFrame, baselines: Iterable[str]) -> pd.DataFrame:
    """Return models whose D² is not above that of one of some baselines, from rows of `marts.model_scores`.

    Returns:
        `crime_type, model, split, metric, value, against, limit`: the baseline's name and score.
    """
    rows = scores[(scores["metric"] == "d2") & scores["baseline"].isin(list(baselines))]
    rows = rows[~(rows["value"] > rows["baseline_value"])]
    return rows.assign(against=rows["baseline"], limit=rows["baseline_value"])[FINDING].reset_index(drop=True)


def find_uncovered(scores: pd.DataFrame) -> pd.DataFrame:
    """Return 90 % intervals that cover less than 85 % or more than 97 % of areas; columns as `find_unbeaten`."""
    rows = _list_metric(scores, "coverage_90")
    rows = rows[~rows["value"].between(LEAST_COVERED, MOST_COVERED)]
    limit = rows["value"].gt(MOST_COVERED).map({True: MOST_COVERED, False: LEAST_COVERED}).astype(float)
    return rows.assign(against="90 %", limit=limit)[FINDING].reset_index(drop=True)


def find_clustered(scores: pd.DataFrame) -> pd.DataFrame:
    """Return models whose residuals are too similar between neighbours; columns as `find_unbeaten`.

    The limit is 0.55 of Moran's I of the counts.
    """
    keys = ["crime_type", "model", "split"]
    target = _list_metric(scores, "target_moran")[[*keys, "value"]].rename(columns={"value": "limit"})
    rows = _list_metric(scores, "residual_moran").merge(target, on=keys, how="inner")
    rows["limit"] *= LARGEST_MORAN_SHARE
    return rows[rows["value"] > rows["limit"]].assign(against="counts")[FINDING].reset_index(drop=True)


def _find_value(scores: pd.DataFrame, bar: Threshold) -> float | None:
    value = _find(scores, bar, bar.metric)
    if value is None or not bar.share_of:
        return value
    whole = _find(scores, bar, bar.share_of)
    return value / whole if whole else None


def _find(scores: pd.DataFrame, bar: Threshold, metric: str) -> float | None:
    chosen = (
        (scores["model"] == bar.model) & (scores["split"] == bar.split) & (scores["crime_type"] == bar.crime_type)
    ) & (scores["metric"] == metric)
    values = scores.loc[chosen, "value"]
    return None if values.empty or not math.isfinite(values.iloc[0]) else float(values.iloc[0])


def _list_metric(scores: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Return the rows of one metric once: it is repeated for every baseline."""
    return scores[scores["metric"] == metric].drop_duplicates(["crime_type", "model", "split"])
