"""Column metadata from the YAML of marts and seeds, for pictures and for the data dictionary."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import yaml

from crime_dagster.core.errors import InputError
from crime_dagster.core.files import cached_by_stamp
from crime_dagster.core.records import NotedFields, noted

ROLES = ("key", "target", "feature", "recording", "exposure", "context")
# Heading in the dictionary: the key of a column's meta that fills it.
META = {"Label": "label", "Unit": "unit", "Role": "role", "Source": "source", "Vintage": "vintage"}
HEAD = """\
# Data dictionary

Written by `make docs` from the YAML files of `dbt_project`: edit the descriptions there.

`role` says what a column is for: `key` names a row, `target` is what a model predicts, `feature` is what it may learn
from, `recording` is learned from too but says where crime is written down, so that no what-if changes it, `exposure` is
what counts are compared with, `context` only describes. NULL means not reported or not known, never 0.
"""


@dataclass(frozen=True)
class Column(NotedFields):
    """One column of a mart."""

    name: str
    label: str  # as charts print it
    unit: str  # of its figures; empty for codes and names
    role: str  # one of `ROLES`; models train on `feature`, `recording` and `exposure`
    description: str
    data_type: str  # in DuckDB
    source: tuple[str, ...] = ()  # keys of the published sources it is made from; every feature has at least one
    vintage: str = ""  # period that its figures cover
    of: str = ""  # the count that a ratio, or a count of the surroundings, is made from
    per: str = ""  # denominator of a ratio: a column, or a number and a column such as `1000 residents`
    part_of: str = ""  # the whole that a share is a part of; the parts of a whole sum to 100 %
    place: tuple[Path, str] | None = field(default=None, compare=False, repr=False)

    NOTED: ClassVar[tuple[str, ...]] = (
        *("label", "unit", "role", "description", "data_type", "source", "vintage"),
        *("of", "per", "part_of"),
    )

    @property
    def is_share(self) -> bool:
        """Whether it is a share of something, 0 to 100 %."""
        return self.unit == "%" or self.unit.startswith("% of ")

    def find_reader(self, name: str) -> tuple[str, tuple[Any, ...]] | None:
        return (f"{__name__}:read_field", (*self.place, self.name, name)) if self.place else None


def read_columns(manifest: Path, model: str) -> list[Column]:
    """Return the columns of a model in dbt's `manifest.json`, in contract order."""
    columns = _read_model(manifest, model)
    return [_read_column(manifest, model, columns[name]) for name in list_columns(manifest, model)]


@noted()
def list_columns(manifest: Path, model: str) -> list[str]:
    """Return the column names of a model, in contract order."""
    return list(_read_model(manifest, model))


@noted()
def list_tables(manifest: Path) -> dict[str, str]:
    """Return the name of every published table and the first sentence of its description."""
    marts = list_marts(read_nodes(manifest))
    return {one["name"]: " ".join(one["description"].split()).partition(". ")[0].rstrip(".") + "." for one in marts}


@noted()
def read_field(manifest: Path, model: str, column: str, name: str) -> Any:
    return getattr(_read_column(manifest, model, _read_model(manifest, model)[column]), name)


def read_nodes(manifest: Path) -> list[dict[str, Any]]:
    """Return the nodes of dbt's manifest; a missing manifest is refused."""
    if not manifest.is_file():
        expected = "the manifest that dbt writes"
        raise InputError(file=manifest, found="no such file", expected=expected, remedy="run `make dbt`")
    return list(json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values())


def list_marts(nodes: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the nodes that make a published table."""
    return [one for one in nodes if one["resource_type"] in ("model", "seed") and one["schema"] == "marts"]


def find_meta(column: Mapping[str, Any]) -> Mapping[str, Any]:
    return column.get("config", {}).get("meta") or column.get("meta") or {}


def _read_model(manifest: Path, model: str) -> Mapping[str, dict[str, Any]]:
    found = _read_models(manifest).get(model)
    if found is None:
        raise InputError(file=manifest, expected=f"a dbt model named {model}", remedy="check the model's name")
    return found


@cached_by_stamp
def _read_models(manifest: Path) -> dict[str, dict[str, dict[str, Any]]]:
    return {node["name"]: node["columns"] for node in read_nodes(manifest) if node["resource_type"] == "model"}


def _read_column(manifest: Path, model: str, column: dict[str, Any]) -> Column:
    words = find_meta(column)
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
        role=role,
        description=column["description"],
        data_type=column.get("data_type") or "",
        source=tuple(source),
        place=(manifest, model),
        **{name: words.get(name, "") for name in ("unit", "vintage", "of", "per", "part_of")},
    )


def describe_marts(dbt_dir: Path) -> str:
    """Return the data dictionary as Markdown: a section per mart and seed, a row per column."""
    marts = _describe_nodes(dbt_dir / "models" / "marts", "models")
    return "\n".join([HEAD, "## Marts\n", *marts, "## Seeds\n", *_describe_nodes(dbt_dir / "seeds", "seeds")])


def markdown_table(rows: Sequence[Mapping[str, object]]) -> str:
    """Return rows as a Markdown table, without columns that have no value in any row."""
    kept = [head for head in (rows[0] if rows else ()) if any(row[head] for row in rows)]
    lines = [kept, ["---"] * len(kept), *([_cell(row[head]) for head in kept] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(value: object) -> str:
    return " ".join(str("" if value is None else value).split()).replace("|", "\\|")


def _describe_nodes(folder: Path, kind: str) -> list[str]:
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) or {} for path in sorted(folder.rglob("*.yml"))]
    nodes = [node for file in files for node in file.get(kind, [])]
    return [_describe_node(node) for node in sorted(nodes, key=lambda node: str(node["name"]))]


def _describe_node(node: Mapping[str, Any]) -> str:
    rows = [
        {
            "Column": f"`{column['name']}`",
            **{head: find_meta(column).get(key) for head, key in META.items()},
            "Type": column.get("data_type"),
            "Description": column.get("description"),
        }
        for column in node.get("columns", [])
    ]
    return f"### {node['name']}\n\n{' '.join(str(node.get('description', '')).split())}\n\n{markdown_table(rows)}"
