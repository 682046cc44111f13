"""`dbt build` with dbt's own output, without Dagster: it takes seconds to import."""

import subprocess
import sys
from pathlib import Path

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import link_spatial_extension


def find_dbt() -> str:
    """Return the program that is installed beside this Python."""
    return str(Path(sys.executable).with_name("dbt"))


def run_dbt(settings: Settings, *arguments: str) -> int:
    """Run `dbt build` and return its exit status."""
    link_spatial_extension(settings.warehouse_dir / "extensions")
    command = [find_dbt(), "build", *arguments]
    return subprocess.run(command, cwd=settings.dbt_dir, check=False).returncode


def build_apart(settings: Settings, select: str) -> int:
    """Build some models into a file of their own, and read all others as the last run left them."""
    state = settings.published_dir / "dbt"
    if not (state / "manifest.json").is_file():
        raise InputError(
            file=state / "manifest.json",
            found="no such file",
            expected="the manifest of the last release, which says where all other tables are",
            remedy="run `make run` first",
        )
    # The folder of what is compiled is another one: the next run's manifest stays as it is.
    apart = ["--defer", "--state", str(state), "--target-path", str(settings.dbt_target_dir.with_name("dev"))]
    return run_dbt(settings, "--target", "dev", "--select", select, *apart)
