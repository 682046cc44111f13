"""Sentences about a borough, derived from its figures."""

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from crime_dagster.core.facts import Row, read_number
from crime_dagster.drawing.kit import cautions, words
from crime_dagster.drawing.kit.rendering import render_template
from crime_dagster.drawing.kit.year import CITY, NOT_KNOWN, Year
from crime_dagster.drawing.pages.borough_tables import BoroughTables

# Of the traits by which places are compared (`modelling.findings.similar`).
TRAIT_WORDS = {
    "people_per_km2": "density",
    "income_deprivation_pct": "income deprivation",
    "aged_20_to_29_pct": "young adults",
    "private_rented_pct": "renting",
    "ptal_index": "public transport",
}


def say_change(year: Year, code: str = CITY) -> str:
    """State a change: "Little changed from 865,936 the year before."; empty if it is not known."""
    change = year.change(code)
    if change.figure == NOT_KNOWN:
        return ""
    row = year.places[code]
    before = words.whole_number(read_number(row, "crimes_compared_before") or read_number(row, "crimes_before"))
    said = "within a year" if change.figure.startswith("from") else f"from {before} the year before"
    compared, areas = read_number(row, "areas_compared"), read_number(row, "areas_reported")
    if compared and areas and compared < areas:
        known = f"{words.whole_number(compared)} of {words.whole_number(areas)} small areas"
        said += f" in the {known} that reported both years"
    return f"{words.capitalise(change.figure)} {said}{f', {change.aside}' if change.aside else ''}."


def write_title(name: str, total: float, year: Year) -> str:
    """Title a page: "35,685 crimes were recorded in Lambeth’s small areas in the year to February 2026"."""
    where, when = f"{words.possessive(name)} small areas", words.month_words(year.last_month)
    return f"{words.whole_number(total)} {year.crime.count_noun} were recorded in {where} in the year to {when}"


def write_lead(year: Year, code: str, city: str) -> list[str]:
    """Return a borough page's lead: the change, its ranks by number and by rate, how concentrated crime is."""
    row, crime = year.places[code], year.crime
    said = render_template("borough_ranks.txt.j2", row=row, crime=crime, city=city, change=say_change(year, code))
    tenth = say_tenth(row, crime.noun_phrase, "its", row["areas"])
    return [sentence for sentence in (*said.splitlines(), tenth) if sentence]


def write_head(tables: BoroughTables, months: pd.DataFrame, code: str, name: str, city: str) -> tuple[str, list[str]]:
    """Return title and lead of a page by a borough's months of the first crime type."""
    year = tables.late.get(code, tables.types)[0]
    total = year.total(code)
    title = "" if total is None else write_title(name, total, year)
    force, is_one_of_many = tables.find_force(months), bool(tables.boroughs["group"].any())
    said_last = [f"Its police force is {force}."] if is_one_of_many else []
    if title and code not in tables.late:
        return title, [*write_lead(year, code, city), *said_last]
    said = render_template(
        "borough_lead.txt.j2",
        name=name,
        title=title,
        change=say_change(year, code) if title else "",
        last_month=tables.first.last_month,
        missing=_list_missing(tables, months),
        has_figures=bool(months["crimes"].notna().any()),
        own_force="" if is_one_of_many or force == tables.force else force,
        before=tables.before.get(code, {}).get("crimes"),
        noun=year.crime.count_noun,
        city=city,
    )
    found, *lead = filter(None, said.splitlines())
    return found, [*lead, *said_last]


def _list_missing(tables: BoroughTables, months: pd.DataFrame) -> list[dt.date]:
    """Return the months of the chosen year without a figure, in order."""
    days = pd.to_datetime(months["month"])
    is_year = days > pd.Timestamp(tables.first.last_month) - pd.DateOffset(months=12)
    is_year &= days <= pd.Timestamp(tables.first.last_month)
    return sorted(days[is_year & months["crimes"].isna()].dt.date)


def say_tenth(row: Row, noun: str, whose: str, areas: int) -> str:
    """Say how concentrated crime is: "38% of recorded crime is in a tenth of London’s 4,988 small areas."."""
    share, own = read_number(row, "top_tenth_pct"), "its " if whose == "its" else ""
    if share is None:
        return ""
    verb = "are" if words.is_plural(noun) else "is"
    return (
        f"{words.percent(share, decimals=0)} of {own}recorded {noun} {verb} in a tenth of {whose} "
        f"{words.whole_number(areas)} small areas."
    )


def title_map(noun: str) -> str:
    """Return the heading of a map: "Where crime was recorded"."""
    return f"Where {noun} {'were' if words.is_plural(noun) else 'was'} recorded"


def describe_map(year: Year, code: str, name: str, highest: Sequence[Row]) -> str:
    """Describe a borough's map in words, as its alternative text."""
    row = year.places.get(code, {})
    areas = read_number(row, "areas") or 0
    said = f"Map of {name}: {year.crime.count_noun} in {words.whole_number(areas)} small areas"
    if not highest:
        return f"{said}, none of them reported."
    gaps = areas - row["areas_reported"]
    most = cautions.list_words([f"{one['area_name']} ({words.whole_number(one['recorded'])})" for one in highest[:3]])
    unknown = f"; {words.whole_number(gaps)} not reported" if gaps else ""
    return f"{said}, half of them with {words.whole_number(row['median_crimes'])} or fewer; most in {most}{unknown}."


def describe_likeness(traits: pd.DataFrame, kind: str) -> str:
    """Say in what similar places are similar: the traits known of every place of a kind, from `marts.place_traits`."""
    counts = traits.loc[traits["place_kind"] == kind, "feature"].value_counts()
    known = [said for name, said in TRAIT_WORDS.items() if counts.get(name, 0) == counts.max()]
    return f"Most similar in {cautions.list_words(known)}; crime is not compared."


def compare_rates(year: Year, code: str, name: str, similar: Sequence[str]) -> str:
    """Compare a borough's rate with those of similar ones; empty if it or all of theirs are not known."""
    rate = year.rate(code)
    theirs = [found for one in similar if (found := year.rate(one)) is not None]
    if rate is None or not theirs:
        return ""
    span = " to ".join(dict.fromkeys(words.whole_number(end(theirs)) for end in (min, max)))
    return f"They recorded {span} {year.crime.count_noun} per 1,000 residents, {name} {words.whole_number(rate)}."


def describe_amount(label: str, change: float, unit: str = "") -> str:
    """Describe how a what-if changes a feature, by an amount or a share: "20% less income deprivation"."""
    noun = words.lower_first(label)
    if not unit:
        return f"{words.percent(100 * abs(change), decimals=0)} {words.more_or_less(change, noun)} {noun}"
    if words.is_plural(noun):
        return f"{words.number_words(abs(change))} {words.more_or_less(change, noun)} {noun}"
    return f"{noun} {'up' if change >= 0 else 'down'} by {words.plain_number(abs(change))} {unit}"


def write_note(tables: BoroughTables, months: pd.DataFrame) -> str:
    """Return notes on a borough's latest two years: provisional months, changes in recording."""
    last = tables.first.last_month
    start, earlier = ((pd.Timestamp(last) - pd.DateOffset(months=back)).date() for back in (11, 23))
    said = [cautions.provisional_words(months, tables.find_force(months), start, last)] if len(months) else []
    breaks = tables.find_breaks(months)
    said += list(cautions.find_breaks(breaks, tables.first.crime.crime_type, earlier, last)["words"])
    return " ".join(sentence for sentence in said if sentence)
