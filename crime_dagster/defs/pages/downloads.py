"""Files for people who work on: a GeoPackage with shapes, a workbook that explains itself, the dictionary as CSV."""

from pathlib import Path

import dagster as dg
import geopandas as gpd
import pandas as pd

from crime_dagster.core.crime_types import read_crime_types
from crime_dagster.core.csv_text import write_csv
from crime_dagster.core.dictionary import read_columns
from crime_dagster.core.records import noted
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.outlook import read_outlook
from crime_dagster.defs.runtime.partitions import OWNER
from crime_dagster.defs.runtime.pictures import YEAR_MARTS, Year, build_stamp, read_hotspots, read_years
from crime_dagster.defs.runtime.reported_place import read_place
from crime_dagster.defs.runtime.unchanged import recorded
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
from crime_dagster.sources.catalogue.catalogue import load_catalogue

MARTS = (*YEAR_MARTS, "boroughs", "city_months", "lsoa_hotspots", "source_files")


def build_downloads_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """One asset: what is offered for download beside the marts themselves, which `publish` exports."""

    @dg.asset(
        key=["gallery", "downloads"],
        group_name="gallery",
        owners=[OWNER],
        kinds={"python", "excel", "geopackage"},
        deps=[dg.AssetKey(["marts", name]) for name in MARTS],
        description="GeoPackage with layers of areas and boroughs, Excel workbook with notes, sources and units, and "
        "the dictionary of the analysis table.",
    )
    @recorded(settings)
    def downloads(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        years = [year for year in read_years(settings, read_crime_types(settings.dbt_dir)) if year.is_reported]
        if not years:
            context.log.warning("no crime type has a whole year of reported months, so there is nothing to download")
            return dg.MaterializeResult(metadata={"files": 0})
        types = [read_figures(settings, year) for year in years]
        lsoas = read_mart(settings.database, "lsoas")
        residents = years[0].values.set_index("lsoa_code")["residents"]
        areas, words = build_area_table(lsoas, residents, types)
        stamp = build_stamp(settings, years[0].period_label, is_model=True, note=years[0].provisional)
        folder, name = settings.build_dir / "data", f"{make_slug(settings.data_set.place)}_crime"
        notes = pd.DataFrame(list_notes(stamp), columns=["about", "note"])
        written = [
            _save_geopackage(settings, folder / f"{name}.gpkg", areas, words, notes, lsoas),
            save_file(
                _draft_workbook(settings, areas, build_borough_table(areas, types), words, stamp),
                folder / f"{name}.xlsx",
            ),
            save_file(_draft_dictionary(settings), folder / "lsoa_features_dictionary.csv"),
        ]
        return dg.MaterializeResult(
            metadata={
                "areas": len(areas),
                "columns": len(areas.columns),
                "bytes": dg.MetadataValue.json({path.name: path.stat().st_size for path in written}),
            }
        )

    return [downloads]


def read_figures(settings: Settings, year: Year) -> TypeFigures:
    """What a download says of one crime type."""
    return TypeFigures(
        crime_type=year.crime.crime_type,
        label=year.crime.label,
        values=year.values,
        hotspots=read_hotspots(settings, year),
        outlook=read_outlook(settings, year).values,
    )


def _save_geopackage(
    settings: Settings, path: Path, areas: pd.DataFrame, words: list[Word], notes: pd.DataFrame, lsoas: pd.DataFrame
) -> Path:
    boroughs = read_mart(settings.database, "boroughs")
    shapes = areas.merge(lsoas[["lsoa_code", "geometry_wkb"]], on="lsoa_code", how="left")
    return write_geopackage(
        path,
        {"lsoas": _draw_shapes(shapes), "boroughs": _draw_shapes(boroughs)},
        {"columns": tabulate_words(words), "notes": notes},
    )


def _draw_shapes(rows: pd.DataFrame) -> gpd.GeoDataFrame:
    shapes = gpd.GeoSeries.from_wkb(rows["geometry_wkb"].map(bytes), crs="EPSG:27700")
    return gpd.GeoDataFrame(rows.drop(columns="geometry_wkb"), geometry=shapes)


def _draft_workbook(
    settings: Settings, areas: pd.DataFrame, boroughs: pd.DataFrame, words: list[Word], stamp: Stamp
) -> bytes:
    units = {word.column: word.unit for word in words}
    months = read_mart(settings.database, "city_months").sort_values(["month", "crime_type"])
    months["month"] = pd.to_datetime(months["month"]).dt.strftime("%Y-%m")
    place = read_place(settings).name
    return write_workbook(
        f"Recorded crime in {place}, {stamp.period_label}",
        list_notes(stamp),
        [
            Sheet("Areas", "A row per small area (LSOA)", areas, units),
            Sheet("Boroughs", "A row per borough; a sum is empty where an area of it is", boroughs, units),
            Sheet("Months", f"A row per month and crime type, {place}", months, {"crimes_per_day": "crimes a day"}),
            Sheet("Columns", "What the columns of the sheet Areas mean", tabulate_words(words), {}),
            Sheet("Sources", "Every published file that was read", list_sources(settings), {"bytes": "bytes"}),
        ],
    )


@noted()
def list_sources(settings: Settings) -> pd.DataFrame:
    """Source files, each with title, licence and attribution from the catalogue."""
    catalogue = load_catalogue()
    files = read_mart(settings.database, "source_files").sort_values(["publisher", "thing", "file"], ignore_index=True)
    sources = [catalogue[f"{publisher}/{thing}"] for publisher, thing in files[["publisher", "thing"]].to_numpy()]
    for name in ("title", "credit", "licence", "attribution", "vintage", "landing_page"):
        files[name] = [str(getattr(source, name)) for source in sources]
    return files


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
