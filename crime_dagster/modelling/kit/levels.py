"""The level of predictions: that of the counts, and of each police force where a place has several."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

# Added to both sums of a borough, as a sum of 0 has no log.
_HALF = 0.5


def scale_folds(
    target: pd.Series,
    raw: pd.Series,
    boroughs: pd.Series,
    forces: pd.Series | None,
    others: Mapping[int, pd.Series],
) -> tuple[dict[int, float], dict[int, dict[str, float]]]:
    """Return each fold's scale, and its level of each force, by the areas of the other folds.

    `raw` are predictions out of fold; `others` has the areas that the model of a fold learned from.
    """
    scales, levels = {}, {}
    for fold, rows in others.items():
        guess = raw[rows]
        if forces is not None:
            levels[fold] = find_levels(target[rows], guess, boroughs[rows], forces[rows])
            guess = guess * forces[rows].map(levels[fold]).fillna(1.0)
        scales[fold] = float(target[rows].sum() / guess.sum())
    return scales, levels


def find_levels(actual: pd.Series, predicted: pd.Series, boroughs: pd.Series, forces: pd.Series) -> dict[str, float]:
    """Return each force's factor on predictions, shrunk towards 1; none if forces differ no more than their boroughs.

    A borough is one observation: the log of its recorded over its predicted crimes.

    Source: Searle, Casella and McCulloch (1992), Variance components, 3.6; Robinson (1991), That BLUP is a good thing,
    Statistical Science 6: 15-32.
    """
    sums = pd.DataFrame({"actual": actual, "predicted": predicted}).groupby([forces, boroughs]).sum() + _HALF
    logs = (sums["actual"] / sums["predicted"]).map(np.log)
    groups = logs.groupby(level=0)
    sizes, usual = groups.size(), logs.mean()
    differences, inside = groups.mean() - usual, len(logs) - len(sizes)
    if len(sizes) < 2 or not inside:
        return {}
    within = float(((logs - groups.transform("mean")) ** 2).sum()) / inside
    spread = float((sizes * differences**2).sum()) - within * (len(sizes) - 1)
    between = spread / (len(logs) - (sizes**2).sum() / len(logs))
    if between <= 0:
        return {}
    shrunk = np.exp(differences * between / (between + within / sizes))
    return {str(force): float(level) for force, level in shrunk.items()}


def place_levels(
    levels: Mapping[int, Mapping[str, float]], folds: pd.Series, forces: pd.Series | None
) -> np.ndarray | float:
    """Return the factor of each area in the fold that holds it out, shape (areas,); 1 of a force without one."""
    if forces is None:
        return 1.0
    return np.array([levels[fold].get(force, 1.0) for fold, force in zip(folds, forces.loc[folds.index], strict=True)])
