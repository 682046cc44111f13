"""What a data folder says of itself in its optional `data_set.yml`."""

from dataclasses import dataclass
from pathlib import Path

from crime_dagster.core.errors import InputError
from crime_dagster.core.records import noted
from crime_dagster.core.yaml_files import read_yaml

MARKER = "data_set.yml"
KINDS = {"place": str, "synthetic": bool, "force": str, "needs": list, "partial": bool, "follow_links": bool}
EXPECTED = (
    "YAML with `place: <name of the city>` and `synthetic: true` or `false`, or without both for London's published "
    "data; optionally `force`, a list `needs`, `partial: true` and `follow_links: true`"
)
REMEDY = "correct the file, or delete it if the data is London's published data and whole"
LONGEST_FOUND = 300
# It is in the title of every picture.
LONGEST_NAME = 100


@dataclass(frozen=True)
class DataSet:
    """What a data folder says of itself in its optional `data_set.yml`."""

    name: str  # of the folder; names the warehouse folder too
    place: str = "London"  # the city, for titles
    synthetic: bool = False  # whether the data is made up; every picture and page then says so
    force: str = "Metropolitan Police Service"  # the police force that publishes the LSOA level file
    needs: tuple[str, ...] = ()  # keys of the sources without which a run on the data set refuses to begin
    partial: bool = False  # whether boroughs without any figures are meant to be missing; titles then name the others
    follow_links: bool = False  # whether links in the folder may lead out of it


@noted()
def read_data_set(data_dir: Path) -> DataSet:
    """What a data folder says of itself; one without the file is London's published data."""
    path = data_dir / MARKER
    if not path.is_file():
        return DataSet(name=data_dir.name)
    said = read_yaml(path, EXPECTED, REMEDY)
    if not isinstance(said, dict):
        raise _refuse(path, f"{said!r}")
    # A place without a word on whether it is made up could pass made-up figures for recorded ones.
    if ("place" in said) != ("synthetic" in said):
        raise _refuse(path, "one of `place` and `synthetic` without the other")
    for key, value in said.items():
        if key not in KINDS or not isinstance(value, KINDS[key]) or value == "":
            raise _refuse(path, f"{key}: {value!r}")
        if isinstance(value, str) and len(value) > LONGEST_NAME:
            raise _refuse(path, f"{key} of {len(value)} letters, more than {LONGEST_NAME}")
    return DataSet(name=data_dir.name, **{**said, "needs": tuple(str(key) for key in said.get("needs", DataSet.needs))})


def _refuse(path: Path, found: str) -> InputError:
    return InputError(file=path, found=found[:LONGEST_FOUND], expected=EXPECTED, remedy=REMEDY)
