"""User-defined what-ifs from the launchpad: answered outside the release, which stays unchanged."""

from typing import Any

import dagster as dg
import pandas as pd
import yaml
from pydantic import Field

from crime_dagster.core.crime_types import read_crime_types
from crime_dagster.core.dictionary import read_columns
from crime_dagster.core.errors import InputError
from crime_dagster.core.lock import hold_warehouse
from crime_dagster.core.safe_text import write_csv
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import hold_open
from crime_dagster.defs.models.saved_models import open_models
from crime_dagster.defs.pictures.model_charts import draw_impacts
from crime_dagster.defs.runtime.model_inputs import MODEL_MARTS, read_feature_relations, read_model_inputs
from crime_dagster.defs.runtime.page_pictures import list_downloads, read_pictures
from crime_dagster.defs.runtime.partitions import CRIME_TYPES, OWNER
from crime_dagster.defs.runtime.pictures import YEAR_MARTS, read_years, stamp_year
from crime_dagster.defs.runtime.scenario_settings import read_named_areas
from crime_dagster.defs.runtime.telling import list_lines
from crime_dagster.drawing.charts.impact_chart import ASSOCIATION_NOTE
from crime_dagster.drawing.kit.finish import preview_picture, save_file, save_page
from crime_dagster.drawing.kit.rendering import render_template
from crime_dagster.modelling.what_if.scenarios import check_scenarios, find_places, read_scenario
from crime_dagster.modelling.what_if.what_ifs import answer_what_ifs

LAUNCHPAD = "the launchpad's Config"
FILES = (("summary.csv", "What-ifs (CSV)", ""), ("areas.csv", "Areas (CSV)", "one row each"))
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
        default="",
        description="Areas at or above this percentile of predicted crime change; 90, the default, is the top tenth; "
        "from 0 to below 100. Of boroughs and areas that are named the default is all, 0.",
    )
    boroughs: list[str] = Field(
        default_factory=list, description="Only areas of these boroughs change, by name or code. Empty: of all."
    )
    areas: list[str] = Field(
        default_factory=list, description="Only these change, by name or code, beside the boroughs."
    )
    crime_types: list[str] = Field(default_factory=list, description="Empty: every crime type with a model.")
    force: bool = Field(
        default=False, description="Answer even where most of the areas would be outside what is known."
    )

    def as_said(self) -> dict[str, Any]:
        """Return it as a mapping, as in `scenarios.yml`."""
        return {key: value for key, value in self.model_dump().items() if value not in ("", [], False)}


class WhatIfConfig(dg.Config):
    """The what-ifs of one run."""

    scenarios: list[ScenarioConfig] = Field(description="At least one; those of a release stand in `scenarios.yml`.")


@dg.asset(
    key=["models", "what_if"],
    group_name="models",
    owners=[OWNER],
    kinds={"python", "html", "png"},
    deps=[dg.AssetKey(["models", "explain"]), *(dg.AssetKey(["marts", one]) for one in {*MODEL_MARTS, *YEAR_MARTS})],
    description="A what-if of one's own: its page, charts and tables go to the folder `what_if`, and never "
    "into a release, whose what-ifs are those of scenarios.yml. The model's association, not the effect of a policy.",
)
def what_if(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings], config: WhatIfConfig
) -> dg.MaterializeResult:
    with hold_warehouse(settings.warehouse_dir, context.log.info), hold_open(settings.database):
        try:
            return answer(context, settings, config)
        except InputError as error:
            said = error if error.file else error.at(LAUNCHPAD)
            raise dg.Failure(description=str(said), allow_retries=False) from error


def answer(context: dg.AssetExecutionContext, settings: Settings, config: WhatIfConfig) -> dg.MaterializeResult:
    """Answer what-ifs with the saved models, draw them, and write their page; without any answer they are refused."""
    said = [one.as_said() for one in config.scenarios]
    asked = [read_scenario(one, LAUNCHPAD) for one in said]
    features = [column.name for column in read_columns(settings.manifest, "lsoa_features") if column.role == "feature"]
    # Before the models are read, so that errors are reported at once.
    check_scenarios(asked, features, list(CRIME_TYPES.get_partition_keys()))
    lsoas = read_named_areas(settings)
    asked = [find_places(one, lsoas) for one in asked]
    chosen = {name for one in asked for name in one.crime_types}
    is_all = any(not one.crime_types for one in asked)
    crimes = [one for one in read_crime_types(settings.dbt_dir) if is_all or one.crime_type in chosen]
    inputs = read_model_inputs(settings, crimes)
    models = open_models(settings, inputs, context.log.warning)
    relations = read_feature_relations(settings, inputs)
    answers = answer_what_ifs(
        inputs.features, models, asked, officers=inputs.officers, relations=relations, labels=inputs.labels
    )
    labels = {one.crime_type: one.label for one in crimes}
    unanswered = [f"{labels[name]}: {why}" for name, why in inputs.left_out.items()] + [
        f"{scenario} ({labels[name]}): {why}"
        for name, found in answers.items()
        for scenario, why in found.unanswered[["scenario", "reason"]].to_numpy()
    ]
    answers = {name: found for name, found in answers.items() if not found.summary.empty}
    if not answers:
        words = "; ".join(unanswered) or "no model answers it"
        raise InputError(
            file=LAUNCHPAD, found=words, expected="a crime type and a feature with values", remedy="ask another"
        )
    folder = settings.what_if_dir / context.run_id[:8]
    years = read_years(settings, [one for one in crimes if one.crime_type in answers])
    names = lsoas.set_index("lsoa_code")["area_name"]
    summary, areas = (
        pd.concat([getattr(found, part).assign(crime_type=name) for name, found in answers.items()], ignore_index=True)
        for part in ("summary", "areas")
    )
    summary["is_clear"] = ~((summary["lower_90"] <= 0) & (summary["upper_90"] >= 0))
    areas["area_name"] = areas["lsoa_code"].map(names)
    save_file(write_csv(summary), folder / "summary.csv")
    save_file(write_csv(areas), folder / "areas.csv")
    titles: dict[str, str] = {}
    for year in years:
        name = year.crime.crime_type
        rows, places = (table[table["crime_type"] == name] for table in (summary, areas))
        titles |= draw_impacts(settings, year, rows, places, folder / f"{name}.png", is_first_plain=False)
    kept = yaml.safe_dump({"scenarios": said}, sort_keys=False, allow_unicode=True)
    stamp = stamp_year(settings, years[0], ASSOCIATION_NOTE, is_model=True)
    page = render_template(
        "what_if.html.j2",
        stamp=stamp,
        rows=summary.assign(crime_type=summary["crime_type"].map(labels)).to_dict("records"),
        pictures=read_pictures(folder, [*titles.items()]),
        downloads=list_downloads(folder, FILES),
        unanswered=unanswered,
        kept=kept,
    )
    path = save_page(page, folder / "index.html")
    first, title = next(iter(titles.items()))
    return dg.MaterializeResult(
        metadata={
            "answer": list_lines((*titles.values(), *unanswered), ""),
            "table": dg.MetadataValue.md(summary[list(SHOWN)].round(2).to_markdown(index=False)),
            "preview": dg.MetadataValue.md(preview_picture(folder / first, title)),
            "page": dg.MetadataValue.path(path),
            "published": dg.MetadataValue.md(f"No. To publish it, write into scenarios.yml:\n\n```yaml\n{kept}```"),
        }
    )
