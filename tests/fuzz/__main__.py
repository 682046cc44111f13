"""`python -m tests.fuzz [minutes] [seed]`: damaged files for that long; exit status 1 when one ended in a traceback."""

import sys
import tempfile
import warnings
from pathlib import Path

from tests.fuzz.trial import MOST_MEMORY_MB, for_seconds, try_files

if __name__ == "__main__":
    minutes, seed = float(sys.argv[1] if len(sys.argv) > 1 else 60), int(sys.argv[2] if len(sys.argv) > 2 else 1)
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory(prefix="crime-fuzz-") as room:
        trial = try_files(Path(room), seed, for_seconds(60 * minutes))
    print("\n\n".join(trial.faults[:20]))
    print(trial.describe_outcomes())
    print(
        f"{trial.files} files, {len(trial.faults)} tracebacks, at most {trial.memory_mb:.0f} MB more "
        f"({trial.heaviest}), seeds from {seed}"
    )
    sys.exit(bool(trial.faults) or trial.memory_mb > MOST_MEMORY_MB)
