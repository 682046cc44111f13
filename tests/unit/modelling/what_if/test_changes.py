from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from crime_dagster.core.dictionary import Column
from crime_dagster.core.settings import PROJECT_DIR
from crime_dagster.modelling.what_if.changes import change_features, read_relations
from crime_dagster.modelling.what_if.scenarios import ABSOLUTE, RELATIVE

CODES = list("abcd")
FEATURES = pd.DataFrame(
    {
        "residents": [1000.0, 2000.0, 4000.0, 500.0],
        "people_per_km2": [500.0, 500.0, 4000.0, 5000.0],
        "area_km2": [2.0, 4.0, 1.0, 0.1],
        "pubs": [10.0, 0.0, 5.0, 2.0],
        "pubs_per_km2": [5.0, 0.0, 5.0, 20.0],
        "pubs_per_1000": [10.0, 0.0, 1.25, 4.0],
        "pubs_msoa": [15.0, 15.0, 15.0, 2.0],
        "pubs_within_250m": [11.0, 3.0, 5.0, 4.0],
        "owned_pct": [50.0, 90.0, 100.0, 0.0],
        "rented_pct": [30.0, 4.0, 0.0, 30.0],
        "free_pct": [20.0, 6.0, 0.0, 70.0],
        "poor_pct": [60.0, 80.0, 90.0, np.nan],
        "growth_pct": [-5.0, 150.0, 3.0, 4.0],
        "health_score": [-1.0, 2.0, 0.5, 0.0],
    },
    index=CODES,
)
DECLARED: dict[str, dict[str, str]] = {
    "people_per_km2": {"of": "residents", "per": "area_km2"},
    "pubs_per_km2": {"of": "pubs", "per": "area_km2"},
    "pubs_per_1000": {"of": "pubs", "per": "1000 residents"},
    "pubs_msoa": {"of": "pubs"},
    "pubs_within_250m": {"of": "pubs"},
    "owned_pct": {"unit": "% of households", "part_of": "tenure"},
    "rented_pct": {"unit": "% of households", "part_of": "tenure"},
    "free_pct": {"unit": "% of households", "part_of": "tenure"},
    "poor_pct": {"unit": "% of people"},
    "growth_pct": {"unit": "% in ten years"},
}


def declare(name: str, unit: str = "", **words: Any) -> Column:
    return Column(name, name, unit, "feature", "", "double", **words)


RELATIONS = read_relations(declare(name, **DECLARED.get(name, {})) for name in map(str, FEATURES))


def change(feature: str, size: float, areas: pd.Index, kind: str = RELATIVE) -> pd.DataFrame:
    return change_features(FEATURES, feature, size, areas, kind, RELATIONS)


def test_other_areas_and_features_stay_as_they_were():
    changed = change("health_score", -0.5, pd.Index(["a", "b"]))
    assert changed["health_score"].tolist() == [-0.5, 1, 0.5, 0]
    rest = FEATURES.columns.drop("health_score")
    pd.testing.assert_frame_equal(changed[rest], FEATURES[rest])


@pytest.mark.parametrize("feature", ["pubs", "pubs_per_km2", "pubs_per_1000"])
def test_a_count_and_its_ratios_move_together(feature):
    changed = change(feature, -0.2, pd.Index(["a", "b"]))
    assert changed.loc["a", ["pubs", "pubs_per_km2", "pubs_per_1000"]].tolist() == [8, 4, 8]
    assert changed.loc["b", ["pubs", "pubs_per_km2", "pubs_per_1000"]].tolist() == [0, 0, 0]


def test_counts_of_the_surroundings_lose_what_the_area_loses():
    changed = change("pubs", -0.2, pd.Index(["a"]))
    assert changed.loc["a", ["pubs_msoa", "pubs_within_250m"]].tolist() == [13, 9]
    assert changed.loc["b", "pubs_msoa"] == 15


def test_what_is_around_moves_with_the_areas_that_change():
    msoas = pd.Series(["m", "m", "m", "n"], CODES)
    nearest = np.array([[1], [0], [1], [2]])
    relations = replace(RELATIONS, msoas=msoas, nearest=nearest)
    changed = change_features(FEATURES, "pubs", 2.0, pd.Index(["a", "b"]), ABSOLUTE, relations)
    # Two more in each of two areas of an MSOA are four more in it, for the third area too.
    assert changed["pubs_msoa"].tolist() == [19, 19, 19, 2]
    # Of pubs in the nearest areas 6 of 15 are within the distance: as many of the new ones are.
    assert changed["pubs_within_250m"].tolist() == pytest.approx([11 + 2 + 0.8, 3 + 2 + 0.8, 5 + 0.8, 4])


def test_the_surroundings_alone_change_nothing_else():
    changed = change("pubs_msoa", 0.2, pd.Index(["a"]))
    assert changed.loc["a", "pubs_msoa"] == 18
    assert changed.loc["a", "pubs"] == 10


def test_more_people_thin_out_what_is_counted_per_head():
    changed = change("people_per_km2", 0.25, pd.Index(["a"]))
    assert changed.loc["a", ["residents", "people_per_km2", "pubs_per_1000", "pubs"]].tolist() == [1250, 625, 8, 10]


def test_shares_of_a_whole_still_add_up():
    changed = change("owned_pct", 0.2, pd.Index(CODES))
    parts = changed[["owned_pct", "rented_pct", "free_pct"]]
    assert parts.sum(axis=1).tolist() == pytest.approx([100] * 4)
    assert parts.loc["a"].tolist() == pytest.approx([60, 24, 16])
    assert parts.loc["b"].tolist() == [100, 0, 0]
    assert parts.loc["d"].tolist() == [0, 30, 70]


def test_a_part_that_is_all_there_is_stays():
    changed = change("owned_pct", -0.2, pd.Index(["c"]))
    assert changed.loc["c", ["owned_pct", "rented_pct", "free_pct"]].tolist() == [100, 0, 0]


def test_a_share_of_no_whole_stays_within_0_and_100():
    changed = change("poor_pct", 0.5, pd.Index(CODES))
    assert changed["poor_pct"].tolist()[:3] == [90, 100, 100]
    assert np.isnan(changed.loc["d", "poor_pct"])


def test_a_rate_of_growth_is_no_share():
    changed = change("growth_pct", 0.2, pd.Index(["b"]))
    assert changed.loc["b", "growth_pct"] == 180


def test_an_amount_is_added_to_a_count_and_its_ratios_follow():
    changed = change("pubs", 2, pd.Index(["a", "b"]), "absolute")
    assert changed.loc["a", ["pubs", "pubs_per_km2", "pubs_per_1000", "pubs_msoa"]].tolist() == [12, 6, 12, 17]
    assert changed.loc["b", ["pubs", "pubs_per_km2", "pubs_per_1000"]].tolist() == [2, 0.5, 1], "from nothing"


def test_an_amount_added_to_a_ratio_changes_the_count_it_is_made_of():
    changed = change("pubs_per_km2", 0.5, pd.Index(["b"]), "absolute")
    assert changed.loc["b", ["pubs_per_km2", "pubs", "pubs_per_1000"]].tolist() == [0.5, 2, 1]


def test_added_people_thin_out_what_is_counted_per_head():
    changed = change("people_per_km2", 125, pd.Index(["a"]), "absolute")
    assert changed.loc["a", ["residents", "people_per_km2", "pubs_per_1000", "pubs"]].tolist() == [1250, 625, 8, 10]


def test_nothing_falls_below_nothing():
    changed = change("pubs", -4, pd.Index(CODES), "absolute")
    assert changed["pubs"].tolist() == [6, 0, 1, 0]
    assert changed["pubs_per_km2"].tolist() == [3, 0, 1, 0]
    scores = change("health_score", -4, pd.Index(["a"]), "absolute")
    assert scores.loc["a", "health_score"] == -5, "a score may"


def test_percentage_points_of_a_whole_still_add_up():
    changed = change("owned_pct", 25, pd.Index(CODES), "absolute")
    parts = changed[["owned_pct", "rented_pct", "free_pct"]]
    assert parts.sum(axis=1).tolist() == pytest.approx([100] * 4)
    assert parts.loc["a"].tolist() == pytest.approx([75, 15, 10])
    assert parts.loc["d"].tolist() == pytest.approx([25, 22.5, 52.5])


def test_what_is_per_something_else_does_not_follow_residents():
    table = FEATURES.assign(households=[400.0, 800.0, 1600.0, 200.0], homeless_per_1000=2.0)
    declared = DECLARED | {"homeless_per_1000": {"per": "1000 households"}}
    relations = read_relations(declare(name, **declared.get(name, {})) for name in table)
    more_people = change_features(table, "people_per_km2", 0.25, pd.Index(["a"]), relations=relations)
    assert more_people.loc["a", "homeless_per_1000"] == 2
    more_homes = change_features(table, "households", 0.25, pd.Index(["a"]), relations=relations)
    assert more_homes.loc["a", "homeless_per_1000"] == pytest.approx(1.6)


def test_a_relation_to_a_column_that_is_not_there_is_none():
    relations = read_relations([declare("pubs_per_km2", of="pubs", per="area_km2"), declare("pubs_msoa", of="pubs")])
    assert (relations.counts, relations.bases, relations.surroundings) == ({}, {}, {})


def read_project() -> tuple[dict[str, dict[str, Any]], list[frozenset[str]]]:
    """Return the analysis table's declared relations, and sets of columns that dbt tests to sum to 100."""
    models = PROJECT_DIR / "dbt_project" / "models"
    (table,) = yaml.safe_load(next(models.rglob("lsoa_features.yml")).read_text(encoding="utf-8"))["models"]
    columns = {column["name"]: column["config"]["meta"] for column in table["columns"]}
    tests = [one["sums_to"]["arguments"] for one in table["data_tests"] if "sums_to" in one]
    return columns, [frozenset(one["columns"]) for one in tests if one["total"] == 100]


def test_the_project_declares_of_its_features_what_their_names_say():
    columns, _ = read_project()
    bases = {"per_km2": "area_km2", "per_household": "households", "per_1000": "1000 residents"}
    counts = {"people": "residents"}
    for name, words in columns.items():
        assert words.get("of", "residents") in columns
        assert words.get("per", "residents").split()[-1] in columns
        for ending, base in bases.items():
            count = counts.get(name.removesuffix(f"_{ending}"), name.removesuffix(f"_{ending}"))
            if name.endswith(f"_{ending}") and count in columns:
                assert (words.get("of"), words.get("per")) == (count, base), name
        for ending in ("_msoa", "_within_250m"):
            if name.endswith(ending) and name.removesuffix(ending) in columns:
                assert words.get("of") == name.removesuffix(ending), name


def test_wholes_are_what_dbt_tests_to_sum_to_100():
    columns, tested = read_project()
    wholes: dict[str, set[str]] = {}
    for name, words in columns.items():
        if "part_of" in words:
            wholes.setdefault(words["part_of"], set()).add(name)
            assert words["unit"].startswith("% of "), name
    assert all(len(parts) > 2 for parts in wholes.values())
    of_features = [names for names in tested if all(columns[name]["role"] == "feature" for name in names)]
    assert len(of_features) > 2
    assert all(names in wholes.values() for names in of_features)
