"""What went wrong, in words for people, and where it is reported."""

import logging
from collections.abc import Sequence

import dagster as dg
import httpx

from crime_dagster.core.settings import Settings

TIMEOUT_SECONDS = 10
# They log the whole address of each request, and that of the webhook is a secret.
CLIENT_LOGGERS = ("httpx", "httpcore")


def build_alerts(settings: Settings) -> list[dg.SensorDefinition]:
    """A sensor that reports failed runs of the daemon to the webhook; none where no webhook is set."""
    url = settings.webhook_url
    if url is None:
        return []

    @dg.run_failure_sensor(
        name="report_failed_runs",
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Posts the failed steps of a run to CRIME_WEBHOOK_URL.",
    )
    def report_failed_runs(context: dg.RunFailureSensorContext) -> None:
        send_message(url, describe_failures(context.dagster_run.job_name, context.get_step_failure_events()))

    return [report_failed_runs]


def describe_failures(job_name: str, events: Sequence[dg.DagsterEvent]) -> str:
    """One message for all failed steps: which asset, and what each of them said, without tracebacks.

    Args:
        job_name: The job that did not finish.
        events: Dagster's events of the steps that failed.
    """
    return "\n\n".join([f"Stopped: {job_name} did not finish.", *map(_describe, events)])


def _describe(event: dg.DagsterEvent) -> str:
    failure = event.step_failure_data
    words = failure.user_failure_data.description if failure.user_failure_data is not None else None
    error = failure.error
    # The traceback of another process is the cause of what it raised, and no reason.
    while error is not None and error.cause is not None and error.cause.cls_name != "_RemoteTraceback":
        error = error.cause
    said = words or (error.message.strip() if error is not None else "no reason was recorded")
    # Steps of assets are named `place__thing`, and people know them as `place/thing`.
    return f"In {(event.step_key or 'an unknown step').replace('__', '/')}:\n{said}"


def send_message(url: str, text: str) -> None:
    """Post a message as JSON that Slack and those compatible with it take.

    A report that cannot be delivered must not hide what it reports: that is printed and goes on.

    Args:
        url: The webhook's address.
        text: The message.
    """
    for name in CLIENT_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        httpx.post(url, json={"text": text}, timeout=TIMEOUT_SECONDS).raise_for_status()
    except Exception as error:
        # Whatever is wrong with the address or the server must not stop what is reported. The address is a secret:
        # whoever has it can post.
        print(f"The webhook did not take the message: {type(error).__name__}")
