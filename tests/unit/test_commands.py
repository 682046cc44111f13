"""The command line, without data."""

import socket
from pathlib import Path

import pytest

from crime_dagster.__main__ import _write, main
from crime_dagster.core.settings import Settings


def test_a_port_that_is_taken_is_named_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path
):
    monkeypatch.setenv("CRIME_WAREHOUSE_DIR", str(tmp_path / "w"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["dev", "--port", str(port)]) == 2
    said = capsys.readouterr().err
    for words in (f"127.0.0.1:{port}", "PORT=3001", "--port 3001"):
        assert words in said
    # It ends before anything is made.
    assert not (tmp_path / "w").exists()


def test_a_document_that_stays_the_same_is_not_written_again(tmp_path: Path):
    """Of a file with a new time, dbt would read its project again."""
    settings, path = Settings(tmp_path, tmp_path, project_dir=tmp_path), tmp_path / "docs" / "list.md"
    _write(settings, {Path("docs/list.md"): "one"})
    before = path.stat().st_mtime_ns
    _write(settings, {Path("docs/list.md"): "one"})
    assert path.stat().st_mtime_ns == before
    _write(settings, {Path("docs/list.md"): "two"})
    assert path.read_text(encoding="utf-8") == "two"
