"""What Dagster shows of a table: version, rows, columns, and the parents' columns that each is made from."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

from crime_dagster.core.errors import InputError
from crime_dagster.core.files import read_json, write_json
from crime_dagster.core.lineage import Leaf, trace_parents
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import MARTS, count_marts, read_rows
from crime_dagster.defs.dbt.translator import TRANSLATOR, find_tables
from crime_dagster.defs.runtime.previews import ROW_COUNT

LINEAGE, COLUMN_SCHEMA = "dagster/column_lineage", "dagster/column_schema"
# Beside the records: by node and column, the schema, table and column of each parent's column. The second dbt step
# reads tables of the first, and a table that stays is described as when it was built.
TRACED = "_columns.json"
TABLES = frozenset({"model", "seed", "source"})
COLUMNS = (
    "select schema_name, table_name, column_name, data_type from duckdb_columns() "
    "where database_name = current_database() order by column_index"
)
MOST_COLUMNS = 100_000


def trace_columns(settings: Settings, manifest: Mapping[str, Any], built: Iterable[str], target: Path) -> list[str]:
    """Trace the columns of tables that dbt has just built, in that order, and return what could not be traced.

    `target` is the folder that dbt compiled into. A model of parents whose columns are not known is left out.
    """
    nodes, path = {**manifest["nodes"], **manifest["sources"]}, settings.records_dir / TRACED
    traced, faults = read_json(path), []
    for key in built:
        node = nodes[key]
        traced.pop(key, None)
        file = target / "compiled" / node.get("package_name", "") / node["original_file_path"]
        if node["resource_type"] != "model" or not file.is_file():
            continue
        known = {one: traced.get(one, nodes[one])["columns"] for one in node["depends_on"]["nodes"]}
        if not all(known.values()):
            continue
        try:
            # In the table's own order, by which a union of whole tables joins their columns.
            parents = {_find_place(nodes[one]): list(columns) for one, columns in known.items()}
            found = trace_parents(file.read_text(encoding="utf-8"), parents)
            traced[key] = {"columns": {name: sorted(map(list, leaves)) for name, leaves in found.items()}}
        except InputError as error:
            # Only metadata: a table without lineage is still valid.
            faults.append(f"the columns of {node['name']} are not traced\n{error}")
    write_json(dict(sorted(traced.items())), path, indent=0, durable=False)
    return faults


def trace_origins(manifest: Mapping[str, Any], key: str, traced: Mapping[str, Any]) -> dict[str, frozenset[Leaf]]:
    """Follow every column of a model back to the published columns that it is made of, by what was traced."""
    nodes = {**manifest["nodes"], **manifest["sources"]}
    places = {_find_place(node): one for one, node in nodes.items() if node["resource_type"] in TABLES}

    @cache
    def follow(schema: str, table: str, column: str) -> frozenset[Leaf]:
        one = places[schema, table]
        if nodes[one]["resource_type"] != "model":
            # Seeds are the project's own: nothing in them was published.
            return frozenset([(schema, table, column)] if one in manifest["sources"] else [])
        if column not in (columns := traced.get(one, {}).get("columns", {})):
            remedy = "run `make run`, which builds every model"
            raise InputError(
                found=f"{column} of {table}, which is not traced", expected="every column traced", remedy=remedy
            )
        return frozenset[Leaf]().union(*(follow(*leaf) for leaf in columns[column]))

    columns = traced.get(key, {"columns": nodes[key]["columns"]})["columns"]
    return {name: follow(*_find_place(nodes[key]), name) for name in columns}


def describe_tables(
    context: dg.AssetExecutionContext,
    settings: Settings,
    manifest: Mapping[str, Any],
    versions: Mapping[dg.AssetKey, dg.DataVersion],
) -> Callable[[Any], Any]:
    """Return a function that adds version, row count, columns and their lineage to a table's event.

    A check holds for a version of a table, whichever run evaluated it.
    """
    traced, keys = read_json(settings.records_dir / TRACED), find_tables(manifest)
    nodes = {**manifest["nodes"], **manifest["sources"]}
    rows, found = count_marts(settings.database), read_rows(settings.database, COLUMNS, MOST_COLUMNS)
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
        lineage = describe_lineage(nodes, keys.get(key, ""), traced)
        metadata: dict[str, Any] = {**(event.metadata or {}), **lineage, **counted, **named}
        return dg.MaterializeResult(asset_key=key, metadata=metadata, data_version=versions.get(key))

    return describe


def describe_lineage(nodes: Mapping[str, Any], key: str, traced: Mapping[str, Any]) -> dict[str, Any]:
    """Return the column lineage of a node as metadata, if it is a traced model."""
    if key not in traced:
        return {}
    parents = [nodes[one] for one in nodes[key]["depends_on"]["nodes"]]
    keys = {_find_place(one): TRANSLATOR.get_asset_key(one) for one in parents}
    # An asset may write several tables, so that two of them can have the same key.
    deps = {
        column: dict.fromkeys((keys[schema, table], name) for schema, table, name in leaves if (schema, table) in keys)
        for column, leaves in traced[key]["columns"].items()
    }
    shown = {column: [dg.TableColumnDep(*one) for one in found] for column, found in deps.items()}
    return {LINEAGE: dg.TableColumnLineage(shown)}


def _describe_columns(rows: pd.DataFrame | None) -> dict[str, Any]:
    if rows is None:
        return {}
    columns = [dg.TableColumn(*row) for row in rows[["column_name", "data_type"]].itertuples(index=False)]
    return {COLUMN_SCHEMA: dg.TableSchema(columns)}


def _find_place(node: Mapping[str, Any]) -> tuple[str, str]:
    return node["schema"], node.get("identifier") or node["alias"]
