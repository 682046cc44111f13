"""What sends the requests of a download, and whom it names as the one who asks."""

from __future__ import annotations

import tomllib

import httpx

from crime_dagster.core.settings import PROJECT_DIR

# To one host.
CONNECTIONS = 2


def build_client(*, is_local: bool = False) -> httpx.Client:
    """A client for one download: bodies as they lie on the server, so that lengths and ranges mean what they say.

    Args:
        is_local: Whether it asks this machine alone, for which no proxy counts.
    """
    return httpx.Client(
        trust_env=not is_local,
        headers={"User-Agent": name_agent(), "Accept-Encoding": "identity"},
        timeout=httpx.Timeout(60.0, connect=30.0),
        # Requests follow each other: a host sees one connection, and a second one where a body was left early.
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=CONNECTIONS),
    )


def name_agent() -> str:
    """Who asks: the project, its version, and an address where a publisher can read what it does."""
    project = tomllib.loads((PROJECT_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return f"{project['name']}/{project['version']} (+{next(iter(project['urls'].values()))})"
