"""The optional `data_set.yml` of a data folder."""

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from crime_dagster.core.errors import InputError
from crime_dagster.core.places import Authority, Place, find_place, fold, load_authorities, require_place
from crime_dagster.core.records import noted
from crime_dagster.core.yaml_files import read_yaml

MARKER = "data_set.yml"
OWN_FILES = (MARKER, "scenarios.yml", "pictures.yml")
SPELLINGS = re.compile(r"(data[ _-]?set|scenarios?|pictures?)\.ya?ml(\.txt)?", re.IGNORECASE)
KINDS = {
    "place": str,
    "synthetic": bool,
    "force": str,
    "needs": list,
    "partial": bool,
    "contact": str,
    "follow_links": bool,
    "forces": dict,
    "recording_breaks": list,
}
BREAK = ("starts_on", "force", "crime_type", "title", "words")
EXPECTED = (
    "YAML with `place: <name>` and `synthetic: true` or `false`, or without both for London's published "
    "data; optionally `force`, a list `needs`, `partial: true`, `contact`, `follow_links: true`, and for a made-up "
    "country `forces` (force: {code: name of a local authority}); a list `recording_breaks`, each with "
    f"{', '.join(BREAK)}"
)
REMEDY = "correct the file, or delete it if the data is London's published data and whole"
LONGEST_FOUND = 300
# It appears in the title of every picture.
LONGEST_NAME = 100


@dataclass(frozen=True)
class DataSet:
    """What the `data_set.yml` of a data folder states."""

    name: str  # of the folder; also names the warehouse folder
    place: str = "London"  # for titles
    synthetic: bool = False  # whether the data is made up; every picture and page then says so
    force: str = "Metropolitan Police Service"  # police force that publishes the LSOA level file
    needs: tuple[str, ...] = ()  # keys of the sources without which a run refuses to start
    partial: bool = False  # whether some boroughs are meant to have no figures; titles then name the others
    contact: str = ""  # contact for readers of the pages: an e-mail address, or text
    follow_links: bool = False  # whether symlinks in the folder may lead out of it
    # Local authorities of a made-up country, by police force: code and name.
    forces: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    # Days from which on a force recorded differently: `BREAK`'s keys, beside those that the project knows.
    recording_breaks: tuple[Mapping[str, str], ...] = ()
    # The local authorities that are published; None for all that the folder has.
    chosen: Place | None = None
    # Whether the place was chosen and is not the default: rows elsewhere are then counted and not landed.
    is_cut: bool = False

    @property
    def is_of_boroughs(self) -> bool:
        return self.chosen.is_of_boroughs if self.chosen else not self.forces


@noted()
def read_data_set(data_dir: Path) -> DataSet:
    """Read `data_set.yml`; a folder without it is London's published data."""
    path = data_dir / MARKER
    _require_spelling(data_dir)
    if not path.is_file():
        return DataSet(name=data_dir.name)
    said = read_yaml(path, EXPECTED, REMEDY)
    if not isinstance(said, dict):
        raise _refuse(path, f"{said!r}")
    # A place that does not say whether it is made up could pass off made-up figures as recorded ones.
    if ("place" in said) != ("synthetic" in said):
        raise _refuse(path, "one of `place` and `synthetic` without the other")
    for key, value in said.items():
        if key not in KINDS or not isinstance(value, KINDS[key]) or not str(value).strip():
            raise _refuse(path, f"{key}: {value!r}")
        if isinstance(value, str) and len(value) > LONGEST_NAME:
            raise _refuse(path, f"{key} of {len(value)} letters, more than {LONGEST_NAME}")
    forces = said.get("forces", {})
    listed = [named if isinstance(named, dict) else {None: None} for named in forces.values()]
    if not all(isinstance(word, str) for named in listed for pair in named.items() for word in pair):
        raise _refuse(path, "forces without `code: name` of their local authorities")
    police = {said.get("force", DataSet.force), *forces, *(one.force for one in load_authorities())}
    breaks = tuple(_read_break(path, one, police) for one in said.get("recording_breaks", ()))
    needs = tuple(str(key) for key in said.get("needs", DataSet.needs))
    return DataSet(name=data_dir.name, **{**said, "needs": needs, "recording_breaks": breaks})


def _read_break(path: Path, said: object, police: Collection[str]) -> dict[str, str]:
    found = {key: str(value) for key, value in said.items()} if isinstance(said, dict) else {}
    if found.keys() != {*BREAK} or not _is_day(found["starts_on"]) or not all(found.values()):
        raise _refuse(path, f"recording_breaks: {said!r}")
    # A break of a force that no figure is from would be shown nowhere.
    if found["force"] not in police:
        raise _refuse(path, f"recording_breaks: no police force {found['force']!r}")
    return found


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _require_spelling(data_dir: Path) -> None:
    """Refuse files of settings under names that are not read: made-up figures could pass for recorded ones."""
    for name in sorted(path.name for path in data_dir.iterdir()) if data_dir.is_dir() else ():
        found = SPELLINGS.fullmatch(name)
        if found and name not in OWN_FILES:
            own = next(one for one in OWN_FILES if one.startswith(found[1][:4].casefold()))
            raise InputError(file=data_dir / name, found="a name that is not read", expected=own, remedy="rename it")


def choose_place(data_set: DataSet, asked: str) -> DataSet:
    """Return a data set cut to a place; without one, to the place that it names, if that is a known one."""
    forces = data_set.forces.items()
    own = tuple(Authority(code, name, force) for force, named in forces for code, name in named.items())
    known = own if data_set.synthetic else load_authorities()
    if fold(asked) == fold(data_set.place):
        asked = ""
    place = require_place(asked, known) if asked else None if data_set.synthetic else find_place(data_set.place, known)
    # All of a made-up country keeps the name that it has.
    if place is None or (data_set.synthetic and len(place.authorities) == len(own)):
        most = max(sorted(data_set.forces), key=lambda force: len(data_set.forces[force]), default=data_set.force)
        return replace(data_set, force=most)
    if place.name == DataSet.place:
        return replace(data_set, place=place.name, chosen=place)
    # The force whose file by small area counts, wherever that has areas; else that of most authorities.
    has_file = any(one.force == data_set.force for one in known if one.code in place.authorities)
    force = data_set.force if has_file else place.force
    return replace(data_set, place=place.name, force=force, chosen=place, is_cut=True)


def _refuse(path: Path, found: str) -> InputError:
    return InputError(file=path, found=found[:LONGEST_FOUND], expected=EXPECTED, remedy=REMEDY)
