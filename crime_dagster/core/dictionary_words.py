"""The data dictionary for people: every column of every mart and seed, from the words in dbt's YAML files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

# Heading of a column of the table, and the key of a column's meta that fills it.
META = {"Label": "label", "Unit": "unit", "Role": "role", "Source": "source", "Vintage": "vintage"}
HEAD = """\
# Data dictionary

Written by `make docs` from the YAML files of `dbt_project`: edit the descriptions there.

`role` says what a column is for: `key` names a row, `target` is what a model predicts, `feature` is what it may learn
from, `exposure` is what counts are compared with, `context` only describes. NULL means not reported or not known, never
0.
"""


def describe_marts(dbt_dir: Path) -> str:
    """The data dictionary as Markdown.

    Args:
        dbt_dir: The dbt project.

    Returns:
        A section per mart and per seed, by name, with a row per column. The same files give the same text.
    """
    marts = _read_nodes(dbt_dir / "models" / "marts", "models")
    seeds = _read_nodes(dbt_dir / "seeds", "seeds")
    parts = [HEAD, "## Marts\n", *map(_describe_node, marts), "## Seeds\n", *map(_describe_node, seeds)]
    return "\n".join(parts)


def markdown_table(rows: Sequence[Mapping[str, object]], heads: Sequence[str]) -> str:
    """A table in Markdown; heads of which no row has a value are left out.

    Args:
        rows: Head to text; what is missing is blank.
        heads: Heads in order.

    Returns:
        Lines, the last with its end.
    """
    kept = [head for head in heads if any(row.get(head) for row in rows)]
    lines = [kept, ["---"] * len(kept), *([_cell(row.get(head)) for head in kept] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(value: object) -> str:
    return " ".join(str("" if value is None else value).split()).replace("|", "\\|")


def _read_nodes(folder: Path, kind: str) -> list[dict[str, Any]]:
    return sorted(_list_nodes(folder, kind), key=lambda node: str(node["name"]))


def _list_nodes(folder: Path, kind: str) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.yml")):
        yield from (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get(kind, [])


def _describe_node(node: Mapping[str, Any]) -> str:
    rows = [_describe_column(column) for column in node.get("columns", [])]
    table = markdown_table(rows, ["Column", *META, "Type", "Description"])
    return f"### {node['name']}\n\n{' '.join(str(node.get('description', '')).split())}\n\n{table}"


def _describe_column(column: Mapping[str, Any]) -> dict[str, object]:
    meta = column.get("config", {}).get("meta") or column.get("meta") or {}
    return {
        "Column": f"`{column['name']}`",
        **{head: meta.get(key) for head, key in META.items()},
        "Type": column.get("data_type"),
        "Description": column.get("description"),
    }
