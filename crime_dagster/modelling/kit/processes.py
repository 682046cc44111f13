"""Independent tasks in parallel processes, with one thread each for linear algebra."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache
from typing import TypeVar

from threadpoolctl import ThreadpoolController, threadpool_limits

from crime_dagster.core.errors import about
from crime_dagster.core.processes import share_out

Key = TypeVar("Key")
Found = TypeVar("Found")


def run_each(tasks: Mapping[Key, Callable[[], Found]], jobs: int) -> dict[Key, Found]:
    """Run tasks in at most `jobs` processes; results are in task order and do not depend on the number."""
    return dict(zip(tasks, share_out(_do, [*tasks.items()], jobs), strict=True))


def _do(tasks: Sequence[tuple[Key, Callable[[], Found]]]) -> list[Found]:
    found = []
    with threadpool_limits(1):
        for key, task in tasks:
            with about(", fold ".join(map(str, key)) if isinstance(key, tuple) else key):
                found.append(task())
    return found


def one_thread() -> AbstractContextManager[object]:
    """Limit linear algebra to one thread in this block: more would compete for cores, and add in another order."""
    return _find_libraries().limit(limits=1)


@cache  # scanning all loaded libraries takes as long as a prediction
def _find_libraries() -> ThreadpoolController:
    return ThreadpoolController()
