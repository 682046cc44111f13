"""Asset checks of the models: what stops a release, and what is reported about it.

All are blocking, so that a release waits for them; those of severity WARN let it pass and appear with their figures in
the release's manifest and in the UI.
"""

import json
from collections.abc import Callable
from functools import partial

import dagster as dg
import numpy as np
import pandas as pd

from crime_dagster.core.crime_types import read_crime_types
from crime_dagster.core.dictionary import Column, read_columns
from crime_dagster.core.errors import InputError
from crime_dagster.core.files import read_json
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.dbt.dbt_columns import TRACED, trace_origins
from crime_dagster.defs.dbt.translator import find_tables
from crime_dagster.defs.models.scorecard import read_scores
from crime_dagster.defs.runtime.model_inputs import LEARNED_ROLES, read_model_inputs
from crime_dagster.defs.runtime.telling import list_lines
from crime_dagster.modelling.judge.verdicts import LAST, MEANS, find_clustered, find_unbeaten, find_uncovered
from crime_dagster.modelling.kit.features import check_features
from crime_dagster.sources.catalogue.catalogue import load_catalogue

FEATURES, PREDICTIONS, SCORES = (
    dg.AssetKey(["marts", name]) for name in ("lsoa_features", "lsoa_predictions", "model_scores")
)
FORECASTS = ("forecast_year", "forecast_month")
MOST_NAMED = 10


@dg.asset_check(
    asset=FEATURES,
    name="no_feature_from_crime",
    blocking=True,
    description="No feature is computed from recorded crime, by its name, its figures or the SQL it comes from.",
)
def no_feature_from_crime(settings: dg.ResourceParam[Settings]) -> dg.AssetCheckResult:
    found, notes = find_leaks(settings)
    return dg.AssetCheckResult(
        passed=not found,
        severity=dg.AssetCheckSeverity.ERROR,
        description="; ".join(found) or "no feature is made of crime",
        metadata={"found": dg.MetadataValue.json(found), "notes": dg.MetadataValue.json(notes)},
    )


@dg.asset_check(
    asset=PREDICTIONS,
    name="predictions_are_finite",
    blocking=True,
    description="Every prediction is a number of 0 or more within its interval.",
)
def predictions_are_finite(settings: dg.ResourceParam[Settings]) -> dg.AssetCheckResult:
    rows = read_mart(settings.database, "lsoa_predictions")
    bad = find_unsound(rows)
    return dg.AssetCheckResult(
        passed=bad.empty,
        severity=dg.AssetCheckSeverity.ERROR,
        description=f"{len(bad)} of {len(rows)} predictions are no numbers of 0 or more within their interval",
        metadata={"first": dg.MetadataValue.md(bad.head(MOST_NAMED).to_markdown(index=False) or "none")},
    )


def find_leaks(settings: Settings) -> tuple[list[str], list[str]]:
    """Return features made from crime, each with the reason, and notes on what could not be checked."""
    columns = [one for one in read_columns(settings.manifest, "lsoa_features") if one.role in LEARNED_ROLES]
    found, notes = _find_by_lineage(settings, columns)
    inputs = read_model_inputs(settings, read_crime_types(settings.dbt_dir))
    notes += [f"{crime_type} was passed over: {why}" for crime_type, why in inputs.left_out.items()]
    for crime_type in inputs.targets:
        try:
            check_features(inputs.features, inputs.targets[crime_type])
        except InputError as error:
            found.append(f"{error.column} ({crime_type}): {error.found}")
    return found, notes


def find_unsound(predictions: pd.DataFrame) -> pd.DataFrame:
    """Return invalid rows of `marts.lsoa_predictions`.

    `predictions` has `lsoa_code, crime_type, model, predicted`, and `lower_<level>, upper_<level>`, NaN where the model
    gives none.
    """
    predicted = predictions["predicted"].to_numpy(float)
    is_sound = np.isfinite(predicted) & (predicted >= 0)
    for column in predictions.columns[predictions.columns.str.fullmatch(r"(lower|upper)_\d+")]:
        end = predictions[column].to_numpy(float)
        is_inside = (end <= predicted) if column.startswith("lower") else (end >= predicted)
        is_sound &= np.isnan(end) | (is_inside & np.isfinite(end))
    return predictions[~is_sound]


def _find_by_lineage(settings: Settings, columns: list[Column]) -> tuple[list[str], list[str]]:
    sources = load_catalogue()
    declared = {key for key, source in sources.items() if source.recorded_crime}
    found = [f"{one.name}: declared to come from {key}" for one in columns for key in one.source if key in declared]
    leaves = {
        (f"landing_{source.publisher}", source.thing, column.name)
        for source in sources.values()
        for column in source.columns
        if source.recorded_crime or column.recorded_crime
    }
    manifest = json.loads(settings.manifest.read_text(encoding="utf-8"))
    try:
        lineage = trace_origins(manifest, find_tables(manifest)[FEATURES], read_json(settings.records_dir / TRACED))
    except InputError as error:
        return found, [f"only names, figures and declared sources were looked at: {error.found}"]
    for one in columns:
        crossed = sorted(lineage[one.name] & leaves)
        found += [f"{one.name}: computed from {'.'.join(crossed[0])}"] if crossed else []
    return found, []


def _find_below_last(scores: pd.DataFrame) -> pd.DataFrame:
    return find_unbeaten(scores[scores["model"].isin(FORECASTS)], LAST)


def _warn(name: str, description: str, find: Callable[[pd.DataFrame], pd.DataFrame]) -> dg.AssetChecksDefinition:
    @dg.asset_check(asset=SCORES, name=name, blocking=True, description=description)
    def check(settings: dg.ResourceParam[Settings]) -> dg.AssetCheckResult:
        scores = read_scores(settings)
        missed = find(scores)
        types = [one.crime_type for one in read_crime_types(settings.dbt_dir)]
        passed_over = [one for one in types if one not in set(scores["crime_type"])]
        lines = [
            f"{row.crime_type}, {row.model}, {row.split}: {row.metric} {row.value:.3f} against {row.limit:.3f} "
            f"({row.against})"
            for row in missed.itertuples()
        ]
        return dg.AssetCheckResult(
            passed=missed.empty,
            severity=dg.AssetCheckSeverity.WARN,
            description="; ".join(lines[:MOST_NAMED]) or "holds everywhere",
            metadata={
                "missed": list_lines(lines),
                "passed_over": dg.MetadataValue.text(
                    ", ".join(passed_over) + " without data" if passed_over else "none"
                ),
            },
        )

    return check


WARNINGS = [
    _warn("beats_the_mean", "Every model has a higher D² than a mean.", partial(find_unbeaten, baselines=MEANS)),
    _warn("beats_last_year", "Every forecast has a higher D² than its last period.", _find_below_last),
    _warn("coverage_holds", "90 % intervals contain 85 to 97 % of the areas.", find_uncovered),
    _warn(
        "residuals_are_not_clustered",
        "What is left over lies less together than crime does: Moran's I at most 0.55 of that of the counts.",
        find_clustered,
    ),
]
