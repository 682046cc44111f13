"""Borough pages and their list: plain HTML that works from a folder, without network or JavaScript."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from crime_dagster.core.facts import Row, list_rows, read_number
from crime_dagster.drawing.kit import cautions
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.page_content import Download, Link, Picture
from crime_dagster.drawing.kit.rendering import render_template
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.kit.year import CITY, Year
from crime_dagster.drawing.pages.borough_map import draw_borough_map
from crime_dagster.drawing.pages.borough_tables import BoroughTables, describe_harm
from crime_dagster.drawing.pages.borough_words import (
    compare_rates,
    describe_likeness,
    describe_map,
    title_map,
    write_head,
    write_note,
)
from crime_dagster.drawing.pages.counted import STREET_NOTE, say_left_out
from crime_dagster.drawing.pages.headlines import list_borough_headlines, list_hotspots
from crime_dagster.drawing.pages.month_lines import Sparkline, draw_sparkline, draw_trend, find_spread

MOST_AREAS = 10
MOST_CATEGORIES = 10


def draw_borough_page(
    tables: BoroughTables,
    areas: Areas,
    code: str,
    stamp: Stamp,
    *,
    links: Mapping[str, str],
    pair: Picture | None = None,
    pair_is_city: bool = False,
    films: Sequence[Picture] = (),
    downloads: Sequence[Download] = (),
) -> str:
    """Draw a borough's page: self-contained HTML with its styles, its map and one small script.

    `links` has the address of each crime type's map, if there is one; `pair` is the GIF of recorded and predicted, of
    the whole city if `pair_is_city`, and `films` are the borough's other animations.
    """
    boroughs = list_rows(tables.boroughs)
    pages = [
        Link(row["borough_name"], f"{row['slug']}.html", group=row["group"], group_href=f"{row['group_slug']}.html")
        for row in boroughs
    ]
    at = [row["borough_code"] for row in boroughs].index(code)
    is_late, types = code in tables.late, tables.late.get(code, tables.types)
    name, first, months = pages[at].label, types[0], tables.list_months(code)
    ours = months[months["crime_type"] == first.crime.crime_type]
    breaks = tables.find_breaks(months)
    is_known = first.total(code) is not None
    title, lead = write_head(tables, ours, code, name, stamp.place)
    highest, (lines, spread) = list_highest(first, code), draw_lines(tables, types, months)
    nearest = [row["similar_borough_code"] for row in list_rows(tables.similar, "place", borough_code=code)]
    similar = [one for one in nearest if tables.first.total(one) is not None]
    return render_template(
        "borough.html.j2",
        stamp=stamp,
        title=title,
        name=name,
        force=pages[at] if pages[at].group else None,
        code=code,
        year=first,
        crime=first.crime,
        lead=lead,
        choices=[replace(page, is_current=page is pages[at]) for page in pages if page.group == pages[at].group],
        headlines=list_borough_headlines(types, code, "" if is_late else stamp.place) if is_known else (),
        is_late=is_late,
        counted=" ".join(
            filter(None, (say_left_out(tables.totals.get(code, ())), STREET_NOTE if code in tables.from_street else ""))
        ),
        map=draw_borough_map(areas, code, first.recorded, first.breaks, [row["lsoa_code"] for row in highest]),
        map_title=title_map(first.crime.noun_phrase) if highest else "No figures to map",
        map_alt=describe_map(first, code, name, highest),
        highest=highest,
        every=list_rows(first.values, "area_name", "lsoa_code", borough_code=code) if is_known else (),
        trend=draw_trend(ours, first.crime, name, breaks),
        types=list(zip(types, lines, strict=True)) if is_known else (),
        spread_pct=round(100 * spread),
        categories=list_rows(
            # A borough without a current year has no ranks.
            tables.categories[tables.categories["rank"] <= MOST_CATEGORIES],
            "rank",
            "minor_category",
            borough_code=code,
        ),
        harm=describe_harm(tables.harm, code),
        forecast=next(iter(list_rows(tables.forecasts.dropna(subset="lower_90"), borough_code=code)), None),
        notes=cautions.list_notes(
            breaks, [year.crime.crime_type for year in tables.types], months.loc[months["crimes"].notna(), "month"]
        ),
        hotspots=list_hotspots(tables.hotspots, code),
        similar=[row for row in boroughs if row["borough_code"] in (code, *similar)]
        if similar and is_known and not is_late
        else (),
        similar_words=f"{describe_likeness(tables.traits, 'borough')} {compare_rates(first, code, name, similar)}",
        what_ifs=list_rows(
            tables.what_ifs.assign(size=tables.what_ifs["change_pct"].abs()), "-size", "scenario", borough_code=code
        ),
        errors=first.accuracy.get(code, {}),
        note=write_note(tables, months),
        pair=pair if is_known and not is_late else None,
        pair_is_city=pair_is_city,
        films=films,
        downloads=downloads,
        map_links=links,
        previous=pages[at - 1] if at else None,
        following=pages[at + 1] if at + 1 < len(pages) else None,
    )


def draw_borough_list(tables: BoroughTables, stamp: Stamp) -> str:
    street = [row["borough_name"] for row in list_rows(tables.boroughs) if row["borough_code"] in tables.from_street]
    return render_template(
        "boroughs.html.j2",
        stamp=stamp,
        street=cautions.list_words(street) if len(street) < len(tables.boroughs) else "",
        rows=[(row, tables.late.get(row["borough_code"], tables.types)[0]) for row in list_rows(tables.boroughs)],
        year=tables.first,
        has_people=read_number(tables.first.city, "workers") is not None,
    )


def list_highest(year: Year, code: str) -> Sequence[Row]:
    """Return the areas of a borough or `CITY` with most crime."""
    place = {} if code == CITY else {"borough_code": code}
    return list_rows(year.values.dropna(subset=["recorded"]), "-recorded", "lsoa_code", **place)[:MOST_AREAS]


def draw_lines(
    tables: BoroughTables, types: Sequence[Year], months: pd.DataFrame
) -> tuple[list[Sparkline | None], float]:
    """Draw a small line of a borough's months per crime type; return them and their common scale."""
    breaks = tables.find_breaks(months)
    rows = [months[months["crime_type"] == year.crime.crime_type] for year in types]
    values = [[None if pd.isna(value) else float(value) for value in own["crimes_per_day"]] for own in rows]
    spread = find_spread(values)
    lines = [
        draw_sparkline(
            line,
            spread,
            label=year.crime.label,
            breaks=cautions.place_breaks(breaks, year.crime.crime_type, own["month"]),
        )
        for year, own, line in zip(types, rows, values, strict=True)
    ]
    return lines, spread
