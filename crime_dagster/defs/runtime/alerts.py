"""Failure messages for people, and their delivery."""

import logging
from collections.abc import Sequence

import dagster as dg
import httpx

from crime_dagster.core.settings import Settings

TIMEOUT_SECONDS = 10
# These log every request's address, and the webhook's is a secret.
CLIENT_LOGGERS = ("httpx", "httpcore")


def build_alerts(settings: Settings) -> list[dg.SensorDefinition]:
    """Return the sensor that reports failed runs of the daemon to the webhook, if one is set."""
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
    """Return one message for all failed steps of a job: each asset and its error, without tracebacks."""
    return "\n\n".join([f"Stopped: {job_name} did not finish.", *map(_describe, events)])


def _describe(event: dg.DagsterEvent) -> str:
    failure = event.step_failure_data
    words = failure.user_failure_data.description if failure.user_failure_data is not None else None
    error = failure.error
    # The traceback of a worker process is the cause of its exception, but not a reason for people.
    while error is not None and error.cause is not None and error.cause.cls_name != "_RemoteTraceback":
        error = error.cause
    said = words or (error.message.strip() if error is not None else "no reason was recorded")
    # Asset steps are named `place__thing`, but people know them as `place/thing`.
    return f"In {(event.step_key or 'an unknown step').replace('__', '/')}:\n{said}"


def send_message(url: str, text: str) -> None:
    """Post a message as JSON in Slack's format.

    A delivery failure must not hide the message itself: it is only printed.
    """
    for name in CLIENT_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        httpx.post(url, json={"text": text}, timeout=TIMEOUT_SECONDS).raise_for_status()
    except Exception as error:
        # Never raise, whatever is wrong with the address or server. The address is a secret: anyone who has it can
        # post.
        print(f"The webhook did not take the message: {type(error).__name__}")
