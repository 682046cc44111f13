"""How far a score generalises: other folds of boroughs, a gap around them, and without the busiest borough."""

from typing import Any

import pandas as pd

from crime_dagster.core.errors import InputError
from crime_dagster.modelling.explain.explain import SPLIT, explain
from crime_dagster.modelling.kit.fold_models import FoldModels, fit_fold_models

# Folds are drawn again with each of these; the published models are those of the first.
FOLD_SEEDS = (0, 1, 2)
PER_SEED = f"{SPLIT}_seed"
# Areas across the border are much like those of an unseen borough: areas within this many metres are left out too.
APART = 2000
GAP = f"{SPLIT}_2km"
# Ranges are those of the published folds, and are scored with them.
RANGES = ("coverage_", "interval_")


def score_reach(
    models: FoldModels,
    features: pd.DataFrame,
    busiest: tuple[str, str],
    *,
    learned: pd.DataFrame | None = None,
    coordinates: pd.DataFrame | None = None,
    land: pd.Series | None = None,
) -> pd.DataFrame:
    """Score the explain model of a crime type on splits beyond the published one, whose models are of the first seed.

    `busiest` are code and name of the borough with most crime, which `without_<borough>` leaves out; the rest is as for
    `fit_fold_models` and `explain`.

    Returns:
        Rows as of `explain` with `fold_seed`: `borough_folds_seed` of each other seed, `borough_folds_2km` and
        `without_<borough>` as the mean over all seeds. A split is missing if too few areas are left to learn from.
    """
    asked: dict[str, Any] = {"coordinates": coordinates, "land": land}
    code, name = busiest
    beside = "without_" + name.lower().replace(" ", "_")
    parts, alone = [], []
    for seed in FOLD_SEEDS:
        fitted = models if seed == FOLD_SEEDS[0] else _fit(models, features, learned, coordinates, seed=seed)
        alone.append(explain(fitted, features, split=beside, without=code, **asked).scores)
        if fitted is not models:
            parts.append(explain(fitted, features, split=PER_SEED, **asked).scores.assign(fold_seed=seed))
    parts.append(average_scores(alone))
    try:
        apart = [_fit(models, features, learned, coordinates, seed=seed, apart=APART) for seed in FOLD_SEEDS]
        parts.append(average_scores([explain(one, features, split=GAP, **asked).scores for one in apart]))
    except InputError:
        # A small city may have no area that far away.
        pass
    found = pd.concat(parts, ignore_index=True)
    return found[~found["metric"].str.startswith(RANGES)].astype({"fold_seed": "Int64"})


def average_scores(scores: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the mean of several tables of scores, score by score."""
    keys = ["model", "split", "metric", "baseline"]
    found = pd.concat(scores).groupby(keys, sort=False)[["value", "baseline_value"]].mean().reset_index()
    return found.assign(fold_seed=pd.array([pd.NA] * len(found), dtype="Int64"))


def _fit(
    models: FoldModels,
    features: pd.DataFrame,
    learned: pd.DataFrame | None,
    coordinates: pd.DataFrame | None,
    **how: Any,
) -> FoldModels:
    return fit_fold_models(features, models.target, models.boroughs, learned=learned, coordinates=coordinates, **how)
