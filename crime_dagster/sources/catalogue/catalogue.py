"""The catalogue of published sources, and how well a file name fits each of them."""

import functools
import re
import unicodedata
from collections.abc import Sequence
from fnmatch import fnmatchcase, translate
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import TypeAdapter

from crime_dagster.core.errors import InputError
from crime_dagster.core.files import cached_by_stamp
from crime_dagster.core.yaml_files import read_yaml
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.catalogue.parsing import REMEDY, parse, parse_source

PUBLISHERS = TypeAdapter(dict[str, dict[str, Any]])
CATALOGUE = Path(__file__).with_name("catalogue.yml")
# Browsers, Windows, macOS and GNOME add this to the second file of a name.
COPY_MARK = re.compile(
    r"^copy of |( ?\(\d{1,2}\)| [-\u2013] ?copy( ?\(\d+\))?| copy( \d+)?| \((another )?copy( \d+)?\))+$", re.IGNORECASE
)
CONTAINERS = {
    "table": (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods", ".parquet"),
    "map": (".shp", ".geojson", ".json", ".gpkg"),
}


def load_catalogue(path: Path = CATALOGUE) -> dict[str, Source]:
    """Return the sources by key `publisher/thing`, in the file's order."""
    return dict(_read_catalogue(path))


# Steps ask for it some thirty times a run, and parsing this much YAML takes a third of a second.
@cached_by_stamp
def _read_catalogue(path: Path) -> dict[str, Source]:
    entries: Any = read_yaml(path, "a readable YAML file", REMEDY)
    if not isinstance(entries, dict) or not entries:
        expected = "a mapping of publisher/thing to what is known about it"
        raise InputError(file=path.name, found=type(entries).__name__, expected=expected, remedy=REMEDY)
    publishers = parse(PUBLISHERS, entries.pop("publishers", {}), path.name, "publishers")
    for key, entry in entries.items():
        if isinstance(entry, dict):
            # What an entry says itself counts before what is said of its publisher.
            entries[key] = {**publishers.get(str(key).partition("/")[0], {}), **entry}
    return {str(key): parse_source(str(key), entry, path.name) for key, entry in entries.items()}


def rank_name(source: Source, *names: str) -> int | None:
    """Return how well some spelling of a file name fits a source: 0 for its best pattern, None for no fit.

    Ignored are case, folders above the pattern, `.gz` and marks of a copy such as ` (1)` or ` - Copy`. Names that fit
    except for their suffix (a workbook instead of text) rank last.
    """
    return min((rank for name in names if (rank := _rank(source, name)) is not None), default=None)


def _rank(source: Source, name: str) -> int | None:
    if not list_possible([source], name):
        return None
    exact, loose = _spell(name), _spell(name, any_container=True)
    for spelling, patterns in ((exact, source.patterns), (loose, _stems(source))):
        for rank, pattern in enumerate(patterns):
            if _matches(spelling, pattern):
                return rank if patterns is source.patterns else len(source.patterns) + rank
    return None


def list_possible(sources: Sequence[Source], name: str) -> list[Source]:
    """Return the sources that may fit the last part of a name: a quick test, which most sources fail."""
    lasts = {parts[-1] for loose in (False, True) for parts in _spell(name, any_container=loose) if parts}
    return [source for source in sources if any(map(_last_parts(source).match, lasts))]


def weigh_name(source: Source, *names: str) -> int:
    """Return the number of letters spelt out by the longest fitting pattern of a source, whatever the suffix."""
    spellings = tuple(parts for name in names for parts in _spell(name, any_container=True))
    return max((len(one.replace("*", "")) for one in _stems(source) if _matches(spellings, one)), default=0)


def is_named_like(source: Source, *names: str) -> bool:
    """Whether a spelling of a file name fits a source and contains the values that the source needs from it."""
    return any(_rank(source, name) is not None and has_values(source, name) for name in names)


def has_values(source: Source, name: str) -> bool:
    """Whether a name contains the values that a source takes from it, such as the kind of venue."""
    return None not in source.values_in_name(name).values()


def strip_copy_mark(name: str) -> str:
    folder, slash, last = name.rpartition("/")
    packed = last[-3:] if last.casefold().endswith(".gz") else ""
    stem, dot, suffix = last.removesuffix(packed).rpartition(".")
    return f"{folder}{slash}{COPY_MARK.sub('', stem)}{dot}{suffix}{packed}"


def _matches(spellings: tuple[tuple[str, ...], ...], pattern: str) -> bool:
    parts = _split(pattern)
    long = [spelling for spelling in spellings if len(spelling) >= len(parts)]
    return any(all(map(fnmatchcase, spelling[-len(parts) :], parts)) for spelling in long)


# Every name is compared with every source, and an archive may hold thousands of names.
@functools.lru_cache(maxsize=1 << 16)
def _spell(name: str, *, any_container: bool = False) -> tuple[tuple[str, ...], ...]:
    """Return the parts of a path for comparison: with and without a final `.gz` and the mark of a copy."""
    found = _fold(name)
    spellings = [found, found.removesuffix(".gz")]
    spellings += [strip_copy_mark(spelling) for spelling in spellings]
    if any_container:
        spellings = [_cut_container(spelling) for spelling in spellings]
    return tuple({PurePosixPath(spelling).parts for spelling in set(spellings)})


@functools.lru_cache(maxsize=1 << 10)
def _last_parts(source: Source) -> re.Pattern[str]:
    patterns = (_split(pattern)[-1] for pattern in (*source.patterns, *_stems(source)))
    return re.compile("|".join(f"(?:{translate(pattern)})" for pattern in patterns))


@functools.lru_cache(maxsize=1 << 10)
def _stems(source: Source) -> tuple[str, ...]:
    return tuple(_cut_container(pattern) for pattern in source.patterns)


def _cut_container(name: str) -> str:
    """Replace a name's suffix by its kind, because a table or map may come in any of its formats."""
    stem, dot, suffix = name.rpartition(".")
    kind = next((kind for kind, suffixes in CONTAINERS.items() if dot + suffix.casefold() in suffixes), None)
    return f"{stem}.<{kind}>" if kind else name


@functools.lru_cache(maxsize=1 << 10)
def _split(pattern: str) -> tuple[str, ...]:
    return tuple(_fold(pattern).split("/"))


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
