"""A local server that stands in for all publishers."""

from collections.abc import Callable
from typing import Any

import pytest

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.doctor.report import Answer, Diagnosis
from crime_dagster.sources.doctor.run import check_publishers
from crime_dagster.sources.download.policy import Policy
from tests.unit.sources.conftest import make_source
from tests.unit.sources.download.misbehaving_server import Server

QUICK = Policy(attempts=2, longest_asked_wait=10.0, head_deadline=5.0, source_deadline=5.0, sleep=lambda _: None)
Ask = Callable[..., Answer]


@pytest.fixture
def ask_all(server: Server) -> Callable[..., Diagnosis]:
    """Check the addresses of some sources."""

    def ask(*sources: Source, policy: Policy = QUICK) -> Diagnosis:
        return check_publishers({source.key: source for source in sources}, lambda _: None, policy, base=server.url)

    return ask


@pytest.fixture
def ask(ask_all: Callable[..., Diagnosis]) -> Ask:
    """Check one source with some `download`, by default the table `lsoa_code, people` at /table.csv."""

    def ask(download: dict[str, Any] | None = None, *, policy: Policy = QUICK, **entry: Any) -> Answer:
        given = download or {"kind": "file", "url": "https://publisher.example/table.csv"}
        (answer,) = ask_all(make_source(download=given, **entry), policy=policy).answers
        return answer

    return ask
