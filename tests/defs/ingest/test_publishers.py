"""The weekly check of publishers: it warns, reports and never fails."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from crime_dagster.core.settings import Settings
from crime_dagster.defs.ingest import publishers
from crime_dagster.defs.ingest.publishers import check_publishers_job, check_publishers_schedule
from crime_dagster.sources.catalogue.address import parse_address
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from tests.unit.sources.download.misbehaving_server import Published, Server


@pytest.fixture
def server(server: Server) -> Server:
    server.serve("/Pubs.csv", Published(b"name,easting,northing\nThe Crown,530000,180000\n"))
    return server


def test_what_is_gone_is_a_warning_and_is_reported(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    sent: list[tuple[str, str]] = []
    monkeypatch.setattr(publishers, "send_message", lambda url, text: sent.append((url, text)))
    catalogue = {
        key: replace(
            load_catalogue()[key],
            download=parse_address({"kind": "file", "url": f"https://publisher.example/{name}"}),
        )
        for key, name in (("gla/pubs", "Pubs.csv"), ("mps/lsoa_crime", "gone.csv"))
    }
    settings = Settings(
        tmp_path / "london", tmp_path / "warehouse", webhook_url="https://hook.example", publishers=server.url
    )
    monkeypatch.setattr(publishers, "load_catalogue", lambda: catalogue)
    result = check_publishers_job.execute_in_process(resources={"settings": settings})
    assert result.success
    observed = {
        event.asset_observation_data.asset_observation.asset_key.to_user_string(): event.asset_observation_data
        for event in result.all_events
        if event.event_type == dg.DagsterEventType.ASSET_OBSERVATION
    }
    assert {key: data.asset_observation.metadata["state"].value for key, data in observed.items()} == {
        "gla/pubs": "works",
        "mps/lsoa_crime": "gone",
    }
    ((url, text),) = sent
    assert (url, "mps/lsoa_crime" in text, "gla/pubs" in text) == ("https://hook.example", True, False)
    said = json.loads((settings.warehouse_dir / "publishers.json").read_text())
    assert said["counts"]["gone"] == said["counts"]["works"] == 1
    (warning,) = [line for line in capsys.readouterr().err.splitlines() if "WARNING" in line]
    assert "gone: mps/lsoa_crime (https://publisher.example/gone.csv)" in warning


def test_a_made_up_city_has_no_publishers_to_ask(sample_dir: Path, tmp_path: Path):
    def tick(data_dir: Path) -> Any:
        settings = Settings(data_dir, tmp_path / "warehouse")
        with dg.DagsterInstance.ephemeral() as instance:
            context = dg.build_schedule_context(instance, resources={"settings": settings})
            return check_publishers_schedule.evaluate_tick(context)

    assert not tick(sample_dir).run_requests
    assert len(tick(tmp_path).run_requests) == 1
