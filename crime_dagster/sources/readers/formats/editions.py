"""Which of several parts of one file counts: sheets of a workbook, layers of a map."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crime_dagster.core.errors import InputError
from crime_dagster.sources.readers.formats.reading import SourceFile

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = re.compile(rf"(?<![a-z])({'|'.join(MONTHS)})[a-z]*", re.IGNORECASE)
# A year, or the number of a version: `v5`. Other numbers count sheets, not editions.
EDITION = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<=[_\s-]v)\d+(?!\d)", re.IGNORECASE)


def choose_part(names: Sequence[str], what: str, file: SourceFile) -> tuple[str, list[str]]:
    """The part that counts of those that hold what is looked for.

    Args:
        names: Names of these parts, at least one.
        what: What they are, for messages: `sheets` or `layers`.
        file: Whose parts they are.

    Returns:
        The only one; of several whose names differ in their year, month or version alone the newest, with a warning.

    Raises:
        InputError: There are several, and their names do not say which is the newest.
    """
    editions = {name: _read_edition(name) for name in names}
    skeletons = {_name_without_edition(name) for name in names}
    in_order = sorted(names, key=lambda name: editions[name])
    is_told = len(skeletons) == 1 and len(set(editions.values())) == len(names)
    if len(names) == 1:
        return names[0], []
    if is_told:
        older = ", ".join(in_order[:-1])
        return in_order[-1], [f"{file.name}: of {len(names)} {what} that fit {in_order[-1]} is read, not {older}"]
    raise InputError(
        file=file.name,
        found=f"{len(names)} {what} that fit: {', '.join(names)}",
        expected="one that fits, or names that differ in their year alone",
        remedy=f"keep the one that counts in a copy of the file and delete the other {what} there",
    )


def _read_edition(name: str) -> tuple[int, ...]:
    month = MONTH.search(name)
    numbers = [int(found) for found in EDITION.findall(name)]
    return (*numbers, MONTHS.index(month[1].casefold()) + 1) if month else tuple(numbers)


def _name_without_edition(name: str) -> str:
    return EDITION.sub("#", MONTH.sub("@", name)).strip().casefold()
