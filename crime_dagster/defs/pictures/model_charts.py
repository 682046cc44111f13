"""Charts of the models, per crime type: calibration, importance of the features, and their effects."""

from collections.abc import Callable

import dagster as dg
import pandas as pd
from matplotlib.figure import Figure

from crime_dagster.core.dictionary import read_columns
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import has_mart, read_mart
from crime_dagster.defs.runtime.partitions import OWNER, SINGLE_RUN, build_crime_types, list_chosen_types
from crime_dagster.defs.runtime.pictures import YEAR_MARTS, Year, build_stamp, discard_pictures, read_years
from crime_dagster.defs.runtime.unchanged import recorded
from crime_dagster.drawing.charts import calibration_chart, effects_chart, importance_chart
from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.finish import save_figure

WIDER = ("feature_importances", "feature_effects")
CHARTS = ("calibration", "importance", "effects")
ASSOCIATION = "The model’s association, not an effect."


def build_model_chart_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """One asset, partitioned by crime type: up to three charts each."""

    @dg.asset(
        key=["charts", "models"],
        group_name="charts",
        owners=[OWNER],
        kinds={"python", "png", "svg"},
        partitions_def=build_crime_types(settings),
        backfill_policy=SINGLE_RUN,
        deps=[dg.AssetKey(["marts", name]) for name in (*YEAR_MARTS, *WIDER)],
        description="How well the models of places are calibrated and, where the wider evaluation has run, which "
        "features matter most and how the predictions move along them.",
    )
    @recorded(settings)
    def model_charts(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        importances, effects = (
            read_mart(settings.database, name)
            if has_mart(settings.database, name)
            else pd.DataFrame(columns=["crime_type"])
            for name in WIDER
        )
        features = {one.name: (one.label, one.unit) for one in read_columns(settings.manifest, "lsoa_features")}
        titles = []
        for year in read_years(settings, list_chosen_types(context, settings)):
            name = year.crime.crime_type
            for chart in CHARTS:  # what is not drawn again has nothing to be drawn of
                discard_pictures(settings, "charts", f"{name}_{chart}[.-]*")
            titles += _save_calibration(settings, year)
            rows = importances[importances["crime_type"] == name]
            titles += _save_wider(settings, year, rows, effects[effects["crime_type"] == name], features)
        if importances.empty:
            context.log.info("The wider evaluation has not run: there are no charts of importances and effects")
        return dg.MaterializeResult(metadata={"titles": dg.MetadataValue.md("\n".join(f"- {one}" for one in titles))})

    return [model_charts]


def _save_calibration(settings: Settings, year: Year) -> list[str]:
    if not year.is_reported or year.predicted is None:
        return []
    found = calibration_chart.group_areas(year.recorded, year.predicted)
    if found is None:
        return []
    title = calibration_chart.write_calibration_title(found, year.crime.noun_phrase)
    subtitle = (
        f"{words.whole_number(found.areas)} small areas (LSOAs) in ten groups by predicted {year.crime.noun_phrase}, "
        f"each borough by a model that has not seen it; {year.place}, {year.period_label}"
    )
    _save(
        settings,
        year,
        "calibration",
        lambda narrow: calibration_chart.draw_calibration(found, title=title, subtitle=subtitle, narrow=narrow),
        calibration_chart.describe_calibration(title, found),
    )
    return [title]


def _save_wider(
    settings: Settings,
    year: Year,
    importances: pd.DataFrame,
    effects: pd.DataFrame,
    features: dict[str, tuple[str, str]],
) -> list[str]:
    if importances.empty:
        return []
    rows = importances.sort_values(["importance", "feature"], ascending=[False, True])
    label = words.year_to(pd.Timestamp(rows["period_end"].max()).date())
    place, crime = year.place, year.crime
    named = [features.get(name, (name, "")) for name in rows["feature"]]
    names = [name for name, _ in named]
    title = importance_chart.write_importance_title(names, crime.noun_phrase)
    subtitle = f"Points of D² on unseen boroughs lost when one feature is shuffled among the areas; {place}, {label}"
    _save(
        settings,
        year,
        "importance",
        lambda narrow: importance_chart.draw_importance(rows, names, title=title, subtitle=subtitle, narrow=narrow),
        importance_chart.describe_importance(title, rows, names),
        label,
    )
    read = [
        effects_chart.read_effect(name, unit, effects[effects["feature"] == feature].sort_values("x"))
        for feature, (name, unit) in zip(rows["feature"], named, strict=True)
    ]
    found = [effect for effect in read if effect is not None]
    if not found:
        return [title]
    effects_title = effects_chart.write_effects_title(found, crime.noun_phrase)
    effects_subtitle = (
        f"Change of predicted {crime.noun_phrase} against the average, areas side by side in order of the feature, "
        f"grey where few have such a value; one scale; {place}, {label}"
    )
    _save(
        settings,
        year,
        "effects",
        lambda narrow: effects_chart.draw_effects(found, title=effects_title, subtitle=effects_subtitle, narrow=narrow),
        effects_chart.describe_effects(effects_title, found),
        label,
    )
    return [title, effects_title]


def _save(settings: Settings, year: Year, name: str, draw: Callable[[bool], Figure], alt: str, label: str = "") -> None:
    """Sign with the period that the chart is of: an evaluation may be older than the newest year."""
    note = ASSOCIATION if label else year.provisional
    stamp = build_stamp(
        settings, label or year.period_label, is_model=True, note=note, crime_type=year.crime.crime_type
    )
    path = settings.build_dir / "charts" / f"{year.crime.crime_type}_{name}.png"
    save_figure(draw(False), path, stamp, alt, narrow=draw(True), with_svg=True)
