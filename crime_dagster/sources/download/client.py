"""The HTTP client of a download: who it says it is, and the proxies and certificates of the environment."""

import tomllib

import httpx

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import PROJECT_DIR
from crime_dagster.sources.download.policy import PROXY

CONNECTIONS = 2  # per host


def build_client(*, is_local: bool = False) -> httpx.Client:
    """Return a client that requests bodies uncompressed; without proxies if it only asks this machine (`is_local`)."""
    try:
        return httpx.Client(
            trust_env=not is_local,
            headers={"User-Agent": build_user_agent(), "Accept-Encoding": "identity"},
            timeout=httpx.Timeout(60.0, connect=30.0),
            # Requests are sequential: a host sees one connection, and a second if a body was left early.
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=CONNECTIONS),
        )
    except (ImportError, ValueError, httpx.InvalidURL, OSError) as error:
        # A proxy of a kind that is not supported, or a file of certificates that cannot be read.
        expected = "an http or https proxy, and a file of certificates in SSL_CERT_FILE if it is set"
        remedy = f"{PROXY}, and SSL_CERT_FILE"
        raise InputError(file="environment", found=str(error), expected=expected, remedy=remedy) from error


def build_user_agent() -> str:
    """Return a user agent: the project, its version, and an address at which a publisher can read about it."""
    project = tomllib.loads((PROJECT_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return f"{project['name']}/{project['version']} (+{next(iter(project['urls'].values()))})"
