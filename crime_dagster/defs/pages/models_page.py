"""The page about the models: scores with baselines, importances, errors by group, and limitations."""

import datetime as dt
from pathlib import Path

import dagster as dg
import pandas as pd

from crime_dagster.core.crime_types import CrimeType, read_crime_types
from crime_dagster.core.dictionary import read_columns
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.pictures.model_charts import CHARTS
from crime_dagster.defs.runtime.page_pictures import read_picture
from crime_dagster.defs.runtime.pictures import (
    YEAR_MARTS,
    build_stamp,
    read_areas,
    read_years,
    save_chart,
)
from crime_dagster.defs.runtime.reported_place import read_notes
from crime_dagster.defs.runtime.steps import step
from crime_dagster.drawing.charts.residual_map import chart_residuals
from crime_dagster.drawing.kit import cautions
from crime_dagster.drawing.kit.finish import save_page
from crime_dagster.drawing.kit.page_content import Note, Picture
from crime_dagster.drawing.kit.words import year_to
from crime_dagster.drawing.kit.year import Year
from crime_dagster.drawing.pages.models_content import ModelTables
from crime_dagster.drawing.pages.models_page import draw_models_page

# Marts by `ModelTables` field.
TABLES = {
    "scores": "model_scores",
    "summaries": "model_summaries",
    "importances": "feature_importances",
    "fairness": "model_fairness",
}
RESIDUALS = "total_residual"


@step(
    "gallery/models",
    "html",
    marts=(*TABLES.values(), *YEAR_MARTS, "boroughs", "lsoa_predictions"),
    after=("charts/models",),
    description="How good the models are: every score with its baseline, what is published, ranges, importances, "
    "which groups they get wrong, and what they cannot do.",
)
def models(_context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    years = read_years(settings, read_crime_types(settings.dbt_dir))
    tables = read_model_tables(settings, years)
    stamp = build_stamp(settings, years[0].period_label, is_model=True, note=years[0].provisional)
    path = save_page(draw_models_page(tables, stamp), settings.build_dir / "models.html")
    return dg.MaterializeResult(metadata={"bytes": path.stat().st_size, "scores": len(tables.scores)})


def read_model_tables(settings: Settings, years: list[Year]) -> ModelTables:
    crimes = [year.crime for year in years if year.is_reported]
    tables = {name: read_mart(settings.database, mart) for name, mart in TABLES.items()}
    boroughs = read_mart(settings.database, "boroughs", columns=["borough_code", "borough_name"])
    return ModelTables(
        **tables,
        labels={crime.crime_type: crime.label for crime in crimes},
        features={one.name: one.label for one in read_columns(settings.manifest, "lsoa_features")},
        boroughs=dict(boroughs.to_numpy()),
        breaks=_list_breaks(settings, crimes, years[0].last_month),
        evaluated_to=_say_evaluated(tables["importances"], years[0]),
        residual_map=_draw_residuals(settings, years[0].period_label),
        charts=_read_charts(settings.build_dir, crimes),
    )


def _read_charts(build: Path, crimes: list[CrimeType]) -> dict[str, dict[str, Picture]]:
    found = {
        crime.crime_type: {
            chart: picture
            for chart in CHARTS
            if (picture := read_picture(build, f"charts/{crime.crime_type}_{chart}.png"))
        }
        for crime in crimes
    }
    return {crime_type: charts for crime_type, charts in found.items() if charts}


def _list_breaks(settings: Settings, crimes: list[CrimeType], last_month: dt.date) -> tuple[Note, ...]:
    names = [crime.crime_type for crime in crimes]
    shown = cautions.find_breaks(read_notes(settings).breaks, names, dt.date.min, last_month)
    return tuple(Note(title, text) for title, text in shown[["title", "words"]].to_numpy())


def _say_evaluated(importances: pd.DataFrame, year: Year) -> str:
    """Return a sentence if the extended evaluation is of an older year than the predictions."""
    ends = pd.to_datetime(importances["period_end"]).min()
    if pd.isna(ends) or year_to(ends.date()) == year.period_label:
        return ""
    return f"It was found for the {year_to(ends.date())} and has not been looked at since."


def _draw_residuals(settings: Settings, period_label: str) -> Picture | None:
    chosen = {"crime_type": "total", "model": "explain"}
    rows = read_mart(settings.database, "lsoa_predictions", chosen)
    rows = rows[rows["is_current"].astype(bool)].set_index("lsoa_code").dropna(axis="columns", how="all")
    if rows.empty or not {"actual", "lower_90", "upper_90"} <= set(rows.columns):
        return None
    name, stamp = f"charts/{RESIDUALS}.png", build_stamp(settings, period_label, is_model=True)
    chart = chart_residuals(read_areas(settings), rows, period_label)
    save_chart(settings.build_dir / name, chart, stamp, with_svg=False)
    return read_picture(settings.build_dir, name)
