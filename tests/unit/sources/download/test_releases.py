"""Releases whose description or file is not what it says: no older or thinner figures without a word."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.download.records import Outcome
from tests.unit.sources.download.conftest import Run
from tests.unit.sources.download.misbehaving_server import Published, Server, send, status

MONTHS = [f"2024-{month:02}" for month in range(1, 13)]
NAME = "crime%20(recent).csv"
Release = dict[str, Any]
Fetch = Callable[..., Outcome]


@pytest.fixture
def publish(server: Server) -> Callable[..., Release]:
    """Serve a release of some months; return its entry of the description, which may claim others."""

    def serve(number: str, months: list[str], claimed: str = "", areas: int = 30, date: str = "") -> Release:
        lines = [f"E0100{area:04},A,Burglary," + ",".join("1" for _ in months) for area in range(areas)]
        header = ",".join(("LSOA Code,LSOA Name,Category", *(month.replace("-", "") for month in months)))
        body = "\r\n".join([header, *lines, ""]).encode()
        server.serve(f"/download/{number}/{NAME}", Published(body, etag=f'"{number}"'))
        last = claimed or months[-1]
        return {
            "title": "crime (recent).csv",
            "url": f"/download/{number}/{NAME}",
            "check_timestamp": date or f"{last}-28",
            "timeframe": {} if date else {"from": f"{months[0]}-01", "to": f"{last}-28"},
        }

    return serve


@pytest.fixture
def fetch(run: Run, wide: Source, point: Callable[..., Source], server: Server) -> Fetch:
    """Describe some releases, newest first, and fetch what they ask for."""
    address = point(kind="datastore", id="exy3m", match=["crime*"]).download

    def download(*releases: Release) -> Outcome:
        server.serve("/api/v3/dataset/exy3m", send(json.dumps({"resources": releases}).encode()))
        return run(replace(wide, download=address), base=server.url).outcomes[0]

    return download


def list_kept(folder: Path) -> list[str]:
    return sorted(path.parent.name for path in (folder / "somebody").rglob("*.csv"))


def test_a_release_that_ends_before_its_last_month_does_not_hide_the_one_after_it(publish, fetch: Fetch, folder: Path):
    mistaken = publish("a", MONTHS[:4], claimed="2024-09")
    outcome = fetch(mistaken, publish("b", MONTHS[2:6]))
    assert list_kept(folder) == ["2024-06", "2024-09"]
    (note,) = outcome.notes
    assert "no release has 2024-07, 2024-08, 2024-09" in note


def test_a_new_release_with_a_third_of_the_rows_is_kept_aside(publish, fetch: Fetch, folder: Path):
    before = publish("a", MONTHS[:6])
    assert fetch(before).status == "fetched"
    outcome = fetch(publish("b", MONTHS[1:7], areas=10), before)
    assert "10 rows a month, where the release before has 30" in outcome.words
    assert list_kept(folder) == ["2024-06"]
    assert (folder / ".aside" / "somebody" / "2024-07" / "crime (recent).csv").is_file()
    assert fetch(publish("b", MONTHS[1:7]), before).status == "fetched"


@pytest.mark.parametrize("dates", [("02/07/2024", "28/06/2024"), (1_750_000_000_000, 999_999_999_999)])
def test_dates_whose_text_does_not_sort_are_none(publish, fetch: Fetch, folder: Path, dates):
    outcome = fetch(publish("new", MONTHS[:6], date=dates[0]), publish("old", MONTHS[:5], date=dates[1]))
    assert list_kept(folder) == ["new"]
    assert "does not give the months of each file; the newest found ends in 2024-06" in outcome.notes[0]


def test_a_newer_edition_in_a_form_that_is_not_known_is_named(publish, fetch: Fetch, folder: Path):
    known = publish("a", MONTHS[:6])
    packed = {**publish("b", MONTHS[:7]), "title": "crime (recent).zip", "url": "/download/b/crime%20(recent).zip"}
    outcome = fetch(packed, known)
    assert "a newer file, crime (recent).zip" in outcome.words
    assert list_kept(folder) == ["2024-06"]


@pytest.mark.parametrize(
    ("change", "words", "may_pass"),
    [
        ({"url": None}, "crime (recent).csv, without an address", True),
        ({"title": "crrime (recent).csv", "url": "/download/b/crrime%20(recent).csv"}, "crrime (recent).csv", False),
    ],
)
def test_a_newest_edition_that_cannot_be_fetched_is_named(publish, fetch: Fetch, folder: Path, change, words, may_pass):
    known = publish("a", MONTHS[:6])
    outcome = fetch({**publish("b", MONTHS[:7]), **change}, known)
    assert f"a newer file, {words}" in outcome.words
    assert outcome.may_pass == may_pass
    assert list_kept(folder) == ["2024-06"]


@pytest.mark.parametrize("is_reversed", [False, True])
@pytest.mark.parametrize("dates", ["none", "none of the newest", "of the last look"])
def test_no_month_is_missing_where_descriptions_do_not_say_which_is_newest(
    publish, fetch: Fetch, server: Server, folder: Path, dates: str, is_reversed: bool
):
    releases = [publish(str(last), MONTHS[last - 4 : last]) for last in (12, 11, 10, 9, 8)]
    for number, release in enumerate(releases):
        if dates != "none of the newest" or number == 0:
            looked = f"2025-01-{number + 1:02}" if dates == "of the last look" else None
            release |= {"timeframe": None, "check_timestamp": looked}
    listed = releases[::-1] if is_reversed else releases
    outcome = fetch(*listed)
    assert "the newest found ends in 2024-12" in outcome.notes[0]
    files = [path.read_text() for path in (folder / "somebody").rglob("*.csv")]
    assert any("202412" in text for text in files)
    for _ in range(2):
        server.methods.clear()
        assert fetch(*listed).status == "unchanged"
        assert {method for method, path in server.methods if path.startswith("/download/")} == {"HEAD"}
    assert len(list_kept(folder)) == len(files)


def test_a_revised_release_takes_the_place_of_the_one_before(publish, fetch: Fetch, folder: Path, server: Server):
    before = publish("a", MONTHS[:6])
    fetch(before)
    server.answers[f"/download/b/{NAME}".replace(".csv", "%20-%20revised.csv")] = [
        Published(
            b"LSOA Code,LSOA Name,Category,"
            + ",".join(m.replace("-", "") for m in MONTHS[:6]).encode()
            + b"\r\n"
            + b"".join(b"E0100%04d,A,Burglary,2,2,2,2,2,2\r\n" % area for area in range(30))
        )
    ]
    revised = {**before, "title": "crime (recent) - revised.csv", "url": f"/download/b/{NAME[:-4]}%20-%20revised.csv"}
    assert fetch(before, revised).status == "fetched"
    assert [path.name for path in (folder / "somebody").rglob("*.csv")] == ["crime (recent) - revised.csv"]


def test_a_copy_in_another_form_that_the_server_looked_at_later_is_no_newer_edition(publish, fetch: Fetch):
    known = publish("a", MONTHS[:6])
    copy = {**known, "url": "/download/a/crime%20(recent).zip", "title": "packed", "check_timestamp": "2024-07-01"}
    assert fetch(known, copy).status == "fetched"


def test_a_release_of_few_months_may_have_fewer_rows(publish, fetch: Fetch):
    before = publish("a", MONTHS[:9])
    fetch(before)
    assert fetch(publish("b", MONTHS[8:12], areas=10), before).status == "fetched"


@pytest.mark.parametrize(("size", "notes"), [(9_999, 1), ("9999", 1), (9, 0), ("9 MB", 0), ("9" * 5000, 0), (None, 0)])
def test_a_file_shorter_than_its_description_says_is_noted(publish, fetch: Fetch, size: object, notes: int):
    found = fetch({**publish("a", MONTHS[:6]), "size": size}).notes
    assert [note.endswith("where the description says 9,999") for note in found] == [True] * notes


def test_months_that_stay_are_not_said_to_be_missing_when_a_release_fails(publish, fetch: Fetch, server: Server):
    release = publish("a", MONTHS[:6])
    fetch(release)
    server.serve(f"/download/a/{NAME}", status(404))
    outcome = fetch(release)
    assert "status 404" in outcome.words
    assert outcome.notes == ()
