"""Each of the five states, by the server's behaviour."""

import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from crime_dagster.core.settings import Settings
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.doctor.report import Diagnosis, State
from crime_dagster.sources.doctor.run import run_doctor
from tests.unit.sources.conftest import make_source
from tests.unit.sources.doctor.conftest import QUICK, Ask
from tests.unit.sources.download.misbehaving_server import Handler, Server, redirect, send, status

WORKS, MOVED, CHANGED, GONE, NOT_REACHED = State
HEADER = b"LSOA code,People\r\n"
TABLE = HEADER + b"E01000001,5\r\n"


def test_an_address_works_and_its_body_is_left_after_the_first_kilobytes(server: Server, ask: Ask):
    def send_for_ever(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(HEADER), HEADER))
        line = b"E01000001,5\r\n" * 1000
        while True:
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))

    server.serve("/table.csv", send_for_ever)
    answer = ask()
    assert (answer.state, answer.columns) == (WORKS, ())
    assert "2 of the 4 that are known" in answer.found
    (headers,) = server.asked("/table.csv")
    assert headers["Range"].startswith("bytes=0-")
    assert "crime-dagster/" in headers["User-Agent"]


@pytest.mark.parametrize(("code", "state"), [(301, MOVED), (308, MOVED), (302, WORKS), (307, WORKS)])
def test_what_leads_elsewhere_for_good_has_moved(code: int, state: str, server: Server, ask: Ask):
    server.serve("/table.csv", redirect("/new/table.csv", code))
    server.serve("/new/table.csv", send(TABLE))
    answer = ask()
    assert answer.state == state
    assert answer.moved_to == (f"{server.url}/new/table.csv" if state == MOVED else None)


def test_a_column_that_is_missing_is_named_with_what_was_found(server: Server, ask: Ask):
    server.serve("/table.csv", send(b"LSOA21CD,Residents\r\nE01000001,5\r\n"))
    answer = ask()
    assert (answer.state, answer.columns) == (CHANGED, ("people",))
    assert "'Residents'" in answer.found
    assert "people as 'People'" in answer.expected


@pytest.mark.parametrize(
    ("body", "found"),
    [(b"", "nothing"), (b"\xef\xbb\xbf<!DOCTYPE html><p>Not here", "a web page"), (b"PK\x03\x04zip", "a zip archive")],
)
def test_another_kind_of_body_is_another_shape(body: bytes, found: str, server: Server, ask: Ask):
    server.serve("/table.csv", send(body))
    answer = ask()
    assert answer.state == CHANGED
    assert found in answer.found


@pytest.mark.parametrize("code", [404, 410])
def test_what_is_not_there_is_gone(code: int, server: Server, ask: Ask):
    server.serve("/table.csv", status(code))
    answer = ask()
    assert (answer.state, f"status {code}" in answer.found) == (GONE, True)


@pytest.mark.parametrize(
    ("code", "headers", "asked"), [(403, {}, 1), (429, {"Retry_After": "3600"}, 1), (429, {}, 2), (503, {}, 2)]
)
def test_a_server_that_refuses_says_nothing_of_the_address(code, headers, asked, server: Server, ask: Ask):
    server.serve("/table.csv", status(code, **headers))
    answer = ask()
    assert (answer.state, f"status {code}" in answer.found) == (NOT_REACHED, True)
    assert len(server.asked("/table.csv")) == asked


def test_a_slow_server_is_not_waited_for_and_not_asked_again(server: Server, ask_all):
    ended = threading.Event()

    def stall(_: Handler) -> None:
        ended.wait(5)

    server.serve("/table.csv", stall)
    address = {"kind": "file", "url": "https://publisher.example/table.csv"}
    sources = [make_source(download=address, key=f"somebody/{name}") for name in ("table", "again")]
    report = ask_all(*sources, policy=replace(QUICK, head_deadline=0.5))
    ended.set()
    assert [answer.state for answer in report.answers] == [NOT_REACHED, NOT_REACHED]
    assert "not asked again" in report.answers[1].found
    assert (report.exit_status, len(server.asked("/table.csv"))) == (2, 1)


def test_the_addresses_are_those_of_the_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    asked: list[dict[str, Source]] = []

    def check(catalogue: dict[str, Source], *_: object, **__: object) -> Diagnosis:
        asked.append(catalogue)
        return Diagnosis("2026-11-30T10:00:00+00:00", (), ())

    monkeypatch.setattr("crime_dagster.sources.doctor.run.check_publishers", check)
    run_doctor(Settings(tmp_path, tmp_path, place="Leeds"), None, print)
    assert "*-west-yorkshire-street.csv" in asked[0]["police_uk/street_crime"].download.members


def test_the_report_counts_and_is_the_same_for_machines(server: Server, ask_all, tmp_path: Path):
    server.serve("/a.csv", send(TABLE))
    sources = [
        make_source(download={"kind": "file", "url": f"https://publisher.example/{name}.csv"}, key=f"x/{name}")
        for name in "ab"
    ]
    report = ask_all(*sources, make_source())
    assert (report.exit_status, report.by_hand) == (1, ("somebody/table",))
    assert "2 sources asked: 1 works, 1 gone; 1 fetched by hand" in report.describe()
    report.write(tmp_path / "report.json")
    said = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert said["stand_in"] == server.url
    assert [(each["source"], each["state"]) for each in said["answers"]] == [("x/a", WORKS), ("x/b", GONE)]
    assert ask_all(sources[0]).exit_status == 0
