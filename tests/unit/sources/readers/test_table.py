import gzip

import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.tables.table import read_table
from tests.unit.sources.conftest import save_book
from tests.unit.sources.landing import land

HEADER = "LSOA code,Area name,People,Rate\n"


@pytest.fixture
def read(put, table):
    """Read text as the tests' table."""

    def read_text(content: str | bytes, name: str = "table.csv", source=table):
        return read_table(SourceFile(path=put(name, content), name=name), source)

    return read_text


def rows(reading) -> list[tuple]:
    return [tuple(row.values()) for row in reading.rows.to_pylist()]


def aside(reading) -> list[tuple[int, str]]:
    return [(row.row_number, row.reason) for row in reading.set_aside]


def test_values_are_landed_as_text_without_blanks_at_their_ends(read):
    reading = read(HEADER + "E01000001, City\u00a0of London 001A\u00a0,  12 ,+0.50\n W01000002,,7,\n")
    assert rows(reading) == [
        ("E01000001", "City of London 001A", "12", "+0.50", 1),
        ("W01000002", None, "7", None, 2),
    ]
    assert reading.rows_in == 2
    assert [str(field.type) for field in reading.rows.schema] == ["string"] * 4 + ["int64"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_give_the_same_rows(read, encoding, end):
    text = (HEADER + "E01000001,Zoë’s,1,2\n").replace("\n", end)
    assert rows(read(text.encode(encoding))) == [("E01000001", "Zoë’s", "1", "2", 1)]


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_other_delimiters_are_known_by_the_header(read, delimiter):
    text = delimiter.join(["LSOA code", "Area name", "People"]) + "\n" + delimiter.join(["E01000001", "a, b", "3"])
    assert rows(read(text)) == [("E01000001", "a, b", "3", None, 1)]


def test_a_file_cut_anywhere_in_a_row_is_refused(read):
    whole = HEADER + "E01000001,Zoë’s,1,2\nE01000002,Ada’s,13,20"
    ends = [len(HEADER) + len("E01000001,Zoë’s,1,2"), len(whole)]
    for length in range(len(HEADER) + 1, len(whole)):
        in_the_last_cell = any(end - 2 <= length <= end + 1 for end in ends)
        if in_the_last_cell:
            continue
        with pytest.raises(InputError, match="without an end of line"):
            read(whole[:length])


def test_a_file_cut_behind_a_blank_first_cell_is_refused(read):
    with pytest.raises(InputError, match="without an end of line"):
        read(HEADER + "E01000001,Zoë’s,1,2\n,Ada’s")


@pytest.mark.parametrize("below", ["Source: police", "\nCounted in 2022", "The figures are rounded to five"])
def test_a_line_below_the_table_needs_no_end(read, below):
    reading = read(HEADER + "E01000001,Zoë’s,1,2\n" + below)
    assert len(rows(reading)) == 1
    assert {reason for _, reason in aside(reading)} <= {"footnote", "blank_line"}


def test_headers_match_whatever_their_case_blanks_and_spelling(read):
    assert rows(read(" people ,lsoa21cd\u00a0\n5,E01000001\n")) == [("E01000001", None, "5", None, 1)]


def test_the_better_spelling_counts_where_a_file_has_both(read):
    assert rows(read("LSOA21CD,LSOA code,People\nE01000009,E01000001,5\n"))[0][0] == "E01000001"


def test_title_block_and_footnotes_are_not_rows(read):
    text = (
        '\n"TS062 - A table"\n"Population :","All usual residents"\n\n'
        + HEADER
        + "\n"
        + "E01000001,a,1,1\n"
        + "\n"
        + '"Some counts are changed, to protect people"\n'
        + "Source: Somebody,,,\n"
        + "Total,,1,1\n"
        + "E09000001,City of London,1,1\n"
        + ",Total,1,1\n"
    )
    reading = read(text)
    assert rows(reading) == [("E01000001", "a", "1", "1", 2)]
    assert aside(reading) == [
        (1, "blank_line"),
        (3, "blank_line"),
        (4, "footnote"),
        (5, "footnote"),
        (6, "total_row"),
        (7, "total_row"),
        (8, "total_row"),
    ]
    assert reading.set_aside[2].content == '"Some counts are changed, to protect people"'
    assert reading.rows_in == 8


def test_short_and_long_rows_are_set_aside_and_trailing_delimiters_are_not_long(read):
    reading = read(HEADER + "E01000001,a,1\nE01000002,b,1,2,3\nE01000003,c,1,2,,\nE01000004\nE01000005,,,\n")
    assert [row[0] for row in rows(reading)] == ["E01000003", "E01000005"]
    assert aside(reading) == [(1, "short_row"), (2, "long_row"), (4, "short_row")]
    assert (
        "table.csv: 3 rows do not have the 4 cells of the header and are excluded (the first is row 1)"
        in (reading.warnings[0])
    )


def test_rows_without_a_good_code_are_set_aside_with_a_warning(read):
    reading = read(HEADER + "E0100001,a,1,1\n,b,1,1\nS01000001,c,1,1\nAll Saints,d,1,1\nE01000001,e,1,1\n")
    assert aside(reading) == [(number, "bad_code") for number in (1, 2, 3, 4)]
    assert len(reading.warnings) == 1
    assert "table.csv: column 'LSOA code'" in reading.warnings[0]
    assert "row 1 'E0100001'" in reading.warnings[0]


def test_numbers_lose_thousands_separators_and_needless_decimals(read):
    text = HEADER + 'E01000001,a,"1,234,567","-1,234.5"\nE01000002,b,18.0,1e-3\n'
    assert [row[2:4] for row in rows(read(text))] == [("1234567", "-1234.5"), ("18", "1e-3")]


@pytest.mark.parametrize("blank", ["\u00a0", "\u2009", "\u202f"])
def test_blanks_that_no_line_breaks_at_are_thousands_separators(read, blank):
    text = HEADER + f'E01000001,a,1{blank}204,"1{blank}234{blank}567,5"\nE01000002,b,12{blank}04,1\n'
    reading = read(text)
    assert [row[2:4] for row in rows(reading)] == [("1204", "1234567.5")]
    assert aside(reading) == [(2, "bad_number")]


@pytest.mark.parametrize("value", ["-1", "10.5", "x", "1 000", '"1,5"', "1e3", "٣"])
def test_a_cell_that_is_no_count_sets_its_row_aside_and_is_named(read, value):
    reading = read(HEADER + f"E01000001,a,3,1\nE01000002,b,{value},1\n")
    assert [row[0] for row in rows(reading)] == ["E01000001"]
    assert aside(reading) == [(2, "bad_number")]
    assert f"row 2, column 'People', value {value.strip(chr(34))!r}" in reading.warnings[0]


@pytest.mark.parametrize("value", ["12%%", "nan", "inf", "--1", "."])
def test_a_cell_that_is_no_number_sets_its_row_aside(read, value):
    assert aside(read(HEADER + f"E01000001,a,3,{value}\n")) == [(1, "bad_number")]


@pytest.mark.parametrize(
    ("unit", "value", "figure"),
    [
        ("per cent", "12%", "12"),
        ("per cent", '"-9,6 %"', "-9.6"),
        ("per cent", "12", "12"),
        ("rate", "12 %", "0.12"),
        ("rate", '"9,6%"', "0.096"),
        ("rate", "0.096", "0.096"),
    ],
)
def test_a_per_cent_sign_counts_by_the_unit_of_its_column(read, make, unit, value, figure):
    rate = {"rate": {"headers": ["Rate"], "kind": "number", "unit": unit}}
    source = make(columns={"lsoa_code": {"headers": ["LSOA code"], "kind": "lsoa_code"}, **rate})
    assert rows(read(f"LSOA code,Rate\nE01000001,{value}\n", source=source)) == [("E01000001", figure, 1)]


def test_a_blank_number_stays_empty_with_a_warning(read):
    reading = read(HEADER + "E01000001,a,,1\nE01000002,b, ,1\nE01000003,c,0,1\n")
    assert [row[2] for row in rows(reading)] == [None, None, "0"]
    assert reading.warnings == ["table.csv: blank cells stay empty (not 0) in 'People' (2)"]


def test_marks_of_missing_values_are_empty_where_the_catalogue_says_so(read, make):
    text = HEADER + "E01000001,a,[C],1\n"
    assert aside(read(text)) == [(1, "bad_number")]
    assert rows(read(text, source=make(missing=["[c]", "-"]))) == [("E01000001", "a", None, "1", 1)]


def test_repeats_are_set_aside_and_those_that_disagree_are_told(read):
    same = read(HEADER + "E01000001,a,1,1\nE01000002,b,1,1\nE01000001,a,1,1\n")
    assert aside(same) == [(3, "duplicate")]
    assert same.warnings == ["table.csv: 1 rows repeat lsoa_code of an earlier row and are excluded, row 3"]
    other = read(HEADER + "E01000001,a,1,1\nE01000001,a,1,1\nE01000001,a,2,1\n")
    assert rows(other) == [("E01000001", "a", "1", "1", 1)]
    assert "2 rows repeat" in other.warnings[0]
    assert "1 of them with other values: row 3" in other.warnings[0]


def test_a_row_set_aside_for_its_number_does_not_shadow_a_good_one(read):
    reading = read(HEADER + "E01000001,a,x,1\nE01000001,a,2,1\n")
    assert rows(reading) == [("E01000001", "a", "2", "1", 2)]


def test_a_missing_column_is_named_with_what_was_found_and_what_to_do(read):
    with pytest.raises(InputError) as caught:
        read("Title\nLSOA21CD,Folk,Rate\nE01000001,1,2\n", name="table (new).csv")
    error = caught.value
    assert error.file == "table (new).csv"
    assert error.column == "people"
    assert error.found == "headers 'LSOA21CD', 'Folk', 'Rate'"
    assert error.expected == "people as 'People'"
    assert "https://example.org/table" in error.remedy
    assert "catalogue" in error.remedy


def test_a_file_that_is_all_wrong_names_all_required_columns(read):
    with pytest.raises(InputError) as caught:
        read("a,b\n1,2\n")
    assert caught.value.column == "lsoa_code, people"
    assert "'LSOA code' or 'LSOA21CD'" in caught.value.expected


def test_a_header_that_stands_twice_is_refused(read):
    with pytest.raises(InputError, match="more than once") as caught:
        read("LSOA code,People,people \nE01000001,1,2\n")
    assert caught.value.column == "People"


def test_a_column_that_nobody_reads_may_stand_twice(read):
    assert rows(read("LSOA code,People,x,x\nE01000001,1,2,3\n"))[0][0] == "E01000001"


def test_rows_without_any_code_need_none(put, make):
    source = make(columns={"month": ["Month"], "lsoa_code": ["LSOA code"]}, unique=[])
    path = put("table.csv", "Month,LSOA code\n2024-01,\n2024-01,\n\n2024-01,E01000001\n")
    reading = read_table(SourceFile(path, "table.csv"), source)
    assert reading.rows["lsoa_code"].to_pylist() == ["E01000001"]
    # A record with one filled cell cannot be distinguished from a footnote if no column identifies the row.
    assert aside(reading) == [(1, "footnote"), (2, "footnote"), (3, "blank_line")]


def test_a_packed_file_is_read(read):
    assert rows(read(gzip.compress((HEADER + "E01000001,a,1,1\n").encode()), name="table.csv.gz"))


BOOK = {
    "Front page": [["Somebody"], []],
    "2011": [["LSOA code", "People"], ["E01000001", 1]],
    "2021 ": [
        ["A title"],
        [None],
        ["LSOA code ", "Area name", "People ", "Rate"],
        ["E01000001", "a", 1234, 0.5],
        ["E01000002", "b", 18.0, None],
        [None],
        ["Footnote"],
        [None, None, ""],
    ],
}


def test_the_named_sheet_of_a_workbook_is_read(tmp_path, make):
    save_book(tmp_path / "table.xlsx", BOOK)
    landed = land(make(options={"sheet": "2021"}), tmp_path)
    assert landed.rows["people"].to_pylist() == ["1234", "18"]
    assert landed.rows["rate"].to_pylist() == ["0.5", None]
    assert landed.set_aside["reason"].to_pylist() == ["blank_line", "footnote"]


def test_numbers_that_a_workbook_stores_with_an_exponent_are_written_out(tmp_path, table):
    save_book(tmp_path / "table.xlsx", {"a": [["LSOA code", "People", "Rate"], ["E01000001", 1e16, 2.5e-7]]})
    rows = land(table, tmp_path).rows
    assert (rows["people"].to_pylist(), rows["rate"].to_pylist()) == (["10000000000000000"], ["2.5e-07"])


def test_without_a_named_sheet_the_newest_with_the_columns_is_read_and_said_so(tmp_path, table):
    save_book(tmp_path / "table.xlsx", BOOK)
    landed = land(table, tmp_path)
    assert landed.rows["people"].to_pylist() == ["1234", "18"]
    assert "table.xlsx: of 2 sheets that fit 2021  is read, not 2011" in landed.warnings


def test_a_workbook_without_the_sheet_lists_those_it_has(tmp_path, make):
    save_book(tmp_path / "table.xlsx", BOOK)
    with pytest.raises(InputError, match="Front page, 2011, 2021") as caught:
        land(make(options={"sheet": "2031"}), tmp_path)
    assert caught.value.expected == "a sheet named 2031"


def test_a_workbook_without_the_column_names_it(tmp_path, make):
    save_book(tmp_path / "table.xlsx", {"2021": [["LSOA code", "Folk"], ["E01000001", 1]]})
    with pytest.raises(InputError) as caught:
        land(make(options={"sheet": "2021"}), tmp_path)
    assert caught.value.column == "people"


@pytest.mark.parametrize("content", [b"", b"<html>404</html>", b"PK\x03\x04 cut off"])
def test_a_damaged_workbook_is_refused_by_name(put, table, tmp_path, content):
    put("gla/table.xlsx", content)
    with pytest.raises(InputError, match="cannot be opened as a workbook") as caught:
        land(table, tmp_path)
    assert caught.value.file == "gla/table.xlsx"


def test_a_workbook_that_was_cut_off_is_refused(tmp_path, table):
    path = tmp_path / "table.xlsx"
    save_book(path, BOOK)
    path.write_bytes(path.read_bytes()[:-400])
    with pytest.raises(InputError, match="cannot be opened as a workbook"):
        land(table, tmp_path)


def test_a_header_that_stands_again_is_no_row(read):
    reading = read(HEADER + "E01000001,a,1,2\n" + HEADER + "E01000002,b,3,4\n")
    assert [row[0] for row in rows(reading)] == ["E01000001", "E01000002"]
    assert aside(reading) == [(2, "repeated_header")]


def test_places_that_are_no_borough_stay_without_a_code(read, make):
    columns = {
        "place": ["Borough"],
        "borough_code": {"headers": ["Borough"], "kind": "borough_if_any"},
        "people": {"headers": ["People"], "kind": "count", "unit": "people"},
    }
    reading = read("Borough,People\nCITY OF WESTMINSTER,1\nUnknown,2\n", source=make(columns=columns, unique=["place"]))
    assert rows(reading) == [("CITY OF WESTMINSTER", "E09000033", "1", 1), ("Unknown", None, "2", 2)]
    assert reading.warnings == ["table.csv: column 'Borough': no borough of London, kept without a code: 'Unknown' (1)"]


def test_blanks_and_records_alike_are_counted_where_the_catalogue_says_so(read, make):
    options = {"watched_blanks": ["area_name"], "watched_repeats": True}
    reading = read(HEADER + "E01000001,,1,2\nE01000001,,1,2\n", source=make(unique=[], options=options))
    assert len(rows(reading)) == 2
    assert reading.warnings == [
        "table.csv: blank cells in 'Area name' (2); their rows are kept",
        "table.csv: 1 records are identical to another one; they have no identifier, so they are kept",
    ]


@pytest.mark.parametrize(("share", "is_named"), [(4, True), (40, False)])
def test_nines_that_stand_for_no_value_are_named_and_kept(put, table, tmp_path, share, is_named):
    """One figure of nines among many may be a true one."""
    people = [9999 if at % share == 0 else 1000 + at for at in range(40)]
    put("table.csv", "LSOA code,People\n" + "".join(f"E010000{at:02d},{count}\n" for at, count in enumerate(people)))
    landed = land(table, tmp_path)
    assert landed.rows.num_rows == 40
    assert (
        any("column 'People': 9999 in 10 rows; their rows are kept" in words for words in landed.warnings) == is_named
    )


@pytest.mark.parametrize(("mark", "share", "is_named"), [("99", 4, True), ("99.9", 4, True), ("99.9", 40, False)])
def test_nines_among_measures_are_named_and_kept(read, mark, share, is_named):
    rates = [mark if at % share == 0 else f"{at % 20}.{at}" for at in range(40)]
    reading = read(HEADER + "".join(f"E010000{at:02d},a,1,{rate}\n" for at, rate in enumerate(rates)))
    assert len(rows(reading)) == 40
    assert any(f"column 'Rate': {mark} in 10 rows" in words for words in reading.warnings) == is_named


def test_99_per_cent_is_a_figure_like_100(read):
    rates = ["100"] * 6 + ["99"] * 5
    reading = read(HEADER + "".join(f"E010000{at + 11},a,1,{rate}\n" for at, rate in enumerate(rates)))
    assert reading.warnings == []


def test_codes_that_stand_once_for_several_rows_are_refused(read, make):
    text = HEADER + "E01000001,a,1,1\n" + ",,2,1\n" * 5
    with pytest.raises(InputError, match="no code in 5 of 6 rows") as caught:
        read(text, source=make(unique=[]))
    assert "copy it into the rows below" in str(caught.value)
