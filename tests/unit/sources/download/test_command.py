"""Output and status of `make download`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from crime_dagster import __main__ as command
from crime_dagster.sources.catalogue.entry import Source
from tests.unit.sources.download.misbehaving_server import Published, Server, status

BODY = b"LSOA code,People\r\nE01000001,5\r\n"


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, folder: Path):
    """Run the command on a test catalogue."""

    def run(*sources: Source) -> int:
        monkeypatch.setenv("CRIME_DOWNLOAD_DIR", str(folder))
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setattr(command, "load_catalogue", lambda: {source.key: source for source in sources})
        return command.main(["download"])

    return run


def test_a_download_ends_well(call, point: Callable[..., Source], server: Server, folder: Path, capsys):
    assert call(point(url=server.serve("/table.csv", Published(BODY)))) == 0
    assert (folder / "ons" / "table.csv").read_bytes() == BODY
    assert capsys.readouterr().out.endswith(f"{folder}: 1 fetched, 0 unchanged, 0 manual, 0 failed\n")


def test_a_source_that_failed_is_named_and_is_the_exit_status(call, point, server: Server, folder: Path, capsys):
    good = point("good", url=server.serve("/table_good.csv", Published(BODY)))
    assert call(point("gone", url=server.serve("/table_gone.csv", status(404))), good) == 1
    assert "ons/gone: file http://127.0.0.1" in capsys.readouterr().err
    assert (folder / "ons" / "table_good.csv").is_file()


def test_a_folder_that_cannot_be_used_is_one_message(call, point, server: Server, folder: Path, capsys):
    folder.write_text("in the way")
    assert call(point(url=server.serve("/table.csv", Published(BODY)))) == 2
    assert "CRIME_DOWNLOAD_DIR" in capsys.readouterr().err
