"""Columns that are shifted, multiplied or under another's header break a rule of the catalogue, and are told."""

import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.tables.table import read_table
from crime_dagster.sources.readers.tables.wide import read_wide
from tests.unit.sources.conftest import WIDE

AREAS = 40
COLUMNS = {"lsoa_code": {"headers": ["LSOA code"], "kind": "lsoa_code"}} | {
    name: {"headers": [name], "kind": "number", "unit": "people"}
    for name in ("people", "young", "old", "a_score", "a_rank")
}
RULES = [
    "people = young + old",
    "people >= old",
    "*_rank falls with *_score",
    "the middle people is 500 to 3500",
    "the middle people / 2 * a_rank is 0 to 1000000",
]


def table_of(**changes):
    """Return good rows of five figures, some of whose columns are changed."""
    young = [600 + 37 * at % 401 for at in range(AREAS)]
    old = [300 + 53 * at % 307 for at in range(AREAS)]
    score = [at * 17 % 41 for at in range(AREAS)]
    good = {"people": [a + b for a, b in zip(young, old, strict=True)], "young": young, "old": old, "a_score": score}
    good |= {"a_rank": [100 - one for one in score]}
    columns = [changes.get(name, lambda values: values)(values) for name, values in good.items()]
    rows = [f"E010020{at:02d},{','.join(map(str, row))}" for at, row in enumerate(zip(*columns, strict=True))]
    return "\n".join(["LSOA code," + ",".join(good), *rows])


@pytest.fixture
def read(put, make):
    source = make(columns=COLUMNS, rules=RULES)

    def read_text(content: str):
        return read_table(SourceFile(path=put("table.csv", content), name="table.csv"), source)

    return read_text


def shift(values):
    return [*values[1:], values[0]]


def scale(by):
    return lambda values: [by * value for value in values]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, None),
        ({"a_score": lambda values: [round(value / 9) for value in values]}, "a_rank hardly falls with a_score"),
        ({"young": shift}, "40 of 40 rows: people = young + old (row 1: "),
        ({"old": scale(10)}, "40 rows: people >= old"),
        ({"young": lambda values: [values[0] + 60, *values[1:]]}, "1 of 40 rows: people = young + old"),
        ({"young": lambda values: [values[0] + 3, *values[1:]]}, None),  # as the census disturbs it
        ({"people": scale(0.1)}, ", and usually 500 to 3500"),
        ({"people": scale(10), "young": scale(10), "old": scale(10)}, "and usually 500 to 3500"),
        ({"a_rank": shift}, "a_rank hardly falls with a_score; a column may be shifted"),
        ({"a_rank": lambda values: [""] * AREAS}, None),
        ({"people": lambda values: [0, *values[1:]]}, 'people is 0 in 1 rows, where it may mean "no value" (row 1)'),
    ],
)
def test_a_rule_that_is_broken_is_told_with_its_figures(read, changes, words):
    reading = read(table_of(**changes))
    assert reading.rows.num_rows == AREAS
    told = [warning for warning in reading.warnings if "compare with the publisher's file" in warning]
    assert (words in "; ".join(told)) if words else not told


def test_rows_of_an_area_are_added(put, make):
    columns = {
        "lsoa_code": {"headers": ["LSOA code"], "kind": "lsoa_code"},
        "all_homes": {"headers": ["all"], "kind": "count"},
        "homes": {"spread": "^Homes: (?P<kind>.+)$", "kind": "count"},
    }
    source = make(reader="wide", columns=columns, rules=["all_homes = sum(homes)"])
    path = put("table.csv", "LSOA code,all,Homes: owned,Homes: rented\nE01000001,900,400,500\nE01000002,900,500,40\n")
    warnings = read_wide(SourceFile(path=path, name="table.csv"), source).warnings
    assert [warning.partition(" (row 2: 900 and 540")[0] for warning in warnings] == [
        "table.csv: not so in 2 of 4 rows: all_homes = sum(homes)"
    ]


@pytest.mark.parametrize("rule", ["people = yuong + old", "people", "people is about 5 or so", "*_yuong >= *_old"])
def test_a_rule_that_cannot_be_read_is_refused(make, rule):
    with pytest.raises(InputError, match="rules"):
        make(columns=COLUMNS, rules=[rule])


@pytest.mark.parametrize(
    ("month", "change", "words"),
    [
        (3, shift, "the largest crimes of 202404 are in other rows than in the other columns"),
        (3, sorted, "the largest crimes of 202404 are in other rows"),
        (2, scale(10), "crimes of 202403 add up to"),
        (0, scale(0), "202401 holds 0, under half of the usual month"),
        (0, scale(1), None),
        (5, scale(0.6), "202406 holds"),
        (3, lambda values: [0] * 20 + values[20:], "crimes are under a tenth of what is usual, of a in 202404: "),
    ],
)
def test_a_month_unlike_the_others_is_told(put, make, month, change, words):
    columns = {**WIDE["columns"], "borough": ["LSOA Name"]}
    columns.pop("lsoa_name")
    wide = make(WIDE, columns=columns)
    months = [[at * at % 97 + at * at * later % 7 for at in range(AREAS)] for later in range(6)]
    months[month] = change(months[month])
    header = ",".join(["LSOA Code,LSOA Name,Category", *(f"20240{at + 1}" for at in range(6))])
    rows = [
        f"E010020{at:02d},{'ab'[at // 20]},Theft,{','.join(str(int(one)) for one in row)}"
        for at, row in enumerate(zip(*months, strict=True))
    ]
    path = put("crime.csv", "\n".join([header, *rows]))
    warnings = read_wide(SourceFile(path=path, name="crime.csv"), wide).warnings
    assert any(words in warning for warning in warnings) if words else warnings == []


def test_a_month_with_the_figures_of_another_is_told(put, wide):
    months = [[at * at % 23 + at * factor % 7 + 1 for at in range(AREAS)] for factor in (1, 2, 2, 3, 4, 5)]
    header = ",".join(["LSOA Code,LSOA Name,Category", *(f"20240{at + 1}" for at in range(6))])
    rows = [f"E010020{at:02d},a,Theft,{','.join(map(str, row))}" for at, row in enumerate(zip(*months, strict=True))]
    path = put("crime.csv", "\n".join([header, *rows]))
    (warning,) = read_wide(SourceFile(path=path, name="crime.csv"), wide).warnings
    assert "crimes of 202403 are those of 202402 in every row" in warning


@pytest.mark.parametrize(
    ("boroughs", "words"),
    [
        (["City of London", "E09000001", "Barking and Dagenham"], ""),
        (["Barking and Dagenham", "City of London", "City of London"], "2 of 3 areas are not in the local authority"),
        (["Atlantis", "Erewhon", "E09000002"], ""),
        (["City of London 001A", "City of London 001B", "Camden 003C"], "1 of 3 areas"),
        (
            ["E09000001", "E09000001", "E09000001"],
            "1 of 3 areas",
        ),
    ],
)
def test_codes_that_moved_against_their_boroughs_are_told(put, make, boroughs, words):
    columns = {"lsoa_code": COLUMNS["lsoa_code"], "lsoa_name" if "001A" in boroughs[0] else "borough": ["Borough"]}
    rows = zip(("E01000001", "E01000002", "E01000006"), boroughs, strict=True)
    path = put("table.csv", "\n".join(["LSOA code,Borough", *map(",".join, rows)]))
    warnings = read_table(SourceFile(path=path, name="table.csv"), make(columns=columns)).warnings
    assert any(words in warning for warning in warnings) if words else warnings == []
