"""A column's own words: label, unit, role and description, as they stand in the marts' YAML."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from crime_dagster.core.errors import InputError
from crime_dagster.core.files import cached_by_stamp
from crime_dagster.core.records import NotedFields, noted

ROLES = ("key", "target", "feature", "exposure", "context")


@dataclass(frozen=True)
class Column(NotedFields):
    """One column of a mart."""

    name: str
    label: str  # what a chart prints
    unit: str  # of its figures; empty for codes and names
    role: str  # one of `ROLES`; the model learns from `feature` alone
    description: str
    data_type: str  # DuckDB's type
    source: tuple[str, ...] = ()  # keys of the published sources it is made of; every feature has one at least
    vintage: str = ""  # the time its figures speak of
    place: tuple[Path, str] | None = field(default=None, compare=False, repr=False)

    NOTED: ClassVar[tuple[str, ...]] = ("label", "unit", "role", "description", "data_type", "source", "vintage")

    def find_reader(self, name: str) -> tuple[str, tuple[Any, ...]] | None:
        """See `NotedFields`."""
        return (f"{__name__}:read_field", (*self.place, self.name, name)) if self.place else None


def read_columns(manifest: Path, model: str) -> list[Column]:
    """The columns of one model of dbt's `manifest.json`, in the order of its contract."""
    columns = _read_model(manifest, model)
    return [_read_column(manifest, model, columns[name]) for name in list_columns(manifest, model)]


@noted()
def list_columns(manifest: Path, model: str) -> list[str]:
    """Names of the columns of a model, in the order of its contract."""
    return list(_read_model(manifest, model))


@noted()
def read_field(manifest: Path, model: str, column: str, name: str) -> Any:
    """What one column says of one thing: its label, unit, role, ..."""
    return getattr(_read_column(manifest, model, _read_model(manifest, model)[column]), name)


def _read_model(manifest: Path, model: str) -> Mapping[str, dict[str, Any]]:
    if not manifest.is_file():
        raise InputError(
            file=manifest, found="no such file", expected="the manifest that dbt writes", remedy="run `make dbt`"
        )
    found = _read_models(manifest).get(model)
    if found is None:
        raise InputError(file=manifest, expected=f"a dbt model named {model}", remedy="check the model's name")
    return found


@cached_by_stamp
def _read_models(manifest: Path) -> dict[str, dict[str, dict[str, Any]]]:
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    return {node["name"]: node["columns"] for node in nodes if node["resource_type"] == "model"}


def _read_column(manifest: Path, model: str, column: dict[str, Any]) -> Column:
    words = column.get("config", {}).get("meta") or column.get("meta") or {}
    role, source = words.get("role", ""), words.get("source", [])

    def refuse(found: str, expected: str, remedy: str) -> InputError:
        file = f"dbt_project: {model}.yml"
        return InputError(file=file, column=column["name"], found=found, expected=expected, remedy=remedy)

    if role not in ROLES:
        remedy = "add label, unit and role under the column's config.meta"
        raise refuse(f"role {role!r}", f"meta with a role out of {', '.join(ROLES)}", remedy)
    if not isinstance(source, list) or not all(isinstance(key, str) for key in source):
        expected = "a list of keys of the catalogue of sources, such as [ons/population]"
        raise refuse(f"source {source!r}", expected, "put the keys in brackets under the column's config.meta")
    return Column(
        name=column["name"],
        label=words.get("label", column["name"]),
        unit=words.get("unit", ""),
        role=role,
        description=column["description"],
        data_type=column.get("data_type") or "",
        source=tuple(source),
        vintage=words.get("vintage", ""),
        place=(manifest, model),
    )
