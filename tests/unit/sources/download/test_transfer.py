"""One file over HTTP, from a misbehaving server."""

import errno
import json
import re
import time
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path

import httpx
import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.sources.download.policy import AGAIN, Policy, read_retry_after
from crime_dagster.sources.download.transfer import Validators, fetch
from crime_dagster.sources.download.web import Web
from tests.unit.sources.download.conftest import build_local_client
from tests.unit.sources.download.misbehaving_server import (
    Answer,
    Handler,
    Published,
    Server,
    redirect,
    send,
    send_endlessly,
    status,
)

BODY = b"LSOA code,People\r\n" + b"E01000001,5\r\n" * 40_000
LIMIT = 2_000_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".table.csv.partial"


@pytest.fixture
def web(policy: Policy, said: list[str]):
    with build_local_client() as client:
        yield Web(client, policy, said.append)


def test_a_file_arrives_whole_with_what_the_server_knows_it_by(web: Web, server: Server, path: Path):
    stamp = fetch(web, server.serve("/table.csv", Published(BODY)), path, LIMIT)
    assert path.read_bytes() == BODY
    assert stamp == Validators('"v1"', "Tue, 03 Mar 2026 09:00:00 GMT", len(BODY))
    assert list(path.parent.iterdir()) == [path]


def test_a_cut_connection_is_continued_where_it_stopped(web: Web, server: Server, path: Path, waits: list[float]):
    file = Published(BODY)
    fetch(web, server.serve("/table.csv", file.cut_at(100_000), file), path, LIMIT)
    assert path.read_bytes() == BODY
    _, second = server.asked("/table.csv")
    assert int(second["Range"].removeprefix("bytes=").rstrip("-")) > 0
    assert second["If-Range"] == '"v1"'
    assert waits == [1.0]


def test_a_run_that_was_stopped_is_continued_by_the_next(web: Web, server: Server, path: Path, policy: Policy):
    file = Published(BODY)
    url = server.serve("/table.csv", file.cut_at(300_000), file)
    once = Web(web.client, replace(policy, attempts=1), web.say)
    with pytest.raises(InputError, match="the connection was cut"):
        fetch(once, url, path, LIMIT)
    before = path.stat().st_size
    assert before > 0
    fetch(web, url, path, LIMIT)
    assert path.read_bytes() == BODY
    assert server.asked("/table.csv")[-1]["Range"] == f"bytes={before}-"


def test_the_rest_of_another_version_is_never_joined(web: Web, server: Server, path: Path):
    newer = Published(BODY.replace(b"5", b"7"), etag='"v2"', date="Fri, 03 Apr 2026 09:00:00 GMT")
    fetch(web, server.serve("/table.csv", Published(BODY).cut_at(100_000), newer), path, LIMIT)
    assert path.read_bytes() == newer.body


def test_a_server_that_sends_the_wrong_part_is_asked_for_the_whole(web: Web, server: Server, path: Path):
    def wrong(handler: Handler) -> None:
        part = f"bytes 7-{len(BODY) - 1}/{len(BODY)}"
        handler.reply(206, BODY[7:], Content_Range=part, ETag='"v1"')

    file = Published(BODY)
    fetch(web, server.serve("/table.csv", file.cut_at(100_000), wrong, file), path, LIMIT)
    assert path.read_bytes() == BODY


def test_a_part_of_another_version_is_not_taken_though_it_fits(web: Web, server: Server, path: Path):
    newer = Published(BODY.replace(b"5", b"7"), etag='"v2"', date="Fri, 03 Apr 2026 09:00:00 GMT")

    def ignore_condition(handler: Handler) -> None:
        start = int(handler.headers["Range"].removeprefix("bytes=").rstrip("-"))
        part = f"bytes {start}-{len(BODY) - 1}/{len(BODY)}"
        handler.reply(206, newer.body[start:], Content_Range=part, **newer.stamps)

    fetch(web, server.serve("/table.csv", Published(BODY).cut_at(100_000), ignore_condition, newer), path, LIMIT)
    assert path.read_bytes() == newer.body


@pytest.mark.parametrize("stamps", [{"etag": None, "date": None}, {"etag": 'W/"v1"', "date": None}])
def test_without_a_strong_etag_it_begins_again(web: Web, server: Server, path: Path, stamps: dict):
    file = Published(BODY, **stamps)
    fetch(web, server.serve("/table.csv", file.cut_at(100_000), file), path, LIMIT)
    assert path.read_bytes() == BODY
    assert all("Range" not in headers for headers in server.asked("/table.csv"))


def test_a_server_error_is_waited_out_longer_each_time(web: Web, server: Server, path: Path, waits: list[float]):
    fetch(web, server.serve("/table.csv", status(500), status(503), Published(BODY)), path, LIMIT)
    assert path.read_bytes() == BODY
    assert waits == [1.0, 2.0]


def test_a_server_that_is_asked_too_often_says_how_long_to_wait(web: Web, server: Server, path: Path, waits: list):
    fetch(web, server.serve("/table.csv", status(429, Retry_After="17"), Published(BODY)), path, LIMIT)
    assert waits == [17.0]


def test_a_date_to_wait_for_is_by_the_clock_of_the_server(web: Web, server: Server, path: Path, waits: list[float]):
    date = time.time() + 7200

    def answer(handler: Handler) -> None:
        handler.send_response_only(429)
        for name, value in (("Date", formatdate(date)), ("Retry-After", formatdate(date + 5)), ("Content-Length", "0")):
            handler.send_header(name, value)
        handler.end_headers()

    fetch(web, server.serve("/table.csv", answer, Published(BODY)), path, LIMIT)
    assert waits == [5.0]


def test_a_server_that_falls_silent_is_given_up_and_asked_again(
    web: Web, server: Server, path: Path, waits: list[float]
):
    def fall_silent(handler: Handler) -> None:
        time.sleep(0.6)
        handler.close_connection = True

    web.client.timeout = httpx.Timeout(0.2)
    fetch(web, server.serve("/table.csv", fall_silent, Published(BODY)), path, LIMIT)
    assert path.read_bytes() == BODY
    assert waits == [1.0]


# Answer, message, seconds waited between attempts, and number of requests.
REFUSED = [
    (status(429, Retry_After="7200"), "asks to wait 7200 s", [], 1),
    (status(502), r"status 502 .*in 4 attempts", [1.0, 2.0, 4.0], 4),
    *((status(code), f"status {code}", [], 1) for code in (400, 401, 403, 404, 410)),
    (send_endlessly, "more than 2,000,000 bytes", [], 1),
    (Published(BODY * 5), "2,600,090 bytes announced", [], 1),
    (redirect("/table.csv"), "more than 5 redirects", [], 6),
    (redirect("file:///etc/passwd"), "a redirect to", [], 1),
    (redirect("ftp://127.0.0.1/table.csv"), "a redirect to", [], 1),
    (redirect("data:text/csv,a"), "InvalidURL", [], 1),
    (redirect("http://"), "redirects", [], 6),
    (redirect("http://[broken"), "InvalidURL|Invalid URL|a redirect to", [], 1),
]


@pytest.mark.parametrize(("answer", "found", "waited", "requests"), REFUSED, ids=[row[1] for row in REFUSED])
def test_an_answer_that_is_refused_leaves_nothing(
    web: Web, server: Server, path: Path, waits: list[float], answer: Answer, found: str, waited: list, requests: int
):
    with pytest.raises(InputError, match=found):
        fetch(web, server.serve("/table.csv", answer), path, LIMIT)
    assert waits == waited
    assert len(server.asked("/table.csv")) == requests
    assert list(path.parent.iterdir()) == []


def test_a_host_that_drops_every_packet_is_given_up_as_one_that_refuses(policy: Policy, path: Path, waits: list[float]):
    def drop(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("timed out")

    web = Web(build_local_client(transport=httpx.MockTransport(drop)), policy, print)
    for found in ("no connection", "no connection", "not asked again"):
        with pytest.raises(InputError, match=found):
            fetch(web, "https://8.8.8.8/table.csv", path, LIMIT)
    assert waits == []


def test_a_full_disk_keeps_no_part(web: Web, server: Server, path: Path, monkeypatch: pytest.MonkeyPatch):
    def fill(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("crime_dagster.sources.download.web.Body.read", fill)
    with pytest.raises(OSError, match="full"):
        fetch(web, server.serve("/table.csv", Published(BODY)), path, LIMIT)
    assert list(path.parent.iterdir()) == []


def test_no_connection_is_not_tried_again(web: Web, path: Path, waits: list[float]):
    unused = Server()
    unused.server_close()
    with pytest.raises(InputError, match="no connection"):
        fetch(web, f"{unused.url}/table.csv", path, LIMIT)
    assert waits == []


def test_a_length_that_is_never_reached_is_refused(web: Web, server: Server, path: Path):
    with pytest.raises(InputError, match="in 4 attempts"):
        fetch(web, server.serve("/table.csv", send(BODY, len(BODY) + 100, ETag='"v1"')), path, LIMIT)


def test_a_part_of_a_length_that_does_not_add_up_is_refused(web: Web, server: Server, path: Path):
    def short(handler: Handler) -> None:
        start = int(handler.headers["Range"].removeprefix("bytes=").rstrip("-"))
        handler.reply(206, b"tail", Content_Range=f"bytes {start}-{len(BODY) - 1}/{len(BODY)}", ETag='"v1"')

    file = Published(BODY)
    fetch(web, server.serve("/table.csv", file.cut_at(100_000), short, file), path, LIMIT)
    assert path.read_bytes() == BODY


def test_a_body_without_an_end_is_refused_when_time_is_up(web: Web, server: Server, path: Path, policy: Policy):
    clock = iter(range(0, 10_000_000, 1000))
    hurried = replace(policy, clock=lambda: float(next(clock)), head_deadline=1e9, source_deadline=20_000.0, grace=1e9)
    with pytest.raises(InputError, match=r"no end after \d+ min") as caught:
        fetch(Web(web.client, hurried, web.say), server.serve("/table.csv", send_endlessly), path, LIMIT)
    assert caught.value.remedy == AGAIN
    # The next run resumes there, if the server states the version.
    assert path.stat().st_size > 0


def test_redirects_are_followed(web: Web, server: Server, path: Path):
    server.serve("/files/v2/table.csv", Published(BODY))
    server.serve("/latest", redirect("/files/v2/table.csv", 307))
    fetch(web, server.serve("/table.csv", redirect(f"{server.url}/latest", 301)), path, LIMIT)
    assert path.read_bytes() == BODY


def test_an_encrypted_address_does_not_lead_to_one_that_is_not(policy: Policy, path: Path):
    answer = httpx.MockTransport(lambda request: httpx.Response(302, headers={"Location": "http://127.0.0.1/x.csv"}))
    with build_local_client(transport=answer) as client, pytest.raises(InputError, match="from https"):
        fetch(Web(client, policy, print), "https://127.0.0.1/x.csv", path, LIMIT)


def test_what_is_here_is_not_sent_again(web: Web, server: Server, path: Path):
    url = server.serve("/table.csv", Published(BODY))
    stamp = fetch(web, url, path, LIMIT)
    path.unlink()
    assert fetch(web, url, path, LIMIT, stamp) is None
    assert not path.exists()
    assert server.asked("/table.csv")[-1]["If-None-Match"] == '"v1"'


def test_a_body_that_is_packed_for_the_journey_is_unpacked(web: Web, server: Server, path: Path):
    import gzip

    url = server.serve("/table.csv", send(gzip.compress(BODY), Content_Encoding="gzip", ETag='"v1"'))
    fetch(web, url, path, LIMIT)
    assert path.read_bytes() == BODY


def test_progress_is_said(web: Web, server: Server, path: Path, said: list[str]):
    fetch(web, server.serve("/table.csv", Published(BODY)), path, LIMIT)
    assert re.fullmatch(r"  0\.5 MB of 0\.5 MB, [\d,.]+ MB/s, 0 s left \(0\.5 MB in all\)", said[-1])


def test_an_answer_that_is_no_json_is_named(web: Web, server: Server):
    url = server.serve("/api", send(b"<html>down for maintenance</html>"))
    with pytest.raises(InputError, match="no JSON"):
        web.read_json(url)


def test_json_is_asked_for_with_its_query_and_tried_again(web: Web, server: Server, waits: list[float]):
    def echo(handler: Handler) -> None:
        handler.reply(200, json.dumps(handler.query).encode())

    url = server.serve("/api", status(503), echo)
    assert web.read_json(url, {"where": "LAD22CD LIKE 'E09%'"}) == {"where": "LAD22CD LIKE 'E09%'"}
    assert waits == [1.0]


def test_an_address_keeps_its_own_query(web: Web, server: Server):
    url = server.serve("/api", lambda handler: handler.reply(200, json.dumps(handler.query).encode()))
    assert web.read_json(f"{url}?id=exy3m") == {"id": "exy3m"}


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("12", 12.0),
        ("Thu, 01 Jan 1970 00:01:30 GMT", 30.0),
        ("Thu, 01 Jan 1970 00:00:01 GMT", 0.0),
        ("soon", None),
    ],
)
def test_how_long_a_server_asks_to_wait(value: str | None, seconds: float | None):
    assert read_retry_after(value, now=60.0) == seconds
