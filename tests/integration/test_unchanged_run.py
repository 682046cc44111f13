"""A second run on the same files: it repeats only what is damaged, and rewrites only the manifest."""

import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import SAMPLE, Run, list_states, run_command

DAMAGED = "charts/total_ranked.png"
SKIPPED = re.compile(r"^\S+\s+(\S+): unchanged", re.MULTILINE)
DONE = re.compile(r"^\S+\s+((?:charts|dbt|gallery|gifs|maps|models)\S+) done in", re.MULTILINE)


@pytest.fixture(scope="module")
def second(built_sample: Run, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict, Run]:
    """A copy of a built warehouse, its published files, and a run on it after one picture was damaged."""
    warehouse = tmp_path_factory.mktemp("second") / "warehouse"
    shutil.copytree(built_sample.warehouse, warehouse, symlinks=True)
    (warehouse / "build" / DAMAGED).write_bytes(b"not a picture")
    before = list_states(warehouse / "published")
    return warehouse, before, run_command("run", SAMPLE, warehouse)


def test_only_the_damaged_step_works(second: tuple[Path, dict, Run]):
    _, _, run = second
    assert run.status == 0, run.errors
    assert set(DONE.findall(run.output)) - set(SKIPPED.findall(run.output)) == {"charts/ranked"}


def test_nothing_that_is_published_is_rewritten_but_the_manifest(second: tuple[Path, dict, Run]):
    warehouse, before, _ = second
    after = list_states(warehouse / "published")
    assert after.keys() == before.keys()
    assert {name for name, state in after.items() if state != before[name]} == {"manifest.json"}
    assert len([one for one in (warehouse / "releases").iterdir() if one.name.isdigit()]) == 1


def test_the_damaged_picture_is_back(second: tuple[Path, dict, Run]):
    warehouse, before, _ = second
    assert (warehouse / "build" / DAMAGED).read_bytes() == before[DAMAGED][0]
