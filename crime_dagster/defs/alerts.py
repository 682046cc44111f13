"""What went wrong, in words for people, and where it is reported."""

from typing import Any

import dagster as dg
import requests

from crime_dagster.core.settings import Settings

TIMEOUT_SECONDS = 10


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
        failures = [event.step_failure_data for event in context.get_step_failure_events()]
        send_message(url, describe_failures(context.dagster_run.job_name, failures))

    return [report_failed_runs]


def describe_failures(job_name: str, failures: list[Any]) -> str:
    """One message for all failed steps: what each of them said, without tracebacks.

    Args:
        job_name: The job that did not finish.
        failures: Dagster's `StepFailureData` of each failed step.
    """
    return "\n\n".join([f"Stopped: {job_name} did not finish.", *(_describe(failure) for failure in failures)])


def _describe(failure: Any) -> str:
    if failure.user_failure_data is not None and failure.user_failure_data.description:
        return failure.user_failure_data.description
    error = failure.error
    while error is not None and error.cause is not None:
        error = error.cause
    return error.message.strip() if error is not None else "no reason was recorded"


def send_message(url: str, text: str) -> None:
    """Post a message as JSON that Slack and those compatible with it take.

    A report that cannot be delivered must not hide what it reports: that is printed and goes on.

    Args:
        url: The webhook's address.
        text: The message.
    """
    try:
        requests.post(url, json={"text": text}, timeout=TIMEOUT_SECONDS).raise_for_status()
    except requests.RequestException as error:
        # The address is a secret: whoever has it can post.
        print(f"The webhook did not take the message: {type(error).__name__}")
