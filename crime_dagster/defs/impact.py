"""The what-if: one feature changes in the areas with most predicted crime, and the models predict them again."""

import dagster as dg
import pandas as pd
from pydantic import Field

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.defs.model_inputs import (
    ModelInputs,
    discard_model_rows,
    fit_models,
    read_model_inputs,
    write_model_rows,
)
from crime_dagster.defs.partitions import OWNER, SINGLE_RUN, build_crime_types, list_chosen_types
from crime_dagster.modelling.impact import Impact, run_scenario
from crime_dagster.modelling.scenarios import Scenario, check_scenario


class ScenarioConfig(dg.Config):
    """What changes, by how much, and where; the crime types are the partitions that are run."""

    feature: str = Field(
        default="income_deprivation_pct",
        description="Column of lsoa_features with the role `feature`; a wrong name is answered with the allowed ones.",
    )
    change: float = Field(
        default=-0.2,
        ge=-1,
        le=5,
        description="Relative change of the feature: -0.2 is 20 % less, 0.5 is half as much again.",
    )
    percentile: float = Field(
        default=90,
        ge=0,
        lt=100,
        description="Areas at or above this percentile of predicted crime change; 90 is the top tenth.",
    )


def build_impact_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """One asset, partitioned by crime type."""

    @dg.asset(
        key=["models", "impact"],
        group_name="models",
        owners=[OWNER],
        kinds={"python", "scikitlearn"},
        partitions_def=build_crime_types(settings),
        backfill_policy=SINGLE_RUN,
        deps=[dg.AssetKey(key) for key in (["models", "explain"], ["marts", "lsoa_features"], ["marts", "lsoas"])],
        description="A scenario by Config: the busiest areas ranked, and the change of their predicted crime. The "
        "model's association, not the effect of a policy.",
    )
    def impact(context: dg.AssetExecutionContext, config: ScenarioConfig) -> dg.MaterializeResult:
        scenario = Scenario(
            name=f"{config.feature} {config.change:+.0%}, top {100 - config.percentile:g} %",
            feature=config.feature,
            change=config.change,
            percentile=config.percentile,
        )
        try:
            inputs = read_model_inputs(settings, list_chosen_types(context, settings))
            check_scenario(scenario, inputs.changeable)
            obstacle = _find_obstacle(inputs, scenario)
            found = {} if obstacle else _run(inputs, scenario)
        except InputError as error:
            raise dg.Failure(description=str(error), allow_retries=False) from error
        for crime_type, answer in found.items():
            write_model_rows(settings, "impact_summary", crime_type, answer.summary.assign(crime_type=crime_type))
            write_model_rows(settings, "impact_areas", crime_type, answer.areas.assign(crime_type=crime_type))
        discard_model_rows(settings, [name for name in inputs.left_out if name not in found])
        if obstacle:
            context.log.warning(obstacle)
        if not found:
            return dg.MaterializeResult(metadata={"note": obstacle or "no crime type that a model can learn"})
        summary = pd.concat(
            [answer.summary.assign(crime_type=name) for name, answer in found.items()], ignore_index=True
        )
        return dg.MaterializeResult(
            metadata={"summary": dg.MetadataValue.md(summary.round(2).to_markdown(index=False))}
        )

    return [impact]


def _find_obstacle(inputs: ModelInputs, scenario: Scenario) -> str:
    """A data set without the source of a feature has no such what-if; the rest of its run does not hang on that."""
    if inputs.features[scenario.feature].notna().any():
        return ""
    return f"no what-if: {scenario.feature} has no values in this data set; choose another feature"


def _run(inputs: ModelInputs, scenario: Scenario) -> dict[str, Impact]:
    return {
        crime_type: run_scenario(
            inputs.features,
            inputs.targets[crime_type],
            inputs.boroughs,
            scenario,
            coordinates=inputs.coordinates,
            allowed_features=inputs.changeable,
            models=fitted,
        )
        for crime_type, fitted in fit_models(inputs).items()
    }
