"""The tables of the front page: boroughs, crime types, scores of the models, breaks in the recording."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.pages.borough_tables import LSOA_COLUMNS, list_pages
from crime_dagster.defs.runtime.page_pictures import link_file
from crime_dagster.drawing.kit import cautions
from crime_dagster.drawing.kit.hits import hit_share
from crime_dagster.drawing.kit.page_content import BoroughRow, Break, Link, Note, ScoreRow, TypeRow
from crime_dagster.drawing.kit.year import Year
from crime_dagster.drawing.pages.borough_content import BoroughType
from crime_dagster.drawing.pages.borough_words import read_clear

BOROUGHS_SHOWN = 8
BASELINE = "linear"


def pair_of(year: Year) -> str:
    """The GIF of a crime type, recorded and predicted in turn."""
    return f"gifs/{year.crime.crime_type}_actual_and_predicted.gif"


def list_choices(build: Path, lsoas: pd.DataFrame) -> tuple[Link, ...]:
    """Pages of boroughs that are there, by name."""
    rows = list_pages(lsoas)
    links = [
        Link(name, link_file(build, f"boroughs/{slug}.html"))
        for name, slug in rows[["borough_name", "slug"]].to_numpy()
    ]
    return tuple(link for link in links if link.href)


def list_highest_boroughs(settings: Settings, figures: BoroughType) -> tuple[BoroughRow, ...]:
    """Boroughs with the most crime, highest first; only those whose areas are all known."""
    rows = read_mart(settings.database, "borough_years", {"crime_type": figures.crime.crime_type})
    newest = rows[rows["year_ending"] == rows["year_ending"].max()].dropna(subset="crimes")
    before = rows[rows["year_ending"] < rows["year_ending"].max()].set_index("borough_code")["crimes"]
    pages = list_pages(read_mart(settings.database, "lsoas", columns=LSOA_COLUMNS)).set_index("borough_code")["slug"]
    highest = newest.sort_values(["crimes", "borough_code"], ascending=[False, True]).head(BOROUGHS_SHOWN)
    return tuple(
        BoroughRow(
            name=name,
            crimes=crimes,
            crimes_before=_number(before.get(code)),
            is_clear=read_clear(figures.changes.get(code, {}).get("is_clear")),
            href=link_file(settings.build_dir, f"boroughs/{pages[code]}.html"),
        )
        for code, name, crimes in highest[["borough_code", "borough_name", "crimes"]].to_numpy()
    )


def list_type(
    build: Path,
    year: Year,
    figures: BoroughType,
    months: pd.DataFrame,
    scores: pd.DataFrame,
    breaks: pd.DataFrame,
) -> TypeRow:
    """A crime type in the table of types."""
    name = year.crime.crime_type
    series = months[months["crime_type"] == name].sort_values("month")
    first, last = pd.to_datetime(series["month"]).agg(["min", "max"]).dt.date
    crossed = cautions.find_breaks(breaks, name, first, last)
    d2, baseline = _read_score(scores, name, "d2")
    return TypeRow(
        label=year.crime.label,
        crimes=year.recorded.sum(),
        crimes_before=year.crimes_before,
        is_clear=read_clear(figures.city["is_clear"]),
        months=tuple(_number(value) for value in series["crimes_per_day"]),
        breaks=tuple(
            Break(cautions.place_day(day, first), day, title)
            for day, title in zip(crossed["starts_on"], crossed["title"], strict=True)
        ),
        map_href=link_file(build, f"maps/{name}.html"),
        gif_href=link_file(build, pair_of(year)),
        impact_href=link_file(build, f"charts/{name}_impact.png"),
        d2=d2,
        baseline_d2=baseline,
    )


def list_score(year: Year, scores: pd.DataFrame) -> ScoreRow:
    """How good the model of a crime type is."""
    d2, baseline = _read_score(scores, year.crime.crime_type, "d2")
    covered, _ = _read_score(scores, year.crime.crime_type, "coverage_90")
    found = None if year.predicted is None else hit_share(year.recorded, year.predicted)
    return ScoreRow(
        label=year.crime.label,
        d2=d2,
        baseline_d2=baseline,
        found_pct=None if found is None else 100 * found,
        covered_pct=None if covered is None else 100 * covered,
    )


def _read_score(scores: pd.DataFrame, crime_type: str, metric: str) -> tuple[float | None, float | None]:
    rows = scores[(scores["crime_type"] == crime_type) & (scores["metric"] == metric)]
    beside = rows[rows["baseline"] == BASELINE]
    chosen = beside if len(beside) else rows
    if chosen.empty:
        return None, None
    return _number(chosen["value"].iloc[0]), _number(chosen["baseline_value"].iloc[0])


def list_notes(breaks: pd.DataFrame, months: pd.DataFrame, shown: list[str]) -> tuple[Note, ...]:
    """Breaks in the recording of the types that are shown."""
    if months.empty:  # figures by year only
        return ()
    first, last = pd.to_datetime(months["month"]).agg(["min", "max"]).dt.date
    types = [cautions.ALL_TYPES, *shown]
    crossed = pd.concat([cautions.find_breaks(breaks, name, first, last) for name in types]).drop_duplicates()
    return tuple(Note(title, text) for title, text in crossed.sort_values("starts_on")[["title", "words"]].to_numpy())


def _number(value: float | None) -> float | None:
    return None if value is None or pd.isna(value) else float(value)
