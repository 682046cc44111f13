"""dbt's unit tests as asset checks, because dagster-dbt only covers data tests."""

import json
from collections.abc import Iterator
from typing import Any

import dagster as dg

from crime_dagster.core.settings import Settings
from crime_dagster.defs.dbt.dbt_steps import find_unit_tests
from crime_dagster.defs.dbt.node_versions import AFTER, AFTER_MODELS, BEFORE
from crime_dagster.defs.runtime.dbt_results import UnitTest, read_unit_tests


def build_unit_test_checks(settings: Settings) -> list[dg.AssetChecksDefinition]:
    """Return a check per unit test, in one step after each dbt step, which runs the tests and stores the results."""
    manifest = json.loads(settings.manifest.read_text(encoding="utf-8"))
    found = []
    for step in (BEFORE, AFTER):
        specs = [spec for name, spec in list_specs(manifest) if name == step]
        if specs:
            found.append(_build(settings, step, specs))
    return found


def list_specs(manifest: dict[str, Any]) -> list[tuple[str, dg.AssetCheckSpec]]:
    """Return each unit test's check, with the dbt step that runs it."""
    models = {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    found = []
    for test in manifest.get("unit_tests", {}).values():
        model = models[test["model"]]
        found.append(
            (
                AFTER if AFTER_MODELS in model["tags"] else BEFORE,
                dg.AssetCheckSpec(
                    name=test["name"],
                    asset=dg.AssetKey([model["schema"], model["name"]]),
                    description=test.get("description") or "A unit test of dbt: rows given, rows expected.",
                    # A release waits for these results.
                    blocking=True,
                    metadata={"kind": "dbt unit test"},
                ),
            )
        )
    return found


def _build(settings: Settings, step: str, specs: list[dg.AssetCheckSpec]) -> dg.AssetChecksDefinition:
    @dg.multi_asset_check(
        name=f"unit_tests_of_{step}",
        specs=specs,
        can_subset=True,
        description="What the unit tests said when dbt last ran them.",
    )
    def tell(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        said = {(one.model, one.name): one for one in read_unit_tests(find_unit_tests(settings, step))}
        for key in sorted(context.selected_asset_check_keys, key=lambda key: key.to_user_string()):
            test = said.get((key.asset_key.path[-1], key.name))
            yield dg.AssetCheckResult(asset_key=key.asset_key, check_name=key.name, **describe_result(test))

    return tell


def describe_result(test: UnitTest | None) -> dict[str, Any]:
    """Return outcome and description of a check; a test that was not run has not passed."""
    if test is None:
        return {
            "passed": False,
            "severity": dg.AssetCheckSeverity.WARN,
            "description": "not run yet: it runs when dbt builds its model",
        }
    return {
        "passed": test.passed,
        "severity": dg.AssetCheckSeverity.ERROR,
        "description": "the model gave the rows that were expected" if test.passed else "the model gave other rows",
        "metadata": {} if test.passed else {"difference": dg.MetadataValue.md(f"```\n{test.message}\n```")},
    }
