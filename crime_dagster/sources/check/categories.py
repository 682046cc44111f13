"""Categories of crime that the project does not know: `make check` reports them, a run stops at them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.errors import list_some
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.readers.formats.reading import SourceFile

SEED = "crime_type_categories"
SHOWN = 8


def load_categories(path: Path) -> dict[str, frozenset[str]]:
    """Publisher to its categories that count in a crime type, in upper case, from dbt's seed."""
    known: dict[str, set[str]] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            known.setdefault(row["publisher"], set()).add(row["category"].upper())
    return {publisher: frozenset(categories) for publisher, categories in known.items()}


def describe_categories(
    rows: pa.Table, source: Source, known: Mapping[str, frozenset[str]], file: SourceFile
) -> list[str]:
    """A warning about categories of crimes that count in no crime type.

    The source's option `category` names the column. Nothing is reported without it or for unknown publishers.
    """
    if "category" not in source.options or source.publisher not in known:
        return []
    figures = [column.name for column in source.columns if column.spread is not None]
    if figures:
        # A category without crimes does no harm.
        rows = rows.filter(pc.not_equal(pc.fill_null(rows[figures[0]], "0"), "0"))
    found = pc.value_counts(pc.utf8_upper(pc.utf8_trim_whitespace(rows[source.options["category"]])))
    names = {str(pair["values"] or ""): pair["counts"] for pair in found.to_pylist()}
    unknown = [f"{name!r} ({names[name]} rows)" for name in sorted(set(names) - known[source.publisher])]
    words = f"categories count in no crime type, and a run stops at them until the seed {SEED} names them"
    return [f"{file.name}: {len(unknown)} {words}: {list_some(unknown, SHOWN, ', ')}"] if unknown else []
