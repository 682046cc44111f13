"""The daily job that downloads published files; the file sensor then starts a refresh if something is new.

It is not part of a refresh: a run's inputs must not change while it runs.
"""

import dagster as dg

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings, name_automation
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.download.places import fit_to_place
from crime_dagster.sources.download.policy import Policy
from crime_dagster.sources.download.run import download_sources

POLICY = Policy()
# Hours before people start work; an unchanged source costs a request or two.
DAILY = "0 4 * * *"
# A server that did not answer is asked again after five and ten minutes; a wrong file needs a person.
RETRIES = dg.RetryPolicy(max_retries=2, delay=300, backoff=dg.Backoff.EXPONENTIAL)


@dg.op(
    name="download_published_files",
    description="Fetch what is new or changed from the publishers.",
    retry_policy=RETRIES,
)
def download_published_files(context: dg.OpExecutionContext, settings: dg.ResourceParam[Settings]) -> None:
    try:
        wanted = fit_to_place(load_catalogue(), settings.place)
        report = download_sources(wanted, settings.download_dir, context.log.info, POLICY, base=settings.publishers)
    except InputError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
    if report.failed:
        raise dg.Failure(
            description=report.describe(),
            metadata={"failed": len(report.failed)},
            allow_retries=any(outcome.may_pass for outcome in report.failed),
        )
    context.log.info(report.describe())


@dg.job(
    name="download_sources",
    description="Fetch new and changed published files into the download folder. Nothing is landed or built.",
    executor_def=dg.in_process_executor,
)
def download_sources_job() -> None:
    download_published_files()


@dg.schedule(
    name="download_sources_schedule",
    job=download_sources_job,
    cron_schedule=DAILY,
    execution_timezone="Europe/London",
    default_status=dg.DefaultScheduleStatus(name_automation()),
    description="At four each day, London time. A refresh follows where something new was fetched.",
)
def download_sources_schedule(settings: dg.ResourceParam[Settings]) -> dg.RunRequest | dg.SkipReason:
    if settings.download_dir != settings.data_dir:
        return dg.SkipReason(
            f"Downloads go to {settings.download_dir}, and refreshes read {settings.data_dir}: set CRIME_DOWNLOAD_DIR "
            "and CRIME_DATA_DIR to one folder."
        )
    if settings.data_set.synthetic:
        return dg.SkipReason("The data set is made up: its files come from no publisher.")
    return dg.RunRequest()
