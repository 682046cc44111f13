"""Fitting to earlier months too: what that changes, and what it must never change."""

import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.explain.explain import explain
from crime_dagster.modelling.explain.steady_year import HALF_LIFE, MONTHS_BEFORE, split_kinds, steady_year
from crime_dagster.modelling.forecast.prior import SmoothCounts
from crime_dagster.modelling.kit.fold_models import fit_fold_models

START = pd.Timestamp("2025-03-01")


def _months(rows: list[list[float]], codes: str, stop: pd.Timestamp = START) -> pd.DataFrame:
    last = stop - pd.DateOffset(months=1)
    return pd.DataFrame(rows, list(codes), pd.date_range(end=last, periods=len(rows[0]), freq="MS"))


def test_an_earlier_month_is_brought_to_the_years_level_and_weighs_less():
    year = pd.Series([120.0, 240.0], ["a", "b"])
    # Twice as many a month as the year's 30, and the reverse.
    found = steady_year(year, _months([[40.0], [20.0]], "ab"), START)
    weight = 0.5 ** (1 / HALF_LIFE)
    assert found["a"] == pytest.approx(12 * (120 + weight * 20) / (12 + weight))
    assert found["b"] == pytest.approx(12 * (240 + weight * 10) / (12 + weight))
    assert found.sum() == pytest.approx(year.sum())


def test_months_that_only_follow_the_year_in_level_change_nothing():
    year = pd.Series([12.0, 36.0, 0.0], list("abc"))
    months = _months([[2.0, 10.0, 1.0], [6.0, 30.0, 3.0], [0.0, 0.0, 0.0]], "abc")
    assert steady_year(year, months, START).to_numpy() == pytest.approx(year.to_numpy())


def test_only_months_before_the_year_and_not_too_long_ago_count():
    year = pd.Series([12.0, 12.0], list("ab"))
    late = _months([[9.0] * 12, [1.0] * 12], "ab", START + pd.DateOffset(months=12))
    early = _months([[9.0], [1.0]], "ab", START - pd.DateOffset(months=MONTHS_BEFORE))
    for months in (late, early):
        assert steady_year(year, months, START).tolist() == [12, 12]


def test_what_is_not_reported_stays_so_and_no_gap_is_read_as_zero():
    year = pd.Series([12.0, 24.0, np.nan, 36.0], list("abcd"))
    found = steady_year(year, _months([[1.0, 1.0], [2.0, np.nan], [50.0, 50.0]], "abc"), START)
    assert found[["a", "b", "d"]].tolist() == pytest.approx([12, 24, 36])
    assert np.isnan(found["c"])


def test_a_month_without_any_crime_says_nothing():
    year = pd.Series([12.0, 24.0], list("ab"))
    assert steady_year(year, _months([[0.0], [0.0]], "ab"), START).tolist() == [12, 24]


def _kinds(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["lsoa_code", "kind", "crimes"])


def test_kinds_add_up_to_all_crimes_of_an_area():
    learned = pd.Series([10.0, 4.0, np.nan, 6.0], list("abcd"), name="burglary")
    kinds = _kinds(("a", "homes", 3), ("a", "shops", 1), ("b", "shops", 7), ("a", "ships", 1), ("c", "homes", 9))
    found = split_kinds(learned, kinds)
    assert list(found) == ["burglary", "homes", "shops"]  # 1 in 21 is too rare
    assert found.loc["a"].tolist() == [10, 7.5, 2.5]
    assert found.loc["b"].tolist() == [4, 0, 4]
    assert found.loc["c"].isna().all()
    # Without a crime of a known kind: as in the city, 12 of 20.
    assert found.loc["d"].tolist() == pytest.approx([6, 6 * 12 / 20, 6 * 8 / 20])


@pytest.mark.parametrize("kinds", [_kinds(), _kinds(("a", "burglary", 5.0))], ids=["none", "one"])
def test_a_type_without_kinds_is_learned_whole(kinds):
    learned = pd.Series([10.0, 4.0], list("ab"), name="burglary")
    pd.testing.assert_frame_equal(split_kinds(learned, kinds), learned.to_frame())


@pytest.fixture(scope="module")
def usual(city) -> pd.Series:
    """Return crimes of a usual year, one in two areas: the signal without noise."""
    deprived, pubs = city.features["income_deprivation_pct"], city.features["pubs"]
    rate = city.features["residents"] * (1 + deprived) ** 0.8 * (1 + pubs) ** 0.4
    return 0.5 * rate / rate.mean()


@pytest.fixture(scope="module")
def rare(usual) -> tuple[pd.Series, pd.Series]:
    """Return the counts of one such year, and the estimate with the 24 months before it."""
    rng = np.random.default_rng(5)
    counts = pd.DataFrame(
        rng.poisson(usual.to_numpy()[:, None] / 12, (len(usual), 36)).astype(float),
        usual.index,
        pd.date_range("2023-03-01", periods=36, freq="MS"),
    )
    year = counts.iloc[:, 24:].sum(axis=1)
    return year, steady_year(year, counts, START)


def test_a_noisy_year_is_learnt_better_with_the_months_before_it(city, usual, rare):
    year, steadied = rare

    def miss(learned: pd.Series | None) -> float:
        models = fit_fold_models(city.features, year, city.boroughs, learned=learned, folds=4, estimator=SmoothCounts)
        return float((np.log(models.predict(city.features)) - np.log(usual)).std())

    assert miss(steadied) < 0.85 * miss(None)


def test_the_year_that_is_scored_is_never_altered(city, rare):
    year, steadied = rare
    # Three times the level: predictions still have the year's, as a fold's level comes from the other folds' counts.
    models = fit_fold_models(city.features, year, city.boroughs, learned=3 * steadied, folds=4, estimator=SmoothCounts)
    assert models.target.tolist() == year.tolist()
    assert models.predict(city.features).sum() == pytest.approx(year.sum(), rel=0.05)
    found = explain(models, city.features)
    assert found.predictions["actual"].tolist() == year.tolist()


def test_no_borough_is_predicted_from_its_own_earlier_months(city, rare):
    year, steadied = rare
    held_out = city.boroughs == "B03"
    before, after = (
        fit_fold_models(city.features, year, city.boroughs, learned=learned, folds=4, estimator=SmoothCounts)
        for learned in (steadied, steadied.where(~held_out, 7 * steadied))
    )
    ratio = (after.predict(city.features) / before.predict(city.features))[held_out]
    # Only the level, which the other folds set, may change.
    assert ratio.max() == pytest.approx(ratio.min())
