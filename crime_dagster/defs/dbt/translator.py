"""How dbt's nodes appear in Dagster."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtProject

# dbt's own tests, which have no description.
BUILT_IN = {
    "relationships": "Every {column_name} is a {field} of {to}.",
    "accepted_values": "Every {column_name} is one of {values}.",
}


class Translator(DagsterDbtTranslator):
    """Describes checks by what their tests claim, for whoever sees one fail."""

    def get_tags(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, str]:
        """Tag a model with its folder, which is its subject."""
        domain = PurePosixPath(dbt_resource_props["original_file_path"]).parent.name
        return {**super().get_tags(dbt_resource_props), "domain": domain}

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetCheckSpec | None:
        """Return a test as a check, described by what it claims."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        if spec is None:
            return None
        # A blocking check would split the step, as what waits for it is in the same dbt run; dbt itself stops there.
        test = manifest["nodes"][unique_id]
        is_of_source = test.get("attached_node") is None and any(
            one.startswith("source.") for one in test["depends_on"]["nodes"]
        )
        return spec._replace(
            description=describe_test(manifest, unique_id), blocking=spec.blocking and not is_of_source
        )


def describe_test(manifest: Mapping[str, Any], unique_id: str) -> str:
    """Return what a data test claims: its own description, else that of the kind of test with its columns."""
    test = manifest["nodes"][unique_id]
    if test.get("description"):
        return str(test["description"])
    kind = test.get("test_metadata") or {}
    name, given = kind.get("name", ""), dict(kind.get("kwargs") or {})
    if name in BUILT_IN:
        return BUILT_IN[name].format(**given)
    macro = manifest["macros"].get(f"macro.{test['package_name']}.test_{name}") or {}
    columns = given.get("columns") or [column for column in [given.get("column_name")] if column]
    columns = [*columns, *given.get("filled", [])]
    link = BUILT_IN["relationships"]
    known = [link.format(column_name=column, **place) for column, place in given.get("known", {}).items()]
    here = f"Here: {', '.join(columns)}." if columns else ""
    return " ".join(filter(None, [macro.get("description", ""), here, *known]))


# One model asset writes two tables (predictions and scores), which are two dbt sources with one asset key.
TRANSLATOR = Translator(
    settings=DagsterDbtTranslatorSettings(
        enable_duplicate_source_asset_keys=True, enable_source_tests_as_checks=True, enable_code_references=True
    )
)


def find_tables(manifest: Mapping[str, Any]) -> dict[dg.AssetKey, str]:
    """Return the dbt nodes that are assets."""
    nodes = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] in ("model", "seed")}
    return {TRANSLATOR.get_asset_key(node): key for key, node in nodes.items()}
