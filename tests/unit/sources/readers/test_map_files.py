"""Map files: which layer counts, which files belong to a map, and that a map opens nothing but itself."""

import gzip
import json
import socket
import sqlite3
import sys
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box, mapping

from crime_dagster.core.errors import InputError
from crime_dagster.core.map_drivers import REFERRING
from crime_dagster.sources.land.portions import combine_versions, plan_portions
from crime_dagster.sources.readers.formats.maps import list_layers
from crime_dagster.sources.readers.formats.reading import SourceFile
from tests.unit.sources.landing import land

SQUARES = [box(530_000 + 100 * i, 180_000, 530_100 + 100 * i, 180_100) for i in range(6)]
CODES = [f"E0100000{i + 1}" for i in range(6)]


def make_frame(count=6, **columns) -> gpd.GeoDataFrame:
    columns = columns or {"LSOA21CD": CODES[:count], "LSOA21NM": CODES[:count]}
    return gpd.GeoDataFrame(columns, geometry=SQUARES[:count], crs="EPSG:27700")


def make_collection(count=3, **more) -> dict:
    features = [
        {"type": "Feature", "properties": {"LSOA21CD": code, "LSOA21NM": code}, "geometry": mapping(square)}
        for code, square in zip(CODES[:count], SQUARES[:count], strict=True)
    ]
    return {"type": "FeatureCollection", "features": features, **more}


def make_esri(**more) -> dict:
    rings = [[list(map(list, square.exterior.coords))[::-1]] for square in SQUARES[:3]]
    features = [
        {"attributes": {"LSOA21CD": code, "LSOA21NM": code}, "geometry": {"rings": ring}}
        for code, ring in zip(CODES[:3], rings, strict=True)
    ]
    fields = [{"name": name, "type": "esriFieldTypeString", "length": 20} for name in ("LSOA21CD", "LSOA21NM")]
    head = {"geometryType": "esriGeometryPolygon", "spatialReference": {"wkid": 27700}, "fields": fields}
    return {**head, "features": features, **more}


@pytest.fixture
def package(tmp_path):
    def write(*layers: tuple[str, gpd.GeoDataFrame]) -> Path:
        for name, frame in layers:
            frame.to_file(tmp_path / "areas.gpkg", layer=name, driver="GPKG")
        return tmp_path / "areas.gpkg"

    return write


def describe_folder(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_layer_that_fits_is_read_and_an_empty_one_does_not_fit(tmp_path, boundaries, package):
    wards = make_frame(2, WD24CD=["a", "b"])
    package(("wards", wards), ("old", make_frame(0, LSOA21CD=[], LSOA21NM=[])), ("lsoa", make_frame()))

    assert land(boundaries, tmp_path).rows["lsoa_code"].to_pylist() == CODES


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (("lsoa_2011", "lsoa_2021"), "lsoa_2021"),
        (("BGC Dec 2022", "BGC Mar 2022"), "BGC Dec 2022"),
        (("a_v5", "a_v4"), "a_v5"),
        (("bfe", "bgc"), None),
        (("table_1", "table_2"), None),
    ],
)
def test_of_several_layers_the_newest_counts_where_names_say_so(tmp_path, boundaries, package, names, chosen):
    package(*((name, make_frame(6 if name == chosen else 2)) for name in names))

    if chosen is None:
        with pytest.raises(InputError, match=f"2 layers that fit: {names[0]}, {names[1]}"):
            land(boundaries, tmp_path)
    else:
        assert land(boundaries, tmp_path).rows.num_rows == 6


def test_a_stated_number_of_rows_is_not_believed(tmp_path, boundaries, package):
    path = package(("lsoa", make_frame()))
    with sqlite3.connect(path) as database:
        database.execute("UPDATE gpkg_ogr_contents SET feature_count = 2")
    database.close()

    assert land(boundaries, tmp_path).rows.num_rows == 6


def test_rows_that_wait_beside_a_package_are_read_and_the_folder_stays_as_it_is(tmp_path, boundaries, package):
    source = package(("lsoa", make_frame()))
    data = tmp_path / "data"
    data.mkdir()
    writer = sqlite3.connect(source)
    writer.execute("PRAGMA journal_mode = WAL")
    before = source.read_bytes()
    for (trigger,) in writer.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        writer.execute(f'DROP TRIGGER "{trigger}"')
    writer.execute("DELETE FROM lsoa WHERE fid > 4")
    writer.commit()
    (data / "areas.gpkg").write_bytes(before)
    alone = combine_versions(plan_portions(boundaries, data))
    for ending in ("-wal", "-shm"):
        (data / f"areas.gpkg{ending}").write_bytes((tmp_path / f"areas.gpkg{ending}").read_bytes())
    writer.close()
    found = describe_folder(data)

    assert land(boundaries, data).rows.num_rows == 4
    assert combine_versions(plan_portions(boundaries, data)) != alone
    assert describe_folder(data) == found


@pytest.mark.parametrize("form", [make_collection, make_esri])
@pytest.mark.parametrize("where", ["top", "properties"])
@pytest.mark.parametrize("suffix", [".geojson", ".geojson.gz"])
def test_a_page_of_a_service_is_refused(tmp_path, make_source_of_maps, form, where, suffix):
    mark = {"exceededTransferLimit": True}
    text = json.dumps(form(**(mark if where == "top" else {"properties": mark}))).encode()
    (tmp_path / f"areas{suffix}").write_bytes(gzip.compress(text) if suffix.endswith(".gz") else text)

    with pytest.raises(InputError, match="3 features, and the service had more"):
        land(make_source_of_maps, tmp_path)


@pytest.mark.parametrize(("count", "is_whole"), [(3, True), (4994, False), ("unknown", True)])
@pytest.mark.parametrize("name", ["numberMatched", "totalFeatures"])
def test_a_page_of_another_service_is_refused(tmp_path, make_source_of_maps, name, count, is_whole):
    (tmp_path / "areas.geojson").write_text(json.dumps(make_collection(**{name: count})))
    if is_whole:
        assert land(make_source_of_maps, tmp_path).rows.num_rows == 3
    else:
        with pytest.raises(InputError, match=f"3 records, and {name} says 4994"):
            land(make_source_of_maps, tmp_path)


@pytest.fixture
def make_source_of_maps(make, boundaries):
    kinds = ("geojson", "json", "topojson", "gpkg", "shp")
    patterns = [f"areas*.{kind}" for kind in kinds]
    columns = {"lsoa_code": {"headers": ["LSOA21CD"], "kind": "lsoa_code"}, "lsoa_name": ["LSOA21NM"]}
    return make(reader="boundaries", patterns=patterns, columns=columns)


@pytest.mark.parametrize("content", [make_collection(), make_esri()])
@pytest.mark.parametrize("name", ["areas.json", "areas.geojson.gz", "areas.geojson"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_json_of_every_kind_is_read(tmp_path, make_source_of_maps, content, name, encoding):
    text = json.dumps(content).encode(encoding)
    (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith(".gz") else text)

    assert land(make_source_of_maps, tmp_path).rows["lsoa_code"].to_pylist() == CODES[:3]


def test_of_topojson_the_object_that_fits_is_read(tmp_path, make_source_of_maps):
    shape = {"type": "Polygon", "arcs": [[0]], "properties": {"LSOA21CD": CODES[0], "LSOA21NM": "A"}}
    ward = {**shape, "properties": {"WD24CD": "W"}}
    arcs = [[[-0.1, 51.5], [-0.1, 51.6], [0.0, 51.6], [-0.1, 51.5]]]
    objects = {
        name: {"type": "GeometryCollection", "geometries": [one]} for name, one in (("wards", ward), ("lsoa", shape))
    }
    (tmp_path / "areas.json").write_text(json.dumps({"type": "Topology", "arcs": arcs, "objects": objects}))

    assert land(make_source_of_maps, tmp_path).rows["lsoa_code"].to_pylist() == CODES[:1]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('[{"category": "drugs", "location": {}}]', "a list of 1 records with category, location, as an API answers"),
        ('{"error": {"code": 400}}', "JSON without features with error"),
        ('{"type": "Feature"}\n{"type": "Feature"}\n', "GeoJSONSeq"),
        ("<kml/>", "a web page or XML"),
        ("[" * 100_000, "cannot be opened as a map"),
    ],
)
def test_json_that_is_no_map_is_called_what_it_is(put, tmp_path, boundaries, content, words):
    put("areas.geojson", content)

    with pytest.raises(InputError, match=words):
        land(boundaries, tmp_path)


@pytest.mark.parametrize(("written", "stated"), [("cp1252", "UTF-8"), ("utf-8", "ISO-8859-1"), ("utf-8", None)])
def test_the_encoding_of_a_shapefile_is_told_from_its_bytes(tmp_path, boundaries, written, stated):
    frame = make_frame(2, LSOA21CD=CODES[:2], LSOA21NM=["Câmden", "Zoë"])
    frame.to_file(tmp_path / "areas.shp", encoding=written)
    (tmp_path / "areas.cpg").unlink(missing_ok=True)
    if stated:
        (tmp_path / "areas.cpg").write_text(stated)

    landed = land(boundaries, tmp_path)

    assert landed.rows["lsoa_name"].to_pylist() == ["Câmden", "Zoë"]
    assert f"read as {written}" in landed.warnings[0]


LINK = {"type": "link", "properties": {"href": "http://127.0.0.1:9/crs"}}
REFERENCES = {
    "wfs": b"<OGRWFSDataSource><URL>http://127.0.0.1:9/wfs</URL></OGRWFSDataSource>",
    "wfs_address": b"WFS:http://127.0.0.1:9/wfs",
    "vrt": b'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>CSV:/etc/passwd</SrcDataSource></OGRVRTLayer>'
    b"</OGRVRTDataSource>",
    "algorithm": b'{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read /etc/passwd", '
    b'"features": []}',
    "stac": b'{"type": "FeatureCollection", "stac_version": "1", "features": [{"assets": {"a": {"href": '
    b'"http://127.0.0.1:9/a.tif"}}}], "links": [{"rel": "next", "href": "http://127.0.0.1:9/next"}]}',
    "api": b'{"links": [{"rel": "data", "href": "http://127.0.0.1:9/collections"}], "features": []}',
    "system": json.dumps(make_collection(crs=LINK)).encode(),
    "system_of_a_shape": json.dumps(
        {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"type": "Point", "crs": LINK}}]}
    ).encode(),
}
OPENED: list[str] = []
IS_WATCHED: list[bool] = []


def watch(event: str, given: tuple) -> None:
    if IS_WATCHED and event.startswith(("socket.connect", "socket.getaddrinfo")):
        OPENED.append(f"{event} {given}")
    if IS_WATCHED and event == "open" and "passwd" in str(given[0]):
        OPENED.append(str(given[0]))


@pytest.fixture
def server():
    """A port of this machine; Python cannot observe GDAL's own requests."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


sys.addaudithook(watch)


@pytest.mark.parametrize("kind", sorted(REFERENCES))
@pytest.mark.parametrize("name", ["areas.geojson", "areas.gpkg", "areas.shp"])
@pytest.mark.parametrize("is_packed", [False, True])
def test_a_map_that_points_elsewhere_opens_nothing(tmp_path, boundaries, server, kind, name, is_packed):
    content = REFERENCES[kind].replace(b"127.0.0.1:9/", b"127.0.0.1:%d/" % server.getsockname()[1])
    parts = {name: content}
    if name.endswith(".shp"):
        parts |= {"areas.dbf": bytes(40), "areas.shx": bytes(100)}
    if is_packed:
        with zipfile.ZipFile(tmp_path / "areas.zip", "w") as packed:
            for part, text in parts.items():
                packed.writestr(part, text)
    else:
        for part, text in parts.items():
            (tmp_path / part).write_bytes(text)
    OPENED.clear()
    IS_WATCHED.append(True)
    try:
        with pytest.raises(InputError) as caught:
            land(boundaries, tmp_path)
    finally:
        IS_WATCHED.clear()

    assert "root:" not in str(caught.value)
    assert OPENED == []
    with pytest.raises(BlockingIOError):
        server.accept()


def test_drivers_that_follow_names_are_off_in_this_process():
    import pyogrio

    assert not set(REFERRING) & set(pyogrio.list_drivers())


def test_a_view_in_a_package_is_no_layer(package):
    path = package(("lsoa", make_frame()))
    with sqlite3.connect(path) as database:
        database.execute("ALTER TABLE lsoa RENAME TO kept")
        database.execute("CREATE VIEW lsoa AS SELECT * FROM kept")
        database.execute("UPDATE gpkg_contents SET table_name = 'lsoa'")
    database.close()

    assert list_layers(SourceFile(path=path, name="areas.gpkg")) == {}
