"""Categories of crime that the project does not know: `make check` says so before a run stops at them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.readers.formats.reading import SourceFile

SEED = "crime_type_categories"
SHOWN = 8


def load_categories(path: Path) -> dict[str, frozenset[str]]:
    """The categories that count in a crime type.

    Args:
        path: The seed of dbt that names them, with the columns publisher and category.

    Returns:
        Publisher to its categories, in upper case.
    """
    known: dict[str, set[str]] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            known.setdefault(row["publisher"], set()).add(row["category"].upper())
    return {publisher: frozenset(categories) for publisher, categories in known.items()}


def describe_categories(
    rows: pa.Table, source: Source, known: Mapping[str, frozenset[str]], file: SourceFile
) -> list[str]:
    """A warning about categories of crimes that count in no crime type; a run stops at them.

    Args:
        rows: Landed rows of a file.
        source: What they are. Its option `category` names the column; a source without it has nothing to say.
        known: Publisher to its categories, in upper case.
        file: Whose rows they are.
    """
    if "category" not in source.options or source.publisher not in known:
        return []
    figures = [column.name for column in source.columns if column.spread is not None]
    if figures:
        # A category that counts no crime is no trouble.
        rows = rows.filter(pc.not_equal(pc.fill_null(rows[figures[0]], "0"), "0"))
    found = pc.value_counts(pc.utf8_upper(pc.utf8_trim_whitespace(rows[source.options["category"]])))
    names = {str(pair["values"] or ""): pair["counts"] for pair in found.to_pylist()}
    strange = [f"{name!r} ({names[name]} rows)" for name in sorted(set(names) - known[source.publisher])]
    if not strange:
        return []
    listed = ", ".join(strange[:SHOWN]) + (f" and {len(strange) - SHOWN} more" if len(strange) > SHOWN else "")
    return [
        f"{file.name}: {len(strange)} categories count in no crime type, and a run stops at them until the seed {SEED} "
        f"names them: {listed}"
    ]
