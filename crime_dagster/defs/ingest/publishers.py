"""The weekly job that checks every publisher's address, to find lost ones before a download fails."""

import dagster as dg

from crime_dagster.core.settings import Settings, name_automation
from crime_dagster.defs.runtime.alerts import send_message
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.doctor.report import REPORT, WORKS, Answer, Diagnosis
from crime_dagster.sources.doctor.run import BRIEFLY, check_publishers

# Monday morning: there are working days left to find a new address before the next refresh.
WEEKLY = "0 5 * * 1"


@dg.op(name="ask_publishers", description="Ask each address of the catalogue for its first kilobytes.")
def ask_publishers(context: dg.OpExecutionContext, settings: dg.ResourceParam[Settings]) -> None:
    # It warns and never fails: a publisher's problem is not a failure of the run.
    report = check_publishers(load_catalogue(), context.log.info, BRIEFLY, base=settings.publishers)
    path = settings.warehouse_dir / REPORT
    report.write(path)
    for answer in report.answers:
        context.log_event(_observe(answer))
        if answer.state != WORKS:
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
        return dg.SkipReason("The data set is made up: its files come from no publisher.")
    return dg.RunRequest()


def tabulate_answers(report: Diagnosis) -> dg.TableMetadataValue:
    """Return a row per source, failures first."""
    answers = sorted(report.answers, key=lambda answer: answer.state == WORKS)
    return dg.MetadataValue.table(
        [
            dg.TableRecord(
                {
                    "source": answer.source,
                    "state": answer.state,
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
    """Return the publisher's state for the asset's page."""
    return dg.AssetObservation(
        asset_key=answer.source.split("/"),
        description=f"publisher: {answer.state}",
        metadata={"state": answer.state, "found": answer.found, "address": answer.address},
    )
