"""The source of each file of a data folder, by content and name, and why others are left out."""

import gzip
import json
import os
from pathlib import Path

import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.catalogue import rank_name, strip_copy_mark
from crime_dagster.sources.check.check import check_path
from crime_dagster.sources.check.check_words import write_text
from crime_dagster.sources.folder.files import name_files
from crime_dagster.sources.folder.inventory import Inventory, find_files, list_left_out, take_inventory
from crime_dagster.sources.readers.formats.editions import read_edition
from tests.unit.sources.packing import make_book, pack

PUBS = "name,borough_code,borough_name,easting,northing\nThe Arms,E09000007,Camden,529500,184200\n"
NO2 = "LSOA21CD,NO2-2019-mean\nE01000001,30.5\n"
STREET = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context\n"
)
CRIME = "a1,2024-05,Met,Met,0.1,51.5,Road,E01000006,Barking 016A,Burglary,Under investigation,\n"
MPS = "LSOA Code,LSOA Name,Borough,Major Category,Minor Category,202401\nE01000006,Barking 016A,Barking,THEFT,THEFT,1\n"
SQUARE = {"type": "Polygon", "coordinates": [[[0.1, 51.5], [0.1, 51.6], [0.2, 51.6], [0.1, 51.5]]]}
PROPERTIES = {"LSOA21CD": "E01000006", "LSOA21NM": "Barking 016A"}
MAP = json.dumps(
    {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": PROPERTIES, "geometry": SQUARE}]}
)


def make_sheets(*texts: str) -> bytes:
    """Return a workbook with a sheet per text."""
    tables = ([line.split(",") for line in text.splitlines()] for text in texts)
    sheets = ([[int(cell) if cell.isdigit() else cell for cell in row] for row in table] for table in tables)
    return make_book(**{f"Sheet{number}": rows for number, rows in enumerate(sheets)})


@pytest.fixture
def take(tmp_path: Path):
    return lambda: take_inventory(tmp_path)


def describe(inventory: Inventory) -> tuple[dict[str, str], dict[str, str]]:
    """Return each file with its source, and each left-out file with its reason."""
    known = {file.name: found.source.key for file, found in inventory.known if found.source is not None}
    return known, {one.file: one.reason for one in inventory.left_out}


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("Pubs (1).csv", PUBS, "gla/pubs"),
        ("Pubs - Copy.csv", PUBS, "gla/pubs"),
        ("Copy of Pubs copy 2.csv", PUBS, "gla/pubs"),
        ("Pubs.xlsx", make_sheets(PUBS), "gla/pubs"),
        ("what I found.csv.gz", gzip.compress(PUBS.encode(), mtime=0), "gla/pubs"),
        ("no2 of areas.txt", NO2.replace(",", "\t"), "gla/no2"),
        ("MPS LSOA Level Crime.xlsx", make_sheets(MPS), "mps/lsoa_crime"),
        ("download.csv", STREET + CRIME, "police_uk/street_crime"),
        ("areas.json", MAP, "ons/lsoa_boundaries"),
        (
            "Lower_layer_Super_Output_Areas_December_2021_Boundaries_EW_BSC_V4_-5236167991066794441.geojson",
            MAP,
            "ons/lsoa_boundaries",
        ),
    ],
)
def test_a_file_is_known_by_what_it_holds_whatever_its_name(put, take, catalogue, tmp_path, name, content, key):
    put(name, content)
    assert describe(take()) == ({name: key}, {})
    assert [file.name for file in find_files(catalogue[key], tmp_path)] == [name]
    assert name_files(catalogue[key], tmp_path)


MAY = "2024-05-metropolitan-street.csv"
LATER = PUBS + "B,E09000007,Camden,1,2\n"
DENSITY = "LSOA 2021 Code,Mid-2022: Population\nE01000006,{}000\n"
YEARS = {"20112022": "ons/population_before", "20222024": "ons/population"}
EDITIONS = {
    "CIM 2023 Pubs.csv": "CIM 2024 Pubs.csv",
    "pubs march 2024.csv": "pubs Sept-2024.csv",
    "pubs_2024-03-30.csv": "pubs_2024-04-01.csv",
    "pubs_V4_-123456789012.csv": "pubs_v10_987654321.csv",
}
BESIDE = ("x.dbf", "x.shx", "x.PRJ", "README.md", "licence.txt")
OUTER: dict[str, str | bytes] = {"2024-05.zip": pack({MAY: STREET + CRIME}), MAY: STREET + CRIME}
# The files of a folder, those that are known with their source, and those left out with the reason.
FOLDERS: dict[str, tuple[dict[str, str | bytes], dict[str, str], dict[str, str]]] = {
    "content speaks before the name": (
        {"Pubs.csv": NO2, "lsoa21-2019-NO2.csv": PUBS},
        {"Pubs.csv": "gla/no2", "lsoa21-2019-NO2.csv": "gla/pubs"},
        {},
    ),
    "a browser's folder is named once": (
        {f"{MAY}.download/Info.plist": "x", f"{MAY}.download/{MAY}": STREET + CRIME},
        {},
        {f"{MAY}.download": "unfinished"},
    ),
    "an archive in an archive": (
        {"outer.zip": pack(OUTER)},
        {f"outer.zip/{MAY}": "police_uk/street_crime"},
        {"outer.zip/2024-05.zip": "archive_in_archive"},
    ),
    "parts of a shapefile, and what publishers say": (
        {
            "x.shp": b"no map",
            "data_set.yml": "follow_links: true",
            **dict.fromkeys(BESIDE, "x"),
        },
        {},
        {"x.shp": "unreadable"},
    ),
    "a workbook called like a text needs some of its columns": (
        {
            "MPS LSOA Level Crime.xlsx": make_sheets(MPS.replace("202401", "January")),
            "Pubs.xlsx": make_sheets("Chart,1\n"),
        },
        {"MPS LSOA Level Crime.xlsx": "mps/lsoa_crime"},
        {"Pubs.xlsx": "unknown_columns"},
    ),
    "two sheets of one source": ({"two.xlsx": make_sheets(PUBS, PUBS)}, {"two.xlsx": "gla/pubs"}, {}),
    "the name that the catalogue prefers": (
        {"Pubs.csv": PUBS, "Pubs.xlsx": make_sheets(PUBS), "of my own.csv": PUBS},
        {"Pubs.csv": "gla/pubs"},
        {"Pubs.xlsx": "another_file", "of my own.csv": "another_file"},
    ),
    **{
        later: ({earlier: PUBS, later: LATER}, {later: "gla/pubs"}, {earlier: "earlier_edition"})
        for earlier, later in EDITIONS.items()
    },
    **{
        f"two editions of a table, {ending}": (
            {f"sapelsoapopulationdensity{years}.{ending}": make(DENSITY.format(years[-1])) for years in YEARS},
            {f"sapelsoapopulationdensity{years}.{ending}": key for years, key in YEARS.items()},
            {},
        )
        for ending, make in (("xlsx", make_sheets), ("csv", str))
    },
}


@pytest.mark.parametrize(("files", "known", "left_out"), FOLDERS.values(), ids=FOLDERS)
def test_what_each_file_of_a_folder_is(put, take, files, known, left_out):
    for name, content in files.items():
        put(name, content)
    assert describe(take()) == (known, left_out)


@pytest.mark.parametrize(
    "name",
    [
        "x.csv.part",
        "x.csv.PART",
        "x.csv.crdownload",
        "x.csv.opdownload",
        ".x.csv.partial",
        "x.csv.tmp",
        "x.csv.download",
        ".x.csv.icloud",
        "~$x.xlsx",
        ".~lock.x.csv#",
    ],
)
def test_half_a_download_is_never_read_and_is_named(put, take, name):
    for content, place in ((PUBS, "gla"), (STREET + CRIME, "a.zip")):
        put(f"{place}/{name}", content) if place == "gla" else put(place, pack({f"in/{name}": content}))
    put("Pubs.csv", PUBS)
    known, left_out = describe(take())
    assert known == {"Pubs.csv": "gla/pubs"}
    assert left_out == {f"gla/{name}": "unfinished", f"a.zip/in/{name}": "unfinished"}


@pytest.mark.parametrize(
    "name",
    ["Pubs.csv.part", "Pubs.csv.crdownload", ".Pubs.csv.icloud", "~$Pubs.csv", ".~lock.Pubs.csv#", "Pubs (1).csv.TMP"],
)
def test_half_a_download_is_listed_with_its_source(put, catalogue, tmp_path, name):
    put(f"gla/{name}", PUBS)
    put("a.zip", pack({"../Pubs.csv": PUBS}))
    said = [(one.file, one.reason) for one in list_left_out(catalogue["gla/pubs"], tmp_path)]
    assert said == [("a.zip/../Pubs.csv", "outside_archive"), (f"gla/{name}", "unfinished")]


def test_what_no_source_knows_is_named_with_the_nearest(put, take, catalogue, tmp_path):
    put("pubs of Camden.csv", PUBS.replace("name,borough_code,borough_name,easting", "place,code,borough,easting"))
    put("crimes.csv", MPS.replace("LSOA Code", "Area"))
    put("letter.docx", b"PK")
    put("boundaries.dbf", b"x")
    _, left_out = describe(take())
    assert left_out == {
        "pubs of Camden.csv": "unknown_columns",
        "crimes.csv": "unknown_columns",
        "letter.docx": "unreadable_kind",
        "boundaries.dbf": "lone_part",
    }
    (near,) = list_left_out(catalogue["mps/lsoa_crime"], tmp_path)
    assert near.file == "crimes.csv"
    assert "nearest to mps/lsoa_crime" in near.describe()
    assert "'LSOA Code'" in near.describe()


def test_a_file_that_is_broken_under_a_name_of_a_source_is_not_passed_over(put, take, catalogue, tmp_path):
    put("Pubs (1).csv", "<html>not available</html>")
    put("2024-05-metropolitan-street.csv", "404: Not Found\n")
    assert describe(take())[0] == {
        "Pubs (1).csv": "gla/pubs",
        "2024-05-metropolitan-street.csv": "police_uk/street_crime",
    }
    assert name_files(catalogue["gla/pubs"], tmp_path)


@pytest.mark.parametrize(
    ("first", "second", "one", "other", "key"),
    [
        ("Pubs.csv", "Pubs (1).csv", PUBS, PUBS + "B,E09000007,Camden,1,2\n", "gla/pubs"),
        ("Pubs (1).csv", "Pubs - Copy.csv", PUBS, PUBS + "B,E09000007,Camden,1,2\n", "gla/pubs"),
        ("a.geojson", "b.geojson", MAP, MAP + "\n", "ons/lsoa_boundaries"),
        ("MPS LSOA Level Crime.csv", "MPS LSOA Level Crime (1).csv", MPS, MPS.replace(",1", ",2"), "mps/lsoa_crime"),
        (
            "2024-05-metropolitan-street.csv",
            "2024-05-metropolitan-street (1).csv",
            STREET + CRIME,
            STREET + CRIME + CRIME.replace("a1", "a2"),
            "police_uk/street_crime",
        ),
    ],
)
def test_two_that_differ_and_could_both_count_are_refused(
    put, take, catalogue, tmp_path, first, second, one, other, key
):
    put(first, one)
    put(second, one)
    assert len(name_files(catalogue[key], tmp_path)) == 2
    put(second, other)
    with pytest.raises(InputError, match="2 different files") as caught:
        name_files(catalogue[key], tmp_path)
    assert ", ".join(sorted([first, second])) in str(caught.value)
    assert "one file" in caught.value.expected


def test_releases_that_share_a_name_part_their_months(put, catalogue, tmp_path):
    put("MPS LSOA Level Crime.csv", MPS)
    put("MPS LSOA Level Crime (1).csv", MPS.replace("202401", "202402"))
    assert len(name_files(catalogue["mps/lsoa_crime"], tmp_path)) == 2


def test_of_equal_sources_the_name_decides_or_nobody(put, make, tmp_path):
    sources = [make(key=f"a/{name}", patterns=[f"{name}*.csv"]) for name in ("first", "second")]
    text = "LSOA code,People\nE01000001,1\n"
    put("second of two.csv", text)
    put("third.csv", text)
    known, left_out = describe(take_inventory(tmp_path, sources))
    assert known == {"second of two.csv": "a/second"}
    assert left_out == {"third.csv": "ambiguous"}


def test_columns_that_many_files_have_need_the_name(put, make, tmp_path):
    source = make(options={"name_must_fit": True})
    put("table.csv", "LSOA code,People\nE01000001,1\n")
    put("other.csv", "LSOA code,People\nE01000001,1\n")
    known, left_out = describe(take_inventory(tmp_path, [source]))
    assert known == {"table.csv": source.key}
    assert left_out == {"other.csv": "unknown_name"}


def test_a_file_named_like_a_source_is_said_to_lack_its_columns_whatever_common_ones_it_has(put, take):
    put("census2021-ts045-lsoa.csv", "date,geography,geography code,ts045: Total\n2021,Barking 016A,E01000006,700\n")
    (known,) = take().known
    assert known[1].source.key == "ons/cars"
    assert "ons/cars" in known[1].error.found


def test_a_file_that_changes_is_looked_at_again(put, take):
    path = put("x.csv", PUBS)
    assert describe(take())[0] == {"x.csv": "gla/pubs"}
    path.write_text(NO2)
    os.utime(path, (1, 1))
    assert describe(take())[0] == {"x.csv": "gla/no2"}


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("a/x (1).csv", "a/x.csv"),
        ("x (1).csv.gz", "x.csv.gz"),
        ("x - Copy (2).xlsx", "x.xlsx"),
        ("x copy 3.csv", "x.csv"),
        ("x (another copy).csv", "x.csv"),
        ("Copy of x.csv", "x.csv"),
        ("x (2021).csv", "x (2021).csv"),
        ("photocopy.csv", "photocopy.csv"),
    ],
)
def test_marks_of_a_copy(name, plain):
    assert strip_copy_mark(name) == plain


def test_a_name_fits_best_as_the_catalogue_has_it(table):
    ranks = [rank_name(table, name) for name in ("table.csv", "b/TABLE (2).csv.gz", "table.xlsx", "table.ods", "x.csv")]
    assert ranks == [0, 0, 1, 2, None]


def test_editions_compare_within_their_series():
    assert read_edition("a/File 2024 (1).csv") == read_edition("b/file 2024.csv")
    assert read_edition("x_2023.csv")[0] == read_edition("x_2024.csv")[0]
    assert read_edition("x_2023.csv")[1] < read_edition("x_2024-02.csv")[1] < read_edition("x dec 2024.csv")[1]
    assert read_edition("lsoa_2011.csv")[0] != read_edition("msoa_2011.csv")[0]


def test_check_excludes_context_that_cannot_be_used_and_goes_on(put, catalogue, tmp_path):
    put("2024-05-metropolitan-street.csv", STREET + CRIME)
    put("2024-05-metropolitan-outcomes.csv", "404: Not Found\n")
    checked = check_path(tmp_path, catalogue)
    assert checked.is_usable
    assert any("police_uk/outcomes is for context only" in warning for warning in checked.all.warnings)
    (tmp_path / "2024-05-metropolitan-street.csv").write_text("404: Not Found\n")
    assert not check_path(tmp_path, catalogue).is_usable


def test_a_path_that_is_too_long_is_no_folder():
    with pytest.raises(InputError, match="no such folder"):
        take_inventory(Path("/" + "/".join(["x" * 200] * 25)))


def test_a_folder_of_many_other_files_is_answered_with_the_first_of_them_and_how_many_more(put, catalogue, tmp_path):
    for number in range(60):
        put(f"note {number:02}.csv", f"Dear colleague {number},yours\n")
    checked = check_path(tmp_path, catalogue)
    assert len(checked.files) == 60
    assert all(one.error for one in checked.files)
    assert checked.all.error
    assert checked.all.error.endswith("and 48 more files of which none is a published file")
    assert checked.all.warnings[-1] == "and 20 more files: not used, each for its own reason"
    text = write_text(checked, catalogue)
    assert "note 49.csv\n" in text
    assert "note 50.csv\n" not in text
    assert "And 10 more files that are not used; --json (make check JSON=1) lists them" in text


def test_a_file_that_is_in_no_archive_needs_no_folder_to_unpack_it_into(put, take, monkeypatch):
    # Once, thousands of them were made and removed, one for each unknown file.
    monkeypatch.setattr("tempfile.TemporaryDirectory", None)
    put("note.csv", "Dear colleague,yours\n")
    assert [one.file for one in take().left_out] == ["note.csv"]
