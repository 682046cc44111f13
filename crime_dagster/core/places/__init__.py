"""Places by name: local authorities of England and Wales, their police forces and counties."""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from crime_dagster.core.errors import refuse_variable

FORCES = Path(__file__).resolve().parents[3] / "dbt_project" / "seeds" / "borough_forces.csv"
AUTHORITIES = Path(__file__).with_name("authorities.csv")
VARIABLE = "CRIME_PLACE"
# Codes of these begin with it; everywhere else a local authority is not called a borough.
BOROUGH_CODES = "E09"
EVERYWHERE = {"England and Wales": ("E", "W"), "England": ("E",), "Wales": ("W",)}
TITLES = re.compile(r"^(the )?((royal|london) )*borough of |^(the )?city of (?=westminster)|^lb |( london)? borough$")
_AFTER_COMMA = re.compile(r"^(?P<name>.+), (?P<title>City|County) of$")
FORCE_ENDS = re.compile(r" (Police Service|Police|Constabulary)$")
SHOWN_NAMES = 3


@dataclass(frozen=True)
class Authority:
    """A local authority."""

    code: str
    name: str
    force: str
    county: str = ""
    legacy: str = ""  # its code before 2011, if publishers still use it

    @property
    def short(self) -> str:
        """Its name without a title: Bristol for Bristol, City of."""
        return _AFTER_COMMA.sub(r"\g<name>", self.name)

    @property
    def spellings(self) -> Iterable[str]:
        titled = _AFTER_COMMA.sub(r"\g<title> of \g<name>", self.name)
        return {self.name, self.short, titled, self.code, self.legacy} - {""}


@dataclass(frozen=True)
class Place:
    """One or more local authorities that are published together."""

    name: str  # for titles
    authorities: frozenset[str]  # their codes
    force: str  # the police force of most of them

    @property
    def is_of_boroughs(self) -> bool:
        return are_boroughs(self.authorities)


def are_boroughs(codes: Iterable[str]) -> bool:
    return all(code.startswith(BOROUGH_CODES) for code in codes)


def fold(name: str) -> str:
    """Return a name in one spelling: small letters, without titles and signs."""
    words = re.sub(r"[^a-z0-9]+", " ", name.casefold().replace("&", " and ")).strip()
    return TITLES.sub("", words)


@cache
def load_authorities() -> tuple[Authority, ...]:
    """Return the local authorities of England and Wales, of 2022 and later (ONS, Open Government Licence v3.0)."""
    with FORCES.open(encoding="utf-8", newline="") as stream:
        forces = {row["borough_code"]: row["force"] for row in csv.DictReader(stream)}
    with AUTHORITIES.open(encoding="utf-8", newline="") as stream:
        return tuple(Authority(force=forces[row["code"]], **row) for row in csv.DictReader(stream))


def list_forces(place: Place) -> frozenset[str]:
    return frozenset(one.force for one in load_authorities() if one.code in place.authorities)


def find_place(asked: str, authorities: Sequence[Authority]) -> Place | None:
    """Return the place of a name, or of several separated by `;`; None if one of them is unknown."""
    known = _name_places(authorities)
    names = [fold(name) for name in asked.split(";") if name.strip()]
    if not names or any(name not in known for name in names):
        return None
    titles = list(dict.fromkeys(known[name][0] for name in names))
    codes = frozenset[str]().union(*(known[name][1] for name in names))
    forces = [one.force for one in authorities if one.code in codes]
    return Place(_join(titles), codes, max(sorted(set(forces)), key=forces.count))


def require_place(asked: str, authorities: Sequence[Authority]) -> Place:
    """Return the place of a name; an unknown one is refused with the nearest ones."""
    if place := find_place(asked, authorities):
        return place
    known = _name_places(authorities)
    unknown = [name.strip() for name in asked.split(";") if name.strip() and fold(name) not in known]
    near = [known[key][0] for name in unknown for key in get_close_matches(fold(name), known, SHOWN_NAMES)]
    expected = "a police force, a county, local authorities by name or code, separated by ;, or england-and-wales"
    remedy = f"did you mean {' or '.join(dict.fromkeys(near))}?" if near else "correct the name, or unset it"
    raise refuse_variable(VARIABLE, "; ".join(unknown) or asked, expected, remedy)


def name_force_area(force: str) -> str:
    """Return what the area of a force is called: "Kent" of "Kent Police"."""
    short = FORCE_ENDS.sub("", force)
    return f"{short} Police area" if force.endswith("Service") else short


@cache
def _name_places(authorities: tuple[Authority, ...]) -> dict[str, tuple[str, frozenset[str]]]:
    """Return title and codes by folded name; of equal names the force's counts, then the county's."""
    found: dict[str, tuple[str, set[str]]] = {}

    def add(spellings: Iterable[str], title: str, codes: set[str]) -> None:
        for spelling in spellings:
            found.setdefault(fold(spelling), (title, codes))

    for force in dict.fromkeys(one.force for one in authorities):
        add(
            (FORCE_ENDS.sub("", force), force),
            name_force_area(force),
            {one.code for one in authorities if one.force == force},
        )
    for county in sorted({one.county for one in authorities} - {""}):
        codes = {one.code for one in authorities if one.county == county}
        add((county, f"Greater {county}") if are_boroughs(codes) else (county,), county, codes)
    for one in authorities:
        add(one.spellings, one.short, {one.code})
    for title, prefixes in EVERYWHERE.items():
        add((title,), title, {one.code for one in authorities if one.code.startswith(prefixes)})
    return {name: (title, frozenset(codes)) for name, (title, codes) in found.items()}


def _join(names: Sequence[str]) -> str:
    if len(names) > SHOWN_NAMES:
        return f"{', '.join(names[:SHOWN_NAMES])} and {len(names) - SHOWN_NAMES} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
