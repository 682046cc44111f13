"""The data dictionary for people: every column of every mart and seed, from the words in dbt's YAML files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    """The data dictionary as Markdown: a section per mart and per seed, by name, with a row per column."""
    marts = _describe_nodes(dbt_dir / "models" / "marts", "models")
    return "\n".join([HEAD, "## Marts\n", *marts, "## Seeds\n", *_describe_nodes(dbt_dir / "seeds", "seeds")])


def markdown_table(rows: Sequence[Mapping[str, object]], heads: Sequence[str]) -> str:
    """A table in Markdown of rows by head; heads of which no row has a value are left out."""
    kept = [head for head in heads if any(row.get(head) for row in rows)]
    lines = [kept, ["---"] * len(kept), *([_cell(row.get(head)) for head in kept] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(value: object) -> str:
    return " ".join(str("" if value is None else value).split()).replace("|", "\\|")


def _describe_nodes(folder: Path, kind: str) -> list[str]:
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) or {} for path in sorted(folder.glob("*.yml"))]
    nodes = [node for file in files for node in file.get(kind, [])]
    return [_describe_node(node) for node in sorted(nodes, key=lambda node: str(node["name"]))]


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
