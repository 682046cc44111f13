"""Places by name: local authorities of England and Wales, their police forces and counties."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

from crime_dagster.core.errors import refuse_variable

FORCES = Path(__file__).resolve().parents[3] / "dbt_project" / "seeds" / "borough_forces.csv"
AUTHORITIES = Path(__file__).with_name("authorities.csv")
VARIABLE = "CRIME_PLACE"
# Codes of these begin with it; everywhere else a local authority is not called a borough.
BOROUGH_CODES = "E09"
# In the order of their spellings: the first is the title.
EVERYWHERE = {("England and Wales",): ("E", "W"), ("England",): ("E",), ("Wales", "Cymru"): ("W",)}
TITLES = re.compile(r"^(the )?(((royal|london) )*borough of |city of (?=westminster)|lb )?|( london)? borough$")
_AFTER_COMMA = re.compile(r"^(?P<name>.+), (?P<title>City|County) of$")
FORCE_ENDS = re.compile(r" (Police Service|Police|Constabulary)$")
SHOWN_NAMES = 3
# Below it a name is another word: Reading for Edinburgh.
SIMILAR = 0.7


@dataclass(frozen=True)
class Authority:
    """A local authority."""

    code: str
    name: str
    force: str
    county: str = ""
    legacy: str = ""  # its code before 2011, if publishers still use it
    welsh: str = ""  # its name in Welsh, where that is another

    @property
    def short(self) -> str:
        """Its name without a title: Bristol for Bristol, City of."""
        return _AFTER_COMMA.sub(r"\g<name>", self.name)

    @property
    def spellings(self) -> Iterable[str]:
        titled = _AFTER_COMMA.sub(r"\g<title> of \g<name>", self.name)
        return {self.name, self.short, titled, self.welsh, self.code, self.legacy} - {""}


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
    """Return a name in one spelling: small letters, without titles, accents and signs."""
    letters = re.sub(r"['’\u0300-\u036f]", "", unicodedata.normalize("NFKD", name.casefold()))
    return TITLES.sub("", re.sub(r"[^a-z0-9]+", " ", letters.replace("&", " and ")).strip())


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
    if not authorities:
        remedy = "unset it: this data set is a made-up city, which is published whole"
        raise refuse_variable(VARIABLE, asked, "no place", remedy)
    known = _name_places(authorities)
    unknown = [name.strip() for name in asked.split(";") if name.strip() and fold(name) not in known]
    near = dict.fromkeys(known[key][0] for name in unknown for key in _find_nearest(fold(name), known))
    expected = "a police force, a county, local authorities by name or code, separated by ;, or england-and-wales"
    remedy = f"did you mean {' or '.join(near)}?" if near else "correct the name, or unset it"
    raise refuse_variable(VARIABLE, "; ".join(unknown) or asked, expected, remedy)


def _find_nearest(asked: str, known: Iterable[str]) -> list[str]:
    """Return names that have all words of this one, then those that are part of it or spelt like it."""
    words = set(asked.split())
    ratios = {
        name: SequenceMatcher(None, name, asked).ratio()
        for name in known
        if not any(letter.isdigit() for letter in name)
    }
    longer = {name for name in ratios if words <= set(name.split())}
    near = {name for name, ratio in ratios.items() if ratio >= SIMILAR or words > set(name.split())}
    return sorted(longer | near, key=lambda name: (name not in longer, -ratios[name], name))[:SHOWN_NAMES]


def shorten_force(force: str) -> str:
    return FORCE_ENDS.sub("", force)


def name_force_area(force: str) -> str:
    """Return what the area of a force is called: "Kent" of "Kent Police"."""
    short = shorten_force(force)
    return f"{short} Police area" if force.endswith("Service") else short


@cache
def _name_places(authorities: tuple[Authority, ...]) -> dict[str, tuple[str, frozenset[str]]]:
    """Return title and codes by folded name; of equal names the force's counts, then the county's."""
    found: dict[str, tuple[str, set[str]]] = {}

    def add(spellings: Iterable[str], title: str, codes: set[str]) -> None:
        for spelling in spellings:
            found.setdefault(fold(spelling), (title, codes))

    for force in dict.fromkeys(one.force for one in authorities):
        short = shorten_force(force)
        codes = {one.code for one in authorities if one.force == force}
        add((short, force, f"{short} Police", f"{short} Constabulary"), name_force_area(force), codes)
    for county in sorted({one.county for one in authorities} - {""}):
        codes = {one.code for one in authorities if one.county == county}
        add((county, f"Greater {county}") if are_boroughs(codes) else (county,), county, codes)
    for one in authorities:
        add(one.spellings, one.short, {one.code})
    for titles, prefixes in EVERYWHERE.items():
        add(titles, titles[0], {one.code for one in authorities if one.code.startswith(prefixes)})
    return {name: (title, frozenset(codes)) for name, (title, codes) in found.items() if codes}


def _join(names: Sequence[str]) -> str:
    if len(names) > SHOWN_NAMES:
        return f"{', '.join(names[:SHOWN_NAMES])} and {len(names) - SHOWN_NAMES} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
