"""What the front page says, read from the marts and from the pictures in the build folder."""

from __future__ import annotations

import calendar

import dagster as dg
import pandas as pd

from crime_dagster.core.crime_types import read_crime_types
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.pages.borough_tables import LSOA_COLUMNS, read_types
from crime_dagster.defs.pages.front_rows import (
    list_choices,
    list_highest_boroughs,
    list_notes,
    list_score,
    list_type,
    pair_of,
)
from crime_dagster.defs.runtime.page_pictures import link_file, list_downloads, read_picture, read_pictures
from crime_dagster.defs.runtime.pictures import build_stamp, read_years
from crime_dagster.defs.runtime.reported_place import read_place
from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.change_words import describe_city_change
from crime_dagster.drawing.kit.page_content import Download, Forecast, Headline, Index
from crime_dagster.drawing.pages import page
from crime_dagster.drawing.pages.borough_content import BoroughType
from crime_dagster.drawing.pages.borough_rows import group_hotspots
from crime_dagster.drawing.pages.borough_words import describe_whole_change, read_clear
from crime_dagster.drawing.pages.front_words import write_forecast, write_lead
from crime_dagster.modelling.kit.change import find_city_change

PAGE_MARTS = ("model_scores", "borough_years", "city_months", "lsoa_hotspots")
HEADLINE_TYPES = ("violent", "theft")
LIMITS = (
    "They say what areas with such features usually have. That is an association, not a cause, and must not "
    "be used to target policing.",
    "They are least accurate in the busiest places: a town centre draws people from elsewhere, and no file counts "
    "them.",
    "They learn from what was reported and recorded, with whatever that leaves out.",
)
# What other assets put into the folder of data, by the pattern of its name, where it is there.
BUILT_FILES = (
    ("data/*.xlsx", "Excel workbook", "areas, boroughs and months, with notes, units and sources"),
    ("data/*.gpkg", "GeoPackage", "areas and boroughs with their shapes, for QGIS"),
    ("data/lsoa_features_dictionary.csv", "What each column means, CSV", "of the analysis table"),
)
# What publishing writes of the tables.
PUBLISHED_FILES = (
    Download("Analysis table, CSV", "data/lsoa_features.csv", "one row per area: crimes of the year and every feature"),
    Download("Crimes by month, Parquet", "data/lsoa_crimes.parquet", "area, month, crime type"),
    Download("Predictions, Parquet", "data/lsoa_predictions.parquet", "with their 90% ranges"),
    Download("All tables, DuckDB", "crime.duckdb", "the schema marts, read-only"),
)
# Pictures of all crime, each with the heading that it has where its own title is none.
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


def read_index(settings: Settings) -> Index:
    """Fill the front page from the marts and from the pictures in the build folder."""
    years = [year for year in read_years(settings, read_crime_types(settings.dbt_dir)) if year.is_reported]
    if not years:
        raise dg.Failure(
            description="No crime type has a whole year of reported months, so there is no page to make. Add a release "
            "of the LSOA crime file that closes the gap.",
            allow_retries=False,
        )
    total, build = years[0], settings.build_dir
    name = total.crime.crime_type
    place = read_place(settings, name)
    scores = read_mart(settings.database, "model_scores", {"model": "explain", "split": "borough_folds"})
    months = read_mart(settings.database, "city_months")
    breaks = read_mart(settings.database, "recording_breaks", {"force": place.force})
    lsoas = read_mart(settings.database, "lsoas", columns=LSOA_COLUMNS)
    hotspots = read_mart(settings.database, "lsoa_hotspots", {"crime_type": name})
    types = read_types(years, lsoas)
    by_code = lsoas.set_index("lsoa_code")
    last_day = calendar.monthrange(total.last_month.year, total.last_month.month)[1]
    return Index(
        title=page.write_title(place.name, total.recorded.sum(), total.last_month, total.crime.count_noun),
        lead=tuple(text for text in (*write_lead(types, place.name), place.late, place.note) if text),
        stamp=build_stamp(settings, total.period_label, is_model=True, note=total.provisional, crime_type=name),
        data_to=words.date_words(total.last_month.replace(day=last_day)),
        headlines=_list_headlines(types),
        map_picture=read_picture(
            build,
            f"charts/{name}_map.png",
            f"Where {total.crime.noun_phrase} {'were' if words.is_plural(total.crime.noun_phrase) else 'was'} recorded",
        ),
        map_href=link_file(build, f"maps/{name}.html"),
        search_hint=f"e.g. {by_code['area_name'][str(total.recorded.idxmax())]}",
        boroughs=list_highest_boroughs(settings, types[0]),
        types=tuple(
            list_type(build, year, figures, months, scores, breaks) for year, figures in zip(years, types, strict=True)
        ),
        months_label=_label_months(months),
        notes=list_notes(breaks, months, [year.crime.crime_type for year in years]),
        highlights=read_pictures(
            build, [(file.format(name), title.format(total.crime.label)) for file, title in HIGHLIGHTS]
        ),
        pairs=read_pictures(build, [(pair_of(year), year.crime.label) for year in years[1:]]),
        impacts=read_pictures(
            build, [(f"charts/{year.crime.crime_type}_impact.png", year.crime.label) for year in years]
        ),
        scores=tuple(list_score(year, scores) for year in years),
        baseline_name="a linear model of the same features",
        limits=LIMITS,
        forecast=_read_forecast(settings, types[0]),
        area_changes=_say_area_changes(hotspots, types[0]),
        hotspots=group_hotspots(hotspots, by_code["borough_name"]),
        downloads=(*list_downloads(build, BUILT_FILES), *PUBLISHED_FILES),
        data_href=link_file(build, "data.html"),
        models_href=link_file(build, "models.html"),
        explorer_href=link_file(build, "explorer.html"),
        boroughs_href=link_file(build, "boroughs/index.html"),
        choices=list_choices(build, lsoas),
    )


def _label_months(months: pd.DataFrame) -> str:
    if months.empty:  # figures by year only
        return "Each month"
    return f"Each month since {words.month_words(pd.to_datetime(months['month']).min().date())}"


def _list_headlines(types: tuple[BoroughType, ...]) -> tuple[Headline, ...]:
    first = types[0]
    chosen = [first, *[figures for figures in types[1:] if figures.crime.crime_type in HEADLINE_TYPES]]
    numbers = []
    for figures in chosen:
        change = describe_whole_change(figures)
        total = words.whole_number(figures.values["recorded"].sum())
        numbers.append(Headline(total, f"{figures.crime.count_noun} in 12 months", change.words, change.tone))
    reported = first.values.dropna(subset=["recorded", "residents"])
    residents = reported["residents"].sum()
    if not residents > 0:
        return tuple(numbers)
    rates = 1000 * (reported["recorded"] / reported["residents"]).where(reported["residents"] > 0)
    half = words.whole_number(rates.median())
    label = f"{first.crime.count_noun} per 1,000 residents"
    rate = words.whole_number(1000 * reported["recorded"].sum() / residents)
    return (*numbers, Headline(rate, label, f"half of areas: {half} or fewer"))


def _say_area_changes(hotspots: pd.DataFrame, figures: BoroughType) -> str:
    if hotspots.empty:
        return ""
    city = find_city_change(hotspots)
    return describe_city_change(
        city.crimes_before,
        city.crimes,
        areas=city.areas,
        areas_up=city.areas_up,
        areas_down=city.areas_down,
        noun_phrase=figures.crime.noun_phrase,
        count_noun=figures.crime.count_noun,
        is_clear=read_clear(figures.city["is_clear"]),
    )


def _read_forecast(settings: Settings, figures: BoroughType) -> Forecast | None:
    chosen = {"crime_type": figures.crime.crime_type, "model": "forecast_year"}
    columns = ["lsoa_code", "published_as", "period_start", "period_end", "actual", "predicted"]
    predictions = read_mart(settings.database, "lsoa_predictions", chosen, columns)
    newest = read_mart(settings.database, "lsoa_features", columns=["year_ending"])["year_ending"].max()
    return write_forecast(figures, predictions, pd.Timestamp(newest))
