"""Files for people who work on: a GeoPackage with shapes, a workbook that explains itself, the dictionary as CSV."""

from pathlib import Path

import dagster as dg
import geopandas as gpd
import pandas as pd

from crime_dagster.core.crime_types import read_crime_types
from crime_dagster.core.dictionary import read_columns
from crime_dagster.core.safe_text import write_csv
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.pictures import YEAR_MARTS, build_stamp, read_reported
from crime_dagster.defs.runtime.reported_place import read_place
from crime_dagster.defs.runtime.steps import step
from crime_dagster.drawing.downloads.download_tables import (
    TypeFigures,
    Word,
    build_area_table,
    build_borough_table,
    list_notes,
    tabulate_words,
)
from crime_dagster.drawing.downloads.geopackage import write_geopackage
from crime_dagster.drawing.downloads.workbook import Sheet, write_workbook
from crime_dagster.drawing.kit.finish import Stamp, save_file
from crime_dagster.drawing.kit.slugs import make_slug
from crime_dagster.drawing.kit.year import Year

MARTS = (*YEAR_MARTS, "boroughs", "borough_years", "city_months", "source_files")
MONTH_COLUMNS = (
    *("month", "crime_type", "areas", "of_areas", "crimes", "crimes_per_day"),
    *("is_complete", "is_provisional", "recording_break"),
)


@step(
    "gallery/downloads",
    "excel",
    "geopackage",
    marts=MARTS,
    description="GeoPackage with layers of areas and boroughs, Excel workbook with notes, sources and units, and "
    "the dictionary of the analysis table.",
)
def downloads(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    years = read_reported(settings, read_crime_types(settings.dbt_dir, counted=True))
    if not years:
        context.log.warning("no crime type has a whole year of reported months, so there is nothing to download")
        return dg.MaterializeResult(metadata={"files": 0})
    areas, words = read_area_table(settings, years)
    stamp = build_stamp(settings, years[0].period_label, is_model=True, note=years[0].provisional)
    folder, name = settings.build_dir / "data", f"{make_slug(settings.data_set.place)}_crime"
    written = [
        _save_geopackage(settings, folder / f"{name}.gpkg", areas, words, stamp),
        save_file(_draft_workbook(settings, years, areas, words, stamp), folder / f"{name}.xlsx"),
        save_file(_draft_dictionary(settings), folder / "lsoa_features_dictionary.csv"),
    ]
    return dg.MaterializeResult(
        metadata={
            "areas": len(areas),
            "columns": len(areas.columns),
            "bytes": dg.MetadataValue.json({path.name: path.stat().st_size for path in written}),
        }
    )


def read_area_table(settings: Settings, years: list[Year]) -> tuple[pd.DataFrame, list[Word]]:
    """A row per area with the figures of some crime types, and the words of its columns."""
    figures = [TypeFigures(year.crime.crime_type, year.crime.label, year.values) for year in years]
    return build_area_table(read_mart(settings.database, "lsoas"), figures)


def _save_geopackage(settings: Settings, path: Path, areas: pd.DataFrame, words: list[Word], stamp: Stamp) -> Path:
    lsoas = read_mart(settings.database, "lsoas", columns=["lsoa_code", "geometry_wkb"]).set_index("lsoa_code")
    shapes = areas.assign(geometry_wkb=areas["lsoa_code"].map(lsoas["geometry_wkb"]))
    notes = pd.DataFrame(list_notes(stamp), columns=["about", "note"])
    return write_geopackage(
        path,
        {"lsoas": _draw_shapes(shapes), "boroughs": _draw_shapes(read_mart(settings.database, "boroughs"))},
        {"columns": tabulate_words(words), "notes": notes},
    )


def _draw_shapes(rows: pd.DataFrame) -> gpd.GeoDataFrame:
    shapes = gpd.GeoSeries.from_wkb(rows["geometry_wkb"].map(bytes), crs="EPSG:27700")
    return gpd.GeoDataFrame(rows.drop(columns="geometry_wkb"), geometry=shapes)


def _draft_workbook(
    settings: Settings, years: list[Year], areas: pd.DataFrame, words: list[Word], stamp: Stamp
) -> bytes:
    units, place = {word.column: word.unit for word in words}, read_place(settings).name
    boroughs = build_borough_table(
        read_mart(settings.database, "boroughs"),
        read_mart(settings.database, "borough_years"),
        [year.crime.crime_type for year in years],
    )
    months = read_mart(settings.database, "city_months", columns=MONTH_COLUMNS).sort_values(["month", "crime_type"])
    months["month"] = pd.to_datetime(months["month"]).dt.strftime("%Y-%m")
    files = read_mart(settings.database, "source_files").sort_values(["publisher", "thing", "file"])
    return write_workbook(
        f"Recorded crime in {place}, {stamp.period_label}",
        list_notes(stamp),
        [
            Sheet("Areas", "A row per small area (LSOA)", areas, units),
            Sheet("Boroughs", "A row per borough; a sum is empty where an area of it is", boroughs, units),
            Sheet(
                "Months",
                f"A row per month and crime type, {place}; no sum where under half of the areas report it",
                months,
                {"crimes_per_day": "crimes a day"},
            ),
            Sheet("Columns", "What the columns of the sheet Areas mean", tabulate_words(words), {}),
            Sheet("Sources", "Every published file that was read", files, {"bytes": "bytes"}),
        ],
    )


def _draft_dictionary(settings: Settings) -> bytes:
    rows = [
        {
            "column": column.name,
            "label": column.label,
            "unit": column.unit,
            "role": column.role,
            "data_type": column.data_type,
            "sources": "; ".join(column.source),
            "vintage": column.vintage,
            "description": " ".join(column.description.split()),
        }
        for column in read_columns(settings.manifest, "lsoa_features")
    ]
    return write_csv(pd.DataFrame(rows))
