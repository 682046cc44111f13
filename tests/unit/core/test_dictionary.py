"""Published tables in dbt's manifest."""

import json
from pathlib import Path

from crime_dagster.core.dictionary import list_tables


def test_tables_of_marts_are_listed_with_their_first_sentence(tmp_path: Path):
    nodes = {
        "a": {"resource_type": "model", "schema": "marts", "name": "wards", "description": "One row\n per ward. More."},
        "b": {"resource_type": "seed", "schema": "marts", "name": "types", "description": "Types"},
        "c": {"resource_type": "model", "schema": "staging", "name": "stg", "description": "None."},
        "d": {"resource_type": "test", "schema": "marts", "name": "test", "description": ""},
    }
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({"nodes": nodes}), encoding="utf-8")
    assert list_tables(path) == {"wards": "One row per ward.", "types": "Types."}
