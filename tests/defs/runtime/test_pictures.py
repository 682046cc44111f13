"""What pictures and pages are drawn from."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from crime_dagster.core.crime_types import CrimeType
from crime_dagster.defs.runtime.pictures import Year


def make(recorded: list[float], before: list[float]) -> Year:
    values = pd.DataFrame(
        {"lsoa_code": ["a", "b", "c"][: len(recorded)], "recorded": recorded, "recorded_before": before}
    )
    return Year(CrimeType("total", "All crime", "crime", "crimes", 1), dt.date(2026, 2, 1), values, is_reported=True)


@pytest.mark.parametrize(
    ("recorded", "before", "expected"),
    [
        ([10, 20, 30], [1, 2, 3], 6),
        # An area that stopped reporting is no fall of crime, and one that began is no rise.
        ([10, 20, np.nan], [1, 2, 900], 3),
        ([10, 20, 30], [1, 2, np.nan], None),
        ([np.nan], [5], None),
    ],
)
def test_a_year_is_compared_in_the_same_areas(recorded: list[float], before: list[float], expected: float | None):
    assert make(recorded, before).crimes_before == expected
