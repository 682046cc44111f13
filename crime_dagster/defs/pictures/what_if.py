"""What-ifs of one's own, asked in the launchpad: answered beside the release, which they leave as it is."""

import re
from typing import Any

import dagster as dg
import pandas as pd
from pydantic import Field

from crime_dagster.core.crime_types import read_crime_types
from crime_dagster.core.dictionary import read_columns
from crime_dagster.core.errors import InputError
from crime_dagster.core.lock import hold_warehouse
from crime_dagster.core.safe_text import write_csv
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import hold_open, read_mart
from crime_dagster.defs.models.saved_models import open_models
from crime_dagster.defs.pictures.impact_charts import save_impact
from crime_dagster.defs.runtime.model_inputs import MODEL_MARTS, read_feature_relations, read_model_inputs
from crime_dagster.defs.runtime.partitions import CRIME_TYPES, OWNER
from crime_dagster.defs.runtime.pictures import YEAR_MARTS, read_years, stamp_year
from crime_dagster.drawing.charts.impact_chart import ASSOCIATION_NOTE
from crime_dagster.drawing.kit.finish import preview_picture
from crime_dagster.modelling.what_if.scenarios import check_scenarios, read_scenario
from crime_dagster.modelling.what_if.what_ifs import answer_what_ifs, list_unanswerable

LAUNCHPAD = "the launchpad's Config"
SHOWN = ("scenario", "crime_type", "areas", "sum_change_pct", "lower_90", "upper_90")


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
    percentile: str = Field(
        default="90",
        description="Areas at or above this percentile of predicted crime change; 90, the default, is the top tenth; "
        "from 0 to below 100.",
    )
    crime_types: list[str] = Field(default_factory=list, description="Empty: every crime type with a model.")
    force: bool = Field(
        default=False, description="Answer even where most of the areas would be outside what is known."
    )

    def as_said(self) -> dict[str, Any]:
        """As a mapping in `scenarios.yml` would say it."""
        return {key: value for key, value in self.model_dump().items() if value not in ("", [])}


class WhatIfConfig(dg.Config):
    """The what-ifs of one run."""

    scenarios: list[ScenarioConfig] = Field(description="At least one; those of a release stand in `scenarios.yml`.")


@dg.asset(
    key=["models", "what_if"],
    group_name="models",
    owners=[OWNER],
    kinds={"python", "png", "csv"},
    deps=[dg.AssetKey(["models", "explain"]), *(dg.AssetKey(["marts", one]) for one in {*MODEL_MARTS, *YEAR_MARTS})],
    description="A what-if of one's own: its chart and tables go to the folder `what_if` of the warehouse, and never "
    "into a release, whose what-ifs are those of scenarios.yml. The model's association, not the effect of a policy.",
)
def what_if(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings], config: WhatIfConfig
) -> dg.MaterializeResult:
    with hold_warehouse(settings.warehouse_dir, context.log.info), hold_open(settings.database):
        try:
            return answer(context, settings, config)
        except InputError as error:
            raise dg.Failure(description=str(error), allow_retries=False) from error


def answer(context: dg.AssetExecutionContext, settings: Settings, config: WhatIfConfig) -> dg.MaterializeResult:
    """Answer what-ifs with the saved models, and draw them.

    Raises:
        InputError: A what-if cannot be asked, or has no values in this data set.
    """
    asked = [read_scenario(one.as_said(), LAUNCHPAD) for one in config.scenarios]
    features = [column.name for column in read_columns(settings.manifest, "lsoa_features") if column.role == "feature"]
    # Before anything is read: a wrong word is answered at once.
    check_scenarios(asked, features, list(CRIME_TYPES.get_partition_keys()))
    chosen = {name for one in asked for name in one.crime_types}
    is_all = any(not one.crime_types for one in asked)
    crimes = [one for one in read_crime_types(settings.dbt_dir) if is_all or one.crime_type in chosen]
    inputs = read_model_inputs(settings, crimes)
    check_scenarios(asked, inputs.changeable)
    for name, why in list_unanswerable(inputs.features, asked).items():
        raise InputError(file=LAUNCHPAD, found=f"{name}: {why}", expected="a feature with values", remedy="ask another")
    models = open_models(settings, inputs, context.log.warning)
    relations = read_feature_relations(settings, inputs)
    answers = answer_what_ifs(inputs.features, models, asked, officers=inputs.officers, relations=relations)
    names = read_mart(settings.database, "lsoas").set_index("lsoa_code")["area_name"]
    columns = {column.name: column for column in read_columns(settings.manifest, "lsoa_features")}
    folder = settings.what_if_dir / context.run_id[:8]
    tables: dict[str, list[pd.DataFrame]] = {"summary": [], "areas": []}
    pictures, titles = [], []
    for year in read_years(settings, [one for one in crimes if one.crime_type in answers]):
        name = year.crime.crime_type
        found = answers[name]
        areas = found.areas.assign(crime_type=name, area_name=found.areas["lsoa_code"].map(names))
        summary = found.summary.assign(crime_type=name)
        summary["is_clear"] = ~((summary["lower_90"] <= 0) & (summary["upper_90"] >= 0))
        tables["summary"].append(summary)
        tables["areas"].append(areas)
        stamp = stamp_year(settings, year, ASSOCIATION_NOTE, is_model=True)
        for _, row in summary.iterrows():
            path = folder / f"{name}_{re.sub(r'[^a-z0-9]+', '_', row['scenario'].lower()).strip('_')}.png"
            of = areas[areas["scenario"] == row["scenario"]]
            titles.append(save_impact(path, year, columns[row["feature"]], row, of, stamp))
            pictures.append(path)
    if not pictures:
        words = "; ".join(inputs.left_out.values()) or "no model answers it"
        raise InputError(file=LAUNCHPAD, found=words, expected="a crime type with a model", remedy="ask another")
    whole = {name: pd.concat(rows, ignore_index=True) for name, rows in tables.items()}
    for name, rows in whole.items():
        (folder / f"{name}.csv").write_bytes(write_csv(rows))
    return dg.MaterializeResult(
        metadata={
            "answer": dg.MetadataValue.md("\n".join(f"- {title}" for title in titles)),
            "table": dg.MetadataValue.md(whole["summary"][list(SHOWN)].round(2).to_markdown(index=False)),
            "preview": dg.MetadataValue.md(preview_picture(pictures[0], titles[0])),
            "folder": dg.MetadataValue.path(folder),
            "published": "no: what is published comes from scenarios.yml",
        }
    )
