"""The what-ifs: features change in the areas with most predicted crime, and the models predict them again."""

from typing import Any

import dagster as dg
import pandas as pd
from pydantic import Field

from crime_dagster.core.dictionary import read_columns
from crime_dagster.core.errors import InputError
from crime_dagster.core.records import noted
from crime_dagster.core.settings import Settings
from crime_dagster.defs.models.saved_models import open_models
from crime_dagster.defs.runtime.model_inputs import (
    MODEL_MARTS,
    ModelInputs,
    discard_model_rows,
    read_model_inputs,
    write_model_rows,
)
from crime_dagster.defs.runtime.partitions import CRIME_TYPES, list_chosen_types
from crime_dagster.defs.runtime.steps import step
from crime_dagster.defs.runtime.unchanged import StepConfig
from crime_dagster.modelling.what_if.changes import Relations, read_relations
from crime_dagster.modelling.what_if.grid import run_grids
from crime_dagster.modelling.what_if.scenarios import ScenarioFile, check_scenarios, read_scenario, read_scenario_file
from crime_dagster.modelling.what_if.what_ifs import Answers, answer_what_ifs, list_unanswerable

LAUNCHPAD = "the launchpad's Config"
TABLES = {"impact_summary": "summary", "impact_areas": "areas", "impact_officers": "officers"}


class ScenarioConfig(dg.Config):
    """What changes, by how much, and where; as in `scenarios.yml`."""

    feature: str = Field(
        description="Column of lsoa_features with the role `feature`; a wrong name is refused with the allowed ones."
    )
    name: str = Field(default="", description="Its name in the tables. Empty: feature, change and percentile.")
    change: str = Field(
        default="-20%",
        description="Relative: 20% or 0.2, with a sign or a direction. Absolute: an amount in the feature's unit. "
        "The default is -20%.",
    )
    kind: str = Field(default="relative", description="relative (the default) or absolute")
    direction: str = Field(default="", description="up or down, for a change without a sign")
    percentile: float = Field(
        default=90,
        ge=0,
        lt=100,
        description="Areas at or above this percentile of predicted crime change; 90, the default, is the top tenth; "
        "from 0 to below 100.",
    )
    crime_types: list[str] = Field(default_factory=list, description="Empty: all crime types of the run.")

    def as_said(self) -> dict[str, Any]:
        """As a mapping in `scenarios.yml` would say it."""
        return {key: value for key, value in self.model_dump().items() if value not in ("", [])}


class ImpactConfig(StepConfig):
    """The what-ifs of one run; the crime types are the partitions that are run."""

    scenarios: list[ScenarioConfig] = Field(
        default_factory=list,
        description="Empty: those of `scenarios.yml` in the data folder, or of the file that comes with the project.",
    )


class GridConfig(StepConfig):
    """By how much every feature is changed, and where."""

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
    description="The scenarios of scenarios.yml, or of Config: the busiest areas ranked, and the change of their "
    "predicted crime; and officers by evidence. The model's association, not the effect of a policy.",
)
def impact(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings], config: ImpactConfig
) -> dg.MaterializeResult:
    crimes = list_chosen_types(context, settings)
    try:
        asked = _read_asked(settings, config)
        _require_types_of_run(config, list(context.partition_keys))
        inputs = read_model_inputs(settings, crimes)
        check_scenarios(asked.scenarios, inputs.changeable, list(CRIME_TYPES.get_partition_keys()))
        unanswerable = list_unanswerable(inputs.features, asked.scenarios)
        answers = answer_what_ifs(
            inputs.features,
            open_models(settings, inputs, context.log.warning),
            [one for one in asked.scenarios if one.name not in unanswerable],
            officers=inputs.officers,
            evidence=asked.evidence,
            relations=_read_relations(settings, inputs),
        )
    except InputError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
    for name, why in unanswerable.items():
        context.log.warning(f"{name}: {why}")
    discard_model_rows(settings, [crime.crime_type for crime in crimes], *TABLES)
    for crime_type, answer in answers.items():
        _write(settings, crime_type, answer)
    return dg.MaterializeResult(metadata=_describe(answers, unanswerable, inputs))


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
    try:
        inputs = read_model_inputs(settings, crimes)
        models = open_models(settings, inputs, context.log.warning)
    except InputError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
    changes = (-config.change, config.change)
    found = run_grids(
        inputs.features,
        models,
        inputs.changeable,
        changes=changes,
        percentile=config.percentile,
        relations=_read_relations(settings, inputs),
    )
    discard_model_rows(settings, [crime.crime_type for crime in crimes], "impact_grid")
    for crime_type, grid in found.items():
        write_model_rows(settings, "impact_grid", crime_type, grid.assign(crime_type=crime_type))
    tops = [grid.head(5).assign(crime_type=crime_type) for crime_type, grid in found.items()]
    return dg.MaterializeResult(metadata={"first": _as_table(pd.concat([pd.DataFrame(), *tops]))})


@noted()
def read_scenarios(settings: Settings) -> ScenarioFile:
    """The what-ifs of the data folder, or those that come with the project."""
    file = settings.scenarios_file
    return read_scenario_file(file.read_text(encoding="utf-8"), file)


def _read_relations(settings: Settings, inputs: ModelInputs) -> Relations:
    columns = read_columns(settings.manifest, "lsoa_features")
    return read_relations(column for column in columns if column.name in inputs.features)


def _read_asked(settings: Settings, config: ImpactConfig) -> ScenarioFile:
    said = read_scenarios(settings)
    if not config.scenarios:
        return said
    chosen = tuple(read_scenario(one.as_said(), LAUNCHPAD) for one in config.scenarios)
    return ScenarioFile(chosen, said.evidence)


def _require_types_of_run(config: ImpactConfig, crime_types: list[str]) -> None:
    """Refuse what-ifs of Config for crime types that are not run: what stands would be taken away for nothing."""
    for scenario in config.scenarios:
        others = [name for name in scenario.crime_types if name not in crime_types]
        if others:
            raise InputError(
                file=LAUNCHPAD,
                column="scenarios.crime_types",
                found=f"{', '.join(others)}, for {scenario.feature}",
                expected=f"crime types of this run: {', '.join(crime_types)}",
                remedy="choose their partitions, or leave crime_types empty for all of the run",
            )


def _write(settings: Settings, crime_type: str, answer: Answers) -> None:
    for thing, part in TABLES.items():
        rows = getattr(answer, part)
        if not rows.empty:
            write_model_rows(settings, thing, crime_type, rows.assign(crime_type=crime_type))


def _describe(answers: dict[str, Answers], unanswerable: dict[str, str], inputs: ModelInputs) -> dict[str, Any]:
    summary = pd.concat([pd.DataFrame(), *(one.summary.assign(crime_type=name) for name, one in answers.items())])
    officers = pd.concat([pd.DataFrame(), *(one.officers for one in answers.values())])
    notes = {**unanswerable, **inputs.left_out}
    return {
        "summary": _as_table(summary),
        "officers": _as_table(officers),
        "notes": dg.MetadataValue.md("\n".join(f"- {name}: {why}" for name, why in notes.items()) or "none"),
    }


def _as_table(rows: pd.DataFrame) -> dg.MetadataValue:
    return dg.MetadataValue.md(rows.round(2).to_markdown(index=False) if len(rows) else "nothing was asked")
