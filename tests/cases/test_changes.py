"""Percentages of small numbers: from zero, to zero, and of the total."""

import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.findings.place_changes import find_place_changes
from crime_dagster.modelling.kit.change import find_change_pct, find_changes

# A scenario's table: from 0 to 5 and to 0, from 10 to missing, from 4 to 5, an area that is not reported, 200 to 150.
OWN = pd.DataFrame(
    {
        "lsoa_code": [f"E0100{number:04d}" for number in range(1, 7)],
        "baseline": [0, 0, 10, 4, np.nan, 200],
        "scenario": [5, 0, 0, 5, 3, 150],
    }
)


def _check(table: pd.DataFrame) -> None:
    table = table.set_index("lsoa_code")
    change = table["scenario"] - table["baseline"]
    assert change.tolist() == pytest.approx([5, 0, -10, 1, np.nan, -50], nan_ok=True)
    found = find_changes(table["baseline"], table["scenario"]).assign(
        change_pct=find_change_pct(table["baseline"], table["scenario"])
    )
    assert found["change_pct"].tolist() == pytest.approx([np.nan, np.nan, -100, 25, np.nan, -25], nan_ok=True)
    assert found["change_direction"].fillna("").tolist() == ["new", "same", "down", "up", "", "down"]
    whole = pd.Series("city", table.index)
    city = find_place_changes(table["baseline"], table["scenario"], whole, whole)
    assert city[["areas", "areas_known", "crimes_before", "crimes"]].to_numpy().tolist() == [[6, 5, 214, 160]]


def test_changes_from_nothing_are_new_and_never_infinite():
    _check(OWN)


def test_the_published_case_comes_out_the_same(cases_dir):
    _check(pd.read_csv(cases_dir / "F03-baseline-scenario.csv"))
