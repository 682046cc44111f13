import zipfile

import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.sources.folder.recognition import recognise
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.tables.table import read_table

SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "style", "table", "text")
)


def text(words: str, **more: object) -> str:
    return (
        f'<table:table-cell office:value-type="string"{_attributes(more)}><text:p>{words}</text:p></table:table-cell>'
    )


def number(value: object, **more: object) -> str:
    return f'<table:table-cell office:value-type="float" office:value="{value}"{_attributes(more)}/>'


def row(*cells: str, **more: object) -> str:
    return f"<table:table-row{_attributes(more)}>{''.join(cells)}</table:table-row>"


def _attributes(given: dict[str, object]) -> str:
    return "".join(f' table:{name.replace("_", "-")}="{value}"' for name, value in given.items())


@pytest.fixture
def store(tmp_path):
    def write(*rows: str, hidden: str = "") -> SourceFile:
        path = tmp_path / "table.ods"
        content = (
            f"<office:document-content {SPACES}><office:automatic-styles>"
            '<style:style style:name="ta1"><style:table-properties table:display="true"/></style:style>'
            '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
            "</office:automatic-styles><office:body><office:spreadsheet>"
            f'<table:table table:name="Draft" table:style-name="ta2">{hidden}</table:table>'
            f'<table:table table:name="Data" table:style-name="ta1">{"".join(rows)}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>"
        )
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("content.xml", content)
        return SourceFile(path=path, name="table.ods")

    return write


HEADER = row(text("LSOA code"), text("Area<text:s/>name"), text("People"))


def test_sheet_is_read_as_records(store, table):
    blank = '<table:table-cell table:number-columns-repeated="16000"/>'
    note = "<office:annotation><text:p>said later</text:p></office:annotation>"
    file = store(
        row(text("A title")),
        row(blank, number_rows_repeated=2),
        HEADER,
        row(
            f'<table:table-cell office:value-type="string">{note}<text:p>E01000001</text:p></table:table-cell>',
            text("Here", number_rows_spanned=2, number_columns_spanned=1),
            number("1200.0"),
            blank,
        ),
        row(text("E01000002"), "<table:covered-table-cell/>", number(7)),
        row(blank, number_rows_repeated=2),
        row(text("E01000003"), text("There"), number(8)),
        row(blank, number_rows_repeated=1_000_000),
        hidden=HEADER + row(text("E01000009"), text("Old"), number(1)),
    )

    reading = read_table(file, table)

    assert reading.rows.select(["lsoa_code", "area_name", "people"]).to_pylist() == [
        {"lsoa_code": "E01000001", "area_name": "Here", "people": "1200"},
        {"lsoa_code": "E01000002", "area_name": "Here", "people": "7"},
        {"lsoa_code": "E01000003", "area_name": "There", "people": "8"},
    ]
    assert [one.reason for one in reading.set_aside] == ["blank_line", "blank_line"]
    assert recognise(file, [table]).source is table


def test_sheet_is_found_by_name(store, make):
    file = store(HEADER, hidden=HEADER + row(text("E01000009"), text("Old"), number(1)))

    rows = read_table(file, make(options={"sheet": "draft"})).rows

    assert rows["lsoa_code"].to_pylist() == ["E01000009"]


def test_cell_repeated_without_end_is_refused(store, table):
    file = store(HEADER, row(number(1, number_columns_repeated=10**9)))

    with pytest.raises(InputError, match="cells in one row"):
        read_table(file, table)


def test_row_repeated_without_end_is_refused(store, table):
    file = store(HEADER, row(number(1), number_rows_repeated=10**8))

    with pytest.raises(InputError, match="cells in sheet Data"):
        read_table(file, table)


def share(value: object, shown: str) -> str:
    return (
        f'<table:table-cell office:value-type="percentage" office:value="{value}"><text:p>{shown}</text:p>'
        "</table:table-cell>"
    )


def test_per_cent_is_read_as_it_is_shown(store, table):
    file = store(
        row(text("LSOA code"), text("People"), text("Rate")), row(text("E01000001"), number(5), share(0.096, 9))
    )

    assert read_table(file, table).rows["rate"].to_pylist() == ["9.6"]


def test_formula_without_a_value_is_refused(store, table):
    unknown = '<table:table-cell table:formula="of:=1+1"/>'
    known = '<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"/>'
    good = store(HEADER, row(text("E01000001"), text("A"), known))
    assert read_table(good, table).rows["people"].to_pylist() == ["2"]
    file = store(HEADER, row(text("E01000001"), text("A"), unknown), row(text("E01000002"), text("A"), unknown))

    with pytest.raises(InputError, match="formulas without values in sheet Data: row 2, row 3"):
        read_table(file, table)


def test_text_may_stand_in_any_number_of_spans(store, table):
    name = "<text:span>" * 5_000 + "Here" + "</text:span>" * 5_000
    file = store(HEADER, row(text("E01000001"), text(name), number(5)))

    assert read_table(file, table).rows["area_name"].to_pylist() == ["Here"]


@pytest.mark.parametrize("content", [b"PK\x03\x04 cut off", b"<html></html>"])
def test_damaged_file_is_refused(put, table, content):
    path = put("table.ods", content)

    with pytest.raises(InputError, match="cannot be opened as a workbook"):
        read_table(SourceFile(path=path, name="table.ods"), table)
