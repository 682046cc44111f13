"""Versions of dbt nodes, which change with their SQL, their settings or anything they are built from.

dbt's own `state:modified` compares bytes and ignores data. Here a comment, a description or a label is not a change,
but the landed files of a source are.
"""

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
# SQL and Jinja comments; strings come first, because they may contain comment markers.
_TOKENS = re.compile(r"""('(?:[^']|'')*'|"[^"]*")|(?:\s|--[^\n]*|/\*.*?\*/|\{#.*?#\})+""", re.DOTALL)
BUILT = ("model", "seed", "test")
SAID = ("meta", "docs", "tags", "group", "access", "freshness")


def strip_comments(sql: str) -> str:
    """Return SQL with Jinja, without comments and repeated blanks."""
    return _TOKENS.sub(lambda found: found[1] or " ", sql).strip()


def list_step(manifest: Mapping[str, Any], step: str) -> list[str]:
    """Return models, seeds and tests of a dbt step; the second has all that read model results."""
    nodes = manifest["nodes"]
    after = {key for key, node in nodes.items() if AFTER_MODELS in node.get("tags", ())}
    reads = {key: set(node["depends_on"].get("nodes", [])) for key, node in nodes.items() if _is_table(node)}
    # Model results: a test of them means nothing before the models ran.
    after |= set().union(*(reads.get(key, set()) for key in after)) & manifest["sources"].keys() - set().union(
        *(parents for key, parents in reads.items() if key not in after)
    )
    tests = {key: node for key, node in nodes.items() if not _is_table(node)}
    after |= {key for key, test in tests.items() if after & set(test["depends_on"]["nodes"])}
    wanted = [key for key, node in nodes.items() if node["resource_type"] in BUILT]
    return [key for key in wanted if (key in after) == (step == AFTER)]


def find_versions(
    settings: Settings, manifest: Mapping[str, Any], step: str, config: str, built: Mapping[str, str]
) -> dict[str, str]:
    """Return the current versions of a step's nodes and of everything they read.

    `config` is dbt's configuration besides its files, `built` has the versions of the previous step's tables.
    """
    variables = yaml.safe_load((settings.dbt_dir / "dbt_project.yml").read_text(encoding="utf-8")).get("vars", {})
    told = hash_text(config, json.dumps(variables, sort_keys=True, default=str))
    opening = [key for key, node in manifest["nodes"].items() if node["resource_type"] == "operation"]
    hooks = hash_text(*(_hash_code(manifest, manifest["nodes"][key]) for key in sorted(opening)))
    own, found = set(list_step(manifest, step)), dict[str, str]()

    def find(key: str) -> str:
        if key not in found:
            if key in manifest["sources"]:
                found[key] = hash_text(hooks, _hash_source(settings, manifest["sources"][key]))
            elif key not in own:
                found[key] = built.get(key, "none")
            else:
                node = manifest["nodes"][key]
                read = [find(one) for one in sorted(node["depends_on"].get("nodes", []))]
                found[key] = hash_text(told, _hash_code(manifest, node), *read)
        return found[key]

    for key in sorted(own):
        find(key)
    return found


def list_descendants(manifest: Mapping[str, Any], keys: Iterable[str]) -> set[str]:
    """Return nodes and everything built from them."""
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
    """Hash a landed source: its declaration and its current files."""
    meta = source["config"].get("meta") or source.get("meta") or {}
    folder = settings.landing_dir / (meta.get("folder") or f"{source['source_name']}/{source['name']}")
    files = [folder.with_name(f"{folder.name}.parquet"), *sorted(folder.glob("*.parquet"))]
    rows = [[one.name, hash_rows_of(one)] for one in files if one.is_file()]
    return hash_text(json.dumps([meta.get("optional"), meta.get("rebuilt"), _list_columns(source), rows]))


def _hash_code(manifest: Mapping[str, Any], node: Mapping[str, Any]) -> str:
    """Hash what a node does by itself: its SQL and macros, settings, columns and their types."""
    checksum = node.get("checksum") if node["resource_type"] == "seed" else ""
    config = {key: value for key, value in node.get("config", {}).items() if key not in SAID}
    said = [checksum, config, _list_columns(node), (node.get("test_metadata") or {}).get("kwargs")]
    macros = sorted(_list_macros(manifest, node["depends_on"].get("macros", [])))
    codes = [node.get("raw_code") or "", *(manifest["macros"][one]["macro_sql"] for one in macros)]
    return hash_text(json.dumps(said, sort_keys=True, default=str), *map(strip_comments, codes))


def _list_columns(node: Mapping[str, Any]) -> list[Any]:
    columns: Iterable[Any] = (node.get("columns") or {}).values()
    return [[one["name"], one.get("data_type"), str(one.get("constraints") or "")] for one in columns]


def _list_macros(manifest: Mapping[str, Any], keys: Iterable[str]) -> set[str]:
    """Return the project's macros among some, and those that they call; dbt's own have its version."""
    found, waiting = set[str](), list(keys)
    while waiting:
        key = waiting.pop()
        if key not in found and key in manifest["macros"] and not key.startswith(("macro.dbt.", "macro.dbt_duckdb.")):
            found.add(key)
            waiting.extend(manifest["macros"][key]["depends_on"]["macros"])
    return found
