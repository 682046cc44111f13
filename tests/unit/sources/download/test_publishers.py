"""London's crime from its publishers: complete despite their faults, fetching only what is new."""

import fnmatch
import io
import itertools
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.download.records import Report
from tests.unit.sources.download.conftest import Run
from tests.unit.sources.download.misbehaving_server import Server, status
from tests.unit.sources.download.publishers import ARCHIVE, MONTHS, RELEASED, Publishers, list_span
from tests.unit.sources.landing import land

RELEASES = ("mps/lsoa_crime", "mps/ward_crime")
POLICE = ("police_uk/street_crime", "police_uk/outcomes", "police_uk/stop_and_search")
WHOLE = list_span(RELEASED[0], historical=True)[0], MONTHS[MONTHS.index(RELEASED[0]) - 1]
# Faults of descriptions, and of files and clients.
DESCRIBED = ("no-v3", "no-v2", "no-ckan", "null-dates", "plain-titles")
SENT = ("no-ranges", "no-head", "agent")
EVERY_MONTH = MONTHS[MONTHS.index(WHOLE[0]) : MONTHS.index(WHOLE[1]) + 1]
Download = Callable[..., Report]


@pytest.fixture
def download(run: Run) -> Download:
    """Fetch sources of the real catalogue from the stand-in publishers."""

    def fetch(publishers: Publishers, keys: Iterable[str] = (*RELEASES, *POLICE)) -> Report:
        publishers.sent.clear()
        catalogue = load_catalogue()
        return run(*(catalogue[key] for key in keys), base=publishers.server.url)

    return fetch


def list_releases(folder: Path, kind: str = "LSOA") -> list[str]:
    return sorted(path.relative_to(folder / "mps").as_posix() for path in (folder / "mps").rglob(f"*{kind}*.csv"))


def list_landed_months(source: Source, folder: Path) -> list[str]:
    return sorted({month[:4] + "-" + month[-2:] for month in land(source, folder).rows["month"].to_pylist()})


def combine(*faults: str) -> list[tuple[str, ...]]:
    return [some for size in range(len(faults) + 1) for some in itertools.combinations(faults, size)]


@pytest.mark.parametrize("faults", combine(*DESCRIBED), ids="+".join)
def test_no_month_is_missing_whatever_is_wrong_with_descriptions(
    download: Download, server: Server, folder: Path, faults: tuple[str, ...]
):
    publishers = Publishers(server, frozenset(faults))
    assert not download(publishers, ["mps/lsoa_crime"]).failed
    assert list_landed_months(load_catalogue()["mps/lsoa_crime"], folder) == EVERY_MONTH
    assert len(list_releases(folder)) == 3
    assert [outcome.status for outcome in download(publishers, ["mps/lsoa_crime"]).outcomes] == ["unchanged"]
    assert not any(publishers.sent.values())


@pytest.mark.parametrize("faults", combine(*SENT), ids="+".join)
def test_london_is_whole_whatever_is_wrong_and_costs_nothing_again(
    download: Download, server: Server, folder: Path, faults: tuple[str, ...]
):
    publishers = Publishers(server, frozenset((*faults, "no-v3", "null-dates")))
    report = download(publishers)
    assert not report.failed, report.describe()
    for key in RELEASES:
        assert list_landed_months(load_catalogue()[key], folder) == EVERY_MONTH
    assert len(list((folder / "police_uk").rglob("*-street.csv"))) == 2 * len(publishers.months)
    assert publishers.sent[ARCHIVE] < len(publishers.archive) / 10 or "no-ranges" in faults

    again = download(publishers)
    assert {outcome.status for outcome in again.outcomes} == {"unchanged"}
    # Without HEAD requests, a server that ignores conditions sends the file once more.
    assert not any(publishers.sent.values()) or "no-head" in faults


def test_a_data_set_is_described_once_and_a_way_that_fails_costs_one_request(download: Download, server: Server):
    faults = frozenset({"no-v3", "no-v2", "no-export"})
    assert not download(Publishers(server, faults), RELEASES).failed
    asked = [path for path, _ in server.seen if path.startswith("/api")]
    assert asked == [
        "/api/v3/dataset/exy3m",
        "/api/dataset/exy3m",
        "/api/v2/dataset/exy3m",
        "/api/v3/datasets/export.json",
        "/api/action/package_show",
    ]


def test_a_data_set_that_no_way_describes_is_one_message_without_a_false_hope(download: Download, server: Server):
    publishers = Publishers(server, frozenset({"no-v3", "no-v2", "no-export", "no-ckan"}))
    report = download(publishers, RELEASES)
    assert len([path for path, _ in server.seen if path.startswith("/api")]) == 5
    assert "look the data set up" in report.failed[0].words
    assert "later" not in report.describe()


def test_a_way_that_is_down_for_now_is_asked_again_when_no_other_answers(download, server: Server, waits: list[float]):
    publishers = Publishers(server, frozenset({"no-v2", "no-export", "no-ckan"}))
    server.serve("/api/v3/dataset/exy3m", status(503), status(503), publishers.answer)
    assert not download(publishers, RELEASES).failed
    assert waits == [1.0]


def test_a_busy_server_is_waited_for_and_not_asked_in_another_way(download, server: Server, waits: list[float]):
    publishers = Publishers(server)
    server.serve("/api/v3/dataset/exy3m", status(429, Retry_After="7"), publishers.answer)
    assert not download(publishers, RELEASES).failed
    assert waits == [7.0]
    assert {path for path, _ in server.seen if path.startswith("/api")} == {"/api/v3/dataset/exy3m"}


def test_of_older_releases_exactly_the_one_is_fetched_that_has_the_missing_month(download, server, folder: Path):
    publishers = Publishers(server)
    download(publishers, RELEASES)
    assert list_releases(folder) == [
        "2026-03/MPS LSOA Level Crime (Historical).csv",
        "2026-07/MPS LSOA Level Crime (most recent 24 months).csv",
        "2026-08/MPS LSOA Level Crime (most recent 24 months).csv",
    ]
    assert len([path for path in publishers.sent if path.startswith("/download")]) == 6


def test_without_dates_the_order_says_which_is_the_newest_and_files_whether_it_is(download, server, folder: Path):
    report = download(Publishers(server, frozenset({"null-dates", "oldest-first"})), ["mps/lsoa_crime"])
    assert set(list_landed_months(load_catalogue()["mps/lsoa_crime"], folder)) >= set(EVERY_MONTH)
    assert f"the newest found ends in {WHOLE[1]}" in report.describe()


def test_months_that_no_release_has_are_named(download: Download, server: Server):
    publishers = Publishers(server)
    publishers.releases = publishers.releases[:1]
    report = download(publishers, ["mps/lsoa_crime"])
    assert not report.failed
    assert report.outcomes[0].notes == ("no release has 2026-04: not reported, which is not 0",)


def test_a_new_release_takes_the_place_of_the_one_before_and_one_generation_is_kept(download, server, folder: Path):
    publishers = Publishers(server)
    for count in (3, 2, 1):
        publishers.releases = list(RELEASED[count - 1 :])
        download(publishers, ["mps/lsoa_crime"])
    kept = list_releases(folder)
    # Only the oldest has the first month before newer ones begin.
    assert set(kept) >= {
        "2026-07/MPS LSOA Level Crime (most recent 24 months).csv",
        "2026-08/MPS LSOA Level Crime (most recent 24 months).csv",
        "2026-03/MPS LSOA Level Crime (Historical).csv",
    }
    assert "2026-06/MPS LSOA Level Crime (most recent 24 months).csv" not in kept
    assert list_releases(folder / ".previous") == [
        "2026-02/MPS LSOA Level Crime (Historical).csv",
        "2026-06/MPS LSOA Level Crime (most recent 24 months).csv",
    ]


def test_a_release_that_is_broken_is_replaced_by_the_one_before_and_named(download, server, folder: Path):
    publishers = Publishers(server)
    server.serve(
        "/download/exy3m/2026-09_LSOA_0/MPS%20LSOA%20Level%20Crime%20%28most%20recent%2024%20months%29.csv", status(404)
    )
    report = download(publishers, ["mps/lsoa_crime"])
    assert "status 404" in report.failed[0].words
    assert "no release has 2026-08" in report.describe()
    assert "2026-07/MPS LSOA Level Crime (most recent 24 months).csv" in list_releases(folder)


def test_a_new_month_of_an_archive_is_all_that_is_fetched(download: Download, server: Server, folder: Path):
    publishers = Publishers(server)
    download(publishers, POLICE)
    first = set((folder / "police_uk").rglob("*.csv"))
    server.seen.clear()
    publishers.revise_archive(MONTHS[-8:-5], '"a2"')
    report = download(publishers, POLICE)
    assert {outcome.status for outcome in report.outcomes} == {"fetched"}
    new = set((folder / "police_uk").rglob("*.csv")) - first
    assert {path.parent.name for path in new} == {MONTHS[-6]}
    # The month that has left the archive stays; only the directory and six members were transferred.
    assert all(path.is_file() for path in first)
    assert len([path for path, headers in server.seen if path == ARCHIVE and "Range" in headers]) == 1 + len(new)


def test_an_archive_that_ends_a_month_earlier_replaces_nothing(download: Download, server: Server, folder: Path):
    publishers = Publishers(server)
    download(publishers, POLICE)
    before = {path: path.read_bytes() for path in (folder / "police_uk").rglob("*.csv")}
    publishers.revise_archive(MONTHS[-10:-7], '"a0"')
    report = download(publishers, POLICE)
    assert all("an older archive" in outcome.words and outcome.may_pass for outcome in report.outcomes)
    assert {path: path.read_bytes() for path in (folder / "police_uk").rglob("*.csv")} == before
    publishers.revise_archive(MONTHS[-9:-6], '"a1"')
    assert {outcome.status for outcome in download(publishers, POLICE).outcomes} == {"unchanged"}


def test_an_archive_whose_files_have_another_name_replaces_nothing(download: Download, server: Server, folder: Path):
    publishers = Publishers(server)
    download(publishers, POLICE[:1])
    before = sorted((folder / "police_uk").rglob("*.csv"))
    publishers.revise_archive(MONTHS[-8:-5], '"a2"')
    # The name stands in the directory and before each member.
    publishers.archive = publishers.archive.replace(b"-metropolitan-street", b"-met-police-x-street")
    (outcome,) = download(publishers, POLICE[:1]).failed
    assert "no file named like *-metropolitan-street.csv" in outcome.words
    assert sorted((folder / "police_uk").rglob("*.csv")) == before
    assert not any(publishers.sent[path] > 10_000 for path in publishers.sent)


def test_a_force_that_an_archive_never_had_is_noted(download: Download, server: Server):
    publishers = Publishers(server)
    publishers.archive = publishers.archive.replace(b"-metropolitan-street", b"-met-police-x-street")
    report = download(publishers, POLICE[:1])
    assert not report.failed
    assert "no file named like *-metropolitan-street.csv" in report.outcomes[0].notes[0]


@pytest.mark.parametrize("spoil", ["replaced", "expired"])
def test_an_archive_that_is_replaced_while_it_is_read_is_read_again_later(
    download: Download, server: Server, folder: Path, spoil: str
):
    publishers = Publishers(server)
    fine, count = publishers.answer, itertools.count()

    def answer(handler) -> None:
        if handler.path == ARCHIVE and next(count) == 3:
            publishers.revise_archive(MONTHS[-8:-5], '"a2"')
        if handler.path == ARCHIVE and spoil == "expired" and publishers.etag == '"a2"':
            handler.reply(403, b"Request has expired")
        else:
            fine(handler)

    server.fallback = answer
    (outcome,) = download(publishers, POLICE[:1]).failed
    assert outcome.may_pass
    assert "also" not in outcome.words
    server.fallback = fine
    assert not download(publishers, POLICE[:1]).failed
    with zipfile.ZipFile(io.BytesIO(publishers.archive)) as archive:
        for name in fnmatch.filter(archive.namelist(), "*-[mc]*-street.csv"):
            assert (folder / "police_uk" / name).read_bytes() == archive.read(name)


def test_an_archive_of_a_place_with_other_forces_is_no_older_one(download: Download, server: Server, folder: Path):
    publishers = Publishers(server)
    download(publishers, POLICE)
    records = folder / ".downloads.json"
    records.write_text(records.read_text().replace("metropolitan", "west-yorkshire"))
    publishers.revise_archive(MONTHS[-9:-6], '"a1"')
    assert not download(publishers, POLICE).failed


def test_an_archive_without_parts_is_fetched_once_for_all_of_its_sources(download, server: Server, said: list[str]):
    publishers = Publishers(server, frozenset({"no-ranges"}))
    assert not download(publishers, POLICE).failed
    wholes = [headers for path, headers in server.seen if path == ARCHIVE and "Range" not in headers]
    assert len(wholes) == 1
    assert any("the whole archive is fetched" in words for words in said)


def test_an_archive_that_was_cut_goes_on_with_the_members_that_lack(download: Download, server: Server, folder: Path):
    publishers = Publishers(server)
    fine, count = publishers.answer, itertools.count()

    def fail_later(handler) -> None:
        if handler.path == ARCHIVE and next(count) > 5:
            handler.reply(503)
        else:
            fine(handler)

    server.fallback = fail_later
    report = download(publishers, ["police_uk/street_crime"])
    assert "run it again later" in report.failed[0].words
    before = len(list((folder / "police_uk").rglob("*.csv")))
    assert before > 0
    server.fallback = fine
    server.seen.clear()
    assert not download(publishers, ["police_uk/street_crime"]).failed
    lacking = 2 * len(publishers.months) - before
    assert len([path for path, headers in server.seen if path == ARCHIVE and "Range" in headers]) == 1 + lacking


def test_every_line_says_that_the_publishers_are_replaced(download: Download, server: Server, said: list[str]):
    report = download(Publishers(server), ["mps/ward_crime", "mps/officers"])
    lines = [line for words in (*said, report.describe()) for line in words.split("\n")]
    assert len(lines) > 4
    assert all(line.startswith(f"[{server.url}] ") for line in lines)
