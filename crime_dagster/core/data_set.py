"""What a data folder says of itself in its optional `data_set.yml`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from crime_dagster.core.errors import InputError

MARKER = "data_set.yml"


@dataclass(frozen=True)
class DataSet:
    """What a data folder says of itself in its optional `data_set.yml`.

    Args:
        name: The folder's name; names the warehouse folder too.
        place: The city, for titles.
        synthetic: Whether the data is made up; every picture and page then says so.
        force: The police force that publishes the LSOA level file.
        needs: Keys of the sources without which the data set is not whole; a run on it refuses to begin without them.
        follow_links: Whether links in the folder may lead out of it.
    """

    name: str
    place: str = "London"
    synthetic: bool = False
    force: str = "Metropolitan Police Service"
    needs: tuple[str, ...] = ()
    follow_links: bool = False


def read_data_set(data_dir: Path) -> DataSet:
    """What a data folder says of itself.

    Raises:
        InputError: The marker file is there and cannot be read.
    """
    path = data_dir / MARKER
    if not path.is_file():
        return DataSet(name=data_dir.name)
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name, kind in (("place", str), ("synthetic", bool)):
            if not isinstance(said[name], kind) or said[name] == "":
                raise TypeError(f"{name} is {said[name]!r}")
        needs = said.get("needs", [])
        if not isinstance(needs, list):
            raise TypeError(f"needs is {needs!r}")
        return DataSet(
            name=data_dir.name,
            place=said["place"],
            synthetic=said["synthetic"],
            force=str(said.get("force", DataSet.force)),
            needs=tuple(str(key) for key in needs),
            follow_links=said.get("follow_links", False) is True,
        )
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise InputError(
            file=path,
            found=f"{type(error).__name__}: {error}",
            expected="YAML with `place: <name of the city>`, `synthetic: true` or `false`, and at will `force` "
            "and a list `needs`",
            remedy="mend the file, or delete it if the data is published data about London",
        ) from error
