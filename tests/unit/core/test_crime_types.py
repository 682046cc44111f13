"""Crime types with enough data to be modelled and drawn."""

import numpy as np
import pandas as pd

from crime_dagster.core.crime_types import CrimeType, list_analysed, read_crime_types
from tests.conftest import PROJECT

DBT = PROJECT / "dbt_project"


def make(name: str) -> CrimeType:
    return CrimeType(name, name.title(), name, name, 1)


def test_a_type_that_few_areas_report_is_not_analysed():
    table = pd.DataFrame(
        {
            "crimes_total": [5.0, 4.0, 3.0, np.nan],
            "crimes_drug": [1.0, 0.0, np.nan, np.nan],
            "crimes_antisocial": [np.nan, np.nan, np.nan, 7.0],
            "crimes_theft": [np.nan] * 4,
            "residents": [1.0] * 4,
        }
    )
    crimes = [make(name) for name in ("antisocial", "drug", "theft", "total", "unknown")]
    assert [crime.crime_type for crime in list_analysed(table, crimes)] == ["drug", "total"]


def test_a_type_that_all_reporting_areas_report_is_analysed_however_few_they_are():
    table = pd.DataFrame({"crimes_total": [5.0] + [np.nan] * 99, "crimes_drug": [0.0] + [np.nan] * 99})
    assert len(list_analysed(table, [make("total"), make("drug")])) == 2


def test_nothing_is_analysed_where_nothing_is_reported():
    assert list_analysed(pd.DataFrame({"crimes_total": [np.nan]}), [make("total")]) == []


def test_what_is_only_counted_is_in_tables_and_not_modelled():
    counted, modelled = read_crime_types(DBT, counted=True), read_crime_types(DBT)
    assert [crime.crime_type for crime in counted if crime not in modelled] == ["other"]
    assert [crime for crime in counted if crime in modelled] == modelled


def test_every_category_of_crime_is_in_all_crime_and_in_one_type_more():
    rows = pd.read_csv(DBT / "seeds" / "crime_type_categories.csv")
    types = rows.groupby(["publisher", "category"])["crime_type"].agg(sorted)
    assert [found for found in types if found != ["antisocial"] and (len(found) != 2 or "total" not in found)] == []
