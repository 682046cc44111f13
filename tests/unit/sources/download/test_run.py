"""The whole download, source by source."""

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.download.placing import Destination
from crime_dagster.sources.download.records import Record
from crime_dagster.sources.folder.files import hash_file
from tests.unit.sources.download.conftest import Run
from tests.unit.sources.download.misbehaving_server import Published, Server, redirect, send, send_endlessly, status
from tests.unit.sources.packing import make_book, pack

Point = Callable[..., Source]
BODY = b"LSOA code,People\r\nE01000001,5\r\n"
PAGE = b"<!DOCTYPE html><html><body>Not, available</body></html>"


def list_files(folder: Path) -> list[str]:
    files = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(name for name in files if not name.endswith(".lock"))


def test_a_source_lands_under_its_publisher_beside_a_record(run: Run, point: Point, server: Server, folder: Path):
    report = run(point(url=server.serve("/a/table%202026.csv", Published(BODY))))
    assert [(outcome.status, outcome.files) for outcome in report.outcomes] == [("fetched", ("ons/table 2026.csv",))]
    assert list_files(folder) == [".downloads.json", "ons/table 2026.csv"]
    assert (folder / "ons" / "table 2026.csv").read_bytes() == BODY
    (record,) = json.loads((folder / ".downloads.json").read_text())["ons/table"].values()
    assert record["stamp"]["etag"] == '"v1"'
    assert len(record["files"]["ons/table 2026.csv"]) == 64


def test_an_unchanged_file_costs_nothing(run: Run, point: Point, server: Server, folder: Path):
    source = point(url=server.serve("/table.csv", Published(BODY)))
    run(source)
    written = (folder / "ons" / "table.csv").stat().st_mtime_ns
    assert [outcome.status for outcome in run(source).outcomes] == ["unchanged"]
    assert server.asked("/table.csv")[-1]["If-None-Match"] == '"v1"'
    assert (folder / "ons" / "table.csv").stat().st_mtime_ns == written


def test_the_same_bytes_from_a_server_without_validators_are_not_written_again(
    run: Run, point: Point, server: Server, folder
):
    source = point(url=server.serve("/table.csv", Published(BODY, etag=None, date=None)))
    run(source)
    os.utime(folder / "ons" / "table.csv", (1, 1))
    assert [outcome.status for outcome in run(source).outcomes] == ["unchanged"]
    assert (folder / "ons" / "table.csv").stat().st_mtime == 1


def test_a_changed_file_replaces_the_one_before(run: Run, point: Point, server: Server, folder: Path):
    source = point(url=server.serve("/table.csv", Published(BODY), Published(BODY * 2, etag='"v2"', date=None)))
    run(source)
    assert [outcome.status for outcome in run(source).outcomes] == ["fetched"]
    assert (folder / "ons" / "table.csv").read_bytes() == BODY * 2


def test_other_figures_of_equal_length_are_fetched_though_the_server_states_no_version(
    run: Run, point: Point, server: Server, folder: Path
):
    newer = BODY.replace(b",5", b",7")
    source = point(url=server.serve("/table.csv", Published(BODY, etag=None, date=None)))
    run(source)
    # Many programs send their tables as web pages.
    server.serve("/table.csv", Published(newer, etag=None, date=None, kind="text/html"))
    assert [outcome.status for outcome in run(source).outcomes] == ["fetched"]
    assert (folder / "ons" / "table.csv").read_bytes() == newer


def test_a_version_that_the_server_dates_before_the_one_it_replaces_is_said(run: Run, point: Point, server: Server):
    older = Published(BODY.replace(b",5", b",7"), etag='"v0"', date="Tue, 03 Feb 2026 09:00:00 GMT")
    source = point(url=server.serve("/table.csv", Published(BODY)))
    run(source)
    server.serve("/table.csv", older)
    assert "Tue, 03 Feb 2026 09:00:00 GMT, before that of the version it replaces" in run(source).outcomes[0].notes[0]
    assert run(source).outcomes[0].notes == ()


def test_a_download_that_is_killed_leaves_the_file_before_in_its_place(
    run: Run, point: Point, server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    source = point(url=server.serve("/table.csv", Published(BODY), Published(BODY * 2, etag='"v2"', date=None)))
    run(source)

    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("crime_dagster.sources.download.placing.Path.replace", kill)
    with pytest.raises(KeyboardInterrupt):
        run(source)
    assert (folder / "ons" / "table.csv").read_bytes() == BODY


def test_a_file_of_which_a_killed_download_left_a_second_name_is_moved_away(point: Point, folder: Path):
    file, kept = folder / "ons" / "table.csv", folder / ".previous" / "ons" / "table.csv"
    for path in (file, kept):
        path.parent.mkdir(parents=True)
    file.write_bytes(BODY)
    kept.hardlink_to(file)
    record = Record(files={"ons/table.csv": hash_file(file)})
    Destination(folder, point(url="http://somebody.test/table.csv")).retire(record, set())
    assert list_files(folder) == [".previous/ons/table.csv"]


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(b"spoilt")])
def test_a_file_that_was_spoilt_or_deleted_is_fetched_again(
    run: Run, point: Point, server: Server, folder: Path, spoil
):
    source = point(url=server.serve("/table.csv", Published(BODY)))
    run(source)
    spoil(folder / "ons" / "table.csv")
    run(source)
    assert (folder / "ons" / "table.csv").read_bytes() == BODY


def test_a_damaged_record_counts_as_none(run: Run, point: Point, server: Server, folder: Path):
    source = point(url=server.serve("/table.csv", Published(BODY)))
    run(source)
    (folder / ".downloads.json").write_text('{"ons/table": [1]}')
    assert not run(source).failed
    assert "ons/table" in json.loads((folder / ".downloads.json").read_text())


def test_one_failed_source_does_not_stop_the_others_and_is_named(run: Run, point: Point, server: Server, folder: Path):
    report = run(
        point("gone", url=server.serve("/table_gone.csv", status(404))),
        point("asleep", url=server.serve("/table_asleep.csv", redirect("file:///etc/passwd"))),
        point("good", url=server.serve("/table_good.csv", Published(BODY))),
    )
    assert [outcome.key for outcome in report.failed] == ["ons/gone", "ons/asleep"]
    assert list_files(folder) == [".downloads.json", "ons/table_good.csv"]
    words = report.describe()
    assert "1 fetched, 0 unchanged, 0 manual, 2 failed" in words
    assert "ons/gone" in words
    assert "status 404" in words


@pytest.mark.parametrize(
    ("name", "body", "found"),
    [
        ("table.csv", PAGE, "a web page"),
        ("table.csv", b"\n\n  <html><head><title>Error, sorry", "a web page"),
        ("table.csv", b"<?xml version='1.0'?><Error><Code>Access,Denied</Code></Error>", "no table"),
        ("table.csv", b'{"error": {"code": 400, "message": "no"}}', "no table"),
        ("table.csv", pack({"table.csv": BODY}), "a zip archive"),
        ("table.csv", b"Service unavailable", "no columns"),
        ("table.csv", b"", "nothing"),
        ("table.xlsx", PAGE, "a web page"),
        ("table.xlsx", BODY, "text under the name of a workbook"),
        ("table.xlsx", pack({"table.csv": BODY}), "a zip archive that holds no workbook"),
    ],
)
def test_a_body_of_another_kind_is_refused_and_what_was_there_stays(
    run: Run, point: Point, server: Server, folder: Path, name: str, body: bytes, found: str
):
    (folder / "ons").mkdir(parents=True)
    (folder / "ons" / name).write_bytes(b"yesterday's, whole")
    report = run(point(url=server.serve(f"/{name}", send(body, Content_Type="application/octet-stream"))))
    assert found in report.failed[0].words
    assert list_files(folder) == [f"ons/{name}"]
    assert (folder / "ons" / name).read_bytes() == b"yesterday's, whole"


def test_a_workbook_and_text_of_two_bytes_a_letter_are_what_they_say(run: Run, point: Point, server: Server):
    book = make_book(table=(["LSOA code", "People"], ["E01000001", 5]))
    report = run(
        point("book", url=server.serve("/table.xlsx", send(book))),
        point("wide", url=server.serve("/table.csv", send(BODY.decode().encode("utf-16")))),
    )
    assert not report.failed


def test_an_endless_body_leaves_nothing(run: Run, point: Point, server: Server, folder: Path):
    report = run(point(url=server.serve("/table.csv", send_endlessly), limit_mb=1))
    assert "more than 1,000,000 bytes" in report.failed[0].words
    assert list_files(folder) == []


def test_files_are_taken_out_of_a_zip_and_the_zip_costs_nothing_next_time(run: Run, point: Point, server, folder: Path):
    zipped = pack({"2026-01/table_a.csv": BODY, "__MACOSX/._table_a.csv": b"x", "notes.txt": b"no"})
    source = point(url=server.serve("/all.zip", Published(zipped, kind="application/zip")), members=["table*.csv"])
    assert run(source).outcomes[0].files == ("ons/2026-01/table_a.csv",)
    assert list_files(folder) == [".downloads.json", "ons/2026-01/table_a.csv"]
    assert [outcome.status for outcome in run(source).outcomes] == ["unchanged"]


def test_a_long_file_in_a_zip_is_read_and_compared_with_the_one_it_replaces(
    run: Run, point: Point, server: Server, folder: Path
):
    header, rows = b"LSOA code,People\r\n", b"".join(b"E0%07d,5\r\n" % number for number in range(1_000_000, 1_045_000))
    other = header.replace(b"People", b"Dogs")

    def publish(table: bytes, etag: str) -> Source:
        zipped = Published(pack({"table.csv": table}), etag=etag)
        return point(url=server.serve("/all.zip", zipped), members=["table*.csv"])

    assert "'Dogs'" in run(publish(other + rows, '"v1"')).failed[0].words
    assert not run(publish(header + rows, '"v2"')).failed
    assert (
        "22,500 rows, where the version before has 45,000"
        in run(publish(header + rows[: len(rows) // 2], '"v3"')).failed[0].words
    )
    assert (folder / "ons" / "table.csv").read_bytes() == header + rows


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ({"../table.csv": BODY}, "entry '../table.csv'"),
        ({"table.csv": BODY, "a/../../evil.txt": b"x"}, "entry"),
        ({"/tmp/table.csv": BODY}, "entry"),
        ({"..\\table.csv": BODY}, "entry"),
        ({"C:/table.csv": BODY}, "entry"),
        ({"other.csv": BODY}, "a zip of other.csv"),
        ({"table.csv": PAGE}, "a web page"),
        ({"table.csv": BODY, "TABLE.csv": BODY}, "twice"),
        ({"table.csv": b"a,b\n" * 500_000}, "more than 1,000,000 bytes unpacked"),
    ],
)
def test_a_zip_that_leads_elsewhere_or_holds_something_else_is_refused(
    run: Run, point: Point, server: Server, folder: Path, members: dict[str, bytes], found: str
):
    url = server.serve("/all.zip", send(pack(members)))
    report = run(point(url=url, members=["*table*.csv"], limit_mb=1))
    assert found in report.failed[0].words
    assert set(list_files(folder.parent)) <= {"london/.downloads.json"}


@pytest.mark.parametrize(
    "spoil", [lambda body: body[:-30], lambda body: PAGE, lambda body: body.replace(b"E01", b"E02")]
)
def test_a_broken_zip_is_refused(run: Run, point: Point, server: Server, folder: Path, spoil):
    packed = pack({"table.csv": BODY}, zipfile.ZIP_STORED)
    report = run(point(url=server.serve("/all.zip", send(spoil(packed))), members=["*.csv"]))
    assert len(report.failed) == 1
    assert list_files(folder) == []


def test_a_zip_that_lies_about_its_size_is_counted(run: Run, point: Point, server: Server, folder: Path):
    body = bytearray(pack({"table.csv": b"a,b\n" * 500_000}))
    central = body.index(b"PK\x01\x02")
    for place in (22, central + 24):
        body[place : place + 4] = (1000).to_bytes(4, "little")
    report = run(point(url=server.serve("/all.zip", send(bytes(body))), members=["*.csv"], limit_mb=1))
    assert len(report.failed) == 1
    assert list_files(folder) == []


@pytest.mark.parametrize("path", ["/..%2F..%2Fevil.csv", "/.table.csv", "/", "/table%00.csv"])
def test_a_name_that_is_no_plain_file_name_is_refused(run: Run, point: Point, server: Server, folder: Path, path: str):
    report = run(point(url=server.url + path))
    assert "the name" in report.failed[0].words
    assert server.seen == []


def test_a_file_counts_by_what_it_holds_whatever_its_name(run: Run, point: Point, server: Server, folder: Path):
    assert not run(point(url=server.serve("/other.csv", Published(BODY)))).failed
    assert list_files(folder) == [".downloads.json", "ons/other.csv"]


def test_an_edition_under_another_name_takes_the_place_of_the_one_before(
    run: Run, point: Point, server: Server, folder
):
    run(point(url=server.serve("/table-1.csv", Published(BODY))))
    report = run(point(url=server.serve("/table-2.csv", Published(BODY * 2))))
    assert list_files(folder) == [".downloads.json", ".previous/ons/table-1.csv", "ons/table-2.csv"]
    assert report.outcomes[0].notes == ("ons/table-1.csv no longer counts: moved to .previous",)


def test_an_earlier_edition_that_a_person_has_changed_is_not_deleted(
    run: Run, point: Point, server: Server, folder: Path
):
    run(point(url=server.serve("/table-1.csv", Published(BODY))))
    (folder / "ons" / "table-1.csv").write_text("mine")
    run(point(url=server.serve("/table-2.csv", Published(BODY * 2))))
    assert list_files(folder) == [".downloads.json", "ons/table-1.csv", "ons/table-2.csv"]


def test_releases_stay_where_several_files_are_one_source(run: Run, point: Point, server: Server, folder: Path):
    run(point(many=True, url=server.serve("/table-1.csv", Published(BODY))))
    run(point(many=True, url=server.serve("/table-2.csv", Published(BODY * 2))))
    assert list_files(folder) == [".downloads.json", "ons/table-1.csv", "ons/table-2.csv"]


def test_what_is_fetched_by_hand_is_listed_and_is_no_failure(run: Run, point: Point, folder: Path):
    report = run(point(kind="manual", why="ask for it by letter"))
    assert not report.failed
    assert "ask for it by letter (https://example.org/table)" in report.describe()


def test_nothing_is_fetched_into_made_up_data(run: Run, point: Point, server: Server, folder: Path):
    folder.mkdir()
    (folder / "data_set.yml").write_text("place: Wex\nsynthetic: true\n")
    with pytest.raises(InputError, match="CRIME_DOWNLOAD_DIR"):
        run(point(url=server.serve("/table.csv", Published(BODY))))
