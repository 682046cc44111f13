"""The catalogue of published sources, and how well a file name fits each of them."""

import functools
import re
import unicodedata
from collections.abc import Sequence
from fnmatch import translate
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
    patterns = _list_patterns(source) if list_possible([source], name) else ()
    return next((rank for rank, pattern in enumerate(patterns) if _fits(name, pattern)), None)


def list_possible(sources: Sequence[Source], name: str) -> list[Source]:
    """Return the sources that may fit the last part of a name: a quick test, which most sources fail."""
    lasts = {spelling.name for spelling in _spell(name)}
    return [source for source in sources if any(map(_last_parts(source).match, lasts))]


def weigh_name(source: Source, *names: str) -> int:
    """Return the number of letters spelt out by the longest fitting pattern of a source, whatever the suffix."""
    loose = _list_patterns(source)[len(source.patterns) :]
    fitting = (pattern for pattern in loose for name in names if _fits(name, pattern))
    return max((len(pattern.replace("*", "")) for pattern in fitting), default=0)


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


def _fits(name: str, pattern: str) -> bool:
    return any(spelling.match(pattern) for spelling in _spell(name))


# Every name is compared with every source, one name after the other.
@functools.lru_cache(maxsize=1 << 12)
def _spell(name: str) -> frozenset[PurePosixPath]:
    """Return a path in all spellings: with and without a final `.gz`, the mark of a copy and its own suffix."""
    spellings = {_fold(name), _fold(name).removesuffix(".gz")}
    spellings |= set(map(strip_copy_mark, spellings))
    return frozenset(map(PurePosixPath, (*spellings, *map(_cut_container, spellings))))


@functools.lru_cache(maxsize=1 << 10)
def _list_patterns(source: Source) -> tuple[str, ...]:
    """Return the patterns of a source as compared, best first, then the same for any suffix of their kind."""
    exact = [_fold(pattern) for pattern in source.patterns]
    return (*exact, *map(_cut_container, exact))


@functools.lru_cache(maxsize=1 << 10)
def _last_parts(source: Source) -> re.Pattern[str]:
    lasts = (pattern.rpartition("/")[2] for pattern in _list_patterns(source))
    return re.compile("|".join(f"(?:{translate(last)})" for last in lasts))


def _cut_container(name: str) -> str:
    """Replace a name's suffix by its kind, because a table or map may come in any of its formats."""
    stem, dot, suffix = name.rpartition(".")
    kind = next((kind for kind, suffixes in CONTAINERS.items() if dot + suffix.casefold() in suffixes), None)
    return f"{stem}.<{kind}>" if kind else name


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
