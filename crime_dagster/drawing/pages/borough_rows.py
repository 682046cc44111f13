"""The tables of a borough's page, row by row, ready to print."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from crime_dagster.core.facts import Row, read_flag, read_number
from crime_dagster.drawing.kit import cautions, words
from crime_dagster.drawing.kit.change_words import describe_change
from crime_dagster.drawing.kit.page_content import Break, HotSpots, Note
from crime_dagster.drawing.kit.year import Year
from crime_dagster.drawing.pages.borough_content import (
    BoroughLine,
    BoroughTables,
    CategoryLine,
    HighestArea,
    TypeLine,
    WhatIf,
)
from crime_dagster.drawing.pages.borough_words import (
    describe_place_change,
    describe_whole_change,
    find_breaks,
    find_rate,
    find_total,
    write_range,
)
from crime_dagster.drawing.pages.sparkline import draw_sparkline, find_spread

MOST_AREAS = 10
MOST_SPREAD = 1.0
MOST_CATEGORIES = 10
HOTSPOT_MEANINGS = (
    ("persistent", "hot in every half-year"),
    ("emerging", "new this year"),
    ("intermittent", "hot in some half-years"),
    ("former", "no longer a hot spot"),
)


def list_highest(year: Year, code: str) -> tuple[HighestArea, ...]:
    """The areas of a borough with most crime, each with its rank in the city and what a model expects."""
    rows = year.values[year.values["borough_code"] == code].dropna(subset=["recorded"])
    rows = rows.sort_values(["recorded", "lsoa_code"], ascending=[False, True]).head(MOST_AREAS)
    return tuple(_write_area(number, row) for number, row in enumerate(rows.to_dict("records"), start=1))


def list_types(
    tables: BoroughTables, code: str, months: pd.DataFrame, links: dict[str, str]
) -> tuple[tuple[TypeLine, ...], int]:
    """A row per crime type, with a small line of its months; all lines have one scale.

    Args:
        tables: Figures of all boroughs.
        code: The borough.
        months: Its months.
        links: Crime type to the address of its map.

    Returns:
        The rows, and what the edges of the lines are, per cent of the row's average.
    """
    series = {year.crime.crime_type: months[months["crime_type"] == year.crime.crime_type] for year in tables.types}
    values = {name: _list_values(rows) for name, rows in series.items()}
    # One carnival a year would flatten every other line.
    spread = min(find_spread(list(values.values())), MOST_SPREAD)
    lines = []
    for year in tables.types:
        name, label = year.crime.crime_type, year.crime.label
        breaks = place_breaks(tables, name, series[name])
        lines.append(
            TypeLine(
                label=label,
                crimes=words.whole_number(find_total(year, code)),
                change=describe_place_change(year, code),
                city_change=describe_whole_change(year),
                line=draw_sparkline(values[name], spread, label=label, breaks=breaks),
                map_href=links.get(name, ""),
            )
        )
    return tuple(lines), round(100 * spread)


def place_breaks(tables: BoroughTables, crime_type: str, months: pd.DataFrame) -> tuple[Break, ...]:
    """Breaks in the recording of a line of months, in months from its first."""
    if months.empty:
        return ()
    first, last = (pd.Timestamp(months["month"].agg(which)).date() for which in ("min", "max"))
    crossed = find_breaks(tables, months, crime_type, first, last)
    return tuple(
        Break(cautions.place_day(day, first), day, title)
        for day, title in zip(crossed["starts_on"], crossed["title"], strict=True)
    )


def list_notes(tables: BoroughTables, months: pd.DataFrame) -> tuple[Note, ...]:
    """Breaks in the recording of all types that a borough's months cross."""
    known = months.dropna(subset=["crimes"])
    if known.empty:
        return ()
    first, last = (pd.Timestamp(known["month"].agg(which)).date() for which in ("min", "max"))
    names = [cautions.ALL_TYPES, *(year.crime.crime_type for year in tables.types)]
    crossed = pd.concat([find_breaks(tables, months, name, first, last) for name in names]).drop_duplicates()
    return tuple(Note(title, text) for title, text in crossed.sort_values("starts_on")[["title", "words"]].to_numpy())


def list_hotspots(hotspots: pd.DataFrame, code: str = "") -> tuple[HotSpots, ...]:
    """Hot spots by class, each place with its number of areas, most areas first.

    Args:
        hotspots: Rows of `marts.hotspot_places` of a crime type; may be empty.
        code: A borough, whose neighbourhoods are the places; empty for the city and its boroughs.
    """
    if hotspots.empty:
        return ()
    name = "neighbourhood" if code else "borough_name"
    ours = hotspots[hotspots["borough_code"] == code] if code else hotspots
    ours = ours[ours["neighbourhood"].notna() == bool(code)]
    ours = ours.sort_values(["areas", name], ascending=[False, True])
    found = []
    for kind, meaning in HOTSPOT_MEANINGS:
        rows = ours[ours["hotspot_class"] == kind]
        places = [f"{place} ({areas})" for place, areas in rows[[name, "areas"]].to_numpy()]
        if places:
            found.append(HotSpots(kind, meaning, cautions.list_words(places), int(rows["areas"].sum())))
    return tuple(found)


def list_categories(categories: pd.DataFrame, code: str) -> tuple[CategoryLine, ...]:
    """The minor categories of a borough with most crimes in the year, most first."""
    if categories.empty:
        return ()
    rows = categories[(categories["borough_code"] == code) & (categories["rank"] <= MOST_CATEGORIES)]
    return tuple(
        CategoryLine(name, words.whole_number(crimes), "not known" if pd.isna(before) else words.whole_number(before))
        for name, crimes, before in rows.sort_values(["rank", "minor_category"])[
            ["minor_category", "crimes", "crimes_before"]
        ].to_numpy()
    )


def list_boroughs(tables: BoroughTables, codes: Sequence[str], current: str = "") -> tuple[BoroughLine, ...]:
    """Boroughs by name, with number, rate and change.

    Args:
        tables: Figures of all boroughs.
        codes: Which of them.
        current: The one whose page it is.
    """
    rows = tables.boroughs[tables.boroughs["borough_code"].isin(list(codes))]
    return tuple(
        BoroughLine(
            name=name,
            href=f"{slug}.html",
            crimes=words.whole_number(find_total(tables.first, code)),
            rate=words.whole_number(find_rate(tables.first, code)),
            change=describe_place_change(tables.first, code),
            is_current=code == current,
        )
        for code, name, slug in rows[["borough_code", "borough_name", "slug"]].to_numpy()
    )


def list_similar(tables: BoroughTables, code: str) -> list[str]:
    """Codes of the boroughs that are most similar to one, of those whose areas are all known; most similar first."""
    if tables.similar.empty:
        return []
    rows = tables.similar[tables.similar["borough_code"] == code].sort_values("place")
    return [one for one in rows["similar_borough_code"] if find_total(tables.first, one) is not None]


def list_what_ifs(tables: BoroughTables, code: str) -> tuple[WhatIf, ...]:
    """What-ifs in a borough, largest change first; the range is the city's, for a borough has none of its own."""
    if tables.what_ifs.empty:
        return ()
    rows = tables.what_ifs[tables.what_ifs["borough_code"] == code]
    rows = rows.assign(size=-rows["change_pct"].abs()).sort_values(["size", "scenario"])
    return tuple(
        WhatIf(
            name=words.capitalise(str(row["scenario"])),
            detail=str(row["detail"]),
            areas=words.whole_number(row["areas"]),
            here=words.percent(row["change_pct"], signed=True),
            city=words.percent(row["city_change_pct"], signed=True),
            city_range=f"{words.percent(row['city_lower_90'], signed=True)} to "
            f"{words.percent(row['city_upper_90'], signed=True)}"
            + ("; no clear change" if row["city_lower_90"] <= 0 <= row["city_upper_90"] else ""),
        )
        for row in rows.to_dict("records")
    )


def _write_area(number: int, row: Row) -> HighestArea:
    low, high = read_number(row, "lower_90"), read_number(row, "upper_90")
    first, last = read_number(row, "rank_lower_90"), read_number(row, "rank_upper_90")
    # A rank is printed with the range that chance gives it, or not at all.
    place = words.whole_number(read_number(row, "rank")) if first is not None else ""
    return HighestArea(
        number=number,
        name=str(row["area_name"]),
        code=str(row["lsoa_code"]),
        crimes=words.whole_number(read_number(row, "recorded")),
        change=describe_change(
            read_number(row, "recorded_before"),
            read_number(row, "recorded"),
            is_clear=read_flag(row, "is_clear_change"),
        ),
        rank=f"{place} ({words.whole_number(first)} to {words.whole_number(last)})"
        if first is not None and last is not None and first != last
        else place,
        predicted=write_range(low, high) if low is not None and high is not None else "no prediction",
    )


def _list_values(months: pd.DataFrame) -> tuple[float | None, ...]:
    return tuple(None if pd.isna(value) else float(value) for value in months["crimes_per_day"])
