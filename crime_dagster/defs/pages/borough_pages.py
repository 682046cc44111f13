"""A page per borough, and the list of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

from crime_dagster.core.dictionary import read_columns
from crime_dagster.core.facts import Row, index_rows
from crime_dagster.core.places import name_force_area
from crime_dagster.core.safe_text import DIGITS, write_csv
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.pages.downloads import read_area_table
from crime_dagster.defs.runtime.page_pictures import link_file, list_downloads, read_picture, read_pictures
from crime_dagster.defs.runtime.pictures import YEAR_MARTS, build_stamp, draw_reported, read_areas
from crime_dagster.defs.runtime.reported_place import read_place, read_street_boroughs
from crime_dagster.defs.runtime.steps import step
from crime_dagster.drawing.kit.finish import save_file, save_page
from crime_dagster.drawing.kit.navigation import make_slug, make_slugs
from crime_dagster.drawing.kit.page_content import Link, Picture
from crime_dagster.drawing.kit.year import Year
from crime_dagster.drawing.pages.borough_page import draw_borough_list, draw_borough_page
from crime_dagster.drawing.pages.borough_tables import BoroughTables, HarmTables
from crime_dagster.drawing.pages.borough_words import describe_amount
from crime_dagster.drawing.pages.force_page import draw_force_page
from crime_dagster.modelling.what_if.scenarios import RELATIVE

FOLDER = "boroughs"
PAIR = "actual_and_predicted.gif"
BOROUGH_MARTS = (
    *("boroughs", "borough_months", "borough_years", "hotspot_places", "impact_boroughs", "similar_boroughs"),
    *("borough_category_years", "borough_forecasts", "headline_totals", "borough_own_years", "lsoa_own_years"),
    *("harm", "sources", "force_months", "forces", "place_traits"),
)


@step(
    "gallery/boroughs",
    "html",
    marts=(*YEAR_MARTS, *BOROUGH_MARTS),
    after=("maps/crimes_by_area", "gallery/explorer", "gifs/actual_and_predicted", "gifs/by_month"),
    description="A page per borough: its map, highest areas, trend, types of crime, hot spots, similar boroughs "
    "and what-ifs, compared with the city's figures. A page per police force where several have boroughs.",
)
def boroughs(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    return draw_reported(context, settings, "are no pages of boroughs", _save_boroughs)


def _save_boroughs(settings: Settings, years: list[Year]) -> dict[str, Any]:
    tables = read_borough_tables(settings, years)
    _save_figures(settings, tables, years)
    sizes = _save_pages(settings, tables, years[0])
    return {"pages": len(sizes), "bytes": dg.MetadataValue.json(sizes)}


def _save_figures(settings: Settings, tables: BoroughTables, years: list[Year]) -> None:
    areas, _ = read_area_table(settings, years)
    for code, slug in tables.boroughs[["borough_code", "slug"]].to_numpy():
        content = write_csv(areas[areas["borough_code"] == code], DIGITS)
        save_file(content, settings.build_dir / "data" / FOLDER / f"{slug}.csv")


def _save_pages(settings: Settings, tables: BoroughTables, first: Year) -> dict[str, int]:
    build, areas = settings.build_dir, read_areas(settings)
    stamp = build_stamp(
        settings, first.period_label, is_model=first.predicted is not None, crime_type=first.crime.crime_type
    )
    types = [figures.crime.crime_type for figures in tables.types]
    links = {name: href for name in types if (href := link_file(build, f"maps/{name}.html", "../"))}
    sizes = {}
    for code, name, slug in tables.boroughs[["borough_code", "borough_name", "slug"]].to_numpy():
        own = _read_pair(settings, f"{slug}_{first.crime.crime_type}", f"{first.crime.label}, {name}")
        files = [(f"data/{FOLDER}/{slug}.csv", f"Small areas in {name} (CSV)", "one row each")]
        html = draw_borough_page(
            tables,
            areas,
            code,
            stamp,
            links=links,
            pair=own or _read_pair(settings, first.crime.crime_type, f"{first.crime.label}, {stamp.place}"),
            pair_is_city=own is None,
            films=_read_films(build, slug, tables.types),
            downloads=list_downloads(build, files, "../"),
        )
        sizes[slug] = save_page(html, build / FOLDER / f"{slug}.html").stat().st_size
    for force, slug in tables.boroughs.query("group != ''")[["group", "group_slug"]].drop_duplicates().to_numpy():
        map_href, explorer_href = (
            link_force_page(build, stem, force, "../") for stem in (f"maps/{types[0]}", "explorer")
        )
        html = draw_force_page(tables, force, stamp, map_href, explorer_href)
        sizes[slug] = save_page(html, build / FOLDER / f"{slug}.html").stat().st_size
    stamp = replace(stamp, note=f"{first.provisional} {stamp.note}".strip())
    save_page(draw_borough_list(tables, stamp), build / FOLDER / "index.html")
    return sizes


def _read_pair(settings: Settings, start: str, title: str) -> Picture | None:
    return read_picture(settings.build_dir, f"gifs/{start}_{PAIR}", title, up="../")


def _read_films(build: Path, slug: str, years: Sequence[Year]) -> tuple[Picture, ...]:
    """Return a borough's animations except the pair of its first type, which is shown separately."""
    names = [
        (f"gifs/{slug}_{year.crime.crime_type}_{kind}.gif", f"{year.crime.label}: {said}")
        for year in years
        for kind, said in (("by_month", "month by month"), ("actual_and_predicted", "recorded and predicted"))
    ]
    return read_pictures(build, [one for one in names if one[0] != names[1][0]], up="../")


def read_borough_tables(settings: Settings, years: list[Year]) -> BoroughTables:
    database, chosen = settings.database, {"crime_type": years[0].crime.crime_type}
    place = read_place(settings, years[0].crime.crime_type)
    totals = read_mart(database, "borough_years", chosen)
    return BoroughTables(
        boroughs=list_pages(settings).query("borough_code in @place.borough_codes"),
        types=tuple(years),
        months=read_mart(database, "borough_months"),
        breaks=read_mart(database, "recording_breaks"),
        force=place.force,
        before=index_rows(totals[~totals["is_current"]], "borough_code"),
        totals=_list_totals(settings, chosen),
        late=_read_late(settings, years),
        from_street=read_street_boroughs(settings),
        hotspots=read_mart(database, "hotspot_places", chosen),
        what_ifs=describe_what_ifs(settings, read_mart(database, "impact_boroughs", chosen)),
        similar=read_mart(database, "similar_boroughs"),
        traits=read_mart(database, "place_traits"),
        categories=read_mart(database, "borough_category_years"),
        forecasts=read_mart(database, "borough_forecasts", {**chosen, "model": "forecast_year"}).query("is_future"),
        harm=read_harm(settings, "borough"),
        force_months=read_mart(database, "force_months"),
    )


def _list_totals(settings: Settings, chosen: dict[str, str]) -> dict[str, list[Row]]:
    found = defaultdict[str, list[Row]](list)
    for row in read_mart(settings.database, "headline_totals", chosen).to_dict("records"):
        found[row["place_code"]].append(row)
    return found


def _read_late(settings: Settings, years: list[Year]) -> dict[str, tuple[Year, ...]]:
    """Return late boroughs, each in its own latest year, if its first crime type has one."""
    rows, areas = (read_mart(settings.database, f"{level}_own_years") for level in ("borough", "lsoa"))
    found = defaultdict[str, list[Year]](list)
    for year in years:
        name = year.crime.crime_type
        for row in rows[rows["crime_type"] == name].to_dict("records"):
            inside = year.values.loc[year.values["borough_code"] == row["borough_code"], "lsoa_code"]
            own = areas[(areas["crime_type"] == name) & areas["lsoa_code"].isin(inside)]
            found[row["borough_code"]].append(year.at_own_year(row, own))
    return {code: tuple(own) for code, own in found.items() if own[0].crime == years[0].crime}


def read_harm(settings: Settings, place_kind: str) -> HarmTables:
    """Return the harm of boroughs or the city, and where the weights are published."""
    rows = read_mart(settings.database, "harm", {"place_kind": place_kind})
    sources = read_mart(settings.database, "sources", {"publisher": "ons", "thing": "crime_severity"}, ["landing_page"])
    return HarmTables(rows, str(sources["landing_page"].iloc[0]))


def list_pages(settings: Settings) -> pd.DataFrame:
    """Return boroughs by group and name with the addresses of pages: borough_code, borough_name, force, group, slug."""
    rows = read_mart(settings.database, "boroughs", columns=["borough_code", "borough_name", "force", "force_group"])
    rows = rows.assign(group=rows.pop("force_group").fillna(""))
    rows = rows.sort_values(["group", "borough_name", "borough_code"])
    return rows.assign(
        slug=make_slugs(rows["borough_name"], rows["borough_code"]), group_slug="force-" + rows["group"].map(make_slug)
    )


def link_force_maps(build: Path, pages: pd.DataFrame, crime_type: str, up: str = "") -> tuple[Link, ...]:
    """Return the maps of a crime type of each police force, given the rows of `list_pages`."""
    return tuple(
        Link(name_force_area(force), href)
        for force in pages["group"].unique()
        if force and (href := link_force_page(build, f"maps/{crime_type}", force, up))
    )


def link_force_page(build: Path, stem: str, force: str, up: str) -> str:
    """Return the address of a force's page, given that of the whole place without its ending.

    Of a force too large for one page it is the list of its pages in the index.
    """
    own = f"{stem}-{make_slug(force)}"
    if href := link_file(build, f"{own}.html", up):
        return href
    return f"{up}{stem}.html#region-{make_slug(force)}-1" if link_file(build, f"{own}-1.html") else ""


def describe_what_ifs(settings: Settings, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of what-ifs with `detail`: the change, in words."""
    columns = {column.name: column for column in read_columns(settings.manifest, "lsoa_features")}
    details = [
        describe_amount(columns[feature].label, change, unit="" if kind == RELATIVE else columns[feature].unit)
        for feature, change, kind in rows[["feature", "change", "kind"]].to_numpy()
    ]
    return rows.assign(detail=details)
