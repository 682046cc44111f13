"""Figures that are multiplied in some areas, or under another year's name."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from crime_dagster.sources.check.scaled import describe_multiples, describe_year_order
from crime_dagster.sources.readers.formats.reading import SourceFile

FILE = SourceFile(Path("f.csv"), "f.csv")


@pytest.mark.parametrize(
    ("times", "months", "is_told"), [(1, 24, False), (100, 24, True), (2, 24, True), (100, 9, False)]
)
@pytest.mark.parametrize(("key", "area"), [("mps/lsoa_crime", "lsoa_code"), ("mps/borough_crime", "borough")])
def test_an_area_whose_counts_are_multiplied_is_told(catalogue, key, area, times, months, is_told):
    cells = [
        (f"A{at}", str((at + month) % 7 * (times if at == 3 else 1))) for at in range(9) for month in range(months)
    ]
    areas, figures = zip(*cells, strict=True)
    told = describe_multiples(pa.table({area: areas, "crimes": figures}), catalogue[key], FILE)
    assert [f"multiplied ones are: A3 ({times})" in one for one in told] == [True] * is_told


@pytest.mark.parametrize("key", ["ons/population", "ons/population_by_year"])
@pytest.mark.parametrize(
    ("years", "told_years"),
    [
        (("2020", "2021", "2022", "2023"), None),
        (("2020", "2022", "2021", "2023"), "2021 and 2022"),
        (("2020", "2021", "2023", "2022"), "2022 and 2023"),
        (("2020", "2021"), None),
    ],
)
def test_years_that_changed_places_are_told(catalogue, key, years, told_years):
    """Each area changes by steps of its own; the second of some years has the figures that belong to the next."""
    steps = np.random.default_rng(0).integers(-60, 60, (300, len(years)))
    figures = 1_500 + steps.cumsum(axis=1)
    cells = [(f"E0100{at:04d}", year, str(figures[at, n])) for n, year in enumerate(years) for at in range(300)]
    names = ("lsoa_code", "year", "population")
    rows = pa.table(dict(zip(names, map(list, zip(*cells, strict=True)), strict=True)))
    nothing = pa.nulls(rows.num_rows, pa.string())
    told = describe_year_order(rows.append_column("people_per_km2", nothing), catalogue[key], FILE)
    assert [f"population of {told_years} may have changed" in one for one in told] == [True] * bool(told_years)
