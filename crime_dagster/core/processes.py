"""Parallel work in processes: a step draws a crime type on each core."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from joblib import Parallel, cpu_count, delayed

from crime_dagster.core.errors import about
from crime_dagster.core.records import Watched, take_over, watch
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import hold_open

Item = TypeVar("Item")
Result = TypeVar("Result")
# Each process loads the drawing libraries, some 300 MB.
MOST_PROCESSES = 4


def map_in_processes(settings: Settings, work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Return what `work` returns for each item, in order; what it reads and writes is recorded here.

    A single item, or a machine with one core, uses no other process.
    """
    processes = min(cpu_count(), MOST_PROCESSES, len(items))
    if processes < 2:
        return [_do(work, item) for item in items]
    done = Parallel(n_jobs=processes)(delayed(_watch)(settings, work, item) for item in items)
    for _, watched in done:
        take_over(watched)
    return [result for result, _ in done]


def _watch(settings: Settings, work: Callable[[Item], Result], item: Item) -> tuple[Result, Watched]:
    with watch(settings) as watched, hold_open(settings.database):
        return _do(work, item), watched


def _do(work: Callable[[Item], Result], item: Item) -> Result:
    crime = getattr(item, "crime", item)
    with about(getattr(crime, "crime_type", crime)):
        return work(item)
