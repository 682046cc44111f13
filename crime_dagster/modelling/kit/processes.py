"""Independent tasks in parallel processes, with one thread each for linear algebra."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import cache
from typing import TypeVar

from joblib import Parallel, delayed
from threadpoolctl import ThreadpoolController

from crime_dagster.core.errors import about

Key = TypeVar("Key")
Found = TypeVar("Found")


def run_each(tasks: Mapping[Key, Callable[[], Found]], jobs: int) -> dict[Key, Found]:
    """Run tasks in at most `jobs` processes; results are in task order and do not depend on the number."""
    if not tasks:
        return {}
    found = Parallel(n_jobs=min(jobs, len(tasks)))(delayed(_do)(*each) for each in tasks.items())
    return dict(zip(tasks, found, strict=True))


def _do(key: object, task: Callable[[], Found]) -> Found:
    with about(", fold ".join(map(str, key)) if isinstance(key, tuple) else key):
        return task()


def one_thread() -> AbstractContextManager[object]:
    """Limit linear algebra to one thread in this block: more would compete for cores, and add in another order."""
    return _find_libraries().limit(limits=1)


@cache  # scanning all loaded libraries takes as long as a prediction
def _find_libraries() -> ThreadpoolController:
    return ThreadpoolController()
