import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.tables.table import read_points


@pytest.fixture
def read(put, points):
    def read_text(content: str):
        return read_points(SourceFile(path=put("places.csv", content), name="places.csv"), points)

    return read_text


def aside(reading) -> list[tuple[int, str]]:
    return [(row.row_number, row.reason) for row in reading.set_aside]


def test_places_keep_their_coordinates_as_published(read):
    reading = read("name,easting,northing,lon,lat\nThe Crown,530000.25,180000,-0.1,51.5\n")
    assert reading.rows.to_pylist() == [
        {
            "name": "The Crown",
            "easting": "530000.25",
            "northing": "180000",
            "longitude": "-0.1",
            "latitude": "51.5",
            "row_number": 1,
        }
    ]


def test_one_pair_of_coordinates_is_enough(read):
    reading = read("name,easting,northing,lon,lat\nA,530000,180000,,\nB,,,-0.1,51.5\nC,530000,,-0.1,\n")
    assert reading.rows["name"].to_pylist() == ["A", "B"]
    assert aside(reading) == [(3, "unlocated")]
    assert "places.csv: 1 rows excluded as unlocated (rows 3...)" in reading.warnings


def test_places_outside_great_britain_and_bad_numbers_are_set_aside(read):
    reading = read("name,lon,lat\nA,-0.1,51.5\nB,51.5,-0.1\nC,0,0\nD,west,51\nE,-73.9,40.7\n")
    assert reading.rows["name"].to_pylist() == ["A"]
    assert aside(reading) == [(2, "outside"), (3, "outside"), (4, "bad_number"), (5, "outside")]


def test_swapped_columns_are_refused_and_not_landed_as_nothing(read):
    with pytest.raises(InputError, match="2 rows, none with coordinates") as caught:
        read("name,lat,lon\nA,-0.1,51.5\nB,-0.2,51.4\n")
    assert "swapped" in caught.value.remedy


def test_easting_and_northing_swapped_lie_in_the_sea_and_are_refused(read):
    assert read("name,easting,northing\nA,530000,180000\nB,531000,181000\n").rows.num_rows == 2
    with pytest.raises(InputError, match="2 rows, none with coordinates"):
        read("name,northing,easting\nA,530000,180000\nB,531000,181000\n")


def test_a_footnote_is_no_place(read):
    reading = read("name,lon,lat\nAll Bar One,-0.1,51.5\nSource: Somebody,,\n")
    assert aside(reading) == [(2, "footnote")]
