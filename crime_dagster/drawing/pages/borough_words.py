"""Sentences about a borough, each true by the figures that it is made from."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crime_dagster.drawing.kit import cautions, words
from crime_dagster.drawing.kit.change_words import NO_CLEAR_CHANGE, Change, describe_change
from crime_dagster.drawing.pages.borough_content import BoroughTables, BoroughType

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
# A tenth of fewer areas is hardly one.
FEWEST_FOR_TENTH = 20
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def ordinal_words(number: int) -> str:
    """Write a place in an order: first, ninth, 11th, 21st, 32nd."""
    if 1 <= number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    return f"{number}{'th' if number % 100 in (11, 12, 13) else _ENDINGS.get(number % 10, 'th')}"


def find_total(figures: BoroughType, lsoas: pd.DataFrame) -> float | None:
    """Crimes of a borough's areas; None where one of them has no figure.

    Args:
        figures: The crime type.
        lsoas: The borough's rows of `BoroughTables.lsoas`.
    """
    recorded = figures.values.set_index("lsoa_code")["recorded"].reindex(lsoas["lsoa_code"])
    return float(recorded.sum()) if len(recorded) and recorded.notna().all() else None


def describe_place_change(figures: BoroughType, borough_code: str) -> Change:
    """How a borough's crimes changed; not known where one of its areas is not known in both years."""
    row = figures.changes.get(borough_code)
    if row is None or row["areas_known"] < row["areas"]:
        return describe_change(None, None)
    return describe_change(row["crimes_before"], row["crimes"], is_clear=read_clear(row["is_clear"]))


def describe_whole_change(figures: BoroughType) -> Change:
    """How the whole city's crimes changed, over the areas that are known in both years."""
    city = figures.city
    if not city or not city["areas_known"]:
        return describe_change(None, None)
    return describe_change(city["crimes_before"], city["crimes"], is_clear=read_clear(city["is_clear"]))


def read_clear(value: Any) -> bool | None:
    """A flag of a test that may not have been made."""
    return None if value is None or pd.isna(value) else bool(value)


def write_title(name: str, total: float, figures: BoroughType, tables: BoroughTables) -> str:
    """Title a page: "Lambeth recorded 35,685 crimes in the year to February 2026"."""
    noun = figures.crime.count_noun
    return f"{name} recorded {words.whole_number(total)} {noun} in the year to {words.month_words(tables.last_month)}"


def write_lead(
    tables: BoroughTables, code: str, name: str, city: str, total: float, totals: pd.Series, rates: pd.Series
) -> tuple[str, ...]:
    """Lead into a borough's page: the change, its place by number and by rate, how unevenly crime lies.

    Args:
        tables: Figures of all boroughs.
        code: The borough.
        name: Its name.
        city: The city's name.
        total: Its crimes.
        totals: Crimes per borough code, of those that are known.
        rates: Crimes per 1,000 residents, the same.
    """
    first = tables.first
    sentences = [_say_change(first, code)]
    share = 100 * total / totals.sum()
    size = "less than 1%" if share < 1 else words.percent(share, decimals=0)
    if len(totals) > 1:
        place = f"It ranks {ordinal_words(_place(totals, code))} of {len(totals)} boroughs by number of "
        place += first.crime.count_noun
        if code in rates:
            place += f" and {ordinal_words(_place(rates, code))} per 1,000 residents"
        sentences.append(f"{place}.")
        sentences.append(f"It has {size} of {words.possessive(city)} recorded {first.crime.noun_phrase}.")
    recorded = first.values.set_index("lsoa_code")["recorded"]
    ours = recorded.reindex(tables.lsoas.loc[tables.lsoas["borough_code"] == code, "lsoa_code"])
    unevenness = words.share_of_highest(ours)
    if unevenness is not None and len(ours) >= FEWEST_FOR_TENTH:
        sentences.append(
            f"{words.percent(100 * unevenness, decimals=0)} of its recorded {first.crime.noun_phrase} "
            f"{'are' if words.is_plural(first.crime.noun_phrase) else 'is'} in a tenth of its "
            f"{words.whole_number(len(ours))} small areas."
        )
    return tuple(sentence for sentence in sentences if sentence)


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


def _say_change(figures: BoroughType, code: str) -> str:
    change = describe_place_change(figures, code)
    if change.words == "not known":
        return "The year before is not known for all of its areas."
    before = words.whole_number(figures.changes[code]["crimes_before"])
    if change.words.startswith("from"):
        return f"{words.capitalise(change.words)} within a year."
    if change.words == NO_CLEAR_CHANGE:
        return f"Little changed from {before} the year before."
    return f"{words.capitalise(change.words)} from {before} the year before."


def _place(values: pd.Series, code: str) -> int:
    return int((values > values[code]).sum()) + 1


def find_force(tables: BoroughTables, months: pd.DataFrame) -> str:
    """The force whose figures a borough counts by; the data set's own where there are no months.

    Args:
        tables: Figures of all boroughs.
        months: The borough's rows of `BoroughTables.months`.
    """
    return tables.force if months.empty else str(months.sort_values("month")["force"].iloc[-1])


def write_note(tables: BoroughTables, months: pd.DataFrame) -> str:
    """What a reader must know of a borough's newest two years: provisional months, changes in the recording."""
    force = find_force(tables, months)
    last = tables.last_month
    start, earlier = ((pd.Timestamp(last) - pd.DateOffset(months=back)).date() for back in (11, 23))
    said = [cautions.provisional_words(tables.coverage, force, start, last)]
    ours = tables.breaks[tables.breaks["force"] == force]
    said += list(cautions.find_breaks(ours, tables.first.crime.crime_type, earlier, last)["words"])
    return " ".join(sentence for sentence in said if sentence)
