"""Single jobs and assets run in this process, as from Dagster's UI after a failure."""

import csv
from pathlib import Path

import dagster as dg

from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.alerts import describe_failures


def run_part(settings: Settings, definitions: dg.Definitions, part: str) -> str:
    """Run a job, or a single asset, for all crime types; return the messages of failed steps."""
    job = (
        definitions.resolve_job_def(part)
        if "/" not in part
        else dg.define_asset_job("part", dg.AssetSelection.assets(part)).resolve(
            asset_graph=definitions.resolve_asset_graph()
        )
    )
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        result = job.execute_in_process(instance=instance, raise_on_error=False)
        return describe_failures(part, result.get_step_failure_events())


def break_a_test(data: Path) -> None:
    """Write rates above 1 into the deprivation file: rows that landing excludes, too many for a dbt test."""
    (path,) = data.rglob("File_7*.csv")
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    column = next(number for number, name in enumerate(rows[0]) if name.startswith("Income Score"))
    for row in rows[1::40]:
        row[column] = "7.5"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
