import numpy as np
import pytest

from crime_dagster.drawing.kit import theme
from crime_dagster.drawing.kit.classes import classify_differences, find_steps, name_differences


def test_the_middle_is_calm_and_the_rest_is_alike_on_both_sides():
    half = np.arange(1.0, 501.0)
    differences = np.concatenate([half, -half])
    steps = find_steps(differences)
    counts = np.bincount(classify_differences(differences, steps))
    assert len(counts) == 7
    assert counts.tolist() == counts[::-1].tolist()
    assert counts[3] >= 0.5 * differences.size


def test_names_carry_signs_and_match_the_bands():
    steps = [50.0, 100.0, 300.0]
    names = name_differences(steps)
    assert names == [
        "−300 or less",
        "−299 to −100",
        "−99 to −50",
        "−49 to +49",
        "+50 to +99",
        "+100 to +299",
        "+300 or more",
    ]
    edges = np.array([-300, -299, -100, -99, -50, -49, 49, 50, 99, 100, 299, 300, np.nan])
    assert classify_differences(edges, steps).tolist() == [0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, -1]


@pytest.mark.parametrize("steps", [[], [1.0], [2.0], [1.0, 2.0], [1.0, 2.0, 3.0], [3.0, 10.0]])
def test_every_number_of_bands_has_names_and_colours(steps):
    names = name_differences(steps)
    assert len(names) == len(set(names)) == 2 * len(steps) + 1
    colours = theme.choose_diverging(len(names))
    assert len(colours) == len(names)
    assert colours[len(steps)] == theme.DIVERGING[3]
    assert theme.choose_diverging(len(names), dark=True)[len(steps)] == theme.DIVERGING_DARK[3]


def test_no_prediction_and_a_perfect_one():
    assert find_steps(np.array([np.nan, np.nan])) == []
    assert find_steps(np.zeros(20)) == []
    assert classify_differences(np.zeros(3), []).tolist() == [0, 0, 0]
