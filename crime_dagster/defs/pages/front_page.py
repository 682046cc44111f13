"""The front page: its content, read from the marts and from the build folder."""

import calendar
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

from crime_dagster.core.crime_types import read_crime_types
from crime_dagster.core.facts import Row, read_number
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.pages.borough_pages import link_force_maps, list_pages
from crime_dagster.defs.runtime.page_pictures import link_file, list_downloads, read_picture, read_pictures
from crime_dagster.defs.runtime.pictures import YEAR_MARTS, build_stamp, read_reported
from crime_dagster.defs.runtime.reported_place import read_place, read_street_boroughs
from crime_dagster.defs.runtime.steps import step
from crime_dagster.drawing.kit import cautions, words
from crime_dagster.drawing.kit.finish import save_page
from crime_dagster.drawing.kit.navigation import PLACES_FOLDER
from crime_dagster.drawing.kit.page_content import Download, Link
from crime_dagster.drawing.kit.year import CITY, Year
from crime_dagster.drawing.pages.borough_words import title_map, write_title
from crime_dagster.drawing.pages.counted import say_left_out, say_own_years
from crime_dagster.drawing.pages.front_page import draw_front_page, find_forecast, write_lead
from crime_dagster.drawing.pages.headlines import list_city_headlines, list_hotspots
from crime_dagster.drawing.pages.models_content import LIMITS

PAGE_MARTS = (
    *("model_scores", "city_months", "hotspot_places", "boroughs", "city_forecasts"),
    *("headline_totals", "borough_own_years", "impact_unanswered", "postcodes", "file_doubts", "forces"),
)
# Other assets' pictures and pages that it shows or links to.
PARTS = (
    *("maps/crimes_by_area", "gifs/actual_and_predicted", "gifs/by_month"),
    *(f"charts/{name}" for name in ("map", "impact", "trend", "cumulative", "funnel", "ranked", "models", "multiples")),
    *(f"gallery/{name}" for name in ("boroughs", "types", "explorer", "data", "models", "downloads", "places")),
)
BOROUGHS_SHOWN = 8
BASELINE = "linear"
# Rows of `model_scores` that pages show beside a crime type.
SCORES = {"model": "explain", "split": "borough_folds"}
# Other assets' files in the data folder, by name pattern, if they exist.
BUILT_FILES = (
    ("data/*.xlsx", "Excel workbook", "areas, boroughs and months, with notes, units and sources"),
    ("data/*.gpkg", "GeoPackage", "areas and boroughs with their shapes, for QGIS"),
)
# Files written when tables are published.
PUBLISHED_FILES = (
    Download("What each column means, CSV", "data/dictionary.csv", "of every table, with units"),
    Download("Questions and queries", "docs/questions.md", "what analysts ask, with the SQL and the answers"),
    Download("How each table is made", "docs/tables.html", "its SQL, what it is made from and its columns"),
    Download("Analysis table, CSV", "data/lsoa_features.csv", "one row per area: crimes of the year and every feature"),
    Download("Crimes by month, Parquet", "data/lsoa_crimes.parquet", "area, month, crime type"),
    Download("Predictions, Parquet", "data/lsoa_predictions.parquet", "with their 90% ranges"),
    Download("All tables, DuckDB", "crime.duckdb", "the schema marts, read-only"),
    Download("Every file", "files.html", "of this release, with its size"),
)
# Pictures of all crime, each with a heading for when it has no title of its own.
HIGHLIGHTS = (
    ("gifs/{}_actual_and_predicted.gif", "{}: recorded and predicted"),
    ("gifs/{}_by_month.gif", "{}: month by month"),
    ("charts/{}_trend.png", ""),
    ("charts/{}_ranked.png", ""),
    ("charts/{}_cumulative.png", ""),
    ("charts/{}_funnel.png", ""),
    ("charts/types_map.png", ""),
    ("charts/boroughs_trend.png", ""),
)


@step(
    "gallery/index",
    "html",
    marts=(*YEAR_MARTS, *PAGE_MARTS),
    after=PARTS,
    description="The front page of everything that was drawn.",
)
def index(_context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    content = read_front_page(settings)
    path = save_page(draw_front_page(content), settings.build_dir / "index.html")
    return dg.MaterializeResult(metadata={"title": content["title"], "bytes": path.stat().st_size})


def read_front_page(settings: Settings) -> dict[str, Any]:
    """Fill the front page from the marts and the pictures in the build folder."""
    counted = read_reported(settings, read_crime_types(settings.dbt_dir, counted=True))
    modelled = read_crime_types(settings.dbt_dir)
    years = [year for year in counted if year.crime in modelled]
    if not years:
        raise dg.Failure(
            description="No crime type has a whole year of reported months, so there is no page to make. Add a release "
            "of the LSOA crime file that closes the gap.",
            allow_retries=False,
        )
    first, build, database = years[0], settings.build_dir, settings.database
    crime, name = first.crime, first.crime.crime_type
    place = read_place(settings, name)
    scores = read_mart(database, "model_scores", SCORES)
    months = read_mart(database, "city_months").dropna(subset="crimes")
    breaks = read_mart(database, "recording_breaks")
    pages = list_pages(settings)
    last_day = calendar.monthrange(first.last_month.year, first.last_month.month)[1]
    return {
        "title": write_title(place.name, first.city["crimes"], first),
        "crime_type": name,
        "lead": (*write_lead(years, place.name), *filter(None, [place.note])),
        "counted": " ".join(say_counted(settings, first)),
        "doubts": len(read_mart(database, "file_doubts")),
        "stamp": build_stamp(settings, first.period_label, is_model=True, note=first.provisional, crime_type=name),
        "data_to": words.date_words(first.last_month.replace(day=last_day)),
        "headlines": list_city_headlines(years),
        "map_picture": read_picture(build, f"charts/{name}_map.png", title_map(crime.noun_phrase)),
        "map_href": link_file(build, f"maps/{name}.html"),
        "force_maps": link_force_maps(build, pages, name),
        "search_hint": _write_hint(settings, pages),
        "places": f"{PLACES_FOLDER}/",
        "boroughs": _list_highest_boroughs(build, first, pages),
        "types": tuple(list_type(build, year, months, scores, breaks) for year in counted),
        "months_label": label_months(months),
        "notes": cautions.list_notes(breaks, [year.crime.crime_type for year in years], months["month"]),
        "highlights": read_pictures(
            build, [(file.format(name), title.format(crime.label)) for file, title in HIGHLIGHTS]
        ),
        "pairs": read_pictures(build, [(_name_pair(year), year.crime.label) for year in years[1:]]),
        "impacts": read_pictures(
            build,
            [
                (f"charts/{name}_impact.png", crime.label),
                (f"charts/{name}_impact_officers.png", "More police officers"),
                *((f"charts/{year.crime.crime_type}_impact.png", year.crime.label) for year in years[1:]),
            ],
        ),
        "unanswered": _list_unanswered(settings, years),
        "scores": tuple(list_score(year, scores) for year in years),
        "limits": LIMITS[:3],
        "year": first,
        "forecast": find_forecast(
            read_mart(database, "city_forecasts", {"crime_type": name, "model": "forecast_year"})
        ),
        "hotspots": list_hotspots(read_mart(database, "hotspot_places", {"crime_type": name})),
        "downloads": (*list_downloads(build, BUILT_FILES), *PUBLISHED_FILES),
        "data_href": link_file(build, "data.html"),
        "models_href": link_file(build, "models.html"),
        "explorer_href": link_file(build, "explorer.html"),
        "boroughs_href": link_file(build, "boroughs/index.html"),
        "choices": tuple(
            Link(label, href, group=group, group_href=link_file(build, f"boroughs/{group_slug}.html"))
            for label, slug, group, group_slug in pages[["borough_name", "slug", "group", "group_slug"]].to_numpy()
            if (href := link_file(build, f"boroughs/{slug}.html"))
        ),
    }


def say_counted(settings: Settings, year: Year) -> tuple[str, ...]:
    """Return what the headline leaves out, and late boroughs with their own latest year, in sentences."""
    chosen, place = {"crime_type": year.crime.crime_type}, read_place(settings, year.crime.crime_type)
    left_out = read_mart(settings.database, "headline_totals", {**chosen, "place_code": CITY}).to_dict("records")
    own = read_mart(settings.database, "borough_own_years", chosen).to_dict("records") if place.late else []
    late = say_own_years(own, year.crime.count_noun, read_street_boroughs(settings))
    return tuple(filter(None, (say_left_out(left_out), place.late, late)))


def _write_hint(settings: Settings, pages: pd.DataFrame) -> str:
    """Return a search example from this data set."""
    postcodes = read_mart(settings.database, "postcodes", columns=["postcode", "is_live"])
    named = [pages["borough_name"].iloc[-1], *postcodes.loc[postcodes["is_live"], "postcode"].head(1)]
    return f"e.g. {' or '.join(named)}"


def _name_pair(year: Year) -> str:
    return f"gifs/{year.crime.crime_type}_actual_and_predicted.gif"


def label_months(months: pd.DataFrame) -> str:
    """Return the caption of the small lines of months."""
    if months.empty:  # figures by year only
        return "Each month"
    return f"Each month since {words.month_words(pd.to_datetime(months['month']).min().date())}"


def _list_highest_boroughs(build: Path, year: Year, pages: pd.DataFrame) -> tuple[Row, ...]:
    """Return the boroughs with most crime, highest first, if all their areas are known."""
    slugs = dict(pages[["borough_code", "slug"]].to_numpy())
    rows = [row for row in year.places.values() if row["place_code"] != CITY and row["is_complete"]]
    rows.sort(key=lambda row: (-row["crimes"], row["place_code"]))
    return tuple(
        {**row, "href": link_file(build, f"boroughs/{slugs[row['place_code']]}.html")} for row in rows[:BOROUGHS_SHOWN]
    )


def list_type(
    build: Path, year: Year, months: pd.DataFrame, scores: pd.DataFrame, breaks: pd.DataFrame, up: str = ""
) -> Row:
    """Return a crime type for a table of types; `up` leads from the page's folder to the build folder."""
    name, crimes = year.crime.crime_type, year.city["crimes"]
    series = months[months["crime_type"] == name].sort_values("month")
    d2, baseline = _read_score(scores, name, "d2")
    shown = (("map", f"maps/{name}.html"), ("GIF", _name_pair(year)), ("what if", f"charts/{name}_impact.png"))
    pictures = [Link(label, href) for label, file in shown if (href := link_file(build, file, up))]
    return {
        "label": year.crime.label,
        "crime_type": name,
        "crimes": crimes,
        "crimes_before": year.crimes_before,
        "change": year.change(),
        # Crimes per day, oldest first; None is not reported.
        "months": tuple(None if pd.isna(value) else float(value) for value in series["crimes_per_day"]),
        "breaks": cautions.place_breaks(breaks, name, series["month"]),
        "d2": d2,
        "baseline_d2": baseline,
        "page_href": f"{up}types/{name}.html",
        "map_href": link_file(build, f"maps/{name}.html", up),
        "pictures": pictures,
    }


def _list_unanswered(settings: Settings, years: list[Year]) -> tuple[str, ...]:
    """Return unanswered what-ifs of reported types, each with the reason and its types."""
    labels = {year.crime.crime_type: year.crime.label for year in years}
    rows = read_mart(settings.database, "impact_unanswered").sort_values(["sort_order", "reason"])
    about: dict[tuple[str, str], list[str]] = {}
    for name, label in labels.items():
        for pair in rows.loc[rows["crime_type"] == name, ["scenario", "reason"]].itertuples(index=False, name=None):
            about.setdefault(pair, []).append(label)
    return tuple(
        f"{words.capitalise(scenario)} ({'every type' if len(types) == len(labels) else ', '.join(types)}): {reason}"
        for (scenario, reason), types in about.items()
    )


def list_score(year: Year, scores: pd.DataFrame) -> Row:
    """Return the accuracy of a model: in unseen boroughs, of the busiest tenth, and of the 90% range."""
    d2, baseline = _read_score(scores, year.crime.crime_type, "d2")
    covered, _ = _read_score(scores, year.crime.crime_type, "coverage_90")
    return {
        "label": year.crime.label,
        "d2": d2,
        "baseline_d2": baseline,
        "found_pct": year.found_pct(),
        "covered_pct": None if covered is None else 100 * covered,
    }


def _read_score(scores: pd.DataFrame, crime_type: str, metric: str) -> tuple[float | None, float | None]:
    """Return a score of all boroughs together and its baseline's; of several baselines the linear model's."""
    is_asked = (scores["crime_type"] == crime_type) & (scores["metric"] == metric) & scores["borough_code"].isna()
    rows = scores[is_asked].to_dict("records")
    chosen = next((row for row in rows if row["baseline"] == BASELINE), rows[0] if rows else {})
    return read_number(chosen, "value"), read_number(chosen, "baseline_value")
