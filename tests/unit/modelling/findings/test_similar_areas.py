"""Which areas are most alike."""

import numpy as np
import pandas as pd
from crime_dagster.modelling.findings.similar_areas import find_similar_areas
from crime_dagster.modelling.findings.similar_places import TRAITS


def features(rows: int) -> pd.DataFrame:
    """Areas in pairs: 0 and 1 are alike, 2 and 3, and so on."""
    pair = np.repeat(np.arange(rows // 2), 2)
    own = np.arange(rows) / 1000
    return pd.DataFrame({name: 10.0 + 7 * ((pair * (at + 2)) % 5) + pair + own for at, name in enumerate(TRAITS)})


def test_the_nearest_comes_first_and_nobody_is_like_itself():
    found = find_similar_areas(features(20), number=3)
    assert found.shape == (20, 3)
    assert [row[0] for row in found] == [at ^ 1 for at in range(20)]
    assert all(at not in row for at, row in enumerate(found))


def test_twins_are_like_each_other():
    table = features(20)
    table.iloc[5] = table.iloc[4]
    assert find_similar_areas(table, number=2)[4, 0] == 5
    assert find_similar_areas(table, number=2)[5, 0] == 4


def test_a_missing_trait_takes_the_middle_and_too_little_is_known_of_nobody():
    table = features(20)
    table.loc[3, TRAITS[1]] = np.nan
    assert find_similar_areas(table, number=3).shape == (20, 3)
    assert find_similar_areas(table[[TRAITS[0], TRAITS[1]]], number=3).shape == (20, 0)
    assert find_similar_areas(features(4), number=10).shape == (4, 0)
