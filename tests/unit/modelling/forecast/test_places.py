"""Sums are over the same areas on both sides, with their number."""

import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.forecast.months import CityLevel
from crime_dagster.modelling.forecast.origins import Outlook
from crime_dagster.modelling.forecast.places import CITY, sum_places

AREAS = pd.Index(["a", "b", "c", "d"])
BOROUGHS = pd.Series(["north", "north", "south", "south"], AREAS)


@pytest.mark.parametrize(
    ("actual", "predicted", "north", "city"),
    [
        ([1, 2, 4, 8], [10, 20, 40, 80], (2, 3, 30), (4, 15, 150)),
        ([1, np.nan, 4, 8], [10, 20, 40, 80], (1, 1, 10), (3, 13, 130)),
        ([1, 2, 4, 8], [10, np.nan, 40, 80], (1, 1, 10), (3, 13, 130)),
        ([np.nan] * 4, [10, np.nan, 40, 80], (1, np.nan, 10), (3, np.nan, 130)),
    ],
)
def test_what_is_not_known_of_an_area_is_in_neither_sum(actual, predicted, north, city):
    table = pd.DataFrame({"model": predicted}, AREAS, dtype=float)
    nothing = pd.Series(0.0, AREAS)
    outlook = Outlook(
        table, nothing, CityLevel(1, 0), pd.Series(actual, AREAS, dtype=float), pd.Timestamp("2026-03-01")
    )
    found = sum_places(outlook, "model", BOROUGHS)
    late = sum_places(outlook, "model", BOROUGHS, AREAS[1:])
    assert late.drop(CITY).equals(found.drop(CITY))
    assert late.loc[CITY, "predicted"] == found.loc[CITY, "predicted"] - 10, "a late area is in its borough alone"
    assert sum_places(outlook, "model", BOROUGHS, AREAS[:0]).equals(found)
    assert found.loc["north"].tolist() == pytest.approx(list(north), nan_ok=True)
    assert found.loc[CITY].tolist() == pytest.approx(list(city), nan_ok=True)
