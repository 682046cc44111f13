"""`make check` agrees with what a run does with a folder, file by file."""

import duckdb
import pytest

from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.check.check import check_path
from tests.conftest import SAMPLE, Run

FILES = "select file, publisher || '/' || thing, rows_in, rows_kept, lsoa_vintage from marts.source_files"
REASONS = "select file, reason, count(*) from marts.set_aside_rows group by all"


@pytest.fixture(scope="module")
def done(built_sample: Run) -> dict[str, tuple[str, int, int, dict[str, int]]]:
    """Source, rows in, kept and excluded by reason of every file that the run landed."""
    with duckdb.connect(str(built_sample.warehouse / "published" / "crime.duckdb"), read_only=True) as marts:
        reasons: dict[str, dict[str, int]] = {}
        for file, reason, rows in marts.sql(REASONS).fetchall():
            reasons.setdefault(file, {})[reason] = rows
        return {
            file: (source, rows_in, kept, reasons.get(file, {}))
            for file, source, rows_in, kept, _ in marts.sql(FILES).fetchall()
        }


def test_every_file_is_counted_alike(done: dict[str, tuple[str, int, int, dict[str, int]]]):
    catalogue = load_catalogue()
    checked = {account.file: account for account in check_path(SAMPLE, catalogue).files if account.source}
    assert set(checked) == set(done)
    for file, account in checked.items():
        source, rows_in, kept, reasons = done[file]
        assert (account.source, account.rows_in) == (source, rows_in), file
        # A file's own account ignores other files: what a later file replaces is kept here, and stations and premises,
        # of which a run counts some rows only, are joined to areas only in SQL.
        is_placed = catalogue[source].reader != "points" or catalogue[source].options.get("placed")
        beyond_itself = {"superseded"} | (set() if is_placed else {"outside"})
        own = {reason: rows for reason, rows in reasons.items() if reason not in beyond_itself}
        assert account.rows_set_aside == own, file
        assert account.rows_kept == kept + sum(rows for reason, rows in reasons.items() if reason in beyond_itself), (
            file
        )
