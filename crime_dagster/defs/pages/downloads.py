"""Files for further analysis: a GeoPackage with shapes, a self-explanatory workbook."""

from pathlib import Path
from typing import Any

import dagster as dg
import geopandas as gpd
import pandas as pd

from crime_dagster.core.dictionary import Column, read_columns
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.pictures import RECORDED, YEAR_MARTS, build_stamp, draw_reported, find_terms
from crime_dagster.defs.runtime.reported_place import read_place
from crime_dagster.defs.runtime.steps import step
from crime_dagster.drawing.downloads.download_tables import (
    AREAS,
    BOROUGHS,
    Word,
    build_table,
    describe_columns,
    list_notes,
    tabulate_words,
)
from crime_dagster.drawing.downloads.workbook import Sheet, write_geopackage, write_workbook
from crime_dagster.drawing.kit.finish import save_file
from crime_dagster.drawing.kit.navigation import make_slug
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.kit.year import Year

MARTS = (*YEAR_MARTS, "boroughs", "city_months", "source_files")
Described = tuple[pd.DataFrame, list[Word]]


@step(
    "gallery/downloads",
    "excel",
    "geopackage",
    marts=MARTS,
    description="GeoPackage with layers of areas and boroughs, and Excel workbook with notes, sources and units.",
)
def downloads(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    return draw_reported(context, settings, "is nothing to download", _save_downloads)


def _save_downloads(settings: Settings, years: list[Year]) -> dict[str, Any]:
    areas, boroughs = read_area_table(settings, years), read_borough_table(settings, years)
    stamp = build_stamp(settings, years[0].period_label, is_model=True, note=years[0].provisional)
    folder, name = settings.build_dir / "data", f"{make_slug(settings.data_set.place)}_crime"
    written = [
        _save_geopackage(settings, folder / f"{name}.gpkg", {"lsoas": areas, "boroughs": boroughs}, stamp),
        save_file(_draft_workbook(settings, areas, boroughs, stamp), folder / f"{name}.xlsx"),
    ]
    sizes = {path.name: path.stat().st_size for path in written}
    return {"areas": len(areas[0]), "columns": len(areas[0].columns), "bytes": dg.MetadataValue.json(sizes)}


def read_area_table(settings: Settings, years: list[Year]) -> Described:
    """Return a row per area with the figures of some crime types, and column descriptions."""
    named = {new: old for old, new in RECORDED.items()}
    figures = [(year.crime, year.values.rename(columns=named)) for year in years]
    words = read_words(settings, "lsoas"), read_words(settings, "area_findings")
    return build_table(AREAS, read_mart(settings.database, "lsoas"), figures, *words)


def read_borough_table(settings: Settings, years: list[Year]) -> Described:
    """Return a row per borough; one with an unreported area has no figures, as they would be partial."""
    rows = {year.crime: pd.DataFrame(list(year.places.values())) for year in years}
    figures = [(crime, found[found["is_complete"].astype(bool)]) for crime, found in rows.items()]
    words = read_words(settings, "boroughs"), read_words(settings, "borough_changes")
    return build_table(BOROUGHS, read_mart(settings.database, "boroughs"), figures, *words)


def read_words(settings: Settings, mart: str) -> dict[str, Column]:
    return {column.name: column for column in read_columns(settings.manifest, mart)}


def _save_geopackage(settings: Settings, path: Path, tables: dict[str, Described], stamp: Stamp) -> Path:
    layers = {
        name: _draw_shapes(settings, table, mart, code)
        for name, mart, code in (("lsoas", "lsoas", "lsoa_code"), ("boroughs", "boroughs", "borough_code"))
        for table in [tables[name][0]]
    }
    words = tabulate_words({name: own for name, (_, own) in tables.items()}, "layer")
    notes = pd.DataFrame(list_notes(stamp), columns=["about", "note"])
    return write_geopackage(path, layers, {"columns": words, "notes": notes})


def _draw_shapes(settings: Settings, table: pd.DataFrame, mart: str, code: str) -> gpd.GeoDataFrame:
    rows = read_mart(settings.database, mart, columns=[code, "geometry_wkb"]).set_index(code)
    shapes = gpd.GeoSeries.from_wkb(table[code].map(rows["geometry_wkb"]).map(bytes), crs="EPSG:27700")
    return gpd.GeoDataFrame(table, geometry=shapes)


def _draft_workbook(settings: Settings, areas: Described, boroughs: Described, stamp: Stamp) -> bytes:
    place = read_place(settings).name
    months = read_mart(settings.database, "city_months").sort_values(["month", "crime_type"])
    months = months.round(dict.fromkeys(months.select_dtypes("float"), 1))
    months = months.assign(month=pd.to_datetime(months["month"]))
    files = read_mart(settings.database, "source_files").sort_values(["publisher", "thing", "file"])
    terms = find_terms(settings)
    parts = terms.say("Boroughs")
    words = {
        "Areas": areas[1],
        parts: boroughs[1],
        "Months": describe_columns(months, read_words(settings, "city_months")),
        "Sources": describe_columns(files, read_words(settings, "source_files")),
    }
    return write_workbook(
        f"Recorded crime in {place}, {stamp.period_label}",
        list_notes(stamp),
        [
            Sheet("Areas", "A row per small area (LSOA)", areas[0]),
            Sheet(parts, terms.say("A row per borough; empty where one of its areas is not reported"), boroughs[0]),
            Sheet(
                "Months",
                f"A row per month and crime type, {place}; no sum where under half of the areas report it",
                months,
            ),
            Sheet("Columns", "Units of the columns of each sheet, and what they mean", tabulate_words(words, "sheet")),
            Sheet("Sources", "Every published file that was read", files),
        ],
    )
