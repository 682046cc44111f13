"""The round as a command: each answer as it comes, all of them at the end, and a file for machines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from crime_dagster.core.files import write_whole
from crime_dagster.core.settings import Settings
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.doctor.report import Report
from crime_dagster.sources.doctor.run import check_publishers
from crime_dagster.sources.download.report import mark

# Where a data set's answers are kept, below its warehouse folder.
REPORT = "publishers.json"


def run_doctor(settings: Settings, path: Path | None, say: Callable[[str], None]) -> int:
    """Ask all publishers, say what they answer, and write it down.

    Args:
        settings: Whose warehouse folder gets the file for machines.
        path: Another place for it; None for the usual one.
        say: Takes one line for people.

    Returns:
        The exit status: 1 where an address is gone or has changed, 2 where none could be reached, else 0.
    """
    report = check_publishers(load_catalogue(), say, base=settings.publishers)
    target = path or settings.warehouse_dir / REPORT
    write_report(report, target)
    say(mark(f"\n{report.describe()}\nFor machines: {target}", report.base))
    return report.exit_status


def write_report(report: Report, path: Path) -> None:
    """Write the answers for machines."""
    with write_whole(path) as partial:
        partial.write_text(report.as_json(), encoding="utf-8")
