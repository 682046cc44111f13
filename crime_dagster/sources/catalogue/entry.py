"""A published source as described in the catalogue, before any of its files is opened."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, ConfigDict, Field

from crime_dagster.sources.catalogue.address import STRICT, Address, Glob, one_of

NEEDS = ("crime", "areas")
READER_NAMES = ("table", "wide", "points", "boundaries")
CODE_PATTERNS = {
    "lsoa_code": r"^[EW]01\d{6}$",
    "msoa_code": r"^[EW]02\d{6}$",
    "borough_code": r"^[EW]0[6-9]\d{6}$",
    "postcode": r"^[A-Z]{1,2}\d[A-Z\d]? *\d[A-Z]{2}$",
}
# Name of the only portion of a source that is not landed by month.
WHOLE = ""
# What is between the two sides of a rule.
SIGNS = r" (=|>=|rises with|falls with|is) "
KINDS = ("text", "count", "number", "share", "month", "borough", "borough_if_any", *CODE_PATTERNS)


def find_group(pattern: str) -> str:
    """Return the name of the only named group of a pattern."""
    try:
        (name,) = re.compile(pattern).groupindex
    except (re.error, ValueError) as error:
        raise ValueError(f"{pattern}, not a regular expression with one named group ({error})") from error
    return name


@dataclass(frozen=True)
class SourceColumn:
    """A landed column, and its accepted headers."""

    name: str
    headers: tuple[str, ...] = ()  # accepted spellings, best first; case and blanks are ignored
    # `text`, `count` (an integer from 0), `number`, `share` (landed as a fraction of 1), `month` (landed as YYYY-MM),
    # `borough` (a name or code, landed as its code), `borough_if_any` (empty for other places), or a kind of area code,
    # which every row must have.
    kind: Annotated[str, one_of(*KINDS)] = "text"
    unit: str | None = None  # of the values; None for text and codes
    required: bool = True  # whether a file without it is refused; otherwise it is landed empty
    # Pattern of the headers of a column repeated per month, year or kind. Its one named group is landed as a column of
    # its name. If `headers` is given too, a file may instead have all values in one column and the group's in another.
    spread: Annotated[str, AfterValidator(lambda pattern: find_group(pattern) and pattern)] | None = None
    recorded_crime: bool = False  # whether it is derived from recorded crime and must not feed a feature
    range: tuple[float, float] | None = None  # lowest and highest plausible value, as landed; None for text and codes

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    def __post_init__(self) -> None:
        if not self.headers and self.spread is None:
            raise ValueError("neither `headers` nor `spread`")

    @property
    def is_number(self) -> bool:
        return self.kind in ("count", "number", "share")

    @property
    def is_per_cent(self) -> bool:
        """Whether a share is published in per cent, according to its unit and never the size of its values."""
        return self.kind == "share" and (self.unit or "").startswith("per cent")

    @property
    def spellings(self) -> str:
        """Return the accepted headers, for messages."""
        if self.spread is not None:
            return f"at least one header like {self.spread}"
        return " or ".join(f"'{header}'" for header in self.headers)


# Compared by identity, so that results about a source can be cached.
@dataclass(frozen=True, eq=False)
class Source:
    """A published source and how its files are read."""

    publisher: str  # first half of the key
    thing: str  # second half of the key
    title: str
    landing_page: str  # the publisher's page about it
    download: Address  # where its current file is fetched from, or why by hand
    licence: str
    attribution: str
    credit: str  # the publisher's short name, for attribution on pictures
    vintage: str  # period that the values cover
    cadence: str  # how often it is published
    # Globs of the file name, preferred ones first; they decide where the content does not.
    patterns: Annotated[tuple[Glob, ...], Field(min_length=1)]
    columns: tuple[SourceColumn, ...]
    rules: tuple[str, ...] = ()  # between its columns, as described at the top of the catalogue
    unique: tuple[str, ...] = ()  # landed columns that together identify a row of a file; empty if rows have no key
    missing: tuple[str, ...] = ()  # marks of "no value" in numeric columns
    options: Mapping[str, Any] = field(default_factory=dict)  # further options of the reader
    reader: Annotated[str, one_of(*READER_NAMES)] = "table"
    many_files: bool = False  # whether it has several files, such as releases or months
    # Code year of its areas; None if it has none or files differ.
    lsoa_vintage: Annotated[str, one_of("2011", "2021")] | None = None
    covers: str = ""  # the place that its publisher covers, if not all of England and Wales
    context: bool = False  # whether it is only shown and never feeds a model
    recorded_crime: bool = False  # whether it counts recorded crime and must not feed a feature
    due_days: int | None = None  # days after a month's end by which a monthly source has it; None for every other
    # `crime` or `areas`: a run needs at least one source of each. None for every other.
    needed_for: Annotated[str, one_of(*NEEDS)] | None = None

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    @property
    def key(self) -> str:
        return f"{self.publisher}/{self.thing}"

    @property
    def named_like(self) -> str:
        return " or ".join(f"'{pattern}'" for pattern in self.patterns)

    @property
    def spread_name(self) -> str | None:
        """Landed name of what repeated headers hold (`month`, `year`); None for a source without them."""
        return next((find_group(column.spread) for column in self.columns if column.spread is not None), None)

    @cached_property
    def required(self) -> tuple[SourceColumn, ...]:
        return tuple(column for column in self.columns if column.required)

    @property
    def landed_names(self) -> tuple[str, ...]:
        """Names of the landed business columns, in order."""
        plain = [column.name for column in self.columns if column.spread is None]
        spread = [column.name for column in self.columns if column.spread is not None]
        between = [name for name in (self.spread_name,) if name is not None and name not in plain]
        return (*self.given_names, *plain, *between, *spread)

    @property
    def landed_columns(self) -> list[str]:
        """All columns of a landed file: the business columns, and those that landing adds."""
        geometry = ["geometry_wkb"] if self.reader == "boundaries" else []
        archive = ["archive"] if self.options.get("archive") else []
        return [*self.landed_names, *geometry, *archive, "source_file", "row_number"]

    @property
    def given_names(self) -> list[str]:
        """Landed columns that are the same in a whole file or table of it: its name or its place says them."""
        blocks = self.options.get("blocks", {})
        return [*self.options.get("from_file_name", {}), *([blocks["column"]] if blocks else [])]

    @property
    def header_rows(self) -> int:
        """Height of the header in records: two if merged cells span several columns."""
        return int(self.options.get("header_rows", 1))

    def month_in_name(self, file_name: str) -> str | None:
        """Return the month (`YYYY-MM`) in a file name, if this source is partitioned by month."""
        found = re.search(self.options.get("partition", "(?P<month>(?!))"), file_name.rpartition("/")[2])
        return found["month"] if found else None

    def values_in_name(self, file_name: str) -> dict[str, str | None]:
        """Return what a file name says about all its rows, by landed column; None for unknown values."""
        name = file_name.rpartition("/")[2].casefold()
        return {column: _find_in_name(name, known) for column, known in self.options.get("from_file_name", {}).items()}


def _find_in_name(name: str, known: str | Mapping[str, str]) -> str | None:
    """Return what a regular expression finds, or the value whose glob fits."""
    if isinstance(known, str):
        found = re.search(known, name, re.IGNORECASE)
        return found[0] if found else None
    return next((value for value, glob in known.items() if fnmatchcase(name, glob.casefold())), None)
