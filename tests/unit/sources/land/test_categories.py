import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.land.categories import judge_categories
from crime_dagster.sources.readers import READERS
from crime_dagster.sources.readers.formats.reading import Reading, SourceFile

STREET = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,Crime type\n"
WIDE = "LSOA Code,LSOA Name,Borough,Major Category,Minor Category,202401,202402\n"


@pytest.fixture
def judge(put):
    """Return what landing keeps of a file of one source."""

    def _judge(key: str, name: str, text: str) -> Reading:
        source = load_catalogue()[key]
        file = SourceFile(path=put(name, text), name=name)
        return judge_categories(READERS[source.reader](file, source), source, file)

    return _judge


def street(*kinds: str) -> str:
    return STREET + "".join(f"id{i},2024-05,A,A,,,,E01000001,{kind}\n" for i, kind in enumerate(kinds))


def test_records_of_a_new_crime_type_are_excluded_with_the_line_to_add(judge):
    reading = judge("police_uk/street_crime", "2024-05-any-street.csv", street('"Cyber, new"', "", *["Burglary"] * 200))
    assert reading.rows_in == 202 == reading.rows.num_rows + len(reading.set_aside)
    assert {(one.row_number, one.reason) for one in reading.set_aside} == {(n, "unknown_category") for n in (1, 2)}
    assert reading.set_aside[0].content.startswith('"CYBER, NEW": id0,')
    (warning,) = reading.warnings
    assert "CYBER, NEW (1 records)" in warning
    assert "blank (1 records)" in warning
    assert warning.endswith('csv: police_uk,"CYBER, NEW",total; police_uk,"CYBER, NEW",other')


def test_known_crime_types_stay(judge):
    reading = judge("police_uk/street_crime", "2024-05-any-street.csv", street("Burglary", " drugs "))
    assert (reading.rows.num_rows, reading.set_aside, reading.warnings) == (2, [], [])


def test_a_new_category_without_a_crime_stays(judge):
    rows = "E01000001,A,B,THEFT,X,100,100\nE01000001,A,B,MODERN CRIMES,X,0,{}\n"
    assert judge("mps/lsoa_crime", "MPS LSOA Level Crime.csv", WIDE + rows.format(0)).set_aside == []
    reading = judge("mps/lsoa_crime", "MPS LSOA Level Crime.csv", WIDE + rows.format(2))
    assert [one.row_number for one in reading.set_aside] == [2], "both months of the record"
    assert set(reading.rows["major_category"].to_pylist()) == {"THEFT"}


def test_a_month_with_too_large_a_share_is_refused(judge):
    """As when a publisher renames a category: the year is fine, the newest month would lack it."""
    rows = "E01000001,A,B,THEFT,X,1000,97\nE01000001,A,B,LARCENY,X,0,3\n"
    with pytest.raises(InputError, match=r"3\.0% of the crimes of 202402 .*LARCENY") as error:
        judge("mps/lsoa_crime", "MPS LSOA Level Crime.csv", WIDE + rows)
    assert "mps,LARCENY,total" in error.value.remedy
    assert "2.0% (most_unknown" in error.value.expected


def test_a_source_without_categories_is_not_judged(judge):
    officers = "Borough Code,Month,Officers\nE09000001,2024-01,10\n"
    assert judge("mps/officers", "officers by borough.csv", officers).set_aside == []
