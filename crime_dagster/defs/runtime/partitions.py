"""The only partitioning of the project: crime types, from the dbt seed."""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import dagster as dg
from dagster._core.execution.context.system import StepExecutionContext

from crime_dagster.core.crime_types import CrimeType, read_crime_types
from crime_dagster.core.settings import PROJECT_DIR, Settings

# Back-fill policies are marked as beta in the pinned version, once per asset and run; the pin makes that safe.
warnings.filterwarnings("ignore", "Parameter `backfill_policy`", category=dg.BetaWarning)

OWNER = "team:crime-data"

# Several crime types are one step, processed in parallel inside it: each new process would cost seconds of imports.
SINGLE_RUN = dg.BackfillPolicy.single_run()

# One partition per row of the seed.
CRIME_TYPES = dg.StaticPartitionsDefinition([row.crime_type for row in read_crime_types(PROJECT_DIR / "dbt_project")])


def _allow_plain_runs() -> None:
    """Let a run without partitions cover all of them.

    Dagster asks it for the partitions of another asset that a partitioned asset reads, and fails: `Cannot access
    partition_key`.
    """
    ask = StepExecutionContext.has_asset_partitions_for_input

    def has_partitions(self: StepExecutionContext, input_name: str) -> bool:
        return self.has_partitions and ask(self, input_name)

    setattr(StepExecutionContext, ask.__name__, has_partitions)


_allow_plain_runs()

# The due partitions of the running step; None for all of the run.
_due: list[frozenset[str] | None] = [None]


@contextmanager
def narrow(due: Iterable[str] | None) -> Iterator[None]:
    """Limit `list_chosen_types` to some partitions in this block; None for all of the run."""
    _due.append(None if due is None else frozenset(due))
    try:
        yield
    finally:
        _due.pop()


def list_chosen_types(context: dg.AssetExecutionContext, settings: Settings) -> list[CrimeType]:
    """Return the due crime types of this run's partitions, in sort order."""
    chosen = frozenset(list_run_types(context)) if _due[-1] is None else _due[-1]
    return [row for row in read_crime_types(settings.dbt_dir) if row.crime_type in chosen]


def is_plain(context: dg.AssetExecutionContext) -> bool:
    """Whether a run was launched without partitions, and so covers all of them."""
    return not (context.has_partition_key or context.has_partition_key_range)


def list_run_types(context: dg.AssetExecutionContext) -> list[str]:
    return list(CRIME_TYPES.get_partition_keys() if is_plain(context) else context.partition_keys)
