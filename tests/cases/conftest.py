"""Small test files with the problems of published files."""

import csv
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.check.account import Account
from crime_dagster.sources.check.check import Checked, check_path
from crime_dagster.sources.readers import READERS
from crime_dagster.sources.readers.formats.reading import Reading, SourceFile

PROJECT = Path(__file__).resolve().parents[2]
STREET = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context"
)


@pytest.fixture(scope="session")
def catalogue() -> dict[str, Source]:
    return load_catalogue()


@pytest.fixture(scope="session")
def cases_dir() -> Path:
    """Return the published cases, which are not part of the project."""
    folder = Path(os.environ.get("CRIME_CASES_DIR") or PROJECT.parent / "shared" / "cases") / "files"
    if not folder.is_dir():
        pytest.skip("the files of the cases are not here: set CRIME_CASES_DIR to their folder")
    return folder


@pytest.fixture
def write(tmp_path) -> Callable[..., Path]:
    """Write a file of text below the test's folder."""

    def _write(name: str, text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(encoding))
        return path

    return _write


@pytest.fixture
def write_street(tmp_path) -> Callable[..., Path]:
    """Write a street file; a row is (crime id, area, crime type, outcome)."""

    def _write(
        name: str, rows: Sequence[tuple[str, str, str, str]], month: str, force: str = "Metropolitan Police Service"
    ) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as stream:
            stream.write(STREET + "\n")
            writer = csv.writer(stream)
            for identifier, area, kind, outcome in rows:
                writer.writerow([identifier, month, force, force, "", "", "On or near", area, "", kind, outcome, ""])
        return path

    return _write


@pytest.fixture(scope="session")
def check(catalogue) -> Callable[[Path], Checked]:
    return lambda path: check_path(path, catalogue)


@pytest.fixture(scope="session")
def check_one(check) -> Callable[[Path], Account]:
    """Return the account of a single file."""

    def _check(path: Path) -> Account:
        checked = check(path)
        assert len(checked.files) == 1
        account = checked.files[0]
        assert account.rows_in == account.rows_kept + sum(account.rows_set_aside.values())
        return account

    return _check


@pytest.fixture(scope="session")
def read(catalogue) -> Callable[[str, Path], Reading]:
    """Read a file as a source, as landing does."""

    def _read(key: str, path: Path) -> Reading:
        source = catalogue[key]
        return READERS[source.reader](SourceFile(path=path, name=path.name), source)

    return _read
