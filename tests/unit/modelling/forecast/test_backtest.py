"""Intervals of a forecast are widened by what boroughs needed in earlier periods."""

import numpy as np
import pandas as pd

from crime_dagster.modelling.forecast.backtest import calibrate_outlooks
from crime_dagster.modelling.forecast.months import CityLevel
from crime_dagster.modelling.forecast.origins import MODEL_METHOD, Outlook
from crime_dagster.modelling.kit.intervals import MOST_WIDENED


def _look(changes: list[float], areas: int = 100) -> tuple[Outlook, pd.Series]:
    """Return counts of boroughs that changed as a whole, and a forecast without these changes."""
    random = np.random.default_rng(3)
    boroughs = pd.Series(np.repeat([f"B{number}" for number in range(len(changes))], areas))
    mean = pd.Series(random.gamma(4, 10, len(boroughs)))
    actual = pd.Series(random.poisson(mean * np.repeat(changes, areas)).astype(float))
    outlook = Outlook(
        pd.DataFrame({MODEL_METHOD: mean}), 0 * mean + 0.01, CityLevel(0, 0.05), actual, pd.Timestamp("2025-01-01")
    )
    return outlook, boroughs


def _find_wider(changes: list[float], areas: int = 100) -> float:
    outlook, boroughs = _look(changes, areas)
    learned = calibrate_outlooks([outlook], MODEL_METHOD, boroughs)
    assert learned is not None
    return learned.wider


def test_a_borough_that_changed_as_a_whole_widens_the_intervals_by_a_fifth_at_most():
    assert _find_wider([1.0] * 7 + [1.6]) == MOST_WIDENED
    assert 1 <= _find_wider([1.0] * 8) < 1.1


def test_boroughs_with_few_areas_widen_nothing():
    assert _find_wider([1.0] * 7 + [1.6], areas=40) == 1
