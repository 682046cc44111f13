"""The E-test against a published value, another package and the double sum; false discoveries by hand."""

import numpy as np
import pytest
from scipy import stats

from crime_dagster.modelling.kit.significance import compare_counts, is_discovery


def _compare(before: float, after: float, dispersion: float = 1.0) -> float:
    return compare_counts(np.array([before]), np.array([after]), dispersion)[0]


def test_the_dodder_seeds_of_the_paper():
    # Krishnamoorthy and Thomson (2004), after Przyborowski and Wilenski (1940): no and three seeds in equal samples.
    assert _compare(0, 3) == pytest.approx(0.0884, abs=5e-5)


@pytest.mark.parametrize(("before", "after"), [(3, 11), (40, 61), (214, 160), (1000, 1090), (1, 0), (7, 7)])
def test_the_e_test_is_that_of_scipy(before, after):
    # It leaves out sums in the far tails.
    other = stats.poisson_means_test(before, 1, after, 1).pvalue
    assert _compare(before, after) == pytest.approx(other, rel=2e-6)
    assert _compare(after, before) == _compare(before, after)


def test_parts_of_crimes_are_the_double_sum_too():
    before, after = 2.5, 9.25
    mean, counts = (before + after) / 2, np.arange(80)
    first, second = np.meshgrid(counts, counts)
    statistic = np.abs(first - second) / np.sqrt(np.maximum(first + second, 1))
    weights = stats.poisson.pmf(first, mean) * stats.poisson.pmf(second, mean)
    extreme = statistic >= (after - before) / np.sqrt(before + after)
    assert _compare(before, after) == pytest.approx(weights[extreme].sum(), rel=1e-9)


def test_a_rate_that_did_not_change_passes_as_often_as_promised():
    rng = np.random.default_rng(0)
    p_values = compare_counts(rng.poisson(30, 4000), rng.poisson(30, 4000))
    assert 0.035 < np.mean(p_values < 0.05) < 0.055


def test_clustered_counts_pass_as_often_as_promised_with_their_dispersion():
    rng = np.random.default_rng(0)
    before, after = (2.0 * rng.poisson(30, 4000) for _ in range(2))
    assert np.mean(compare_counts(before, after) < 0.05) > 0.12
    assert 0.035 < np.mean(compare_counts(before, after, 2.0) < 0.05) < 0.055


def test_nothing_unknown_is_tested_and_nothing_is_no_change():
    p_values = compare_counts(np.array([np.nan, 4, 0, 11924]), np.array([1, np.nan, 0, 9000]))
    assert np.isnan(p_values[:2]).all()
    assert p_values[2] == 1
    assert 0 <= p_values[3] < 1e-12
    assert compare_counts(np.array([]), np.array([])).size == 0


def test_false_discoveries_by_hand():
    # At 5 %: sorted p <= 0.01, 0.02, 0.03, 0.04, 0.05 by rank. 0.02 and 0.03 are significant although 0.03 alone would
    # not be at rank 2, because the fourth, 0.039, is within 0.04.
    p_values = np.array([0.039, np.nan, 0.001, 0.03, 0.6, 0.02])
    assert is_discovery(p_values).tolist() == [True, False, True, True, False, True]
    assert not is_discovery(np.array([0.03, 0.5, np.nan])).any()
    assert not is_discovery(np.array([np.nan])).any()
