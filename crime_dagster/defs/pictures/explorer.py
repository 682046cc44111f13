"""The explorer: every type, month and area on one page."""

from dataclasses import replace
from typing import Any

import dagster as dg
import pandas as pd

from crime_dagster.core.dictionary import Column, read_columns
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.history import MONTH_MARTS, read_borough_months, read_history
from crime_dagster.defs.runtime.pictures import build_stamp, draw_reported, read_areas, read_landmarks
from crime_dagster.defs.runtime.reported_place import read_forces
from crime_dagster.defs.runtime.steps import step
from crime_dagster.drawing.kit.finish import save_page
from crime_dagster.drawing.kit.navigation import EXPLORER, PLACES_FOLDER
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.kit.year import Year
from crime_dagster.drawing.maps.explorer import draw_explorer
from crime_dagster.drawing.maps.explorer_content import Explorer, ExplorerType, Fact
from crime_dagster.drawing.maps.map_data import encode_landmarks
from crime_dagster.drawing.maps.regions import divide, draw_region_index, is_too_large, link_regions

# The first questions about a place; those that a data set can answer are listed in this order.
FACTS = (
    *("residents", "people_per_km2", "imd_decile", "income_deprivation_pct", "household_income_gbp", "house_price_gbp"),
    *("private_rented_pct", "aged_20_to_29_pct", "ptal_index", "pubs", "food_places", "unemployed_pct"),
)


@step(
    "gallery/explorer",
    "html",
    marts=(*MONTH_MARTS, "similar_areas", "borough_months", "boroughs", "landmarks"),
    description="One page to choose a crime type, a measure, a month and an area; its link saves the choices.",
)
def explorer(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    return draw_reported(context, settings, "is no explorer", _save_explorer, counted=False)


def _save_explorer(settings: Settings, years: list[Year]) -> dict[str, Any]:
    content = read_explorer(settings, years)
    regions, stem = divide(content.areas, content.forces), EXPLORER.removesuffix(".html")
    for region in regions:
        changes = years[0].force_changes.get(region.force, "") if region.force else years[0].changes
        own = replace(content, stamp=_stamp(settings, years[0], changes))
        page = draw_explorer(own, region, link_regions(regions, stem, content.stamp.place, region))
        save_page(page, settings.build_dir / region.name_page(stem))
    page = (
        draw_region_index(content.areas, regions, content.stamp, stem=stem, title="Explorer", current=EXPLORER)
        if is_too_large(content.areas)
        else draw_explorer(content, None, link_regions(regions, stem, content.stamp.place, None))
    )
    path = save_page(page, settings.build_dir / EXPLORER)
    return {"types": len(content.types), "bytes": path.stat().st_size, "regions": len(regions)}


def read_explorer(settings: Settings, years: list[Year]) -> Explorer:
    """Read the data of the page for at least one crime type."""
    areas, first = read_areas(settings), years[0]
    features = read_mart(settings.database, "lsoa_features").set_index("lsoa_code")
    values = first.values.set_index("lsoa_code")
    return Explorer(
        areas=areas,
        types=tuple(_read_type(settings, year) for year in years),
        residents=values["residents"],
        area_km2=values["area_km2"],
        facts=_list_facts(settings, features),
        similar=_read_similar(settings),
        year_label=first.period_label,
        stamp=_stamp(settings, first, first.changes),
        landmarks=encode_landmarks(read_landmarks(settings)),
        places=f"{PLACES_FOLDER}/",
        forces=read_forces(settings),
    )


def _stamp(settings: Settings, year: Year, changes: str) -> Stamp:
    note = f"{year.provisional} {changes}".strip()
    return build_stamp(settings, year.period_label, note=note, crime_type=year.crime.crime_type, has_landmarks=True)


def _read_type(settings: Settings, year: Year) -> ExplorerType:
    history = read_history(settings, year.crime)
    return ExplorerType(year, None if history is None else history.months, read_borough_months(settings, year.crime))


def _read_similar(settings: Settings) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    rows = read_mart(settings.database, "similar_areas").sort_values(["lsoa_code", "place"])
    for code, other in rows[["lsoa_code", "similar_lsoa_code"]].to_numpy():
        found.setdefault(code, []).append(other)
    return found


def _list_facts(settings: Settings, features: pd.DataFrame) -> tuple[Fact, ...]:
    columns = {column.name: column for column in read_columns(settings.manifest, "lsoa_features")}
    known = [name for name in FACTS if name in features and features[name].notna().any()]
    return tuple(
        Fact(columns[name].label, columns[name].unit, features[name].astype(float), _date_fact(columns[name], features))
        for name in known
    )


def _date_fact(column: Column, features: pd.DataFrame) -> str:
    """Return the period of a fact: for residents the year of the estimate itself."""
    if (
        column.name in ("residents", "people_per_km2")
        and "residents_year" in features
        and features["residents_year"].notna().any()
    ):
        return f"mid-{int(features['residents_year'].max())}"
    return column.vintage
