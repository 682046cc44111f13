"""Independent tasks, each in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from joblib import Parallel, delayed

Key = TypeVar("Key")
Found = TypeVar("Found")


def run_each(tasks: Mapping[Key, Callable[[], Found]], jobs: int) -> dict[Key, Found]:
    """Run tasks in at most `jobs` processes; the results, in the order of the tasks, do not depend on the number."""
    if not tasks:
        return {}
    found = Parallel(n_jobs=min(jobs, len(tasks)))(delayed(task)() for task in tasks.values())
    return dict(zip(tasks, found, strict=True))
