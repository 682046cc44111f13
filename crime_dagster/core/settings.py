"""Settings and paths: the only module that reads the environment.

Everything that is built, state included, is in one warehouse folder per data set, so that data sets share nothing and
the code folder is never written to.
"""

from __future__ import annotations

import errno
import json
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from crime_dagster.core import variables
from crime_dagster.core.data_set import DataSet, choose_place, read_data_set
from crime_dagster.core.errors import InputError, refuse_variable
from crime_dagster.core.lake.place import TARGETS, Lake, read_broker, read_lake
from crime_dagster.core.places import find_place, load_authorities
from crime_dagster.core.records import noted

PROJECT_DIR = Path(__file__).resolve().parents[2]
SCENARIOS, PICTURES = "scenarios.yml", "pictures.yml"
# dbt's warnings about the two paths in dbt_project.yml, which a bare `dbt build` needs.
SILENT = ["ConfigTargetPathDeprecation", "ConfigLogPathDeprecation", "DeprecationsSummary"]
# SQLite and DuckDB would take these for the end of a path, a query or an escape, and write elsewhere.
BAD_SIGNS = "#?%"
# Of the name of a place in the name of its warehouse folder.
LONGEST_SUFFIX = 60
AUTOMATION = {"on": "RUNNING", "off": "STOPPED"}


class Below:
    """A path below the warehouse folder; `lake` is its name where tables are in a lake."""

    def __init__(self, *parts: str, lake: str = "") -> None:
        self.parts = parts
        self.lake = lake

    def __get__(self, settings: Settings, _owner: type) -> Path:
        return settings.warehouse_dir.joinpath(*([self.lake] if self.lake and settings.lake else self.parts))


@dataclass(frozen=True)
class Settings:
    """The paths of one data set."""

    data_dir: Path  # published files, never written to
    warehouse_dir: Path  # everything that is built from them
    # Where a failed refresh is reported; None for nowhere. A secret: anyone who has it can post.
    webhook_url: str | None = field(default=None, repr=False)
    project_dir: Path = PROJECT_DIR  # code folder
    download_dir: Path = PROJECT_DIR / "data_raw" / "london"  # where `make download` puts published files
    place: str = ""  # the place that is asked for, see `core.places`; empty for that of the data set
    boroughs: tuple[str, ...] = ()  # names or codes of boroughs that get their own GIFs
    has_postgres: bool = False  # whether Dagster keeps its runs in PostgreSQL instead of SQLite
    publishers: str | None = None  # stand-in on this machine for all publishers, for tests; None for the real ones
    keep_days: int = 90  # how long Dagster's runs, and what dbt compiled for them, are kept
    lake: Lake | None = None  # where tables are, if not in a database file
    broker: str | None = field(default=None, repr=False)  # Redis that hands steps to workers; None for one process
    lost_seconds: int = 900  # after which a step whose worker was lost is given to another; longer than any step takes

    landing_dir = Below("landing")  # published files as Parquet, one folder per publisher
    # DuckDB database, or the pointer to a lake; only dbt writes it.
    database = Below("crime.duckdb", lake="crime.lake")
    # The copy that a dbt run writes; it replaces `database` once every test has passed.
    working_database = Below("crime.partial", lake="crime.partial.lake")
    # What a failed dbt run had built, for the next one to continue from.
    half_database = Below("crime.half", lake="crime.half.lake")
    dbt_target_dir = Below("dbt", "target")  # dbt's manifest and compiled SQL
    dbt_log_dir = Below("dbt", "logs")  # dbt.log
    manifest = Below("dbt", "target", "manifest.json")  # models, columns and their descriptions
    what_if_dir = Below("what_if")  # answers to users' own what-ifs, one folder per run; never released
    models_dir = Below("models")  # fitted models, one file per crime type, each with its provenance
    build_dir = Below("build")  # pictures and pages under construction; not for readers
    published_dir = Below("published")  # symlink to the newest complete release
    releases_dir = Below("releases")  # releases that `published` can point to
    # What each step was made from and what it wrote; a step without a record is repeated.
    records_dir = Below("records")
    # Rows found by failed tests, one CSV per test, until its step runs again.
    failures_dir = Below("failures")
    dagster_home = Below("dagster_home")  # runs, events, schedules

    @classmethod
    def from_environment(cls, found: Mapping[str, str] = os.environ) -> Settings:
        """Read `CRIME_DATA_DIR`, `CRIME_WAREHOUSE_DIR`, `CRIME_DOWNLOAD_DIR`, `CRIME_WEBHOOK_URL` and the others below.

        Empty counts as unset. `CRIME_PLACE` and `CRIME_BOROUGH` take names separated by semicolons.
        `CRIME_POSTGRES_HOST` asks for PostgreSQL and needs the other variables of `core.variables`; `CRIME_TARGET=lake`
        for a lake, see `read_lake`. `CRIME_PUBLISHERS` is for tests only.
        """
        variables.require_known_names(found)
        variables.require_postgres_names(found)

        data_dir = variables.read_path(found, "CRIME_DATA_DIR", PROJECT_DIR / "data_raw" / "sample")
        place = name_place(found)
        if place and find_place(place, load_authorities()) is None:
            # An unknown name is refused now, not when a step reads it.
            choose_place(read_data_set(data_dir), place)
        slug = re.sub(r"[^a-z0-9]+", "-", place.casefold()).strip("-")[:LONGEST_SUFFIX]
        suffix = f"-{slug}" if slug and slug != data_dir.name else ""
        suffix += "-lake" if found.get("CRIME_TARGET") == "lake" else ""
        warehouse_dir = variables.read_path(
            found, "CRIME_WAREHOUSE_DIR", PROJECT_DIR / "warehouse" / f"{data_dir.name}{suffix}"
        )
        if warehouse_dir.is_relative_to(data_dir):
            expected = f"a folder outside {data_dir}: what is built would be read as published files"
            raise refuse_variable("CRIME_WAREHOUSE_DIR", str(warehouse_dir), expected, "set it to another folder")
        download_dir = PROJECT_DIR / "data_raw" / slug if slug else cls.download_dir
        return cls(
            place=place,
            data_dir=data_dir,
            warehouse_dir=warehouse_dir,
            webhook_url=variables.read_webhook(found.get("CRIME_WEBHOOK_URL", "")),
            download_dir=variables.read_path(found, "CRIME_DOWNLOAD_DIR", download_dir),
            boroughs=tuple(name.strip() for name in found.get("CRIME_BOROUGH", "").split(";") if name.strip()),
            has_postgres=bool(found.get("CRIME_POSTGRES_HOST")),
            publishers=variables.read_publishers(found.get("CRIME_PUBLISHERS", "")),
            keep_days=variables.read_whole(found, "CRIME_KEEP_DAYS", cls.keep_days, "days"),
            lake=read_lake(found, warehouse_dir),
            broker=read_broker(found),
            lost_seconds=variables.read_whole(found, "CRIME_LOST_SECONDS", cls.lost_seconds, "seconds"),
        )

    @property
    def data_set(self) -> DataSet:
        return _choose_data_set(self)

    @property
    def dbt_dir(self) -> Path:
        return self.project_dir / "dbt_project"

    @property
    def scenarios_file(self) -> Path:
        """The what-ifs of a run: `scenarios.yml` of the data folder, else the project's own."""
        own = self.data_dir / SCENARIOS
        return own if own.is_file() else self.project_dir / "crime_dagster" / "defs" / SCENARIOS

    def child_environment(self) -> dict[str, str]:
        """Environment variables for dbt and Dagster processes, with absolute paths."""
        return {
            "CRIME_DATA_DIR": str(self.data_dir),
            "CRIME_WAREHOUSE_DIR": str(self.warehouse_dir),
            "CRIME_DOWNLOAD_DIR": str(self.download_dir),
            "CRIME_PUBLISHERS": self.publishers or "",
            "CRIME_PLACE": self.place,
            "CRIME_TARGET": TARGETS[self.lake is not None],
            **({"CRIME_LAKE_CATALOGUE": self.lake.catalogue, "CRIME_LAKE_DATA": self.lake.data} if self.lake else {}),
            "DAGSTER_HOME": str(self.dagster_home),
            "DBT_PROJECT_DIR": str(self.dbt_dir),
            "DBT_PROFILES_DIR": str(self.dbt_dir),
            "DBT_TARGET_PATH": str(self.dbt_target_dir),
            "DBT_LOG_PATH": str(self.dbt_log_dir),
            # As in dbt_project.yml, for code that reads that file before its flags.
            "DBT_WARN_ERROR_OPTIONS": json.dumps({"silence": SILENT}),
            # dagster-dbt looks for dbt on the path; ours is beside our Python, even if .venv is not activated.
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
            # Turn off the telemetry of dbt and Dagster: the project makes no calls that the user did not ask for.
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }

    def prepare(self) -> None:
        """Make the warehouse folder and set the variables of `child_environment` in this process.

        Both are done once, before dbt and DuckDB start: they read the environment, and without the folder DuckDB fails
        with a traceback before any dbt hook runs.
        """
        found = [sign for sign in BAD_SIGNS if sign in str(self.warehouse_dir)]
        if found:
            raise InputError(
                file=self.warehouse_dir,
                found=f"{' and '.join(found)} in the path of the warehouse folder",
                expected=f"a path without {', '.join(BAD_SIGNS)}, which databases read as more than a name",
                remedy="set CRIME_WAREHOUSE_DIR to a folder whose path has none",
            )
        if (other := self.warehouse_dir / ("crime.duckdb" if self.lake else "crime.lake")).exists():
            raise InputError(
                file=other,
                found="what another CRIME_TARGET built",
                expected=f"a folder of the target {TARGETS[self.lake is not None]} alone: its steps read one",
                remedy="set CRIME_TARGET as before, or CRIME_WAREHOUSE_DIR to another folder",
            )
        try:
            for folder in (self.landing_dir, self.dagster_home, self.dbt_target_dir, self.build_dir):
                folder.mkdir(parents=True, exist_ok=True)
            # If another user has run here, report their files now, not when a step fails to write.
            for path in (self.warehouse_dir, *sorted(self.warehouse_dir.iterdir())):
                if path.exists() and not os.access(path, os.W_OK):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            instance_config = self.dagster_home / "dagster.yaml"
            wanted = (self.project_dir / "deploy" / "dagster.yaml").read_bytes()
            if self.has_postgres:
                wanted += (self.project_dir / "deploy" / "storage.postgres.yaml").read_bytes()
            if self.broker:
                wanted += (self.project_dir / "deploy" / "workers.yaml").read_bytes()
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


def name_automation(found: Mapping[str, str] = os.environ) -> str:
    """Return the default status of schedules and sensors, from `CRIME_AUTOMATION`."""
    value = found.get("CRIME_AUTOMATION") or "off"
    if value not in AUTOMATION:
        expected = "on (download and refresh by schedule, as a service does) or off (the default)"
        raise refuse_variable("CRIME_AUTOMATION", value, expected, "correct it, or unset it")
    return AUTOMATION[value]


def name_place(found: Mapping[str, str] = os.environ) -> str:
    """Return the place that is asked for, `CRIME_PLACE`, for what needs no data set."""
    return found.get("CRIME_PLACE", "").strip()


def list_web_hosts(found: Mapping[str, str] = os.environ) -> list[str]:
    """Return further host names that the web server answers to."""
    return variables.read_hosts(found.get("CRIME_WEB_HOSTS", ""))


@noted()
def _choose_data_set(settings: Settings) -> DataSet:
    # The settings as the argument: a step depends on the place that is asked for now, not on that of its last run.
    return choose_place(read_data_set(settings.data_dir), settings.place)


def find_lake() -> Lake | None:
    """Return the lake of the environment; `Settings.prepare` has put there what other settings were given."""
    return Settings.from_environment().lake


def drop_foreign_variables() -> None:
    """Remove variables meant for other programs, before dbt or matplotlib reads them.

    `DBT_TARGET` or `DBT_WARN_ERROR` may be for another project, and a notebook's `MPLBACKEND` exists only in its own
    process.
    """
    for name in [name for name in os.environ if name.startswith("DBT_") or name == "MPLBACKEND"]:
        del os.environ[name]
