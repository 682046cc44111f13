"""Codes of a place's small areas by year, and boroughs by the spellings of their names."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from crime_dagster.core.places import BOROUGH_CODES, fold, load_authorities

LSOAS = Path(__file__).with_name("lsoas.csv")
VINTAGES = ("2021", "2011")
MIXED = "mixed"


@dataclass(frozen=True)
class KnownAreas:
    """The small areas of a place, by the year of their codes."""

    codes: dict[str, frozenset[str]]  # by vintage, `2011` and `2021`
    origin: str  # source of the codes, for messages
    is_shipped: bool = False  # whether they come with the project and not from files of the folder

    @cached_property
    def every_code(self) -> frozenset[str]:
        return frozenset().union(*self.codes.values())

    def find_vintage(self, codes: Iterable[str]) -> str | None:
        """Return the year of a set of codes, ignoring others: `2021`, `2011`, `mixed`; None if none is in the place.

        Most areas kept their code, so the codes that only one year has decide. Without any of these, it is 2021.
        """
        known = self.every_code.intersection(codes)
        if not known:
            return None
        for vintage in VINTAGES:
            if known <= self.codes.get(vintage, frozenset()):
                return vintage
        return MIXED

    def count_vintages(self, codes: Iterable[str]) -> dict[str, int]:
        """Return how many of some codes only one year has, by vintage."""
        listed = list(codes)
        other = {"2011": "2021", "2021": "2011"}
        return {
            vintage: sum(code in named and code not in self.codes.get(other[vintage], frozenset()) for code in listed)
            for vintage, named in sorted(self.codes.items())
        }


@cache
def load_areas(authorities: frozenset[str], place: str) -> KnownAreas:
    """Return the built-in small areas of local authorities, from the ONS lookup of LSOA 2011 to 2021 (V3), OGL v3.0."""
    codes = {
        vintage: frozenset(code for code, authority in load_homes(vintage).items() if authority in authorities)
        for vintage in VINTAGES
    }
    origin = f"the list of {place}'s codes of 2011 and 2021 that comes with the project"
    return KnownAreas(codes=codes, origin=origin, is_shipped=True)


@cache
def load_homes(vintage: str) -> dict[str, str]:
    """Return the local authority of 2022 of each small area of England and Wales, by code."""
    found: dict[str, str] = {}
    with LSOAS.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(line for line in stream if not line.startswith("#")):
            if row["vintage"] == vintage:
                first = row["first"]
                numbers = range(int(first[1:]), int(first[1:]) + int(row["codes"]))
                found |= dict.fromkeys((f"{first[0]}{number:08d}" for number in numbers), row["borough_code"])
    return found


@cache
def list_other_codes(vintage: str) -> frozenset[str]:
    """Return the codes of England and Wales that only the other census has."""
    named = load_areas(frozenset(one.code for one in load_authorities()), "England and Wales").codes
    return frozenset().union(*(known for other, known in named.items() if other != vintage)) - named[vintage]


def gather_areas(
    boundaries: dict[str, set[str]], links: Iterable[tuple[str, str]], origin: str, otherwise: KnownAreas
) -> KnownAreas:
    """Return a folder's areas: codes of boundaries or lists by vintage, and 2011 to 2021 links; else `otherwise`.

    Boundaries define the place, and the lookup from 2011 to 2021 adds the codes of the other year. Without boundaries
    the whole lookup defines it.
    """
    pairs = list(links)
    found = {vintage: set(boundaries.get(vintage, ())) for vintage in VINTAGES}
    if not any(found.values()):
        if not pairs:
            return otherwise
        found = {"2011": {old for old, _ in pairs}, "2021": {new for _, new in pairs}}
    elif not found["2011"]:
        found["2011"] = {old for old, new in pairs if new in found["2021"]}
    elif not found["2021"]:
        found["2021"] = {new for old, new in pairs if old in found["2011"]}
    return KnownAreas(codes={vintage: frozenset(named) for vintage, named in found.items()}, origin=origin)


def find_borough(name: str) -> str | None:
    """Return a borough's code from a name in any spelling or a code, even from before 2011; else None."""
    return _read_names().get(fold(name))


@cache
def _read_names() -> dict[str, str]:
    # Some publishers shorten names such as Kingston upon Thames.
    return {
        fold(spelling): one.code
        for one in load_authorities()
        if one.code.startswith(BOROUGH_CODES)
        for spelling in (*one.spellings, one.name.partition(" upon ")[0])
    }
