"""Whatever a reader raises becomes a message about the file, and a too large file is refused early."""

import gzip
import json
import lzma
import zipfile
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from shapely.geometry import box

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.check.check import check_path
from crime_dagster.sources.folder import archives
from crime_dagster.sources.readers.formats import limits
from crime_dagster.sources.readers.formats.limits import guard
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.tables.table import read_table
from tests.unit.sources.conftest import save_book
from tests.unit.sources.landing import land

HEADER = "LSOA code,People\n"
ROW = "E01000001,5\n"
FILE = SourceFile(path=Path("table.csv"), name="table.csv")


def say(path: Path) -> str:
    """Return what `make check` prints for a path."""
    return str(check_path(path, load_catalogue()).all.error)


class PanicException(BaseException):
    """What a library written in Rust raises."""


@pytest.mark.parametrize("error", [ValueError("odd\nwords"), RecursionError(), MemoryError(), PanicException("no way")])
@pytest.mark.parametrize("has_warehouse", [True, False])
def test_whatever_is_raised_becomes_a_message_that_names_the_log(tmp_path, monkeypatch, error, has_warehouse):
    monkeypatch.setenv("CRIME_WAREHOUSE_DIR", str(tmp_path if has_warehouse else tmp_path / "none"))

    @guard
    def read(file: SourceFile) -> None:
        raise error

    with pytest.raises(InputError) as caught:
        read(FILE)

    words = str(caught.value)
    log = Path(words.rpartition("what is in ")[2])
    assert words.startswith("file table.csv\n  found: ")
    assert len(words.splitlines()) == 4
    assert type(error).__name__ in log.read_text()
    assert (log == tmp_path / "tracebacks.log") == has_warehouse
    if not has_warehouse:
        log.unlink()


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_a_person_who_stops_a_run_stops_it(error):
    @guard
    def read(file: SourceFile) -> None:
        raise error

    with pytest.raises(error):
        read(FILE)


def write_workbook(path: Path) -> None:
    save_book(path, {"Sheet": [["LSOA code", "People"], *([f"E0100{number:04d}", number] for number in range(300))]})


def write_map(path: Path) -> None:
    square = box(530_000, 180_000, 530_100, 180_100)
    frame = gpd.GeoDataFrame({"LSOA21CD": ["E01000001"], "LSOA21NM": ["A"]}, geometry=[square], crs="EPSG:27700")
    frame.to_file(path)


def write_parquet(path: Path) -> None:
    pq.write_table(pa.table({"LSOA code": ["E01000001"] * 50, "People": list(range(50))}), path)


WRITERS = {".xlsx": write_workbook, ".gpkg": write_map, ".geojson": write_map, ".parquet": write_parquet}


@pytest.mark.parametrize("suffix", [*WRITERS, ".csv", ".csv.gz", ".zip"])
def test_flipped_bits_and_cuts_never_end_in_a_traceback(tmp_path, table, boundaries, suffix):
    whole = tmp_path / f"whole{suffix}"
    if suffix in WRITERS:
        WRITERS[suffix](whole)
    elif suffix == ".zip":
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("table.csv", HEADER + ROW)
    else:
        text = (HEADER + ROW * 20).encode()
        whole.write_bytes(gzip.compress(text, mtime=0) if suffix == ".csv.gz" else text)
    content = whole.read_bytes()
    folder = tmp_path / "data"
    folder.mkdir()
    path = folder / (f"lsoa_2021{suffix}" if suffix in (".gpkg", ".geojson") else f"table{suffix}")
    for step in range(24):
        place = len(content) * step // 24
        flipped = bytearray(content)
        flipped[place] ^= 1 << step % 8
        for damaged in (bytes(flipped), content[:place]):
            path.write_bytes(damaged)
            check_path(path, {table.key: table, "ons/lsoa_boundaries": load_catalogue()["ons/lsoa_boundaries"]})


@pytest.mark.parametrize(
    "values",
    [
        pa.array([2**62], type=pa.timestamp("ms")),
        pa.array([0], type=pa.timestamp("s", tz="Middle/Earth")),
        pa.array([2**31 - 1], type=pa.date32()),
        pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")]),
        pa.array([2**62], type=pa.duration("s")),
    ],
)
def test_values_of_parquet_that_have_no_text_are_refused_or_read(tmp_path, table, values):
    pq.write_table(pa.table({"LSOA code": ["E01000001"], "People": [5], "Area name": values}), tmp_path / "t.parquet")

    checked = check_path(tmp_path / "t.parquet", {table.key: table})

    assert checked.is_usable or str(checked.all.error).startswith("file t.parquet")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e400"])
def test_a_coordinate_that_is_no_number_is_no_traceback(tmp_path, number):
    ring = [[-0.1, 51.5], [-0.1, 51.6], [0.0, 51.6], [-0.1, 51.5]]
    text = json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"LSOA21CD": "E01000001", "LSOA21NM": "A"},
                    "geometry": {"type": "Polygon", "coordinates": [ring]},
                }
            ],
        }
    ).replace("0.0, 51.6", f"{number}, 51.6")
    (tmp_path / "lsoa_2021.geojson").write_text(text)

    assert "file lsoa_2021.geojson" in say(tmp_path / "lsoa_2021.geojson")


def test_a_damaged_system_of_a_shapefile_is_no_traceback(tmp_path, boundaries):
    write_map(tmp_path / "areas.shp")
    (tmp_path / "areas.prj").write_bytes(b'PROJCS["\xff\xfe' + b"[" * 5_000)

    with pytest.raises(InputError, match="cannot be opened as a map"):
        land(boundaries, tmp_path)


@pytest.fixture
def archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "data.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("table.csv", HEADER + ROW * 50)
    return tmp_path / "data.zip"


def change_members(path: Path, *changes: tuple[int, int, bytes]) -> None:
    """Overwrite bytes of the first local header and of the central directory, at the offsets of each."""
    content = bytearray(path.read_bytes())
    start = content.index(b"PK\x01\x02")
    for local, listed, new in changes:
        content[local : local + len(new)] = new
        content[start + listed : start + listed + len(new)] = new
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ((8, 10, b"\x09"), "packed by Deflate64"),
        ((8, 10, b"\x62"), "packed by method 98"),
        ((6, 8, b"\x01"), "has a password"),
    ],
)
def test_what_keeps_an_archive_from_being_unpacked_is_named(archive, table, change, words):
    change_members(archive, change)

    with pytest.raises(InputError, match=words):
        land(table, archive.parent)
    assert words in say(archive)


def test_damage_in_a_member_packed_by_another_method_is_no_traceback(tmp_path, table):
    path = tmp_path / "data.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as packed:
        packed.writestr("table.csv", HEADER + ROW * 50)
    content = bytearray(path.read_bytes())
    content[60:70] = bytes(10)
    path.write_bytes(content)
    with pytest.raises((lzma.LZMAError, EOFError, zipfile.BadZipFile)):
        zipfile.ZipFile(path).read("table.csv")

    with pytest.raises(InputError, match="cannot be unpacked"):
        land(table, tmp_path)


def test_a_member_that_unpacks_to_far_more_than_it_takes_is_refused(archive, table, monkeypatch):
    monkeypatch.setattr(limits, "SMALLEST_BOUND", 500)

    with pytest.raises(InputError, match=r"table.csv of 617 bytes in \d\d"):
        land(table, archive.parent)


def test_an_archive_of_very_many_files_is_refused(archive, monkeypatch):
    monkeypatch.setattr(archives, "MOST_MEMBERS", 0)

    assert "1 files" in say(archive)


def test_a_packed_text_is_read_up_to_a_bound(tmp_path, table, monkeypatch):
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress((HEADER + ROW * 1_000).encode()))
    file = SourceFile(path=path, name=path.name)
    assert read_table(file, table).rows_in == 1_000
    monkeypatch.setattr(limits, "SMALLEST_BOUND", 2_000)

    with pytest.raises(InputError, match="over 2,000 bytes once unpacked"):
        read_table(file, table)


def test_a_packed_text_of_too_many_cells_is_refused(tmp_path, table, monkeypatch):
    monkeypatch.setattr(limits, "SMALLEST_COST", 1_000_000)
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress((HEADER + "E01000001,5\n" * 10_000).encode()))

    with pytest.raises(InputError, match="a table that would take 1 MB of memory"):
        read_table(SourceFile(path=path, name=path.name), table)


def test_a_packed_map_of_too_many_lists_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "SMALLEST_COST", 1_000_000)
    path = tmp_path / "lsoa_2021.geojson.gz"
    path.write_bytes(gzip.compress(b'{"features": [' + b"[]," * 20_000 + b"[]]}"))

    assert "a map that would take 1 MB of memory" in say(path)


def test_a_long_text_that_a_small_parquet_file_repeats_is_refused(tmp_path, table, monkeypatch):
    columns = {"LSOA code": ["E01000001"] * 400, "Area name": ["x" * 10_000] * 400, "People": [5] * 400}
    pq.write_table(pa.table(columns), tmp_path / "table.parquet", compression="zstd")
    monkeypatch.setattr(limits, "SMALLEST_COST", 1_000_000)

    assert "a table that would take" in str(check_path(tmp_path / "table.parquet", {table.key: table}).all.error)


def test_a_parquet_file_of_too_many_cells_is_refused(tmp_path, table, monkeypatch):
    write_parquet(tmp_path / "table.parquet")
    monkeypatch.setattr(limits, "SMALLEST_COST", 100)
    monkeypatch.setattr(limits, "COST_PER_BYTE", 0)

    with pytest.raises(InputError, match="50 rows of 2 columns"):
        read_table(SourceFile(path=tmp_path / "table.parquet", name="table.parquet"), table)


@pytest.mark.parametrize("suffix", [".csv", ".txt", ".csv.gz", ".parquet"])
def test_a_table_of_very_many_columns_is_refused(tmp_path, table, suffix):
    names = [f"c{number}" for number in range(16_400)]
    path = tmp_path / f"table{suffix}"
    if suffix == ".parquet":
        pq.write_table(pa.table([pa.array([1])] * len(names), names=names), path)
    else:
        text = ",".join(names).encode()
        path.write_bytes(gzip.compress(text) if suffix == ".csv.gz" else text)

    assert "at most 16,384 columns" in say(path)


TEXT = "LSOA code,Area name,People\n" + "".join(f"E0100{number:04d},Zoë,{number}\n" for number in range(3))
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("is_packed", [False, True])
def test_text_in_every_encoding_of_unicode_is_read(tmp_path, table, encoding, is_packed):
    path = tmp_path / ("table.csv.gz" if is_packed else "table.csv")
    content = TEXT.encode(encoding)
    path.write_bytes(gzip.compress(content) if is_packed else content)

    reading = read_table(SourceFile(path=path, name=path.name), table)

    assert reading.rows["area_name"].to_pylist() == ["Zoë"] * 3
    assert reading.warnings == []


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_check_knows_a_text_that_is_longer_than_its_first_bytes(tmp_path, table, monkeypatch, encoding):
    monkeypatch.setattr("crime_dagster.sources.folder.recognition.HEAD_BYTES", 203)
    (tmp_path / "table.csv").write_bytes(TEXT.encode(encoding))

    checked = check_path(tmp_path / "table.csv", {table.key: table})

    assert checked.is_usable
    assert checked.all.rows_kept == 3


def test_bytes_that_are_no_text_are_called_so(put, tmp_path, table):
    put("table.csv", bytes(range(256)) * 4)

    with pytest.raises(InputError, match="binary data"):
        land(table, tmp_path)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
@pytest.mark.parametrize(("stated", "is_whole"), [(2, True), (25_000, False)])
def test_a_page_of_a_table_is_refused(tmp_path, table, suffix, stated, is_whole):
    rows = [["LSOA code", "People", "RECORD_COUNT"], ["E01000001", 5, stated], ["E01000002", 6, stated]]
    path = tmp_path / f"table{suffix}"
    if suffix == ".csv":
        path.write_text("".join(f"{a},{b},{c}\n" for a, b, c in rows))
    elif suffix == ".xlsx":
        save_book(path, {"Sheet": rows})
    else:
        pq.write_table(pa.table({name: [row[place] for row in rows[1:]] for place, name in enumerate(rows[0])}), path)
    file = SourceFile(path=path, name=path.name)

    if is_whole:
        assert read_table(file, table).rows_in == 2
    else:
        with pytest.raises(InputError, match="2 records, and the service had 25000"):
            read_table(file, table)


@pytest.mark.parametrize(
    ("name", "around"),
    [
        ("ItemCount", {"Header": {"ItemCount": 2}, "rows": [{"LSOA code": "E01000001", "People": 5}]}),
        ("total", {"rows": [{"LSOA code": "E01000001", "People": 5}], "total": 1234, "page": 1}),
        ("total_count", {"meta": {"total_count": 9}, "rows": [{"LSOA code": "E01000001", "People": 5}]}),
    ],
)
def test_a_page_of_a_list_is_refused(put, table, name, around):
    path = put("table.json", json.dumps(around))
    with pytest.raises(InputError, match=rf"1 records, and {name} says"):
        read_table(SourceFile(path=path, name=path.name), table)


@pytest.mark.parametrize("suffix", ["csv", "json", "geojson", "gpkg", "parquet", "xlsx"])
def test_a_file_of_two_gigabytes_is_refused_before_it_is_read(tmp_path, monkeypatch, suffix):
    path = tmp_path / f"2025-10-metropolitan-street.{suffix}"
    with path.open("wb") as file:
        file.write(b"Crime ID,Month\n")
        # Sparse: the system allocates no space for what is never written.
        file.truncate(2_000_000_000)
    monkeypatch.setattr(Path, "read_bytes", None)
    checked = check_path(path, load_catalogue())
    assert checked.all.error
    assert "a file of 2,000 MB" in checked.all.error
    assert "at most 500 MB" in checked.all.error or "at most 1,000 MB" in checked.all.error


def test_a_large_text_that_would_take_too_much_memory_is_refused_whatever_its_size(tmp_path, table, monkeypatch):
    monkeypatch.setattr(limits, "SMALLEST_COST", 100)
    monkeypatch.setattr(limits, "LARGEST_COST", 2_000_000)
    path = tmp_path / "table.csv"
    rows = "".join(f"E0100000{number % 9},{number}\n" for number in range(30_000))
    path.write_text(f"LSOA code,People\n{rows}")
    with pytest.raises(InputError, match="at most 2 MB for a file of this size"):
        land(table, tmp_path)
