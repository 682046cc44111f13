import pytest

from crime_dagster.modelling.forecast.origins import list_prior_stops, plan_month, plan_year


def test_thirty_one_months_test_a_year_and_calibrate_on_the_year_before():
    plan = plan_year(31)
    assert (plan.calibration, plan.tests, plan.future) == ((7,), (19,), 31)
    assert plan.prior_stops == {7: 7, 19: 19, 31: 31}


def test_the_six_newest_months_are_tested_and_the_six_before_calibrate():
    plan = plan_month(31)
    assert plan.calibration == (19, 20, 21, 22, 23, 24)
    assert plan.tests == (25, 26, 27, 28, 29, 30)
    assert list_prior_stops(31) == [7, 19, 31]


@pytest.mark.parametrize("months", range(1, 60))
def test_no_prior_sees_a_month_after_its_origin(months):
    for plan in (plan_year(months), plan_month(months)):
        assert set(plan.prior_stops) == {*plan.calibration, *plan.tests, plan.future}
        assert all(stop <= origin for origin, stop in plan.prior_stops.items())
        assert all(origin + plan.horizon <= months for origin in (*plan.calibration, *plan.tests))


@pytest.mark.parametrize(("months", "tests", "calibration"), [(17, 0, 0), (18, 1, 0), (29, 1, 0), (30, 1, 1)])
def test_few_months_mean_fewer_origins(months, tests, calibration):
    plan = plan_year(months)
    assert (len(plan.tests), len(plan.calibration)) == (tests, calibration)
    assert len(plan_month(months).tests) == (6 if months >= 18 else 0)
