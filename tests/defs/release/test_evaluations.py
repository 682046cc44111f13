"""The evaluation of each check that a release depends on."""

import dagster as dg

from crime_dagster.defs.release.evaluations import find_latest


@dg.asset_check(asset="accounts")
def rows_are_there() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=True)


def test_the_check_of_a_table_that_no_step_materialises_is_current():
    job = dg.define_asset_job("checks", dg.AssetSelection.checks(rows_are_there))
    defs = dg.Definitions([dg.AssetSpec("accounts")], asset_checks=[rows_are_there], jobs=[job])
    key = dg.AssetCheckKey(dg.AssetKey("accounts"), "rows_are_there")
    with dg.DagsterInstance.ephemeral() as instance:
        assert "never evaluated" in str(find_latest(instance, [key])[0].find_flaw())
        defs.resolve_job_def("checks").execute_in_process(instance=instance)
        assert find_latest(instance, [key])[0].find_flaw() is None
