"""A column's own words: label, unit, role and description, as they stand in the marts' YAML."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from crime_dagster.core.errors import InputError
from crime_dagster.core.files import hash_file
from crime_dagster.core.records import NotedFields, noted

ROLES = ("key", "target", "feature", "exposure", "context")


@dataclass(frozen=True)
class Column(NotedFields):
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
        of: The count that a ratio, or a count of the surroundings, is made of.
        per: What a ratio is per: a column, or a number and a column such as `1000 residents`.
        part_of: The whole of which a share is a part; the parts of a whole sum to 100 %.
    """

    name: str
    label: str
    unit: str
    role: str
    description: str
    data_type: str
    source: tuple[str, ...] = ()
    vintage: str = ""
    of: str = ""
    per: str = ""
    part_of: str = ""
    place: tuple[Path, str] | None = field(default=None, compare=False, repr=False)

    NOTED: ClassVar[tuple[str, ...]] = (
        *("label", "unit", "role", "description", "data_type", "source", "vintage"),
        *("of", "per", "part_of"),
    )

    @property
    def is_share(self) -> bool:
        """Whether its figures are shares of something, 0 to 100 %."""
        return self.unit == "%" or self.unit.startswith("% of ")

    def find_reader(self, name: str) -> tuple[str, tuple[Any, ...]] | None:
        """See `NotedFields`."""
        return (f"{__name__}:read_field", (*self.place, self.name, name)) if self.place else None


def read_columns(manifest: Path, model: str) -> list[Column]:
    """The columns of one dbt model, in the order of its contract.

    Args:
        manifest: dbt's `manifest.json`.
        model: The model's name.

    Raises:
        InputError: No manifest, no such model, or a column without words.
    """
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
    found = _read_models(manifest, hash_file(manifest)).get(model)
    if found is None:
        raise InputError(file=manifest, expected=f"a dbt model named {model}", remedy="check the model's name")
    return found


@functools.lru_cache(maxsize=4)
def _read_models(manifest: Path, _content: str | None) -> dict[str, dict[str, dict[str, Any]]]:
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    return {node["name"]: node["columns"] for node in nodes if node["resource_type"] == "model"}


def _read_column(manifest: Path, model: str, column: dict[str, Any]) -> Column:
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
        of=words.get("of", ""),
        per=words.get("per", ""),
        part_of=words.get("part_of", ""),
        place=(manifest, model),
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
