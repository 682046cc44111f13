"""Sentences about a borough, derived from its figures."""

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from crime_dagster.core.facts import Row, read_flag, read_number
from crime_dagster.drawing.kit import cautions, words
from crime_dagster.drawing.kit.change_words import NOT_KNOWN
from crime_dagster.drawing.kit.year import CITY, Year
from crime_dagster.drawing.pages.borough_tables import BoroughTables

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
# A tenth of fewer areas is hardly one.
FEWEST_FOR_TENTH = 20
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def ordinal_words(number: int) -> str:
    """Format an ordinal: first, ninth, 11th, 21st, 32nd."""
    if 1 <= number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    return f"{number}{'th' if number % 100 in (11, 12, 13) else _ENDINGS.get(number % 10, 'th')}"


def say_change(year: Year, code: str = CITY) -> str:
    """State a change: "Little changed from 865,936 the year before."; empty if it is not known."""
    change = year.change(code)
    if change.figure == NOT_KNOWN:
        return ""
    row = year.places[code]
    before = words.whole_number(read_number(row, "crimes_compared_before") or read_number(row, "crimes_before"))
    said = "within a year" if change.figure.startswith("from") else f"from {before} the year before"
    return f"{words.capitalise(change.figure)} {said}{f', {change.aside}' if change.aside else ''}."


def write_title(name: str, total: float, year: Year) -> str:
    """Title a page: "35,685 crimes were placed in Lambeth’s small areas in the year to February 2026"."""
    where, when = f"{words.possessive(name)} small areas", words.month_words(year.last_month)
    return f"{words.whole_number(total)} {year.crime.count_noun} were placed in {where} in the year to {when}"


def write_lead(year: Year, code: str, city: str) -> tuple[str, ...]:
    """Return a borough page's lead: the change, its ranks by number and by rate, how concentrated crime is."""
    row, crime = year.places[code], year.crime
    sentences = [say_change(year, code) or "The year before is not known for all of its areas."]
    ranked, rank = read_number(row, "places_ranked"), read_number(row, "rank")
    if ranked is not None and rank is not None and ranked > 1:
        place = f"It ranks {ordinal_words(int(rank))} of {ranked:.0f} boroughs by number of {crime.count_noun}"
        rate_rank, share = read_number(row, "rate_rank"), read_number(row, "share_pct")
        if rate_rank is not None:
            place += f" and {ordinal_words(int(rate_rank))} per 1,000 residents{_say_people_rank(row)}"
        size = "less than 1%" if share is not None and share < 1 else words.percent(share, decimals=0)
        sentences += [f"{place}.", f"It has {size} of {words.possessive(city)} recorded {crime.noun_phrase}."]
    areas = row["areas"]
    if areas >= FEWEST_FOR_TENTH:
        sentences.append(say_tenth(row, crime.noun_phrase, "its", areas))
    return tuple(filter(None, sentences))


def _say_people_rank(row: Row) -> str:
    """The rank by residents and workers; without it, that visitors are not counted where it comes first."""
    rank, workers = read_number(row, "people_rank"), read_number(row, "workers")
    if rank is not None and workers is not None:
        counted = f"{words.three_figures(workers)} people work there"
        if "job" in str(row["workers_source"]):
            counted = f"it has {words.three_figures(workers)} jobs"
        return f" ({ordinal_words(int(rank))} per 1,000 residents and workers: {counted})"
    return ", not counting workers and visitors" if read_number(row, "rate_rank") == 1 else ""


def write_late_lead(tables: BoroughTables, year: Year, months: pd.DataFrame, code: str, city: str) -> tuple[str, ...]:
    """Return the lead of a borough in its own latest year: the change, and why the year differs from the city's."""
    missing = _list_missing(tables, months)
    why = (
        f"{words.capitalise(cautions.months_words(missing))} {'is' if len(missing) == 1 else 'are'} not reported"
        if (missing)
        else f"Its figures for the 12 months to {words.month_words(tables.last_month)} are incomplete"
    )
    return tuple(
        filter(
            None,
            (
                say_change(year, code),
                f"{why}, so this is the borough’s own latest year; it is in no sum of {city}.",
            ),
        )
    )


def _list_missing(tables: BoroughTables, months: pd.DataFrame) -> list[dt.date]:
    """Return the months of the chosen year without a figure, in order."""
    days = pd.to_datetime(months["month"])
    is_year = days > pd.Timestamp(tables.last_month) - pd.DateOffset(months=12)
    is_year &= days <= pd.Timestamp(tables.last_month)
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
    most = cautions.list_words([f"{one['name']} ({words.whole_number(one['crimes'])})" for one in highest[:3]])
    unknown = f"; {words.whole_number(gaps)} not reported" if gaps else ""
    return f"{said}, half of them with {words.whole_number(row['median_crimes'])} or fewer; most in {most}{unknown}."


def compare_rates(year: Year, code: str, name: str, similar: Sequence[str]) -> str:
    """Compare a borough's rate with those of similar ones; empty if it or all of theirs are not known."""
    rate = year.rate(code)
    theirs = [found for one in similar if (found := year.rate(one)) is not None]
    if rate is None or not theirs:
        return ""
    span = " to ".join(dict.fromkeys(words.whole_number(end(theirs)) for end in (min, max)))
    return f"They recorded {span} {year.crime.count_noun} per 1,000 residents, {name} {words.whole_number(rate)}."


def write_unreported(
    tables: BoroughTables, months: pd.DataFrame, name: str, before: float | None
) -> tuple[str, tuple[str, ...]]:
    """Return title and lead of a borough whose latest year is incomplete: its force, and what is missing.

    `before` is its crimes of the year before; None if that is incomplete too.
    """
    first, last = tables.first, words.month_words(tables.last_month)
    missing = _list_missing(tables, months)
    title = f"{name}: figures for the year to {last} are incomplete"
    if missing:
        title = f"{name}: figures for {cautions.months_words(missing)} are missing"
    if not months["crimes"].notna().any():
        title = f"{name}: no figures"
    force = tables.find_force(months)
    sentences = [f"It has its own police force, {force}."] if force != tables.force else []
    if tables.boroughs["group"].any():
        sentences = [f"Its police force is {force}."]
    if not months["crimes"].notna().any():
        sentences.append("No file has figures for it.")
    elif missing:
        verb = "is" if len(missing) == 1 else "are"
        sentences.append(
            f"Of the 12 months to {last}, {cautions.months_words(missing)} {verb} not reported, so no yearly total is "
            "shown."
        )
    else:
        sentences.append(f"Some of its small areas have no figure for the 12 months to {last}.")
    if before is not None:
        sentences.append(f"In the year before, {words.whole_number(before)} {first.crime.count_noun} were recorded.")
    return title, tuple(sentences)


def describe_amount(label: str, change: float, unit: str = "") -> str:
    """Describe how a what-if changes a feature, by an amount or a share: "20% less income deprivation"."""
    noun = words.lower_first(label)
    if not unit:
        return f"{words.percent(100 * abs(change), decimals=0)} {words.more_or_less(change, noun)} {noun}"
    if words.is_plural(noun):
        return f"{words.number_words(abs(change))} {words.more_or_less(change, noun)} {noun}"
    return f"{noun} {'up' if change >= 0 else 'down'} by {words.plain_number(abs(change))} {unit}"


def say_accuracy(year: Year, code: str, city: str) -> tuple[str, ...]:
    """Say how accurate the model is in a borough, compared with the whole city; empty without a model."""
    here, whole = (year.accuracy.get(one, {}) for one in (code, CITY))
    if read_number(here, "predicted") is None or read_number(whole, "predicted") is None:
        return ()
    noun = year.crime.count_noun
    sentences = [
        f"A model not trained on this borough expects {words.three_figures(here['predicted'])} {noun} here; "
        f"{words.whole_number(here['actual'])} were recorded."
    ]
    shares = [read_number(row, "in_range_pct") for row in (here, whole)]
    if None not in shares:
        share, beside = (words.percent(one, decimals=0) for one in shares)
        sentences.append(
            f"In {words.whole_number(here['areas_in_range'])} of {words.whole_number(here['areas_with_range'])} areas "
            f"the recorded number is within the model’s 90% range: {share} ({city}: {beside})."
        )
    sentences.append(
        f"Its mean error is {words.three_figures(here['mean_error'])} {noun} an area "
        f"({city}: {words.three_figures(whole['mean_error'])})."
    )
    low, high = (read_number(here, f"mean_residual_{end}_90") for end in ("lower", "upper"))
    if low is not None and high is not None:
        if low <= 0 <= high and read_flag(here, "is_outside"):
            way = "more" if here["ratio"] > 1 else "less"
            sentences.append(
                f"Compared with other boroughs that is {way} than expected, but it comes from some areas: across "
                "the borough the model is neither clearly too high nor clearly too low."
            )
        elif low <= 0 <= high:
            sentences.append("Across the borough it is neither clearly too high nor clearly too low.")
        else:
            way = "low" if low > 0 else "high"
            size = words.three_figures(abs(here["mean_residual"]))
            sentences.append(f"On average it is {size} {noun} an area too {way} here.")
    return tuple(sentences)


def write_note(tables: BoroughTables, months: pd.DataFrame) -> str:
    """Return notes on a borough's latest two years: provisional months, changes in recording."""
    last = tables.last_month
    start, earlier = ((pd.Timestamp(last) - pd.DateOffset(months=back)).date() for back in (11, 23))
    said = [cautions.provisional_words(months, tables.find_force(months), start, last)] if len(months) else []
    breaks = tables.find_breaks(months)
    said += list(cautions.find_breaks(breaks, tables.first.crime.crime_type, earlier, last)["words"])
    return " ".join(sentence for sentence in said if sentence)
