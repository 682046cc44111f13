"""Zip archives in a data folder, read as downloaded."""

import gzip
import hashlib
import tempfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from crime_dagster.core.errors import InputError
from crime_dagster.sources.folder import archives
from crime_dagster.sources.folder.inventory import find_files, list_left_out, require_files, take_inventory
from crime_dagster.sources.land.portions import combine_versions, plan_portions
from tests.unit.sources.landing import land
from tests.unit.sources.packing import pack

TABLE = "LSOA code,People\nE01000001,1\nE01000002,2\n"


@pytest.fixture(autouse=True)
def room(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch):
    """Where archives are unpacked; it must be empty afterwards."""
    folder = tmp_path_factory.mktemp("room")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("archive", "member"),
    [
        ("x.zip", "table.csv"),
        ("deep/er [2024]/X.ZIP", "a/b/c/Table (1).csv"),
        ("O'Neil & co/données.zip", 'd’été [x]/table "new" Zoë.csv'),
        ("x.zip", "a\\b\\table.csv"),
        ("table.zip", "table.csv.gz"),
    ],
)
def test_a_file_in_an_archive_is_read_as_if_the_archive_were_a_folder(put, table, tmp_path, archive, member):
    content = gzip.compress(TABLE.encode()) if member.endswith(".gz") else TABLE
    put(archive, pack({member: content}))
    landed = land(table, tmp_path)
    assert landed.rows["people"].to_pylist() == ["1", "2"]
    (account,) = landed.files.to_pylist()
    assert account["file"] == f"{archive}/{member}".replace("\\", "/")
    assert account["bytes"] == len(content)
    assert landed.warnings == []


def test_archives_and_files_may_be_in_one_folder(put, wide, tmp_path):
    header = "LSOA Code,Category,202401\n"
    put("b crime.csv", header + "E01000001,THEFT,1\n")
    put("a.zip", pack({"crime.csv": header + "E01000001,THEFT,2\n", "z/crime.csv": header + "E01000001,THEFT,4\n"}))
    landed = land(wide, tmp_path)
    assert [(row["source_file"], row["crimes"]) for row in landed.rows.to_pylist()] == [
        ("a.zip/crime.csv", "2"),
        ("a.zip/z/crime.csv", "4"),
        ("b crime.csv", "1"),
    ]
    require_files({wide.key: wide}, tmp_path)


def test_a_file_and_the_archive_it_was_taken_from_are_one(put, table, tmp_path):
    put("table.csv", TABLE)
    put("table.zip", pack({"table.csv": TABLE}))
    landed = land(table, tmp_path)
    assert landed.rows.num_rows == 2
    assert landed.warnings == ["table.zip/table.csv: a copy of table.csv; excluded"]


def test_a_shapefile_comes_out_with_all_its_parts(put, boundaries, tmp_path):
    shapes = gpd.GeoDataFrame(
        {"LSOA21CD": ["E01000001"], "LSOA21NM": ["City 001A"]},
        geometry=[shapely.box(530_000, 180_000, 530_100, 180_100)],
        crs=27700,
    )
    made = tmp_path.parent / f"{tmp_path.name} made"
    made.mkdir()
    shapes.to_file(made / "areas.shp")
    put("Areas (1).zip", pack({f"in/{path.name}": path.read_bytes() for path in made.iterdir()}))
    landed = land(boundaries, tmp_path)
    assert landed.rows["lsoa_code"].to_pylist() == ["E01000001"]
    assert landed.warnings == []


def test_nothing_but_what_is_claimed_is_unpacked(put, table, tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 1_000)
    put("x.zip", pack({"table.csv": TABLE, "large.bin": b"0" * 5_000, "__MACOSX/table.csv": "x"}))
    assert land(table, tmp_path).rows.num_rows == 2
    monkeypatch.setattr(archives, "MOST_BYTES", 10)
    with pytest.raises(InputError, match="1 files of 41 bytes") as caught:
        land(table, tmp_path)
    assert caught.value.file == "x.zip"


def test_a_member_that_leads_outside_is_reported_and_never_written(put, table, tmp_path):
    outside = [("../table.csv", TABLE), ("/tmp/table 2.csv", TABLE), ("C:\\table.csv", TABLE), ("../other.txt", "x")]
    put("data/x.zip", pack([("table.csv", TABLE), *outside]))
    landed = land(table, tmp_path / "data")
    assert landed.files["file"].to_pylist() == ["x.zip/table.csv"]
    left_out = take_inventory(tmp_path / "data", [table]).left_out
    assert [(one.file, one.reason) for one in left_out] == [
        ("x.zip/../other.txt", "outside_archive"),
        ("x.zip/../table.csv", "outside_archive"),
        ("x.zip//tmp/table 2.csv", "outside_archive"),
        ("x.zip/C:/table.csv", "outside_archive"),
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_two_members_of_one_name_are_refused(put, table, tmp_path):
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = pack([("table.csv", "LSOA code,People\nE01000001,7\n"), ("table.csv", TABLE)])
    put("x.zip", content)
    with pytest.raises(InputError, match=r"table\.csv more than once in it"):
        land(table, tmp_path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"<html>"])
def test_a_damaged_archive_is_named(put, table, tmp_path, content):
    put("table.csv", TABLE)
    put("some where/x.zip", content)
    with pytest.raises(InputError, match="cannot be unpacked") as caught:
        find_files(table, tmp_path)
    assert caught.value.file == "some where/x.zip"


def test_a_damaged_member_is_reported_with_its_archive(put, table, tmp_path):
    content = pack({"table.csv": TABLE * 100})
    put("x.zip", content[:60] + b"\xff\xff" + content[62:])
    with pytest.raises(InputError, match="cannot be unpacked"):
        land(table, tmp_path)


def test_a_name_without_the_value_that_its_source_needs_is_left_out_of_an_archive_too(put, make, tmp_path):
    source = make(options={"from_file_name": {"kind": {"pub": "*pub*"}}})
    put("x.zip", pack({"table of pubs.csv": TABLE, "table of libraries.csv": TABLE}))
    assert [one.file for one in list_left_out(source, tmp_path)] == ["x.zip/table of libraries.csv"]


def test_an_unchanged_archive_is_hashed_once_and_a_changed_one_again(put, wide, tmp_path, monkeypatch):
    header = "LSOA Code,Category,202401\n"
    put("a.zip", pack({f"{n} crime.csv": header + "E01000001,THEFT,1\n" for n in range(5)}))
    hashed: list[Path] = []
    real = hashlib.file_digest

    def count(stream, name):
        hashed.append(Path(stream.name))
        return real(stream, name)

    monkeypatch.setattr(hashlib, "file_digest", count)
    version = combine_versions(plan_portions(wide, tmp_path))
    assert combine_versions(plan_portions(wide, tmp_path)) == version
    assert hashed == [tmp_path / "a.zip"]
    put("a.zip", pack({f"{n} crime.csv": header + "E01000001,THEFT,10\n" for n in range(5)}))
    assert combine_versions(plan_portions(wide, tmp_path)) != version
