"""Processes that are started before there is work for them."""

import sys

import pytest

from crime_dagster.core import processes
from crime_dagster.core.processes import run_each, warm_up

MODULE = "xml.sax.expatreader"


def is_imported() -> bool:
    return MODULE in sys.modules


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "effective_n_jobs", lambda _: 2)


@pytest.mark.usefixtures("two_cores")
def test_a_further_process_has_imported_what_it_will_need():
    tasks = {"first": is_imported, "second": is_imported}
    assert not run_each(tasks, 2)["second"]
    warm_up([MODULE])
    assert run_each(tasks, 2)["second"]


def test_one_core_starts_no_process(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(processes, "effective_n_jobs", lambda _: 1)
    monkeypatch.setattr(processes, "_start_others", lambda _: pytest.fail("a process was started"))
    warm_up([MODULE])
