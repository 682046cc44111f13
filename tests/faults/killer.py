"""Run the project and die by SIGKILL in the middle of a write: `killer.py <part of a path> <command>`.

The project does not know. Everything is written under another name and then renamed, so the middle of a write is the
moment before that: the first rename to a path that contains the given text kills the process and its children.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from crime_dagster.__main__ import main

PART = sys.argv.pop(1)


def die() -> None:
    os.killpg(os.getpgid(0), signal.SIGKILL)


def guard(name: str) -> None:
    original = getattr(Path, name)

    def rename(self: Path, target: Any, *args: Any) -> Any:
        if PART in str(target):
            if self.is_file() and not self.is_symlink():
                # Half of it, as a truncated write would leave.
                os.truncate(self, self.stat().st_size // 2)
            die()
        return original(self, target, *args)

    setattr(Path, name, rename)


guard("replace")
guard("rename")
raise SystemExit(main())
