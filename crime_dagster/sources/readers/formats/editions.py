"""The year, month or version in the name of a file, sheet or layer, and which of several is newest."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from crime_dagster.sources.catalogue.catalogue import strip_copy_mark
from crime_dagster.sources.readers.formats.reading import SourceFile, refuse
from crime_dagster.sources.vocabulary.calendar_months import NAMES

# In the name of a sheet or layer: a month, and a year or a version such as `v5`. Other numbers count sheets.
MONTH_OF_PART = re.compile(rf"(?<![a-z])({'|'.join(NAMES)})[a-z]*", re.IGNORECASE)
YEAR_OF_PART = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<=[_\s-]v)\d+(?!\d)", re.IGNORECASE)
# In a file name: a month and year in words, a date in figures or a version.
EDITION = re.compile(
    rf"(?<![a-z])(?P<word>{'|'.join(NAMES)})[a-z]*[-_ ]*(?P<year>(?:19|20)\d\d)(?!\d)"
    r"|(?<!\d)(?P<date>(?:19|20)\d\d(?:[-_]?(?:0[1-9]|1[0-2])(?:[-_]?[0-3]\d)?)?)(?!\d)"
    r"|(?<![a-z])v(?P<version>\d{1,3})(?!\d)"
)
# ONS's portal adds this to the name of each download.
PORTAL_NUMBER = re.compile(r"_-?\d{8,}$")


def choose_part(names: Sequence[str], what: str, file: SourceFile) -> tuple[str, list[str]]:
    """Choose between the `sheets` or `layers` of one file that have the required columns.

    Returns the only one, or the newest, with a warning, if the names differ only in year, month or version. Otherwise
    the file is refused.
    """
    if len(names) == 1:
        return names[0], []
    editions = {name: _read_part(name) for name in names}
    stems = {YEAR_OF_PART.sub("#", MONTH_OF_PART.sub("@", name)).strip().casefold() for name in names}
    *older, newest = sorted(names, key=lambda name: editions[name])
    if len(stems) == 1 and len(set(editions.values())) == len(names):
        return newest, [f"{file.name}: of {len(names)} {what} that fit {newest} is read, not {', '.join(older)}"]
    raise refuse(
        file,
        f"{len(names)} {what} that fit: {', '.join(names)}",
        "one that fits, or names that differ only in their year",
        f"keep the right one in a copy of the file and delete the other {what} there",
    )


def _read_part(name: str) -> tuple[int, ...]:
    month = MONTH_OF_PART.search(name)
    numbers = [int(found) for found in YEAR_OF_PART.findall(name)]
    return (*numbers, NAMES.index(month[1].casefold()) + 1) if month else tuple(numbers)


def read_edition(name: str) -> tuple[str, tuple[int, ...]]:
    """Return a file name without its edition, and the edition as comparable numbers."""
    stem, dot, suffix = strip_copy_mark(PurePosixPath(name).name.casefold()).rpartition(".")
    stem = PORTAL_NUMBER.sub("", stem)
    numbers: list[int] = []
    for found in EDITION.finditer(stem):
        if found["word"]:
            numbers += [int(found["year"]), NAMES.index(found["word"]) + 1, 0]
        elif found["date"]:
            digits = re.sub(r"\D", "", found["date"]).ljust(8, "0")
            numbers += [int(digits[:4]), int(digits[4:6]), int(digits[6:])]
        else:
            numbers.append(int(found["version"]))
    return f"{EDITION.sub('#', stem)}{dot}{suffix}", tuple(numbers)
