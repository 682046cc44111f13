"""The whole round: each address of the catalogue in turn, a few kilobytes of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from textwrap import shorten

from crime_dagster.core.settings import Settings
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.doctor.examine import Round, examine
from crime_dagster.sources.doctor.report import REPORT, Diagnosis
from crime_dagster.sources.download.archives import Archives
from crime_dagster.sources.download.datastore import Datastore
from crime_dagster.sources.download.policy import Policy
from crime_dagster.sources.download.report import mark
from crime_dagster.sources.download.web import Web, build_client

# A few kilobytes arrive in seconds, or something is wrong with the server and it is not asked for long.
BRIEFLY = Policy(
    attempts=2, longest_wait=5.0, longest_asked_wait=10.0, deadline=60.0, source_deadline=180.0, grace=20.0
)
SHOWN = 160


def check_publishers(
    catalogue: Mapping[str, Source], say: Callable[[str], object], policy: Policy = BRIEFLY, *, base: str | None = None
) -> Diagnosis:
    """Ask every address of the catalogue, one after the other: a host sees one request at a time.

    Args:
        catalogue: Sources by key.
        say: Prints a line of progress.
        policy: How patient it is.
        base: Stand-in for all publishers, for tests; every line then says so.
    """
    wanted = [source for source in catalogue.values() if source.download.kind != "manual"]
    by_hand = tuple(key for key, source in catalogue.items() if source.download.kind == "manual")
    asked_at = datetime.fromtimestamp(policy.now(), UTC).isoformat(timespec="seconds")

    def say_marked(text: str) -> None:
        say(mark(text, base))

    answers = []
    with (
        build_client(is_local=base is not None) as opened,
        Archives(web := Web(opened, policy, say_marked, base=base)) as archives,
    ):
        round_ = Round(web, Datastore(web), archives)
        opened.event_hooks = {"response": [round_.note]}
        for source in wanted:
            answer = examine(round_, source)
            say_marked(f"{answer.state:13}  {answer.source}: {shorten(answer.found, SHOWN)}")
            answers.append(answer)
    return Diagnosis(asked_at, tuple(answers), by_hand, base)


def run_doctor(settings: Settings, path: Path | None, say: Callable[[str], None]) -> int:
    """Ask all publishers, print what they answer, and write it to `path` or below the warehouse folder.

    Returns:
        The exit status: 1 if an address is gone or has changed, 2 if none could be reached, else 0.
    """
    report = check_publishers(load_catalogue(), say, base=settings.publishers)
    target = path or settings.warehouse_dir / REPORT
    report.write(target)
    say(mark(f"\n{report.describe()}\nFor machines: {target}", report.base))
    return report.exit_status
