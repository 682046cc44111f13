"""Charts of the models, per crime type: calibration, feature importance and effects, and the what-ifs."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import dagster as dg
import pandas as pd

from crime_dagster.core.dictionary import read_columns
from crime_dagster.core.processes import map_in_processes
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.partitions import list_chosen_types
from crime_dagster.defs.runtime.picture_settings import HeadlineConfig
from crime_dagster.defs.runtime.pictures import (
    YEAR_MARTS,
    build_stamp,
    choose_drawn,
    list_titles,
    read_years,
    save_chart,
    stamp_year,
)
from crime_dagster.defs.runtime.steps import step
from crime_dagster.drawing.charts.calibration_chart import chart_calibration
from crime_dagster.drawing.charts.effects_chart import chart_effects, read_effect
from crime_dagster.drawing.charts.impact_chart import ASSOCIATION_NOTE, chart_impact, chart_officers
from crime_dagster.drawing.charts.named_bars import chart_importance
from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.layout import Chart
from crime_dagster.drawing.kit.navigation import make_slugs
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.kit.year import Year
from crime_dagster.modelling.what_if.officers import EVIDENCE

MARTS = ("model_calibration", "feature_importances", "feature_effects")
CHARTS = ("calibration", "importance", "effects")
Features = dict[str, tuple[str, str]]


@step(
    "charts/models",
    "png",
    "svg",
    marts=(*YEAR_MARTS, *MARTS),
    by_type=True,
    description="How well the models of places are calibrated and, where the wider evaluation has run, which "
    "features matter most and how the predictions move along them.",
)
def model_charts(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    features = {one.name: (one.label, one.unit) for one in read_columns(settings.manifest, "lsoa_features")}
    years = read_years(settings, list_chosen_types(context, settings))
    titles = map_in_processes(settings, partial(_save_charts, settings, features), years)
    return dg.MaterializeResult(metadata=list_titles(title for found in titles for title in found))


def _save_charts(settings: Settings, features: Features, year: Year) -> list[str]:
    return [
        save_chart(settings.build_dir / "charts" / f"{year.crime.crime_type}_{name}.png", chart, stamp)
        for name, chart, stamp in (*_chart_calibration(settings, year), *_chart_wider(settings, year, features))
    ]


def _chart_calibration(settings: Settings, year: Year) -> Iterator[tuple[str, Chart, Stamp]]:
    groups = _read(settings, "model_calibration", year, ["tenth"])
    if len(groups) and year.is_reported:
        yield "calibration", chart_calibration(year, groups), stamp_year(settings, year, is_model=True)


def _chart_wider(settings: Settings, year: Year, features: Features) -> Iterator[tuple[str, Chart, Stamp]]:
    """Chart importance and effects, labelled with their period, which may be older than the newest year."""
    rows = _read(settings, "feature_importances", year, ["rank"])
    if rows.empty:
        return
    label = words.year_to(pd.Timestamp(rows["period_end"].max()).date())
    note = "The model’s association, not an effect."
    stamp = build_stamp(settings, label, is_model=True, note=note, crime_type=year.crime.crime_type)
    named = [features.get(name, (name, "")) for name in rows["feature"]]
    yield "importance", chart_importance(year, rows, [name for name, _ in named], label), stamp
    effects = _read(settings, "feature_effects", year, ["x"])
    read = [
        read_effect(name, unit, effects[effects["feature"] == feature])
        for feature, (name, unit) in zip(rows["feature"], named, strict=True)
    ]
    if found := [effect for effect in read if effect is not None]:
        yield "effects", chart_effects(year, found, effects, label), stamp


def _read(settings: Settings, mart: str, year: Year, order: list[str]) -> pd.DataFrame:
    rows = read_mart(settings.database, mart, {"crime_type": year.crime.crime_type})
    return rows.sort_values(order, kind="stable", ignore_index=True)


@step(
    "charts/impact",
    "png",
    "svg",
    marts=(*YEAR_MARTS, "impact_summary", "impact_areas", "impact_officers"),
    by_type=True,
    description="What the model predicts for the areas with most predicted crime if one feature changes.",
)
def impact_chart(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings], config: HeadlineConfig
) -> dg.MaterializeResult:
    years = read_years(settings, choose_drawn(context, settings, config))
    titles = map_in_processes(settings, partial(_save_impacts, settings), years)
    for year in (year for year, found in zip(years, titles, strict=True) if not found):
        context.log.warning(f"{year.crime.label}: no what-if was run, so there is no chart")
    return dg.MaterializeResult(metadata=list_titles(title for found in titles for title in found))


def _save_impacts(settings: Settings, year: Year) -> list[str]:
    name, folder = year.crime.crime_type, settings.build_dir / "charts"
    summaries = read_mart(settings.database, "impact_summary", {"crime_type": name}).sort_values("sort_order")
    areas = read_mart(settings.database, "impact_areas", {"crime_type": name})
    # The first has no name of its own: the front page shows it.
    first = folder / f"{name}_impact.png"
    titles = list(draw_impacts(settings, year, summaries, areas, first, is_first_plain=True).values())
    for _, row in read_mart(settings.database, "impact_officers", {"crime_type": name}).iterrows():
        # A model's answer about officers is not causal: they are sent to where crime is.
        if row["model"] == EVIDENCE:
            stamp = stamp_year(settings, year, f"{row['source']}.")
            titles.append(save_chart(folder / f"{name}_impact_officers.png", chart_officers(year, row), stamp))
    return titles


def draw_impacts(
    settings: Settings, year: Year, summaries: pd.DataFrame, areas: pd.DataFrame, path: Path, *, is_first_plain: bool
) -> dict[str, str]:
    """Draw a chart per scenario, its name added to that of the file; return their titles by file.

    If `is_first_plain`, the first keeps the name as it is, and is alone drawn for phones too.
    """
    columns = {column.name: column for column in read_columns(settings.manifest, "lsoa_features")}
    stamp = stamp_year(settings, year, ASSOCIATION_NOTE, is_model=True)
    titles = {}
    slugs = make_slugs(summaries["scenario"], summaries["sort_order"].astype(str))
    for number, (slug, (_, row)) in enumerate(zip(slugs, summaries.iterrows(), strict=True)):
        target = path if is_first_plain and not number else path.with_stem(f"{path.stem}_{slug}")
        chart = chart_impact(year, columns[row["feature"]], row, areas[areas["scenario"] == row["scenario"]])
        titles[target.name] = save_chart(target, chart, stamp, with_narrow=not (is_first_plain and number))
    return titles
