"""Landing by month: what a refresh writes and leaves, and the back-fill of chosen months."""

import os
import re
import shutil
from pathlib import Path

import dagster as dg
import pyarrow.parquet as pq
import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.defs.ingest.backfill import backfill
from crime_dagster.defs.ingest.excluded import list_exclusions
from crime_dagster.defs.ingest.ingest import land_or_exclude, land_source
from crime_dagster.defs.runtime.telling import show_each_kind
from crime_dagster.sources.catalogue.catalogue import load_catalogue

SOURCE = load_catalogue()["police_uk/street_crime"]
MONTHS = ["2025-10", "2025-11", "2025-12"]
NAME = "police_uk__street_crime"


@pytest.fixture
def settings(sample_dir: Path, settings: Settings) -> Settings:
    """Three months of the sample's street-level files."""
    for month in MONTHS:
        (file,) = (sample_dir / "police_uk").rglob(f"{month}-*-street.csv")
        shutil.copy(file, settings.data_dir / file.name)
    return settings


@pytest.fixture
def log() -> dg.DagsterLogManager:
    return dg.build_asset_context().log


def land(settings: Settings, log: dg.DagsterLogManager) -> dict:
    return dict(land_source(SOURCE, settings, log).metadata or {})


def list_files(settings: Settings) -> dict[str, int]:
    """Landed files and when each was written."""
    found = settings.landing_dir.rglob("*.parquet")
    return {path.relative_to(settings.landing_dir).as_posix(): path.stat().st_mtime_ns for path in found}


def places(month: str) -> set[str]:
    return {f"police_uk/street_crime/{month}.parquet", *(f"{f}/{NAME}__{month}.parquet" for f in BESIDE)}


BESIDE = ("_source_files", "_set_aside")


def test_each_month_lands_in_files_of_its_own(settings: Settings, log):
    said = land(settings, log)
    assert (said["months_landed"], said["months_unchanged"], said["months_removed"]) == (3, 0, 0)
    assert set(list_files(settings)) == set.union(*map(places, MONTHS))
    path = settings.landing_dir / "police_uk" / "street_crime" / "2025-11.parquet"
    rows = pq.ParquetFile(path).read()
    assert set(rows["month"].to_pylist()) == {"2025-11"}
    assert set(rows["archive"].to_pylist()) == {"2025-12"}
    assert said["rows_in"] == said["rows_kept"] + said["rows_set_aside"] > said["dagster/row_count"] / 2


def test_a_file_that_lost_rows_since_it_was_landed_is_told(settings: Settings, log):
    assert "were kept when it was last landed" not in land(settings, log)["warnings"].value
    (changed,) = settings.data_dir.glob("2025-11-*")
    lines = changed.read_text().splitlines()
    changed.write_text("\n".join(lines[: len(lines) // 2]) + "\n")
    words = rf"{changed.name}: \d+ rows, and {len(lines) - 1} were kept when it was last landed"
    assert re.search(words, land(settings, log)["warnings"].value)


def test_a_refresh_writes_only_the_months_whose_files_changed(settings: Settings, log):
    land(settings, log)
    before = list_files(settings)
    assert land(settings, log)["months_unchanged"] == 3
    assert list_files(settings) == before
    (changed,) = settings.data_dir.glob("2025-11-*")
    changed.write_text("\n".join(changed.read_text().splitlines()[:-1]) + "\n")
    said = land(settings, log)
    assert (said["months_landed"], said["months_unchanged"]) == (1, 2)
    after = list_files(settings)
    assert {name for name in after if after[name] != before[name]} == places("2025-11")


def test_a_month_whose_files_are_gone_goes_and_so_does_what_was_landed_whole(settings: Settings, log):
    land(settings, log)
    for name in ("police_uk/street_crime.parquet", *(f"{folder}/{NAME}.parquet" for folder in BESIDE)):
        shutil.copy(settings.landing_dir / "police_uk/street_crime/2025-10.parquet", settings.landing_dir / name)
    next(settings.data_dir.glob("2025-10-*")).unlink()
    assert land(settings, log)["months_removed"] == 2
    assert set(list_files(settings)) == places("2025-11") | places("2025-12")
    for path in settings.data_dir.iterdir():
        path.unlink()
    (settings.data_dir / "other.txt").write_text("x")
    land(settings, log)
    assert list_files(settings) == {}


def test_months_held_twice_and_months_not_delivered_are_reported(settings: Settings, log):
    later = settings.data_dir / "2026-02"
    later.mkdir()
    (file,) = settings.data_dir.glob("2025-12-*")
    shutil.copy(file, later / file.name)
    with (later / file.name).open("a") as stream:
        stream.write(file.read_text().splitlines()[-1] + "\n")
    next(settings.data_dir.glob("2025-11-*")).unlink()
    said = str(land(settings, log)["warnings"])
    assert "an archive of 2026-02" in said
    assert "no records for 2025-11; not reported" in said


def run(settings: Settings, **how) -> dg.ExecuteInProcessResult:
    assert backfill.name == "backfill_police_uk"
    return backfill.execute_in_process(resources={"settings": settings}, raise_on_error=False, **how)


def test_a_back_fill_lands_its_month_and_leaves_the_others_alone(settings: Settings, log):
    land(settings, log)
    before = list_files(settings)
    for path in settings.landing_dir.rglob("*.parquet"):
        os.utime(path, ns=(0, 0))
    result = run(settings, partition_key="2025-11")
    assert result.success
    after = list_files(settings)
    assert set(after) == set(before)
    assert {name for name, time in after.items() if time} == places("2025-11")
    landed = [e for e in result.all_events if e.event_type_value == "ASSET_MATERIALIZATION"]
    event, *told = landed
    assert {one.asset_key.to_user_string() for one in told if one.asset_key} == {"months/police_uk_street_crime"}
    assert event.asset_key == dg.AssetKey(["police_uk", "street_crime"])
    assert land(settings, log)["months_unchanged"] == 3


def test_one_run_back_fills_a_range_of_months(settings: Settings):
    tags = {"dagster/asset_partition_range_start": "2025-10", "dagster/asset_partition_range_end": "2025-11"}
    assert run(settings, tags=tags).success
    assert set(list_files(settings)) == places("2025-10") | places("2025-11")


def test_a_plain_launch_back_fills_all_months(settings: Settings, log):
    assert run(settings).success
    written = list_files(settings)
    land(settings, log)
    assert set(list_files(settings)) == set(written)


def test_a_month_without_files_fails_by_name(settings: Settings):
    result = run(settings, partition_key="2011-01")
    assert not result.success
    (event,) = result.get_step_failure_events()
    failure = event.step_failure_data.user_failure_data
    assert failure is not None
    assert "no file of police_uk" in (failure.description or "")
    assert "2011-01" in (failure.description or "")


def test_a_source_for_context_is_excluded_whole_and_says_why(tmp_path: Path, log):
    source = load_catalogue()["mps/borough_crime"]
    settings = Settings(tmp_path / "data", tmp_path / "warehouse")
    settings.data_dir.mkdir()
    file = settings.data_dir / "MPS Borough Level Crime (most recent 24 months).csv"
    file.write_text("Group,SubGroup,BOCU,202607\nTHEFT,OTHER THEFT,Camden,5\nTHEFT,OTHER THEFT,Central East,7\n")
    (check,) = land_or_exclude(source, settings, log).check_results
    assert check.passed
    (rows,) = (settings.landing_dir / "mps").iterdir()
    assert pq.read_table(rows)["borough_code"].to_pylist() == ["E09000007", None]
    assert list_exclusions(settings) == []

    file.write_text("Group,SubGroup,Place,202607\nTHEFT,OTHER THEFT,Camden,5\n")
    said = land_or_exclude(source, settings, log)
    (check,) = said.check_results
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)
    # Nothing landed before is left, except the account.
    assert set(list_files(settings)) == {"_source_files/mps__borough_crime.parquet"}
    (line,) = list_exclusions(settings)
    assert all(word in line for word in ("MPS Borough Level Crime", "column borough", "'Place'", "BOCU"))
    assert line.count("\n") == 0

    file.write_text("Group,SubGroup,BOCU,202607\nTHEFT,OTHER THEFT,Camden,many\n")
    assert not land_or_exclude(source, settings, log).check_results[0].passed
    assert "no usable row (1 bad_number)" in list_exclusions(settings)[0]


@pytest.mark.parametrize("body", [b"", b"\x00\xff\xfe\x00", b"a\n1\n", b"<html>", b"PK\x03\x04"])
def test_no_source_for_context_ever_stops_a_run(body: bytes, tmp_path: Path, log):
    settings = Settings(tmp_path / "data", tmp_path / "warehouse")
    settings.data_dir.mkdir()
    sources = [source for source in load_catalogue().values() if source.context]
    for source in sources:
        # Two different files, where one is expected.
        for number, pattern in enumerate(source.patterns):
            name = pattern.replace("*", "").replace("/", "-")
            if "." in name:
                path = settings.data_dir / source.thing / str(number) / name
                path.parent.mkdir(parents=True)
                path.write_bytes(body + b"\n" * number)
    for source in sources:
        (check,) = land_or_exclude(source, settings, log).check_results
        assert not check.passed, source.key
    assert len(list_exclusions(settings)) == len(sources) > 10


def test_every_other_source_still_refuses(tmp_path: Path, log):
    settings = Settings(tmp_path / "data", tmp_path / "warehouse")
    settings.data_dir.mkdir()
    (settings.data_dir / "Pubs.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError):
        land_or_exclude(load_catalogue()["gla/pubs"], settings, log)


def test_the_log_of_a_thousand_files_shows_each_kind_of_warning():
    repeats = [f"police_uk/2025-01/2025-01-{force}-street.csv: {force} records repeat an id" for force in range(30)]
    other = "police_uk/2025-02/2025-02-kent-street.csv: 3 records have no area"
    assert show_each_kind([*repeats, other])[:3] == [repeats[0], other, repeats[1]]
