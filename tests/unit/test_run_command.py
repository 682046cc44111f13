"""The output at the end of a run, and when nothing has changed since the last."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crime_dagster import __main__ as commands
from crime_dagster.core.lake.place import Lake
from crime_dagster.core.last_refresh import (
    begin_refresh,
    end_refresh,
    find_states,
    forget_refresh,
    list_touched,
    read_refresh,
)
from crime_dagster.core.settings import Settings
from crime_dagster.defs.dbt import warehouse


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A data set whose runs succeed and leave a page."""
    found = Settings(tmp_path / "data", tmp_path / "warehouse", project_dir=tmp_path / "code")
    for folder in (found.data_dir, found.build_dir, found.landing_dir, tmp_path / "code" / "crime_dagster"):
        folder.mkdir(parents=True)
    (tmp_path / "code" / "crime_dagster" / "a.py").write_text("")
    (found.data_dir / "a.csv").write_text("a")

    def execute(settings: Settings, _: str, *, force: bool) -> int:
        begin_refresh(settings, "a refresh")
        (settings.build_dir / "index.html").write_text("page")
        end_refresh(settings, "a refresh", warnings=["x is for context only"], release="0001", reading="")
        return 0

    monkeypatch.setattr(commands, "_require_input", lambda _: None)
    monkeypatch.setattr(commands, "_execute", execute)
    return found


def test_a_run_names_what_was_excluded_before_its_last_line(settings: Settings, capsys: pytest.CaptureFixture[str]):
    assert commands.run(settings) == 0
    title, warning, gallery = capsys.readouterr().out.splitlines()
    assert (title, warning.strip()) == ("Warnings", "x is for context only")
    assert gallery.startswith("Gallery: ")


def test_where_nothing_has_changed_no_run_starts_and_one_line_says_since_when(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    commands.run(settings)
    capsys.readouterr()
    monkeypatch.setattr(commands, "_execute", lambda *_, **__: pytest.fail("a run started"))
    assert commands.run(settings) == 0
    first, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith("Nothing has changed since 20")
    assert "(release 0001)" in first
    assert [line.partition(":")[0] for line in rest] == ["Warnings", "  x is for context only", "Gallery"]


@pytest.mark.parametrize(
    "name",
    [
        *("data/a.csv", "data/b.csv", "code/crime_dagster/a.py"),
        *("warehouse/build/index.html", "warehouse/landing/a.parquet", "warehouse/crime.duckdb"),
        pytest.param("warehouse/crime.duckdb.wal", id="what a killed program wrote into the database"),
    ],
)
def test_whatever_was_touched_a_run_looks_at_it(settings: Settings, name: str):
    commands.run(settings)
    assert list_touched(settings) == []
    path = settings.data_dir.parent / name
    path.write_text(f"{path.read_text() if path.exists() else ''}.")
    assert len(list_touched(settings)) == 1


def test_a_download_without_news_leaves_nothing_to_do(settings: Settings):
    (settings.data_dir / ".downloads.json").write_text("{}")
    commands.run(settings)
    (settings.data_dir / ".downloads.json").write_text('{"tried": "today"}')
    assert list_touched(settings) == []


@pytest.mark.parametrize(
    "change", [{"place": "Kent"}, {"lake": Lake("crime.ducklake", "lake", Path("extensions"))}, {"boroughs": ("Kent",)}]
)
def test_another_setting_of_the_same_warehouse_is_looked_at(settings: Settings, change: dict[str, Any]):
    commands.run(settings)
    assert "settings" in list_touched(replace(settings, **change))


def test_a_run_that_was_stopped_leaves_nothing_to_go_by(settings: Settings):
    commands.run(settings)
    forget_refresh(settings)
    assert list_touched(settings) == list(find_states(settings))


def test_what_changed_while_a_run_was_under_way_is_for_the_next(settings: Settings):
    begin_refresh(settings, "a run")
    (settings.data_dir / "late.csv").write_text("b")
    begin_refresh(settings, "a run")
    end_refresh(settings, "another run", release="0000")
    assert read_refresh(settings) == {}
    end_refresh(settings, "a run", warnings=[], release="0001", reading="")
    assert list_touched(settings) == ["files"]


def test_links_are_followed_and_a_circle_ends(settings: Settings, tmp_path: Path):
    (tmp_path / "elsewhere").mkdir()
    (settings.data_dir / "linked").symlink_to(tmp_path / "elsewhere")
    (settings.data_dir / "circle").symlink_to(settings.data_dir)
    (settings.data_dir / "broken").symlink_to(tmp_path / "absent")
    commands.run(settings)
    assert list_touched(settings) == []
    (tmp_path / "elsewhere" / "a.csv").write_text("a")
    assert list_touched(settings) == ["files"]


def test_the_exit_status_of_dbt_comes_through(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(commands, "_execute", lambda *_: 0)
    monkeypatch.setattr(warehouse, "build_project", lambda *_, **__: None)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    (tmp_path / "dbt").write_text("#!/bin/sh\ntest $1 = build && exit 3")
    (tmp_path / "dbt").chmod(0o755)
    for folder in (settings.warehouse_dir, settings.dbt_dir, settings.project_dir / "deploy"):
        folder.mkdir(exist_ok=True)
    (settings.project_dir / "deploy" / "dagster.yaml").touch()
    for name in settings.child_environment():
        monkeypatch.setenv(name, "before")
    assert commands.dbt(settings) == 3
