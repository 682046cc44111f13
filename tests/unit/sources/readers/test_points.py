import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.tables.table import read_points


@pytest.fixture
def read(put, points):
    def read_text(content: str):
        return read_points(SourceFile(path=put("places.csv", content), name="places.csv"), points)

    return read_text


def test_places_keep_their_coordinates_as_published(read):
    (row,) = read("name,easting,northing,lon,lat\nThe Crown,530000.25,180000,-0.1,51.5\n").rows.to_pylist()
    places = {"easting": "530000.25", "northing": "180000", "longitude": "-0.1", "latitude": "51.5"}
    assert row == {"name": "The Crown", **places, "row_number": 1}


def test_metres_and_degrees_of_different_places_are_told(read):
    text = "name,easting,northing,lon,lat\nA,530000,180000,-0.129,51.5035\nB,530000,180000,0.129,51.5035\n"
    assert read(text).warnings == [
        "places.csv: 1 places are over 500 m apart in metres and in degrees; the metres count (rows 2...)"
    ]


@pytest.mark.parametrize(
    ("text", "kept", "aside"),
    [
        # One pair of coordinates is enough.
        ("name,easting,northing,lon,lat\nA,530000,180000,,\nB,,,-0.1,51.5\nC,530000,,-0.1,\n", "AB", {3: "unlocated"}),
        (
            "name,lon,lat\nA,-0.1,51.5\nB,51.5,-0.1\nC,0,0\nD,west,51\nE,-73.9,40.7\n",
            "A",
            {2: "outside", 3: "outside", 4: "bad_number", 5: "outside"},
        ),
        ("name,lon,lat\nA,-0.1,51.5\nSource: Somebody,,\n", "A", {2: "footnote"}),
        ("name,easting,northing\nA,530000,180000\nB,531000,181000\n", "AB", {}),
    ],
)
def test_what_is_no_place_in_great_britain_is_set_aside(read, text, kept, aside):
    reading = read(text)
    assert reading.rows["name"].to_pylist() == list(kept)
    assert {row.row_number: row.reason for row in reading.set_aside} == aside
    assert ("places.csv: 1 rows excluded as unlocated (rows 3...)" in reading.warnings) == (
        "unlocated" in aside.values()
    )


@pytest.mark.parametrize(
    "text",
    ["name,lat,lon\nA,-0.1,51.5\nB,-0.2,51.4\n", "name,northing,easting\nA,530000,180000\nB,531000,181000\n"],
)
def test_swapped_columns_are_refused_and_not_landed_as_nothing(read, text):
    with pytest.raises(InputError, match="2 rows, none with coordinates") as caught:
        read(text)
    assert "swapped" in caught.value.remedy


@pytest.mark.parametrize(("step", "is_told"), [(100, True), (10, False)])
def test_places_rounded_to_a_hundred_metres_are_told(read, step, is_told):
    rows = "".join(f"A{at},{530_000 + step * at},{180_000 + step * at}\n" for at in range(101))
    assert any("multiples of 100 m" in one for one in read(f"name,easting,northing\n{rows}").warnings) == is_told
