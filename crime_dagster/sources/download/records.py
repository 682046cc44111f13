"""What was fetched when a server was last asked: a small file beside the data, so that the same again costs nothing."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from crime_dagster.core.errors import InputError
from crime_dagster.core.files import write_whole
from crime_dagster.sources.download.refusal import COMPARE
from crime_dagster.sources.download.transfer import Stamp
from crime_dagster.sources.download.trial import Content
from crime_dagster.sources.folder.files import hash_file

RECORDS = ".downloads.json"


@dataclass(frozen=True)
class Refusal:
    """A version that was fetched and cannot be used: it is not fetched again to be refused again.

    Args:
        stamp: By what the server knows it.
        reading: Version of what refused it: the catalogue's entry and the code that reads.
        file: Its address, as the message names it.
        column: The column that the message names; None for none.
        found: What was found.
        expected: What was expected.
    """

    stamp: Stamp
    reading: str
    file: str
    column: str | None
    found: str
    expected: str

    @classmethod
    def of(cls, error: InputError, stamp: Stamp, reading: str) -> Refusal:
        """What an error says of a version."""
        return cls(stamp, reading, error.file or "", error.column, error.found or "", error.expected)

    @property
    def error(self) -> InputError:
        """The error again."""
        return InputError(file=self.file, column=self.column, found=self.found, expected=self.expected, remedy=COMPARE)


@dataclass(frozen=True)
class Record:
    """What came from one address.

    Args:
        stamp: By what the server knows this version.
        settings: What the file was made with besides the address: what was taken out of it, what was asked for.
        files: Path below the data folder, and SHA-256, of each file that it became.
        contents: What these files hold, by path.
        refusal: A newer version that cannot be used; None where there is none.
    """

    stamp: Stamp = field(default_factory=Stamp)
    settings: str = ""
    files: dict[str, str] = field(default_factory=dict)
    contents: dict[str, Content] = field(default_factory=dict)
    refusal: Refusal | None = None

    def is_whole(self, folder: Path) -> bool:
        """Whether all its files lie there as they were written."""
        return bool(self.files) and all(
            (folder / name).is_file() and hash_file(folder / name) == sha256 for name, sha256 in self.files.items()
        )

    @property
    def months(self) -> set[str]:
        """Months (`YYYY-MM`) that its files hold."""
        return {month for content in self.contents.values() for month in content.months}


Records = dict[str, dict[str, Record]]


def read_records(folder: Path) -> Records:
    """The records of a data folder by source and address; a file that cannot be read counts as none."""
    try:
        said = json.loads((folder / RECORDS).read_text(encoding="utf-8"))
        return {key: {url: _parse(record) for url, record in records.items()} for key, records in said.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # Nothing is lost by that: the files are fetched again, and found to be the same.
        return {}


def write_records(folder: Path, records: Records) -> None:
    """Write the records under a temporary name, then rename."""
    said = {key: {url: asdict(record) for url, record in found.items()} for key, found in records.items()}
    text = json.dumps(said, indent=1, sort_keys=True) + "\n"
    with write_whole(folder / RECORDS) as partial:
        partial.write_text(text, encoding="utf-8")


def _parse(record: dict) -> Record:
    contents = {
        name: Content(int(said["rows"]), tuple(map(str, said["months"])))
        for name, said in record.get("contents", {}).items()
    }
    refused = record.get("refusal")
    refusal = Refusal(**{**refused, "stamp": Stamp(**refused["stamp"])}) if refused else None
    return Record(Stamp(**record["stamp"]), record["settings"], dict(record["files"]), contents, refusal)
