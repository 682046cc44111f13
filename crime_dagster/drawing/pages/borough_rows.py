"""The tables of a borough's page, row by row, ready to print."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from crime_dagster.drawing.kit import cautions, words
from crime_dagster.drawing.kit.change_words import describe_change
from crime_dagster.drawing.kit.page_content import Break, HotSpots
from crime_dagster.drawing.pages.borough_content import (
    AreaRow,
    BoroughLine,
    BoroughTables,
    BoroughType,
    TypeLine,
    WhatIf,
)
from crime_dagster.drawing.pages.borough_words import (
    describe_place_change,
    describe_whole_change,
    find_force,
    find_total,
    read_clear,
)
from crime_dagster.drawing.pages.sparkline import draw_sparkline, find_spread

MOST_AREAS = 10
MOST_SPREAD = 1.0
HOTSPOT_MEANINGS = (
    ("persistent", "hot in every half-year"),
    ("emerging", "new this year"),
    ("intermittent", "hot in some half-years"),
    ("former", "no longer a hot spot"),
)


def list_highest(tables: BoroughTables, lsoas: pd.DataFrame) -> tuple[AreaRow, ...]:
    """The areas of a borough with most crime, each with its rank in the city and what a model expects.

    Args:
        tables: Figures of all boroughs.
        lsoas: The borough's rows of `BoroughTables.lsoas`.
    """
    first = tables.first
    rows = lsoas.merge(first.values, on="lsoa_code").dropna(subset=["recorded"])
    rows = rows.sort_values(["recorded", "lsoa_code"], ascending=[False, True]).head(MOST_AREAS)
    if not tables.hotspots.empty:
        found = ["lsoa_code", "is_clear_change", "rank", "rank_lower_90", "rank_upper_90"]
        rows = rows.merge(tables.hotspots[found], on="lsoa_code", how="left")
    return tuple(_write_area(number, row) for number, row in enumerate(rows.to_dict("records"), start=1))


def list_types(
    tables: BoroughTables, code: str, lsoas: pd.DataFrame, months: pd.DataFrame, links: dict[str, str]
) -> tuple[tuple[TypeLine, ...], int]:
    """A row per crime type, with a small line of its months; all lines have one scale.

    Args:
        tables: Figures of all boroughs.
        code: The borough.
        lsoas: Its rows of `BoroughTables.lsoas`.
        months: Its rows of `BoroughTables.months`.
        links: Crime type to the address of its map.

    Returns:
        The rows, and what the edges of the lines are, per cent of the row's average.
    """
    series = {figures.crime.crime_type: _pick_months(months, figures) for figures in tables.types}
    values = {name: _list_values(rows) for name, rows in series.items()}
    # One carnival a year would flatten every other line.
    spread = min(find_spread(list(values.values())), MOST_SPREAD)
    lines = []
    for figures in tables.types:
        name = figures.crime.crime_type
        total = find_total(figures, lsoas)
        breaks = place_breaks(tables, name, series[name])
        lines.append(
            TypeLine(
                label=figures.crime.label,
                crimes=words.whole_number(total),
                change=describe_place_change(figures, code),
                city_change=describe_whole_change(figures),
                line=draw_sparkline(values[name], spread, label=figures.crime.label, breaks=breaks),
                map_href=links.get(name, ""),
            )
        )
    return tuple(lines), round(100 * spread)


def place_breaks(tables: BoroughTables, crime_type: str, months: pd.DataFrame) -> tuple[Break, ...]:
    """Breaks in the recording of a line of months, in months from its first."""
    if months.empty:
        return ()
    first, last = (pd.Timestamp(months["month"].agg(which)).date() for which in ("min", "max"))
    ours = tables.breaks[tables.breaks["force"] == find_force(tables, months)]
    crossed = cautions.find_breaks(ours, crime_type, first, last)
    return tuple(
        Break(cautions.place_day(day, first), day, title)
        for day, title in zip(crossed["starts_on"], crossed["title"], strict=True)
    )


def list_hotspots(tables: BoroughTables, lsoas: pd.DataFrame) -> tuple[HotSpots, ...]:
    """Hot spots of a borough by class, with its neighbourhoods.

    Args:
        tables: Figures of all boroughs.
        lsoas: The borough's rows of `BoroughTables.lsoas`.
    """
    names = [words.short_area_name(*pair) for pair in lsoas[["area_name", "lsoa_name"]].to_numpy()]
    return group_hotspots(tables.hotspots, pd.Series(names, lsoas["lsoa_code"], dtype=object))


def group_hotspots(hotspots: pd.DataFrame, names: pd.Series) -> tuple[HotSpots, ...]:
    """Hot spots by class, each place with its number of areas, most areas first.

    Args:
        hotspots: lsoa_code, hotspot_class; may be empty.
        names: Place of each area that counts, indexed by code.
    """
    if hotspots.empty:
        return ()
    classes = hotspots.set_index("lsoa_code")["hotspot_class"].reindex(names.index)
    found = []
    for name, meaning in HOTSPOT_MEANINGS:
        counts = names[classes == name].value_counts().rename_axis("place").reset_index(name="areas")
        counts = counts.sort_values(["areas", "place"], ascending=[False, True])
        places = [f"{place} ({areas})" for place, areas in counts.to_numpy()]
        if places:
            found.append(HotSpots(name, meaning, cautions.list_words(places), int(counts["areas"].sum())))
    return tuple(found)


def list_boroughs(tables: BoroughTables, codes: Sequence[str], current: str = "") -> tuple[BoroughLine, ...]:
    """Boroughs by name, with number, rate and change.

    Args:
        tables: Figures of all boroughs.
        codes: Which of them.
        current: The one whose page it is.
    """
    totals, rates = sum_boroughs(tables)
    rows = tables.boroughs[tables.boroughs["borough_code"].isin(list(codes))]
    return tuple(
        BoroughLine(
            name=name,
            href=f"{slug}.html",
            crimes=words.whole_number(totals.get(code)),
            rate=words.whole_number(rates.get(code)),
            change=describe_place_change(tables.first, code),
            is_current=code == current,
        )
        for code, name, slug in rows[["borough_code", "borough_name", "slug"]].to_numpy()
    )


def sum_boroughs(tables: BoroughTables) -> tuple[pd.Series, pd.Series]:
    """Crimes, and crimes per 1,000 residents, per borough code; only boroughs whose areas are all known."""
    rows = tables.first.values.merge(tables.lsoas[["lsoa_code", "borough_code"]], on="lsoa_code")
    sums = rows.groupby("borough_code")[["recorded", "residents"]].sum(skipna=False)
    totals = sums["recorded"].dropna()
    rates = (1000 * sums["recorded"] / sums["residents"].where(sums["residents"] > 0)).dropna()
    return totals, rates


def list_what_ifs(tables: BoroughTables, code: str) -> tuple[WhatIf, ...]:
    """What-ifs in a borough, largest change first; the range is the city's, for a borough has none of its own."""
    if tables.what_ifs.empty:
        return ()
    rows = tables.what_ifs[tables.what_ifs["place"] == code].merge(
        tables.summaries.drop(columns=["areas", "predicted", "predicted_changed"]), on="scenario"
    )
    return tuple(
        WhatIf(
            name=words.capitalise(str(row["scenario"])),
            detail=str(row["detail"]),
            areas=words.whole_number(row["areas"]),
            here=words.percent(row["change_pct"], signed=True),
            city=words.percent(row["sum_change_pct"], signed=True),
            city_range=f"{words.percent(row['lower_90'], signed=True)} to {words.percent(row['upper_90'], signed=True)}"
            + ("; no clear change" if row["lower_90"] <= 0 <= row["upper_90"] else ""),
        )
        for row in rows.to_dict("records")
    )


def _write_area(number: int, row: Mapping[Hashable, Any]) -> AreaRow:
    def read(name: str) -> float | None:
        value = row.get(name)
        return None if value is None or pd.isna(value) else float(value)

    low, high = read("lower_90"), read("upper_90")
    rank, first, last = read("rank"), read("rank_lower_90"), read("rank_upper_90")
    place = words.whole_number(rank) if rank is not None else ""
    return AreaRow(
        number=number,
        name=str(row["area_name"]),
        code=str(row["lsoa_code"]),
        crimes=words.whole_number(read("recorded")),
        change=describe_change(
            read("recorded_before"), read("recorded"), is_clear=read_clear(row.get("is_clear_change"))
        ),
        rank=f"{place} ({words.whole_number(first)} to {words.whole_number(last)})"
        if place and first is not None and last is not None and first != last
        else place,
        predicted=f"{words.three_figures(low)} to {words.three_figures(high)}"
        if low is not None and high is not None
        else "no prediction",
    )


def _pick_months(months: pd.DataFrame, figures: BoroughType) -> pd.DataFrame:
    return months[months["crime_type"] == figures.crime.crime_type].sort_values("month")


def _list_values(months: pd.DataFrame) -> tuple[float | None, ...]:
    return tuple(None if pd.isna(value) else float(value) for value in months["crimes_per_day"])
