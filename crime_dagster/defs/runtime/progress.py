"""A run's log for a terminal: a line when a step begins, a line with its time when it ends, warnings in between.

Dagster's own console log prints each event and each traceback; the event log keeps them all, and the UI shows them.
"""

from __future__ import annotations

import logging
import sys

import dagster as dg

# What Dagster says besides: that a test of a source is no asset check of its step, how dbt is started, and, once per
# step, that an earlier failure stopped it. The failure itself is told at the end.
NOISE = (
    *("Logging an `AssetObservation` instead", "Dependencies for step ", "A dbt subsetted execution is not"),
    *("Running dbt command: ", "Finished dbt command: ", "Copying `"),
)
LINES = {"STEP_START": "{step} ...", "STEP_SUCCESS": "{step} done in {took}", "STEP_SKIPPED": "{step} skipped"}


class ProgressFormatter(logging.Formatter):
    """One short line per record."""

    def format(self, record: logging.LogRecord) -> str:
        """Turn a Dagster log record into a line for people."""
        said = getattr(record, "dagster_meta", {})
        event = said.get("dagster_event")
        step = (said.get("step_key") or "").replace("__", "/", 1)
        if event is not None:
            took = (said.get("orig_message") or "").rpartition(" in ")[2].rstrip(".")
            line = LINES[event.event_type_value].format(step=step, took=took)
        else:
            word = "" if record.levelno <= logging.INFO else f"{record.levelname.lower()}: "
            line = f"  {step}: {word}{_read_message(record)}"
        return f"{self.formatTime(record, '%H:%M:%S')}  {line}"


def is_worth_a_line(record: logging.LogRecord) -> bool:
    """Whether a person at a terminal wants to see the record."""
    event = getattr(record, "dagster_meta", {}).get("dagster_event")
    if event is not None:
        return event.event_type_value in LINES
    return record.levelno >= logging.INFO and not _read_message(record).startswith(NOISE)


def _read_message(record: logging.LogRecord) -> str:
    return getattr(record, "dagster_meta", {}).get("orig_message") or record.getMessage()


@dg.logger
def progress_logger(_: dg.InitLoggerContext) -> logging.Logger:
    """The logger that the commands of the Makefile use."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(ProgressFormatter())
    handler.addFilter(is_worth_a_line)
    logger = logging.Logger("crime_dagster.progress")
    logger.addHandler(handler)
    return logger
