"""Column lineage of dbt models for Dagster: the parent columns that each column is made from."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

from crime_dagster.core.errors import InputError
from crime_dagster.core.files import hash_text, read_json, write_json
from crime_dagster.core.lineage import trace_parents
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import MARTS, count_marts, read_rows
from crime_dagster.defs.dbt.translator import TRANSLATOR
from crime_dagster.defs.runtime.previews import ROW_COUNT

LINEAGE, COLUMN_SCHEMA = "dagster/column_lineage", "dagster/column_schema"
COLUMNS = (
    "select schema_name, table_name, column_name, data_type from duckdb_columns() "
    "where database_name = current_database() order by column_index"
)
MOST_COLUMNS = 100_000


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
        self._is_new = False

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
        self._pages[unique_id], self._is_new = {"made_from": known, "columns": traced}, True

    def describe(self, key: dg.AssetKey) -> dict[str, Any]:
        """Return an asset's metadata: its column lineage, if it is a traced model."""
        unique_id = self._models.get((key.path[0], key.path[-1]), "")
        page = self._pages.get(unique_id)
        if page is None:
            return {}
        keys = {
            _find_place(self._nodes[one]): self._find_key(one) for one in self._nodes[unique_id]["depends_on"]["nodes"]
        }
        # An asset may write several tables, so that two of them can have the same key.
        deps = {
            column: [
                dg.TableColumnDep(asset_key=key, column_name=name)
                for key, name in dict.fromkeys((keys.get((schema, table)), name) for schema, table, name in leaves)
                if key is not None
            ]
            for column, leaves in page["columns"].items()
        }
        return {LINEAGE: dg.TableColumnLineage(deps_by_column=deps)}

    def keep(self) -> None:
        """Write the book, if a model was traced."""
        if self._is_new:
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


def describe_tables(
    context: dg.AssetExecutionContext,
    settings: Settings,
    manifest: Mapping[str, Any],
    versions: Mapping[dg.AssetKey, dg.DataVersion],
) -> Callable[[Any], Any]:
    """Return a function that adds version, row count, columns and their lineage to a table's event.

    A check holds for a version of a table, whichever run evaluated it.
    """
    columns, rows = open_columns(settings, manifest), count_marts(settings.database)
    found = read_rows(settings.database, COLUMNS, MOST_COLUMNS)
    tables = {} if found is None else dict(list(found.groupby(["schema_name", "table_name"])))

    def describe(event: Any) -> Any:
        if isinstance(event, dg.Output):
            key = context.asset_key_for_output(event.output_name)
        elif isinstance(event, dg.MaterializeResult) and event.asset_key:
            key = event.asset_key
        else:
            return event
        counted = {ROW_COUNT: rows[key.path[-1]]} if key.path[0] == MARTS and key.path[-1] in rows else {}
        # The columns of a mart, and their descriptions, are in its definition.
        named = {} if counted else _describe_columns(tables.get((key.path[0], key.path[-1])))
        metadata: dict[str, Any] = {**(event.metadata or {}), **columns.describe(key), **counted, **named}
        return dg.MaterializeResult(asset_key=key, metadata=metadata, data_version=versions.get(key))

    return describe


def open_columns(settings: Settings, manifest: Mapping[str, Any]) -> ColumnBook:
    """The lineage of columns."""
    return ColumnBook(settings.records_dir / "_columns.json", manifest)


def trace_columns(context: dg.AssetExecutionContext, event: dg.Output, columns: ColumnBook, target: Path) -> None:
    """Trace the columns of a table that dbt has just built."""
    unique_id = event.metadata.get("unique_id")
    try:
        columns.trace(str(unique_id.value) if unique_id else "", target)
    except InputError as error:
        # Only metadata: a table without lineage is still valid.
        context.log.warning(f"the columns of {event.output_name} are not traced\n{error}")


def _describe_columns(rows: pd.DataFrame | None) -> dict[str, Any]:
    if rows is None:
        return {}
    columns = [dg.TableColumn(*row) for row in rows[["column_name", "data_type"]].itertuples(index=False)]
    return {COLUMN_SCHEMA: dg.TableSchema(columns)}


def _find_place(node: Mapping[str, Any]) -> tuple[str, str]:
    return node["schema"], node.get("identifier") or node["alias"]
