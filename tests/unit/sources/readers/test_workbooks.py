"""Workbooks: cells as a person sees them, and a clear message about those that cannot be read so."""

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.folder.recognition import recognise
from crime_dagster.sources.readers import READERS
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.tables.table import read_table
from tests.unit.sources.conftest import save_book

HEADER = ["LSOA code", "People", "Rate"]
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)


@pytest.fixture
def file(tmp_path) -> SourceFile:
    return SourceFile(path=tmp_path / "table.xlsx", name="table.xlsx")


def save(path: Path, rows: list[list[object]], formats: dict[int, str] | None = None) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for column, form in (formats or {}).items():
        for cell in list(book.active.columns)[column]:
            cell.number_format = form
    book.save(path)


def rewrite(path: Path, part: str, change) -> None:
    """Change one part of a workbook, and rename it if `change` says so."""
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)


@pytest.mark.parametrize("form", ["0%", "0.00%", "0.0 %", '[Red]0.0%;-0.0%;"none"'])
@pytest.mark.parametrize(
    ("key", "rows", "column", "expected"),
    [
        ("ons/qualifications", None, "level_none", "3.2"),
        ("nomis/unemployment", [["GEOGRAPHY_CODE", "Unemployed %"], ["E01000001", 0.032]], "unemployment", "0.032"),
        ("somebody/table", [HEADER, ["E01000001", 5, 0.032]], "rate", "3.2"),
    ],
)
def test_per_cent_is_read_as_it_is_shown(file, table, form, key, rows, column, expected):
    source = {**load_catalogue(), table.key: table}[key]
    needed = [name.headers[0] for name in source.columns if name.required]
    rows = rows or [needed, ["E01000001", *[0.032] * (len(needed) - 1)]]
    places = [place for place, cell in enumerate(rows[1]) if cell == 0.032]
    save(file.path, rows, dict.fromkeys(places, form))

    assert READERS[source.reader](file, source).rows[column].to_pylist() == [expected]


@pytest.mark.parametrize("form", ['0.0" %"', "General", r"0\%"])
def test_a_sign_that_is_only_written_behind_the_number_changes_nothing(file, table, form):
    save(file.path, [HEADER, ["E01000001", 5, 3.2]], {2: form})

    assert read_table(file, table).rows["rate"].to_pylist() == ["3.2"]


def test_a_count_shown_as_per_cent_is_set_aside(file, table):
    save(file.path, [HEADER, ["E01000001", 5, 1], ["E01000002", 0.5, 1]], {1: "0%"})

    assert [one.reason for one in read_table(file, table).set_aside] == ["bad_number", "bad_number"]


def test_formulas_that_nothing_has_worked_out_are_refused(file, table):
    save(file.path, [HEADER, ["E01000001", "=2+3", 1]])

    with pytest.raises(InputError, match="formulas without values in sheet Sheet: cell B2") as caught:
        read_table(file, table)
    assert "LibreOffice" in caught.value.remedy


@pytest.mark.parametrize(("value", "is_known"), [(0, False), (5, True)])
def test_formulas_with_a_zero_in_the_place_of_a_value_are_refused(file, table, value, is_known):
    with xlsxwriter.Workbook(file.path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADER)
        page.write_row(1, 0, ["E01000001", None, 1])
        page.write_formula(1, 1, "=2+3", value=value)

    if is_known:
        assert read_table(file, table).rows["people"].to_pylist() == ["5"]
    else:
        with pytest.raises(InputError, match="formulas without values in sheet Sheet1: column B"):
            read_table(file, table)


def test_a_zero_that_a_spreadsheet_has_worked_out_is_a_zero(file, table):
    with xlsxwriter.Workbook(file.path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADER)
        page.write_row(1, 0, ["E01000001", None, 1])
        page.write_formula(1, 1, "=2-2", value=0)
    rewrite(file.path, "xl/workbook.xml", lambda text: text.replace(b' fullCalcOnLoad="1"', b""))

    assert read_table(file, table).rows["people"].to_pylist() == ["0"]


def test_formulas_in_a_sheet_that_does_not_count_are_no_trouble(file, table):
    save_book(file.path, {"Sheet": [["=1+1"]], "Data": [HEADER, ["E01000001", 5, 1]]})

    assert read_table(file, table).rows["people"].to_pylist() == ["5"]


def test_of_two_sheets_that_fit_neither_is_taken_in_silence(file, table):
    one, other = (["E01000001", 5, 1], ["E01000002", 5, 1])
    save_book(file.path, {"England": [HEADER, one], "London": [HEADER, one, other]})

    with pytest.raises(InputError, match="2 sheets that fit: England, London"):
        read_table(file, table)


def test_errors_and_cells_that_begin_below_the_corner_stay_in_their_place(file, table):
    book = openpyxl.Workbook()
    page = book.active
    for column, cells in (("C", [*HEADER[:1], "E01000001", "E01000002"]), ("D", ["People", 5, "#DIV/0!"])):
        for row, cell in enumerate(cells, start=4):
            page[f"{column}{row}"] = cell
    page["D6"].data_type = "e"
    book.save(file.path)

    reading = read_table(file, table)

    assert reading.rows["people"].to_pylist() == ["5"]
    assert "#DIV/0!" in reading.warnings[0]


def make_strict(text: bytes) -> bytes:
    spaces = {b"spreadsheetml/2006/main": b"spreadsheetml/main", b"officeDocument/2006/": b"officeDocument/"}
    for plain, strict in spaces.items():
        text = text.replace(b"http://schemas.openxmlformats.org/" + plain, b"http://purl.oclc.org/ooxml/" + strict)
    return text


def test_a_strict_workbook_and_one_with_backslashes_are_read(file, table):
    save(file.path, [HEADER, ["E01000001", 5, 1]])
    with zipfile.ZipFile(file.path) as packed:
        parts = {name: make_strict(packed.read(name)) for name in packed.namelist()}
    with zipfile.ZipFile(file.path, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("/", "\\") if name.startswith("xl/") else name, content)

    assert read_table(file, table).rows["people"].to_pylist() == ["5"]


@pytest.mark.parametrize("suffix", [".xls", ".xlsx", ".XLSX", ".ods"])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (OLE, "an old workbook"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a workbook with a password"),
        (b"<html><table><tr><td>LSOA code</td></tr></table></html>", "a table in HTML"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "XML of 2003"),
        (b"LSOA code,People\nE01000001,5\n", "text under the name of a workbook"),
    ],
)
def test_what_is_no_workbook_is_called_what_it_is(tmp_path, table, suffix, content, words):
    file = SourceFile(path=tmp_path / f"table{suffix}", name=f"table{suffix}")
    file.path.write_bytes(content)

    with pytest.raises(InputError, match=words):
        read_table(file, table)
    assert words in str(recognise(file, [table]).error)


def test_a_workbook_under_the_name_of_an_old_one_is_read_by_its_content(tmp_path, table):
    save(tmp_path / "table.xlsx", [HEADER, ["E01000001", 5, 1]])
    path = (tmp_path / "table.xlsx").rename(tmp_path / "table.xls")

    assert read_table(SourceFile(path=path, name="table.xls"), table).rows["people"].to_pylist() == ["5"]


@pytest.mark.parametrize("parts", [["xl/workbook.bin"], ["readme.txt"]])
def test_another_kind_of_archive_is_refused(file, table, parts):
    with zipfile.ZipFile(file.path, "w") as packed:
        for part in parts:
            packed.writestr(part, b"")

    with pytest.raises(InputError, match=r"\.xlsb|holds no workbook"):
        read_table(file, table)


@pytest.mark.parametrize(
    ("cell", "words"),
    [("A60000000", "row 60,000,000"), ("AAAA1", "column 18,279"), ("XFD1000", "at most 8,000,000 cells in a sheet")],
)
def test_a_cell_far_away_is_refused_before_room_is_made(file, table, cell, words):
    save(file.path, [HEADER, ["E01000001", 5, 1]])
    far = f'<row r="{re.sub("[A-Z]", "", cell)}"><c r="{cell}"><v>1</v></c></row></sheetData>'.encode()
    rewrite(file.path, "xl/worksheets/sheet1.xml", lambda text: text.replace(b"</sheetData>", far))

    with pytest.raises(InputError, match=words):
        read_table(file, table)


def test_empty_cells_far_away_are_no_trouble(file, table):
    save(file.path, [HEADER, ["E01000001", 5, 1]])
    far = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    rewrite(file.path, "xl/worksheets/sheet1.xml", lambda text: text.replace(b"</sheetData>", far))

    assert read_table(file, table).rows["people"].to_pylist() == ["5"]


def test_merges_over_the_whole_width_add_no_cells(file, table):
    save(file.path, [HEADER, ["E01000001", 5, 1], [], []])
    merges = b'</sheetData><mergeCells><mergeCell ref="D2:XFD4"/><mergeCell ref="XFD2:XFD4"/></mergeCells>'
    rewrite(file.path, "xl/worksheets/sheet1.xml", lambda text: text.replace(b"</sheetData>", merges))

    assert read_table(file, table).rows["people"].to_pylist() == ["5"]


def test_a_sheet_without_a_name_is_refused(file, table):
    save(file.path, [HEADER, ["E01000001", 5, 1]])
    rewrite(file.path, "xl/workbook.xml", lambda text: text.replace(b"<sheets>", b"<sheets><sheet/>"))

    with pytest.raises(InputError, match="cannot be opened as a workbook"):
        read_table(file, table)


def test_merges_over_more_cells_than_a_table_has_are_refused(file, table):
    save(file.path, [HEADER, ["E01000001", 5, 1]])
    ranges = "".join(f'<mergeCell ref="D{row}:XFD{row}"/>' for row in range(2, 1002))
    merges = f"</sheetData><mergeCells>{ranges}</mergeCells>".encode()
    rewrite(file.path, "xl/worksheets/sheet1.xml", lambda text: text.replace(b"</sheetData>", merges))
    with pytest.raises(InputError, match="merges over 1,001 rows and 16,384 columns"):
        read_table(file, table)
