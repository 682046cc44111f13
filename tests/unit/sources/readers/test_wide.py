import time
from dataclasses import replace

import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.tables.wide import read_wide
from tests.unit.sources.landing import land

HEADER = "LSOA Code,LSOA Name,Category,202312,202401\n"


@pytest.fixture
def read(put, wide):
    def read_text(content: str, source=wide):
        return read_wide(SourceFile(path=put("mps/crime.csv", content), name="mps/crime.csv"), source)

    return read_text


def cells(reading) -> list[tuple]:
    names = ("lsoa_code", "category", "month", "crimes", "row_number")
    return sorted(zip(*(reading.rows[name].to_pylist() for name in names), strict=True))


def aside(reading) -> list[tuple[int, str]]:
    return [(row.row_number, row.reason) for row in reading.set_aside]


def test_each_record_becomes_a_row_per_month(read):
    reading = read(HEADER + "E01000001,a,THEFT,3,0\nE01000002,b,THEFT,1,2\n")
    assert cells(reading) == [
        ("E01000001", "THEFT", "202312", "3", 1),
        ("E01000001", "THEFT", "202401", "0", 1),
        ("E01000002", "THEFT", "202312", "1", 2),
        ("E01000002", "THEFT", "202401", "2", 2),
    ]
    assert reading.rows_in == 2
    assert reading.rows.column_names == ["lsoa_code", "lsoa_name", "category", "month", "crimes", "row_number"]
    assert reading.warnings == []


def test_a_header_that_looks_like_data_is_a_header(read):
    # A reader that guesses takes the first line for data when all columns are text.
    reading = read("202401,202402,LSOA Code,Category\n5,6,E01000001,THEFT\n")
    assert cells(reading) == [("E01000001", "THEFT", "202401", "5", 1), ("E01000001", "THEFT", "202402", "6", 1)]


def test_an_optional_column_may_be_missing(read):
    assert read("LSOA Code,Category,202401\nE01000001,THEFT,1\n").rows["lsoa_name"].to_pylist() == [None]


@pytest.mark.parametrize("header", ["202313", "202400", "180001", "20240", "2024-01", "Jan-24"])
def test_only_months_are_months_and_others_are_told(read, header):
    reading = read(f"LSOA Code,Category,202401,{header}\nE01000001,THEFT,1,9\n")
    assert cells(reading) == [("E01000001", "THEFT", "202401", "1", 1)]
    assert reading.warnings == [f"mps/crime.csv: columns that are not landed: {header}"]


def test_a_file_without_any_month_is_refused(read):
    with pytest.raises(InputError, match="at least one header like") as caught:
        read("LSOA Code,Category,Jan-24\nE01000001,THEFT,1\n")
    assert caught.value.column == "crimes"


def test_a_month_that_stands_twice_is_refused(read):
    with pytest.raises(InputError, match="more than once"):
        read("LSOA Code,Category,202401,202401\nE01000001,THEFT,1,1\n")


def test_a_gap_between_months_is_told(read):
    reading = read("LSOA Code,Category,202311,202402\nE01000001,THEFT,1,1\n")
    assert reading.warnings == ["mps/crime.csv: the months have gaps: no column for 202312, 202401"]


@pytest.mark.parametrize("value", ["-1", "1.5", "x", "n/a", "1e2"])
def test_one_bad_cell_sets_the_whole_record_aside_and_is_named(read, value):
    reading = read(HEADER + f"E01000001,a,THEFT,3,{value}\nE01000002,b,THEFT,1,2\n")
    assert [cell[0] for cell in cells(reading)] == ["E01000002", "E01000002"]
    assert aside(reading) == [(1, "bad_number")]
    assert (
        f"mps/crime.csv: 1 cells are not valid numbers: row 1, column '202401', value '{value}'"
        in (reading.warnings[0])
    )


def test_a_blank_cell_is_not_reported_and_not_zero(read):
    reading = read(HEADER + "E01000001,a,THEFT,3,\n")
    assert cells(reading)[1] == ("E01000001", "THEFT", "202401", None, 1)
    assert reading.warnings == ["mps/crime.csv: blank cells stay empty (not 0) in '202401' (1)"]


def test_bad_codes_totals_short_rows_and_repeats_are_set_aside(read):
    text = HEADER + (
        "E01000001,a,THEFT,1,1\n"
        "E0100000X,b,THEFT,1,1\n"
        "Total,,,2,2\n"
        "E01000002,c,THEFT,1\n"
        '"E01000001",a,Theft,1,1\n'
        'E01000001,a,ROBBERY,"1,000",1\n'
    )
    reading = read(text)
    assert aside(reading) == [(2, "bad_code"), (3, "total_row"), (4, "short_row"), (5, "duplicate")]
    assert reading.rows_in == 6
    assert ("E01000001", "ROBBERY", "202312", "1000", 6) in cells(reading)


def test_a_code_in_small_letters_is_the_same_code(read):
    reading = read(HEADER + "e01000001,a,THEFT,1,1\nE01000001,a,THEFT,1,1\n")
    assert {code for code, *_ in cells(reading)} == {"E01000001"}
    assert aside(reading) == [(2, "duplicate")]


def test_crimes_without_an_area_are_unlocated_and_figures_without_one_have_a_bad_code(read, wide):
    text = HEADER + "E01000001,a,THEFT,1,1\n,,THEFT,2,2\nUnknown,,THEFT,3,3\nE0100000X,b,THEFT,1,1\n"
    reading = read(text, replace(wide, recorded_crime=True))
    assert aside(reading) == [(2, "unlocated"), (3, "unlocated"), (4, "bad_code")]
    assert "2 rows of crimes without an area, excluded as unlocated: row 2 None; row 3 'Unknown'" in reading.warnings[1]
    assert aside(read(text, replace(wide, recorded_crime=False))) == [(n, "bad_code") for n in (2, 3, 4)]


def test_a_table_with_two_columns_per_year_is_one_row_per_year(put, make):
    source = make(
        reader="wide",
        patterns=["people.csv"],
        columns={
            "lsoa_code": {"headers": ["Code"], "kind": "lsoa_code"},
            "area_km2": {"headers": ["Area Sq Km"], "kind": "number", "unit": "km2"},
            "population": {"spread": r"^Mid-(?P<year>\d{4}): ?Population$", "kind": "count", "unit": "people"},
            "density": {
                "spread": r"^Mid-(?P<year>\d{4}): ?People per Sq Km$",
                "kind": "number",
                "unit": "people per km2",
                "required": False,
            },
        },
    )
    text = (
        "Code,Area Sq Km,Mid-2020: Population,Mid-2020: People per Sq Km,mid-2022:  population\n"
        'E01000001,0.5,"1,000",2000.25,1100\n'
    )
    reading = read_wide(SourceFile(path=put("people.csv", text), name="people.csv"), source)
    assert [tuple(row.values()) for row in reading.rows.to_pylist()] == [
        ("E01000001", "0.5", "2020", "1000", "2000.25", 1),
        ("E01000001", "0.5", "2022", "1100", None, 1),
    ]
    assert reading.warnings == ["people.csv: the years have gaps: no column for 2021"]


def test_a_long_table_costs_seconds(read):
    months = [f"{year}{month:02}" for year in (2022, 2023) for month in range(1, 13)]
    lines = [f"E01{code:06},Somewhere {code},THEFT,{','.join(['1'] * 24)}" for code in range(20_000)]
    text = "\n".join([f"LSOA Code,LSOA Name,Category,{','.join(months)}", *lines])
    start = time.perf_counter()
    reading = read(text)
    assert reading.rows.num_rows == 480_000
    # About 0.3 s here: the limit only catches a reader that works by cell instead of by column.
    assert time.perf_counter() - start < 10
    # Months share the arrays of names and codes: separate copies would be many times larger.
    assert reading.rows.get_total_buffer_size() < 40_000_000


def test_a_month_at_the_edge_that_is_not_whole_is_told(read):
    months = [f"2024{month:02d}" for month in range(1, 8)]
    reading = read(f"LSOA Code,Category,{','.join(months)}\nE01000001,THEFT,4,90,100,110,100,95,105\n")
    assert reading.warnings == [
        "mps/crime.csv: 202401 holds 4, under half of the usual month (100): it is incomplete",
    ]


@pytest.mark.parametrize(("usual", "is_told"), [(1000, True), (100, False)])
def test_a_last_month_with_less_than_usual_may_be_incomplete_if_figures_are_large(read, usual, is_told):
    months = [f"2024{month:02d}" for month in range(1, 8)]
    figures = ",".join(str(usual * 7 // 10 if month == months[-1] else usual) for month in months)
    warnings = read(f"LSOA Code,Category,{','.join(months)}\nE01000001,THEFT,{figures}\n").warnings
    assert any("202407 holds 700, 70% of the usual month" in warning for warning in warnings) == is_told


def test_years_as_columns_with_the_category_in_the_name_of_the_file(put, make):
    source = make(
        reader="wide",
        many_files=True,
        patterns=["*-major-*.csv"],
        columns={
            "lsoa_code": {"headers": ["LSOA11CD"], "kind": "lsoa_code"},
            "crimes": {"spread": r"^(?P<year>(19|20)\d\d)$", "kind": "count", "unit": "offences"},
        },
        options={"from_file_name": {"major_category": {"ROBBERY": "*major-robbery*", "THEFT": "*major-theft*"}}},
    )
    put("years/london-major-robbery.csv", "LSOA11CD,2011,2012\nE01000001,18.0,0.0\n")
    folder = put("years/london-major-theft.csv", "LSOA11CD,2011,2012\nE01000001,2.0,2.5\nE01000002,1.0,3.0\n").parents[
        1
    ]
    landed = land(source, folder)
    names = ("major_category", "lsoa_code", "year", "crimes")
    assert sorted(zip(*(landed.rows[name].to_pylist() for name in names), strict=True)) == [
        ("ROBBERY", "E01000001", "2011", "18"),
        ("ROBBERY", "E01000001", "2012", "0"),
        ("THEFT", "E01000002", "2011", "1"),
        ("THEFT", "E01000002", "2012", "3"),
    ]
    assert landed.set_aside["reason"].to_pylist() == ["bad_number"]


def test_one_year_in_two_spellings_is_refused(put, catalogue):
    header = "LSOA 2021 Code,Mid-2021: Population,Mid-2022: Population,Mid-2022 Population\n"
    path = put("population-density.csv", header + "E01000001,1500,1600,5\n")
    with pytest.raises(InputError, match="Mid-2022: Population, Mid-2022 Population"):
        read_wide(SourceFile(path=path, name=path.name), catalogue["ons/population"])


@pytest.mark.parametrize(("name", "is_told"), [("to 2024-01", False), ("to 2024-02", True), ("2024-02 to now", False)])
def test_a_release_whose_name_gives_another_last_month_is_told(put, wide, name, is_told):
    content = HEADER + "E01000001,a,THEFT,3,0\n"
    file = SourceFile(path=put(f"crime {name}.csv", content), name=f"crime {name}.csv")
    told = [one for one in read_wide(file, wide).warnings if "the last month is 2024-01" in one]
    assert bool(told) == is_told
