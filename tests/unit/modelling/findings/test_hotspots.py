"""Gi* on grids that can be computed by hand, and hot spots over time."""

import esda
import libpysal
import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.findings.hotspots import (
    classify,
    find_exposure,
    find_hotspots,
    score_gi_star,
    score_year,
    shrink_rates,
    split_half_years,
)
from crime_dagster.modelling.kit.spatial import find_nearest

SIDE = 5


def _find_squares(side: int = SIDE) -> np.ndarray:
    """Each cell of a grid and the eight around it, with wrapped edges."""
    rows, columns = np.divmod(np.arange(side * side), side)
    steps = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    return np.column_stack([(rows + d) % side * side + (columns + r) % side for d, r in steps])


def _make_city(side: int = 14, seed: int = 6) -> tuple[pd.Series, pd.Series, pd.DataFrame]:
    """Counts around 20 on a jittered grid with a block of 4 x 4 areas that has four times as many."""
    rng = np.random.default_rng(seed)
    rows, columns = np.divmod(np.arange(side * side), side)
    codes = pd.Index([f"E{number:04d}" for number in range(side * side)], name="lsoa_code")
    block = (rows < 4) & (columns < 4)
    counts = rng.poisson(np.where(block, 80, 20)).astype(float)
    places = np.column_stack([columns, rows]) * 1000 + rng.uniform(-100, 100, (side * side, 2))
    residents = pd.Series(rng.integers(1200, 2000, side * side).astype(float), codes)
    return pd.Series(counts, codes), residents, pd.DataFrame(places, codes, ["easting", "northing"])


def _spread(counts: pd.Series, months: int = 24) -> pd.DataFrame:
    return pd.concat([counts / 12] * months, axis=1)


def test_one_hot_centre_by_hand():
    # 25 cells, one of them 1: mean 0.04, variance 0.0384. The centre's nine cells hold 1 and should hold 0.36:
    # 0.64 / sqrt(0.0384 x (25 x 9 - 81) / 24) = 4/3. Chance puts the one cell among nine of 25 in 36 % of maps.
    values = np.zeros(SIDE * SIDE)
    values[12] = 1
    gi_star, p_value = score_gi_star(values, _find_squares())
    assert gi_star[12] == pytest.approx(4 / 3)
    assert gi_star[0] == pytest.approx(-0.36 / 0.48)
    assert p_value[12] == pytest.approx(0.36, abs=0.01)
    assert p_value[0] == 1


def test_a_hot_block_by_hand():
    # Nine cells of 1 around the centre: (9 - 9 x 0.36) / sqrt(0.2304 x 6) = 2 sqrt(6); one map in 2,042,975.
    values = np.zeros(SIDE * SIDE)
    values[_find_squares()[12]] = 1
    gi_star, p_value = score_gi_star(values, _find_squares())
    assert gi_star[12] == pytest.approx(2 * np.sqrt(6))
    assert p_value[12] <= 2e-5


def test_gi_star_is_that_of_esda():
    counts, _, places = _make_city()
    neighbours = find_nearest(places, counts.index)
    around = np.column_stack([np.arange(len(counts)), neighbours])
    weights = libpysal.weights.KNN.from_array(places.to_numpy(), k=8)
    other = esda.G_Local(counts.to_numpy(), weights, transform="B", star=True, permutations=0)
    assert score_gi_star(counts.to_numpy(), around)[0] == pytest.approx(other.Zs)


def test_chance_alone_makes_p_values_that_are_spread_evenly():
    values = np.random.default_rng(8).gamma(0.5, 1, 400)
    _, p_value = score_gi_star(values, _find_squares(20))
    assert 0.02 < np.mean(p_value < 0.05) < 0.09


@pytest.mark.parametrize("value", [0.0, 0.1, 7.0])
def test_equal_values_are_not_hot(value):
    gi_star, p_value = score_gi_star(np.full(25, value), _find_squares())
    assert not gi_star.any()
    assert (p_value == 1).all()


def test_the_block_is_hot_and_little_else():
    counts, residents, places = _make_city()
    found = find_hotspots(counts, _spread(counts), residents, places)
    inner = ["E0000", "E0001", "E0014", "E0015"]
    assert found.loc[inner, "is_hot"].all()
    assert 12 <= found["is_hot"].sum() <= 30
    assert (found["hotspot_class"] == "persistent").sum() >= 12
    assert set(found["hotspot_class"]) <= {"persistent", "intermittent", "none"}


def test_unreported_areas_are_unknown_and_nobodys_neighbours():
    counts, residents, places = _make_city()
    gone = counts.index[:3]
    months = _spread(counts)
    months.loc[gone] = np.nan
    found = find_hotspots(counts.drop(gone).reindex(counts.index), months, residents, places)
    assert found.loc[gone].isna().all(axis=None)
    alone = find_hotspots(counts.drop(gone), months.drop(gone), residents, places)
    pd.testing.assert_frame_equal(found.drop(gone), alone)


def test_an_area_whose_reports_begin_late_has_no_class():
    counts, residents, places = _make_city()
    months = _spread(counts)
    months.iloc[0, 0] = np.nan
    found = find_hotspots(counts, months, residents, places)
    assert found["is_hot"].notna().all()
    assert found["hotspot_class"].isna().to_numpy().nonzero()[0].tolist() == [0]


def test_row_order_changes_nothing():
    counts, residents, places = _make_city()
    order = np.random.default_rng(1).permutation(len(counts))
    turned = [table.iloc[order] for table in (counts, _spread(counts), residents, places)]
    again = find_hotspots(*turned)
    assert again.index.equals(counts.index[order])
    pd.testing.assert_frame_equal(again.loc[counts.index], find_hotspots(counts, _spread(counts), residents, places))


@pytest.mark.parametrize("areas", [0, 1, 5, 9])
def test_too_few_areas_are_compared_with_nothing(areas):
    counts, residents, places = _make_city()
    found = find_hotspots(counts[:areas], _spread(counts[:areas]), residents, places)
    assert len(found) == areas
    assert found.isna().all(axis=None)


def test_no_crime_at_all_is_not_hot():
    counts, residents, places = _make_city()
    found = find_hotspots(counts * 0, _spread(counts * 0), residents, places)
    assert not found["is_hot"].any()
    assert (found["hotspot_class"] == "none").all()


def test_without_months_there_is_no_class():
    counts, residents, places = _make_city()
    found = find_hotspots(counts, pd.DataFrame(index=counts.index), residents, places)
    assert found["is_hot"].any()
    assert found["hotspot_class"].isna().all()


def test_few_residents_make_no_hot_spot_and_unknown_ones_are_typical():
    exposure = find_exposure(pd.Series([12.0, 1500, np.nan, 1700]))
    assert exposure.tolist() == [1000, 1500, 1500, 1700]
    assert find_exposure(pd.Series([np.nan, np.nan])).tolist() == [1000, 1000]


def test_rates_shrink_by_hand():
    # Rates 0.1 and 0.3, common 0.2; between = 0.01 - 0.2/100 = 0.008; weight 0.008 / (0.008 + 0.002) = 0.8.
    found = shrink_rates(np.array([10.0, 30.0]), np.array([100.0, 100.0]))
    assert found == pytest.approx([0.12, 0.28])
    assert shrink_rates(np.array([10.0, 11.0]), np.array([100.0, 100.0])) == pytest.approx([0.105, 0.105])


def test_the_scale_of_crime_changes_no_hot_spot_for_want_of_logs():
    counts, residents, places = _make_city()
    loud = counts.copy()
    loud.iloc[-1] = 20_000
    assert score_year(loud, residents, places).loc[["E0000", "E0015"], "is_hot"].all()


def test_half_years_end_with_the_newest_month():
    months = pd.DataFrame([np.arange(1.0, 21.0)])
    assert [part.iloc[0] for part in split_half_years(months)] == [105, 69, 33]
    assert split_half_years(pd.DataFrame(np.ones((1, 30))))[3].tolist() == [6]
    assert split_half_years(pd.DataFrame(np.ones((1, 5)))) == []


@pytest.mark.parametrize(
    ("year", "halves", "wanted"),
    [
        (True, "hhhh", "persistent"),
        (True, "hhh-", "intermittent"),
        (True, "hh--", "emerging"),
        (True, "h---", "emerging"),
        (False, "h---", "intermittent"),
        (True, "-h--", "intermittent"),
        (True, "--h-", "intermittent"),
        (False, "--h-", "former"),
        (False, "--hh", "former"),
        (False, "-h-h", "intermittent"),
        (True, "----", "intermittent"),
        (False, "----", "none"),
        (False, "--?-", None),
        (True, "hh", None),
        (True, "hh-", "emerging"),
    ],
)
def test_classes(year, halves, wanted):
    marks = {"h": True, "-": False, "?": pd.NA}
    windows = [pd.Series([marks[mark]], dtype="boolean") for mark in halves]
    found = classify(pd.Series([year], dtype="boolean"), windows)
    assert found.isna().all() if wanted is None else found.tolist() == [wanted]
