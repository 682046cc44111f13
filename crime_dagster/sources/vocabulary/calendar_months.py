"""Months in publishers' spellings."""

import re
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, timedelta

import numpy as np

NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
FORMS = (
    re.compile(r"^(?P<year>(19|20)\d\d)(?P<month>\d\d)$"),
    re.compile(r"^(?P<year>(19|20)\d\d)-(?P<month>\d\d?)(-\d\d?([T ].*)?)?$"),
    re.compile(r"^\d\d?/(?P<month>\d\d?)/(?P<year>(19|20)\d\d)( \d\d?:\d\d.*)?$"),
    re.compile(r"^(?P<name>[a-z]{3,9})[ -](?P<year>((19|20)\d\d)|\d\d)$", re.IGNORECASE),
)
SLASHED = re.compile(r"^(?P<first>\d\d?)/(?P<second>\d\d?)/(?P<year>\d{4})( \d\d?:\d\d.*)?$")
YEARS = re.compile(r"^(?P<year>\d{4})[-/](\d\d)?(?P<next>\d\d)$")
ISO = re.compile(r"^\d{4}-\d\d-(0[1-9]|[12]\d|3[01])([T ]\d\d:00(:00(\.0+)?)?(Z|\+00:00)?)?$", re.ASCII)
SERIAL = re.compile(r"^\d{5}(\.\d+)?$")
FIRST_SERIAL_DAY = date(1899, 12, 30)
# Spreadsheets (1900) and clocks (1970) turn a blank or a small number into a month of their first year.
FIRST_YEAR = 1971
# Allows for a slow clock. A month in the far future would make tables of every month up to it very long.
YEARS_AHEAD = 2


def find_month(text: str) -> str | None:
    """Read a month as YYYY-MM, from `202401`, `2024-1`, a day or time in it, `January 2024` or `Jan-24`; else None."""
    for form in FORMS:
        match = form.match(text.strip())
        if match is None:
            continue
        found = match.groupdict()
        year = found["year"] if len(found["year"]) == 4 else f"20{found['year']}"
        if "name" in found:
            short = found["name"][:3].casefold()
            number = NAMES.index(short) + 1 if short in NAMES else 0
        else:
            number = int(found["month"])
        month = f"{year}-{number:02d}"
        return month if 1 <= number <= 12 and f"{FIRST_YEAR}-01" <= month <= find_last_month() else None
    return None


def find_months(texts: Collection[str]) -> tuple[dict[str, str | None], set[str]]:
    """Return the months of one column, and the spellings that are still ambiguous: other cells decide.

    `2010-11` may be a financial year, `03/01/2024` the first of March, and `2024-04-30T23:00` the first of May.
    """
    found = {text: find_month(text) for text in texts}
    doubtful = {text for text in [*_list_years(texts), *_list_shifted(texts)] if found[text]}
    dates = {text: match for text in texts if (match := SLASHED.match(text.strip()))}
    firsts, seconds = ({int(match[part]) for match in dates.values()} for part in ("first", "second"))
    is_month_first = max(seconds, default=0) > 12
    if is_month_first and max(firsts) <= 12:
        found |= {text: find_month(f"{date['year']}-{date['first']}") for text, date in dates.items()}
    elif is_month_first or (seconds == {1} and len(firsts) > 1 and max(firsts) <= 12):
        # Dates of both kinds, or first days of months, which with the day first would all be in January.
        doubtful |= {text for text, date in dates.items() if int(date["first"]) <= 12 and found[text]}
    return found | dict.fromkeys(doubtful), doubtful


def _list_years(texts: Collection[str]) -> set[str]:
    """Return financial years in a column with an unambiguous one, or with nothing but several possible ones."""
    matches = {text: match for text in texts if (match := YEARS.match(text.strip()))}
    years = {text for text, match in matches.items() if (int(match["year"]) + 1) % 100 == int(match["next"])}
    is_certain = any(find_month(text) is None for text in years) or len(texts) == len(years) > 1
    return years if is_certain else set()


def _list_shifted(texts: Collection[str]) -> set[str]:
    """Return times an hour before a month, where all others are the first of one: summer time was taken off them."""
    times = {text: datetime.fromisoformat(text) for text in texts if ISO.match(text)}
    early = {text for text, time in times.items() if time.hour == 23 and (time + timedelta(hours=1)).day == 1}
    is_monthly = len(times) == len(texts) and all(times[text].day == 1 for text in times if text not in early)
    return early if is_monthly else set()


def find_serial_month(text: str) -> str | None:
    """Return the month (`YYYY-MM`) of a spreadsheet's day number: 45292 is 1 January 2024."""
    if not SERIAL.match(text.strip()):
        return None
    day = FIRST_SERIAL_DAY + timedelta(days=int(float(text)))
    return find_month(day.isoformat())


def find_last_month() -> str:
    now = datetime.now(UTC)
    return f"{now.year + YEARS_AHEAD}-{now.month:02d}"


def list_future(months: Iterable[str | None]) -> list[str]:
    """Return those of some months (`YYYY-MM`) that are still to come, by the clock of this machine."""
    this = f"{datetime.now(UTC):%Y-%m}"
    return sorted({month for month in months if month is not None and month > this})


def list_gaps(span: Collection[str], held: Collection[str]) -> list[str]:
    """Return months (`YYYY-MM`) missing between the first and last of a span."""
    every = np.arange(np.datetime64(min(span)), np.datetime64(max(span)) + 1)
    return [month for month in every.astype(str).tolist() if month not in held]


def tidy_month(month: str) -> str:
    """Return a six-digit month as `YYYY-MM`; anything else unchanged."""
    return f"{month[:4]}-{month[4:]}" if len(month) == 6 and month.isdigit() else month
