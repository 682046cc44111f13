"""The explain models: one per crime type, on features other than crime, each borough predicted out of fold."""

import dagster as dg
import pandas as pd

from crime_dagster.core.settings import Settings
from crime_dagster.defs.models.saved_models import save_models
from crime_dagster.defs.runtime.model_inputs import (
    MODEL_MARTS,
    ModelInputs,
    fit_models,
    read_model_inputs,
    write_model_rows,
)
from crime_dagster.defs.runtime.partitions import list_chosen_types
from crime_dagster.defs.runtime.steps import step
from crime_dagster.defs.runtime.telling import list_lines
from crime_dagster.modelling.explain.explain import Explanation, explain, list_unseen
from crime_dagster.modelling.kit.fold_models import FoldModels

MODEL, REACH, GRID = "explain", "evaluation_reach", "impact_grid"


@step(
    "models/explain",
    "scikitlearn",
    marts=MODEL_MARTS,
    by_type=True,
    description="What an area like this one usually has: predictions out of fold over boroughs, with 90 % "
    "intervals, and scores compared with the mean and a linear model.",
)
def explain_crimes(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    crimes = list_chosen_types(context, settings)
    inputs = read_model_inputs(settings, crimes)
    for crime_type, why in inputs.left_out.items():
        context.log.warning(f"{crime_type}: no model, {why}")
    found = {name: _explain(inputs, fitted) for name, fitted in fit_models(inputs).items()}
    for crime_type in (crime.crime_type for crime in crimes):
        # Results of the previous models; the extended evaluation scores the new ones.
        for thing in (REACH,) if crime_type in found else (REACH, GRID):
            (settings.landing_dir / "models" / thing / f"{crime_type}.parquet").unlink(missing_ok=True)
    if not found:
        return dg.MaterializeResult(metadata={"left_out": dg.MetadataValue.json(inputs.left_out)})
    for crime_type, explanation in found.items():
        _write(settings, crime_type, explanation, inputs)
        for line in list_unseen(explanation.models):
            context.log.info(f"{crime_type}: {line}")
    scores = {name: dict(one.scores[["metric", "value"]].to_numpy()) for name, one in found.items()}
    save_models(settings, inputs, fit_models(inputs), scores)
    return dg.MaterializeResult(metadata=_describe(found))


def _explain(inputs: ModelInputs, fitted: FoldModels) -> Explanation:
    return explain(fitted, inputs.features, coordinates=inputs.coordinates, land=inputs.land)


def _write(settings: Settings, crime_type: str, explanation: Explanation, inputs: ModelInputs) -> None:
    first_day, last_day = inputs.period
    predictions = explanation.predictions.assign(
        crime_type=crime_type, model=MODEL, period_start=first_day.date(), period_end=last_day.date()
    )
    write_model_rows(settings, "explain_predictions", crime_type, predictions)
    write_model_rows(settings, "explain_scores", crime_type, explanation.scores.assign(crime_type=crime_type))


def _describe(found: dict[str, Explanation]) -> dict[str, dg.MetadataValue]:
    scores = pd.concat(
        [explanation.scores.assign(crime_type=name) for name, explanation in found.items()], ignore_index=True
    )
    table = scores.pivot_table(index="crime_type", columns="metric", values="value", sort=False).round(3)
    dropped = next(iter(found.values())).dropped
    return {
        "scores": dg.MetadataValue.md(table.to_markdown()),
        "left_out": list_lines((f"{name}: {why}" for name, why in dropped.items()), "nothing"),
    }
