"""London's sources from the catalogue, with stand-ins for the publishers."""

import pytest

from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.doctor.report import State
from tests.unit.sources.download.misbehaving_server import Server
from tests.unit.sources.download.publishers import ARCHIVE, Publishers

RELEASES = ("mps/lsoa_crime", "mps/ward_crime")
POLICE = ("police_uk/street_crime", "police_uk/outcomes", "police_uk/stop_and_search")


@pytest.mark.parametrize("faults", [(), ("agent", "no-v3", "no-v2", "null-dates"), ("no-ranges",)], ids=str)
def test_releases_and_street_files_work_and_little_travels(faults: tuple[str, ...], server: Server, ask_all):
    publishers = Publishers(server, frozenset(faults))
    report = ask_all(*(load_catalogue()[key] for key in (*RELEASES, *POLICE)))
    assert {answer.source: answer.state for answer in report.answers if answer.state != State.WORKS} == {}
    if not faults:
        assert publishers.sent[ARCHIVE] < len(publishers.archive) / 5
