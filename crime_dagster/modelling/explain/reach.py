"""How far a score generalises: other folds of boroughs, a gap around them, no busiest borough, and other splits."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from crime_dagster.core.errors import InputError
from crime_dagster.modelling.explain.explain import SPLIT, explain
from crime_dagster.modelling.kit.fold_models import try_fit_many

RANDOM, BLOCKS, FORCES = "random_folds", "msoa_blocks", "force_folds"
FOLDS = 5
# Folds are drawn again with each of these; the published models are those of the first.
FOLD_SEEDS = (0, 1, 2)
PER_SEED = f"{SPLIT}_seed"
# Areas across the border are much like those of an unseen borough: areas within this many metres are left out too.
APART = 2000
GAP = f"{SPLIT}_2km"
# Ranges are those of the published folds, and are scored with them.
RANGES = ("coverage_", "interval_")


@dataclass(frozen=True)
class Split:
    """A way to fit the models again, see `try_fit_many`, and the names of its scores."""

    groups: pd.Series  # of each area; never split between folds
    splits: dict[str, str]  # as for `explain`
    how: dict[str, Any]


def list_splits(
    boroughs: pd.Series, msoas: pd.Series, forces: pd.Series | None, busiest: dict[str, str]
) -> list[Split]:
    """Return the splits beyond the published one; of its folds, `busiest` is scored too (as `splits` of `explain`)."""
    alone = pd.Series(boroughs.index, boroughs.index)
    return [
        *(Split(boroughs, {GAP: ""}, {"seed": seed, "apart": APART}) for seed in FOLD_SEEDS),
        *(Split(boroughs, {PER_SEED: "", **busiest}, {"seed": seed}) for seed in FOLD_SEEDS[1:]),
        Split(alone, {RANDOM: ""}, {"folds": FOLDS}),
        Split(msoas, {BLOCKS: ""}, {"folds": FOLDS}),
        *([] if forces is None else [Split(forces, {FORCES: ""}, {"folds": FOLDS})]),
    ]


def name_without(borough: str) -> str:
    return "without_" + borough.lower().replace(" ", "_")


def score_split(
    split: Split,
    features: pd.DataFrame,
    targets: pd.DataFrame,
    *,
    learned: dict[str, pd.DataFrame] | None = None,
    coordinates: pd.DataFrame | None = None,
    land: pd.Series | None = None,
    forces: pd.Series | None = None,
) -> dict[str, pd.DataFrame]:
    """Fit and score the explain models of several crime types, which share what fits to the same areas need.

    Returns rows as of `explain` by crime type, with the `fold_seed` if any. A type is missing if the gap leaves too few
    areas, or if a single force reports it.
    """
    wanted = {str(name): target for name, target in targets.items()}
    how = {"learned": learned, "coordinates": coordinates, "forces": forces, "jobs": 1, **split.how}
    fits = try_fit_many(features, wanted, split.groups, **how)
    found = {}
    for name, fitted in fits.items():
        if not isinstance(fitted, InputError):
            scores = explain(fitted, features, coordinates=coordinates, land=land, splits=split.splits).scores
            found[name] = scores.assign(fold_seed=split.how["seed"]) if "seed" in split.how else scores
        elif not {GAP, FORCES} & split.splits.keys():
            raise fitted
    return found


def average_seeds(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the mean over the seeds of each split that all seeds have; each seed's own scores stay."""
    scores = scores[~scores["metric"].str.startswith(RANGES)]
    own = scores["split"] == PER_SEED
    groups = scores[~own].groupby(["model", "split", "metric", "baseline"], sort=False)
    means = groups[["value", "baseline_value"]].mean()[groups.size() == len(FOLD_SEEDS)].reset_index()
    return pd.concat([scores[own], means], ignore_index=True).astype({"fold_seed": "Int64"})
