"""The download job, against a server on 127.0.0.1."""

from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest

from crime_dagster.core.settings import Settings
from crime_dagster.defs.ingest import publishers
from crime_dagster.sources.catalogue.address import parse_address
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.download.policy import Policy
from tests.unit.sources.download.misbehaving_server import Published, Server

PUBS = b"name,easting,northing\nThe Crown,530000,180000\n"


@pytest.fixture
def server(server: Server) -> Server:
    server.serve("/Pubs.csv", Published(PUBS))
    return server


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "sample", tmp_path / "warehouse", download_dir=tmp_path / "london")


def run(settings: Settings, server: Server, **paths: str) -> dg.ExecuteInProcessResult:
    catalogue = {
        key: replace(source, download=parse_address({"kind": "file", "url": server.url + paths[source.thing]}))
        for key, source in load_catalogue().items()
        if source.thing in paths
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishers, "load_catalogue", lambda: catalogue)
        patch.setattr(publishers, "POLICY", Policy(sleep=lambda _: None))
        return at_once.execute_in_process(resources={"settings": settings}, raise_on_error=False)


@dg.job
def at_once() -> None:
    publishers.download_published_files.with_retry_policy(dg.RetryPolicy(max_retries=1))()


def test_the_job_fetches_and_lands_nothing(settings: Settings, server: Server):
    assert run(settings, server, pubs="/Pubs.csv").success
    assert (settings.download_dir / "gla" / "Pubs.csv").read_bytes() == PUBS
    assert not settings.warehouse_dir.exists()


def test_the_job_fails_by_name_after_all_were_tried(settings: Settings, server: Server):
    result = run(settings, server, lsoa_crime="/MPS LSOA Level Crime.csv", pubs="/Pubs.csv")
    assert not result.success
    (event,) = result.get_step_failure_events()
    failure = event.step_failure_data.user_failure_data
    assert failure is not None
    assert "mps/lsoa_crime" in (failure.description or "")
    assert "status 404" in (failure.description or "")
    assert result.retry_attempts_for_node("download_published_files") == 0, "an address that is gone stays so"
    assert (settings.download_dir / "gla" / "Pubs.csv").is_file()


def test_a_server_that_is_down_is_asked_again_later(settings: Settings, server: Server):
    server.serve("/Pubs.csv", lambda handler: handler.reply(503, b""))
    result = run(settings, server, pubs="/Pubs.csv")
    assert not result.success
    assert result.retry_attempts_for_node("download_published_files") == 1
