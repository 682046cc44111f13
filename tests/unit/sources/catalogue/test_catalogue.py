import csv
import re
from pathlib import Path

import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.catalogue import CATALOGUE, load_catalogue
from crime_dagster.sources.catalogue.entry import READER_NAMES
from crime_dagster.sources.catalogue.parsing import parse_source
from crime_dagster.sources.folder.inventory import find_files, require_files, take_inventory
from crime_dagster.sources.readers import READERS
from crime_dagster.sources.readers.formats.reading import SourceFile


def names(files: list[SourceFile], folder: Path) -> list[str]:
    assert all(file.path == folder / file.name for file in files)
    return [file.name for file in files]


def test_every_entry_is_whole(catalogue):
    for key, source in catalogue.items():
        assert source.key == key
        assert source.title, key
        assert source.licence, key
        assert source.attribution, key
        assert source.credit, key
        assert source.landing_page.startswith("https://"), key
        address = source.download
        for url in (address.url, address.join.url if address.join else None):
            assert url is None or url.startswith("https://"), key
        assert len(set(source.landed_names)) == len(source.landed_names), key
        for column in source.columns:
            assert (column.unit is not None) or not column.is_number, f"{key}.{column.name} has no unit"


def test_crimes_and_areas_are_all_that_is_needed(catalogue):
    assert {key: source.needed_for for key, source in catalogue.items() if source.needed_for} == {
        "mps/lsoa_crime": "crime",
        "mps/lsoa_crime_years": "crime",
        "police_uk/street_crime": "crime",
        "ons/lsoa_boundaries": "areas",
        "ons/lsoa_boundaries_2011": "areas",
    }


def test_every_reader_that_may_be_named_exists():
    assert set(READERS) == set(READER_NAMES)


def test_the_long_tables_have_the_months_between_names_and_counts(catalogue):
    assert catalogue["mps/lsoa_crime"].landed_names[-2:] == ("month", "crimes")
    assert catalogue["ons/population"].landed_names == (
        *("lsoa_code", "lsoa_name", "borough_code", "area_km2", "year", "population", "people_per_km2"),
    )
    assert catalogue["gla/venues"].landed_names[0] == "venue_type"


def test_no_recorded_crime_among_the_indicators(catalogue):
    headers = [h for c in catalogue["mhclg/deprivation_indicators"].columns for h in c.headers]
    assert not [h for h in headers if any(word in h for word in ("violence", "burglary", "theft", "anti_social"))]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"reader": "magic"}, "somebody/table.reader"),
        ({"patterns": []}, "somebody/table.patterns"),
        ({"needed_for": "fun"}, "somebody/table.needed_for"),
        ({"patterns": "table.csv"}, "somebody/table.patterns"),
        ({"columns": {}}, "somebody/table.columns"),
        ({"columns": {"n": {"headers": [2021]}}}, "somebody/table.columns.n.headers"),
        ({"columns": {"n": {"headers": ["N"], "kind": "integer"}}}, "somebody/table.columns.n.kind"),
        ({"columns": {"n": {"kind": "text"}}}, "somebody/table.columns.n"),
        ({"columns": {"n": "N"}}, "somebody/table.columns.n"),
        ({"columns": {"n": {"headers": ["N"], "colour": "red"}}}, "somebody/table.columns.n.colour"),
        ({"columns": {"n": {"spread": "(2021"}}}, "somebody/table.columns.n.spread"),
        ({"columns": {"n": {"spread": r"^\d{4}$"}}}, "somebody/table.columns.n.spread"),
        ({"columns": {"n": {"spread": r"^(?P<year>\d{4})$"}}}, "somebody/table.columns"),
        ({"unique": ["nobody"]}, "somebody/table.unique"),
        ({"lsoa_vintage": 2021}, "somebody/table.lsoa_vintage"),
        ({"colour": "red"}, "somebody/table.colour"),
    ],
)
def test_a_malformed_entry_is_refused_with_its_place(make, change, where):
    with pytest.raises(InputError) as caught:
        make(change)
    assert caught.value.column == where
    assert caught.value.file == "catalogue.yml"


def test_what_an_entry_leaves_out_is_that_of_its_publisher(put, catalogue):
    path = put("catalogue.yml", CATALOGUE.read_text(encoding="utf-8").replace("credit: TfL", "credit: Transport"))
    assert {one.credit for key, one in load_catalogue(path).items() if key.startswith("tfl/")} == {"Transport"}
    assert catalogue["nomis/unemployment"].credit != catalogue["nomis/claimants"].credit


def test_an_entry_that_lacks_a_field_names_it():
    with pytest.raises(InputError, match="licence"):
        parse_source("a/b", {"columns": {"n": ["N"]}, "patterns": ["n.csv"]}, "catalogue.yml")


@pytest.mark.parametrize("key", ["table", "/table", "somebody/"])
def test_a_key_has_two_halves(make, key):
    with pytest.raises(InputError, match="publisher/thing"):
        make(key=key)


@pytest.mark.parametrize("text", ["[unclosed", "- a\n- b\n", "", "a/b: 3\n", "publishers: [a]", "publishers: {a: b}"])
def test_a_catalogue_that_is_none_is_refused(put, text):
    with pytest.raises(InputError):
        load_catalogue(put("catalogue.yml", text))


ODD = ("O'Neil & co", "[2021] (v3)", '"new"', "Zoë", "Zoe\u0308")


@pytest.mark.parametrize(
    ("change", "files", "found"),
    [
        (
            {},
            ["deep/er/TABLE one.CSV", "table two.csv.gz", "unstable.csv"],
            ["deep/er/TABLE one.CSV", "table two.csv.gz"],
        ),
        *(({}, [f"a folder, [odd]/table {name}.csv"], [f"a folder, [odd]/table {name}.csv"]) for name in ODD),
        ({"patterns": ["zo\u00eb.csv"]}, ["Zoe\u0308.csv"], ["Zoe\u0308.csv"]),
        (
            {"patterns": ["tfl/stations.csv"]},
            ["TfL/stations.csv", "mps/stations.csv", "stations.csv"],
            ["TfL/stations.csv"],
        ),
        ({"many_files": True}, ["table one.csv", "table two.xlsx"], ["table one.csv", "table two.xlsx"]),
    ],
)
def test_files_are_found_by_their_names(put, make, tmp_path, change, files, found):
    for name in files:
        put(name, "x")
    assert names(find_files(make(change), tmp_path), tmp_path) == found


@pytest.mark.parametrize("name", ["._table.csv", "__MACOSX/table.csv", ".cache/table.csv", "desktop.ini", "Thumbs.db"])
def test_what_computers_leave_behind_is_no_file(put, table, tmp_path, name):
    put(name, "LSOA code,People\nE01000001,1\n")
    put("other.txt", "x")
    assert [one.file for one in take_inventory(tmp_path, [table]).left_out] == ["other.txt"]


def test_one_message_names_all_that_could_serve(put, make, tmp_path):
    put("other.txt", "x")
    put("found.csv", "x")
    sources = {
        source.key: source
        for source in (
            make(key="a/first", patterns=["first*.csv"], needed_for="crime"),
            make(
                key="a/second",
                patterns=["second.csv", "second.xlsx"],
                landing_page="https://example.org/second",
                needed_for="crime",
            ),
            make(key="a/third", patterns=["third.csv"]),
            make(key="a/fourth", patterns=["found.csv"], needed_for="areas"),
        )
    }
    with pytest.raises(InputError) as caught:
        require_files(sources, tmp_path)
    message = str(caught.value)
    for part in ("a/first", "'first*.csv'", "'second.csv' or 'second.xlsx'", "https://example.org/second"):
        assert part in message
    for part in ("other.txt", "found.csv", "2 files", "no crime", str(tmp_path), "CRIME_DATA_DIR"):
        assert part in message
    assert "third" not in message
    assert "fourth" not in message
    put("second.csv", "x")
    require_files(sources, tmp_path)
    with pytest.raises(InputError, match="none for a/third"):
        require_files(sources, tmp_path, needs=["a/third", "a/fourth"])
    with pytest.raises(InputError, match="needs: a/unknown"):
        require_files(sources, tmp_path, needs=["a/unknown"])


def test_an_empty_folder_lacks_crimes_and_areas(make, tmp_path):
    crimes = make(key="a/crimes", patterns=["crimes*.csv"], needed_for="crime")
    with pytest.raises(InputError, match="a folder without files, and no crime, no areas") as caught:
        require_files({crimes.key: crimes}, tmp_path)
    assert "a/crimes: a file named like 'crimes*.csv'" in str(caught.value)


def test_a_folder_that_is_none_is_refused(put, make, tmp_path):
    table = make(needed_for="crime")
    empty = tmp_path / "empty"
    empty.mkdir()
    cases = [(tmp_path / "gone", "no such folder"), (put("file", "x"), "not a folder"), (empty, "without files")]
    for folder, found in cases:
        with pytest.raises(InputError, match=found) as caught:
            require_files({table.key: table}, folder)
        assert caught.value.file == str(folder)
        with pytest.raises(InputError, match=found):
            find_files(table, folder)


def test_the_files_that_a_force_lacks_are_named_with_their_pages(catalogue):
    seed = Path(__file__).parents[4] / "dbt_project" / "seeds" / "force_files.csv"
    with seed.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[-1]["force"] == "any other force"
    for row in rows:
        keys = re.findall(r"\w+/\w+(?= \()", row["files"])
        assert keys, row
        pages = {page.rstrip("/") for page in re.findall(r"https://[^\s)]+", row["files"])}
        if pages:
            assert pages == {catalogue[key].landing_page.rstrip("/") for key in keys}, row
        assert set(keys) <= set(catalogue)
