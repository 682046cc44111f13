"""The page about the models: scores with baselines, importances, which groups they get wrong, and their limits."""

import dagster as dg
import pandas as pd

from crime_dagster.core.crime_types import list_analysed, read_crime_types
from crime_dagster.core.dictionary import read_columns
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import has_mart, read_mart
from crime_dagster.defs.pictures.model_charts import CHARTS
from crime_dagster.defs.runtime.page_pictures import link_file, read_picture
from crime_dagster.defs.runtime.partitions import OWNER
from crime_dagster.defs.runtime.pictures import build_stamp, read_areas
from crime_dagster.defs.runtime.reported_place import PLACES, read_place
from crime_dagster.defs.runtime.unchanged import recorded
from crime_dagster.drawing.charts.residual_map import describe_residuals, draw_residual_map
from crime_dagster.drawing.kit import cautions
from crime_dagster.drawing.kit.finish import save_figure, save_page
from crime_dagster.drawing.kit.page_content import Link, Note, Picture
from crime_dagster.drawing.kit.words import year_to
from crime_dagster.drawing.pages.models_content import ModelTables
from crime_dagster.drawing.pages.models_page import draw_models_page

WIDER = ("feature_importances", "feature_effects", "model_fairness")
PAGE_MARTS = (
    "model_scores",
    "lsoa_predictions",
    "lsoas",
    "lsoa_features",
    "recording_breaks",
    "coverage",
    PLACES,
    *WIDER,
)
PICTURE = "charts/total_residual.png"
EXPLAIN = "explain"


def build_models_page_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """One asset: `models.html`."""

    @dg.asset(
        key=["gallery", "models"],
        group_name="gallery",
        owners=[OWNER],
        kinds={"python", "html"},
        deps=[dg.AssetKey(["charts", "models"]), *[dg.AssetKey(["marts", name]) for name in PAGE_MARTS]],
        description="How good the models are: every score with its baseline, what is published, ranges, importances, "
        "which groups they get wrong, and what they cannot do.",
    )
    @recorded(settings)
    def models(_context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        table = read_mart(settings.database, "lsoa_features")
        last_month = pd.Timestamp(table["year_ending"].max()).date()
        first_month = (pd.Timestamp(last_month) - pd.DateOffset(months=11)).date()
        coverage = read_mart(settings.database, "coverage")
        note = cautions.provisional_words(coverage, read_place(settings).force, first_month, last_month)
        tables = read_model_tables(settings, table)
        stamp = build_stamp(settings, year_to(last_month), is_model=True, note=note)
        path = save_page(draw_models_page(tables, stamp), settings.build_dir / "models.html")
        return dg.MaterializeResult(metadata={"bytes": path.stat().st_size, "scores": len(tables.scores)})

    return [models]


def read_model_tables(settings: Settings, table: pd.DataFrame) -> ModelTables:
    """Read what the page is made from, and draw its map.

    Args:
        settings: The data set.
        table: `marts.lsoa_features`.
    """
    database = settings.database
    analysed = list_analysed(table, read_crime_types(settings.dbt_dir))
    predictions = read_mart(database, "lsoa_predictions")
    last_month = pd.Timestamp(table["year_ending"].max())
    ours = predictions[pd.to_datetime(predictions["period_end"]).dt.to_period("M") == last_month.to_period("M")]
    importances, effects, fairness = (
        read_mart(database, name) if has_mart(database, name) else pd.DataFrame() for name in WIDER
    )
    lsoas = read_mart(database, "lsoas", columns=["borough_code", "borough_name"]).drop_duplicates()
    breaks = _list_breaks(settings, {crime.crime_type for crime in analysed}, last_month)
    return ModelTables(
        labels={crime.crime_type: crime.label for crime in analysed},
        scores=read_mart(database, "model_scores"),
        predictions=ours[ours["model"] == EXPLAIN],
        published_as=_list_published(predictions),
        importances=importances,
        effects=effects,
        fairness=fairness,
        features={one.name: (one.label, one.unit) for one in read_columns(settings.manifest, "lsoa_features")},
        boroughs=dict(zip(lsoas["borough_code"], lsoas["borough_name"], strict=True)),
        breaks=breaks,
        evaluated_to=_say_evaluated(importances, last_month),
        residual_map=_draw_residuals(settings, ours, last_month),
        files=_list_files(settings, {crime.crime_type: crime.label for crime in analysed}),
    )


def _list_files(settings: Settings, labels: dict[str, str]) -> dict[str, tuple[Link, ...]]:
    """The charts of the models that were drawn, as PNG and SVG, by crime type."""
    found = {
        label: tuple(
            Link(f"{chart} ({ending.upper()})", href)
            for chart in CHARTS
            for ending in ("png", "svg")
            if (href := link_file(settings.build_dir, f"charts/{name}_{chart}.{ending}"))
        )
        for name, label in labels.items()
    }
    return {label: links for label, links in found.items() if links}


def _list_breaks(settings: Settings, types: set[str], last_month: pd.Timestamp) -> tuple[Note, ...]:
    """What changed in recording before the newest month, of the crime types that are shown."""
    breaks = read_mart(settings.database, "recording_breaks", {"force": read_place(settings).force})
    came = pd.to_datetime(breaks["starts_on"]) <= last_month + pd.offsets.MonthEnd(0)
    chosen = breaks[came & breaks["crime_type"].isin({cautions.ALL_TYPES, *types})].sort_values("starts_on")
    return tuple(Note(title, text) for title, text in chosen[["title", "words"]].to_numpy())


def _list_published(predictions: pd.DataFrame) -> dict[tuple[str, str], str]:
    """What the forecasts say they publish; explain models say nothing."""
    if "published_as" not in predictions:
        return {}
    rows = predictions.dropna(subset=["published_as"]).sort_values("period_end")
    rows = rows.drop_duplicates(["crime_type", "model"], keep="last")
    return {(row["crime_type"], row["model"]): row["published_as"] for row in rows.to_dict("records")}


def _say_evaluated(importances: pd.DataFrame, last_month: pd.Timestamp) -> str:
    """A sentence where the wider evaluation is of an older year than the predictions."""
    if importances.empty:
        return ""
    ends = pd.to_datetime(importances["period_end"]).min()
    if ends.to_period("M") == last_month.to_period("M"):
        return ""
    return f"It was found for the {year_to(ends.date())} and has not been looked at since."


def _draw_residuals(settings: Settings, predictions: pd.DataFrame, last_month: pd.Timestamp) -> Picture | None:
    rows = predictions[(predictions["crime_type"] == "total") & (predictions["model"] == EXPLAIN)]
    rows = rows.set_index("lsoa_code").dropna(axis="columns", how="all")
    path = settings.build_dir / PICTURE
    if rows.empty or not {"actual", "lower_90", "upper_90"} <= set(rows.columns):
        for old in path.parent.glob(f"{path.stem}*"):
            old.unlink()
        return None
    areas = read_areas(settings)
    period_label = year_to(last_month.date())
    said = describe_residuals(areas, rows, period_label)
    wide, narrow = (draw_residual_map(areas, said, narrow=is_narrow) for is_narrow in (False, True))
    save_figure(wide, path, build_stamp(settings, period_label, is_model=True), said.alt, narrow=narrow)
    return read_picture(settings.build_dir, PICTURE)
