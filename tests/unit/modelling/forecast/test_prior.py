import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from crime_dagster.core.errors import InputError
from crime_dagster.modelling.forecast.prior import SmoothCounts, fit_priors


def _spread_over_months(city, months: int = 8) -> pd.DataFrame:
    dates = pd.date_range("2024-01-01", periods=months, freq="MS")
    rng = np.random.default_rng(3)
    return pd.DataFrame(rng.poisson(np.outer(city.target / 12, np.ones(months))), city.target.index, dates).astype(
        float
    )


@pytest.fixture(scope="module")
def counts(city) -> pd.DataFrame:
    return _spread_over_months(city)


def test_a_prior_explains_and_never_sees_what_comes_after(city, counts):
    planted = counts.copy()
    planted.iloc[:, 6:] = 1000.0
    given = {"as it was": counts, "planted": planted}
    stops = {"as it was": [6], "planted": [6, 8]}
    found = fit_priors(given, stops, city.features, city.boroughs, coordinates=city.coordinates, jobs=1)
    before, after = found["as it was"][6], found["planted"][6]
    assert np.abs(before - after).max() < 1e-9
    assert found["planted"][8].sum() > 10 * before.sum()
    assert np.corrcoef(np.log(before), np.log1p(city.target))[0, 1] > 0.7
    assert before.sum() == pytest.approx(12 * counts.iloc[:, :6].mean(axis=1).sum(), rel=0.1)


def test_threads_row_order_and_processes_change_nothing(city, counts):
    single = fit_priors({"a": counts}, {"a": [8]}, city.features, city.boroughs, jobs=1)["a"][8]
    other = city.shuffle(7)
    with threadpool_limits(limits=2):
        given = {"a": counts.loc[other.features.index], "b": counts}
        again = fit_priors(given, {"a": [8], "b": [8]}, other.features, other.boroughs, jobs=2)["a"][8]
    assert np.abs(again[single.index] - single).max() < 1e-9


def test_a_past_that_cannot_be_explained_has_no_prior(city, counts):
    only = counts[city.boroughs == "B00"]
    assert fit_priors({"a": only}, {"a": [8]}, city.features, city.boroughs, jobs=1) == {"a": {}}


def test_a_leak_stops_the_forecast_with_the_name_of_the_column(city, counts):
    leaky = city.features.assign(calls=3 * counts.sum(axis=1) + 1)
    with pytest.raises(InputError) as error:
        fit_priors({"a": counts}, {"a": [8]}, leaky, city.boroughs, jobs=1)
    assert error.value.column == "calls"


def test_linear_counts_are_finite_and_above_zero_far_outside_what_was_seen(city):
    model = SmoothCounts().fit(city.features, city.target)
    assert (model.predict(1e6 * city.features) > 0).all()
    assert np.isfinite(model.predict(-1e6 * city.features)).all()
