import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.kit.borough_effects import MOST_WIDENED, find_borough_sd, move_ends
from crime_dagster.modelling.kit.intervals import find_intervals


def _draw(effect_sd: float, seed: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts of 16 boroughs of 100 areas whose levels the prediction does not know."""
    random = np.random.default_rng(seed)
    borough = np.repeat(np.arange(16), 100)
    predicted = random.gamma(4, 15, len(borough))
    level = np.exp(random.normal(0, effect_sd, 16))[borough]
    return random.poisson(predicted * level).astype(float), predicted, borough


@pytest.mark.parametrize("effect_sd", [0.1, 0.3])
def test_planted_effects_are_found(effect_sd):
    assert find_borough_sd(*_draw(effect_sd)) == pytest.approx(effect_sd, rel=0.4)


def test_boroughs_that_differ_by_chance_alone_have_no_effects():
    assert find_borough_sd(*_draw(0)) < 0.02


def test_errors_of_areas_are_not_taken_for_those_of_boroughs():
    predicted, boroughs, found, raw = np.full(1600, 50.0), np.repeat(np.arange(16), 100), [], []
    for seed in range(10):
        random = np.random.default_rng(seed)
        actual = random.poisson(predicted * random.gamma(0.5, 2, 1600)).astype(float)
        found.append(find_borough_sd(actual, predicted, boroughs) ** 2)
        raw.append((actual.reshape(16, 100).sum(axis=1) / 5000).var())
    assert np.mean(found) < 0.5 * np.mean(raw)


def test_a_borough_without_crime_and_areas_without_a_borough_are_taken():
    found = find_borough_sd(np.array([0.0, 0, 3, 4]), np.full(4, 2.0), np.array(["a", "a", "b", None]))
    assert np.isfinite(found)


def test_ends_move_by_a_standard_deviation_and_the_shared_level_adds_to_it():
    lower, upper = np.array([10.0]), np.array([50.0])
    assert [*move_ends(lower, upper, 0.1)] == pytest.approx([10 * np.exp(-0.1), 50 * np.exp(0.1)])
    assert [*move_ends(lower, upper, 0.0, 0.2)] == pytest.approx([10 * np.exp(-0.2), 50 * np.exp(0.2)])
    assert [*move_ends(lower, upper, 0.03, 0.04)] == pytest.approx([10 * np.exp(-0.05), 50 * np.exp(0.05)])


def test_boroughs_widen_ranges_by_a_fifth_at_most():
    lower, upper = np.array([10.0, 0.0]), np.array([50.0, 4.0])
    moved = move_ends(lower, upper, 1.0)
    assert np.mean(moved[1] - moved[0]) == pytest.approx(MOST_WIDENED * np.mean(upper - lower))
    assert ((moved[0] <= lower) & (moved[0] >= 0)).all()


def _cover(effect_sd: float) -> list[float]:
    """Lowest share inside of a borough without and with allowance for effects."""
    actual, predicted, boroughs = _draw(effect_sd)
    counts, guess, folds = pd.Series(actual), pd.Series(predicted), pd.Series(boroughs // 2)
    single = find_intervals(counts, guess, folds, pd.Series(0, counts.index))
    aware = find_intervals(counts, guess, folds, pd.Series(boroughs))
    return [
        pd.Series((actual >= one["lower_90"]) & (actual <= one["upper_90"])).groupby(boroughs).mean().min()
        for one in (single, aware)
    ]


def test_ranges_hold_better_in_boroughs_that_a_model_is_wrong_about():
    before, after = _cover(0.05)
    assert before < 0.84
    assert after > before + 0.03


def test_no_borough_decides_its_own_range():
    actual, predicted, boroughs = _draw(0)
    wild = np.where(boroughs == 0, 5 * actual, actual)
    guess, folds = pd.Series(predicted), pd.Series(boroughs // 2)
    calm, shifted = (
        find_intervals(pd.Series(one), guess, folds, pd.Series(boroughs))["upper_90"] for one in (actual, wild)
    )
    assert (calm[folds == 0] == shifted[folds == 0]).all()
    assert np.mean((calm < shifted)[folds != 0]) > 0.99
