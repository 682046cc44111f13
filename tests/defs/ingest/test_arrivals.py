"""The file sensor: by content, once each, and not before files are complete."""

import os
from pathlib import Path

import dagster as dg
import pytest

from crime_dagster.core.last_refresh import begin_refresh, end_refresh
from crime_dagster.core.lock import hold_file
from crime_dagster.core.settings import Settings
from crime_dagster.defs.ingest.arrivals import QUIET_SECONDS, look_for_files
from crime_dagster.sources.download.run import LOCK

NOW = 1_800_000_000.0


def put(settings: Settings, name: str, text: str, age: float = 3600) -> Path:
    path = settings.data_dir / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (NOW - age, NOW - age))
    return path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(tmp_path / "d'été [1]", tmp_path / "warehouse")
    put(settings, "mps/a.csv", "one")
    return settings


def tick(settings: Settings, cursor: str | None = None, now: float = NOW) -> tuple[list[dg.RunRequest], str]:
    result = look_for_files(settings, cursor, now)
    assert isinstance(result, dg.SensorResult), result.skip_message
    assert bool(result.run_requests) != bool(result.skip_reason), "a tick without a run says why"
    return list(result.run_requests or []), str(result.cursor)


def test_what_was_never_published_is_refreshed_once(settings: Settings):
    requests, cursor = tick(settings)
    assert len(requests) == 1
    assert tick(settings, cursor)[0] == []


def test_a_download_that_goes_on_is_waited_for(settings: Settings):
    with hold_file(settings.data_dir / LOCK, print):
        result = look_for_files(settings, None, NOW)
    assert isinstance(result, dg.SkipReason)
    assert "download is running" in str(result.skip_message)
    assert len(tick(settings)[0]) == 1


def test_what_was_published_before_the_first_look_is_not_refreshed(settings: Settings):
    settings.published_dir.mkdir(parents=True)
    requests, cursor = tick(settings)
    assert requests == []
    put(settings, "mps/b.csv", "two")
    assert len(tick(settings, cursor)[0]) == 1


def test_what_a_command_has_refreshed_since_is_not_refreshed_again(settings: Settings):
    _, cursor = tick(settings)
    put(settings, "mps/b.csv", "two")
    settings.warehouse_dir.mkdir()
    begin_refresh(settings, "a run")
    end_refresh(settings, "a run")
    requests, cursor = tick(settings, cursor)
    assert requests == []
    put(settings, "mps/c.csv", "three")
    assert len(tick(settings, cursor)[0]) == 1


def test_a_new_time_of_the_same_content_is_no_change(settings: Settings):
    _, cursor = tick(settings)
    put(settings, "mps/a.csv", "one", age=120)
    assert tick(settings, cursor)[0] == []


def test_changes_go_and_come_back_with_a_key_of_their_own(settings: Settings):
    first, cursor = tick(settings)
    put(settings, "mps/a.csv", "two", age=900)
    second, cursor = tick(settings, cursor)
    put(settings, "mps/a.csv", "one", age=600)
    third, cursor = tick(settings, cursor)
    (settings.data_dir / "mps/a.csv").unlink()
    put(settings, "mps/renamed.csv", "one")
    fourth, _ = tick(settings, cursor)
    keys = [request.run_key for requests in (first, second, third, fourth) for request in requests]
    assert len(keys) == len(set(keys)) == 4


def test_files_that_are_still_arriving_wait(settings: Settings):
    put(settings, "mps/half.csv", "ha", age=1)
    assert isinstance(look_for_files(settings, None, NOW), dg.SkipReason)
    assert len(tick(settings, None, NOW + QUIET_SECONDS)[0]) == 1


def test_a_file_whose_time_is_to_come_is_not_waited_for(settings: Settings):
    put(settings, "mps/b.csv", "two", age=-1e6)
    assert len(tick(settings)[0]) == 1


def test_a_folder_that_is_gone_is_said_and_asks_for_nothing(settings: Settings):
    _, cursor = tick(settings)
    (settings.data_dir / "mps/a.csv").unlink()
    found = look_for_files(settings, cursor, NOW)
    assert isinstance(found, dg.SkipReason)
    assert "cannot be read" in str(found.skip_message)
