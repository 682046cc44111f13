from __future__ import annotations

import pytest

from crime_dagster.core.settings import PROJECT_DIR
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.check.categories import SEED, describe_categories, load_categories
from crime_dagster.sources.readers import READERS
from crime_dagster.sources.readers.formats.reading import SourceFile

STREET = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,Crime type\n"
WIDE = "LSOA Code,LSOA Name,Borough,Major Category,Minor Category,202401,202402\n"


@pytest.fixture
def describe(put):
    """The warnings about the categories of a file of one source."""
    known = load_categories(PROJECT_DIR / "dbt_project" / "seeds" / f"{SEED}.csv")

    def _describe(key, name, text):
        source = load_catalogue()[key]
        file = SourceFile(path=put(name, text), name=name)
        return describe_categories(READERS[source.reader](file, source).rows, source, known, file)

    return _describe


def street(*kinds):
    return STREET + "".join(f"id{i},2024-05,A,A,,,,E01000001,{kind}\n" for i, kind in enumerate(kinds))


def test_a_new_crime_type_is_named_with_its_records(describe):
    text = street("Burglary", "Cybercrime", "BURGLARY", "Cybercrime", "")
    (warning,) = describe("police_uk/street_crime", "2024-05-any-street.csv", text)
    assert "2 categories count in no crime type" in warning
    assert "'' (1 rows), 'CYBERCRIME' (2 rows)" in warning


def test_known_crime_types_say_nothing(describe):
    assert describe("police_uk/street_crime", "2024-05-any-street.csv", street("Burglary", " drugs ")) == []


def test_a_new_category_without_a_crime_says_nothing(describe):
    rows = "E01000001,A,B,THEFT,X,1,0\nE01000001,A,B,MODERN CRIMES,X,0,{}\n"
    assert describe("mps/lsoa_crime", "MPS LSOA Level Crime.csv", WIDE + rows.format(0)) == []
    (warning,) = describe("mps/lsoa_crime", "MPS LSOA Level Crime.csv", WIDE + rows.format(3))
    assert "'MODERN CRIMES' (1 rows)" in warning


def test_a_source_without_categories_says_nothing(describe):
    officers = "Borough Code,Month,Officers\nE09000001,2024-01,10\n"
    assert describe("mps/officers", "officers by borough.csv", officers) == []
