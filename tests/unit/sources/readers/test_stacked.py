import pytest

from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.tables.wide import read_wide
from tests.unit.sources.conftest import save_book

NOTES = [["Figures are rounded, and do not add up."], []]
HEADER = ["Date", "Northside", "Southside"]


def title(measure: str) -> list[list[object]]:
    return [["People out of work"], [], ["gender", "Total"], ["measure", measure], []]


@pytest.fixture
def source(make):
    names = r"^(?!Date$)(?P<borough_name>\S.*)$"
    return make(
        reader="wide",
        patterns=["*.xlsx"],
        columns={
            "month": {"headers": ["Date"], "kind": "month"},
            "people": {"spread": names, "kind": "count", "unit": "people", "required": False},
            "people_share": {"spread": names, "kind": "share", "unit": "per cent of people", "required": False},
        },
        unique=["month"],
        options={"tables": {"people": "People", "people_share": "People as a proportion*"}},
    )


@pytest.fixture
def read(tmp_path, source):
    def read_rows(rows: list[list[object]]):
        save_book(tmp_path / "out_of_work.xlsx", {"Sheet": rows})
        return read_wide(SourceFile(path=tmp_path / "out_of_work.xlsx", name="out_of_work.xlsx"), source)

    return read_rows


def test_each_table_is_landed_as_a_column_of_its_own(read):
    reading = read(
        [
            *title("People"),
            HEADER,
            ["January 2019", 1200, 35],
            ["February 2019", "1,205", 40],
            [],
            *NOTES,
            *title("People as a proportion of residents"),
            HEADER,
            ["January 2019", 4.1, 0.5],
            ["February 2019", 4, 0.6],
            *NOTES,
        ]
    )

    rows = sorted(map(tuple, (row.values() for row in reading.rows.drop_columns(["row_number"]).to_pylist())), key=str)
    assert rows == [
        ("2019-01", "Northside", "1200", None),
        ("2019-01", "Northside", None, "0.041"),
        ("2019-01", "Southside", "35", None),
        ("2019-01", "Southside", None, "0.005"),
        ("2019-02", "Northside", "1205", None),
        ("2019-02", "Northside", None, "0.04"),
        ("2019-02", "Southside", "40", None),
        ("2019-02", "Southside", None, "0.006"),
    ]
    reasons = [(one.row_number, one.reason) for one in reading.set_aside]
    assert reasons == [
        (3, "blank_line"),
        (4, "footnote"),
        (5, "blank_line"),
        (6, "title_row"),
        (7, "blank_line"),
        (8, "title_row"),
        (9, "title_row"),
        (10, "blank_line"),
        (11, "repeated_header"),
        (14, "footnote"),
    ]
    assert reading.rows_in == 14
    assert reading.warnings == []


def test_a_table_of_something_else_is_set_aside_and_told(read):
    reading = read([*title("People"), HEADER, ["January 2019", 5, 6], *title("Dogs"), HEADER, ["January 2019", 7, 8]])

    assert reading.rows["people"].to_pylist() == ["5", "6"]
    assert [one.reason for one in reading.set_aside] == ["other_table"] * 7
    assert "no column is known for" in reading.warnings[0]
