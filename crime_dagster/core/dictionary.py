"""A column's own words: label, unit, role and description, as they stand in the marts' YAML."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from crime_dagster.core.errors import InputError

ROLES = ("key", "target", "feature", "exposure", "context")


@dataclass(frozen=True)
class Column:
    """One column of a mart.

    Args:
        name: The column's name.
        label: What a chart prints.
        unit: The unit of its figures; empty for codes and names.
        role: One of `ROLES`; the model learns from `feature` alone.
        description: A sentence or two.
        data_type: DuckDB's type.
        source: Keys of the published sources it is made of, `publisher/thing`; every feature has one at least.
        vintage: The time its figures speak of.
    """

    name: str
    label: str
    unit: str
    role: str
    description: str
    data_type: str
    source: tuple[str, ...] = ()
    vintage: str = ""


def read_columns(manifest: Path, model: str) -> list[Column]:
    """The columns of one dbt model, in the order of its contract.

    Args:
        manifest: dbt's `manifest.json`.
        model: The model's name.

    Raises:
        InputError: No manifest, no such model, or a column without words.
    """
    if not manifest.is_file():
        raise InputError(
            file=manifest, found="no such file", expected="the manifest that dbt writes", remedy="run `make dbt`"
        )
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    found = [node for node in nodes if node["resource_type"] == "model" and node["name"] == model]
    if not found:
        raise InputError(file=manifest, expected=f"a dbt model named {model}", remedy="check the model's name")
    return [_read_column(model, column) for column in found[0]["columns"].values()]


def _read_column(model: str, column: dict) -> Column:
    words = column.get("config", {}).get("meta") or column.get("meta") or {}
    role = words.get("role", "")
    if role not in ROLES:
        raise InputError(
            file=f"dbt_project: {model}.yml",
            column=column["name"],
            found=f"role {role!r}",
            expected=f"meta with a role out of {', '.join(ROLES)}",
            remedy="add label, unit and role under the column's config.meta",
        )
    return Column(
        name=column["name"],
        label=words.get("label", column["name"]),
        unit=words.get("unit", ""),
        role=role,
        description=column["description"],
        data_type=column.get("data_type") or "",
        source=_list_sources(model, column["name"], words.get("source", [])),
        vintage=words.get("vintage", ""),
    )


def _list_sources(model: str, column: str, given: object) -> tuple[str, ...]:
    if isinstance(given, list) and all(isinstance(key, str) for key in given):
        return tuple(given)
    raise InputError(
        file=f"dbt_project: {model}.yml",
        column=column,
        found=f"source {given!r}",
        expected="a list of keys of the catalogue of sources, such as [ons/population]",
        remedy="put the keys in brackets under the column's config.meta",
    )
