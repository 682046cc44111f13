"""Damaged files through `make check`, in process: a result within seconds and little memory, never a traceback."""

import random
import resource
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.check.check import check_path
from tests.fuzz.damages import damage
from tests.fuzz.originals import make_originals

PROJECT = Path(__file__).resolve().parents[2]
SAMPLE = PROJECT / "data_raw" / "sample"
# A damaged file of these sizes that takes longer has sent a reader into a loop.
SECONDS_PER_FILE = 60
MOST_MEMORY_MB = 1_000


@dataclass
class Trial:
    """The result of a trial.

    Args:
        files: Number of files tried.
        faults: File's name, seed and traceback of each that ended in one.
        memory_mb: Largest growth of the process.
        heaviest: The file that made it grow most, its seed and by how much.
        outcomes: By file name, how often it was read despite its damage, refused, or ended in a traceback.
    """

    files: int = 0
    faults: list[str] = field(default_factory=list)
    memory_mb: float = 0.0
    heaviest: str = ""
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)

    def describe_outcomes(self) -> str:
        """A line per format, with its counts."""
        names = sorted({name for name, _ in self.outcomes})
        counts = {name: {what: count for (of, what), count in self.outcomes.items() if of == name} for name in names}
        return "\n".join(
            f"{name}: {', '.join(f'{count} {what}' for what, count in sorted(counts[name].items()))}" for name in names
        )


def try_files(room: Path, seed: int, until: Callable[[int], bool]) -> Trial:
    """Damage files of each format in turn.

    Args:
        room: An empty folder to write in.
        seed: Of the first file; the next has the next.
        until: Whether to stop, given the number of files tried.
    """
    (room / "originals").mkdir()
    originals = sorted(make_originals(SAMPLE, room / "originals").items())
    catalogue = load_catalogue()
    for name, content in originals:
        path = room / name
        path.write_bytes(content)
        whole = check_path(path, catalogue)
        # A refused original would test nothing; an old workbook is refused by its first bytes, whole or not.
        if not any(account.source for account in whole.files) and not name.endswith(".xls"):
            raise RuntimeError(f"{name} is not known before any damage: {whole.all.error}")
        path.unlink()
    before, trial = _peak_mb(), Trial()
    peak, most = before, 0.0
    while not until(trial.files):
        name, content = originals[trial.files % len(originals)]
        path = room / name
        path.write_bytes(damage(content, random.Random(seed + trial.files)))  # noqa: S311 a repeatable trial
        try:
            with _time_limit():
                outcome = "read" if check_path(path, catalogue).is_usable else "refused"
        except Exception:
            outcome = "ended in a traceback"
            trial.faults.append(f"{name}, seed {seed + trial.files}:\n{traceback.format_exc(limit=-6)}")
        path.unlink()
        trial.outcomes[name, outcome] += 1
        grown, peak = _peak_mb() - peak, _peak_mb()
        if grown > most:
            most, trial.heaviest = grown, f"{name}, seed {seed + trial.files}, {grown:.0f} MB"
        trial.files += 1
    trial.memory_mb = _peak_mb() - before
    return trial


def for_seconds(seconds: float) -> Callable[[int], bool]:
    """Stop when that time is over."""
    end = time.monotonic() + seconds
    return lambda _: time.monotonic() > end


@contextmanager
def _time_limit() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TimeoutError(f"no answer after {SECONDS_PER_FILE} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS_PER_FILE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
