"""The catalogue of published sources, and which files of a data folder belong to them."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

from crime_dagster.core.errors import InputError
from crime_dagster.core.yaml_files import read_yaml
from crime_dagster.sources.entry import NEEDS, Source, SourceColumn, parse_source
from crime_dagster.sources.folder import is_empty, list_files
from crime_dagster.sources.readers.reading import SourceFile

__all__ = [
    "CATALOGUE",
    "Source",
    "SourceColumn",
    "find_files",
    "find_strangers",
    "is_named_like",
    "is_taken_for",
    "load_catalogue",
    "require_files",
]

CATALOGUE = Path(__file__).with_name("catalogue.yml")
SHOWN_FILES = 12


def load_catalogue(path: Path = CATALOGUE) -> dict[str, Source]:
    """Read the catalogue.

    Args:
        path: The YAML file.

    Returns:
        Sources by key `publisher/thing`, in the file's order.

    Raises:
        InputError: The file is not YAML, or an entry is malformed.
    """
    # Steps ask for it some thirty times a run, and YAML of this size takes a third of a second to read.
    return dict(_read_catalogue(path, path.stat().st_mtime_ns if path.is_file() else 0))


@functools.lru_cache(maxsize=4)
def _read_catalogue(path: Path, _changed: int) -> dict[str, Source]:
    entries: Any = read_yaml(path, "a readable YAML file", "correct the catalogue of sources")
    if not isinstance(entries, dict) or not entries:
        raise InputError(
            file=path.name,
            found=type(entries).__name__,
            expected="a mapping of publisher/thing to what is known about it",
            remedy="mend the catalogue of sources",
        )
    return {str(key): parse_source(str(key), entry, path.name) for key, entry in entries.items()}


def find_files(source: Source, data_dir: Path) -> list[SourceFile]:
    """Files of a data folder that belong to a source.

    Case does not count, depth does not count, links are followed, a zip archive is a folder, and `.gz` may follow a
    name. The patterns are alternatives: the first that has hits counts, and all of them where several files are one
    source.

    Args:
        source: The source.
        data_dir: Folder of published files.

    Returns:
        The files, sorted by their path below the folder.

    Raises:
        InputError: The folder does not exist, is not a folder or is empty, or an archive in it is damaged.
    """
    return [file for file in _find_named(source, data_dir) if _is_known(source, file.name)]


def find_strangers(source: Source, data_dir: Path) -> list[str]:
    """Files that are named like those of a source but lack a value that its rows need, such as the kind of venue.

    Raises:
        InputError: The folder does not exist, is not a folder or is empty.
    """
    return [file.name for file in _find_named(source, data_dir) if not _is_known(source, file.name)]


def is_taken_for(source: Source, name: str) -> bool:
    """Whether a file of that path, with `/`, would be taken for one of a source."""
    return is_named_like(source, name) and _is_known(source, name)


def require_files(catalogue: dict[str, Source], data_dir: Path, needs: Sequence[str] = ()) -> None:
    """See that there are crimes and areas, before anything is built. Every other source may be absent.

    Args:
        catalogue: Sources by key.
        data_dir: Folder of published files.
        needs: Keys of the sources that the data set says it consists of; none of these may be absent.

    Raises:
        InputError: The folder cannot be used, or sources are missing; one message lists them all.
    """
    names = _list_names(data_dir)
    unknown = [key for key in needs if key not in catalogue]
    if unknown:
        raise InputError(
            file=data_dir / "data_set.yml",
            found=f"needs: {', '.join(unknown)}",
            expected="keys of the catalogue of sources, such as mps/lsoa_crime",
            remedy="mend the list `needs` of this file",
        )
    kinds = [need for need in NEEDS if not names or not _has_any(catalogue, need, data_dir)]
    lacking = [catalogue[key] for key in needs if not names or not find_files(catalogue[key], data_dir)]
    missing = [source for source in catalogue.values() if source.needed_for in kinds or source in lacking]
    if not missing:
        return
    shown = ", ".join(names[:SHOWN_FILES]) + (" ..." if len(names) > SHOWN_FILES else "")
    found = f"{len(names)} files ({shown})" if names else "a folder without files"
    absent = [*[f"no {kind}" for kind in kinds], *[f"none for {source.key}" for source in lacking]]
    wanted = [f"{_say_need(source, kinds)}{source.key}: a file named like {_or(source.patterns)}" for source in missing]
    pages = [f"{source.key}: {source.title}, {source.landing_page}" for source in missing]
    raise InputError(
        file=data_dir,
        found=f"{found}, and {', '.join(absent)}",
        expected="in this folder or below it" + _items(wanted),
        remedy="check that CRIME_DATA_DIR names the right folder, or download what is missing" + _items(pages),
    )


def _say_need(source: Source, kinds: Sequence[str]) -> str:
    return f"{source.needed_for}, at least one: " if source.needed_for in kinds else ""


def _has_any(catalogue: dict[str, Source], need: str, data_dir: Path) -> bool:
    return any(find_files(source, data_dir) for source in catalogue.values() if source.needed_for == need)


def _list_names(data_dir: Path) -> list[str]:
    return [] if is_empty(data_dir) else [file.name for file in list_files(data_dir)]


def _find_named(source: Source, data_dir: Path) -> list[SourceFile]:
    files = list_files(data_dir)
    if source.many_files:
        return [file for file in files if is_named_like(source, file.name)]
    for pattern in source.patterns:
        hits = [file for file in files if _matches(file.name, pattern)]
        if hits:
            return hits
    return []


def is_named_like(source: Source, name: str) -> bool:
    """Whether a file's name, or its path with `/`, fits one of a source's patterns."""
    return any(_matches(name, pattern) for pattern in source.patterns)


def _is_known(source: Source, name: str) -> bool:
    return None not in source.values_in_name(name).values()


def _matches(name: str, pattern: str) -> bool:
    parts = _split(pattern)
    for candidate in _spell(name):
        tail = candidate[-len(parts) :]
        if len(tail) == len(parts) and all(map(fnmatchcase, tail, parts)):
            return True
    return False


# Every source asks for every name, and an archive may hold thousands.
@functools.lru_cache(maxsize=1 << 16)
def _spell(name: str) -> tuple[tuple[str, ...], ...]:
    """The parts of a path as they are compared, with and without `.gz` at the end."""
    found = _fold(name)
    return tuple({PurePosixPath(spelling).parts for spelling in (found, found.removesuffix(".gz"))})


@functools.lru_cache(maxsize=1 << 10)
def _split(pattern: str) -> tuple[str, ...]:
    return tuple(_fold(pattern).split("/"))


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _or(patterns: tuple[str, ...]) -> str:
    return " or ".join(f"'{pattern}'" for pattern in patterns)


def _items(lines: list[str]) -> str:
    return "".join(f"\n            - {line}" for line in lines)
