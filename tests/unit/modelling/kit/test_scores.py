import math

import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.kit import scores

ACTUAL = np.array([0.0, 1.0, 3.0, 6.0])
PREDICTED = np.array([1.0, 1.0, 2.0, 6.0])
CODES = np.array(["a", "b", "c", "d"])


def test_deviance_by_hand():
    # 2 x (0 + 1) for the empty area, 2 x (3 ln(3/2) - 1) for the third, nothing for the two that are right.
    assert scores.find_deviance(ACTUAL, PREDICTED) == pytest.approx(2 * 1 + 2 * (3 * math.log(1.5) - 1))


def test_deviance_floors_predictions():
    assert scores.find_deviance(np.array([1.0]), np.array([0.0])) == pytest.approx(2 * (math.log(1000) - 0.999))


def test_d2_by_hand_and_at_its_fixed_points():
    mean = np.full(4, 2.5)
    null = 2 * (2.5 + (math.log(1 / 2.5) + 1.5) + (3 * math.log(3 / 2.5) - 0.5) + (6 * math.log(6 / 2.5) - 3.5))
    expected = 1 - (2 * 1 + 2 * (3 * math.log(1.5) - 1)) / null
    assert scores.score_d2(ACTUAL, PREDICTED, mean) == pytest.approx(expected)
    assert scores.score_d2(ACTUAL, mean, mean) == 0
    assert scores.score_d2(ACTUAL, ACTUAL, mean) == pytest.approx(1, abs=1e-3)


def test_r2_by_hand():
    assert scores.score_r2(ACTUAL, PREDICTED) == pytest.approx(1 - 2 / 21)
    logs = np.log1p(ACTUAL)
    left = math.log(2) ** 2 + math.log(4 / 3) ** 2
    assert scores.score_r2_log(ACTUAL, PREDICTED) == pytest.approx(1 - left / np.sum((logs - logs.mean()) ** 2))


def test_r2_is_nan_where_nothing_varies():
    assert math.isnan(scores.score_r2(np.ones(3), np.ones(3)))


def test_r2_without_top_leaves_out_the_areas_with_most_crime():
    actual, predicted = np.append(ACTUAL, 1000.0), np.append(PREDICTED, 0.0)
    codes = np.append(CODES, "e")
    assert scores.score_r2(actual, predicted) < 0
    assert scores.score_r2_without_top(actual, predicted, codes) == pytest.approx(1 - 2 / 21)


def test_mae_and_spearman_by_hand():
    assert scores.score_mae(ACTUAL, PREDICTED) == 0.5
    # Ranks 1 2 3 4 against 1.5 1.5 3 4: covariance 4.5, variances 5 and 4.5.
    assert scores.score_spearman(ACTUAL, PREDICTED) == pytest.approx(4.5 / math.sqrt(5 * 4.5))
    assert math.isnan(scores.score_spearman(ACTUAL, np.ones(4)))


def test_hit_pei_and_pai_by_hand():
    actual = np.array([4.0, 3.0, 2.0, 1.0])
    predicted = np.array([1.0, 5.0, 4.0, 0.0])
    land = np.array([1.0, 2.0, 3.0, 4.0])
    assert scores.score_hit(actual, predicted, CODES, 0.5) == 0.5
    assert scores.score_pei(actual, predicted, CODES, 0.5) == pytest.approx(0.5 / 0.7)
    assert scores.score_pai(actual, predicted, CODES, land, 0.5) == pytest.approx(0.5 / 0.5)
    assert scores.score_pei(actual, actual, CODES, 0.5) == 1


def test_ties_are_broken_by_code_whatever_the_order_of_rows():
    actual, codes, flat = np.array([4.0, 3.0, 2.0, 1.0]), CODES, np.ones(4)
    assert scores.score_hit(actual, flat, codes, 0.25) == 0.4
    assert scores.score_hit(actual[::-1], flat, codes[::-1], 0.25) == 0.4


def test_hit_is_nan_without_crime():
    assert math.isnan(scores.score_hit(np.zeros(3), np.ones(3), CODES[:3]))
    assert math.isnan(scores.score_pei(np.zeros(3), np.ones(3), CODES[:3]))


def test_a_share_of_areas_is_rounded_and_never_none():
    assert [scores.count_share(areas, 0.1) for areas in (3, 14, 16, 4988)] == [1, 1, 2, 499]


def test_coverage_counts_both_ends():
    lower, upper = np.array([0.0, 2.0, 3.0, 0.0]), np.array([0.0, 5.0, 3.0, 5.0])
    assert scores.score_coverage(ACTUAL, lower, upper) == 0.5


@pytest.fixture
def table() -> pd.DataFrame:
    ends = {"lower_80": PREDICTED, "upper_80": PREDICTED, "lower_90": PREDICTED - 1, "upper_90": 9.0}
    return pd.DataFrame({"lsoa_code": CODES, "actual": ACTUAL, "predicted": PREDICTED, **ends})


def test_unreported_areas_do_not_enter_the_scores(table):
    mean = pd.Series(2.5, index=CODES)
    gap = table[:1].assign(lsoa_code="x", actual=np.nan, predicted=99.0)
    with_gap = pd.concat([table, gap], ignore_index=True)
    found = scores.score_predictions(with_gap, mean, land=pd.Series(1.0, index=CODES))
    assert found == scores.score_predictions(table, mean, land=pd.Series(1.0, index=CODES))
    assert found["coverage_90"] == 1
    assert found["coverage_80"] == np.mean(ACTUAL == PREDICTED)
    assert found["pai_10"] == pytest.approx(0.6 / 0.25)
    assert "pai_10" not in scores.score_predictions(table, mean)


def test_coverage_is_told_by_borough(table):
    table.loc[0, "upper_90"] = ACTUAL[0] - 1
    boroughs = pd.Series(["A", "A", "B", "B"], index=CODES)
    found = scores.score_predictions(table, pd.Series(2.5, index=CODES), boroughs=boroughs)
    assert [found[f"coverage_90_{code}"] for code in "AB"] == [0.5, 1]


def test_without_intervals_there_is_no_coverage(table):
    found = scores.score_predictions(table.assign(lower_90=np.nan), pd.Series(2.5, index=CODES))
    assert not [name for name in found if name.startswith("coverage")]
