"""`python -m tests.mutations <data folder>`: the table of verdicts; exit status 1 if any damage was silent."""

import sys
from pathlib import Path

from tests.mutations.trial import WRONG, describe, try_folder

if __name__ == "__main__":
    verdicts = list(try_folder(Path(sys.argv[1])))
    print(describe(verdicts))
    sys.exit(any(one.verdict in WRONG for one in verdicts))
