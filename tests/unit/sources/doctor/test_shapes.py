"""What is found in the first bytes of each format, and in services' descriptions of layers and data sets."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from crime_dagster.sources.doctor.report import State
from tests.unit.sources.doctor.conftest import Ask
from tests.unit.sources.download.misbehaving_server import Published, Server, send
from tests.unit.sources.packing import make_book, pack

WORKS, MOVED, CHANGED, GONE, NOT_REACHED = State
TABLE = b"LSOA code,People\r\nE01000001,5\r\n"
WITHOUT = b"LSOA code,Persons\r\nE01000001,5\r\n"
Serve = Callable[[bytes], Any]


def file_at(name: str, **more: Any) -> dict[str, Any]:
    return {"kind": "file", "url": f"https://publisher.example/{name}", **more}


@pytest.mark.parametrize("serve", [Published, send], ids=["in parts", "whole"])
@pytest.mark.parametrize(
    ("members", "state", "column"),
    [
        ({"national.csv": b"x,y\n", "table.csv": TABLE}, WORKS, ()),
        ({"national.csv": b"x,y\n", "table.csv": WITHOUT}, CHANGED, ("people",)),
        ({"national.csv": TABLE}, CHANGED, ()),
    ],
)
def test_a_file_in_a_zip(serve: Serve, members, state, column, server: Server, ask: Ask):
    server.serve("/all.zip", serve(pack(members)))
    answer = ask(file_at("all.zip", members=["table.csv"]))
    assert (answer.state, answer.columns) == (state, column)
    assert ("national.csv" in answer.found) == ("table.csv" not in members)


def test_of_a_large_zip_little_travels(server: Server, ask: Ask):
    noise = np.random.default_rng(1).bytes(500_000)
    rows = b"".join(b"E01000001,%d\r\n" % number for number in noise)
    served = Published(pack({"2026-06-table.csv": WITHOUT, "2026-07-table.csv": TABLE + rows, "padding.csv": noise}))
    server.serve("/all.zip", served)
    assert ask(file_at("all.zip", members=["*-table.csv"])).state == WORKS
    assert served.sent < len(served.body) / 5


def test_a_body_that_is_no_zip(server: Server, ask: Ask):
    server.serve("/all.zip", send(b"gone fishing"))
    answer = ask(file_at("all.zip", members=["table.csv"]))
    assert (answer.state, "not a zip" in answer.found) == (CHANGED, True)


def test_a_table_packed_by_gzip(server: Server, ask: Ask):
    server.serve("/table.csv.gz", send(gzip.compress(WITHOUT)))
    assert ask(file_at("table.csv.gz")).columns == ("people",)


def make_workbook(sheet: str, *header: str) -> bytes:
    return make_book(**{"Notes": [], sheet: [[], [None, "A table & its title"], [], [None, *header]]})


@pytest.mark.parametrize(
    ("body", "state", "column", "found"),
    [
        (make_workbook("Mid-2024", "LSOA code", "People"), WORKS, (), "2 of the 4"),
        (make_workbook("mid-2024", "LSOA code", "Persons"), CHANGED, ("people",), "'Persons'"),
        (make_workbook("Mid-2025", "LSOA code", "People"), CHANGED, (), "Notes, Mid-2025"),
        (pack({"a.csv": b"b"}), CHANGED, (), "a zip archive that holds no workbook"),
    ],
)
def test_a_workbook(body, state, column, found, server: Server, ask: Ask):
    server.serve("/table.xlsx", Published(body))
    answer = ask(file_at("table.xlsx"), options={"sheet": "Mid-2024"})
    assert (answer.state, answer.columns) == (state, column)
    assert found in answer.found


def test_records_of_a_json_document_that_is_cut_off(server: Server, ask: Ask):
    record = {"LSOA code": "E01000001", "Geocode": {"Latitude": "51"}, "tags": [{"a": 1}]}
    body = json.dumps({"Header": {"Count": 2}, "Rows": [record] * 2000}).encode()
    columns = {"lsoa_code": {"headers": ["LSOA code"], "kind": "lsoa_code"}, "latitude": ["Geocode.Latitude"]}
    server.serve("/rows.json", send(body))
    assert len(body) > 1 << 17
    assert ask(file_at("rows.json"), columns=columns).state == WORKS
    answer = ask(file_at("rows.json"), columns={**columns, "rating": ["RatingValue"]})
    assert (answer.state, answer.columns) == (CHANGED, ("rating",))


def test_a_list_that_an_interface_gives_and_a_file_per_number(server: Server, ask: Ask):
    stops = json.dumps({"stopPoints": [{"LSOA code": "E01000001", "People": 5}], "total": 1}).encode()
    server.serve("/StopPoint", lambda handler: handler.reply(200 if handler.query.get("mode") else 404, stops))
    address = {"kind": "pages", "url": "https://publisher.example/StopPoint?mode=tube"}
    assert ask({**address, "items": "stopPoints", "file": "stops.json"}).state == WORKS
    server.serve("/501.csv", send(WITHOUT))
    assert ask(file_at("{each}.csv", each=[501, 533])).columns == ("people",)


LAYER = "/services/areas/FeatureServer/0"


def serve_layer(server: Server, *properties: dict[str, Any], error: Any = None, path: str = LAYER) -> None:
    features = [{"type": "Feature", "properties": each, "geometry": None} for each in properties]
    server.serve(path, send(json.dumps({"name": "areas"}).encode()))
    body: dict[str, Any] = {"error": error} if error else {"type": "FeatureCollection", "features": features}
    server.serve(f"{path}/query", send(json.dumps(body).encode()))


def ask_layer(ask: Ask, **more: Any):
    address = {"kind": "arcgis", "url": f"https://publisher.example{LAYER}", "file": "table.csv", **more}
    return ask(address)


def test_a_layer_is_known_by_the_columns_of_one_feature(server: Server, ask: Ask):
    serve_layer(server, {"FID": 1, "LSOA21CD": "E01000001", "People": 5})
    assert ask_layer(ask).state == WORKS
    serve_layer(server, {"FID": 1, "LSOA22CD": "E01000001", "People": 5})
    answer = ask_layer(ask)
    assert (answer.state, answer.columns) == (CHANGED, ("lsoa_code",))
    serve_layer(server)
    assert (ask_layer(ask).state, ask_layer(ask).found) == (CHANGED, "no feature")


@pytest.mark.parametrize(("code", "state"), [(400, GONE), (404, GONE), (499, NOT_REACHED), (500, NOT_REACHED)])
def test_a_service_that_answers_an_error_with_status_200(code: int, state: str, server: Server, ask: Ask):
    server.serve(LAYER, send(json.dumps({"error": {"code": code, "message": "Invalid URL"}}).encode()))
    answer = ask_layer(ask)
    assert (answer.state, f"{code}: Invalid URL" in answer.found) == (state, True)


def test_a_query_that_a_layer_does_not_understand(server: Server, ask: Ask):
    serve_layer(server, error={"code": 400, "message": "Unknown field LAD22CD"})
    answer = ask_layer(ask, query={"where": "LAD22CD LIKE 'E09%'"})
    assert (answer.state, "LAD22CD" in answer.found, "LAD22CD LIKE" in answer.expected) == (CHANGED, True, True)


def test_a_joined_layer_without_the_key(server: Server, ask: Ask):
    other = LAYER.replace("areas", "lookup")
    serve_layer(server, {"LSOA21CD": "E01000001", "People": 5})
    serve_layer(server, {"MSOA21CD": "E02000001"}, path=other)
    join = {"url": f"https://publisher.example{other}", "key": "LSOA21CD"}
    answer = ask_layer(ask, join=join)
    assert (answer.state, answer.columns, answer.found) == (CHANGED, ("LSOA21CD",), "no LSOA21CD in the joined layer")
    serve_layer(server, {"LSOA21CD": "E01000001", "MSOA21CD": "E02000001"}, path=other)
    assert ask_layer(ask, join=join).state == WORKS


def serve_data_set(server: Server, title: str) -> None:
    url = "https://data.london.gov.uk/download/abcde/1/table%202026.csv"
    described = {
        "id": "abcde",
        "webpage": "https://data.london.gov.uk/dataset/old-words-abcde",
        "resources": {"1": {"title": title, "format": "csv", "url": url}},
    }
    server.serve("/api/dataset/abcde", send(json.dumps(described).encode()))
    server.serve("/api/v3/datasets/export.json", send(json.dumps([described]).encode()))


def test_a_data_set_of_the_datastore(server: Server, ask: Ask):
    address = {"kind": "datastore", "id": "abcde", "match": ["Table of people*"]}
    server.serve("/download/abcde/1/table%202026.csv", send(TABLE))
    serve_data_set(server, "Table of people 2026")
    assert ask(address).state == WORKS
    older = ask({**address, "id": "old-words"})
    assert (older.state, "five characters" in older.expected) == (MOVED, True)
    serve_data_set(server, "Table of cats")
    answer = ask(address)
    assert (answer.state, "Table of cats" in answer.found) == (CHANGED, True)
    assert "Table of people*" in answer.expected
    assert ask({**address, "id": "zzzzz"}).state == GONE
