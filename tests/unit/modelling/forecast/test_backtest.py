"""Intervals of a forecast allow for boroughs that change as a whole, as they did in earlier periods."""

import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.forecast.backtest import average_scores, calibrate_outlooks, tabulate_outlook
from crime_dagster.modelling.forecast.months import CityLevel
from crime_dagster.modelling.forecast.origins import MODEL_METHOD, Outlook, plan_year

PLAN = plan_year(36)


def _look(changes: np.ndarray, seed: int, areas: int = 100) -> tuple[Outlook, pd.Series]:
    """Return counts of boroughs that changed as a whole, and a forecast without these changes."""
    random = np.random.default_rng(seed)
    codes = pd.Index([f"E{number:04}" for number in range(areas * len(changes))])
    boroughs = pd.Series(np.repeat([f"B{number}" for number in range(len(changes))], areas), codes)
    mean = pd.Series(random.gamma(4, 10, len(codes)), codes)
    actual = pd.Series(random.poisson(mean * np.repeat(changes, areas)).astype(float), codes)
    level = CityLevel(0, 0)
    return Outlook(mean.to_frame(MODEL_METHOD), 0 * mean + 0.001, level, actual, pd.Timestamp("2025-01-01")), boroughs


def _cover(effect_sd: float, learned_sd: float) -> tuple[float, float, float]:
    """Return the sd that an earlier period taught, and the lowest share inside and the mean width in the next."""
    random = np.random.default_rng(5)
    before, boroughs = _look(np.exp(random.normal(0, learned_sd, 32)), 1)
    after, _ = _look(np.exp(random.normal(0, effect_sd, 32)), 2)
    learned = calibrate_outlooks([before], MODEL_METHOD, boroughs)
    assert learned is not None
    table = tabulate_outlook(after, MODEL_METHOD, learned, PLAN)
    inside = table["actual"].between(table["lower_90"], table["upper_90"]).groupby(boroughs.to_numpy()).mean()
    return learned.borough_sd, inside.min(), (table["upper_90"] - table["lower_90"]).mean()


def test_ranges_hold_in_the_worst_borough_once_an_earlier_period_has_shown_such_effects():
    learned_sd, worst, width = _cover(0.06, 0.06)
    _, unaware, plain = _cover(0.06, 0)
    assert learned_sd == pytest.approx(0.06, rel=0.3)
    assert worst > unaware + 0.05
    assert 1 < width / plain <= 1.25


def test_boroughs_that_differ_by_chance_alone_move_nothing():
    learned_sd, worst, _ = _cover(0, 0)
    assert learned_sd < 0.02
    assert worst > 0.8


def test_each_period_has_effects_of_its_own():
    up = np.exp(np.linspace(-0.3, 0.3, 8))
    (first, boroughs), (second, _) = _look(up, 1), _look(up[::-1], 2)
    learned = calibrate_outlooks([first, second], MODEL_METHOD, boroughs)
    assert learned is not None
    assert learned.borough_sd == pytest.approx(np.log(up).std(), rel=0.2)


def test_the_lowest_borough_is_that_of_all_tests_and_has_areas_enough():
    boroughs = pd.Series(["A"] * 50 + ["B"] * 50 + ["C"] * 6)
    single = pd.DataFrame(
        {
            "coverage_90_A": [0.8, 1.0],
            "coverage_90_B": [1.0, 0.84],
            "coverage_90_C": [0.5, 0.5],
            "coverage_90_worst_borough": [0.8, 0.84],
        }
    )
    assert average_scores(single, boroughs)["coverage_90_worst_borough"] == pytest.approx(0.9)
    assert "coverage_90_worst_borough" not in average_scores(single[["coverage_90_C"]], boroughs)
