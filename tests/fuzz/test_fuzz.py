"""Some hundred damaged files in the gate; `make fuzz` runs for a given time."""

from pathlib import Path

import pytest

from tests.fuzz.trial import MOST_MEMORY_MB, try_files

FILES = 1000


@pytest.mark.filterwarnings("ignore")
def test_no_damaged_file_ends_in_a_traceback(tmp_path: Path):
    trial = try_files(tmp_path, 1, lambda tried: tried >= FILES)
    assert not trial.faults, "\n\n".join(trial.faults[:5])
    assert trial.memory_mb < MOST_MEMORY_MB, trial.heaviest
