"""The record of what was fetched, in a small file beside the data, and the result for each source."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from textwrap import indent

from pydantic import TypeAdapter

from crime_dagster.core.errors import InputError
from crime_dagster.core.files import hash_file, write_whole
from crime_dagster.sources.download.policy import COMPARE
from crime_dagster.sources.download.transfer import Validators

RECORDS = ".downloads.json"
STATUSES = ("fetched", "unchanged", "manual", "failed")


@dataclass(frozen=True)
class Content:
    """What a file contains: its number of landed rows, and the months (`YYYY-MM`) with rows, sorted."""

    rows: int
    months: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """A version that was fetched and cannot be used, so that it is not fetched only to be refused again."""

    stamp: Validators  # how the server identifies it
    reading: str  # version of the catalogue entry and of the code that refused it
    file: str
    column: str | None  # column that the message names
    found: str
    expected: str

    @property
    def error(self) -> InputError:
        return InputError(file=self.file, column=self.column, found=self.found, expected=self.expected, remedy=COMPARE)


@dataclass(frozen=True)
class Record:
    """What came from one address."""

    stamp: Validators = field(default_factory=Validators)  # how the server identifies this version
    settings: str = ""  # what the file depends on besides the address: members taken, parameters sent
    # SHA-256 of each resulting file, by path below the data folder.
    files: dict[str, str] = field(default_factory=dict)
    contents: dict[str, Content] = field(default_factory=dict)  # what these files contain, by path
    refusal: Refusal | None = None  # a newer version that cannot be used

    def is_whole(self, folder: Path) -> bool:
        """Whether all its files are in the data folder, unchanged."""
        return bool(self.files) and all(hash_file(folder / name) == sha256 for name, sha256 in self.files.items())

    @property
    def months(self) -> set[str]:
        return {month for content in self.contents.values() for month in content.months}


# By source and address.
Records = dict[str, dict[str, Record]]
SCHEMA = TypeAdapter(Records)


def read_records(folder: Path) -> Records:
    """Read the records of a data folder; none if they are unreadable."""
    try:
        return SCHEMA.validate_json((folder / RECORDS).read_bytes())
    except (OSError, ValueError):
        # Nothing is lost: the files are fetched again and found to be the same.
        return {}


def write_records(folder: Path, records: Records) -> None:
    in_order = {key: dict(sorted(found.items())) for key, found in sorted(records.items())}
    with write_whole(folder / RECORDS) as partial:
        partial.write_bytes(SCHEMA.dump_json(in_order, indent=1) + b"\n")


@dataclass(frozen=True)
class Outcome:
    """The result for one source."""

    key: str
    status: str  # `fetched` (at least one file is new or changed), `unchanged`, `manual` or `failed`
    files: tuple[str, ...] = ()  # new or changed files, as paths below the data folder
    words: str = ""  # why it failed, or how to fetch it by hand
    may_pass: bool = False  # whether a retry may succeed: the server did not answer
    notes: tuple[str, ...] = ()  # notes for the user: months that no release has, rows that a revision lost


@dataclass(frozen=True)
class Report:
    """The results for all sources; `size` is the bytes fetched, `base` a stand-in for all publishers."""

    folder: Path
    outcomes: tuple[Outcome, ...]
    size: int = 0
    base: str | None = None

    def select(self, status: str) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.status == status]

    @property
    def failed(self) -> list[Outcome]:
        return self.select("failed")

    def describe(self) -> str:
        """Return counts, then notes, sources to fetch by hand and failures."""
        lines = [f"{self.folder}: " + ", ".join(f"{len(self.select(status))} {status}" for status in STATUSES)]
        for title, found in (
            ("Notes:", [(each.key, note) for each in self.outcomes for note in each.notes]),
            ("Fetched by hand:", [(each.key, each.words) for each in self.select("manual")]),
            ("Failed:", [(each.key, each.words) for each in self.failed]),
        ):
            lines += [title, *(indent(f"{key}: {words}", "    ")[2:] for key, words in found)] if found else []
        return mark("\n".join(lines), self.base)


def mark(text: str, base: str | None) -> str:
    """State in every line that a stand-in answered for all publishers, if one did."""
    return text if base is None else indent(text, f"[{base}] ", lambda _: True)
