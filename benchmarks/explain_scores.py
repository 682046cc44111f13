"""How well the explain models do on a data set that dbt has built: D² over folds of boroughs, by crime type.

Usage: CRIME_DATA_DIR=<folder> CRIME_WAREHOUSE_DIR=<folder> python benchmarks/explain_scores.py [--without PATTERN ...],
after `make dbt` with the same two. Each PATTERN is a regular expression: the models are fitted once more without the
features whose whole name it matches, to see what these are worth.
"""

from __future__ import annotations

import argparse
import re

from crime_dagster.core.crime_types import read_crime_types
from crime_dagster.core.settings import Settings
from crime_dagster.defs.model_inputs import read_model_inputs
from crime_dagster.modelling.explain import explain
from crime_dagster.modelling.fold_models import fit_many

HEADLINE = ("total", "violent", "drug", "burglary", "robbery")


def main() -> None:
    """Print a row per set of features."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--without", nargs="*", default=[], metavar="PATTERN")
    wanted = parser.parse_args().without
    settings = Settings.from_environment()
    crimes = [one for one in read_crime_types(settings.project_dir / "dbt_project") if one.crime_type in HEADLINE]
    inputs = read_model_inputs(settings, crimes)
    filled = inputs.features.dropna(axis=1, how="all")
    print("| features | number | " + " | ".join(HEADLINE) + " |\n|---|---:|" + "---:|" * len(HEADLINE))
    for pattern in ["", *wanted]:
        kept = filled[[name for name in filled if not re.fullmatch(pattern, str(name))]] if pattern else filled
        models = fit_many(kept, inputs.targets, inputs.boroughs, learned=inputs.learned, coordinates=inputs.coordinates)
        cells = []
        for name in HEADLINE:
            found = explain(
                kept, inputs.targets[name], inputs.boroughs, coordinates=inputs.coordinates, models=models[name]
            )
            scores = found.scores.set_index("metric")["value"]
            cells.append(f"{scores['d2'].iloc[0]:.3f}")
        words = f"without `{pattern}`" if pattern else "all"
        print(f"| {words} | {kept.shape[1]} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
