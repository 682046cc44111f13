"""Asset jobs, and the schedule of the refresh.

`refresh_monthly` is everything but the extended evaluation, which is `evaluate_models`. `land_sources`, `run_scenarios`
and `draw_pictures` are parts of it.
"""

import dagster as dg

from crime_dagster.core.last_refresh import list_touched, say_unchanged
from crime_dagster.core.settings import Settings, name_automation
from crime_dagster.defs.ingest.doubtful import file_doubts
from crime_dagster.defs.ingest.ingest import SOURCES, catalogue, data_sets
from crime_dagster.defs.ingest.left_out import left_out_files
from crime_dagster.defs.models.evaluation import EVALUATIONS

# The Metropolitan Police Service publishes a month in the first half of the next one; the twelfth allows for delays.
MONTHLY = "0 6 12 * *"
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
LANDED = (*SOURCES, data_sets, catalogue, left_out_files, file_doubts)
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
