"""How sure an answer is, by the models that give it: each fold's was fitted without some boroughs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crime_dagster.modelling.kit.fold_models import FoldModels
from crime_dagster.modelling.kit.validation import UNREPORTED
from crime_dagster.modelling.what_if.bootstrap import Bootstraps

# Every model is asked about every area: with more of them the simple model's draws have to do.
MOST_AREAS = 1000
# Tails of fewer draws say little.
FEWEST_DRAWS = 5
OWN, SIMPLE = "ensemble", "simple model"


def ask_draws(
    models: FoldModels, bootstraps: Bootstraps, before: pd.DataFrame, after: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray, str]:
    """What the draws say of areas before and after a change.

    Each fold's model is a draw that lacks an eighth of the boroughs. Such draws differ less than samples of boroughs
    would; what they say is spread as far as the delete-a-group jackknife does. The first row is the simple model's all
    the same: where it does not agree with the ensemble, less is known than either says (see `find_interval`).

    Args:
        models: The fitted models.
        bootstraps: The simple models.
        before: Design table of the areas as they are.
        after: The same areas after the change.

    Returns:
        Expected counts before and after, each of shape (1 + draws, areas), and whose draws they are.

    Source: Shao and Tu (1995), The jackknife and bootstrap, 2.3.
    """
    simple_before, simple_after = bootstraps.predict(before), bootstraps.predict(after)
    own = [estimator for fold, estimator in sorted(models.estimators.items()) if fold != UNREPORTED]
    if len(before) > MOST_AREAS or len(own) < FEWEST_DRAWS:
        return simple_before, simple_after, SIMPLE
    counts = np.array([estimator.predict(before) for estimator in own])
    logs = np.log(np.array([estimator.predict(after) for estimator in own]) / counts)
    wider = (len(own) - 1) / np.sqrt(len(own))
    spread = logs.mean(axis=0) + wider * (logs - logs.mean(axis=0))
    return np.vstack([simple_before[:1], counts]), np.vstack([simple_after[:1], counts * np.exp(spread)]), OWN
