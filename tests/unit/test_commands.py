"""The command line, without data."""

import socket

import pytest

from crime_dagster.__main__ import main


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
