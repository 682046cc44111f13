"""Boroughs that are alike."""

from __future__ import annotations

import numpy as np
import pandas as pd
from crime_dagster.modelling.findings.similar_places import describe_places, find_similar


def make_traits() -> pd.DataFrame:
    position = np.array([0.0, 1.0, 2.0, 10.0, 11.0, 12.0, 30.0])
    return pd.DataFrame({"a": position, "b": -2 * position, "c": position + 5, "same": 3.0}, index=list("ABCDEFG"))


def test_the_nearest_come_first_and_nobody_is_like_himself():
    similar = find_similar(make_traits(), 2)
    assert similar["A"] == ["B", "C"]
    assert similar["E"] == ["D", "F"]
    assert similar["G"] == ["F", "E"]


def test_a_unit_does_not_matter():
    traits = make_traits()
    assert find_similar(traits.assign(b=1000 * traits["b"]), 3) == find_similar(traits, 3)


def test_too_few_traits_or_places_say_nothing():
    assert set(map(tuple, find_similar(make_traits()[["a", "b", "same"]]).values())) == {()}
    assert set(map(tuple, find_similar(make_traits().head(4), 3).values())) == {()}


def test_traits_are_means_by_residents_and_gaps_leave_a_trait_out():
    features = pd.DataFrame(
        {
            "residents": [100, 300, 50],
            "income_deprivation_pct": [10.0, 20.0, 5.0],
            "private_rented_pct": [np.nan, 40.0, 60.0],
            "ptal_index": [1.0, 1.0, np.nan],
            "people_per_km2": [100.0, 100.0, 1000.0],
        },
        index=["1", "2", "3"],
    )
    traits = describe_places(features, pd.Series(["X", "X", "Y"], index=["1", "2", "3"]))
    assert list(traits.columns) == ["people_per_km2", "income_deprivation_pct", "private_rented_pct"]
    assert traits.loc["X", "income_deprivation_pct"] == 17.5
    assert traits.loc["X", "private_rented_pct"] == 40
    assert np.isclose(traits.loc["Y", "people_per_km2"], np.log(1000))
