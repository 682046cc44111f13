"""A run launched without partitions covers all crime types, and the UI shows each as materialised."""

from pathlib import Path

import dagster as dg

from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.partitions import CRIME_TYPES, SINGLE_RUN, list_chosen_types
from crime_dagster.defs.runtime.unchanged import Metadata, recorded

KEY = dg.AssetKey(["models", "one"])


def test_a_plain_launch_does_every_type(tmp_path: Path):
    settings = Settings(tmp_path / "data", tmp_path / "warehouse")
    settings.warehouse_dir.mkdir()
    seen: list[list[str]] = []

    @dg.asset(key=KEY, partitions_def=CRIME_TYPES, backfill_policy=SINGLE_RUN)
    @recorded
    def one(context: dg.AssetExecutionContext, settings: Settings) -> Metadata:
        seen.append([crime.crime_type for crime in list_chosen_types(context, settings)])
        return {}

    @dg.asset(partitions_def=CRIME_TYPES, backfill_policy=SINGLE_RUN, deps=[one])
    @recorded
    def two(context: dg.AssetExecutionContext, settings: Settings) -> Metadata:
        return {}

    job = dg.Definitions([one, two], jobs=[dg.define_asset_job("plain", "*")], resources={"settings": settings})
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.resolve_job_def("plain").execute_in_process(instance=instance)
        assert result.success
        assert instance.get_materialized_partitions(KEY) == {*CRIME_TYPES.get_partition_keys()}
        again = job.resolve_job_def("plain").execute_in_process(instance=instance)
        assert len(again.asset_materializations_for_node("models__one")) == 1, "one event says that it is unchanged"
    assert seen == [list(CRIME_TYPES.get_partition_keys())], "and nothing again where nothing changed"
