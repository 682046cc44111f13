"""Feature impact: how the models' predictions move when one feature changes. An association, not an effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crime_dagster.modelling.change import find_change_pct
from crime_dagster.modelling.fold_models import FoldModels, fit_fold_models
from crime_dagster.modelling.scenarios import Scenario, change_features, check_scenario

DRAWS = 1000
SUPPORT = (1.0, 99.0)


@dataclass(frozen=True)
class Impact:
    """Answer to one scenario for one crime type.

    Args:
        summary: One row: `scenario, feature, change, percentile, areas, sum_change_pct, mean_change_pct,
            max_abs_change_pct, lower_90, upper_90, mean_lower_90, mean_upper_90, outside_support_pct`. The first
            interval is that of `sum_change_pct`, the second that of `mean_change_pct`.
        areas: One row per changed area, most predicted crime first: `scenario, lsoa_code, rank, predicted,
            predicted_changed, change_pct`.
    """

    summary: pd.DataFrame
    areas: pd.DataFrame


def run_scenario(
    features: pd.DataFrame,
    target: pd.Series,
    boroughs: pd.Series,
    scenario: Scenario,
    *,
    coordinates: pd.DataFrame | None = None,
    allowed_features: Sequence[str] | None = None,
    seed: int = 0,
    folds: int = 8,
    models: FoldModels | None = None,
) -> Impact:
    """Change one feature in the areas with most predicted crime and predict them again.

    The areas are chosen once, by the prediction as things are, among areas with a count. Each is predicted by the
    model that has not seen its borough, as it is and changed. The feature changes in those areas alone; whatever is
    made of it changes with it (see `change_features`), the means of nearest areas too.

    The interval resamples boroughs with the models as they are: it says how much the answer depends on which boroughs
    have the busy areas, not how sure the models are of what they learned. Refitting them is not part of it.

    Args:
        features: As for `explain`.
        target: Crimes per area, NaN where not reported.
        boroughs: Borough code per area.
        scenario: What changes, by how much, where.
        coordinates: As for `explain`.
        allowed_features: Columns that may be changed; all of the features where not given.
        seed: For folds, trees and the resampling.
        folds: How many folds of boroughs at most.
        models: Models already fitted to the same table (`Explanation.models`); otherwise they are fitted here.

    Returns:
        Summary and areas.

    Raises:
        InputError: A feature, change or percentile that there is not; the allowed ones are listed.

    Source: block bootstrap after Davison and Hinkley (1997), Bootstrap methods and their application, 2.4 and 3.8.
    """
    allowed = [name for name in (allowed_features or features.columns) if name in features]
    check_scenario(scenario, allowed)
    if models is None:
        models = fit_fold_models(features, target, boroughs, coordinates=coordinates, folds=folds, seed=seed)
    features = features.loc[models.folds.index]
    before = models.predict(features)
    known = models.target.notna()
    threshold = np.percentile(before[known], scenario.percentile)
    chosen = before.index[(known & (before >= threshold)).to_numpy()]
    changed = change_features(features, scenario.feature, scenario.change, chosen)
    after = models.predict(changed)[chosen]
    before = before[chosen]

    areas = _rank_areas(scenario, before, after)
    by_borough = models.boroughs[chosen]
    lower, upper = _resample_boroughs(before, after, by_borough, seed)
    changes = areas.set_index("lsoa_code")["change_pct"]
    # The mean is the change of a sum that counts every area once: per cent over areas, from nought.
    each = pd.Series(100.0, index=changes.index)
    mean_lower, mean_upper = _resample_boroughs(each, each + changes, by_borough, seed)
    values = features[scenario.feature]
    outside = _find_outside(values[known], values[chosen], changed.loc[chosen, scenario.feature])
    summary = {
        "scenario": scenario.name,
        "feature": scenario.feature,
        "change": float(scenario.change),
        "percentile": float(scenario.percentile),
        "areas": len(chosen),
        "sum_change_pct": float(find_change_pct(before.sum(), after.sum())),
        "mean_change_pct": float(changes.mean()),
        "max_abs_change_pct": float(changes.abs().max()),
        "lower_90": lower,
        "upper_90": upper,
        "mean_lower_90": mean_lower,
        "mean_upper_90": mean_upper,
        "outside_support_pct": outside,
    }
    return Impact(pd.DataFrame([summary]), areas)


def _rank_areas(scenario: Scenario, before: pd.Series, after: pd.Series) -> pd.DataFrame:
    """Most predicted crime first; ties by the area's code, in which order they come."""
    before = before.sort_values(ascending=False, kind="stable")
    after = after[before.index]
    return pd.DataFrame(
        {
            "scenario": scenario.name,
            "lsoa_code": before.index.to_numpy(str),
            "rank": np.arange(1, len(before) + 1),
            "predicted": before.to_numpy(),
            "predicted_changed": after.to_numpy(),
            "change_pct": find_change_pct(before, after),
        }
    )


def _resample_boroughs(before: pd.Series, after: pd.Series, boroughs: pd.Series, seed: int) -> tuple[float, float]:
    """90 % interval of the change of the sum; NaN where all areas lie in one borough."""
    sums = pd.DataFrame({"before": before, "after": after}).groupby(boroughs).sum()
    if len(sums) < 2:
        return float("nan"), float("nan")
    draws = np.random.default_rng(seed).integers(len(sums), size=(DRAWS, len(sums)))
    totals = sums.to_numpy()[draws].sum(axis=1)
    low, high = np.percentile(100 * (totals[:, 1] / totals[:, 0] - 1), (5, 95))
    return float(low), float(high)


def _find_outside(known: pd.Series, before: pd.Series, after: pd.Series) -> float:
    """Per cent of changed areas whose feature was within the 1 to 99 % range of all areas and is pushed out of it."""
    low, high = np.nanpercentile(known.astype(float), SUPPORT)
    pushed = before.between(low, high) & ~after.between(low, high)
    return float(100 * pushed.mean())
