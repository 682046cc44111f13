"""Signs that a person, a service or another edition has changed a table are told, and the rows are kept."""

import pytest

from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.tables.table import read_table

HEADER = "LSOA code,Area name,People,Rate\n"
CODE = {"headers": ["LSOA code"], "kind": "lsoa_code"}
WARDS = {"lsoa_code": CODE, "ward_code": ["Ward"], "ward_name": ["Ward name"]}
LINKS = {
    "lsoa11_code": {"headers": ["LSOA11CD"], "kind": "lsoa_code"},
    "lsoa21_code": {"headers": ["LSOA21CD"], "kind": "lsoa_code"},
    "change_indicator": ["CHGIND"],
}
NAMED = {"borough_code": {"headers": ["Code"], "kind": "borough_code"}, "borough_name": ["Name"]}
YEARS = {"lsoa_code": CODE, "year": ["Year"]}
KINDS = {"lsoa_code": CODE, "kind": ["Kind"]}


@pytest.fixture
def read(put, make):
    def read_text(content: str, **changes):
        return read_table(SourceFile(path=put("table.csv", content), name="table.csv"), make(**changes))

    return read_text


@pytest.mark.parametrize(
    ("changes", "content", "words"),
    [
        ({"columns": WARDS}, "LSOA code,Ward,Ward name\nE01000001,W1,a\nE01000002,W1,b\n", "values of ward_code have"),
        ({"columns": WARDS}, "LSOA code,Ward,Ward name\nE01000001,W1,a\nE01000002,,\n", "blank cells in 'Ward' (1)"),
        ({"columns": WARDS}, "LSOA code,Ward,Ward name\nE01000001,W1,Ab\nE01000002,W1,ab\n", ""),
        (
            {"columns": LINKS},
            "LSOA11CD,LSOA21CD,CHGIND\nE01000001,E01000002,U\n",
            "are called unchanged and",
        ),
        (
            {"columns": LINKS},
            "LSOA11CD,LSOA21CD,CHGIND\nE01000001,E01000001,X\n",
            "are called unchanged and",
        ),
        ({"columns": LINKS}, "LSOA11CD,LSOA21CD,CHGIND\nE01000001,E01000001,U\n", ""),
        ({"columns": NAMED}, "Code,Name\nE09000007,Camden\nE09000033,Barnet\n", "1 of 2 areas are not in the local"),
        ({"columns": NAMED}, "Code,Name\nE09000007,LB Camden\nE09000033,City of Westminster\n", ""),
        ({}, "LSOA code,Where,People\nE01000001,Camden 001A,1\n", "1 of 1 areas are not in the local authority"),
        ({"columns": KINDS}, "LSOA code,Kind\nE01000001,\n", "blank cells in 'Kind' (1)"),
        ({"columns": YEARS}, "LSOA code,Year\nE01000001,2023/24\n", "1 cells are no years, and kept: row 1 '2023/24'"),
        ({"columns": YEARS}, "LSOA code,Year\nE01000001,2099\n", "1 cells are years still to come, and kept"),
        ({"columns": YEARS}, "LSOA code,Year\nE01000001,2021\n", ""),
    ],
)
def test_columns_that_were_moved_or_emptied_are_told(read, changes, content, words):
    unique = [next(iter(changes.get("columns", KINDS)))]
    warnings = read(content, **{"unique": unique, **changes}).warnings
    assert any(words in warning for warning in warnings) if words else warnings == []


def test_values_that_the_project_does_not_know_are_told(read):
    known = {"values": {"kind": ["pub", "shop"]}}
    reading = read("LSOA code,Kind\nE01000001,pub\nE01000002,Public house\nE01000003,\n", columns=KINDS, options=known)
    assert reading.rows.num_rows == 3
    known, blank = reading.warnings
    assert "1 cells are values that the project does not know" in known
    assert "row 2 'Public house'" in known
    assert "blank cells in 'Kind' (1)" in blank


@pytest.mark.parametrize("kind", ["Anti\u2011social behaviour", "Anti-social\u00a0behaviour", "Anti-social  behaviour"])
def test_blanks_and_hyphens_of_editors_are_plain(read, kind):
    assert read(f"LSOA code,Kind\nE01000001,{kind}\n", columns=KINDS).rows["kind"].to_pylist() == [
        "Anti-social behaviour"
    ]


@pytest.mark.parametrize(("size", "is_told"), [(999, False), (1000, True), (1001, False)])
def test_a_table_of_as_many_rows_as_a_service_gives_is_told(read, size, is_told):
    rows = "".join(f"E01{at:06d},a,{at % 7},1\n" for at in range(size))
    warnings = read(HEADER + rows).warnings
    assert any("as many as a service or a spreadsheet gives" in warning for warning in warnings) == is_told


def test_another_edition_with_the_same_figures_in_its_columns_is_told(read):
    columns = {"lsoa_code": CODE, "district": {"headers": ["District (2019)"], "required": False}}
    for year, is_told in ((2019, False), (2013, True)):
        warnings = read(f"LSOA code,District ({year})\nE01000001,a\n", columns=columns).warnings
        assert any("'District (2013)' for 'District (2019)'" in warning for warning in warnings) == is_told


def test_ranks_of_the_city_in_place_of_those_of_england_are_told(read):
    columns = {"lsoa_code": CODE, "imd_rank": {"headers": ["Rank"], "kind": "count", "unit": "rank"}}
    for factor, is_told in ((1, True), (2, False)):
        rows = "".join(f"E010020{at:02d},{factor * (at * 7 % 30 + 1)}\n" for at in range(30))
        warnings = read(f"LSOA code,Rank\n{rows}", columns=columns, ranges={"*_rank": [1, 33755]}).warnings
        assert any("ranks among the rows of the file alone" in warning for warning in warnings) == is_told


@pytest.mark.parametrize(("areas", "is_told"), [(1, False), (30, True)])
def test_figures_sorted_without_their_codes_are_told_but_not_years_of_one_area(read, areas, is_told):
    columns = {"lsoa_code": CODE, "people": {"headers": ["People"], "kind": "count", "unit": "people"}}
    rows = "".join(f"E010020{at % areas:02d},{at * at}\n" for at in range(30))
    warnings = read(f"LSOA code,People\n{rows}", columns=columns, unique=[]).warnings
    assert any("figures and codes are both in order" in warning for warning in warnings) == is_told


@pytest.mark.parametrize(
    ("moved", "records", "is_told"), [(0, 120, False), (10, 120, False), (20, 120, True), (20, 90, False)]
)
def test_codes_that_are_moved_against_the_coordinates_of_their_records_are_told(read, moved, records, is_told):
    """Three records at each point, and a few of them in the area beside it."""
    columns = {"lsoa_code": ["LSOA"], "longitude": ["X"], "latitude": ["Y"]}
    cells = [(at // 3 + (at % 3 == 0 and at // 3 < moved), at // 3) for at in range(records)]
    content = "LSOA,X,Y\n" + "".join(f"E01{code:06d},-0.{point:03d},51.5\n" for code, point in cells)
    told = [one for one in read(content, columns=columns, unique=[]).warnings if "at the same coordinates" in one]
    assert bool(told) == is_told
