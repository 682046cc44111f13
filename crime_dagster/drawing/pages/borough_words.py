"""Sentences about a borough, each true by the figures that it is made from."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from crime_dagster.core.facts import Row, read_flag, read_number
from crime_dagster.drawing.kit import cautions, words
from crime_dagster.drawing.kit.change_words import NO_CLEAR_CHANGE, Change, describe_change
from crime_dagster.drawing.kit.year import CITY, Year
from crime_dagster.drawing.pages.borough_content import BoroughTables

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
# A tenth of fewer areas is hardly one.
FEWEST_FOR_TENTH = 20
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def ordinal_words(number: int) -> str:
    """Write a place in an order: first, ninth, 11th, 21st, 32nd."""
    if 1 <= number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    return f"{number}{'th' if number % 100 in (11, 12, 13) else _ENDINGS.get(number % 10, 'th')}"


def find_total(year: Year, code: str) -> float | None:
    """Crimes of a borough; None where one of its areas has no figure."""
    row = year.places.get(code, {})
    return read_number(row, "crimes") if row.get("is_complete") else None


def find_rate(year: Year, code: str) -> float | None:
    """Crimes per 1,000 residents, likewise."""
    return None if find_total(year, code) is None else read_number(year.places[code], "crimes_per_1000")


def describe_place_change(year: Year, code: str) -> Change:
    """How a borough's crimes changed; not known where one of its areas is not known in both years."""
    row = year.places.get(code, {})
    if read_number(row, "areas_compared") != read_number(row, "areas"):
        return describe_change(None, None)
    return _describe(row)


def describe_whole_change(year: Year) -> Change:
    """How the whole city's crimes changed, over the areas that are known in both years."""
    return _describe(year.city) if read_number(year.city, "areas_compared") else describe_change(None, None)


def _describe(row: Row) -> Change:
    before, after = read_number(row, "crimes_compared_before"), read_number(row, "crimes_compared")
    return describe_change(before, after, is_clear=read_flag(row, "is_clear_change"))


def say_change(year: Year, code: str = CITY) -> str:
    """A change as a sentence: "Little changed from 865,936 the year before."; empty where it is not known."""
    change = describe_whole_change(year) if code == CITY else describe_place_change(year, code)
    if change.words == "not known":
        return ""
    if change.words.startswith("from"):
        return f"{words.capitalise(change.words)} within a year."
    before = words.whole_number(read_number(year.places[code], "crimes_compared_before"))
    if change.words == NO_CLEAR_CHANGE:
        return f"Little changed from {before} the year before."
    return f"{words.capitalise(change.words)} from {before} the year before."


def write_title(name: str, total: float, year: Year) -> str:
    """Title a page: "Lambeth recorded 35,685 crimes in the year to February 2026"."""
    noun = year.crime.count_noun
    return f"{name} recorded {words.whole_number(total)} {noun} in the year to {words.month_words(year.last_month)}"


def write_lead(year: Year, code: str, city: str) -> tuple[str, ...]:
    """Lead into a borough's page: the change, its ranks by number and by rate, how unevenly crime is spread."""
    row, crime = year.places[code], year.crime
    sentences = [say_change(year, code) or "The year before is not known for all of its areas."]
    ranked, rank = read_number(row, "places_ranked"), read_number(row, "rank")
    if ranked is not None and rank is not None and ranked > 1:
        place = f"It ranks {ordinal_words(int(rank))} of {ranked:.0f} boroughs by number of {crime.count_noun}"
        rate_rank, share = read_number(row, "rate_rank"), read_number(row, "share_pct")
        if rate_rank is not None:
            place += f" and {ordinal_words(int(rate_rank))} per 1,000 residents"
        size = "less than 1%" if share is not None and share < 1 else words.percent(share, decimals=0)
        sentences += [f"{place}.", f"It has {size} of {words.possessive(city)} recorded {crime.noun_phrase}."]
    uneven, areas = read_number(row, "top_tenth_pct"), row["areas"]
    if uneven is not None and areas >= FEWEST_FOR_TENTH:
        sentences.append(
            f"{words.percent(uneven, decimals=0)} of its recorded {crime.noun_phrase} "
            f"{'are' if words.is_plural(crime.noun_phrase) else 'is'} in a tenth of its "
            f"{words.whole_number(areas)} small areas."
        )
    return tuple(sentences)


def write_unreported(
    tables: BoroughTables, months: pd.DataFrame, name: str, before: float | None
) -> tuple[str, tuple[str, ...]]:
    """Title and lead of a borough whose newest year is not whole: whose figures they would be, and what is missing.

    Args:
        tables: Figures of all boroughs.
        months: Its months of the first crime type: month, crimes (NaN = not reported).
        name: Its name.
        before: Its crimes of the year before; None where that is not whole either.
    """
    first, last = tables.first, words.month_words(tables.last_month)
    days = pd.to_datetime(months["month"])
    is_year = days > pd.Timestamp(tables.last_month) - pd.DateOffset(months=12)
    is_year &= days <= pd.Timestamp(tables.last_month)
    missing = sorted(days[is_year & months["crimes"].isna()].dt.date)
    title = f"{name}: figures for the year to {last} are incomplete"
    if missing:
        title = f"{name}: figures for {cautions.months_words(missing)} are missing"
    if not months["crimes"].notna().any():
        title = f"{name}: no figures"
    force = find_force(tables, months)
    sentences = [f"It has its own police force, {force}."] if force != tables.force else []
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
    """How a what-if changes a feature: "20% less income deprivation", "two more pubs".

    Args:
        label: The feature's name.
        change: A share of it, or an amount.
        unit: Unit of an amount; empty for a share.
    """
    noun = words.lower_first(label)
    if not unit:
        return f"{words.percent(100 * abs(change), decimals=0)} {words.more_or_less(change, noun)} {noun}"
    if words.is_plural(noun):
        return f"{words.number_words(abs(change))} {words.more_or_less(change, noun)} {noun}"
    return f"{noun} {'up' if change >= 0 else 'down'} by {words.plain_number(abs(change))} {unit}"


def say_accuracy(year: Year, code: str, city: str) -> tuple[str, ...]:
    """How accurate the model is in a borough, beside the whole city; nothing without a model."""
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
        if low <= 0 <= high:
            sentences.append("Across the borough it is neither clearly too high nor clearly too low.")
        else:
            way = "low" if low > 0 else "high"
            size = words.three_figures(abs(here["mean_residual"]))
            sentences.append(f"On average it is {size} {noun} an area too {way} here.")
    return tuple(sentences)


def find_force(tables: BoroughTables, months: pd.DataFrame) -> str:
    """The force whose figures a borough counts by, from its months; the data set's own where there are none."""
    return tables.force if months.empty else str(months.sort_values("month")["force"].iloc[-1])


def write_note(tables: BoroughTables, months: pd.DataFrame) -> str:
    """What a reader must know of a borough's newest two years: provisional months, changes in the recording."""
    last = tables.last_month
    start, earlier = ((pd.Timestamp(last) - pd.DateOffset(months=back)).date() for back in (11, 23))
    said = [cautions.provisional_words(months, find_force(tables, months), start, last)] if len(months) else []
    said += list(find_breaks(tables, months, tables.first.crime.crime_type, earlier, last)["words"])
    return " ".join(sentence for sentence in said if sentence)


def find_breaks(
    tables: BoroughTables, months: pd.DataFrame, crime_type: str, first: dt.date, last: dt.date
) -> pd.DataFrame:
    """Breaks in the recording of a borough's force that a period crosses, in order."""
    ours = tables.breaks[tables.breaks["force"] == find_force(tables, months)]
    return cautions.find_breaks(ours, crime_type, first, last)


def write_range(low: float, high: float) -> str:
    """The two ends of a range."""
    return f"{words.three_figures(low)} to {words.three_figures(high)}"
