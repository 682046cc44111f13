"""Parallel work in processes: this one does its share, and further ones the others."""

import gc
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from joblib import effective_n_jobs
from joblib.externals.loky import get_reusable_executor

from crime_dagster.core.errors import about
from crime_dagster.core.records import Watched, take_over, watch
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import hold_open

Item = TypeVar("Item")
Result = TypeVar("Result")
# Each process loads the drawing libraries, some 300 MB.
MOST_PROCESSES = 4
# Seconds after which an idle process ends; starting one takes three.
_PATIENCE = 300


def map_in_processes(settings: Settings, work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Return what `work` returns for each item, in order; what it reads and writes is recorded here."""
    done = share_out(partial(_watch, settings, work), items, MOST_PROCESSES)
    for _, watched in done:
        take_over(watched)
    return [result for result, _ in done]


def share_out(work: Callable[[Sequence[Item]], list[Result]], items: Sequence[Item], most: int) -> list[Result]:
    """Return the results of `work`, which takes a part of the items, for all of them in order.

    A single item, or a machine with one core, uses no other process.
    """
    processes = min(effective_n_jobs(-1), most, len(items))
    if processes < 2:
        return work(items)
    # One thread each for linear algebra: more would compete for cores.
    others = get_reusable_executor(processes - 1, timeout=_PATIENCE, env={"OMP_NUM_THREADS": "1"})
    found: dict[int, Result] = {}
    try:
        parts = [others.submit(_do_part, work, items[at::processes]) for at in range(1, processes)]
        for at, results in enumerate([work(items[::processes]), *(part.result() for part in parts)]):
            found |= zip(range(at, len(items), processes), results, strict=True)
    except BaseException:
        others.shutdown(kill_workers=True)
        raise
    return [found[at] for at in range(len(items))]


def _do_part(work: Callable[[Sequence[Item]], list[Result]], part: Sequence[Item]) -> list[Result]:
    # A worker searches for garbage after each task: not among the libraries.
    gc.freeze()
    return work(part)


def _watch(settings: Settings, work: Callable[[Item], Result], items: Sequence[Item]) -> list[tuple[Result, Watched]]:
    with watch(settings) as watched, hold_open(settings.database):
        return [(_do(work, item), watched) for item in items]


def _do(work: Callable[[Item], Result], item: Item) -> Result:
    crime = getattr(item, "crime", item)
    with about(getattr(crime, "crime_type", crime)):
        return work(item)
