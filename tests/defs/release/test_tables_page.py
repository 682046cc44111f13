"""dbt's documentation as one page: it shows a release, and nothing about the machine that built it."""

import json
import re
from typing import Any

import pytest

from crime_dagster.core.table_words import ColumnWords, TableWords
from crime_dagster.defs.release.tables_page import draw_tables_page
from crime_dagster.drawing.downloads.package import About

KEY = "model.london_crime.towns"
MANIFEST = {
    "nodes": {
        KEY: {
            "unique_id": KEY,
            "name": "towns",
            "resource_type": "model",
            "schema": "marts",
            "description": "Ends a script: </script>",
            "raw_code": "select 1",
            "compiled_path": "/home/me/towns.sql",
            "columns": {"name": {"name": "name", "description": "As in YAML."}},
        },
        "test.towns": {"resource_type": "test", "name": "towns_have_names"},
    },
    "sources": {},
    "macros": {},
    "docs": {},
    "parent_map": {KEY: ["test.towns"]},
    "child_map": {KEY: [KEY, "test.towns"]},
}


def draw(*, is_synthetic: bool, manifest: dict[str, Any] = MANIFEST) -> str:
    column = ColumnWords("name", "Name", "none", "", "varchar", "What it is called.", "never")
    table = TableWords("towns", "Towns.", (column,))
    about = About("Here & <there>", is_synthetic, ("2024-01", "2024-02"), "1", "c", "", [], [table], {"towns": 7})
    return draw_tables_page(manifest, about)


@pytest.mark.parametrize("is_synthetic", [True, False])
def test_a_page_says_what_a_release_holds(is_synthetic: bool):
    page = draw(is_synthetic=is_synthetic)
    assert "What it is called. Unit: none. NULL: never." in page
    assert "As in YAML." not in page
    assert '"label":"Rows","value":7' in page
    assert ("SYNTHETIC" in page) == is_synthetic
    assert "<title>Recorded crime in Here &amp; &lt;there&gt;, 2024-01 to 2024-02</title>" in page


def test_a_page_asks_for_nothing_and_says_nothing_of_the_machine():
    page = draw(is_synthetic=False)
    assert not re.search(r'src="(?:https?:)?//|<link[^>]+http', page)
    assert "cloudfront" not in page
    assert "/home/me" not in page
    assert "towns_have_names" not in page
    assert "Ends a script: </script>" not in page
    assert json.loads(_find_manifest(page))["child_map"] == {KEY: [KEY]}


def test_the_order_in_which_dbt_read_its_project_is_not_in_the_page():
    other = "model.london_crime.areas"
    nodes = {**MANIFEST["nodes"], other: {**MANIFEST["nodes"][KEY], "unique_id": other, "name": "areas"}}
    maps = {KEY: [other], other: [KEY]}
    pages = [
        draw(
            is_synthetic=False,
            manifest={
                **MANIFEST,
                "nodes": {key: nodes[key] for key in keys},
                **{name: {key: maps[key] for key in keys if key in maps} for name in ("parent_map", "child_map")},
            },
        )
        for keys in (sorted(nodes), sorted(nodes, reverse=True))
    ]
    assert pages[0] == pages[1]


def _find_manifest(page: str) -> Any:
    start = page.index('{"metadata":{"adapter_type"')
    return json.dumps(json.JSONDecoder().raw_decode(page[start:])[0])
