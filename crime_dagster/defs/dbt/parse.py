"""dbt's reading of its project, which every definition begins with: without Dagster, which takes seconds to import."""

import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from crime_dagster.core.errors import InputError
from crime_dagster.core.files import read_json
from crime_dagster.core.lock import hold_file
from crime_dagster.core.settings import Settings
from crime_dagster.defs.dbt.command import find_dbt

# Target in profiles.yml: runs build a copy of the database.
WORKING = "working"
PARTIAL_PARSE = "partial_parse.msgpack"
# Held by the process that parses.
PARSING = ".parsing"


@contextmanager
def parse_beside(settings: Settings, target: str | None = WORKING) -> Iterator[None]:
    """Have dbt write its manifest while this block runs, if its project changed; another process waits meanwhile.

    dbt is started as it is: dagster-dbt would mark all seeds as changed, and the next run of dbt read them again.

    Raises:
        InputError: dbt could not read its project.
    """
    if not _is_stale(settings):
        yield
        return
    settings.dbt_target_dir.mkdir(parents=True, exist_ok=True)
    with hold_file(settings.dbt_target_dir / PARSING, lambda _: None):
        if not _is_stale(settings):  # another process has just parsed it
            yield
            return
        if _has_newer(settings, (settings.dbt_dir / "tests").rglob("*.sql")) or _is_of_another_folder(settings):
            # Of a test whose SQL changed, partial parsing forgets what YAML says, such as the asset that it checks.
            # Of a seed it remembers the folder.
            (settings.dbt_target_dir / PARTIAL_PARSE).unlink(missing_ok=True)
        with _start(settings, "lake" if settings.lake else target) as parsing:
            try:
                yield
            except BaseException:
                parsing.kill()
                raise
            said, _ = parsing.communicate()
        if parsing.returncode:
            raise InputError(
                file=settings.dbt_dir,
                found=f"dbt could not read its project: {_find_reason(said)}",
                expected="room on the disk, and a project that dbt can read",
                remedy=f"free some space or fix what is named, and run again; its log is in {settings.dbt_target_dir}",
            )


def _start(settings: Settings, target: str | None) -> subprocess.Popen[str]:
    chosen = ["--target", target] if target else []
    project, folder = str(settings.dbt_dir), str(settings.dbt_target_dir)
    where = ["--project-dir", project, "--profiles-dir", project, "--target-path", folder, "--log-path", folder]
    command = [find_dbt(), "parse", "--quiet", *chosen, *where]
    return subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _find_reason(said: str) -> str:
    """Return dbt's last message, without its traceback."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


def _is_stale(settings: Settings) -> bool:
    # Folders too: deleting a file changes only the folder's modification time.
    folders = [settings.dbt_dir / name for name in ("models", "seeds", "macros", "tests")]
    paths = [*folders, *(path for folder in folders for path in folder.rglob("*")), *settings.dbt_dir.glob("*.yml")]
    return _has_newer(settings, paths)


def _is_of_another_folder(settings: Settings) -> bool:
    nodes = read_json(settings.manifest).get("nodes", {}).values()
    return any(Path(node["root_path"]) != settings.dbt_dir for node in nodes if node.get("root_path"))


def _has_newer(settings: Settings, paths: Iterable[Path]) -> bool:
    """Whether one of the files changed since the manifest was written, or there is none."""
    if not settings.manifest.is_file():
        return True
    built = settings.manifest.stat().st_mtime
    return any(path.stat().st_mtime >= built for path in paths)
