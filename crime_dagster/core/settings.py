"""Where things are: the only place that reads the environment and builds paths.

Everything that is built, state included, lives under one warehouse folder per data set, so that two data sets share
nothing and the code folder is never written to.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from crime_dagster.core.data_set import DataSet, read_data_set
from crime_dagster.core.errors import InputError
from crime_dagster.core.postgres import require_postgres_names

PROJECT_DIR = Path(__file__).resolve().parents[2]
SCENARIOS, PICTURES = "scenarios.yml", "pictures.yml"
# What dbt says of the two paths in dbt_project.yml, which serve a bare `dbt build`.
SILENT = ["ConfigTargetPathDeprecation", "ConfigLogPathDeprecation", "DeprecationsSummary"]
# SQLite and DuckDB would read them as the end of a path, a query or an escape, and write elsewhere.
BAD_SIGNS = "#?%"
AUTOMATION = {"on": "RUNNING", "off": "STOPPED"}


class Below:
    """A path below the warehouse folder."""

    def __init__(self, *parts: str) -> None:
        self.parts = parts

    def __get__(self, settings: Settings, _owner: type) -> Path:
        return settings.warehouse_dir.joinpath(*self.parts)


@dataclass(frozen=True)
class Settings:
    """The paths of one data set."""

    data_dir: Path  # folder of published files, never written to
    warehouse_dir: Path  # folder of everything that is built from them
    # Where a failed refresh is reported; None for nowhere. A secret: whoever has it can post.
    webhook_url: str | None = field(default=None, repr=False)
    project_dir: Path = PROJECT_DIR  # the code folder
    download_dir: Path = PROJECT_DIR / "data_raw" / "london"  # folder that `make download` fetches published files into
    boroughs: tuple[str, ...] = ()  # names or codes of boroughs that have GIFs of their own
    has_postgres: bool = False  # whether Dagster keeps its runs in PostgreSQL instead of SQLite files
    publishers: str | None = (
        None  # stand-in on this machine for all publishers, for tests; None for their own addresses
    )
    keep_days: int = 90  # how long runs of Dagster, and what dbt compiled for them, are kept

    landing_dir = Below("landing")  # published files as Parquet, one folder per publisher
    database = Below("crime.duckdb")  # the DuckDB file that dbt alone writes
    # The copy that a run of dbt writes; it takes the place of `database` when every test has passed.
    working_database = Below("crime.partial")
    # What a run of dbt had built when it failed, for the next one to go on from.
    half_database = Below("crime.half")
    dbt_target_dir = Below("dbt", "target")  # where dbt writes its manifest and compiled SQL
    dbt_log_dir = Below("dbt", "logs")  # where dbt writes dbt.log
    manifest = Below("dbt", "target", "manifest.json")  # models, columns and their words
    what_if_dir = Below("what_if")  # answers to what-ifs of people's own, a folder per run; no release holds them
    models_dir = Below("models")  # fitted models, one file per crime type, with what they were made from beside it
    build_dir = Below("build")  # pictures and pages while they are made; readers never open it
    published_dir = Below("published")  # what readers open: a link to the newest whole release
    releases_dir = Below("releases")  # the releases that `published` can point to
    # What each step was made from and what it wrote; without a record a step is done again.
    records_dir = Below("records")
    # Rows that failed tests found, a CSV per test, until the step that tests them runs again.
    failures_dir = Below("failures")
    dagster_home = Below("dagster_home")  # Dagster's own state: runs, events, schedules

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read `CRIME_DATA_DIR`, `CRIME_WAREHOUSE_DIR`, `CRIME_DOWNLOAD_DIR`, `CRIME_WEBHOOK_URL` and `CRIME_BOROUGH`.

        An empty one counts as not set. Several boroughs are separated by semicolons. `CRIME_POSTGRES_HOST` asks for
        PostgreSQL, and wants the others of `core.postgres` beside it. `CRIME_PUBLISHERS` is for tests alone.
        """
        found = os.environ if environment is None else environment
        require_postgres_names(found)

        def read_path(name: str, default: Path) -> Path:
            return Path(found.get(name) or default).expanduser().absolute()

        data_dir = read_path("CRIME_DATA_DIR", PROJECT_DIR / "data_raw" / "sample")
        return cls(
            data_dir=data_dir,
            warehouse_dir=read_path("CRIME_WAREHOUSE_DIR", PROJECT_DIR / "warehouse" / data_dir.name),
            webhook_url=found.get("CRIME_WEBHOOK_URL") or None,
            download_dir=read_path("CRIME_DOWNLOAD_DIR", cls.download_dir),
            boroughs=tuple(name.strip() for name in found.get("CRIME_BOROUGH", "").split(";") if name.strip()),
            has_postgres=bool(found.get("CRIME_POSTGRES_HOST")),
            publishers=_read_publishers(found.get("CRIME_PUBLISHERS", "")),
            keep_days=_read_days(found.get("CRIME_KEEP_DAYS") or "90"),
        )

    @property
    def data_set(self) -> DataSet:
        """What the data folder says of itself."""
        return read_data_set(self.data_dir)

    @property
    def dbt_dir(self) -> Path:
        """The dbt project in the code folder."""
        return self.project_dir / "dbt_project"

    @property
    def scenarios_file(self) -> Path:
        """The what-ifs that a run answers: `scenarios.yml` of the data folder, or the one that comes with the code."""
        own = self.data_dir / SCENARIOS
        return own if own.is_file() else self.project_dir / "crime_dagster" / "defs" / SCENARIOS

    def child_environment(self) -> dict[str, str]:
        """Variables for dbt and Dagster processes, absolute and in agreement with these settings."""
        return {
            "CRIME_DATA_DIR": str(self.data_dir),
            "CRIME_WAREHOUSE_DIR": str(self.warehouse_dir),
            "CRIME_DOWNLOAD_DIR": str(self.download_dir),
            "CRIME_PUBLISHERS": self.publishers or "",
            "DAGSTER_HOME": str(self.dagster_home),
            "DBT_PROJECT_DIR": str(self.dbt_dir),
            "DBT_PROFILES_DIR": str(self.dbt_dir),
            "DBT_TARGET_PATH": str(self.dbt_target_dir),
            "DBT_LOG_PATH": str(self.dbt_log_dir),
            # As dbt_project.yml says, for what reads that file before its flags.
            "DBT_WARN_ERROR_OPTIONS": json.dumps({"silence": SILENT}),
            # dagster-dbt finds dbt on the path; ours is beside our Python, whether or not .venv is activated.
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
            # dbt and Dagster report home unless told not to; this project makes no calls that its user did not ask for.
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }

    def prepare(self) -> None:
        """Make the warehouse folder and put the variables of `child_environment` into this process.

        DuckDB fails with a traceback before any dbt hook runs when its folder is missing, and dagster-dbt and DuckDB
        read their settings from the environment: so both are done here, once, before either starts.
        """
        found = [sign for sign in BAD_SIGNS if sign in str(self.warehouse_dir)]
        if found:
            raise InputError(
                file=self.warehouse_dir,
                found=f"{' and '.join(found)} in the path of the warehouse folder",
                expected=f"a path without {', '.join(BAD_SIGNS)}, which databases read as more than a name",
                remedy="set CRIME_WAREHOUSE_DIR to a folder whose path has none",
            )
        try:
            for folder in (self.landing_dir, self.dagster_home, self.dbt_target_dir, self.build_dir):
                folder.mkdir(parents=True, exist_ok=True)
            # Another user may have run here before: what is theirs is named now, not when a step wants to write to it.
            for path in (self.warehouse_dir, *sorted(self.warehouse_dir.iterdir())):
                if path.exists() and not os.access(path, os.W_OK):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            instance_config = self.dagster_home / "dagster.yaml"
            wanted = (self.project_dir / "deploy" / "dagster.yaml").read_bytes()
            if self.has_postgres:
                wanted += (self.project_dir / "deploy" / "storage.postgres.yaml").read_bytes()
            if not instance_config.exists() or instance_config.read_bytes() != wanted:
                instance_config.write_bytes(wanted)
        except OSError as error:
            raise InputError(
                file=self.warehouse_dir,
                found=str(error),
                expected="a folder that can be written to",
                remedy="run as its owner, set CRIME_WAREHOUSE_DIR to a folder of yours, or correct its permissions",
            ) from error
        drop_foreign_variables()
        os.environ.update(self.child_environment())


def name_automation(environment: Mapping[str, str] | None = None) -> str:
    """The status of schedules and sensors that nobody has switched in the UI, as `CRIME_AUTOMATION` says.

    Raises:
        InputError: It is neither `on` nor `off`.
    """
    value = (os.environ if environment is None else environment).get("CRIME_AUTOMATION") or "off"
    if value not in AUTOMATION:
        raise InputError(
            file="the environment",
            column="CRIME_AUTOMATION",
            found=value,
            expected="on (download and refresh by schedule, as a service does) or off (the default)",
            remedy="correct it, or unset it",
        )
    return AUTOMATION[value]


def list_web_hosts(environment: Mapping[str, str] | None = None) -> list[str]:
    """Names besides those of this machine to which the web server answers: `CRIME_WEB_HOSTS`, separated by commas."""
    found = (os.environ if environment is None else environment).get("CRIME_WEB_HOSTS", "")
    return [name.strip() for name in found.split(",") if name.strip()]


def drop_foreign_variables() -> None:
    """Take out of this process what others told their programs, before dbt or matplotlib reads it.

    `DBT_TARGET` or `DBT_WARN_ERROR` is meant for another project's dbt, and the `MPLBACKEND` of a notebook exists in
    the notebook's process alone.
    """
    for name in [name for name in os.environ if name.startswith("DBT_") or name == "MPLBACKEND"]:
        del os.environ[name]


def _read_days(value: str) -> int:
    if not value.isdecimal() or int(value) < 1:
        raise InputError(
            file="the environment",
            column="CRIME_KEEP_DAYS",
            found=value,
            expected="a whole number of days, 1 or more",
            remedy="correct it, or unset it for 90",
        )
    return int(value)


def _read_publishers(value: str) -> str | None:
    """The stand-in for all publishers, without a path; of this machine, for it decides where all data comes from."""
    if not value:
        return None
    try:
        parts = urlsplit(value)
        is_here = parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
        if parts.scheme == "http" and is_here and parts.port and parts.path in ("", "/") and not parts.query:
            return f"http://{parts.netloc}"
    except ValueError:
        pass
    raise InputError(
        file="the environment",
        column="CRIME_PUBLISHERS",
        found=value,
        expected="an address on this machine, such as http://127.0.0.1:8899",
        remedy="unset it to download from the publishers; it is for tests alone",
    )
