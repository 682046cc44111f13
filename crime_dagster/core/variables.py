"""Variables of the environment: their names, and the checks of their values."""

import difflib
import os
import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from crime_dagster.core.errors import InputError, refuse_variable

# Named in dagster.yaml; only Dagster reads their values.
POSTGRES_NAMES = tuple(f"CRIME_POSTGRES_{name}" for name in ("HOST", "PORT", "DB", "USER", "PASSWORD"))
# Dagster puts these into a URL unescaped, where some characters would start another part.
FORMS = (
    ("CRIME_POSTGRES_HOST", r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]", "a name, such as db.example.org, or an address"),
    ("CRIME_POSTGRES_PORT", r"[1-9]\d{0,4}", "the number of a port, such as 5432"),
    ("CRIME_POSTGRES_DB", r"[\w-]+", "a name of letters, digits, _ and -"),
)
# Every variable that is read: those for tests last.
VARIABLES = (
    *("CRIME_DATA_DIR", "CRIME_WAREHOUSE_DIR", "CRIME_DOWNLOAD_DIR", "CRIME_PLACE", "CRIME_BOROUGH"),
    *("CRIME_AUTOMATION", "CRIME_KEEP_DAYS", "CRIME_WEB_HOSTS", "CRIME_WEBHOOK_URL", "CRIME_CODE_HOST"),
    *POSTGRES_NAMES,
    *("CRIME_TARGET", "CRIME_LAKE_CATALOGUE", "CRIME_LAKE_DATA", "CRIME_BROKER", "CRIME_LOST_SECONDS"),
    *("CRIME_PUBLISHERS", "CRIME_PUBLISHED_DIR", "CRIME_CASES_DIR", "CRIME_REAL_DATA_DIR"),
)
# Set by the tests' commands, and by Kubernetes for each service whose name begins with crime.
FOREIGN = re.compile(r"^CRIME_TEST_|_SERVICE_(HOST|PORT)|_PORT(_\d+_.+)?$")
HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")


def require_known_names(found: Mapping[str, str]) -> None:
    """Refuse a misspelt variable, which would otherwise leave its setting at the default without a word."""
    for name in sorted(found):
        if not name.startswith("CRIME_") or name in VARIABLES or not found[name] or FOREIGN.search(name):
            continue
        close = difflib.get_close_matches(name, VARIABLES, n=3)
        expected = f"one of {', '.join([*close, *(one for one in VARIABLES if one not in close)])}"
        raise refuse_variable(name, "a variable that nothing reads", expected, "correct its name, or unset it")


def read_path(found: Mapping[str, str], name: str, default: Path) -> Path:
    """Return the absolute path of a variable; a name that is not in UTF-8 could be neither shown nor stored."""
    value = found.get(name) or str(default)
    try:
        value.encode()
        return Path(value).expanduser().absolute()
    except (UnicodeEncodeError, RuntimeError) as error:
        shown = os.fsencode(value).decode("utf-8", "backslashreplace")
        expected = "the path of a folder, in UTF-8, whose ~ is the home of a user of this machine"
        raise refuse_variable(name, shown, expected, "correct it, or rename the folder") from error


def read_webhook(value: str) -> str | None:
    """Return the address for reports, which no message contains."""
    try:
        parts = urlsplit(value)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", value)
    except ValueError:
        is_address = False
    if value and not is_address:
        expected = "an address that begins with https:// or http://"
        raise refuse_variable("CRIME_WEBHOOK_URL", "something else", expected, "correct it, or unset it")
    return value or None


def read_whole(found: Mapping[str, str], name: str, default: int, unit: str) -> int:
    """Return a whole number above zero."""
    value = found.get(name) or str(default)
    if not re.fullmatch(r"0*[1-9]\d{0,6}", value, re.ASCII):
        expected = f"a whole number of {unit}, 1 to 9,999,999"
        raise refuse_variable(name, value, expected, f"correct it, or unset it for {default}")
    return int(value)


def read_publishers(value: str) -> str | None:
    """Return the stand-in for all publishers, without a path; it must be on this machine, as all data comes from it."""
    if not value:
        return None
    try:
        parts = urlsplit(value)
        is_here = parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
        if parts.scheme == "http" and is_here and parts.port and parts.path in ("", "/") and not parts.query:
            return f"http://{parts.netloc}"
    except ValueError:
        pass
    expected = "an address on this machine, such as http://127.0.0.1:8899"
    remedy = "unset it to download from the publishers; it is for tests alone"
    raise refuse_variable("CRIME_PUBLISHERS", value, expected, remedy)


def read_hosts(value: str) -> list[str]:
    """Return names of hosts; to anything else the web server would silently never answer."""
    hosts = [name.strip() for name in value.split(",") if name.strip()]
    if wrong := [host for host in hosts if not HOST_NAME.fullmatch(host)]:
        expected = "names of hosts separated by commas, without http:// and port: crime.example.org"
        raise refuse_variable("CRIME_WEB_HOSTS", wrong[0], expected, "correct it, or unset it")
    return hosts


def require_postgres_names(found: Mapping[str, str]) -> None:
    """Refuse an environment that asks for PostgreSQL with a variable missing or malformed.

    Dagster would fail only later. No message contains the password.
    """
    if not found.get("CRIME_POSTGRES_HOST"):
        return
    missing = [name for name in POSTGRES_NAMES if not found.get(name)]
    if missing:
        raise InputError(
            file="the environment",
            found=f"CRIME_POSTGRES_HOST is set and {', '.join(missing)} not",
            expected=f"all of {', '.join(POSTGRES_NAMES)}, or none",
            remedy="set what is missing (docs/operations.md), or unset CRIME_POSTGRES_HOST: runs are then in SQLite",
        )
    for name, form, expected in FORMS:
        if not re.fullmatch(form, found[name]):
            raise refuse_variable(name, repr(found[name]), expected, "correct it (docs/operations.md)")
