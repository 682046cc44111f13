"""Inputs of every picture: areas, one year's figures per crime type, and the attribution."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import dagster as dg
import geopandas as gpd
import pandas as pd

from crime_dagster.core.crime_types import FIRST_LOOK, CrimeType, list_analysed, read_crime_types
from crime_dagster.core.facts import index_rows
from crime_dagster.core.files import hash_file
from crime_dagster.core.records import note_file
from crime_dagster.core.safe_text import DIGITS, write_csv
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import hash_rows, read_mart
from crime_dagster.defs.runtime.credits import read_credits, read_vintage, say_next_update
from crime_dagster.defs.runtime.partitions import list_chosen_types
from crime_dagster.defs.runtime.picture_settings import HeadlineConfig, read_bands, read_pictures, require_types
from crime_dagster.defs.runtime.reported_place import PLACES, MonthNotes, read_notes, read_place
from crime_dagster.defs.runtime.telling import list_lines
from crime_dagster.drawing.kit.finish import save_figure, save_file
from crime_dagster.drawing.kit.geometry import Areas, prepare_areas
from crime_dagster.drawing.kit.layout import Chart
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.kit.terms import AUTHORITIES, BOROUGHS, COUNTRY, Terms
from crime_dagster.drawing.kit.year import Year

YEAR_MARTS = (
    *("lsoas", "lsoa_features", "area_findings", "borough_changes", "borough_accuracy", "coverage", "recording_breaks"),
    PLACES,
)
NOT_RISK = "Counts, not risk: busy places have many crimes because many people pass through."
# Chart column for each column of `area_findings`.
RECORDED = {"crimes": "recorded", "crimes_before": "recorded_before"}


def read_areas(settings: Settings) -> Areas:
    labels = settings.dbt_dir / "seeds" / "borough_labels.csv"
    # Both are inputs of the step, also where another step has prepared the areas.
    note_file(labels)
    read_mart(settings.database, "lsoas")
    return _prepare_areas(settings.database, labels, hash_rows(settings.database, "lsoas"), hash_file(labels))


@lru_cache(maxsize=1)
def _prepare_areas(database: Path, labels: Path, *_content: str | None) -> Areas:
    """Prepare the areas once a run: eight steps draw the same."""
    lsoas = read_mart(database, "lsoas")
    shapes = gpd.GeoSeries.from_wkb(lsoas["geometry_wkb"].map(bytes), crs="EPSG:27700")
    frame = gpd.GeoDataFrame(lsoas.drop(columns="geometry_wkb"), geometry=shapes)
    return prepare_areas(frame, labels=pd.read_csv(labels))


def read_landmarks(settings: Settings) -> gpd.GeoDataFrame:
    """Read stations and parks, for maps that can be zoomed; empty if the data set has none."""
    rows = read_mart(settings.database, "landmarks")
    shapes = gpd.GeoSeries.from_wkb(rows["geometry_wkb"].map(bytes), crs="EPSG:27700")
    return gpd.GeoDataFrame(rows.drop(columns="geometry_wkb"), geometry=shapes)


def read_years(settings: Settings, crimes: list[CrimeType]) -> list[Year]:
    """Read the newest year of each crime type, with its findings and predictions."""
    notes = read_notes(settings)
    counts = read_mart(settings.database, "lsoa_features", columns=[f"crimes_{crime.crime_type}" for crime in crimes])
    analysed = list_analysed(counts, crimes)
    return [_read_year(settings, crime, notes, is_reported=crime in analysed) for crime in crimes]


def _read_year(settings: Settings, crime: CrimeType, notes: MonthNotes, *, is_reported: bool) -> Year:
    # Only one crime type's rows are read, so that changes in another do not redraw this one.
    findings, places, accuracy = (
        read_mart(settings.database, name, {"crime_type": crime.crime_type})
        for name in ("area_findings", "borough_changes", "borough_accuracy")
    )
    is_force = places["place_kind"] == "force"
    last_month = pd.Timestamp(findings["year_ending"].max()).date()
    first_month, year_before = (_months_before(last_month, months) for months in (11, 23))
    changes = notes.find_breaks(crime.crime_type, year_before, last_month)
    return Year(
        crime,
        last_month,
        findings.rename(columns=RECORDED).sort_values("lsoa_code", ignore_index=True),
        is_reported,
        notes.say_provisional(first_month, last_month),
        " ".join(changes["words"]),
        {force: " ".join(changes.loc[changes["force"] == force, "words"]) for force in changes["force"].unique()},
        read_place(settings, crime.crime_type).name,
        places=index_rows(places[~is_force], "place_code"),
        forces=index_rows(places[is_force], "place_code"),
        accuracy=index_rows(accuracy, "place_code"),
        bands=read_bands(settings, crime.crime_type),
    )


def read_reported(settings: Settings, crimes: list[CrimeType]) -> list[Year]:
    """Read the newest year of the crime types that enough areas report."""
    return [year for year in read_years(settings, crimes) if year.is_reported]


def draw_reported(
    context: dg.AssetExecutionContext,
    settings: Settings,
    none: str,
    draw: Callable[[Settings, list[Year]], Mapping[str, Any]],
    *,
    counted: bool = True,
) -> dg.MaterializeResult:
    """Draw pages of the reported types (with those only `counted`) for metadata; without a type, warn of `none`."""
    years = read_reported(settings, read_crime_types(settings.dbt_dir, counted=counted))
    if not years:
        context.log.warning(f"no crime type has a whole year of reported months, so there {none}")
    return dg.MaterializeResult(metadata=draw(settings, years) if years else {"types": 0})


def _months_before(month: dt.date, months: int) -> dt.date:
    return (pd.Timestamp(month) - pd.DateOffset(months=months)).date()


def choose_drawn(context: dg.AssetExecutionContext, settings: Settings, config: HeadlineConfig) -> list[CrimeType]:
    """Return the crime types of this run to draw; the log says how to request the others."""
    require_types(settings, config.crime_types, column="crime_types", remedy="correct the Config")
    crimes = list_chosen_types(context, settings)
    asked = config.crime_types or read_pictures(settings, "crime_types")
    wanted = asked or (FIRST_LOOK if settings.data_set.synthetic else [crime.crime_type for crime in crimes])
    if names := ", ".join(crime.crime_type for crime in crimes if crime.crime_type not in wanted):
        context.log.info(
            f"not drawn: {names}; to draw them too, name them under crime_types, in pictures.yml or the Config"
        )
    return [crime for crime in crimes if crime.crime_type in wanted]


def save_chart(path: Path, chart: Chart, stamp: Stamp, *, with_narrow: bool = True, with_svg: bool = True) -> str:
    """Write a chart, its version for phones and its figures; return its title."""
    narrow = chart.render(narrow=True, terms=stamp.terms) if with_narrow else None
    save_figure(chart.render(terms=stamp.terms), path, stamp, chart.alt, narrow=narrow, with_svg=with_svg)
    save_figures(chart.figures, path)
    return chart.title


def list_titles(titles: Iterable[str]) -> dict[str, dg.MetadataValue]:
    return {"titles": list_lines(titles, "")}


def save_figures(figures: pd.DataFrame, picture: Path) -> None:
    """Write the figures of a picture as CSV beside it."""
    save_file(write_csv(figures, DIGITS), picture.with_suffix(".csv"))


def stamp_year(
    settings: Settings, year: Year, note: str = "", *, is_model: bool = False, has_landmarks: bool = False
) -> Stamp:
    """Return the attribution of a picture of one crime type's year; `note` precedes its provisional months."""
    note = f"{note} {year.provisional}".strip()
    shown = {"is_model": is_model, "has_landmarks": has_landmarks}
    return build_stamp(settings, year.period_label, note=note, crime_type=year.crime.crime_type, **shown)


def find_terms(settings: Settings) -> Terms:
    data_set = settings.data_set
    if data_set.is_of_boroughs:
        return BOROUGHS
    if not data_set.synthetic:
        return AUTHORITIES
    return replace(COUNTRY, whole=AUTHORITIES.whole) if data_set.is_cut else COUNTRY


def build_stamp(
    settings: Settings,
    period_label: str,
    *,
    is_model: bool = False,
    note: str = "",
    crime_type: str = "",
    has_landmarks: bool = False,
) -> Stamp:
    """Return the attribution of a picture.

    `note` is one sentence for the reader, which differences in the source of the figures follow. The figures are of one
    crime type, or of several if it is empty. A picture of a model credits all publishers of its features.
    """
    place, data_set = read_place(settings, crime_type), settings.data_set
    sources: tuple[str, ...]
    sources, licence, area_names = ("made-up figures in the formats of published files",), "", "Made-up areas"
    if not data_set.synthetic:
        vintage = read_vintage(settings)
        credits, licence = read_credits(settings, vintage, is_model, has_landmarks)
        sources, area_names = (*credits, "Contains OS data © Crown copyright"), f"LSOA {vintage} boundaries"
    return Stamp(
        place=place.name,
        is_synthetic=data_set.synthetic,
        period_label=period_label,
        sources=sources,
        licence=licence,
        vintage=area_names,
        note=place.join_note(note),
        next_update="" if data_set.synthetic else say_next_update(settings),
        contact=data_set.contact,
        terms=find_terms(settings),
    )
