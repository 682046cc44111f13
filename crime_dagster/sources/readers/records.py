"""JSON documents that hold a list of records: each record becomes a row, each path of names to a value a column."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from crime_dagster.core.errors import InputError
from crime_dagster.sources.readers.delimited import read_bytes
from crime_dagster.sources.readers.guard import guard
from crime_dagster.sources.readers.limits import require_bearable_json
from crime_dagster.sources.readers.pages import require_all_items
from crime_dagster.sources.readers.reading import SourceFile

SUFFIX = ".json"


@guard
def read_records(file: SourceFile) -> list[list[str]]:
    """The records of a document as cells, the header first.

    The records are the longest list of objects in the document, however deep it lies: what stands around it says how
    many there are or when they were made. A value within a value has the names to it as its header: `Geocode.Latitude`.

    Args:
        file: The file.

    Raises:
        InputError: It cannot be opened, is no whole JSON, holds no list of objects, or fewer than it says.
    """
    content = read_bytes(file)
    require_bearable_json(content, file)
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _refuse(file, f"incomplete or invalid JSON ({error})") from error
    records = max(_find_lists(document), key=len, default=[])
    if not records:
        raise _refuse(file, "JSON without a list of records")
    require_all_items(document, records, file)
    rows = [dict(_flatten(record)) for record in records]
    header = list(dict.fromkeys(name for row in rows for name in row))
    return [header, *([row.get(name, "") for name in header] for row in rows)]


def _find_lists(value: Any, depth: int = 4) -> Iterator[list[dict[str, Any]]]:
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        yield value
    elif isinstance(value, dict) and depth:
        for inner in value.values():
            yield from _find_lists(inner, depth - 1)


def _flatten(record: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Names and values of a record; lists in it are records of something else."""
    for name, value in record.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{above}{name}.")
        elif not isinstance(value, list):
            yield f"{above}{name}", "" if value is None else str(value)


def _refuse(file: SourceFile, found: str) -> InputError:
    return InputError(
        file=file.name,
        found=found,
        expected="a JSON document with a list of records",
        remedy="download the file again from its publisher",
    )
