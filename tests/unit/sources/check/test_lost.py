"""Areas and boroughs that a checked file lacks are named; those that their publisher does not cover are not."""

import pandas as pd
import pyarrow as pa
import pytest

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.check.account import Evidence
from crime_dagster.sources.check.lost import (
    describe_absent,
    describe_lost,
    describe_lost_boroughs,
    describe_thinned,
    describe_unlinked,
)
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.vocabulary.areas import KnownAreas

CODES = [f"E01{at:06d}" for at in range(200)]
AREAS = KnownAreas({"2021": frozenset(CODES), "2011": frozenset()}, "the list")


def lost(source: Source, codes: list[str], tmp_path) -> str:
    file = SourceFile(path=tmp_path, name="f.csv")
    return "; ".join(describe_lost(pd.Series(codes), source, file, AREAS, "2021"))


@pytest.mark.parametrize(
    ("key", "codes", "words"),
    [
        ("mps/lsoa_crime", CODES[::2] * 3, "100 of the 200 areas of the list are missing"),
        ("mps/lsoa_crime", CODES[2:], ""),
        ("mps/lsoa_crime_years", CODES[:150], "50 of the 200 areas"),
        ("police_uk/street_crime", CODES[:6], ""),
        ("ons/tenure", CODES[1:] * 8, "1 of the 200 areas"),
        ("ons/tenure", (CODES * 8)[:-5], "5 areas have fewer rows than the 8 of the others: E01000195"),
        ("ons/lsoa_2011_to_2021", [*CODES, CODES[0]], ""),
    ],
)
def test_areas_that_were_taken_are_told(catalogue, tmp_path, key, codes, words):
    told = lost(catalogue[key], codes, tmp_path)
    assert words in told if words else told == ""


@pytest.mark.parametrize(
    ("key", "lacking", "words"),
    [
        ("gla/earnings", 1, ""),
        ("gla/earnings", 2, "2 of the 33 boroughs of London are missing: City of London; Barking and Dagenham"),
        ("gla/earnings", 33, ""),  # of another place
        ("mps/lsoa_crime_years", 20, ""),
    ],
)
def test_boroughs_that_were_taken_are_told(catalogue, tmp_path, key, lacking, words):
    rows = pa.table({"borough_code": [*(f"E090000{at + 1:02d}" for at in range(lacking, 33)), "E06000001"]})
    told = "; ".join(describe_lost_boroughs(rows, catalogue[key], SourceFile(path=tmp_path, name="f.csv")))
    assert words in told if words else told == ""


@pytest.mark.parametrize(
    ("boroughs", "nowhere", "is_told"), [(range(2, 33), 1, True), (range(1, 33), 1, False), (range(2, 5), 9, False)]
)
def test_boroughs_that_a_file_of_names_lacks_are_told_but_not_those_of_command_units(
    catalogue, tmp_path, boroughs, nowhere, is_told
):
    codes = [*(f"E090000{at + 1:02d}" for at in boroughs), *[None] * nowhere]
    file = SourceFile(path=tmp_path, name="f.csv")
    told = describe_lost_boroughs(pa.table({"borough_code": codes}), catalogue["mps/borough_crime"], file)
    assert ["2 of the 33 boroughs" in one for one in told] == [True] * is_told


def test_months_of_a_borough_that_were_taken_are_told(catalogue, tmp_path):
    pairs = [(f"E090000{at:02d}", month) for at in range(1, 34) for month in ("2024-01", "2024-02")]
    codes, months = zip(*pairs[1:], strict=True)
    rows = pa.table({"borough_code": codes, "department": [None] * len(codes), "month": months})
    assert describe_lost_boroughs(rows, catalogue["mps/officers"], SourceFile(path=tmp_path, name="f.csv")) == [
        "f.csv: months that others have are missing of City of London"
    ]


@pytest.mark.parametrize(
    ("rows", "boroughs", "is_told"), [(1_000, 31, True), (999, 31, False), (100, 16, True), (99, 1, False)]
)
def test_boroughs_without_any_of_many_places_are_told(catalogue, tmp_path, rows, boroughs, is_told):
    file = SourceFile(path=tmp_path, name="f.csv")
    table = pa.table({"borough_code": [f"E090000{at % boroughs + 3:02d}" for at in range(rows)]})
    assert bool(describe_lost_boroughs(table, catalogue["gla/pubs"], file)) == is_told


def test_areas_that_a_lookup_lacks_are_told(catalogue, tmp_path):
    rows = pa.table({"lsoa11_code": CODES[:190], "lsoa21_code": CODES[10:]})
    areas = KnownAreas({"2021": frozenset(CODES), "2011": frozenset(CODES)}, "the list")
    told = describe_unlinked(rows, catalogue["ons/lsoa_2011_to_2021"], SourceFile(path=tmp_path, name="f.csv"), areas)
    assert [one[: one.index(":", 7)] for one in told] == ["f.csv: 10 of the 200 areas of the list are missing"] * 2


@pytest.mark.parametrize(("step", "is_told"), [(1, False), (2, True)])
@pytest.mark.parametrize(
    ("key", "area", "areas"),
    [("mps/lsoa_crime", "lsoa_code", 200), ("mps/borough_crime", "borough", 32), ("mps/ward_crime", "ward_code", 200)],
)
def test_rows_that_are_lost_in_every_area_are_told(catalogue, tmp_path, step, is_told, key, area, areas):
    pairs = [(code, kind) for code in CODES[:areas] for kind in ("a", "b", "c")][::step]
    cells = [(*pair, f"2024{month:02d}") for pair in pairs for month in range(1, 13)]
    rows = pa.table(dict(zip((area, "minor_category", "month"), zip(*cells, strict=True), strict=True)))
    told = describe_thinned(rows, catalogue[key], SourceFile(path=tmp_path, name="f.csv"))
    assert bool(told) == is_told


@pytest.mark.parametrize(("numbers", "is_told"), [(range(501, 533), True), (range(501, 534), False), ([991], False)])
def test_authorities_whose_file_is_missing_are_told(catalogue, numbers, is_told):
    source = catalogue["fsa/establishments"]
    told = describe_absent([Evidence(f"FHRS{number}en-GB.json.gz", source) for number in numbers])
    assert (
        told
        == ["fsa/establishments: 1 of its 33 files are missing, those of 533: their authorities have no places"]
        * is_told
    )
