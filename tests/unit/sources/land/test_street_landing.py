"""Single records, such as street-level crimes: repeats, archives and months."""

import io
import zipfile

import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.sources.land.categories import judge_records
from crime_dagster.sources.land.judgement import judge_places
from crime_dagster.sources.land.land import land_portion
from crime_dagster.sources.land.portions import combine_versions, plan_portions
from crime_dagster.sources.readers import READERS
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.vocabulary.areas import KnownAreas
from tests.unit.sources.landing import land

STREET = {
    "patterns": ["*-street.csv"],
    "many_files": True,
    "columns": {
        "crime_id": ["Crime ID"],
        "month": ["Month"],
        "force": ["Force"],
        "lsoa_code": ["LSOA code"],
        "outcome": {"headers": ["Outcome"], "required": False},
    },
    "unique": [],
    "options": {
        "record_id": "crime_id",
        "best": "outcome",
        "open_outcomes": ["Under investigation"],
        "force": "force",
        "judged_area": "lsoa_code",
        "archive": True,
        "partition": r"(?P<month>20\d\d-\d\d)",
    },
}
HERE = "E01000001"
PUBLISHED = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context\n"
)


@pytest.fixture
def street(make):
    return make(STREET)


def write_rows(*rows: str, month: str = "2024-05", force: str = "A") -> str:
    lines = [f"{identifier},{month},{force},{rest}" for identifier, _, rest in (row.partition(",") for row in rows)]
    return "\n".join(["Crime ID,Month,Force,LSOA code,Outcome", *lines, ""])


def test_of_two_records_of_one_crime_the_one_with_a_place_counts(put, street, tmp_path):
    put("2024-05-x-street.csv", write_rows("a,,Court", "a,E1,", "b,E2,", "b,,Court"))
    assert land(street, tmp_path).rows["row_number"].to_pylist() == [2, 3]


def test_repeats_are_set_aside_with_what_they_say_and_blanks_repeat_nothing(put, street, tmp_path):
    rows = [",E1,", ",E1,", "a,E1,", "a,E2,Court", "a,E3,Under investigation", 'b,"E, 4",', "b,E5,"]
    put("2024-05-x-street.csv", write_rows(*rows))
    landed = land(street, tmp_path)
    assert landed.rows["row_number"].to_pylist() == [1, 2, 4, 6]
    assert [(row["row_number"], row["reason"], row["content"]) for row in landed.set_aside.to_pylist()] == [
        (3, "duplicate", "a,2024-05,A,E1,"),
        (5, "duplicate", "a,2024-05,A,E3,Under investigation"),
        (7, "duplicate", "b,2024-05,A,E5,"),
    ]
    (account,) = landed.files.to_pylist()
    assert (account["rows_in"], account["rows_kept"], account["rows_set_aside"]) == (7, 4, 3)
    assert landed.warnings == [
        "2024-05-x-street.csv: 3 records repeat a crime_id and are excluded; the record with an area counts, then "
        "the one with an outcome, else the first"
    ]


@pytest.mark.parametrize(("rows", "is_refused"), [(120, True), (99, False)])
def test_identifiers_that_a_spreadsheet_has_rounded_are_refused(put, street, tmp_path, rows, is_refused):
    put("2024-05-x-street.csv", write_rows(*(f"{at % 9 + 1}.2E+20,E{at},Court" for at in range(rows))))
    if is_refused:
        with pytest.raises(InputError, match="111 of 120 identifiers are those of another row"):
            land(street, tmp_path)
    else:
        assert land(street, tmp_path).rows.num_rows == 9


def test_a_check_judges_repeats_before_places_too(put, street):
    path = put("2024-05-x-street.csv", write_rows(f"a,{HERE},", "a,,Court", "b,E01009999,", f"c,{HERE},", ",,"))
    file = SourceFile(path=path, name=path.name)
    areas = KnownAreas(codes={"2021": frozenset([HERE])}, origin="a list")
    judged = judge_places(judge_records(READERS["table"](file, street), street, file), street, file, areas)
    assert judged.rows["crime_id"].to_pylist() == ["a", "c"]
    assert [record[:2] for record in judged.set_aside] == [
        (2, "duplicate"),
        (3, "outside"),
        (5, "unlocated"),
    ]
    assert judged.set_aside[1].content == "b,2024-05,A,E01009999,"


def test_a_wide_record_in_an_unknown_area_is_set_aside_once(put, wide, make):
    path = put("crime.csv", "LSOA Code,Category,202401,202402\nE01000001,A,1,2\nE01000002,A,3,4\n")
    file = SourceFile(path=path, name=path.name)
    reading = READERS["wide"](file, wide)
    fields = {"reader": "wide", "columns": {c.name: _describe(c) for c in wide.columns}, "unique": []}
    judged_by_any = make(fields, options={"judged_area": "lsoa_code"})
    known = frozenset([HERE])
    judged = judge_places(reading, judged_by_any, file, KnownAreas({"2021": known}, "a list", is_shipped=True))
    assert [record[:2] for record in judged.set_aside] == [(2, "outside")]
    assert judged.rows["crimes"].to_pylist() == ["1", "2"]
    by_folder = make(fields, options={"judged_area": "lsoa_code", "judged_by": "folder"})
    assert judge_places(reading, by_folder, file, KnownAreas({"2021": known}, "a list", is_shipped=True)) is reading
    assert judge_places(reading, by_folder, file, KnownAreas({"2021": known}, "the boundaries")).rows.num_rows == 2


def _describe(column) -> dict:
    if column.spread is not None:
        return {"spread": column.spread, "kind": column.kind, "unit": column.unit}
    return {"headers": list(column.headers), "kind": column.kind, "required": column.required}


def test_every_record_says_the_date_of_its_archive(put, street, tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("2024-05/2024-05-a-street.csv", write_rows("a,E1,"))
    put("uk/2024-09.zip", packed.getvalue())
    put("uk/flat/2024-05-a-street.csv", write_rows("b,E1,"))
    put("uk/flat/2024-07-a-street.csv", write_rows("c,E1,", month="2024-07"))
    put("uk/nameless/a-street.csv", write_rows("d,E1,", month="2024-06") + "e,unknown,A,E1,\n")
    rows = land(street, tmp_path).rows
    assert rows.column_names[-3:] == ["archive", "source_file", "row_number"]
    found = dict(zip(rows["crime_id"].to_pylist(), rows["archive"].to_pylist(), strict=True))
    assert found == {"a": "2024-09", "b": "2024-07", "c": "2024-07", "d": "2024-06", "e": "2024-06"}


def test_of_copies_the_one_of_the_newest_archive_counts(put, street, tmp_path):
    old, revised = write_rows("a,E1,"), write_rows("a,E1,Court")
    for archive, text in (("2024-06", old), ("2024-09", revised), ("2024-12", old)):
        put(f"{archive}/2024-05-x-street.csv", text)
    landed = land(street, tmp_path)
    kept = zip(landed.rows["archive"].to_pylist(), landed.rows["outcome"].to_pylist(), strict=True)
    assert sorted(kept) == [("2024-09", "Court"), ("2024-12", None)]


def test_files_are_parted_by_the_month_of_their_name(put, street, tmp_path):
    put("a/2024-05-a-street.csv", write_rows("a,E1,"))
    put("b/2024-05/2024-05-b-street.csv", write_rows("b,E1,", force="B"))
    put("2024-06-a-street.csv", write_rows("c,E1,", month="2024-06"))
    put("2024-07/a-street.csv", write_rows("d,E1,", month="2024-07"))
    portions = plan_portions(street, tmp_path)
    assert {portion.name: [file.name for file in portion.files] for portion in portions} == {
        "2024-05": ["a/2024-05-a-street.csv", "b/2024-05/2024-05-b-street.csv"],
        "2024-06": ["2024-06-a-street.csv"],
        "other": ["2024-07/a-street.csv"],
    }
    (landed,) = land_portion(street, portions[1])
    assert landed.rows["crime_id"].to_pylist() == ["c"]


def test_a_month_has_a_new_version_when_its_files_or_the_order_of_its_archives_change(put, street, tmp_path):
    def list_versions() -> dict[str, str]:
        return {portion.name: portion.version for portion in plan_portions(street, tmp_path)}

    put("flat/2024-05-a-street.csv", write_rows("a,E1,"))
    put("flat/2024-06-a-street.csv", write_rows("b,E1,", month="2024-06"))
    put("2024-06/2024-05-a-street.csv", write_rows("a,E1,Court"))
    before, whole = list_versions(), combine_versions(plan_portions(street, tmp_path))
    put("flat/2024-06-a-street.csv", write_rows("b,E2,", month="2024-06"))
    after = list_versions()
    assert before["2024-05"] == after["2024-05"]
    assert before["2024-06"] != after["2024-06"]
    assert combine_versions(plan_portions(street, tmp_path)) != whole
    put("flat/2024-07-a-street.csv", write_rows("c,E1,", month="2024-07"))
    grown = list_versions()
    assert after["2024-05"] != grown["2024-05"], "the folder is newer than the archive of 2024-06 now"
    assert after["2024-06"] == grown["2024-06"], "no other archive holds it"


def test_a_month_without_records_is_landed_among_others_and_refused_alone(put, street, tmp_path):
    put("2024-05-a-street.csv", write_rows())
    with pytest.raises(InputError, match="no rows below the header"):
        land(street, tmp_path)
    put("2024-06-a-street.csv", write_rows("b,E1,", month="2024-06"))
    landed = land(street, tmp_path)
    assert landed.rows.num_rows == 1
    assert landed.files["rows_in"].to_pylist() == [0, 1]


def test_a_partition_without_a_month_is_refused(make):
    for pattern in ("20..", "(?P<year>20..)", "("):
        with pytest.raises(InputError, match=r"options\.partition"):
            make(STREET, options={"partition": pattern})


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ("", "every record is there 2 times"),
        (
            "a1,2024-05,A,A,0.1,51.5,Road,E01000001,Anywhere,Burglary,,\n",
            "every record without an identifier is there 2 times",
        ),
    ],
)
def test_a_file_put_behind_itself_counts_once_though_nothing_names_its_records(put, tmp_path, catalogue, others, words):
    rows = [
        f",2024-05,A,A,0.11,51.55,On or near Road {number},E0100000{number},Anywhere,Anti-social behaviour,,\n"
        for number in range(1, 7)
    ]
    # Two incidents at one place stay two.
    once = [*rows, rows[0]]
    put("2024-05-any-force-street.csv", PUBLISHED + others + "".join(once * 2))
    landed = land(catalogue["police_uk/street_crime"], tmp_path)
    assert landed.rows.num_rows == len(once) + others.count("\n")
    assert set(landed.set_aside["reason"].to_pylist()) == {"duplicate"}
    assert any(words in line for line in landed.warnings)


def test_a_count_beside_single_crimes_is_named(put, tmp_path, catalogue):
    header = PUBLISHED.rstrip("\n") + ",Count\n"
    put("2024-05-any-force-street.csv", header + "a1,2024-05,A,A,0.1,51.5,Road,E01000001,Anywhere,Burglary,,,7\n")
    landed = land(catalogue["police_uk/street_crime"], tmp_path)
    assert any("not landed: Count; each row counts as one crime" in line for line in landed.warnings)


def test_the_files_of_a_month_are_read_one_after_the_other(put, street, tmp_path):
    put("2024-05-a-street.csv", write_rows("a,E1,"))
    put("2024-05-b-street.csv", "no table")
    (portion,) = plan_portions(street, tmp_path)
    parts = land_portion(street, portion)
    assert next(parts).files["file"].to_pylist() == ["2024-05-a-street.csv"]
    with pytest.raises(InputError):
        next(parts)
