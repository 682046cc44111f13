"""Asset jobs, the schedule of the refresh, and the sensor that starts one when published files arrive or change.

`refresh_monthly` is everything but the extended evaluation, which is `evaluate_models`. `land_sources`, `run_scenarios`
and `draw_pictures` are parts of it.
"""

import json
import time

import dagster as dg

from crime_dagster.core.errors import InputError
from crime_dagster.core.files import hash_files
from crime_dagster.core.last_refresh import list_touched, say_unchanged
from crime_dagster.core.lock import is_held
from crime_dagster.core.settings import Settings, name_automation
from crime_dagster.defs.ingest.ingest import SOURCES, catalogue, data_sets
from crime_dagster.defs.ingest.left_out import left_out_files
from crime_dagster.defs.models.evaluation import EVALUATIONS
from crime_dagster.sources.download.run import LOCK
from crime_dagster.sources.folder.folder import list_plain_files

# The Metropolitan Police Service publishes a month in the first half of the next one; the twelfth allows for delays.
MONTHLY = "0 6 12 * *"
# A file changed more recently than this may still be incomplete.
QUIET_SECONDS = 60
INTERVAL_SECONDS = 60
# For judging models, not needed every month.
EVALUATED = dg.AssetSelection.assets(*EVALUATIONS)
FOLDER_GIFS = dg.AssetSelection.assets(["gifs", "from_folder"])
WHAT_IF = dg.AssetSelection.assets(["models", "what_if"])
# Assets that need user input.
ASKED = FOLDER_GIFS | WHAT_IF
IMPACT = dg.AssetSelection.assets(["models", "impact"])
MODELS = dg.AssetSelection.groups("models")
# Everything that dbt builds from the models: it is one step, which is built completely or not at all.
TABLES = MODELS.downstream() & dg.AssetSelection.groups("marts", "staging")
PICTURES = dg.AssetSelection.groups("maps", "charts", "gifs", "gallery") - ASKED

# Without dbt's tests of landed data, which belong to the step that builds from it.
LANDED = (*SOURCES, data_sets, catalogue, left_out_files)
LANDING = dg.AssetSelection.assets(*LANDED).without_checks() | dg.AssetSelection.checks(
    *(key for one in LANDED for key in one.check_keys)
)

refresh_monthly = dg.define_asset_job(
    "refresh_monthly",
    selection=(dg.AssetSelection.all() - EVALUATED - ASKED) | dg.AssetSelection.all_asset_checks(),
    description="Land every source, build and test the tables, fit the models, draw and publish, for all crime "
    "types unless partitions are chosen.",
)
evaluate_models = dg.define_asset_job(
    "evaluate_models",
    selection=EVALUATED | ((EVALUATED | TABLES).downstream() - MODELS - ASKED),
    description="The extended evaluation of the models, and its tables. It uses the models that the last refresh "
    "saved. All crime types unless partitions are chosen.",
)
land_sources = dg.define_asset_job(
    "land_sources",
    selection=LANDING,
    description="Land published files that are new or changed, and nothing else.",
)
draw_pictures = dg.define_asset_job(
    "draw_pictures",
    selection=PICTURES,
    description="Draw every picture and page again from the tables that are there, and publish. All crime types "
    "unless partitions are chosen.",
)
run_scenarios = dg.define_asset_job(
    "run_scenarios",
    selection=IMPACT | TABLES | (TABLES.downstream() & PICTURES),
    description="Ask the models the what-ifs of scenarios.yml. Their tables, charts and pages follow.",
)
ask_what_if = dg.define_asset_job(
    "ask_what_if",
    selection=WHAT_IF,
    description="Ask the models a what-if of one's own. The run shows its answer, and no release holds it.",
)
gifs_from_folder = dg.define_asset_job(
    "gifs_from_folder",
    selection=FOLDER_GIFS,
    description="Make GIFs of a folder of pictures, '<type> crimes.png' and 'predicted <type> crimes.png' in turn.",
)


@dg.schedule(
    job=refresh_monthly,
    cron_schedule=MONTHLY,
    execution_timezone="Europe/London",
    default_status=dg.DefaultScheduleStatus(name_automation()),
    description="At six on the twelfth of each month, London time; skipped where nothing has changed.",
)
def refresh_monthly_schedule(settings: dg.ResourceParam[Settings]) -> dg.RunRequest | dg.SkipReason:
    if not list_touched(settings):
        return dg.SkipReason(say_unchanged(settings))
    return dg.RunRequest()


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
