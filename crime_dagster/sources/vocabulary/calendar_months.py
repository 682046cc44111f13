"""Months in the spellings of publishers, and which of them a published figure can speak of."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
FORMS = (
    re.compile(r"^(?P<year>(19|20)\d\d)(?P<month>\d\d)$"),
    re.compile(r"^(?P<year>(19|20)\d\d)-(?P<month>\d\d?)(-\d\d?([T ].*)?)?$"),
    re.compile(r"^\d\d?/(?P<month>\d\d?)/(?P<year>(19|20)\d\d)$"),
    re.compile(r"^(?P<name>[a-z]{3,9})[ -](?P<year>((19|20)\d\d)|\d\d)$", re.IGNORECASE),
)
SERIAL = re.compile(r"^\d{5}(\.\d+)?$")
FIRST_SERIAL_DAY = date(1899, 12, 30)
# Where spreadsheets (1900) and clocks (1970) begin to count, a month is what they make of a blank or of a small number.
FIRST_YEAR = 1971
# A clock that is a year slow must not cost the newest months; a table holds every month up to the last, so that one far
# in the future would make it many times as long.
YEARS_AHEAD = 2


def find_month(text: str) -> str | None:
    """A month as YYYY-MM; None for what is none, and for one that no published figure can speak of.

    Args:
        text: `202401`, `2024-01`, `2024-1`, a day or a time in it (`2024-01-31`, `31/01/2024`), `January 2024`,
            `Jan-24`.
    """
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


def find_serial_month(text: str) -> str | None:
    """The month (`YYYY-MM`) of a day that is written as a spreadsheet counts it: 45292 is 1 January 2024."""
    if not SERIAL.match(text.strip()):
        return None
    day = FIRST_SERIAL_DAY + timedelta(days=int(float(text)))
    return find_month(day.isoformat())


def find_last_month() -> str:
    """The last month (`YYYY-MM`) that is taken for one."""
    now = datetime.now(UTC)
    return f"{now.year + YEARS_AHEAD}-{now.month:02d}"
