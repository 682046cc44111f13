"""A page per crime type, their list and that of the maps: plain HTML that works from a folder, without JavaScript."""

from collections.abc import Mapping, Sequence
from typing import Any

from crime_dagster.core.facts import Marts, Row, list_rows, read_flag, read_number
from crime_dagster.drawing.kit import cautions, words
from crime_dagster.drawing.kit.page_content import Headline, Link, Note, Picture
from crime_dagster.drawing.kit.rendering import render_template
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.kit.year import CITY, Year
from crime_dagster.drawing.pages.borough_page import list_highest
from crime_dagster.drawing.pages.borough_tables import HarmTables, describe_harm
from crime_dagster.drawing.pages.borough_words import say_change, say_tenth, write_title
from crime_dagster.drawing.pages.front_page import find_forecast, lay_lines
from crime_dagster.drawing.pages.headlines import list_hotspots
from crime_dagster.drawing.pages.month_lines import draw_seasons

# A longer list of names is a count.
MOST_NAMED = 12


def draw_type_page(
    year: Year,
    marts: Marts,
    stamp: Stamp,
    *,
    choices: Sequence[Link],
    slugs: Mapping[str, str],
    late: Sequence[str],
    harm: HarmTables | None,
    pictures: Mapping[str, Picture],
    **shown: Any,
) -> str:
    """Draw a crime type's page: self-contained HTML with its styles and one small script.

    `marts` has the type's rows, `impact_summary` with `detail`; those that a data set lacks have none. `slugs` are by
    code of a borough; `late` are sentences about boroughs or sources that are missing from the figures; `pictures` are
    by name. `shown` is what the template prints as it is.
    """
    crime, forecasts = year.crime, marts["city_forecasts"]
    city = year.city
    uneven = say_tenth(city, crime.noun_phrase, words.possessive(stamp.place), city.get("areas_reported", 0))
    lead = tuple(filter(None, (say_change(year), uneven, *late)))
    boroughs = list_boroughs(year, slugs)
    return render_template(
        "crime_type.html.j2",
        stamp=stamp,
        title=write_title(stamp.place, city["crimes"], year),
        lead=lead,
        year=year,
        crime=crime,
        marts=marts,
        choices=choices,
        headlines=_list_headlines(year),
        pictures=pictures,
        boroughs=boroughs,
        changed=_say_boroughs(boroughs, crime.noun_phrase),
        highest=list_highest(year, CITY),
        hotspots=list_hotspots(marts["hotspot_places"]),
        forecast=find_forecast(forecasts),
        record=list_rows(
            forecasts[~forecasts["is_future"].astype(bool)].dropna(subset=["actual", "predicted"]),
            "-model",
            "-period_start",
        ),
        seasons=draw_seasons(marts["seasonal_index"]),
        # Those that could be compared with earlier months.
        judged=[row for row in list_rows(marts["month_trends"], "-month") if read_flag(row, "is_unusual") is not None],
        harm=describe_harm(harm, CITY),
        explain=next(iter(list_rows(marts["model_summaries"], model="explain")), {}),
        **shown,
    )


def list_boroughs(year: Year, slugs: Mapping[str, str]) -> list[Row]:
    """Return the boroughs, largest rise in per cent first, those without a figure last, each with its range."""
    found: list[Row] = []
    for code, row in year.places.items():
        if code == CITY:
            continue
        total = year.total(code)
        change, low, high = (
            None if total is None else read_number(row, name)
            for name in ("change_pct", "change_lower_95_pct", "change_upper_95_pct")
        )
        found.append(
            {
                "code": code,
                "name": row["place_name"],
                "slug": slugs.get(code, ""),
                "crimes": total,
                "before": None if total is None else read_number(row, "crimes_before"),
                "change": year.change(code),
                "change_pct": change,
                "is_clear": read_flag(row, "is_clear_change"),
                "range": ""
                if low is None or high is None
                else f"{words.percent(low, signed=True)} to {words.percent(high, signed=True)}",
                "rate": year.rate(code),
            }
        )
    return sorted(found, key=lambda row: (row["change_pct"] is None, -(row["change_pct"] or 0), row["name"]))


def _say_boroughs(rows: Sequence[Row], noun: str) -> str:
    """Say which boroughs rose or fell significantly, before the table."""
    tested = [row for row in rows if row["is_clear"] is not None and row["change_pct"] is not None]
    if not tested:
        return ""
    names = {
        verb: [row["name"] for row in tested if row["is_clear"] and (row["change_pct"] > 0) == is_rise]
        for verb, is_rise in (("rose", True), ("fell", False))
    }
    named = {
        verb: cautions.list_words(found) if len(found) <= MOST_NAMED else f"{len(found)} boroughs"
        for verb, found in names.items()
    }
    clear = [f"{verb} significantly in {said}" for verb, said in named.items() if names[verb]]
    if not clear:
        every = f"all {words.number_words(len(tested))} changes are" if len(tested) > 1 else "the one change is"
        return f"No borough’s {noun} changed significantly: {every} within usual variation."
    others = len(tested) - sum(map(len, names.values()))
    rest = f" {words.capitalise(words.number_words(others))} of {len(tested)} boroughs {'is' if others == 1 else 'are'}"
    return f"Recorded {noun} {' and '.join(clear)}.{f'{rest} within usual variation.' if others else ''}"


def _list_headlines(year: Year) -> tuple[Headline, ...]:
    city, change, noun = year.city, year.change(), year.crime.count_noun
    found = [Headline(words.whole_number(city["crimes"]), f"{noun} in 12 months", change.words, change.tone)]
    if (before := year.crimes_before) is not None:
        found.append(Headline(words.whole_number(before), "in the previous 12 months"))
    if (rate := read_number(city, "crimes_per_1000")) is not None:
        found.append(Headline(words.three_figures(rate), year.say_residents()))
    if (ahead := read_number(city, "forecast")) is not None:
        found.append(Headline(words.three_figures(ahead), f"forecast for the {year.outlook_label or 'next 12 months'}"))
    return tuple(found)


def draw_type_list(
    rows: Sequence[Row], stamp: Stamp, *, months_label: str, picture: Picture | None, notes: Sequence[Note]
) -> str:
    lines, spread = lay_lines(rows)
    return render_template(
        "crime_types.html.j2",
        stamp=stamp,
        rows=list(zip(rows, lines, strict=True)),
        months_label=months_label,
        spread_pct=spread,
        picture=picture,
        notes=notes,
    )


def draw_map_list(
    types: Sequence[Link], boroughs: Sequence[Link], picture: Picture | None, stamp: Stamp, forces: Sequence[Link] = ()
) -> str:
    return render_template(
        "maps.html.j2",
        stamp=stamp,
        types=types,
        boroughs=boroughs,
        forces=forces,
        first=types[0] if types else None,
        picture=picture,
    )
