"""The London Datastore's descriptions and the layers of feature services."""

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crime_dagster.sources.catalogue.entry import Source, SourceColumn
from tests.unit.sources.download.conftest import Run
from tests.unit.sources.download.misbehaving_server import Handler, Published, Server, send

Point = Callable[..., Source]
BODY = b"LSOA code,People\r\nE01000001,5\r\n"
SQUARE = {"type": "Polygon", "coordinates": [[[0, 51], [0, 52], [1, 52], [0, 51]]]}


def describe(server: Server, *resources: dict[str, Any]) -> None:
    server.serve("/api/v3/dataset/exy3m", send(json.dumps({"resources": list(resources)}).encode()))


def test_every_matching_file_of_a_description_is_fetched(run: Run, point: Point, server: Server):
    for name in ("table recent.csv", "table historical.csv"):
        server.serve(f"/download/{name.replace(' ', '%20')}", Published(BODY + name[6:7].encode() + b",1\r\n"))
    describe(
        server,
        {"name": "Table (recent)", "format": "csv", "url": f"{server.url}/download/table%20recent.csv"},
        {"name": "Table (historical)", "format": "csv", "url": "/download/table%20historical.csv"},
        {"name": "Table of wards", "format": "csv", "url": f"{server.url}/download/wards.csv"},
        {"name": "Table (leaflet)", "format": "pdf", "url": f"{server.url}/download/leaflet.pdf"},
        {"name": "Table (local)", "format": "csv", "url": "file:///etc/table.csv"},
        {"name": "Table (broken)", "format": "csv", "url": "http://[table.csv"},
        {"name": "Table (nowhere)", "format": "csv", "url": None},
        {"name": "Table (half \ud800)", "format": "csv", "url": "/download/table\ud800.csv"},
    )
    report = run(point(many=True, kind="datastore", id="exy3m", match=["Table (*"]), base=server.url)
    assert report.outcomes[0].files == ("ons/table historical.csv", "ons/table recent.csv")


def test_a_title_can_name_the_file(run: Run, point: Point, server: Server, folder: Path):
    server.serve("/download/0a1b", Published(BODY))
    describe(server, {"title": "Table of people", "format": "csv", "url": "/download/0a1b"})
    run(point(kind="datastore", id="exy3m", match=["table*"]), base=server.url)
    assert (folder / "ons" / "Table of people.csv").read_bytes() == BODY


def test_of_several_editions_of_one_file_the_newest_is_taken(run: Run, point: Point, server: Server):
    server.serve("/table-2.csv", Published(BODY))
    describe(
        server,
        {"name": "Table 1", "url": f"{server.url}/table-1.csv", "last_modified": "2026-01-05T09:00:00"},
        {"name": "Table 2", "url": f"{server.url}/table-2.csv", "last_modified": "2026-03-05T09:00:00"},
    )
    report = run(point(kind="datastore", id="exy3m", match=["Table*"]), base=server.url)
    assert report.outcomes[0].files == ("ons/table-2.csv",)


@pytest.mark.parametrize("date", [None, "2026-03-05T09:00:00"])
def test_an_edition_without_a_date_is_not_taken_without_a_word(
    run: Run, point: Point, server: Server, date: str | None
):
    server.serve("/new/table.csv", Published(BODY))
    describe(
        server,
        {"name": "Table", "url": f"{server.url}/old/table.csv", "last_modified": "2026-01-05T09:00:00"},
        {"name": "Table", "url": f"{server.url}/new/table.csv", "last_modified": date},
    )
    notes = run(point(kind="datastore", id="exy3m", match=["Table*"]), base=server.url).outcomes[0].notes
    assert any("gives no date" in note for note in notes) is (date is None)


@pytest.mark.parametrize(
    ("resources", "found"),
    [
        ([], "a description without a file"),
        ([{"name": "Wards", "url": "/wards.csv"}], "Wards"),
        ([{"name": "Table 1", "url": "/table-1.csv"}, {"name": "Table 2", "url": "/table-2.csv"}], "several files"),
        ([{"name": "../table", "format": "csv", "url": "/..%2f..%2ftable.csv"}], "../table"),
        ([{"name": "table \ud800", "format": "csv", "url": "/0a1b"}], "table \\ud800"),
    ],
)
def test_a_description_without_one_such_file_is_named(run: Run, point: Point, server: Server, resources, found: str):
    describe(server, *resources)
    report = run(point(kind="datastore", id="exy3m", match=["*table*"]), base=server.url)
    assert found in report.failed[0].words


class Layer:
    """A layer of a feature service: areas in pages."""

    def __init__(self, server: Server, rows: list[dict[str, Any]], path: str = "/FeatureServer/0", **said: Any) -> None:
        self.rows = rows
        self.count = len(rows)
        self.most = 3
        self.edited: int | None = 1
        self.pages = 0
        self.ignores_offset = False
        self.said = said
        self.url = server.serve(path, self.describe)
        server.serve(f"{path}/query", self.query)

    def describe(self, handler: Handler) -> None:
        said = {"maxRecordCount": self.most, "objectIdField": "FID", **self.said}
        if self.edited is not None:
            said["editingInfo"] = {"lastEditDate": self.edited}
        handler.reply(200, json.dumps(said).encode())

    def query(self, handler: Handler) -> None:
        if handler.query.get("returnCountOnly") == "true":
            handler.reply(200, json.dumps({"count": self.count}).encode())
            return
        self.pages += 1
        start = 0 if self.ignores_offset else int(handler.query["resultOffset"])
        features = [
            {"type": "Feature", "properties": row, "geometry": SQUARE}
            for row in self.rows[start : start + min(self.most, int(handler.query["resultRecordCount"]))]
        ]
        handler.reply(200, json.dumps({"type": "FeatureCollection", "features": features}).encode())


def make_rows(number: int) -> list[dict[str, Any]]:
    return [
        {"FID": row, "LSOA21CD": f"E0100000{row}", "LSOA21NM": f"Área, {row}", "People": row} for row in range(number)
    ]


def point_to_layer(point: Point, layer: Layer, file: str = "table.csv", **address: Any) -> Source:
    source = point(patterns=("table.*",), kind="arcgis", url=layer.url, file=file, **address)
    reader = "boundaries" if file.endswith(".geojson") else "table"
    return replace(source, reader=reader, columns=(SourceColumn("lsoa_code", ("LSOA21CD",), "lsoa_code"),))


def test_all_pages_of_a_layer_become_one_map(run: Run, point: Point, server: Server, folder: Path):
    layer = Layer(server, make_rows(8))
    run(point_to_layer(point, layer, "table.geojson"))
    features = json.loads((folder / "ons" / "table.geojson").read_text(encoding="utf-8"))["features"]
    assert [feature["properties"] for feature in features] == make_rows(8)
    assert all(feature["geometry"] == SQUARE for feature in features)
    assert layer.pages == 3


def test_a_layer_becomes_a_table_where_its_name_says_so(run: Run, point: Point, server: Server, folder: Path):
    run(point_to_layer(point, Layer(server, make_rows(5))))
    with (folder / "ons" / "table.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["LSOA21NM"] for row in rows] == [f"Área, {row}" for row in range(5)]


def test_a_layer_that_was_not_edited_is_not_read_again(run: Run, point: Point, server: Server):
    layer = Layer(server, make_rows(4))
    run(point_to_layer(point, layer))
    before = layer.pages
    assert run(point_to_layer(point, layer)).outcomes[0].status == "unchanged"
    assert layer.pages == before
    layer.rows[0]["LSOA21NM"], layer.edited = "renamed", 2
    assert run(point_to_layer(point, layer)).outcomes[0].status == "fetched"


def test_a_layer_that_does_not_say_when_it_was_edited_is_read_again(run: Run, point: Point, server: Server):
    layer = Layer(server, make_rows(4))
    layer.edited = None
    run(point_to_layer(point, layer))
    before = layer.pages
    assert run(point_to_layer(point, layer)).outcomes[0].status == "unchanged"
    assert layer.pages > before


@pytest.mark.parametrize(("count", "found"), [(9, "8 features"), (7, "8 features"), (0, "a count of 0")])
def test_a_count_that_does_not_match_is_refused(run: Run, point: Point, server, folder: Path, count: int, found: str):
    layer = Layer(server, make_rows(8))
    layer.count, layer.most = count, 4
    assert found in run(point_to_layer(point, layer)).failed[0].words
    assert not (folder / "ons").exists()


def test_a_service_that_sends_the_first_page_for_ever_is_refused(run: Run, point: Point, server: Server):
    layer = Layer(server, make_rows(6))
    layer.ignores_offset = True
    assert "3 of them twice" in run(point_to_layer(point, layer)).failed[0].words


def test_an_error_with_status_200_is_reported(run: Run, point: Point, server: Server):
    layer = Layer(server, make_rows(2), error={"code": 400, "message": "Invalid URL"})
    assert "Invalid URL" in run(point_to_layer(point, layer)).failed[0].words


def test_an_error_with_status_200_that_may_pass_is_waited_out(run: Run, point: Point, server: Server, waits):
    layer = Layer(server, make_rows(2))
    server.answers["/FeatureServer/0"].insert(0, send(b'{"error": {"code": 504, "message": "Timeout"}}'))
    assert not run(point_to_layer(point, layer)).failed
    assert waits == [1.0]


@pytest.mark.parametrize("code", [401, 403, 498, 499])
def test_a_service_that_wants_an_account_is_not_asked_again(run: Run, point: Point, server: Server, waits, code: int):
    layer = Layer(server, make_rows(5))
    server.serve("/FeatureServer/0/query", send(json.dumps({"error": {"code": code, "message": "Token"}}).encode()))
    outcome = run(point_to_layer(point, layer)).failed[0]
    assert f"the service answers {code}: Token" in outcome.words
    assert not outcome.may_pass
    assert waits == []


def test_a_column_in_another_spelling_is_the_one_that_was_asked_for(run: Run, point, server: Server, folder: Path):
    rows = [{"FID": row, "lsoa21cd": f"E0100000{row}", "Lad": "Camden"} for row in range(5)]
    other = Layer(server, [{"Lsoa21cd": "E01000002", "more": 1}], "/Lookup/FeatureServer/0")
    query = {"outFields": "LSOA21CD", "returnDistinctValues": "true"}
    join = {"url": other.url, "key": "LSOA21CD", "query": query}
    assert not run(point_to_layer(point, Layer(server, rows), join=join)).failed
    (row,) = csv.DictReader((folder / "ons" / "table.csv").read_text().splitlines())
    assert row == {"FID": "2", "LSOA21CD": "E01000002", "Lad": "Camden"}


def test_a_column_that_is_gone_is_named(run: Run, point: Point, server: Server):
    layer = Layer(server, [{"FID": 1, "LSOA22CD": "E01000001"}])
    outcome = run(point_to_layer(point, layer, query={"outFields": "LSOA21CD", "returnDistinctValues": "true"}))
    assert "column LSOA21CD" in outcome.failed[0].words
    assert "FID, LSOA22CD" in outcome.failed[0].words


def test_a_second_layer_adds_columns_and_says_which_areas_count(run: Run, point: Point, server: Server, folder: Path):
    layer = Layer(server, make_rows(5))
    lookup = [{"LSOA21CD": f"E0100000{row}", "LAD22CD": "E09000001"} for row in (1, 3)]
    other = Layer(server, lookup, "/Lookup/FeatureServer/0")
    # Its pages are shorter than it says, and none says that there are more.
    other.said, other.most = {"maxRecordCount": 2}, 1
    join = {"url": other.url, "key": "LSOA21CD", "query": {"returnDistinctValues": "true"}}
    run(point_to_layer(point, layer, "table.geojson", join=join))
    features = json.loads((folder / "ons" / "table.geojson").read_text(encoding="utf-8"))["features"]
    assert [(row["properties"]["FID"], row["properties"]["LAD22CD"]) for row in features] == [
        (1, "E09000001"),
        (3, "E09000001"),
    ]


def test_an_empty_page_where_there_are_more_rows_is_no_end(run: Run, point: Point, server: Server):
    other = Layer(server, [], "/Lookup/FeatureServer/0")
    row = {"type": "Feature", "properties": {"LSOA21CD": "E01000001"}}
    first = {"features": [row], "properties": {"exceededTransferLimit": True}}
    answers: tuple[dict[str, Any], ...] = ({"count": 9}, first, {"features": []})
    server.serve("/Lookup/FeatureServer/0/query", *(send(json.dumps(answer).encode()) for answer in answers))
    join = {"url": other.url, "key": "LSOA21CD", "query": {"returnDistinctValues": "true"}}
    report = run(point_to_layer(point, Layer(server, make_rows(5)), join=join))
    assert "1 features, 0 of them twice" in report.failed[0].words


@pytest.mark.parametrize(
    ("codes", "found"), [(["E01000001", "E01000009"], "without a feature"), (["E01000001"] * 2, "")]
)
def test_a_second_layer_that_does_not_fit_is_refused(run: Run, point: Point, server: Server, codes, found: str):
    other = Layer(server, [{"LSOA21CD": code, "n": row} for row, code in enumerate(codes)], "/Lookup/FeatureServer/0")
    join = {"url": other.url, "key": "LSOA21CD", "query": {"returnDistinctValues": "true"}}
    report = run(point_to_layer(point, Layer(server, make_rows(5)), join=join))
    assert (found or "more than once") in report.failed[0].words
