"""Paginated lists of APIs, and files with numbered addresses."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crime_dagster.sources.catalogue.entry import Source
from tests.unit.sources.download.conftest import Run
from tests.unit.sources.download.misbehaving_server import Handler, Published, Server, send

Point = Callable[..., Source]
STOPS = [{"LSOA code": f"E0100000{number}", "People": number} for number in range(1, 6)]
PREMISES = b'[{"LSOA code": "E01000001", "People": 5}]'


def serve_pages(server: Server, size: int = 2, total: Any = 5, knows_pages: bool = True) -> str:
    """Serve a list of stops in pages; return the address of its API."""

    def answer(handler: Handler) -> None:
        first = size * (int(handler.query.get("page", "1")) - 1) if knows_pages else 0
        body = {"stopPoints": STOPS[first : first + size], "pageSize": size}
        send(json.dumps(body if total is None else {**body, "total": total}).encode())(handler)

    return server.serve("/StopPoint", answer)


@pytest.fixture
def list_of(point: Point) -> Callable[[str], Source]:
    return lambda url: point(patterns=("stops.json",), kind="pages", url=url, items="stopPoints", file="stops.json")


@pytest.mark.parametrize(("size", "total"), [(2, 5), (5, 5), (9, 5), (2, None)])
def test_pages_become_one_list(run: Run, list_of, server: Server, folder: Path, size: int, total: int | None):
    report = run(list_of(serve_pages(server, size, total)))
    assert [outcome.status for outcome in report.outcomes] == ["fetched"]
    assert json.loads((folder / "ons" / "stops.json").read_text())["stopPoints"] == STOPS


def test_a_list_without_pages_is_taken_once(run: Run, list_of, server: Server, folder: Path):
    run(list_of(serve_pages(server, 5, None, knows_pages=False)))
    assert json.loads((folder / "ons" / "stops.json").read_text())["stopPoints"] == STOPS


@pytest.mark.parametrize(("size", "total", "knows_pages"), [(2, 7, True), (2, 5, False), (9, 4, True), (2, "7", True)])
def test_more_or_fewer_records_than_announced_are_refused(
    run: Run, list_of, server: Server, folder: Path, size: int, total: Any, knows_pages: bool
):
    report = run(list_of(serve_pages(server, size, total, knows_pages)))
    assert f"the {total} that it says" in report.failed[0].words
    assert not (folder / "ons" / "stops.json").exists()


@pytest.mark.parametrize("total", [5, None])
def test_a_page_in_place_of_another_is_refused(run: Run, list_of, server: Server, total: int | None):
    def answer(handler: Handler) -> None:
        # A station was removed while the list was read: the pages move up by one.
        first = 2 * (int(handler.query["page"]) - 1) - (handler.query["page"] != "1")
        send(json.dumps({"stopPoints": STOPS[first : first + 2], "total": total}).encode())(handler)

    report = run(list_of(server.serve("/StopPoint", answer)))
    assert "in `stopPoints` twice" in report.failed[0].words
    assert report.failed[0].may_pass


def test_a_list_that_does_not_end_is_refused(run: Run, list_of, server: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("crime_dagster.sources.download.interfaces.MOST_LISTED_PAGES", 3)

    def answer(handler: Handler) -> None:
        send(json.dumps({"stopPoints": [{"id": handler.query["page"]}], "total": "many"}).encode())(handler)

    assert "3 pages of `stopPoints`, and no end" in run(list_of(server.serve("/StopPoint", answer))).failed[0].words


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"stopPoints": {}}', b'{"stopPoints": []}', b"<html>"])
def test_an_answer_that_is_no_list_is_refused(run: Run, list_of, server: Server, body: bytes):
    report = run(list_of(server.serve("/StopPoint", send(body))))
    assert "stopPoints" in report.failed[0].words or "JSON" in report.failed[0].words


def test_what_an_api_says_instead_of_a_list_is_shown(run: Run, list_of, server: Server):
    report = run(list_of(server.serve("/StopPoint", send(b'{"message": "Invalid app_key"}'))))
    assert "Invalid app_key" in report.failed[0].words


def test_every_file_of_a_numbered_address_is_fetched(run: Run, point: Point, server: Server):
    for number in (501, 502, 503):
        server.serve(f"/FHRS{number}.json", Published(PREMISES, kind="application/json"))
    url = f"{server.url}/FHRS{{each}}.json"
    report = run(point(many=True, patterns=("FHRS*.json",), url=url, each=[501, 503]))
    assert report.outcomes[0].files == ("ons/FHRS501.json", "ons/FHRS502.json", "ons/FHRS503.json")


def test_a_page_instead_of_one_of_the_files_is_refused(run: Run, point: Point, server: Server, folder: Path):
    server.serve("/FHRS1.json", Published(PREMISES, kind="application/json"))
    server.serve("/FHRS2.json", Published(b"<!doctype html><title>Sorry</title>", kind="application/json"))
    url = f"{server.url}/FHRS{{each}}.json"
    report = run(point(many=True, patterns=("FHRS*.json",), url=url, each=[1, 2]))
    assert "FHRS2.json" in report.failed[0].words
    assert not (folder / "ons" / "FHRS2.json").exists()
