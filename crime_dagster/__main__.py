"""What the Makefile runs: one command each for the whole arc, dbt alone, and what linters need.

Bad input ends in one message and exit status 2; a failed step in one message that names it and exit status 1.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.sources.catalogue import load_catalogue, require_files


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m crime_dagster", description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=sorted(COMMANDS), help="what to do")
    command = COMMANDS[parser.parse_args(arguments).command]
    try:
        settings = Settings.from_environment()
        return command(settings)
    except InputError as error:
        print(f"\nStopped.\n{error}", file=sys.stderr)
        return 2


def run(settings: Settings) -> int:
    """Materialise everything for the data set; the last line names the gallery."""
    require_files(load_catalogue(), settings.data_dir)
    status = _execute(settings, "refresh_monthly")
    if status == 0:
        print(f"Gallery: {settings.published_dir / 'index.html'}")
    return status


def build_dbt(settings: Settings) -> int:
    """Land what is missing or changed, then `dbt build` with dbt's own output."""
    require_files(load_catalogue(), settings.data_dir)
    status = _execute(settings, "land_sources")
    if status != 0:
        return status
    from crime_dagster.core.warehouse import link_spatial_extension

    link_spatial_extension(settings.warehouse_dir / "extensions")
    dbt = Path(sys.executable).with_name("dbt")
    return subprocess.run([str(dbt), "build"], cwd=settings.dbt_dir, check=False).returncode


def download(settings: Settings) -> int:
    """Fetch what is new or changed from the publishers; a source that fails is named and does not stop the others."""
    # An HTTP client is a second of imports that no other command needs.
    from crime_dagster.sources.download import download_sources

    report = download_sources(load_catalogue(), settings.download_dir, lambda line: print(line, flush=True))
    print(f"\n{report.describe()}", file=sys.stderr if report.failed else sys.stdout)
    return 1 if report.failed else 0


def prepare(settings: Settings) -> int:
    """Make the folders and dbt's manifest: what Dagster's UI and dbt-bouncer read first."""
    from crime_dagster.definitions import build_defs

    build_defs(settings)
    return 0


def _execute(settings: Settings, job_name: str) -> int:
    # Dagster costs seconds to import: a wrong folder is answered before that.
    import dagster as dg

    from crime_dagster.definitions import build_defs
    from crime_dagster.defs.partitions import tag_all_types

    job = build_defs(settings).resolve_job_def(job_name)
    tags = tag_all_types(settings) if job_name == "refresh_monthly" else {}
    with dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(
            run_config={"loggers": {"progress": {}}}, instance=instance, tags=tags, raise_on_error=False
        )
    if result.success:
        return 0
    print(f"\nStopped: {job_name} did not finish.", file=sys.stderr)
    for event in result.get_step_failure_events():
        failure = event.step_failure_data
        words = failure.user_failure_data.description if failure.user_failure_data else None
        error = failure.error_display_string.splitlines()[0] if failure.error else ""
        print(f"\nstep {event.step_key}\n{words or error}", file=sys.stderr)
    return 1


COMMANDS = {"run": run, "dbt": build_dbt, "download": download, "prepare": prepare}

if __name__ == "__main__":
    raise SystemExit(main())
