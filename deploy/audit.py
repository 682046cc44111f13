"""Ask the public advisory service whether a package of requirements.lock has a known fault.

Exit status 0: none is known. 1: some are, and are printed. 2: the service was not reached, so nothing was checked.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import httpx

SERVICE = "https://api.osv.dev/v1/querybatch"
PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)


def read_pins(lock: str) -> list[tuple[str, str]]:
    """Names and versions of a lock file."""
    return sorted(set(PINNED.findall(lock)))


def ask_service(pins: list[tuple[str, str]], service: str) -> dict[str, list[str]]:
    """Identifiers of known advisories by `name==version`.

    Raises:
        httpx.HTTPError: The service was not reached, or refused.
    """
    queries = [{"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in pins]
    answer = httpx.post(service, json={"queries": queries}, timeout=60).raise_for_status().json()
    found = {}
    for (name, version), result in zip(pins, answer["results"], strict=True):
        if known := [one["id"] for one in result.get("vulns", [])]:
            found[f"{name}=={version}"] = known
    return found


def main(arguments: list[str] | None = None) -> int:
    """Print what is known and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("lock", type=Path)
    parser.add_argument("--service", default=SERVICE)
    given = parser.parse_args(arguments)
    pins = read_pins(given.lock.read_text(encoding="utf-8"))
    try:
        found = ask_service(pins, given.service)
    except (httpx.HTTPError, KeyError, ValueError) as error:
        print(f"NOT CHECKED: {given.service} gave no answer ({type(error).__name__}: {error})", file=sys.stderr)
        return 2
    for package, known in found.items():
        print(f"{package}: {', '.join(known)}")
    print(f"{len(pins)} packages asked for, {len(found)} with known advisories")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
