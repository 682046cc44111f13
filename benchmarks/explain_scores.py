"""How well the explain models do on a data set that dbt has built: scores over folds of boroughs, by crime type.

Usage: CRIME_DATA_DIR=<folder> CRIME_WAREHOUSE_DIR=<folder> python benchmarks/explain_scores.py [--seeds 0 ...]
[--year-alone] [--without PATTERN ...], after `make dbt` with the same two. Each PATTERN is a regular expression: the
models are fitted once more without the features whose whole name it matches, to see what these are worth. With
`--year-alone` they are also fitted once to the year alone, without the months before it. `moran` is the share of the
counts' likeness to their neighbours' that a model leaves over. A `*` marks a score below its bar.
"""

import argparse
import re

import pandas as pd

from crime_dagster.core.crime_types import read_crime_types
from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.model_inputs import ModelInputs, read_model_inputs
from crime_dagster.modelling.explain.explain import explain
from crime_dagster.modelling.judge.bars import BARS, LARGEST_MORAN_SHARE
from crime_dagster.modelling.kit.fold_models import fit_many

HEADLINE = ("total", "violent", "drug", "burglary", "robbery")
METRICS = ("d2", "r2_log", "pei_10")
LEAST = {(bar.metric, bar.crime_type): bar.least for bar in BARS if bar.model == "explain" and bar.least is not None}


def main() -> None:
    """Print a row per set of features, seed and metric."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", nargs="*", type=int, default=[0])
    parser.add_argument("--year-alone", action="store_true")
    parser.add_argument("--without", nargs="*", default=[], metavar="PATTERN")
    wanted = parser.parse_args()
    settings = Settings.from_environment()
    crimes = [one for one in read_crime_types(settings.project_dir / "dbt_project") if one.crime_type in HEADLINE]
    inputs = read_model_inputs(settings, crimes)
    filled = inputs.features.dropna(axis=1, how="all")
    print(
        "| models | features | seed | score | "
        + " | ".join(HEADLINE)
        + " |\n|---|---:|---:|---|"
        + "---:|" * len(HEADLINE)
    )
    for seed in wanted.seeds:
        if wanted.year_alone:
            _print("the year alone", filled, inputs, None, seed)
        _print("all", filled, inputs, inputs.learned, seed)
        for pattern in wanted.without:
            kept = filled[[name for name in filled if not re.fullmatch(pattern, str(name))]]
            _print(f"without `{pattern}`", kept, inputs, inputs.learned, seed)


def _print(
    words: str, features: pd.DataFrame, inputs: ModelInputs, learned: dict[str, pd.DataFrame] | None, seed: int
) -> None:
    models = fit_many(
        features, inputs.targets, inputs.boroughs, learned=learned, coordinates=inputs.coordinates, seed=seed
    )
    scores = {}
    for name in HEADLINE:
        found = explain(models[name], features, coordinates=inputs.coordinates)
        scores[name] = found.scores.drop_duplicates("metric").set_index("metric")["value"]
    for metric in METRICS:
        cells = [f"{one[metric]:.3f}{'*' if one[metric] < LEAST[metric, name] else ''}" for name, one in scores.items()]
        print(f"| {words} | {features.shape[1]} | {seed} | {metric} | " + " | ".join(cells) + " |")
    shares = [one["residual_moran"] / one["target_moran"] for one in scores.values()]
    cells = [f"{share:.3f}{'*' if share > LARGEST_MORAN_SHARE else ''}" for share in shares]
    print(f"| {words} | {features.shape[1]} | {seed} | moran | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
