"""Column lineage of dbt models for Dagster: the parent columns that each column is made from."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from crime_dagster.core.files import hash_text, read_json, write_json
from crime_dagster.core.lineage import trace_parents
from crime_dagster.defs.dbt.translator import TRANSLATOR

LINEAGE = "dagster/column_lineage"


class ColumnBook:
    """The column lineage of every built model, stored beside the step records.

    A model is traced again only if its compiled SQL or its parents' columns changed. Parents are looked up here too:
    the second dbt step reads tables of the first.
    """

    def __init__(self, path: Path, manifest: Mapping[str, Any]) -> None:
        """Open the book; a missing or damaged file is an empty one. `manifest` is dbt's."""
        self._path = path
        self._nodes = {**manifest["nodes"], **manifest["sources"]}
        self._models = {
            (node["schema"], node["name"]): key
            for key, node in manifest["nodes"].items()
            if node["resource_type"] == "model"
        }
        self._pages: dict[str, dict[str, Any]] = read_json(path)

    def trace(self, unique_id: str, target: Path) -> None:
        """Trace a model that dbt has just built; other nodes are ignored.

        `target` is the folder that dbt compiles into.

        Raises:
            InputError: Its SQL cannot be traced.
        """
        node = self._nodes.get(unique_id)
        if node is None or node["resource_type"] != "model":
            return
        path = target / "compiled" / node["package_name"] / node["original_file_path"]
        if not path.is_file() or not self._knows_parents(node):
            return
        sql = path.read_text(encoding="utf-8")
        parents = {_find_place(self._nodes[one]): self._list_columns(one) for one in node["depends_on"]["nodes"]}
        known = hash_text(sql, json.dumps(sorted([*place, *names] for place, names in parents.items())))
        if self._pages.get(unique_id, {}).get("made_from") == known:
            return
        self._pages.pop(unique_id, None)
        columns = trace_parents(sql, parents)
        traced = {name: sorted(list(leaf) for leaf in leaves) for name, leaves in columns.items()}
        self._pages[unique_id] = {"made_from": known, "columns": traced}

    def describe(self, key: dg.AssetKey) -> dict[str, Any]:
        """Return an asset's metadata: its column lineage, if it is a traced model."""
        unique_id = self._models.get((key.path[0], key.path[-1]), "")
        page = self._pages.get(unique_id)
        if page is None:
            return {}
        keys = {
            _find_place(self._nodes[one]): self._find_key(one) for one in self._nodes[unique_id]["depends_on"]["nodes"]
        }
        deps = {
            column: [
                dg.TableColumnDep(asset_key=keys[schema, table], column_name=name)
                for schema, table, name in leaves
                if (schema, table) in keys
            ]
            for column, leaves in page["columns"].items()
        }
        return {LINEAGE: dg.TableColumnLineage(deps_by_column=deps)}

    def keep(self) -> None:
        """Write the book."""
        write_json(dict(sorted(self._pages.items())), self._path, indent=0)

    def _knows_parents(self, node: Mapping[str, Any]) -> bool:
        """Whether all parents are known; not if only some models are built before all were built once."""
        models = set(self._models.values())
        return all(one in self._pages for one in node["depends_on"]["nodes"] if one in models)

    def _list_columns(self, unique_id: str) -> list[str]:
        page = self._pages.get(unique_id)
        return sorted(page["columns"] if page else self._nodes[unique_id]["columns"])

    def _find_key(self, unique_id: str) -> dg.AssetKey:
        return TRANSLATOR.get_asset_key(self._nodes[unique_id])


def _find_place(node: Mapping[str, Any]) -> tuple[str, str]:
    return node["schema"], node.get("identifier") or node["alias"]
