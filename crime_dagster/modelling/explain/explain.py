"""Explain: the crime expected in an area, predicted from other boroughs. No crime history is a feature."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crime_dagster.modelling.kit.baselines import predict_linear, predict_mean
from crime_dagster.modelling.kit.fold_models import FoldModels
from crime_dagster.modelling.kit.intervals import find_intervals
from crime_dagster.modelling.kit.scores import score_predictions
from crime_dagster.modelling.kit.spatial import find_nearest, score_morans_i
from crime_dagster.modelling.kit.validation import UNREPORTED

MODEL = "explain"
SPLIT = "borough_folds"
PUBLISHED = {SPLIT: ""}


@dataclass(frozen=True)
class Explanation:
    """Predictions of one crime type, and their scores."""

    # `lsoa_code, actual, predicted` and the interval bounds `lower_80, upper_80, lower_90, upper_90` for every area,
    # sorted by code; `actual` is NaN if the force has not reported.
    predictions: pd.DataFrame
    scores: pd.DataFrame  # `model, split, metric, value, baseline, baseline_value`, one row per metric and baseline
    dropped: dict[str, str]  # left-out features and the reasons
    models: FoldModels


def explain(
    models: FoldModels,
    features: pd.DataFrame,
    *,
    coordinates: pd.DataFrame | None = None,
    land: pd.Series | None = None,
    splits: Mapping[str, str] = PUBLISHED,
) -> Explanation:
    """Predict every borough with models of the others, with 80 and 90 % intervals and scores beside the baselines.

    Areas without a count are predicted by a model of all areas that have one, and are not scored. `features` are those
    that the models were fitted to; `coordinates` are for Moran's I, `land` is for `pai_10`. `splits` names the scores,
    each with the code of a borough that is not scored, if any; only the published split has scores per borough.
    """
    predicted = models.predict(features) if models.predicted is None else models.predicted
    predictions = _tabulate(models.target, predicted, models.folds, models.boroughs)
    known = models.target.notna()
    actual, folds = models.target[known], models.folds[known]
    mean = predict_mean(actual, folds, models.near)
    linear = predict_linear(features.loc[actual.index, list(models.check.columns)], actual, folds, models.near)
    tables = [predictions, *(_tabulate(actual, baseline, folds, models.boroughs) for baseline in (mean, linear))]

    def score(table: pd.DataFrame, scored: pd.Index, neighbours: np.ndarray | None, split: str) -> dict[str, float]:
        table = table[table["lsoa_code"].isin(scored)]
        boroughs = models.boroughs if split == SPLIT else None
        scores = score_predictions(table, mean, land=land, boroughs=boroughs)
        if neighbours is None:
            return scores
        return scores | score_morans_i(actual[scored].to_numpy(), table["predicted"].to_numpy(), neighbours)

    rows = []
    for split, without in splits.items():
        scored = actual.index[models.boroughs[actual.index] != without]
        neighbours = None if coordinates is None else find_nearest(coordinates, scored)
        ours, *others = (score(table, scored, neighbours, split) for table in tables)
        for name, theirs in zip(("mean", "linear"), others, strict=True):
            rows += [(MODEL, split, metric, value, name, theirs[metric]) for metric, value in ours.items()]
    scores = pd.DataFrame(rows, columns=["model", "split", "metric", "value", "baseline", "baseline_value"])
    return Explanation(predictions, scores, models.check.dropped, models)


def list_unseen(models: FoldModels) -> list[str]:
    """Return a sentence per borough without any count, and one for areas without a borough.

    Such areas are predicted by a model of every area with a count: models do not use borough names, only features.
    """
    unknown = models.folds == UNREPORTED
    learned = set(models.boroughs[~unknown])
    lines = []
    for borough, areas in models.boroughs[unknown].fillna("").groupby(models.boroughs[unknown].fillna("")):
        if borough not in learned:
            name = f"borough {borough}" if borough else "areas without a borough"
            lines.append(f"{name}: no count to learn from; {len(areas)} area(s) predicted by a model of all others")
    return lines


def _tabulate(actual: pd.Series, predicted: pd.Series, folds: pd.Series, boroughs: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "lsoa_code": predicted.index.to_numpy(str),
            "actual": actual.to_numpy(float),
            "predicted": predicted.to_numpy(float),
            **find_intervals(actual, predicted, folds, boroughs.reindex(predicted.index)),
        }
    )
