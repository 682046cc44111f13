"""Every feature, a little more and a little less, to see which changes the predictions most."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from crime_dagster.core.processes import run_each
from crime_dagster.modelling.kit.change import find_change_pct
from crime_dagster.modelling.kit.fold_models import FoldModels
from crime_dagster.modelling.what_if.bootstrap import find_interval, fit_bootstraps
from crime_dagster.modelling.what_if.changes import Relations, change_features
from crime_dagster.modelling.what_if.impact import choose_areas
from crime_dagster.modelling.what_if.scenarios import BUSIEST
from crime_dagster.modelling.what_if.support import find_outside

CHANGES = (-0.2, 0.2)
COLUMNS = ["feature", "change", "percentile", "areas", "sum_change_pct", "change_crimes", "lower_90", "upper_90"]


def run_grid(
    features: pd.DataFrame,
    models: FoldModels,
    allowed_features: Sequence[str],
    *,
    changes: Sequence[float] = CHANGES,
    percentile: float = BUSIEST,
    relations: Relations | None = None,
) -> pd.DataFrame:
    """Change every feature by each of some shares, for one crime type.

    Of the `allowed_features` those without values are left out.

    Returns:
        One row per feature and change: `feature, change, percentile, areas, sum_change_pct, change_crimes, lower_90,
        upper_90, outside_support_pct, rank`; rank 1 changes the sum most, ties by the feature's name.
    """
    bootstraps = fit_bootstraps(models.build(features), models.target, models.boroughs)
    features = features.loc[models.folds.index]
    before = choose_areas(models, models.predict(features), percentile)
    cheap = bootstraps.predict(models.build(features, before.index)).sum(axis=1)
    known = features[models.target.notna()]
    rows = []
    for feature in sorted(name for name in allowed_features if known[name].notna().any()):
        changed = [change_features(features, feature, change, before.index, relations=relations) for change in changes]
        tables = [models.build(one, before.index) for one in changed]
        # One call for all changes: starting a call takes as long as predicting many rows.
        after = models.predict_table(pd.concat(tables)).to_numpy().reshape(len(changes), -1).sum(axis=1)
        for change, one, table, total in zip(changes, changed, tables, after, strict=True):
            answer = float(find_change_pct(before.sum(), total))
            again = bootstraps.predict(table).sum(axis=1)
            interval = find_interval(answer, 100 * (again / cheap - 1), bootstraps.boroughs)
            places = [values.loc[before.index, feature].astype(float) for values in (features, one)]
            outside = float(100 * find_outside(known[feature], *places).mean())
            size = (percentile, len(before), answer, float(total - before.sum()))
            rows.append((feature, change, *size, *interval, outside))
    table = pd.DataFrame(rows, columns=[*COLUMNS, "outside_support_pct"])
    order = table["sum_change_pct"].abs().sort_values(ascending=False, kind="stable").index
    table.loc[order, "rank"] = np.arange(1, len(table) + 1)
    return table.astype({"rank": int}).sort_values("rank", ignore_index=True)


def run_grids(
    features: pd.DataFrame,
    models: dict[str, FoldModels],
    allowed_features: Sequence[str],
    *,
    jobs: int = 2,
    **asked: Any,
) -> dict[str, pd.DataFrame]:
    tasks = {name: partial(run_grid, features, each, allowed_features, **asked) for name, each in models.items()}
    return run_each(tasks, jobs)
