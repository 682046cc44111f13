"""The whole round: each address of the catalogue in turn, a few kilobytes of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from textwrap import shorten

import httpx

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.doctor.examine import Round, examine
from crime_dagster.sources.doctor.report import Report
from crime_dagster.sources.doctor.zips import Zips
from crime_dagster.sources.download.datastore import Datastore
from crime_dagster.sources.download.meter import Meter
from crime_dagster.sources.download.policy import Policy
from crime_dagster.sources.download.report import mark
from crime_dagster.sources.download.web import Web, build_client

# A few kilobytes are here in seconds, or the server is not well: it is not asked for long.
BRIEFLY = Policy(
    attempts=2, longest_wait=5.0, longest_asked_wait=10.0, deadline=60.0, source_deadline=180.0, grace=20.0
)
SHOWN = 160


def check_publishers(
    catalogue: Mapping[str, Source],
    say: Callable[[str], object],
    policy: Policy = BRIEFLY,
    client: httpx.Client | None = None,
    *,
    base: str | None = None,
) -> Report:
    """Ask every address of the catalogue, one after the other: a host sees one request at a time.

    Args:
        catalogue: Sources by key.
        say: Takes one line of progress.
        policy: How patient it is.
        client: What sends the requests; a new one where it is None.
        base: Stand-in for all publishers, for tests; every line then says so.

    Returns:
        An answer per source that is not fetched by hand.
    """
    wanted = [source for source in catalogue.values() if source.download.kind != "manual"]
    by_hand = tuple(key for key, source in catalogue.items() if source.download.kind == "manual")
    asked_at = datetime.fromtimestamp(policy.now(), UTC).isoformat(timespec="seconds")

    def say_marked(words: str) -> None:
        say(mark(words, base))

    answers = []
    with client or build_client() as opened:
        web = Web(opened, policy, say_marked, Meter(say_marked, every=policy.progress_every), base)
        round_ = Round(web, Datastore(web), Zips(web))
        opened.event_hooks = {"response": [round_.note]}
        for source in wanted:
            answer = examine(round_, source)
            say_marked(f"{answer.state:13}  {answer.source}: {shorten(answer.found, SHOWN)}")
            answers.append(answer)
    return Report(asked_at, tuple(answers), by_hand, base)
