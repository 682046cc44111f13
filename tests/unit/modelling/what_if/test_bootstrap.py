import numpy as np
import pandas as pd
import pytest

from crime_dagster.modelling.what_if.bootstrap import Bootstraps, find_interval, fit_bootstraps


def _make_table(areas: int = 240, boroughs: int = 8) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    rng = np.random.default_rng(4)
    table = pd.DataFrame({"pubs": rng.poisson(6, areas).astype(float), "idle_score": rng.normal(0, 1, areas)})
    target = pd.Series(rng.poisson(10 * (1 + table["pubs"]) ** 0.5).astype(float))
    return table, target, pd.Series([f"B{number % boroughs}" for number in range(areas)])


@pytest.fixture(scope="module")
def fitted() -> Bootstraps:
    return fit_bootstraps(*_make_table(), draws=10)


def test_every_draw_predicts_and_no_two_are_the_same(fitted):
    table, target, _ = _make_table()
    predicted = fitted.predict(table)
    assert predicted.shape == (11, 240)
    assert len(np.unique(predicted[:, 0])) == 11
    assert predicted.sum(axis=1) == pytest.approx(target.sum(), rel=0.05)


def test_what_is_known_is_found_and_what_is_not_is_near_nothing(fitted):
    table, _, _ = _make_table()
    before = fitted.predict(table).sum(axis=1)
    more = fitted.predict(table.assign(pubs=1.2 * table["pubs"])).sum(axis=1) / before
    other = fitted.predict(table.assign(idle_score=1.2 * table["idle_score"])).sum(axis=1) / before
    assert more == pytest.approx(1.19**0.5, abs=0.03)
    assert other == pytest.approx(1, abs=0.01)


def test_the_same_data_gives_the_same_models_whatever_stands_outside_the_range(fitted):
    again = fit_bootstraps(*_make_table(), draws=10)
    assert np.array_equal(again.weights, fitted.weights)
    far = pd.DataFrame({"pubs": [1e9, np.nan], "idle_score": [0.0, 0.0]})
    assert np.isfinite(fitted.predict(far)).all()
    assert fitted.predict(far)[0, 0] < 200


def test_areas_without_a_count_are_not_learned_from():
    table, target, boroughs = _make_table()
    gone = target.where(boroughs != "B3")
    rest = boroughs != "B3"
    found = fit_bootstraps(table, gone, boroughs, draws=2)
    assert np.array_equal(found.weights, fit_bootstraps(table[rest], target[rest], boroughs[rest], draws=2).weights)


def test_an_interval_is_around_the_answer_and_as_wide_as_draws_and_disagreement_make_it():
    draws = np.array([5.0, *np.linspace(3, 7, 15)])
    lower, upper = find_interval(5.0, draws)
    assert lower < 3 < 5 < 7 < upper
    wider = find_interval(9.0, draws)
    assert wider[0] < lower
    assert wider[1] > upper
    assert find_interval(0.0, np.zeros(16)) == (0, 0)


def test_an_interval_never_reaches_less_than_nothing_and_is_unknown_without_draws():
    lower, upper = find_interval(-95.0, np.array([-95.0, *np.linspace(-99, -80, 15)]))
    assert -100 < lower < -95 < upper
    assert np.isnan(find_interval(float("nan"), np.zeros(16))).all()
    assert np.isnan(find_interval(1.0, np.array([1.0, 2.0]))).all()
