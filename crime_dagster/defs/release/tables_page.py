"""dbt's documentation as one page that needs no server: the lineage, SQL and columns of each table."""

import html
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dbt.task.docs import DOCS_INDEX_FILE_PATH

from crime_dagster.drawing.downloads.package import About
from crime_dagster.drawing.kit import theme
from crime_dagster.drawing.kit.stamp import SYNTHETIC_WORDS

SHOWN = ("model", "seed", "source")
# What the page shows of a node; the rest is specific to this machine, or redundant.
KEPT = (
    *("unique_id", "name", "resource_type", "package_name", "path", "original_file_path", "alias", "schema", "fqn"),
    *("description", "columns", "raw_code", "language", "depends_on", "config", "tags", "meta", "refs", "sources"),
    *("source_name", "source_description", "identifier", "loader", "relation_name", "patch_path", "docs", "access"),
    *("macro_sql", "arguments"),
)
# Parts of a manifest that the page requires but a release leaves empty.
EMPTY = (
    *("exposures", "metrics", "groups", "selectors", "semantic_models", "unit_tests", "saved_queries", "disabled"),
    "functions",
)
# Parts of a manifest that the page is made from.
READ = ("nodes", "sources", "macros", "docs", "parent_map", "child_map")
CONFIG = ("materialized", "enabled", "meta", "tags", "contract")
# The visitor counter that dbt's page would load.
COUNTER = re.compile(r"//[a-z0-9]+\.cloudfront\.net[^\"]*")


def draw_tables_page(manifest: Mapping[str, Any], about: About) -> str:
    """Return the page, with the release's table descriptions; `manifest` is dbt's."""
    # A project that dbt parsed again in part has its nodes in another order.
    manifest = {name: dict(sorted(part.items())) for name, part in manifest.items() if name in READ}
    nodes = {key: _trim(node) for key, node in manifest["nodes"].items() if node["resource_type"] in SHOWN}
    words = {table.name: {one.name: one.write_comment() for one in table.columns} for table in about.tables}
    for node in nodes.values():
        said_here = words.get(node["name"], {}) if node["schema"] == "marts" else {}
        node["columns"] = {
            name: {**column, "description": said_here.get(name, column["description"])}
            for name, column in node["columns"].items()
        }
    sources = {key: _trim(node) for key, node in manifest["sources"].items()}
    own = {key: one for key, one in manifest["macros"].items() if one["package_name"] == "london_crime"}
    known = nodes.keys() | sources.keys()
    said = {
        "metadata": {"adapter_type": "duckdb", "project_name": "london_crime", "dbt_version": ""},
        "nodes": nodes,
        "sources": sources,
        "macros": {key: {**_trim(one), "depends_on": {"macros": []}} for key, one in own.items()},
        "docs": {key: one for key, one in manifest["docs"].items() if key.startswith("doc.london_crime.")},
        **{name: _keep(manifest[name], known) for name in ("parent_map", "child_map")},
        **{name: {} for name in EMPTY},
    }
    page = Path(DOCS_INDEX_FILE_PATH).read_text(encoding="utf-8")
    for mark, content in (("MANIFEST", said), ("CATALOG", _list_catalogue(nodes, about))):
        # `</script>` in a description would end the script that contains it.
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=str).replace("</", "<\\/")
        page = page.replace(f'"{mark}.JSON INLINE DATA"', text)
    page = COUNTER.sub("", page).replace("<title>dbt Docs</title>", f"<title>{html.escape(about.title)}</title>")
    return page.replace("</body>", f"{_draw_band() if about.is_synthetic else ''}</body>")


def _draw_band() -> str:
    colour = theme.LIGHT.synthetic
    style = f"position:fixed;bottom:0;left:0;padding:4px 12px;background:{colour};color:{theme.LIGHT.on_dark}"
    return f'<div style="{style}">{SYNTHETIC_WORDS}</div>'


def _trim(node: Mapping[str, Any]) -> dict[str, Any]:
    config = {name: value for name, value in node.get("config", {}).items() if name in CONFIG}
    found = {**{name: node[name] for name in KEPT if name in node}, "config": config, "database": "crime"}
    # dbt lists a node's inputs in a different order each time.
    reads = {name: sorted(node.get(name, []), key=str) for name in ("refs", "sources")}
    needs = sorted(node.get("depends_on", {}).get("nodes", []))
    return {**found, **reads, "depends_on": {"macros": [], "nodes": needs}}


def _keep(edges: Mapping[str, Iterable[str]], known: Iterable[str]) -> dict[str, list[str]]:
    return {key: sorted(one for one in others if one in known) for key, others in edges.items() if key in known}


def _list_catalogue(nodes: Mapping[str, Mapping[str, Any]], about: About) -> dict[str, Any]:
    """Return types, descriptions and row counts of the published tables."""
    marts = {node["name"]: key for key, node in nodes.items() if node["schema"] == "marts"}
    found = {}
    for table in about.tables:
        rows = {"id": "rows", "label": "Rows", "value": about.rows.get(table.name, 0), "include": True}
        found[marts[table.name]] = {
            "metadata": {"type": "BASE TABLE", "schema": "marts", "name": table.name, "database": "crime", "owner": ""},
            "columns": {
                one.name: {"type": one.data_type, "index": number, "name": one.name, "comment": one.write_comment()}
                for number, one in enumerate(table.columns, start=1)
            },
            "stats": {"has_stats": {"id": "has_stats", "value": True, "include": False}, "rows": rows},
            "unique_id": marts[table.name],
        }
    return {"metadata": {}, "nodes": found, "sources": {}, "errors": None}
