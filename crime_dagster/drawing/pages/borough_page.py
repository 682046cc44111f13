"""Pages of boroughs and their list: plain HTML that works from a folder, without a network and without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from markupsafe import Markup

from crime_dagster.core.facts import Row, read_number
from crime_dagster.drawing.kit import finish, navigation, words
from crime_dagster.drawing.kit.cautions import list_words
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.page_content import Download, Link, Picture
from crime_dagster.drawing.kit.rendering import hash_script, read_scripts, read_styles, render_template
from crime_dagster.drawing.kit.year import Year
from crime_dagster.drawing.pages import trend_line
from crime_dagster.drawing.pages.borough_content import BoroughPage, BoroughTables, HighestArea
from crime_dagster.drawing.pages.borough_headlines import list_headlines
from crime_dagster.drawing.pages.borough_map import draw_borough_map
from crime_dagster.drawing.pages.borough_rows import (
    list_boroughs,
    list_categories,
    list_highest,
    list_hotspots,
    list_notes,
    list_similar,
    list_types,
    list_what_ifs,
    place_breaks,
)
from crime_dagster.drawing.pages.borough_words import (
    find_rate,
    find_total,
    say_accuracy,
    write_lead,
    write_note,
    write_title,
    write_unreported,
)
from crime_dagster.drawing.pages.trend_line import lay_trend


def build_borough_page(
    tables: BoroughTables,
    areas: Areas,
    code: str,
    city: str,
    *,
    links: Mapping[str, str],
    pair: Picture | None = None,
    pair_is_city: bool = False,
    downloads: Sequence[Download] = (),
) -> BoroughPage:
    """Put together what a borough's page says.

    Args:
        tables: Figures of all boroughs.
        areas: The city's shapes, EPSG:27700.
        code: The borough.
        city: Name of the city.
        links: Crime type to the address of its map, from the page; a type without a map is not in it.
        pair: Recorded and predicted in turn.
        pair_is_city: Whether it shows the whole city.
        downloads: Files about this borough.
    """
    at = list(tables.boroughs["borough_code"]).index(code)
    name, slug = tables.boroughs.loc[tables.boroughs.index[at], ["borough_name", "slug"]]
    first, months = tables.first, tables.list_months(code)
    ours = months[months["crime_type"] == first.crime.crime_type]
    total, row = find_total(first, code), first.places.get(code, {})
    if total is None:
        title, lead = write_unreported(tables, ours, name, read_number(tables.before.get(code, {}), "crimes"))
    else:
        title, lead = write_title(name, total, first), write_lead(first, code, city)
    highest = list_highest(first, code)
    types, spread_pct = list_types(tables, code, months, dict(links))
    similar = list_similar(tables, code)
    return BoroughPage(
        name=name,
        slug=slug,
        title=title,
        lead=lead,
        headlines=list_headlines(tables, code, city) if total is not None else (),
        map=draw_borough_map(areas, code, first.recorded, first.breaks, [one.code for one in highest]),
        map_title=_title_map(first, row),
        map_alt=_describe_map(first, row, name, highest),
        highest=highest,
        trend=lay_trend(
            ours,
            label=f"{first.crime.label}, {name}",
            breaks=place_breaks(tables, first.crime.crime_type, ours),
            provisional=frozenset(pd.to_datetime(ours.loc[ours["is_provisional"].astype(bool), "month"])),
        ),
        types=types if total is not None else (),
        spread_pct=spread_pct,
        categories=list_categories(tables.categories, code),
        notes=list_notes(tables, months),
        hotspots=list_hotspots(tables.hotspots, code),
        similar=list_boroughs(tables, [code, *similar], current=code) if similar and total is not None else (),
        similar_words=_compare(first, code, name, similar),
        what_ifs=list_what_ifs(tables, code),
        errors=say_accuracy(first, code, city),
        note=write_note(tables, months),
        pair=pair if total is not None else None,
        pair_is_city=pair_is_city,
        downloads=tuple(downloads),
        map_href=links.get(first.crime.crime_type, ""),
        previous=_link_page(tables, at - 1),
        following=_link_page(tables, at + 1),
    )


def draw_borough_page(borough: BoroughPage, tables: BoroughTables, stamp: finish.Stamp) -> str:
    """Draw a borough's page.

    Args:
        borough: What it says.
        tables: Figures of all boroughs, for the box to choose another.
        stamp: Place (the city), period, sources, licence; whether the city is made up.

    Returns:
        HTML with its styles, its map and its one small script inside. The same content gives the same bytes.
    """
    script = f"(function () {{\n{read_scripts('play.js')}\n}})();"
    return render_template(
        "borough.html.j2",
        borough=borough,
        first=tables.first.crime,
        period=words.year_to(tables.last_month),
        trend_size=(trend_line.WIDTH, trend_line.HEIGHT),
        choices=_list_choices(tables, borough.slug),
        script=Markup(script),  # noqa: S704 our own file
        script_hash=f"'{hash_script(script)}'",
        **_frame(stamp),
    )


def draw_borough_list(tables: BoroughTables, city: str, stamp: finish.Stamp) -> str:
    """Draw the list of boroughs, by name.

    Args:
        tables: Figures of all boroughs.
        city: Name of the city.
        stamp: As for `draw_borough_page`.
    """
    rows = list_boroughs(tables, list(tables.boroughs["borough_code"]))
    return render_template(
        "boroughs.html.j2",
        title=f"{city}: {len(rows)} boroughs" if len(rows) != 1 else f"{city}: one borough",
        rows=rows,
        noun=words.capitalise(tables.first.crime.count_noun),
        period=words.year_to(tables.last_month),
        is_tested=any(row.change.tone for row in rows),
        **_frame(stamp),
    )


def _frame(stamp: finish.Stamp) -> dict[str, object]:
    return {
        "stamp": stamp,
        "brand": f"{stamp.place} crime map",
        "links": navigation.list_links(navigation.BOROUGHS, up="../"),
        "synthetic_words": finish.SYNTHETIC_WORDS,
        "styles": read_styles("base.css", "index.css", "borough.css"),
    }


def _title_map(year: Year, row: Row) -> str:
    if not read_number(row, "areas_reported"):
        return "No figures to map"
    noun = year.crime.noun_phrase
    return f"Where {noun} {'were' if words.is_plural(noun) else 'was'} recorded"


def _describe_map(year: Year, row: Row, name: str, highest: Sequence[HighestArea]) -> str:
    areas = read_number(row, "areas") or 0
    said = f"Map of {name}: {year.crime.count_noun} in {words.whole_number(areas)} small areas"
    if not highest:
        return f"{said}, none of them reported."
    gaps = areas - row["areas_reported"]
    most = list_words([f"{one.name} ({one.crimes})" for one in highest[:3]])
    unknown = f"; {words.whole_number(gaps)} not reported" if gaps else ""
    return f"{said}, half of them with {words.whole_number(row['median_crimes'])} or fewer; most in {most}{unknown}."


def _compare(year: Year, code: str, name: str, similar: Sequence[str]) -> str:
    rate = find_rate(year, code)
    theirs = [found for one in similar if (found := find_rate(year, one)) is not None]
    if rate is None or not theirs:
        return ""
    low, high = words.whole_number(min(theirs)), words.whole_number(max(theirs))
    span = low if low == high else f"{low} to {high}"
    noun = year.crime.count_noun
    return f"They recorded {span} {noun} per 1,000 residents, {name} {words.whole_number(rate)}."


def _link_page(tables: BoroughTables, at: int) -> Link | None:
    if not 0 <= at < len(tables.boroughs):
        return None
    name, slug = tables.boroughs.loc[tables.boroughs.index[at], ["borough_name", "slug"]]
    return Link(name, f"{slug}.html")


def _list_choices(tables: BoroughTables, current: str) -> list[Link]:
    rows = tables.boroughs[["borough_name", "slug"]].to_numpy()
    return [Link(name, f"{slug}.html", is_current=slug == current) for name, slug in rows]
