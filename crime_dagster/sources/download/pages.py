"""A list that an interface gives page by page, put together into one document as if it had come at once."""

from __future__ import annotations

import json
from typing import Any

from crime_dagster.sources.catalogue.address import Address
from crime_dagster.sources.download.refusal import refuse
from crime_dagster.sources.download.web import Web

MOST_PAGES = 200


def read_pages(web: Web, address: Address) -> bytes:
    """Fetch all pages of a list, as one JSON document with the list under its own name.

    Args:
        web: The client.
        address: `items` names the list in each answer; the answer also says how many there are (`total`).

    Raises:
        InputError: An answer is no list, or more or fewer records came than were announced.
    """
    url, name = address.url or "", address.items or ""
    records: list[Any] = []
    total = None
    for page in range(1, MOST_PAGES + 1):
        answer = web.read_json(url, {**address.query, "page": str(page)})
        found = answer.get(name) if isinstance(answer, dict) else None
        if not isinstance(found, list):
            raise refuse(url, f"JSON without the list `{name}`", f"a page of `{name}`")
        # An interface that knows of no pages gives the same one again.
        if page > 1 and (not found or found[0] == records[0]):
            break
        records += found
        total = answer.get("total", total)
        if not found or (total is not None and len(records) >= total):
            break
    if not records or (total is not None and len(records) != total):
        raise refuse(url, f"{len(records):,} records in `{name}`", f"the {total or 'records'} that it says it has")
    return json.dumps({name: records}, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
