"""The rules of the dbt project hold: `make lint` asks the same of a manifest of its own."""

import subprocess
import sys
from pathlib import Path

from crime_dagster.core.settings import Settings
from tests.conftest import PROJECT, SAMPLE, name_environment


def test_dbt_bouncer_finds_nothing(prepared: Path):
    environment = name_environment(SAMPLE, prepared)
    environment["DBT_PROJECT_DIR"] = str(Settings(SAMPLE, prepared).dbt_target_dir.parent)
    done = subprocess.run(
        [str(Path(sys.executable).with_name("dbt-bouncer")), "--config-file", "dbt-bouncer.yml"],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
