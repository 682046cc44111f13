"""JSON documents with a list of records: each record becomes a row, each path of names to a value a column."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crime_dagster.sources.readers.formats.delimited import read_bytes
from crime_dagster.sources.readers.formats.guard import guard
from crime_dagster.sources.readers.formats.limits import require_bearable_json
from crime_dagster.sources.readers.formats.reading import SourceFile, refuse

# Names under which services state the number of records, in lower case and without marks between words.
COUNTS = {
    *("itemcount", "numbermatched", "recordcount", "total", "totalcount", "totalfeatures", "totalitems"),
    *("totalrecords", "totalresults"),
}
EXPECTED = "a JSON document with a list of records"


@guard
def read_records(file: SourceFile) -> list[list[str]]:
    """The longest list of objects in a document as cells, the header first.

    The header of a nested value is the path of names to it: `Geocode.Latitude`.
    """
    content = read_bytes(file)
    require_bearable_json(content, file)
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise refuse(file, f"incomplete or invalid JSON ({error})", EXPECTED) from error
    records = max(_find_lists(document), key=len, default=[])
    if not records:
        raise refuse(file, "JSON without a list of records", EXPECTED)
    require_all_items(document, records, file)
    rows = [dict(_flatten(record)) for record in records]
    header = list(dict.fromkeys(name for row in rows for name in row))
    return [header, *([row.get(name, "") for name in header] for row in rows)]


def require_all_items(document: Any, items: Sequence[Any], file: SourceFile) -> None:
    """Refuse a page of a list of records or features if the document around it states that there are more."""
    for name, count in _find_counts(document):
        if count > len(items):
            remedy = "fetch the other pages too and put their records in one list, or download the whole file again"
            found = f"{len(items)} records, and {name} says {count}"
            raise refuse(file, found, "all records in one file", remedy, column=name)


def _find_counts(value: Any) -> Iterator[tuple[str, int]]:
    """Stated numbers of records outside of any list."""
    if isinstance(value, dict):
        for name, inner in value.items():
            is_count = isinstance(inner, int) and not isinstance(inner, bool)
            if is_count and name.casefold().replace("_", "").replace("-", "") in COUNTS:
                yield name, inner
            yield from _find_counts(inner)


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
