"""What-ifs: features change in the areas with most predicted crime, and the models predict them again."""

from typing import Any

import dagster as dg
import pandas as pd
from pydantic import Field

from crime_dagster.core.settings import Settings
from crime_dagster.defs.models.saved_models import open_models
from crime_dagster.defs.runtime.model_inputs import (
    MODEL_MARTS,
    read_feature_relations,
    read_model_inputs,
    write_model_rows,
)
from crime_dagster.defs.runtime.partitions import CRIME_TYPES, list_chosen_types
from crime_dagster.defs.runtime.scenario_settings import read_named_areas, read_scenarios
from crime_dagster.defs.runtime.steps import step
from crime_dagster.defs.runtime.unchanged import StepConfig
from crime_dagster.modelling.what_if.scenarios import check_scenarios, find_places
from crime_dagster.modelling.what_if.what_ifs import UNANSWERED, Answers, answer_what_ifs, run_grids

TABLES = {
    "impact_summary": "summary",
    "impact_areas": "areas",
    "impact_boroughs": "boroughs",
    "impact_unanswered": "unanswered",
    "impact_officers": "officers",
}


class GridConfig(StepConfig):
    """The relative changes of every feature, and the areas."""

    change: float = Field(
        default=0.2, gt=0, le=1, description="Share by which each feature goes up, and down; above 0, 1 the most."
    )
    percentile: float = Field(
        default=90,
        ge=0,
        lt=100,
        description="Areas at or above this percentile of predicted crime; 90 is the top tenth.",
    )


@step(
    "models/impact",
    "scikitlearn",
    marts=MODEL_MARTS,
    after=("models/explain",),
    by_type=True,
    description="The scenarios of scenarios.yml: the busiest areas ranked, and the change of their "
    "predicted crime; and officers by evidence. The model's association, not the effect of a policy.",
)
def impact(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    crimes = list_chosen_types(context, settings)
    asked = read_scenarios(settings)
    inputs = read_model_inputs(settings, crimes)
    check_scenarios(asked.scenarios, inputs.changeable, list(CRIME_TYPES.get_partition_keys()))
    lsoas = read_named_areas(settings)
    scenarios = [find_places(one, lsoas) for one in asked.scenarios]
    answers = answer_what_ifs(
        inputs.features,
        open_models(settings, inputs, context.log.warning),
        scenarios,
        officers=inputs.officers,
        evidence=asked.evidence,
        relations=read_feature_relations(settings, inputs),
        labels=inputs.labels,
    )
    for name, why in inputs.left_out.items():
        rows = [(one.name, at, one.feature, why) for at, one in enumerate(scenarios, start=1) if one.concerns(name)]
        none = pd.DataFrame()
        answers[name] = Answers(none, none, none, pd.DataFrame(rows, columns=UNANSWERED), none)
    for crime_type, answer in answers.items():
        for scenario, reason in answer.unanswered[["scenario", "reason"]].to_numpy():
            context.log.warning(f"{crime_type}, {scenario}: not answered, {reason}")
    for crime_type, answer in answers.items():
        _write(settings, crime_type, answer)
    return dg.MaterializeResult(metadata=_describe(answers))


@step(
    "models/impact_grid",
    "scikitlearn",
    marts=MODEL_MARTS,
    after=("models/explain",),
    by_type=True,
    description="Every feature a fifth more and a fifth less: which of them change the predictions most.",
)
def impact_grid(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings], config: GridConfig
) -> dg.MaterializeResult:
    crimes = list_chosen_types(context, settings)
    inputs = read_model_inputs(settings, crimes)
    models = open_models(settings, inputs, context.log.warning)
    changes = (-config.change, config.change)
    found = run_grids(
        inputs.features,
        models,
        inputs.changeable,
        changes=changes,
        percentile=config.percentile,
        relations=read_feature_relations(settings, inputs),
    )
    for crime_type, grid in found.items():
        write_model_rows(settings, "impact_grid", crime_type, grid.assign(crime_type=crime_type))
    tops = [grid.head(5).assign(crime_type=crime_type) for crime_type, grid in found.items()]
    return dg.MaterializeResult(metadata={"first": _as_table(pd.concat([pd.DataFrame(), *tops]))})


def _write(settings: Settings, crime_type: str, answer: Answers) -> None:
    for thing, part in TABLES.items():
        rows = getattr(answer, part)
        if not rows.empty:
            write_model_rows(settings, thing, crime_type, rows.assign(crime_type=crime_type))


def _describe(answers: dict[str, Answers]) -> dict[str, Any]:
    summary = pd.concat([pd.DataFrame(), *(one.summary.assign(crime_type=name) for name, one in answers.items())])
    officers = pd.concat([pd.DataFrame(), *(one.officers for one in answers.values())])
    unanswered = pd.concat([pd.DataFrame(), *(one.unanswered.assign(crime_type=name) for name, one in answers.items())])
    return {
        "summary": _as_table(summary),
        "officers": _as_table(officers),
        "not_answered": _as_table(unanswered),
    }


def _as_table(rows: pd.DataFrame) -> dg.MetadataValue:
    return dg.MetadataValue.md(rows.round(2).to_markdown(index=False) if len(rows) else "nothing was asked")
