"""The sensor that starts a refresh when published files have arrived or changed."""

import json
import time

import dagster as dg

from crime_dagster.core.errors import InputError
from crime_dagster.core.files import hash_files
from crime_dagster.core.last_refresh import list_touched
from crime_dagster.core.lock import is_held
from crime_dagster.core.settings import Settings, name_automation
from crime_dagster.sources.download.run import LOCK
from crime_dagster.sources.folder.folder import list_plain_files

# A file changed more recently than this may still be incomplete.
QUIET_SECONDS = 60
INTERVAL_SECONDS = 60


@dg.sensor(
    job_name="refresh_monthly",
    minimum_interval_seconds=INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus(name_automation()),
    description="Refreshes when files of the data folder have arrived, changed or gone, by their contents and not "
    "by their times; waits until nothing has been written for a minute.",
)
def files_arrived(
    context: dg.SensorEvaluationContext, settings: dg.ResourceParam[Settings]
) -> dg.SensorResult | dg.SkipReason:
    return look_for_files(settings, context.cursor, time.time())


def look_for_files(settings: Settings, cursor: str | None, now: float) -> dg.SensorResult | dg.SkipReason:
    """Compare the data folder with its state at the last requested refresh.

    `cursor` is what the last tick left, None before the first; `now` is Unix time.
    """
    if is_held(settings.data_dir / LOCK):
        # A server may let it wait for minutes between two files of one month.
        return dg.SkipReason("A download is running: its files are looked at when it has ended.")
    state = json.loads(cursor) if cursor else {"number": 0, "sum": ""}
    try:
        files = list_plain_files(settings.data_dir)
        # A time to come, which a wrong clock or an archive gave, is no sign of writing.
        if any(abs(now - file.stat().st_mtime) < QUIET_SECONDS for file in files):
            return dg.SkipReason(f"Files are still arriving: one was written less than {QUIET_SECONDS} seconds ago.")
        # Only what changed since the last look is read again.
        found = hash_files(files, settings.data_dir)
    except (InputError, OSError) as error:
        return dg.SkipReason(f"The data folder cannot be read now: {error}")
    if found == state["sum"]:
        why = "No file has arrived, changed or gone since the last look."
    elif not state["sum"] and settings.published_dir.exists():
        why = "This is the first look, and what is published was made from these files, as far as anyone can tell."
    elif not list_touched(settings):
        why = "These files were refreshed from since the last look."
    else:
        why = None
    number = state["number"] + (why is None)
    # Contents that come back after others are requested again, hence the number in the key.
    requests = [dg.RunRequest(run_key=f"{number}-{found}")] if why is None else []
    return dg.SensorResult(
        run_requests=requests,
        skip_reason=why,
        cursor=json.dumps({"number": number, "sum": found}),
    )
