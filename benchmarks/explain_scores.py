"""How well the explain models do on a data set that dbt has built: scores over folds of boroughs, by crime type.

Usage: CRIME_DATA_DIR=<folder> CRIME_WAREHOUSE_DIR=<folder> python benchmarks/explain_scores.py [--seeds 0 ...]
[--types TYPE ...] [--apart METRES] [--year-alone] [--whole] [--bounds] [--without PATTERN ...], after `make dbt` with
the same two. Each PATTERN is a regular expression: the models are fitted once more without the features whose whole
name it matches, to see what these are worth. They are also fitted once to the year alone (`--year-alone`), without
the months before it, and without kinds of crime (`--whole`). `--apart` leaves areas near a held-out borough out of
training. `--bounds` adds what would be known with the level of each borough, from the same area's year before, and
with the usual level of each area, where only chance is left. `moran` is the share of the counts' likeness to their
neighbours' that a model leaves over. A `*` marks a score below its bar.
"""

import argparse
import re
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from crime_dagster.core.crime_types import read_crime_types
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.model_inputs import ModelInputs, read_model_inputs
from crime_dagster.modelling.explain.explain import explain
from crime_dagster.modelling.judge.bars import BARS, LARGEST_MORAN_SHARE
from crime_dagster.modelling.kit.baselines import predict_mean
from crime_dagster.modelling.kit.estimators import FLOOR
from crime_dagster.modelling.kit.fold_models import FoldModels, fit_many
from crime_dagster.modelling.kit.scores import find_deviance, score_d2

HEADLINE = ("total", "violent", "drug", "burglary", "robbery")
METRICS = ("d2", "r2_log", "pei_10")
LEAST = {(bar.metric, bar.crime_type): bar.least for bar in BARS if bar.model == "explain" and bar.least is not None}


def main() -> None:
    """Print a row per set of features, seed and metric."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", nargs="*", type=int, default=[0])
    parser.add_argument("--types", nargs="*", default=list(HEADLINE), choices=HEADLINE)
    parser.add_argument("--apart", type=float, default=0, metavar="METRES")
    parser.add_argument("--year-alone", action="store_true")
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--bounds", action="store_true")
    parser.add_argument("--without", nargs="*", default=[], metavar="PATTERN")
    wanted = parser.parse_args()
    settings = Settings.from_environment()
    crimes = [one for one in read_crime_types(settings.project_dir / "dbt_project") if one.crime_type in wanted.types]
    inputs = read_model_inputs(settings, crimes)
    filled = inputs.features.dropna(axis=1, how="all")
    types = [str(name) for name in inputs.targets]
    print(f"| models | features | seed | score | {' | '.join(types)} |\n|---|---:|---:|---|{'---:|' * len(types)}")
    for seed in wanted.seeds:
        draw = partial(_print, inputs=inputs, seed=seed, apart=wanted.apart)
        if wanted.year_alone:
            draw("the year alone", filled, None)
        if wanted.whole:
            draw("without kinds", filled, {name: learned.iloc[:, :1] for name, learned in inputs.learned.items()})
        models = draw("all", filled, inputs.learned)
        if wanted.bounds:
            bounds = pd.DataFrame([_find_bounds(settings, filled, name, models[name]) for name in types])
            for words, scores in bounds.items():
                print(
                    f"| {words} | | {seed} | d2 | " + " | ".join(f"{score:.3f}" for score in scores) + " |", flush=True
                )
        for pattern in wanted.without:
            kept = filled[[name for name in filled if not re.fullmatch(pattern, str(name))]]
            draw(f"without `{pattern}`", kept, inputs.learned)


def _print(
    words: str, features: pd.DataFrame, learned: dict[str, pd.DataFrame] | None, *, inputs: ModelInputs, **how: Any
) -> dict[str, FoldModels]:
    models = fit_many(features, inputs.targets, inputs.boroughs, learned=learned, coordinates=inputs.coordinates, **how)
    scores = {}
    for name, fitted in models.items():
        found = explain(fitted, features, coordinates=inputs.coordinates)
        scores[name] = found.scores.drop_duplicates("metric").set_index("metric")["value"]
    for metric in METRICS:
        cells = [f"{one[metric]:.3f}{'*' if one[metric] < LEAST[metric, name] else ''}" for name, one in scores.items()]
        print(f"| {words} | {features.shape[1]} | {how['seed']} | {metric} | " + " | ".join(cells) + " |")
    shares = [one["residual_moran"] / one["target_moran"] for one in scores.values()]
    cells = [f"{share:.3f}{'*' if share > LARGEST_MORAN_SHARE else ''}" for share in shares]
    print(f"| {words} | {features.shape[1]} | {how['seed']} | moran | " + " | ".join(cells) + " |", flush=True)
    return models


def _find_bounds(settings: Settings, features: pd.DataFrame, name: str, models: FoldModels) -> dict[str, float]:
    """Return D² of predictions that know what no feature tells."""
    table = read_mart(settings.database, "lsoa_years", {"crime_type": name})
    years = table.pivot(index="lsoa_code", columns="is_current", values="crimes").astype(float).dropna()
    known = models.target.dropna().index.intersection(years.index)
    year, before = years.loc[known, True], years.loc[known, False]
    before *= year.sum() / before.sum()
    mean = predict_mean(year, models.folds[known])
    guess, boroughs = models.predict(features)[known], models.boroughs[known]
    level = year.groupby(boroughs).sum() / guess.groupby(boroughs).sum()
    # Areas differ as much as their two years agree on; a year drawn from such levels has no other error than chance.
    both = (year + before) / 2
    usual = (both.mean() + (both - both.mean()) * np.sqrt(year.cov(before) / both.var())).clip(lower=FLOOR)
    drawn = np.random.default_rng(0).poisson(usual, (40, len(usual)))
    chance = float(np.mean([find_deviance(one, usual.to_numpy()) for one in drawn]))
    return {
        "level of each borough known": score_d2(
            *(each.to_numpy() for each in (year, guess * boroughs.map(level), mean))
        ),
        "the year before": score_d2(*(each.to_numpy() for each in (year, before.clip(lower=0.5), mean))),
        "usual level of each area known": 1 - chance / find_deviance(year.to_numpy(), mean.to_numpy()),
    }


if __name__ == "__main__":
    main()
