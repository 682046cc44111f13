"""What a run says at its end."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from crime_dagster import __main__ as commands
from crime_dagster.core.parquet import write_parquet
from crime_dagster.core.settings import Settings
from crime_dagster.sources.land.land import FILES


def test_a_run_names_what_was_excluded_before_its_last_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    settings = Settings(tmp_path / "data", tmp_path / "warehouse")
    monkeypatch.setattr(commands, "_require_input", lambda _: None)
    monkeypatch.setattr(commands, "_execute", lambda *_: 0)
    assert commands.run(settings) == 0
    assert capsys.readouterr().out.startswith("Gallery: ")
    names = {"publisher": "mps", "thing": "borough_crime", "file": "mps/x.csv"}
    counts = {"rows_in": 0, "rows_kept": 0, "rows_set_aside": 0, "excluded_because": "column borough; found: 'Place'"}
    account = pa.Table.from_pylist([names | counts], schema=FILES)
    write_parquet(account, settings.landing_dir / "_source_files" / "mps__borough_crime.parquet")
    assert commands.run(settings) == 0
    title, warning, gallery = capsys.readouterr().out.splitlines()
    assert (title, gallery.split(":")[0]) == ("Warnings", "Gallery")
    assert "(mps/borough_crime) is for context only and was excluded: column borough" in warning
