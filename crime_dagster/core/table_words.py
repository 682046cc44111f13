"""Descriptions of published tables from dbt's manifest: keys, units and the meaning of NULL.

What a mart's YAML leaves out follows from one rule for all tables.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from crime_dagster.core.dictionary import find_meta, list_marts, read_nodes
from crime_dagster.core.errors import InputError
from crime_dagster.core.yaml_files import read_yaml

NONE, NEVER, NOT_HERE = "none", "never", "none in this release"
# The meaning of NULL unless a column says otherwise.
UNKNOWN = "not reported or not known, never zero"
NULL_WORDS = "null_words.yml"
# The table of crime types, and its key.
TYPES = ("crime_types", "crime_type")
NUMBERS = frozenset({"bigint", "integer", "double"})
_CLAUSE = re.compile(r"(?:(?<=[.;]) |^)NULL ((?:where|unless|if|for|with|without|in)\b[^.;]*)[.;]?")
_REFERENCE = re.compile(r"(?:ref|source)\(.*?'([^']+)'\s*\)")


@dataclass(frozen=True)
class ColumnWords:
    """One column of a published table."""

    name: str
    label: str  # for headings
    unit: str  # of its figures, or `NONE`
    role: str  # see `core.dictionary.ROLES`; empty for columns of seeds
    data_type: str  # in DuckDB
    description: str  # without what NULL means
    null: str  # what NULL means: `NEVER`, or words that follow "NULL"
    sources: tuple[str, ...] = ()  # keys of the published sources that it is made from
    vintage: str = ""  # period that its figures cover
    has_values: bool = True  # whether it has any value in this data set

    def write_comment(self) -> str:
        """Return everything known about it as one text for the database."""
        absent = "" if self.has_values else "No value in this data set. "
        return f"{absent}{self.description} Unit: {self.unit}. NULL: {self.null}."


@dataclass(frozen=True)
class TableWords:
    """One published table; `key` identifies a row, `links` are (column, table, column there)."""

    name: str
    description: str
    columns: tuple[ColumnWords, ...]
    key: tuple[str, ...] = ()
    links: tuple[tuple[str, str, str], ...] = ()


def read_tables(manifest: Path, dbt_dir: Path) -> list[TableWords]:
    """Return the tables of schema `marts` by name; a numeric column without a unit is refused."""
    nodes = read_nodes(manifest)
    shared = read_yaml(dbt_dir / NULL_WORDS, "globs of columns and what NULL means there", "restore the file")
    tests = [node for node in nodes if node["resource_type"] == "test"]
    return [_read_table(node, tests, shared) for node in sorted(list_marts(nodes), key=lambda node: str(node["name"]))]


def fit_to_rows(tables: Iterable[TableWords], counts: Mapping[str, Mapping[str, tuple[int, int]]]) -> list[TableWords]:
    """Return the descriptions of the tables that exist; where NULL is not explained, say whether there are any.

    `counts` gives, by table and column, the number of values and of rows.
    """
    fitted = []
    for table in tables:
        if found := counts.get(table.name):
            columns = tuple(_fit(one, *found[one.name]) for one in table.columns if one.name in found)
            fitted.append(replace(table, columns=columns))
    return fitted


def _fit(column: ColumnWords, values: int, rows: int) -> ColumnWords:
    explained = column.null or (NOT_HERE if values == rows else UNKNOWN)
    return replace(column, null=explained, has_values=values > 0 or rows == 0)


def _read_table(node: Mapping[str, Any], tests: Iterable[Mapping[str, Any]], shared: Mapping[str, str]) -> TableWords:
    own = [one["test_metadata"] for one in tests if one.get("attached_node") == node["unique_id"]]
    told = [(one["name"], one["kwargs"]) for one in own if one]
    keys = [given["columns"] for name, given in told if name == "primary_key"]
    filled = {one for name, given in told if name in ("primary_key", "filled") for one in given["columns"]}
    filled |= {given["column_name"] for name, given in told if name == "not_null"}
    filled -= {one for _, given in told for one in given.get("nullable", [])}
    table = str(node["name"])
    default = _find_clause(node["description"])
    links = {
        given["column_name"]: (found[1], given["field"])
        for name, given in told
        if name == "relationships" and (found := _REFERENCE.search(given["to"]))
    }
    # Tested where it comes from outside; elsewhere the SQL takes it from a table that has it.
    if TYPES[1] in node["columns"] and table != TYPES[0]:
        links.setdefault(TYPES[1], TYPES)
    return TableWords(
        name=table,
        description=_join(node["description"]),
        columns=tuple(_read_column(table, one, filled, default, shared) for one in node["columns"].values()),
        key=tuple(keys[0]) if keys else (),
        links=tuple((column, *there) for column, there in links.items()),
    )


def _read_column(
    table: str, column: Mapping[str, Any], filled: set[str], default: str, shared: Mapping[str, str]
) -> ColumnWords:
    meta = find_meta(column)
    name, text, data_type = column["name"], _join(column["description"]), (column.get("data_type") or "").lower()
    if "unit" not in meta and data_type in NUMBERS:
        expected = "meta with a unit, which is '' for a rank or a ratio"
        remedy, file = "add label, unit and role under the column's config.meta", f"dbt_project: {table}"
        raise InputError(file=file, column=name, found="numbers without a unit", expected=expected, remedy=remedy)
    label = meta.get("label") or name.replace("_", " ").capitalize()
    described = " ".join(_CLAUSE.sub("", text).split()).rstrip("; ") or label
    by_glob = next((words for glob, words in shared.items() if fnmatchcase(f"{table}.{name}", glob)), "")
    null = NEVER if name in filled else _find_clause(text) or default or by_glob
    return ColumnWords(
        name=name,
        label=label,
        unit=meta.get("unit") or NONE,
        role=meta.get("role", ""),
        data_type=data_type,
        description=described if described.endswith((".", "?")) else f"{described}.",
        null=null,
        sources=tuple(meta.get("source", ())),
        vintage=meta.get("vintage", ""),
    )


def _find_clause(description: str) -> str:
    """Return what a description says after "NULL"; empty if nothing."""
    found = _CLAUSE.search(_join(description))
    return found[1] if found else ""


def _join(text: str) -> str:
    return " ".join(text.split())
