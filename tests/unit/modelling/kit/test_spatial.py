"""Neighbours and Moran's I, by hand and against another package."""

import math

import esda
import libpysal
import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.kit.spatial import find_nearest, morans_i, score_morans_i


def _make_places(count: int, seed: int = 3) -> pd.DataFrame:
    places = np.random.default_rng(seed).uniform(0, 10_000, (count, 2))
    return pd.DataFrame(places, [f"E{number:03d}" for number in range(count)], ["easting", "northing"])


def test_morans_i_by_hand():
    # Four areas in a row, each with the next ones: apart from the mean by -1, -1, 1, 1; the ends have one neighbour,
    # named twice. Sum of products of each with the mean of its neighbours: 1 + 0 + 0 + 1, over 4.
    neighbours = np.array([[1, 1], [0, 2], [1, 3], [2, 2]])
    assert morans_i(np.array([1.0, 1, 3, 3]), neighbours) == pytest.approx(0.5)
    assert morans_i(np.array([1.0, 3, 1, 3]), neighbours) == pytest.approx(-1)


def test_morans_i_is_that_of_esda():
    places = _make_places(60)
    values = np.random.default_rng(1).gamma(1, 10, 60) + places["easting"].to_numpy() / 500
    weights = libpysal.weights.KNN.from_array(places.to_numpy(), k=8)
    other = esda.Moran(values, weights, transformation="r", permutations=0)
    assert morans_i(values, find_nearest(places, places.index)) == pytest.approx(other.I)


@pytest.mark.parametrize("values", [np.zeros(4), np.full(4, 0.1)])
def test_equal_values_have_no_pattern(values):
    assert math.isnan(morans_i(values, np.array([[1], [0], [3], [2]])))


def test_a_perfect_model_leaves_no_pattern_and_a_flat_one_all_of_it():
    places = _make_places(60)
    actual = np.floor(places["easting"].to_numpy() / 100)
    neighbours = find_nearest(places, places.index)
    flat = score_morans_i(actual, np.full(60, actual.mean()), neighbours)
    assert flat["target_moran"] > 0.5
    assert flat["residual_moran"] == pytest.approx(flat["target_moran"])
    assert math.isnan(score_morans_i(actual, actual, neighbours)["residual_moran"])


def test_nearest_areas_do_not_hold_the_area_itself_even_where_centres_coincide():
    places = pd.DataFrame({"easting": [0.0, 0, 5], "northing": [0.0, 0, 0]}, ["a", "b", "c"])
    assert find_nearest(places, places.index, 1)[:2].tolist() == [[1], [0]]
    assert sorted(find_nearest(places, places.index)[2]) == [0, 1]


def test_one_area_has_no_neighbours():
    places = _make_places(1)
    assert find_nearest(places, places.index) is None
