"""The uncertainty of an answer from the published models: each fold's was fitted without some boroughs."""

import numpy as np
import pandas as pd

from crime_dagster.modelling.kit.fold_models import FoldModels
from crime_dagster.modelling.kit.validation import UNREPORTED
from crime_dagster.modelling.what_if.bootstrap import Bootstraps

# Every model predicts every area; with more areas the simple model's draws are used instead.
MOST_AREAS = 1000
# Fewer draws say little about tails.
FEWEST_DRAWS = 5
OWN, SIMPLE = "ensemble", "simple model"


def ask_draws(
    models: FoldModels, bootstraps: Bootstraps, before: pd.DataFrame, after: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray, str]:
    """Return the draws' counts before and after a change, each of shape (1 + draws, areas), and their source.

    Each fold's model is a draw without an eighth of the boroughs. Such draws differ less than samples of boroughs
    would, so their spread is scaled like a delete-a-group jackknife. The first row is always the simple model's: its
    disagreement with the ensemble adds to the uncertainty (see `find_interval`). `before` and `after` are design
    tables.

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
