"""What a server may send instead of the file: no good file is lost, nothing hangs, and the others are fetched."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.sources.catalogue.address import read_host
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.download.client import build_client, build_user_agent
from crime_dagster.sources.download.policy import Meter, Policy, is_private, may_lead_to
from crime_dagster.sources.download.run import download_sources
from crime_dagster.sources.download.web import Web
from tests.unit.sources.download.conftest import Run, build_local_client
from tests.unit.sources.download.misbehaving_server import Answer, Handler, Published, Server, redirect, send, status
from tests.unit.sources.packing import pack

Point = Callable[..., Source]
HEADER = b"LSOA code,People\r\n"
ROWS = b"".join(b"E0100%04d,5\r\n" % number for number in range(40))
BODY = HEADER + ROWS
DIGITS = "9" * 5000


def send_unannounced(body: bytes, **headers: str) -> Answer:
    """A body that ends with the connection."""

    def answer(handler: Handler) -> None:
        handler.send_response(200)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Connection", "close")
        handler.end_headers()
        if handler.command == "GET":
            handler.wfile.write(body)
        handler.close_connection = True

    return answer


@pytest.mark.parametrize(
    ("second", "found"),
    [
        (send(b"We are sorry, but this service is closed for maintenance."), "LSOA code"),
        (send(HEADER), "no usable row"),
        (send(HEADER + ROWS[:100]), "without an end of line"),
        (send(HEADER + ROWS[: ROWS.index(b"\n", 100) + 1]), "rows, where the version before has 40"),
        (send_unannounced(HEADER + ROWS[: len(ROWS) - 13]), "39 rows, where the version before has 40"),
        (send(b"LSOA code,Residents\r\nE01000001,5\r\n"), "people as 'People'"),
    ],
)
def test_a_bad_second_answer_never_replaces_a_good_file(
    run: Run, point: Point, server: Server, folder: Path, second: Answer, found: str
):
    source = point(url=server.serve("/table.csv", Published(BODY)))
    run(source)
    server.serve("/table.csv", second)
    report = run(source)
    assert found in report.failed[0].words
    assert (folder / "ons" / "table.csv").read_bytes() == BODY
    server.serve("/table.csv", Published(BODY, etag='"v3"'))
    assert not run(source).failed


def test_a_table_that_ends_within_a_row_is_refused(run, point, server, folder: Path):
    cut = b"LSOA code,Area name,People\r\nE01000001,A,5\r\nE01000002,A"
    report = run(point(url=server.serve("/table.csv", send_unannounced(cut))))
    assert "ends after 2 of 3 cells" in report.failed[0].words
    assert not (folder / "ons").exists()


def test_what_lacks_rows_is_kept_aside_with_the_way_to_take_it(run: Run, point: Point, server: Server, folder: Path):
    source = point(url=server.serve("/table.csv", Published(BODY)))
    run(source)
    less = HEADER + ROWS[:130]
    server.serve("/table.csv", Published(less, etag='"v2"'))
    words = run(source).failed[0].words
    aside = folder / ".aside" / "ons" / "table.csv"
    assert aside.read_bytes() == less
    assert str(aside) in words
    aside.replace(folder / "ons" / "table.csv")
    assert not run(source).failed


def test_as_many_rows_as_a_service_sends_at_most_are_kept_aside(run: Run, point: Point, server: Server, folder: Path):
    cut = HEADER + b"".join(b"E01%06d,5\r\n" % number for number in range(25_000))
    report = run(point(url=server.serve("/table.csv", send(cut + b"more than 25 000 cells"))))
    assert "exactly 25,000 rows" in report.failed[0].words
    assert (folder / ".aside" / "ons" / "table.csv").is_file()
    assert not (folder / "ons" / "table.csv").exists()


def test_a_server_that_never_answers_a_head_request_is_asked_for_the_file(run, point, server: Server, folder: Path):
    file = Published(BODY)

    def answer(handler: Handler) -> None:
        if handler.command == "HEAD":
            handler.server.stopped.wait(5)
        else:
            file(handler)

    source = point(url=server.serve("/table.csv", answer))
    policy = Policy(head_deadline=0.2)
    run(source, policy=policy)
    file.body, file.etag = BODY.replace(b",5", b",6"), '"v2"'
    assert not run(source, policy=policy).failed
    server.stopped.set()
    assert (folder / "ons" / "table.csv").read_bytes() == file.body


@pytest.mark.parametrize(
    ("error", "words", "may_pass"),
    [
        (httpx.ProxyError("407 Proxy Authentication Required"), "the proxy answers 407", True),
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed"), "SSL_CERT_FILE", False),
    ],
)
def test_what_stands_between_is_named(point: Point, policy: Policy, folder: Path, error, words: str, may_pass: bool):
    def answer(request: httpx.Request) -> httpx.Response:
        raise error

    source = point(url="https://8.8.8.8/table.csv")
    client = build_local_client(transport=httpx.MockTransport(answer))
    (outcome,) = download_sources({source.key: source}, folder, print, policy, client).failed
    assert words in outcome.words
    assert outcome.may_pass == may_pass


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "ftp://127.0.0.1:9"])
def test_a_proxy_of_another_kind_is_named(monkeypatch: pytest.MonkeyPatch, proxy: str):
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(InputError, match="HTTPS_PROXY"):
        build_client()


def test_months_that_are_gone_are_named(run: Run, wide: Source, point: Point, server: Server, folder: Path):
    source = replace(wide, download=point(url=server.url + "/crime.csv").download)
    months = [f"2024{month:02}" for month in range(1, 13)]

    def write(names: list[str], rows: int) -> bytes:
        lines = [f"E0100{number:04},A,Burglary," + ",".join("1" for _ in names) for number in range(rows)]
        return "\r\n".join([f"LSOA Code,LSOA Name,Category,{','.join(names)}", *lines, ""]).encode()

    server.serve("/crime.csv", Published(write(months, 3)))
    run(source)
    server.serve("/crime.csv", Published(write(months[:-2], 30), etag='"v2"'))
    assert "2 months fewer (2024-11, 2024-12)" in run(source).failed[0].words


def test_a_revision_that_loses_a_row_is_taken_said_and_the_version_before_kept(run, point, server, folder: Path):
    source = point(url=server.serve("/table.csv", Published(BODY)))
    run(source)
    less = HEADER + ROWS[:-13]
    server.serve("/table.csv", Published(less, etag='"v2"'))
    report = run(source)
    assert report.outcomes[0].notes == ("ons/table.csv: 39 rows, where the version before has 40",)
    assert (folder / "ons" / "table.csv").read_bytes() == less
    assert (folder / ".previous" / "ons" / "table.csv").read_bytes() == BODY


def test_a_part_that_does_not_say_of_which_version_it_is_starts_again(run, point, server: Server, folder: Path):
    newer = BODY.replace(b",5", b",7")

    def continue_another(handler: Handler) -> None:
        if "Range" not in handler.headers:
            return handler.reply(200, newer)
        start = int(handler.headers["Range"].removeprefix("bytes=").rstrip("-"))
        return handler.reply(206, newer[start:], Content_Range=f"bytes {start}-{len(newer) - 1}/{len(newer)}")

    run(point(url=server.serve("/table.csv", Published(BODY).cut_at(200), continue_another)))
    assert (folder / "ons" / "table.csv").read_bytes() == newer


@pytest.mark.parametrize(
    "answer",
    [
        redirect("http://a..b/x"),
        redirect(f"http://{'a' * 80}.org/table.csv"),
        redirect("http://127.0.0.1:99999/table.csv"),
        redirect("http://\u00e9\u00ff/"),
        redirect(""),
        lambda handler: handler.reply(206, b"x", Content_Range=f"bytes 0-{DIGITS}/{DIGITS}"),
        lambda handler: handler.reply(416, b"x", Content_Range=f"bytes */{DIGITS}"),
        lambda handler: handler.reply(200, BODY, length=int("9" * 4000)),
        status(503, Retry_After=DIGITS),
        status(429, Retry_After="Fri, 99 Foo 99999 99:99:99 GMT"),
        lambda handler: handler.reply(200, BODY, Content_Encoding="gzip"),
        lambda handler: handler.wfile.write(b"\x00\xff nonsense\r\n\r\n"),
    ],
)
def test_one_odd_answer_fails_that_source_alone_with_a_reason(run, point, server: Server, answer: Answer):
    report = run(
        point("odd", url=server.serve("/table_odd.csv", answer)),
        point("good", url=server.serve("/table_good.csv", Published(BODY))),
    )
    assert [outcome.status for outcome in report.outcomes] == ["failed", "fetched"]
    assert "found:" in report.failed[0].words
    assert "details are in" not in report.failed[0].words


def test_what_was_refused_is_not_fetched_to_be_refused_again(run: Run, point: Point, server: Server):
    bad = Published(b"LSOA code,Residents\r\nE01000001,5\r\n")
    source = point(url=server.serve("/table.csv", bad))
    words = run(source).failed[0].words
    server.methods.clear()
    assert run(source).failed[0].words == words
    assert server.methods == [("HEAD", "/table.csv")]
    # A reader that accepts more, or a newer file, is tried.
    columns = tuple(replace(each, headers=(*each.headers, "Residents")) for each in source.columns if each.headers)
    assert not run(replace(source, columns=columns)).failed
    server.serve("/table.csv", Published(BODY, etag='"v2"'))
    assert not run(source).failed


@pytest.mark.parametrize(("name", "body"), [("other.csv", BODY), ("table.csv", BODY.replace(b"People", b"Dogs"))])
def test_an_archive_without_the_files_is_not_fetched_again_to_be_found_so(
    run: Run, point: Point, server: Server, name: str, body: bytes
):
    source = point(url=server.serve("/all.zip", Published(pack({name: body}))), members=["table*.csv"])
    words = run(source).failed[0].words
    server.methods.clear()
    assert run(source).failed[0].words == words
    assert server.methods == [("HEAD", "/all.zip")]


def test_what_nobody_thought_of_is_written_down_and_stops_nothing(run, point, server, folder: Path, monkeypatch):
    def fail(*_: object) -> None:
        raise KeyError("half \ud800")

    monkeypatch.setattr("crime_dagster.sources.download.datastore.take_one", fail)
    report = run(
        point("odd", url=server.serve("/table_odd.csv", Published(BODY))),
        point("good", many=True, url=server.serve("/table_good.csv", Published(BODY))),
    )
    assert [outcome.status for outcome in report.outcomes] == ["failed", "fetched"]
    assert "KeyError" in (folder / ".downloads.log").read_text()
    report.describe().encode()


@pytest.mark.parametrize("in_head", [True, False])
def test_one_byte_a_second_comes_to_an_end(point: Point, server: Server, folder: Path, in_head: bool):
    seconds = iter(range(0, 1_000_000, 30))

    def drip(handler: Handler) -> None:
        if in_head:
            handler.server.stopped.wait(5)
            return
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"a")
            handler.wfile.flush()

    source = point(url=server.serve("/table.csv", drip))
    policy = Policy(head_deadline=0.2) if in_head else Policy(clock=lambda: float(next(seconds)))
    other = point("other", url=server.url + "/table_other.csv")
    try:
        catalogue = {each.key: each for each in (source, other)}
        report = download_sources(catalogue, folder, print, policy, build_local_client())
    finally:
        server.stopped.set()
    assert "no answer after" in report.failed[0].words if in_head else "too slow" in report.failed[0].words
    assert "run it again later" in report.failed[0].words
    # A host that stalls for one source does not stall every other one too.
    assert "not asked again" in report.failed[1].words
    assert server.asked("/table_other.csv") == []


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1/x", "http://localhost:80/x", "https://[::1]/x", "http://10.1.2.3/x", "http://192.168.0.1/"),
        *("http://169.254.169.254/latest/meta-data", "http://[fe80::1]/", "http://2130706433/x", "http://127.1/x"),
        *("http://0.0.0.0/", "http://[::ffff:127.0.0.1]/", "http://100.64.0.1/"),
    ],
)
def test_addresses_of_private_networks(url: str):
    assert is_private(read_host(url))
    assert not may_lead_to("https://8.8.8.8/a", url)
    assert may_lead_to("http://127.0.0.1:5000/a", url)


def test_public_addresses():
    assert not is_private("8.8.8.8")


def test_a_public_publisher_does_not_lead_into_a_private_network(policy: Policy, point: Point, folder: Path):
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/table.csv":
            return httpx.Response(302, headers={"Location": "https://192.168.1.1/table.csv"})
        listing = {"resources": [{"title": "table", "format": "csv", "url": "http://169.254.169.254/table.csv"}]}
        return httpx.Response(200, stream=httpx.ByteStream(json.dumps(listing).encode()))

    client = build_local_client(transport=httpx.MockTransport(answer))
    listed = point("listed", kind="datastore", id="exy3m", match=["table"])
    sources = [
        point("moved", url="https://8.8.8.8/table.csv"),
        replace(listed, landing_page="https://8.8.8.8/dataset/exy3m"),
    ]
    catalogue = {source.key: source for source in sources}
    report = download_sources(catalogue, folder, print, policy, client)
    assert [outcome.status for outcome in report.outcomes] == ["failed", "failed"]
    assert report.describe().count("inside a private network") == 2


def test_the_way_out_is_to_wait_only_where_that_helps(run: Run, point: Point, server: Server):
    report = run(
        point("gone", url=server.serve("/table_gone.csv", status(404))),
        point("busy", url=server.serve("/table_busy.csv", status(503))),
        point("other", url=server.serve("/table_other.csv", send(b"a,b\r\n1,2\r\n"))),
        point("closed", url=server.serve("/table_closed.csv", send(b"<!doctype html><p>Maintenance, until four"))),
    )
    assert ["later" in outcome.words for outcome in report.failed] == [False, True, False, True]
    assert [outcome.may_pass for outcome in report.failed] == [False, True, False, True]
    assert all("page:     https://example.org/table" in outcome.words for outcome in report.failed)


def test_a_download_that_goes_on_is_named_by_its_process_and_a_dead_one_stops_nobody(run, point, server, folder: Path):
    folder.mkdir()
    lock = folder / ".downloads.lock"
    hold = (
        "import fcntl, os, sys; held = open(sys.argv[1], 'a+'); fcntl.flock(held, 2); "
        "held.write(str(os.getpid())); held.flush(); print(flush=True); input()"
    )
    with subprocess.Popen([sys.executable, "-c", hold, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(InputError, match=rf"process {other.pid}\b"):
            run(point(url=server.serve("/table.csv", Published(BODY))))
        other.kill()
    assert not run(point(url=server.serve("/table.csv", Published(BODY)))).failed
    assert lock.read_text() == str(os.getpid())


@pytest.mark.parametrize("value", ["http://127.0.0.1:8899", "http://localhost:8899/", "http://[::1]:8899"])
def test_publishers_are_replaced_by_a_server_of_this_machine(value: str):
    assert Settings.from_environment({"CRIME_PUBLISHERS": value}).publishers == value.rstrip("/")


@pytest.mark.parametrize(
    "value",
    [
        *(
            "https://example.org",
            "http://example.org:80",
            "http://192.168.0.1:80",
            "127.0.0.1:8899",
            "http://127.0.0.1",
        ),
        *("ftp://127.0.0.1:21", "http://127.0.0.1:8899/a", "http://[", "http://127.0.0.1:99999", "http://a@b:1"),
    ],
)
def test_publishers_are_replaced_by_no_other_server(value: str):
    with pytest.raises(InputError, match="CRIME_PUBLISHERS"):
        Settings.from_environment({"CRIME_PUBLISHERS": value})


def test_the_path_and_query_of_a_publisher_are_kept(server: Server, policy: Policy):
    server.serve("/a/b%20c", redirect("https://elsewhere.example.org/d?e=f%26g"))
    server.serve("/d", lambda handler: handler.reply(200, json.dumps(handler.query).encode()))
    with build_local_client() as client:
        web = Web(client, policy, print, base=server.url)
        assert web.read_json("https://data.example.org/a/b%20c?x=1") == {"e": "f&g"}
    assert server.queries == ["x=1", "e=f%26g"]


def test_the_user_agent_names_the_project():
    assert build_user_agent().startswith("crime-dagster/")
    assert "(+https://" in build_user_agent()


def test_a_meter_says_how_much_how_fast_and_how_long_still():
    now = [0.0]
    shown: list[str] = []
    meter = Meter(print, shown.append, clock=lambda: now[0])
    meter.place = "source 2 of 5, "
    meter.begin(0, 100_000_000)
    now[0] = 10.0
    meter.count(20_000_000)
    meter.count(1)
    assert shown == ["  20.0 MB of 100.0 MB, 2.0 MB/s, 40 s left (source 2 of 5, 20.0 MB in all)"]
