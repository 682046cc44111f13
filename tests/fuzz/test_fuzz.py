"""Some hundred damaged files in the gate; `make fuzz` runs for a given time."""

from pathlib import Path

import pytest

from tests.fuzz.trial import MOST_MEMORY_MB, for_seconds, try_files

SECONDS = 30
FEWEST = 100


@pytest.mark.filterwarnings("ignore")
def test_no_damaged_file_ends_in_a_traceback(tmp_path: Path):
    trial = try_files(tmp_path, 1, _least(FEWEST, for_seconds(SECONDS)))
    assert not trial.faults, "\n\n".join(trial.faults[:5])
    assert trial.memory_mb < MOST_MEMORY_MB, trial.heaviest


def _least(files: int, enough):
    return lambda tried: tried >= files and enough(tried)
