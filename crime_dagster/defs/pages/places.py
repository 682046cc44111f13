"""The search index of places, and the page about neighbourhoods."""

from typing import Any

import dagster as dg
import pandas as pd

from crime_dagster.core.dictionary import read_columns
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.pages.borough_pages import FOLDER as BOROUGHS
from crime_dagster.defs.pages.borough_pages import list_pages
from crime_dagster.defs.runtime.page_pictures import link_file
from crime_dagster.defs.runtime.pictures import YEAR_MARTS, build_stamp, draw_reported
from crime_dagster.defs.runtime.reported_place import read_place
from crime_dagster.defs.runtime.steps import step
from crime_dagster.drawing.kit.finish import save_file, save_page
from crime_dagster.drawing.kit.navigation import EXPLORER
from crime_dagster.drawing.kit.year import Year
from crime_dagster.drawing.pages.neighbourhood_page import (
    DATA,
    KINDS,
    PAGE,
    draw_neighbourhood_page,
    write_data,
)
from crime_dagster.drawing.pages.place_index import INDEX, POSTCODES, Places, write_index, write_postcodes

UNORDERED = ("postcodes", "place_traits", "similar_neighbourhoods", "ward_years")
MARTS = (*UNORDERED, "boroughs", "neighbourhoods", "landmarks", "neighbourhood_years", "neighbourhood_months")


@step(
    "gallery/places",
    "html",
    marts=(*YEAR_MARTS, *MARTS),
    after=("maps/crimes_by_area", "gallery/boroughs", "gallery/explorer"),
    description="The index of places that every search box uses, a file of postcodes per outward code, and the page "
    "about neighbourhoods: what was recorded, the trend, what it is like, compared with its borough and the city.",
)
def places(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    return draw_reported(context, settings, "is no page of neighbourhoods", _save_places)


def _save_places(settings: Settings, years: list[Year]) -> dict[str, Any]:
    build, first, places = settings.build_dir, years[0], read_all(settings, years)
    files = {INDEX: write_index(places), DATA: write_data(places)}
    files |= {f"{POSTCODES}/{outward}.js": text for outward, text in write_postcodes(places).items()}
    for name, text in files.items():
        save_file(text.encode("utf-8"), build / name)
    stamp = build_stamp(settings, first.period_label, note=first.provisional, crime_type=first.crime.crime_type)
    save_page(draw_neighbourhood_page(places, stamp), build / PAGE)
    postcodes = places.marts["postcodes"]
    return {
        "neighbourhoods": len(places.marts["neighbourhoods"]),
        "postcodes": int(postcodes["is_live"].sum()),
        "postcodes no longer in use": int((~postcodes["is_live"]).sum()),
        "bytes": {name: len(files[name].encode("utf-8")) for name in (INDEX, DATA)},
    }


def read_all(settings: Settings, years: list[Year]) -> Places:
    """Read the neighbourhood data of the reported crime types."""
    database, build, first = settings.database, settings.build_dir, years[0]
    chosen = {"crime_type": first.crime.crime_type}
    boroughs = list_pages(settings)
    slugs = [slug if link_file(build, f"{BOROUGHS}/{slug}.html") else "" for slug in boroughs["slug"]]
    months = read_mart(database, "neighbourhood_months", chosen).dropna(subset="crimes")
    columns = {column.name: column for column in read_columns(settings.manifest, "lsoa_features")}
    names = [year.crime.crime_type for year in years]
    # A table has no order of rows: without one, the same figures could make other files.
    order = {"neighbourhoods": ["msoa_code"], "neighbourhood_years": ["msoa_code", "crime_type"]}
    return Places(
        name=read_place(settings, first.crime.crime_type).name,
        marts={
            **{name: read_mart(database, name) for name in UNORDERED},
            **{name: read_mart(database, name).sort_values(by, ignore_index=True) for name, by in order.items()},
            "boroughs": boroughs.assign(slug=slugs),
            "lsoas": read_mart(database, "lsoas").drop(columns="geometry_wkb"),
            "landmarks": read_mart(database, "landmarks", {"landmark_type": "station"}),
            "neighbourhood_months": months.assign(month=pd.to_datetime(months["month"]).dt.strftime("%Y-%m")),
            "area_findings": read_mart(database, "area_findings", chosen),
        },
        types=[year.crime for year in years],
        period_label=first.period_label,
        traits=[columns[name] for name in KINDS],
        maps={name: href for name in names if (href := link_file(build, f"maps/{name}.html"))},
        explorer=link_file(build, EXPLORER),
    )
