"""Files that no source reads: landed with the reason, and a warning that stops nothing."""

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crime_dagster.core.parquet import write_parquet
from crime_dagster.core.settings import Settings
from crime_dagster.defs.ingest.left_out import CHECK, left_out_files, list_left_out

PUBS = "name,borough_code,borough_name,easting,northing\nThe Arms,E09000007,Camden,529500,184200\n"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    (settings.data_dir / "Pubs (1).csv").write_text(PUBS)
    return settings


def run(settings: Settings) -> tuple[dg.AssetCheckEvaluation, list[dict]]:
    result = dg.materialize([left_out_files], resources={"settings": settings}, raise_on_error=False)
    assert result.success
    (check,) = result.get_asset_check_evaluations()
    assert check.check_name == CHECK
    return check, pq.read_table(settings.landing_dir / "_left_out.parquet").to_pylist()


def test_where_every_file_is_used_the_check_passes(settings: Settings):
    check, rows = run(settings)
    assert check.passed
    assert rows == []


def test_a_run_ends_with_each_file_that_adds_nothing(settings: Settings):
    landed = [
        {"file": "a.csv", "rows_in": 2, "rows_kept": 2, "excluded_because": None},
        {"file": "copy.csv", "rows_in": 2, "rows_kept": 0},
        {"file": "2024-05-street.csv", "rows_in": 0, "rows_kept": 0},
        {"file": "excluded.csv", "rows_in": 0, "rows_kept": 0, "excluded_because": "a page of the web"},
    ]
    aside = [{"file": "copy.csv", "reason": "duplicate"}]
    assert list_left_out(settings) == []
    for folder, rows in (("_source_files", landed), ("_set_aside", aside)):
        write_parquet(pa.Table.from_pylist(rows), settings.landing_dir / folder / "x__y.parquet")
    (settings.data_dir / "x.csv.part").write_text(PUBS)
    run(settings)
    assert [line.split(",")[0] for line in list_left_out(settings)] == [
        "x.csv.part: not used",
        "2024-05-street.csv: not used",
        "copy.csv: not used",
    ]


def test_each_file_that_is_left_out_is_named_and_warned_of(settings: Settings):
    (settings.data_dir / "x.csv.crdownload").write_text(PUBS)
    (settings.data_dir / "my pubs.csv").write_text(PUBS)
    check, rows = run(settings)
    assert not check.passed
    assert check.severity == dg.AssetCheckSeverity.WARN
    assert "x.csv.crdownload: not used" in str(check.metadata["left_out"].value)
    assert [(row["file"], row["reason"], row["publisher"], row["thing"]) for row in rows] == [
        ("my pubs.csv", "another_file", "gla", "pubs"),
        ("x.csv.crdownload", "unfinished", None, None),
    ]
