"""A page per crime type, their list, and the list of maps."""

from typing import Any

import dagster as dg
import pandas as pd

from crime_dagster.core.safe_text import DIGITS, write_csv
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.pages.borough_pages import describe_what_ifs, link_force_maps, list_pages, read_harm
from crime_dagster.defs.pages.downloads import read_area_table, read_borough_table
from crime_dagster.defs.pages.front_page import SCORES, label_months, list_score, list_type, say_counted
from crime_dagster.defs.runtime.page_pictures import link_file, list_downloads, read_picture, read_pictures
from crime_dagster.defs.runtime.pictures import YEAR_MARTS, build_stamp, draw_reported, stamp_year
from crime_dagster.defs.runtime.reported_place import MAIN_TYPE, read_place
from crime_dagster.defs.runtime.steps import step
from crime_dagster.drawing.kit import cautions
from crime_dagster.drawing.kit.finish import save_file, save_page
from crime_dagster.drawing.kit.navigation import MAPS
from crime_dagster.drawing.kit.page_content import Link
from crime_dagster.drawing.kit.year import CITY, Year
from crime_dagster.drawing.pages.type_page import draw_map_list, draw_type_list, draw_type_page

FOLDER = "types"
# Marts read for one crime type.
TYPE_MARTS = (
    *("hotspot_places", "city_forecasts", "impact_summary", "impact_officers", "seasonal_index", "month_trends"),
    *("near_repeats", "outcome_years", "search_years", "model_summaries"),
)
PICTURES = {
    "map": "charts/{}_map.png",
    "trend": "charts/{}_trend.png",
    "ranked": "charts/{}_ranked.png",
    "cumulative": "charts/{}_cumulative.png",
    "funnel": "charts/{}_funnel.png",
    "calibration": "charts/{}_calibration.png",
    "importance": "charts/{}_importance.png",
    "effects": "charts/{}_effects.png",
    "months": "gifs/{}_by_month.gif",
    "pair": "gifs/{}_actual_and_predicted.gif",
}
# Headings of pictures whose text begins with what they show, not with a finding.
TITLES = {"months": "{}: month by month", "pair": "{}: recorded and predicted"}


@step(
    "gallery/types",
    "html",
    marts=(
        *YEAR_MARTS,
        *TYPE_MARTS,
        *("boroughs", "city_months", "model_scores", "headline_totals", "borough_own_years", "harm", "sources"),
        "forces",
    ),
    after=(
        *("maps/crimes_by_area", "gifs/actual_and_predicted", "gifs/by_month", "gallery/explorer"),
        *(
            f"charts/{name}"
            for name in ("map", "impact", "trend", "cumulative", "funnel", "ranked", "models", "multiples")
        ),
    ),
    description="A page per crime type: trend, map, what changed, where, forecast, what-ifs, model and downloads; "
    "with the list of types and the list of maps.",
)
def types(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    return draw_reported(context, settings, "are no pages of types", _save_types)


def _save_types(settings: Settings, years: list[Year]) -> dict[str, Any]:
    sizes = {year.crime.crime_type: _save_type(settings, year, years) for year in years}
    _save_lists(settings, years)
    return {"pages": len(sizes), "bytes": dg.MetadataValue.json(sizes)}


def _save_type(settings: Settings, year: Year, years: list[Year]) -> int:
    name, build = year.crime.crime_type, settings.build_dir
    for ending, (table, _) in (
        ("", read_area_table(settings, [year])),
        ("_boroughs", read_borough_table(settings, [year])),
    ):
        save_file(write_csv(table, DIGITS), build / "data" / FOLDER / f"{name}{ending}.csv")
    choices = [Link(one.crime.label, f"{one.crime.crime_type}.html", is_current=one is year) for one in years]
    stamp = stamp_year(settings, year, is_model=year.predicted is not None)
    html = draw_type_page(year, read_type_marts(settings, name), stamp, choices=choices, **read_shown(settings, year))
    return save_page(html, build / FOLDER / f"{name}.html").stat().st_size


def read_type_marts(settings: Settings, crime_type: str) -> dict[str, pd.DataFrame]:
    marts = {mart: read_mart(settings.database, mart, {"crime_type": crime_type}) for mart in TYPE_MARTS}
    what_ifs = marts["impact_summary"].sort_values("sort_order")
    return {**marts, "impact_summary": describe_what_ifs(settings, what_ifs)}


def read_shown(settings: Settings, year: Year) -> dict[str, Any]:
    """Return the words, pictures and files of one crime type's page, by argument of `draw_type_page`."""
    build, database, name = settings.build_dir, settings.database, year.crime.crime_type
    chosen = {"crime_type": name}
    place, pages = read_place(settings, name), list_pages(settings)
    months = read_mart(database, "city_months", chosen).dropna(subset="crimes")
    breaks = read_mart(database, "recording_breaks")
    scores = read_mart(database, "model_scores", {**chosen, **SCORES})
    found = {
        key: read_picture(build, file.format(name), TITLES.get(key, "").format(year.crime.label), up="../")
        for key, file in PICTURES.items()
    }
    charts = sorted(build.glob(f"charts/{name}_impact*.png"), key=lambda path: (len(path.stem), path.stem))
    impacts = [path.relative_to(build).as_posix() for path in charts if not path.stem.endswith("-narrow")]
    files = [
        (f"data/{FOLDER}/{name}.csv", f"{year.crime.label} by small area (CSV)", "one row each"),
        (f"data/{FOLDER}/{name}_boroughs.csv", f"{year.crime.label} by borough (CSV)", "one row each"),
    ]
    return {
        "slugs": dict(pages[["borough_code", "slug"]].to_numpy()),
        "late": tuple(filter(None, (*say_counted(settings, year), place.note))),
        "notes": cautions.list_notes(breaks, [name], months["month"]),
        "score": list_score(year, scores) if len(scores) else None,
        "harm": read_harm(settings, CITY) if name == MAIN_TYPE else None,
        "pictures": {key: picture for key, picture in found.items() if picture},
        "impacts": read_pictures(build, [(one, "") for one in impacts], up="../"),
        "map_href": link_file(build, f"maps/{name}.html", "../"),
        "explorer_href": link_file(build, "explorer.html", "../"),
        "downloads": list_downloads(build, files, "../"),
    }


def _save_lists(settings: Settings, years: list[Year]) -> None:
    build, first = settings.build_dir, years[0]
    months = read_mart(settings.database, "city_months").dropna(subset="crimes")
    scores = read_mart(settings.database, "model_scores", SCORES)
    breaks = read_mart(settings.database, "recording_breaks")
    stamp = build_stamp(settings, first.period_label, is_model=True, note=first.provisional)
    picture = read_picture(build, "charts/types_map.png", up="../")
    html = draw_type_list(
        [list_type(build, year, months, scores, breaks, up="../") for year in years],
        stamp,
        months_label=label_months(months),
        picture=picture,
        notes=cautions.list_notes(breaks, [year.crime.crime_type for year in years], months["month"]),
    )
    save_page(html, build / FOLDER / "index.html")
    maps = [
        Link(year.crime.label, f"{year.crime.crime_type}.html")
        for year in years
        if link_file(build, f"maps/{year.crime.crime_type}.html")
    ]
    places = [
        Link(row["place_name"], f"{maps[0].href}#place={code}")
        for code, row in sorted(first.places.items(), key=lambda one: one[1]["place_name"])
        if maps and code != CITY
    ]
    forces = link_force_maps(build, list_pages(settings), first.crime.crime_type, "../")
    save_page(draw_map_list(maps, places, picture, stamp, forces), build / MAPS)
