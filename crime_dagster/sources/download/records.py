"""What was fetched when a server was last asked, in a small file beside the data: the same again costs nothing."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pydantic import TypeAdapter

from crime_dagster.core.errors import InputError
from crime_dagster.core.files import write_whole
from crime_dagster.sources.download.refusal import COMPARE
from crime_dagster.sources.download.transfer import Validators
from crime_dagster.sources.download.trial import Content
from crime_dagster.sources.folder.files import hash_file

RECORDS = ".downloads.json"


@dataclass(frozen=True)
class Refusal:
    """A version that was fetched and cannot be used: it is not fetched again only to be refused again."""

    stamp: Validators  # how the server identifies it
    reading: str  # version of the catalogue's entry and of the code that refused it
    file: str
    column: str | None  # the column that the message names
    found: str
    expected: str

    @classmethod
    def of(cls, error: InputError, stamp: Validators, reading: str) -> Refusal:
        """The refusal of a version by an error."""
        return cls(stamp, reading, error.file or "", error.column, error.found or "", error.expected)

    @property
    def error(self) -> InputError:
        """The error again."""
        return InputError(file=self.file, column=self.column, found=self.found, expected=self.expected, remedy=COMPARE)


@dataclass(frozen=True)
class Record:
    """What came from one address."""

    stamp: Validators = field(default_factory=Validators)  # how the server identifies this version
    settings: str = ""  # what the file was made with besides the address: what was taken out of it, what was asked for
    # SHA-256 of each file that it became, by path below the data folder.
    files: dict[str, str] = field(default_factory=dict)
    contents: dict[str, Content] = field(default_factory=dict)  # what these files have, by path
    refusal: Refusal | None = None  # a newer version that cannot be used

    def is_whole(self, folder: Path) -> bool:
        """Whether all its files are in the data folder as they were written."""
        return bool(self.files) and all(
            (folder / name).is_file() and hash_file(folder / name) == sha256 for name, sha256 in self.files.items()
        )

    @property
    def months(self) -> set[str]:
        """Months (`YYYY-MM`) that its files have."""
        return {month for content in self.contents.values() for month in content.months}


# By source and address.
Records = dict[str, dict[str, Record]]
SCHEMA = TypeAdapter(Records)


def read_records(folder: Path) -> Records:
    """The records of a data folder; none if they cannot be read."""
    try:
        return SCHEMA.validate_json((folder / RECORDS).read_bytes())
    except (OSError, ValueError):
        # Nothing is lost: the files are fetched again, and found to be the same.
        return {}


def write_records(folder: Path, records: Records) -> None:
    """Write the records of a data folder."""
    said = {key: {url: asdict(record) for url, record in found.items()} for key, found in records.items()}
    with write_whole(folder / RECORDS) as partial:
        partial.write_text(json.dumps(said, indent=1, sort_keys=True) + "\n", encoding="utf-8")
