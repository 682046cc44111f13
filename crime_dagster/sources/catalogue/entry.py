"""One entry of the catalogue: what is known about a published source before any of its files is opened."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.address import Address, parse_address

NEEDS = ("crime", "areas")
READER_NAMES = ("table", "wide", "points", "boundaries")
CODE_PATTERNS = {
    "lsoa_code": r"^[EW]01\d{6}$",
    "msoa_code": r"^[EW]02\d{6}$",
    "borough_code": r"^[EW]0[6-9]\d{6}$",
}
# The one portion of a source that is not landed by month.
WHOLE = ""
KINDS = ("text", "count", "number", "share", "month", "borough", "borough_if_any", *CODE_PATTERNS)


@dataclass(frozen=True)
class SourceColumn:
    """A column as it is landed, and the headers it may have in a file.

    Args:
        name: Landed name.
        headers: Accepted spellings, best first; case and blanks do not count.
        kind: `text`, `count` (whole, not negative), `number`, `share` (landed as a fraction of 1), `month` (landed as
            YYYY-MM), `borough` (a name or code of one, landed as its code), `borough_if_any` (empty for other places),
            or a kind of area code, which every row must have.
        unit: Unit of the values; None for text and codes.
        required: Whether a file without it cannot be used; an optional one is then landed empty.
        spread: Pattern of the headers of a column that a file repeats per month, year or kind. Its one named group is
            landed as a column of that name. With `headers` beside it, a file may also have all values in one column,
            and what the group would hold in another.
        recorded_crime: Whether it is made of recorded crime, so that no feature may descend from it.
        range: Lowest and highest plausible value, as landed; None for text and codes.
    """

    name: str
    headers: tuple[str, ...] = ()
    kind: str = "text"
    unit: str | None = None
    required: bool = True
    spread: str | None = None
    recorded_crime: bool = False
    range: tuple[float, float] | None = None

    @property
    def is_number(self) -> bool:
        """Whether the values are numbers to be."""
        return self.kind in ("count", "number", "share")

    @property
    def is_per_cent(self) -> bool:
        """Whether a share is published as parts of a hundred: its source says so, never the size of its values."""
        return self.kind == "share" and (self.unit or "").startswith("per cent")

    @property
    def spellings(self) -> str:
        """The accepted headers, for messages."""
        if self.spread is not None:
            return f"at least one header like {self.spread}"
        return " or ".join(f"'{header}'" for header in self.headers)


# A source is itself: two are compared by identity, so that what is known of one can be kept.
@dataclass(frozen=True, eq=False)
class Source:
    """A published source and how its files are read.

    Args:
        publisher: Who publishes it; first half of the key.
        thing: What it is about; second half of the key.
        title: The publisher's title.
        landing_page: Where a person finds it.
        download: Where its current file is fetched from, or why it is fetched by hand.
        licence: Name of the licence.
        attribution: Words that the licence asks for.
        credit: The publisher's short name, as pictures sign it.
        vintage: Time the values speak of.
        cadence: How often it is published.
        lsoa_vintage: Code year of its areas; None where it has none or where files differ.
        needed_for: `crime` or `areas`: of each of these the project needs at least one source; None for every other.
        many_files: Whether several files are one source, such as releases or months.
        reader: Name of the reader.
        patterns: Globs of the file's name, the preferred ones first: they decide where its content leaves it open.
        columns: Landed columns.
        unique: Landed columns that together name a row of a file; empty where rows have no name.
        missing: Marks that stand for "no value" in number columns.
        options: What else the reader needs.
        context: Whether it is shown beside the rest and never feeds a model.
        recorded_crime: Whether it counts recorded crime, so that no feature may descend from it.
    """

    publisher: str
    thing: str
    title: str
    landing_page: str
    download: Address
    licence: str
    attribution: str
    credit: str
    vintage: str
    cadence: str
    lsoa_vintage: str | None
    many_files: bool
    reader: str
    patterns: tuple[str, ...]
    columns: tuple[SourceColumn, ...]
    unique: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    context: bool = False
    recorded_crime: bool = False
    needed_for: str | None = None

    @property
    def key(self) -> str:
        """`publisher/thing`."""
        return f"{self.publisher}/{self.thing}"

    @property
    def named_like(self) -> str:
        """The globs of its files' names, for messages."""
        return " or ".join(f"'{pattern}'" for pattern in self.patterns)

    @property
    def spread_name(self) -> str | None:
        """Landed name of what repeated headers hold (`month`, `year`); None for a source without such headers."""
        for column in self.columns:
            if column.spread is not None:
                return next(iter(re.compile(column.spread).groupindex))
        return None

    @cached_property
    def required(self) -> tuple[SourceColumn, ...]:
        """Columns without which a file cannot be used; asked for each file and source."""
        return tuple(column for column in self.columns if column.required)

    @property
    def landed_names(self) -> tuple[str, ...]:
        """Names of the landed business columns, in order."""
        plain = [column.name for column in self.columns if column.spread is None]
        spread = [column.name for column in self.columns if column.spread is not None]
        given = list(self.options.get("from_file_name", {}))
        given += [self.options["blocks"]["column"]] if "blocks" in self.options else []
        between = [self.spread_name] if self.spread_name not in (None, *plain) else []
        return (*given, *plain, *between, *spread)

    @property
    def header_rows(self) -> int:
        """How many records the header takes: two where a merged cell is above several columns."""
        return int(self.options.get("header_rows", 1))

    def month_in_name(self, file_name: str) -> str | None:
        """The month (`YYYY-MM`) in the name of a file, where files of this source are partitioned by month."""
        found = re.search(self.options.get("partition", "(?P<month>(?!))"), file_name.rpartition("/")[2])
        return found["month"] if found else None

    def values_in_name(self, file_name: str) -> dict[str, str | None]:
        """What the name of a file says of all its rows, by landed column; None where it says nothing we know."""
        name = file_name.rpartition("/")[2].casefold()
        return {column: _find_in_name(name, known) for column, known in self.options.get("from_file_name", {}).items()}


def _find_in_name(name: str, known: str | Mapping[str, str]) -> str | None:
    """The value a name holds: what a regular expression finds, or the value whose glob fits."""
    if isinstance(known, str):
        found = re.search(known, name, re.IGNORECASE)
        return found[0] if found else None
    return next((value for value, glob in known.items() if fnmatchcase(name, glob.casefold())), None)


def parse_source(key: str, entry: Any, file: str) -> Source:
    """Turn one entry of the YAML file into a source.

    Args:
        key: `publisher/thing`.
        entry: What stands below it.
        file: The catalogue's name, for messages.

    Returns:
        The source.

    Raises:
        InputError: The entry lacks something, or has something that nobody reads.
    """
    if not isinstance(entry, dict):
        raise _refuse(file, key, repr(entry), "a mapping of fields")
    publisher, slash, thing = key.partition("/")
    if not (slash and publisher and thing):
        raise _refuse(file, key, f"key '{key}'", "a key of the form publisher/thing")
    given = dict(entry)
    columns = given.pop("columns", None)
    if not isinstance(columns, dict) or not columns:
        raise _refuse(file, f"{key}.columns", repr(columns), "a mapping of landed names to headers")
    ranges = given.pop("ranges", {})
    for name in ("patterns", "unique", "missing"):
        given[name] = _as_tuple(file, f"{key}.{name}", given.get(name, ()))
    if "download" in given:
        given["download"] = _parse_download(file, key, given["download"])
    parsed = [_parse_column(file, key, str(name), spec) for name, spec in columns.items()]
    try:
        source = Source(publisher=publisher, thing=thing, columns=_add_ranges(file, key, parsed, ranges), **given)
    except TypeError as error:
        raise _refuse(file, key, str(error), "the fields of crime_dagster.sources.catalogue.entry.Source") from error
    _validate(source, file)
    return source


def _parse_download(file: str, key: str, given: Any) -> Address:
    try:
        return parse_address(given)
    except ValueError as error:
        raise _refuse(file, f"{key}.download", str(error), "an address as the head of the catalogue says") from error


def _add_ranges(file: str, key: str, columns: list[SourceColumn], ranges: Any) -> tuple[SourceColumn, ...]:
    try:
        found = find_ranges([column.name for column in columns if column.is_number], ranges)
    except ValueError as error:
        expected = "globs of numeric columns, each with [lowest, highest]"
        raise _refuse(file, f"{key}.ranges", str(error), expected) from error
    return tuple(replace(column, range=found.get(column.name)) for column in columns)


def _parse_column(file: str, key: str, name: str, spec: Any) -> SourceColumn:
    where = f"{key}.columns.{name}"
    given = {"headers": spec} if isinstance(spec, list) else spec
    if not isinstance(given, dict) or "range" in given:
        expected = "a list of headers, or a mapping with `headers` or `spread`; ranges stand below the columns"
        raise _refuse(file, where, repr(spec), expected)
    given = {**given, "headers": _as_tuple(file, f"{where}.headers", given.get("headers", ()))}
    try:
        column = SourceColumn(name=name, **given)
    except TypeError as error:
        raise _refuse(
            file, where, str(error), "the fields of crime_dagster.sources.catalogue.entry.SourceColumn"
        ) from error
    if column.kind not in KINDS:
        raise _refuse(file, f"{where}.kind", column.kind, f"one of {', '.join(KINDS)}")
    if not column.headers and column.spread is None:
        raise _refuse(file, where, repr(spec), "`headers`, `spread` or both")
    if column.spread is not None:
        _validate_pattern(file, f"{where}.spread", column.spread)
    return column


def _validate_pattern(file: str, where: str, pattern: str) -> str:
    """See that a pattern has one named group, and return its name."""
    try:
        groups = re.compile(pattern).groupindex
    except re.error as error:
        raise _refuse(file, where, f"{pattern} ({error})", "a regular expression") from error
    if len(groups) != 1:
        raise _refuse(file, where, pattern, "a regular expression with one named group")
    return next(iter(groups))


def _validate(source: Source, file: str) -> None:
    if source.reader not in READER_NAMES:
        raise _refuse(file, f"{source.key}.reader", source.reader, f"one of {', '.join(READER_NAMES)}")
    if not source.patterns:
        raise _refuse(file, f"{source.key}.patterns", "none", "at least one glob of the file's name")
    if (source.reader == "wide") != (source.spread_name is not None):
        raise _refuse(file, f"{source.key}.columns", f"reader {source.reader}", "`spread` in the reader `wide` only")
    if source.lsoa_vintage not in (None, "2011", "2021"):
        raise _refuse(file, f"{source.key}.lsoa_vintage", repr(source.lsoa_vintage), "'2011', '2021' or null")
    if source.needed_for not in (None, *NEEDS):
        raise _refuse(file, f"{source.key}.needed_for", repr(source.needed_for), f"one of {', '.join(NEEDS)}")
    if "partition" in source.options:
        where = f"{source.key}.options.partition"
        if _validate_pattern(file, where, source.options["partition"]) != "month":
            raise _refuse(file, where, source.options["partition"], "a regular expression with the group `month`")
    unknown = set(source.unique) - set(source.landed_names)
    if unknown:
        raise _refuse(file, f"{source.key}.unique", ", ".join(sorted(unknown)), "names of landed columns")


def _as_tuple(file: str, where: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise _refuse(file, where, repr(value), "a list of texts (quote what YAML takes for a number)")
    return tuple(value)


def _refuse(file: str, where: str, found: str, expected: str) -> InputError:
    return InputError(
        file=file, column=where, found=found, expected=expected, remedy="correct this entry of the catalogue of sources"
    )


def find_ranges(names: Sequence[str], ranges: Any) -> dict[str, tuple[float, float]]:
    """The range of each column.

    Args:
        names: Landed names of numeric columns.
        ranges: Glob of landed names to lowest and highest value; of several that fit the first counts.

    Returns:
        Name to lowest and highest value; nothing for a name that no glob fits.

    Raises:
        ValueError: A range is no pair of numbers, the lower first, or fits no column.
    """
    if not isinstance(ranges, dict):
        raise ValueError(repr(ranges))
    found: dict[str, tuple[float, float]] = {}
    for glob, pair in ranges.items():
        if not _is_range(pair):
            raise ValueError(f"{glob}: {pair!r}")
        fitting = [name for name in names if fnmatchcase(name, str(glob))]
        if not fitting:
            raise ValueError(f"{glob}: no numeric column of that name")
        for name in fitting:
            found.setdefault(name, (float(pair[0]), float(pair[1])))
    return found


def _is_range(pair: Any) -> bool:
    if not isinstance(pair, list) or len(pair) != 2:
        return False
    return all(isinstance(edge, (int, float)) and not isinstance(edge, bool) for edge in pair) and pair[0] < pair[1]
