"""Killed runs: the next one finishes without help, with the same published files."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.conftest import Version, replace_data
from tests.faults.trial import (
    find_flaws,
    find_leftovers,
    finish,
    kill_after,
    read_published,
    run,
    start_run,
    watch_published,
)

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("CRIME_TEST_KILLS", "30"))
SEED = int(os.environ.get("CRIME_TEST_SEED", "20261126"))
# A whole run of the town on two cores takes about this long; a kill that comes too late is repeated.
LONGEST_WAIT = 45.0
# The middle of each kind of write.
MOMENTS = {
    "landed table": "landing/mps/lsoa_crime.parquet",
    "model": "models/total.skops",
    "table of a model": "landing/models/explain_predictions/total.parquet",
    "map": "build/maps/total.html",
    "chart": "build/charts/total_trend.png",
    "GIF": "build/gifs/total_actual_and_predicted.gif",
    "page": "build/index.html",
    "download": "_crime.gpkg",
    "record": "records/maps__crimes_by_area",
    "record of dbt": "records/dbt_before_models.json",
    "manifest of a release": "manifest.json",
    "published database": "crime.duckdb",
    "release": "releases/000002",
    "link to the release": "published",
}


def check_recovery(data: Path, warehouse: Path, expected: Version) -> str:
    """Run to the end and compare with an undisturbed run."""
    status, output = run(data, warehouse)
    assert status == 0, output[-3000:]
    assert find_flaws(warehouse) == []
    assert find_leftovers(warehouse) == []
    published = read_published(warehouse)
    differing = {
        name
        for name in published.keys() | expected.published.keys()
        if published.get(name) != expected.published.get(name)
    }
    assert differing == set()
    return output


@pytest.mark.parametrize("what", MOMENTS)
def test_a_kill_in_the_middle_of_a_write(
    what: str, build: Callable[[], tuple[Path, Path]], versions: tuple[Version, Version]
):
    data, warehouse = build()
    replace_data(data, versions[1])
    with watch_published(warehouse) as flaws:
        status, output = finish(start_run(data, warehouse, kill_at=MOMENTS[what]))
        assert status == -9, f"{what} was never written: {output[-2000:]}"
        assert read_published(warehouse) == versions[0].published, "what was published stays"
        check_recovery(data, warehouse, versions[1])
    assert flaws == []


def test_kills_at_random_moments(build: Callable[[], tuple[Path, Path]], versions: tuple[Version, Version]):
    """The data alternates between two versions, so that every run has everything to do."""
    data, warehouse = build()
    chance = random.Random(SEED)  # noqa: S311 moments of kills are no secret
    print(f"seed {SEED}")
    with watch_published(warehouse) as flaws:
        done = 0
        while done < KILLS:
            wanted = versions[(done + 1) % 2]
            replace_data(data, wanted)
            seconds = chance.uniform(0, LONGEST_WAIT)
            if not kill_after(start_run(data, warehouse), seconds):
                continue
            published = read_published(warehouse)
            assert published in (versions[0].published, versions[1].published), f"kill {done} after {seconds:.1f} s"
            check_recovery(data, warehouse, wanted)
            done += 1
            print(f"kill {done} after {seconds:.1f} s: recovered", flush=True)
    assert flaws == []


def test_a_kill_of_the_first_run_of_all(versions: tuple[Version, Version], tmp_path: Path):
    warehouse = tmp_path / "warehouse"
    assert kill_after(start_run(versions[0].data, warehouse), 15)
    assert not (warehouse / "published").exists()
    check_recovery(versions[0].data, warehouse, versions[0])
