"""A misbehaving server, a clock that does not wait, and sources that point to them."""

import ssl
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from crime_dagster.sources.catalogue.address import parse_address
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.download.client import build_user_agent
from crime_dagster.sources.download.policy import Policy
from crime_dagster.sources.download.records import Report
from crime_dagster.sources.download.run import download_sources

Run = Callable[..., Report]
# Loading the machine's certificate authorities is slow, and nothing here is encrypted.
NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def build_local_client(**more: Any) -> httpx.Client:
    """Return a client for 127.0.0.1, without proxies."""
    headers = {"Accept-Encoding": "identity", "User-Agent": build_user_agent()}
    return httpx.Client(trust_env=False, verify=NO_AUTHORITIES, timeout=5, headers=headers, **more)


@pytest.fixture
def waits() -> list[float]:
    """Seconds that a download would have waited."""
    return []


@pytest.fixture
def policy(waits: list[float]) -> Policy:
    return Policy(attempts=4, progress_every=0.0, sleep=waits.append)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "london"


@pytest.fixture
def point(table: Source) -> Callable[..., Source]:
    """Return a test source: `thing`, then its address fields; its files match `table*.csv`."""

    def build(thing: str = "table", many: bool = False, patterns: tuple[str, ...] = (), **address: Any) -> Source:
        return replace(
            table,
            publisher="ons",
            thing=thing,
            many_files=many,
            patterns=patterns or table.patterns,
            download=parse_address({"kind": "file", **address}),
        )

    return build


@pytest.fixture
def run(folder: Path, policy: Policy, said: list[str]) -> Run:
    def download(*sources: Source, policy: Policy = policy, base: str | None = None) -> Report:
        catalogue = {source.key: source for source in sources}
        return download_sources(catalogue, folder, said.append, policy, build_local_client(), base=base)

    return download
