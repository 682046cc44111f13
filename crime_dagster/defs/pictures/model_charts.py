"""Charts of the models, per crime type: calibration, feature importance, and feature effects."""

from functools import partial

import dagster as dg
import pandas as pd

from crime_dagster.core.dictionary import read_columns
from crime_dagster.core.processes import map_in_processes
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.partitions import list_chosen_types
from crime_dagster.defs.runtime.pictures import (
    YEAR_MARTS,
    build_stamp,
    discard_pictures,
    read_years,
    save_chart,
    stamp_year,
)
from crime_dagster.defs.runtime.steps import step
from crime_dagster.drawing.charts import calibration_chart, effects_chart, importance_chart
from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.year import Year

MARTS = ("model_calibration", "feature_importances", "feature_effects")
CHARTS = ("calibration", "importance", "effects")
ASSOCIATION = "The model’s association, not an effect."
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
    listed = "\n".join(f"- {title}" for found in titles for title in found)
    return dg.MaterializeResult(metadata={"titles": dg.MetadataValue.md(listed)})


def _save_charts(settings: Settings, features: Features, year: Year) -> list[str]:
    for chart in CHARTS:  # charts that are not redrawn below have no data
        discard_pictures(settings, "charts", f"{year.crime.crime_type}_{chart}[.-]*")
    return [*_save_calibration(settings, year), *_save_wider(settings, year, features)]


def _save_calibration(settings: Settings, year: Year) -> list[str]:
    groups = _read(settings, "model_calibration", year, ["tenth"])
    if groups.empty or not year.is_reported:
        return []
    title = calibration_chart.write_calibration_title(groups, year.crime.noun_phrase)
    subtitle = (
        f"{words.whole_number(groups['areas_in_all'].iloc[0])} small areas (LSOAs) in ten groups by predicted "
        f"{year.crime.noun_phrase}, each borough by a model that has not seen it; {year.place}, {year.period_label}"
    )
    save_chart(
        settings,
        f"{year.crime.crime_type}_calibration",
        lambda narrow: calibration_chart.draw_calibration(groups, title=title, subtitle=subtitle, narrow=narrow),
        stamp_year(settings, year, is_model=True),
        calibration_chart.describe_calibration(title, groups),
        groups,
    )
    return [title]


def _save_wider(settings: Settings, year: Year, features: Features) -> list[str]:
    """Draw importance and effects, labelled with their period, which may be older than the newest year."""
    rows = _read(settings, "feature_importances", year, ["rank"])
    if rows.empty:
        return []
    crime, label = year.crime, words.year_to(pd.Timestamp(rows["period_end"].max()).date())
    stamp = build_stamp(settings, label, is_model=True, note=ASSOCIATION, crime_type=crime.crime_type)
    named = [features.get(name, (name, "")) for name in rows["feature"]]
    names = [name for name, _ in named]
    title = importance_chart.write_importance_title(names, crime.noun_phrase)
    subtitle = (
        f"Points of D² on unseen boroughs lost when one feature is shuffled among the areas; {year.place}, {label}"
    )
    save_chart(
        settings,
        f"{crime.crime_type}_importance",
        lambda narrow: importance_chart.draw_importance(rows, names, title=title, subtitle=subtitle, narrow=narrow),
        stamp,
        importance_chart.describe_importance(title, rows, names),
        rows,
    )
    effects = _read(settings, "feature_effects", year, ["x"])
    read = [
        effects_chart.read_effect(name, unit, effects[effects["feature"] == feature])
        for feature, (name, unit) in zip(rows["feature"], named, strict=True)
    ]
    found = [effect for effect in read if effect is not None]
    if not found:
        return [title]
    effects_title = effects_chart.write_effects_title(found, crime.noun_phrase)
    effects_subtitle = (
        f"Change of predicted {crime.noun_phrase} against the average, areas side by side in order of the feature, "
        f"grey where few have such a value; one scale; {year.place}, {label}"
    )
    save_chart(
        settings,
        f"{crime.crime_type}_effects",
        lambda narrow: effects_chart.draw_effects(found, title=effects_title, subtitle=effects_subtitle, narrow=narrow),
        stamp,
        effects_chart.describe_effects(effects_title, found),
        effects,
    )
    return [title, effects_title]


def _read(settings: Settings, mart: str, year: Year, order: list[str]) -> pd.DataFrame:
    rows = read_mart(settings.database, mart, {"crime_type": year.crime.crime_type})
    return rows.sort_values(order, kind="stable", ignore_index=True)
