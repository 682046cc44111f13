import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.judge.last_release import find_moved_features

BEFORE = pd.DataFrame(
    {
        "lsoa_code": ["a", "b", "c", "d"],
        "no2_ug_m3": [25.1, 30.2, 33.3, 41.2],
        "residents": [1200, 1500, 1600, 2400],
        "health_score": [-1.2, 0.01, 0.02, 1.4],
        "pubs": [0, 0, 0, 5],
    }
)


def moved(**changes) -> list[str]:
    return find_moved_features(BEFORE.assign(**changes), BEFORE)["feature"].tolist()


def test_a_new_edition_is_like_the_last():
    assert (
        moved(
            residents=BEFORE["residents"] * 1.03, health_score=[-1.1, -0.02, 0.03, 1.5], pubs=[0, 0, 1, 4], new_column=1
        )
        == []
    )


@pytest.mark.parametrize("factor", [1000, 0.01, 2])
def test_another_unit_is_found(factor):
    assert moved(no2_ug_m3=BEFORE["no2_ug_m3"] * factor) == ["no2_ug_m3"]


def test_zeros_and_missing_figures_are_found():
    found = find_moved_features(BEFORE.assign(residents=0, pubs=np.nan), BEFORE)
    assert found["feature"].tolist() == ["pubs", "residents"]
    assert np.isnan(found["now"][0])


def test_without_a_last_release_nothing_is_compared():
    assert find_moved_features(BEFORE, pd.DataFrame()).empty
