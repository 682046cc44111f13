"""Where a lake is, and who works on it: settings of the environment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from crime_dagster.core.errors import InputError, refuse_variable

TARGETS = ("warehouse", "lake")


@dataclass(frozen=True)
class Lake:
    """Where a lake is."""

    catalogue: str  # file of a catalogue, or `postgres:` and the words of a connection; never a password
    data: str  # folder, or `s3://<bucket>/<folder>`
    extensions: Path  # DuckDB's extensions, linked there
    store: Mapping[str, str] = field(default_factory=dict, repr=False)  # settings of the store, its keys among them

    @property
    def is_served(self) -> bool:
        """Whether the catalogue is in PostgreSQL, and not in a file that one process at a time may write."""
        return self.catalogue.startswith("postgres:")

    @property
    def is_shared(self) -> bool:
        """Whether the data is in a store that other machines reach."""
        return self.data.startswith("s3://")


def read_lake(found: Mapping[str, str], folder: Path) -> Lake | None:
    """Return the lake that `CRIME_TARGET=lake` asks for; catalogue and data are in the warehouse folder if not named.

    A store is reached by the variables that programs for S3 share.
    """
    if (target := found.get("CRIME_TARGET") or TARGETS[0]) == TARGETS[0]:
        if named := [name for name in ("CRIME_LAKE_CATALOGUE", "CRIME_LAKE_DATA") if found.get(name)]:
            expected = "CRIME_TARGET=lake beside it"
            raise refuse_variable(named[0], "a lake that is not asked for", expected, "set CRIME_TARGET, or unset it")
        return None
    if target not in TARGETS:
        remedy = "correct it, or unset it for the database file"
        raise refuse_variable("CRIME_TARGET", target, " or ".join(TARGETS), remedy)
    catalogue = found.get("CRIME_LAKE_CATALOGUE") or str(folder / "crime.ducklake")
    if "password" in catalogue.lower():
        expected = "words without one, such as postgres:dbname=crime host=db.example.org user=crime"
        remedy = "put it into PGPASSWORD, or into the file that PGPASSFILE names"
        raise refuse_variable("CRIME_LAKE_CATALOGUE", "a password", expected, remedy)
    if re.match(r"(?!s3://.)[A-Za-z0-9]+:", found.get("CRIME_LAKE_DATA", "")):
        expected = "the path of a folder, or s3://<bucket>/<folder>"
        raise refuse_variable("CRIME_LAKE_DATA", found["CRIME_LAKE_DATA"], expected, "correct it (docs/scaling.md)")
    endpoint = urlsplit(found.get("AWS_ENDPOINT_URL") or "https://s3.amazonaws.com")
    return Lake(
        catalogue=catalogue,
        data=(found.get("CRIME_LAKE_DATA") or str(folder / "lake")).rstrip("/") + "/",
        extensions=folder / "extensions",
        store={
            "endpoint": endpoint.netloc,
            "use_ssl": str(endpoint.scheme == "https").lower(),
            "region": found.get("AWS_REGION") or "eu-west-2",
            "key_id": found.get("AWS_ACCESS_KEY_ID", ""),
            "secret": found.get("AWS_SECRET_ACCESS_KEY", ""),
        },
    )


def read_broker(found: Mapping[str, str]) -> str | None:
    """Return the address of the broker, which needs a lake in a store and Dagster's runs in PostgreSQL."""
    broker = found.get("CRIME_BROKER") or None
    is_shared = (found.get("CRIME_LAKE_DATA") or "").startswith("s3://") and found.get("CRIME_TARGET") == "lake"
    if broker and not (is_shared and found.get("CRIME_POSTGRES_HOST")):
        raise InputError(
            file="the environment",
            found="CRIME_BROKER without what workers share",
            expected="CRIME_TARGET=lake, CRIME_LAKE_DATA in a store and CRIME_POSTGRES_HOST with the rest",
            remedy="set them (docs/scaling.md), or unset CRIME_BROKER",
        )
    if broker and not broker.startswith(("redis://", "rediss://")):
        expected = "an address such as redis://redis.example.org:6379/0"
        raise refuse_variable("CRIME_BROKER", "something else", expected, "correct it (docs/scaling.md)")
    return broker


def require_lake(lake: Lake | None, pointer: Path) -> Lake:
    """Return the lake of a pointer; an environment that names none is refused."""
    if lake is None:
        raise InputError(
            file=pointer,
            found="a lake, and CRIME_TARGET does not ask for one",
            expected="CRIME_TARGET=lake",
            remedy="set it, as when the lake was built (docs/scaling.md)",
        )
    return lake
