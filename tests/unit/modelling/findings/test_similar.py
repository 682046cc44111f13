import numpy as np
import pandas as pd

from crime_dagster.modelling.findings.similar import TRAITS, describe_areas, describe_places, find_similar


def make_traits() -> pd.DataFrame:
    position = np.array([0.0, 1.0, 2.0, 10.0, 11.0, 12.0, 30.0])
    return pd.DataFrame({"a": position, "b": -2 * position, "c": position + 5, "same": 3.0}, index=list("ABCDEFG"))


def make_features(rows: int) -> pd.DataFrame:
    """Areas in pairs: 0 and 1 are similar, 2 and 3, and so on."""
    pair = np.repeat(np.arange(rows // 2), 2)
    own = np.arange(rows) / 1000
    return pd.DataFrame({name: 10.0 + 7 * ((pair * (at + 2)) % 5) + pair + own for at, name in enumerate(TRAITS)})


def list_others(traits: pd.DataFrame, number: int) -> dict:
    found = find_similar(traits, number)
    assert set(found["place"]) <= set(range(1, number + 1))
    return {
        code: found[found["code"] == code].sort_values("place")["similar_code"].tolist()
        for code in found["code"].unique()
    }


def test_the_nearest_come_first_and_nobody_is_similar_to_himself():
    similar = list_others(make_traits(), 2)
    assert similar["A"] == ["B", "C"]
    assert similar["E"] == ["D", "F"]
    assert similar["G"] == ["F", "E"]
    areas = list_others(describe_areas(make_features(20)), 3)
    assert [areas[at][0] for at in range(20)] == [at ^ 1 for at in range(20)]
    assert all(at not in others and len(others) == 3 for at, others in areas.items())


def test_a_unit_does_not_matter():
    traits = make_traits()
    assert find_similar(traits.assign(b=1000 * traits["b"]), 3).equals(find_similar(traits, 3))


def test_twins_are_similar_to_each_other():
    table = make_features(20)
    table.iloc[5] = table.iloc[4]
    similar = list_others(describe_areas(table), 2)
    assert similar[4][0] == 5
    assert similar[5][0] == 4


def test_too_few_traits_or_places_say_nothing():
    assert find_similar(make_traits()[["a", "b", "same"]], 2).empty
    assert find_similar(make_traits().head(4), 3).empty
    assert find_similar(describe_areas(make_features(20))[list(TRAITS[:2])], 3).empty


def test_an_area_without_a_trait_takes_the_middle():
    table = make_features(20)
    table.loc[3, TRAITS[1]] = np.nan
    assert describe_areas(table).loc[3, TRAITS[1]] == table[TRAITS[1]].median()


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
