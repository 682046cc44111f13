"""The daily job that downloads published files, and the weekly one that checks every publisher's address.

A download is not part of a refresh, whose inputs must not change while it runs: the file sensor starts one afterwards.
A lost address is found before a download fails.
"""

import dagster as dg

from crime_dagster.core.settings import Settings, name_automation
from crime_dagster.defs.runtime.alerts import send_message
from crime_dagster.defs.runtime.invalid_config import failing_for_good
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.doctor.report import REPORT, Answer, Diagnosis, State
from crime_dagster.sources.doctor.run import check_publishers
from crime_dagster.sources.download.places import fit_to_place
from crime_dagster.sources.download.policy import Policy
from crime_dagster.sources.download.run import download_sources

POLICY = Policy()
MADE_UP = "The data set is made up: its files come from no publisher."
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
    with failing_for_good():
        wanted = fit_to_place(load_catalogue(), settings.place)
        report = download_sources(wanted, settings.download_dir, context.log.info, POLICY, base=settings.publishers)
    if report.failed:
        raise dg.Failure(
            description=report.describe(),
            metadata={"failed": len(report.failed)},
            allow_retries=any(outcome.may_pass for outcome in report.failed),
        )
    has_notes = any(outcome.notes for outcome in report.outcomes)
    (context.log.warning if has_notes else context.log.info)(report.describe())


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
        return dg.SkipReason(MADE_UP)
    return dg.RunRequest()


# Monday morning: there are working days left to find a new address before the next refresh.
WEEKLY = "0 5 * * 1"


@dg.op(
    name="ask_publishers",
    description="Ask each address of the catalogue for its first kilobytes, a workbook for all of it.",
)
def ask_publishers(context: dg.OpExecutionContext, settings: dg.ResourceParam[Settings]) -> None:
    # It warns and never fails: a publisher's problem is not a failure of the run.
    wanted = fit_to_place(load_catalogue(), settings.place)
    report = check_publishers(wanted, context.log.info, base=settings.publishers)
    path = settings.warehouse_dir / REPORT
    report.write(path)
    for answer in report.answers:
        context.log_event(_observe(answer))
        if answer.state != State.WORKS:
            context.log.warning(f"{answer.state}: {answer.describe().lstrip()}")
    context.add_output_metadata(
        {
            "answers": tabulate_answers(report),
            "file": dg.MetadataValue.path(path),
            **{state.replace(" ", "_"): count for state, count in report.counts.items()},
        }
    )
    if report.broken and settings.webhook_url:
        send_message(settings.webhook_url, f"Publishers: {report.describe()}")


@dg.job(
    name="check_publishers",
    description="Ask every publisher's address whether it still answers as the catalogue expects. Nothing is "
    "kept; an address that is gone or has changed is a warning.",
    executor_def=dg.in_process_executor,
)
def check_publishers_job() -> None:
    ask_publishers()


@dg.schedule(
    name="check_publishers_schedule",
    job=check_publishers_job,
    cron_schedule=WEEKLY,
    execution_timezone="Europe/London",
    default_status=dg.DefaultScheduleStatus(name_automation()),
    description="At five on Mondays, London time.",
)
def check_publishers_schedule(settings: dg.ResourceParam[Settings]) -> dg.RunRequest | dg.SkipReason:
    if settings.data_set.synthetic:
        return dg.SkipReason(MADE_UP)
    return dg.RunRequest()


def tabulate_answers(report: Diagnosis) -> dg.TableMetadataValue:
    """Return a row per source, failures first."""
    answers = sorted(report.answers, key=lambda answer: answer.state == State.WORKS)
    return dg.MetadataValue.table(
        [
            dg.TableRecord(
                {
                    "source": answer.source,
                    "state": answer.state.value,
                    "columns": ", ".join(answer.columns),
                    "found": answer.found,
                    "expected": answer.expected,
                    "address": answer.moved_to or answer.address,
                }
            )
            for answer in answers
        ]
    )


def _observe(answer: Answer) -> dg.AssetObservation:
    return dg.AssetObservation(
        asset_key=answer.source.split("/"),
        description=f"publisher: {answer.state}",
        metadata={"state": answer.state.value, "found": answer.found, "address": answer.address},
    )
