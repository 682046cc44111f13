"""Changes of places, tested against the variation between their parts."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crime_dagster.modelling.findings.place_changes import find_city_changes, find_place_changes

AREAS = [f"A{number:03d}" for number in range(40)]


def series(values: object) -> pd.Series:
    return pd.Series(values, index=AREAS, dtype=float)


ONE_PLACE = pd.Series("here", index=AREAS)
PARTS = pd.Series([f"part {number // 4}" for number in range(40)], index=AREAS)


def test_the_test_is_the_one_that_is_said():
    before = series(np.tile([90.0, 110.0], 20))
    after = before + series(np.repeat([30.0, -10.0], 20))
    row = find_place_changes(before, after, ONE_PLACE, PARTS).loc["here"]
    old, new = before.sum(), after.sum()
    sums = pd.DataFrame({"b": before, "a": after}).groupby(PARTS).sum()
    total, share = sums.sum(axis=1), new / (old + new)
    dispersion = ((sums["a"] - share * total) ** 2 / (share * (1 - share) * total)).sum() / 9
    assert dispersion > 1
    assert row["dispersion"] == pytest.approx(dispersion)
    statistic = (new - old) / math.sqrt(dispersion * (new + old))
    assert row["p_value"] == pytest.approx(2 * stats.t.sf(statistic, 9))


@pytest.mark.parametrize("rise", [0.9, 0.97, 1.0, 1.02, 1.2])
def test_the_interval_of_a_change_holds_what_the_test_does_not_refuse(rise):
    before = series(np.tile([90.0, 110.0], 20))
    after = before * rise + series(np.repeat([20.0, -20.0], 20))
    row = find_place_changes(before, after, ONE_PLACE, PARTS).loc["here"]
    lower, upper = row["lower_95_pct"], row["upper_95_pct"]
    assert lower < 100 * (after.sum() / before.sum() - 1) < upper
    assert (lower < 0 < upper) == (row["p_value"] > 0.05)
    # Given both years' sum, a newer year at a bound of the interval is only just rejected.
    for end in (lower, upper):
        share = (1 + end / 100) / (2 + end / 100)
        total = (after + before).sum()
        gap = after.sum() - share * total
        statistic = abs(gap) / math.sqrt(row["dispersion"] * total * share * (1 - share))
        assert statistic == pytest.approx(stats.t.ppf(0.975, 9))


def test_an_even_rise_is_clear_and_the_same_rise_in_one_part_is_not():
    before = series(100.0)
    even = find_place_changes(before, before * 1.1, ONE_PLACE, PARTS).loc["here"]
    lump = before.copy()
    lump.iloc[:4] += 100.0
    uneven = find_place_changes(before, lump, ONE_PLACE, PARTS).loc["here"]
    assert even["crimes"] == pytest.approx(uneven["crimes"])
    assert (bool(even["is_clear"]), bool(uneven["is_clear"])) == (True, False)


def test_evenness_beyond_chance_is_not_taken_for_certainty():
    row = find_place_changes(series(100.0), series(101.0), ONE_PLACE, PARTS).loc["here"]
    assert row["dispersion"] == 1.0
    assert not row["is_clear"]


def test_false_alarms_stay_at_their_level_where_parts_vary_more_than_chance():
    random = np.random.default_rng(3)
    areas = [f"A{number}" for number in range(4000)]
    places = pd.Series([f"place {number // 40:03d}" for number in range(4000)], index=areas)
    parts = pd.Series([f"part {number // 4:04d}" for number in range(4000)], index=areas)

    def draw() -> pd.Series:
        level = np.repeat(random.gamma(20, 1 / 20, 1000), 4)  # neighbourhoods move together, by a fifth or so
        return pd.Series(random.poisson(80 * level), index=areas, dtype=float)

    found = find_place_changes(draw(), draw(), places, parts)
    assert found["dispersion"].median() > 5
    assert (found["p_value"] < 0.05).mean() <= 0.10
    assert found["is_clear"].sum() == 0


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        (series(np.nan), series(5.0), PARTS),
        (series(0.0), series(5.0), PARTS),
        (series(0.0), series(0.0), PARTS),
        (series(5.0), series(50.0), pd.Series("one part", index=AREAS)),
    ],
)
def test_no_test_where_there_is_nothing_to_test(before, after, parts):
    row = find_place_changes(before, after, ONE_PLACE, parts).loc["here"]
    assert math.isnan(row["p_value"])
    assert row["is_clear"] is pd.NA
    assert row["areas"] == 40


def test_areas_known_in_one_year_alone_count_in_neither_sum():
    before, after = series(10.0), series(10.0)
    before.iloc[0], after.iloc[1] = np.nan, np.nan
    row = find_place_changes(before, after, ONE_PLACE, PARTS).loc["here"]
    assert (row["areas"], row["areas_known"], row["crimes_before"], row["crimes"]) == (40, 38, 380, 380)


def test_a_city_is_judged_by_its_boroughs_one_row_per_type():
    before = pd.DataFrame({"theft": series(100.0), "drug": series(20.0)})
    after = before.assign(theft=before["theft"] * 1.2)
    found = find_city_changes(before, after, PARTS)
    assert list(found.index) == ["theft", "drug"]
    assert found["is_clear"].tolist() == [True, False]
    assert found.loc["theft", "crimes"] == pytest.approx(4800)
