"""Parallel work in processes: this one does its share, and further ones the others."""

import gc
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache, partial
from typing import TypeVar

from joblib import effective_n_jobs
from joblib.externals.loky import get_reusable_executor
from threadpoolctl import ThreadpoolController, threadpool_limits

from crime_dagster.core.errors import about
from crime_dagster.core.records import Watched, take_over, watch
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import hold_open

Item = TypeVar("Item")
Result = TypeVar("Result")
Key = TypeVar("Key")
# Each process loads the drawing libraries, some 300 MB.
MOST_PROCESSES = 4


def map_in_processes(settings: Settings, work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Return what `work` returns for each item, in order; what it reads and writes is recorded here."""
    done = _share_out(partial(_watch, settings, work), items, MOST_PROCESSES)
    for _, watched in done:
        take_over(watched)
    return [result for result, _ in done]


def run_each(tasks: Mapping[Key, Callable[[], Result]], jobs: int) -> dict[Key, Result]:
    """Run tasks in at most `jobs` processes; results are in task order and do not depend on the number."""
    return dict(zip(tasks, _share_out(_run, [*tasks.items()], jobs), strict=True))


def one_thread() -> AbstractContextManager[object]:
    """Limit linear algebra to one thread in this block: more would compete for cores, and add in another order."""
    return _find_libraries().limit(limits=1)


@cache  # scanning all loaded libraries takes as long as a prediction
def _find_libraries() -> ThreadpoolController:
    return ThreadpoolController()


def _share_out(work: Callable[[Sequence[Item]], list[Result]], items: Sequence[Item], most: int) -> list[Result]:
    """Return the results of `work`, which takes a part of the items, for all of them in order."""
    processes = min(effective_n_jobs(-1), most, len(items))
    if processes < 2:
        return work(items)
    # A process that has waited for five minutes ends.
    others = get_reusable_executor(processes - 1, timeout=300, env={"OMP_NUM_THREADS": "1"})
    try:
        parts = [others.submit(_do_part, work, items[at::processes]) for at in range(1, processes)]
        found = [work(items[::processes]), *(part.result() for part in parts)]
    except BaseException:
        others.shutdown(kill_workers=True)
        raise
    return [found[at % processes][at // processes] for at in range(len(items))]


def _do_part(work: Callable[[Sequence[Item]], list[Result]], items: Sequence[Item]) -> list[Result]:
    # A worker searches for garbage after each part: not among the libraries.
    gc.freeze()
    return work(items)


def _watch(settings: Settings, work: Callable[[Item], Result], items: Sequence[Item]) -> list[tuple[Result, Watched]]:
    with watch(settings) as watched, hold_open(settings.database):
        return [(_do(work, item), watched) for item in items]


def _do(work: Callable[[Item], Result], item: Item) -> Result:
    crime = getattr(item, "crime", item)
    with about(getattr(crime, "crime_type", crime)):
        return work(item)


def _run(tasks: Sequence[tuple[Key, Callable[[], Result]]]) -> list[Result]:
    found = []
    # Not `one_thread`: a task may load libraries that were not there when it first looked.
    with threadpool_limits(1):
        for key, task in tasks:
            with about(", fold ".join(map(str, key)) if isinstance(key, tuple) else key):
                found.append(task())
    return found
