"""A version of each node of dbt: another one where its SQL, its settings or anything that it is built from changed.

dbt's own `state:modified` compares bytes and knows nothing of data. Here a comment, a description or a label is no
change, and the landed files of a source are one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from crime_dagster.core.files import hash_text
from crime_dagster.core.parquet import hash_rows_of
from crime_dagster.core.settings import Settings

AFTER_MODELS = "after_models"
BEFORE, AFTER = "dbt_before_models", "dbt_after_models"
# Comments of SQL and Jinja; strings come first, for a comment's sign inside one is none.
_TOKENS = re.compile(r"""('(?:[^']|'')*'|"[^"]*")|(?:\s|--[^\n]*|/\*.*?\*/|\{#.*?#\})+""", re.DOTALL)
BUILT = ("model", "seed", "test")
SAID = ("meta", "docs", "tags", "group", "access", "freshness")


def strip_comments(sql: str) -> str:
    """SQL with Jinja, without its comments and with one blank where there were several."""
    return _TOKENS.sub(lambda found: found[1] or " ", sql).strip()


def list_step(manifest: Mapping[str, Any], step: str) -> list[str]:
    """Models, seeds, tests and unit tests of a dbt step: all that read what models wrote are of the second."""
    nodes, units = manifest["nodes"], manifest.get("unit_tests", {})
    after = {key for key, node in nodes.items() if AFTER_MODELS in node.get("tags", ())}
    reads = {key: set(node["depends_on"].get("nodes", [])) for key, node in nodes.items() if _is_table(node)}
    # What models wrote: a test of it says nothing before they ran.
    after |= set().union(*(reads.get(key, set()) for key in after)) & manifest["sources"].keys() - set().union(
        *(parents for key, parents in reads.items() if key not in after)
    )
    tests = {key: node for key, node in {**nodes, **units}.items() if not _is_table(node)}
    after |= {key for key, test in tests.items() if after & set(test["depends_on"]["nodes"])}
    wanted = [key for key, node in nodes.items() if node["resource_type"] in BUILT]
    return [key for key in (*wanted, *units) if (key in after) == (step == AFTER)]


def find_versions(
    settings: Settings, manifest: Mapping[str, Any], step: str, config: str, built: Mapping[str, str]
) -> dict[str, str]:
    """The versions of a step's nodes as they would be built now, and of all that they read.

    Args:
        settings: The data set.
        manifest: dbt's manifest.
        step: `BEFORE` or `AFTER`.
        config: What dbt is told beside its files.
        built: Versions of the tables of the step before, as they were built.
    """
    variables = yaml.safe_load((settings.dbt_dir / "dbt_project.yml").read_text(encoding="utf-8")).get("vars", {})
    told = hash_text(config, json.dumps(variables, sort_keys=True, default=str))
    opening = [key for key, node in manifest["nodes"].items() if node["resource_type"] == "operation"]
    hooks = hash_text(*(_hash_code(manifest, manifest["nodes"][key]) for key in sorted(opening)))
    nodes = {**manifest["nodes"], **manifest.get("unit_tests", {})}
    own, found = set(list_step(manifest, step)), dict[str, str]()

    def find(key: str) -> str:
        if key not in found:
            if key in manifest["sources"]:
                found[key] = hash_text(hooks, _hash_source(settings, manifest["sources"][key]))
            elif key not in own:
                found[key] = built.get(key, "none")
            else:
                node = nodes[key]
                parents = node["depends_on"].get("nodes", [])
                # A unit test brings its own rows: the SQL that it tests is all that it reads.
                is_unit = node["resource_type"] == "unit_test"
                read = [_hash_code(manifest, nodes[one]) if is_unit else find(one) for one in sorted(parents)]
                found[key] = hash_text(told, _hash_code(manifest, node), *read)
        return found[key]

    for key in sorted(own):
        find(key)
    return found


def list_descendants(manifest: Mapping[str, Any], keys: Iterable[str]) -> set[str]:
    """Nodes and all that is built from them."""
    found, waiting = set[str](), list(keys)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting.extend(manifest["child_map"].get(key, []))
    return found


def _is_table(node: Mapping[str, Any]) -> bool:
    return node["resource_type"] in ("model", "seed")


def _hash_source(settings: Settings, source: Mapping[str, Any]) -> str:
    """A landed source: what is declared of it, and its files as they are."""
    meta = source["config"].get("meta") or source.get("meta") or {}
    folder = settings.landing_dir / (meta.get("folder") or f"{source['source_name']}/{source['name']}")
    files = [folder.with_name(f"{folder.name}.parquet"), *sorted(folder.glob("*.parquet"))]
    rows = [[one.name, hash_rows_of(one)] for one in files if one.is_file()]
    return hash_text(json.dumps([meta.get("optional"), meta.get("rebuilt"), _list_columns(source), rows]))


def _hash_code(manifest: Mapping[str, Any], node: Mapping[str, Any]) -> str:
    """What a node does by itself: SQL and that of its macros, settings, columns and their types."""
    checksum = node.get("checksum") if node["resource_type"] in ("seed", "unit_test") else ""
    config = {key: value for key, value in node.get("config", {}).items() if key not in SAID}
    said = [checksum, config, _list_columns(node), (node.get("test_metadata") or {}).get("kwargs")]
    macros = sorted(_list_macros(manifest, node["depends_on"].get("macros", [])))
    codes = [node.get("raw_code") or "", *(manifest["macros"][one]["macro_sql"] for one in macros)]
    return hash_text(json.dumps(said, sort_keys=True, default=str), *map(strip_comments, codes))


def _list_columns(node: Mapping[str, Any]) -> list[Any]:
    columns: Iterable[Any] = (node.get("columns") or {}).values()
    return [[one["name"], one.get("data_type"), str(one.get("constraints") or "")] for one in columns]


def _list_macros(manifest: Mapping[str, Any], keys: Iterable[str]) -> set[str]:
    """Macros of the project, and those that they call; dbt's own have its version."""
    found, waiting = set[str](), list(keys)
    while waiting:
        key = waiting.pop()
        if key not in found and key in manifest["macros"] and not key.startswith(("macro.dbt.", "macro.dbt_duckdb.")):
            found.add(key)
            waiting.extend(manifest["macros"][key]["depends_on"]["macros"])
    return found
