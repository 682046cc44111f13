"""A run's log for people: on a terminal one updating line plus warnings, elsewhere two lines per step.

Dagster's own console log prints every event and traceback; the event log keeps them all, and the UI shows them.
"""

import io
import logging
import re
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TextIO

import dagster as dg

from crime_dagster.core.files import read_json

# Dagster's other messages: that a source test is no asset check of its step, how dbt is started, and, once per step,
# that an earlier failure stopped it. The failure itself is reported at the end.
NOISE = (
    *("Logging an `AssetObservation` instead", "Dependencies for step ", "A dbt subsetted execution is "),
    *("Running dbt command: ", "Finished dbt command: ", "Copying `"),
)
LINES = {"STEP_START": "{step} ...", "STEP_SUCCESS": "{step} done in {took}", "STEP_SKIPPED": "{step} skipped"}


class ProgressFormatter(logging.Formatter):
    """Formats a record as one short line."""

    def format(self, record: logging.LogRecord) -> str:
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


class MovingLine(logging.Handler):
    """A line updated by each event and each second: current step of how many, elapsed and expected time.

    `lasted` is the duration in seconds of each step's last run.
    """

    def __init__(
        self, stream: TextIO, lasted: Mapping[str, float], clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self.setFormatter(ProgressFormatter())
        self.stream, self.lasted, self.clock = stream, lasted, clock
        self.steps: list[str] = []
        self.done, self.current, self.detail = 0, "", ""
        self.began, self.ended = clock(), threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        """Update the line; print a warning above it."""
        event = getattr(record, "dagster_meta", {}).get("dagster_event")
        if event is not None:
            self._follow(event)
        elif record.levelno >= logging.WARNING and is_worth_a_line(record):
            self.stream.write(f"\r\x1b[K{self.format(record)}\n")
        self.draw()

    def _follow(self, event: dg.DagsterEvent) -> None:
        kind = event.event_type_value
        if kind == "ENGINE_EVENT" and "step_keys" in (found := event.engine_event_data.metadata):
            self.steps = re.findall(r"'([^']+)'", str(found["step_keys"].value))
        elif kind == "STEP_START":
            self.current, self.detail = str(event.step_key), ""
        elif kind in ("STEP_SUCCESS", "STEP_SKIPPED", "STEP_FAILURE"):
            self.done += 1
        elif kind in ("PIPELINE_SUCCESS", "PIPELINE_FAILURE", "PIPELINE_CANCELED"):
            self.ended.set()
            self.stream.write(
                f"\r\x1b[K{self.done} step{'' if self.done == 1 else 's'} in {_write_time(self.clock() - self.began)}\n"
            )
            self.stream.flush()

    def draw(self) -> None:
        """Write the line over the one before."""
        if not self.current or self.ended.is_set():
            return
        words = f"step {min(self.done + 1, len(self.steps))} of {len(self.steps)}: "
        words += f"{self.current.replace('__', '/', 1)}, {_write_time(self.clock() - self.began)}"
        if all_steps := sum(self.lasted.get(step, 0.0) for step in self.steps):
            words += f", expected {_write_time(all_steps)} from the last run"
        words += f" ({self.detail})" if self.detail else ""
        self.stream.write(f"\r\x1b[K{words[: shutil.get_terminal_size().columns - 1]}")
        self.stream.flush()

    def tick(self) -> None:
        """Draw each second until the run has ended."""
        while not self.ended.wait(1):
            self.acquire()
            try:
                self.draw()
            finally:
                self.release()


class _Detail(io.StringIO):
    """Shows another program's output at the end of the updating line, as progress."""

    def __init__(self, line: MovingLine) -> None:
        super().__init__()
        self.line = line

    def write(self, text: str) -> int:
        if found := re.search(r"\d+ of \d+", text):
            self.line.detail = found[0]
        return len(text)


# The line of this process's run, if any.
_line: list[MovingLine] = []


@contextmanager
def within_the_line() -> Iterator[None]:
    """Redirect another program's output in this block to the updating line, if there is one."""
    if not _line:
        yield
        return
    with redirect_stdout(_Detail(_line[-1])):
        yield


def _write_time(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


@dg.logger(config_schema={"lasted": dg.Field(str, default_value="", description="File of seconds per step.")})
def progress_logger(context: dg.InitLoggerContext) -> logging.Logger:
    handler: logging.Handler
    if sys.stdout.isatty():
        # Dagster asks for a logger more than once in a run: reuse the line.
        if not _line or _line[-1].ended.is_set():
            path = (context.logger_config or {}).get("lasted")
            _line[:] = [MovingLine(sys.stdout, read_json(Path(path)) if path else {})]
            threading.Thread(target=_line[-1].tick, daemon=True).start()
        handler = _line[-1]
    else:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(ProgressFormatter())
        handler.addFilter(is_worth_a_line)
    logger = logging.Logger("crime_dagster.progress")
    logger.addHandler(handler)
    return logger
