import numpy as np
import pandas as pd
import pytest
from scipy.stats import nbinom

from crime_dagster.modelling.forecast.count_intervals import Calibration, calibrate, find_count_intervals


def _make_counts(areas: int, seed: int, drift: float = 0.1) -> tuple[np.ndarray, pd.Series, pd.Series]:
    """Return counts around predictions with known uncertainty and unknown drift."""
    rng = np.random.default_rng(seed)
    predicted = np.exp(rng.normal(2.5, 1.2, areas))
    variance = rng.uniform(0.01, 0.2, areas)
    spread = variance + drift
    actual = rng.poisson(predicted * rng.gamma(1 / spread, spread)).astype(float)
    return actual, pd.Series(predicted), pd.Series(variance)


def test_the_ends_are_those_of_the_negative_binomial():
    learned = Calibration(drift=0.2, nominal={0.8: np.array([0.7]), 0.9: np.array([0.95])})
    found = find_count_intervals(learned, pd.Series([30.0]), pd.Series([0.04])).iloc[0]
    size = 1 / (0.2 + 0.04)
    share = size / (size + 30)
    assert found["lower_90"] == nbinom.ppf(0.025, size, share)
    assert found["upper_90"] == nbinom.ppf(0.975, size, share)
    assert found["upper_80"] == nbinom.ppf(0.85, size, share)


def test_moved_ends_are_whole_crimes_and_not_below_0():
    nominal = {0.8: np.array([0.7]), 0.9: np.array([0.95])}
    for mean in (30.0, 1.5):
        plain, moved = (
            find_count_intervals(Calibration(0.2, nominal), pd.Series([mean]), pd.Series([0.05]), sd).iloc[0]
            for sd in (0, 0.2)
        )
        assert moved["lower_90"] == np.ceil(plain["lower_90"] * np.exp(-0.2))
        assert moved["upper_90"] == round(plain["upper_90"] * np.exp(0.2))


def test_calibrated_levels_hold_on_the_next_period():
    inside = {"80": [], "90": [], "top": []}
    for seed in range(8):
        actual, predicted, variance = _make_counts(2000, seed)
        learned = calibrate(actual, predicted.to_numpy(), variance.to_numpy())
        assert learned.drift == pytest.approx(0.1, rel=0.4)
        actual, predicted, variance = _make_counts(2000, 100 + seed)
        ends = find_count_intervals(learned, predicted, variance)
        for level in ("80", "90"):
            inside[level].append(np.mean((actual >= ends[f"lower_{level}"]) & (actual <= ends[f"upper_{level}"])))
        top = predicted >= predicted.quantile(0.9)
        inside["top"].append(np.mean((actual >= ends["lower_90"])[top] & (actual <= ends["upper_90"])[top]))
    assert 0.79 < np.mean(inside["80"]) < 0.84
    assert 0.89 < np.mean(inside["90"]) < 0.92
    assert 0.87 < np.mean(inside["top"]) < 0.93


def test_calibration_counts_exactly_in_small_numbers():
    # Nine counts, one bin: at 80 % the eighth smallest nominal level of nine is taken, so eight are within.
    actual = np.array([10, 10, 11, 9, 12, 8, 13, 7, 60.0])
    predicted, variance = pd.Series(np.full(9, 10.0)), pd.Series(np.full(9, 0.01))
    ends = find_count_intervals(calibrate(actual, predicted.to_numpy(), variance.to_numpy()), predicted, variance)
    assert ((actual >= ends["lower_80"]) & (actual <= ends["upper_80"])).sum() == 8
    assert ((actual >= ends["lower_90"]) & (actual <= ends["upper_90"])).all()


def test_the_prediction_lies_within_and_less_certain_levels_are_wider():
    actual, predicted, variance = _make_counts(600, 3)
    actual[:50], predicted.iloc[:50] = 0, 0.02
    learned = calibrate(actual, predicted.to_numpy(), variance.to_numpy())
    narrow, wide = (find_count_intervals(learned, predicted, variance, level_sd=sd) for sd in (0, 0.3))
    for table in (narrow, wide):
        assert (table["lower_90"] >= 0).all()
        for level in ("80", "90"):
            assert ((table[f"lower_{level}"] <= predicted) & (predicted <= table[f"upper_{level}"])).all()
        assert ((table["lower_90"] <= table["lower_80"]) & (table["upper_80"] <= table["upper_90"])).all()
    assert (wide["upper_90"] - wide["lower_90"]).mean() > (narrow["upper_90"] - narrow["lower_90"]).mean()


def test_fractions_and_equal_predictions_are_taken():
    actual = np.tile([0.5, 1.25, 2.0, 0.0], 30)
    learned = calibrate(actual, np.ones(120), np.zeros(120))
    ends = find_count_intervals(learned, pd.Series(np.ones(120)), pd.Series(np.zeros(120)))
    assert np.mean((actual >= ends["lower_90"]) & (actual <= ends["upper_90"])) >= 0.9
