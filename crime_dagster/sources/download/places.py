"""Downloads of another place than the default: the catalogue's addresses name the files and queries of that one."""

import re
from collections.abc import Mapping
from dataclasses import replace

from crime_dagster.core.data_set import DataSet
from crime_dagster.core.places import FORCE_ENDS, Place, find_place, list_forces, load_authorities, require_place
from crime_dagster.sources.catalogue.address import Address
from crime_dagster.sources.catalogue.entry import Source

# A layer's filters by local authority, and by the rectangle of a map without them.
BY_AUTHORITY = re.compile(r"^(\w+) LIKE '\w+%'$")
# More would be a longer address than servers accept: then the whole layer is fetched.
MOST_NAMES = 60
RECTANGLE = ("geometry", "geometryType", "inSR", "spatialRel")


def fit_to_place(catalogue: Mapping[str, Source], asked: str) -> dict[str, Source]:
    """Return the catalogue with the addresses of a place; unchanged for the default one.

    Sources that cover another place alone are not fetched.
    """
    default = find_place(DataSet.place, load_authorities())
    place = require_place(asked, load_authorities()) if asked else default
    if place is None or default is None or place.authorities == default.authorities:
        return dict(catalogue)
    return {key: _fit(source, place, default) for key, source in catalogue.items()}


def name_forces(place: Place) -> list[str]:
    """Return the police forces of a place as their files name them: `devon-and-cornwall`."""
    short = (FORCE_ENDS.sub("", force) for force in list_forces(place))
    return sorted(name.casefold().replace("&", "and").replace(" ", "-") for name in short)


def _fit(source: Source, place: Place, default: Place) -> Source:
    address, why, slug = source.download, None, re.sub(r"\W+", "_", place.name.casefold())
    covered = find_place(source.covers, load_authorities()) if source.covers else None
    is_fixed = address.kind == "file" and default.name.casefold() in (address.file or "").casefold()
    where = address.query.get("where", "")
    if address.kind == "manual":
        return source
    if covered and not place.authorities & covered.authorities:
        why = f"it covers {source.covers} alone"
    elif address.each or is_fixed or (where and not BY_AUTHORITY.match(where)):
        why = f"its address here is for {default.name} alone: fetch the file for {place.name} by hand"
    if why is not None:
        return replace(source, download=Address(kind="manual", why=why))
    file = address.file and re.sub(default.name, slug, address.file, flags=re.IGNORECASE)
    join = address.join and replace(address.join, query=_ask(address.join.query, place))
    members, query = _choose_members(address.members, place, default), _ask(address.query, place)
    return replace(source, download=replace(address, members=members, query=query, join=join, file=file))


def _choose_members(members: tuple[str, ...], place: Place, default: Place) -> tuple[str, ...]:
    """Return the files of a zip, with the forces of a place instead of the default's."""
    pairs = [(name, force) for name in members for force in name_forces(default) if f"*-{force}-" in name]
    ends = dict.fromkeys(name.removeprefix(f"*-{force}-") for name, force in pairs)
    return tuple(f"*-{force}-{end}" for end in ends for force in name_forces(place)) or members


def _ask(query: Mapping[str, str], place: Place) -> dict[str, str]:
    """Return a query with the local authorities of a place in its filter."""
    asked = dict(query)
    if found := BY_AUTHORITY.match(asked.get("where", "")):
        asked["where"] = f"{found[1]} IN ({', '.join(repr(code) for code in sorted(place.authorities))})"
    elif "geometry" in asked:
        # Small areas are named after their local authority.
        asked = {name: value for name, value in asked.items() if name not in RECTANGLE}
        names = sorted(one.short.replace("'", "''") for one in load_authorities() if one.code in place.authorities)
        asked["where"] = (
            " OR ".join(f"LSOA21NM LIKE '{name} 0%'" for name in names) if len(names) <= MOST_NAMES else "1=1"
        )
    return asked
