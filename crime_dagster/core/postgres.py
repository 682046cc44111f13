"""Settings of the optional PostgreSQL database for Dagster's runs."""

import re
from collections.abc import Mapping

from crime_dagster.core.errors import InputError, refuse_variable

# Named in dagster.yaml; only Dagster reads their values.
POSTGRES_NAMES = tuple(f"CRIME_POSTGRES_{name}" for name in ("HOST", "PORT", "DB", "USER", "PASSWORD"))
# Dagster puts these into a URL unescaped, where some characters would start another part.
FORMS = (
    ("CRIME_POSTGRES_HOST", r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]", "a name, such as db.example.org, or an address"),
    ("CRIME_POSTGRES_PORT", r"[1-9]\d{0,4}", "the number of a port, such as 5432"),
    ("CRIME_POSTGRES_DB", r"[\w-]+", "a name of letters, digits, _ and -"),
)


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
