import json
from pathlib import Path

import dagster as dg
import pytest

from crime_dagster.core.crime_types import read_crime_types
from crime_dagster.core.settings import Settings
from crime_dagster.definitions import build_defs
from crime_dagster.defs.automation.executor import one_process_executor


@pytest.fixture(scope="module")
def settings(sample_dir: Path, prepared: Path) -> Settings:
    return Settings(sample_dir, prepared)


@pytest.fixture(scope="module")
def definitions(settings: Settings) -> dg.Definitions:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.child_environment().items():
            patch.setenv(name, value)
        return build_defs(settings)


@pytest.fixture(scope="module")
def specs(definitions: dg.Definitions) -> list[dg.AssetSpec]:
    return list(definitions.resolve_all_asset_specs())


def test_definitions_are_loadable(definitions: dg.Definitions):
    dg.Definitions.validate_loadable(definitions)


def test_every_asset_has_a_place_a_group_an_owner_kinds_and_words(specs: list[dg.AssetSpec]):
    assert len(specs) > 40
    for spec in specs:
        assert len(spec.key.path) == 2, spec.key
        assert spec.owners, spec.key
        assert spec.description, spec.key
        assert spec.kinds, spec.key


def test_published_files_flow_to_the_gallery(specs: list[dg.AssetSpec]):
    deps = {spec.key: {dep.asset_key for dep in spec.deps} for spec in specs}
    reached, todo = set(), [dg.AssetKey(["gallery", "published"])]
    while todo:
        key = todo.pop()
        if key not in reached:
            reached.add(key)
            todo.extend(deps.get(key, set()))
    for path in (["mps", "lsoa_crime"], ["gla", "pubs"], ["marts", "lsoa_features"]):
        assert dg.AssetKey(path) in reached
    for model in ("explain", "forecast_year", "forecast_month"):
        assert dg.AssetKey(["models", model]) in reached


def test_dbt_tests_are_asset_checks(definitions: dg.Definitions):
    checks = definitions.resolve_asset_graph().asset_check_keys
    assert {check.asset_key.path[0] for check in checks} >= {"staging", "marts"}


def test_rows_that_do_not_add_up_block_what_is_published(definitions: dg.Definitions):
    graph = definitions.resolve_asset_graph()
    files = dg.AssetKey(["marts", "source_files"])
    assert graph.get_check_spec(dg.AssetCheckKey(files, "rows_add_up")).blocking
    assert files in graph.get(dg.AssetKey(["gallery", "published"])).parent_keys


def test_crime_types_are_the_partitions_of_models_and_pictures(definitions: dg.Definitions, settings: Settings):
    graph = definitions.resolve_asset_graph()
    types = [row.crime_type for row in read_crime_types(settings.dbt_dir)]
    partitioned = [key for key in graph.materializable_asset_keys if graph.get(key).partitions_def]
    assert {key.path[0] for key in partitioned} == {"models", "maps", "charts", "gifs"}
    for key in partitioned:
        definition = graph.get(key).partitions_def
        assert definition is not None
        assert list(definition.get_partition_keys()) == types
        assert graph.get(key).backfill_policy == dg.BackfillPolicy.single_run()


def test_the_schedule_runs_in_london_time(definitions: dg.Definitions, settings: Settings):
    schedule = definitions.resolve_schedule_def("refresh_monthly_schedule")
    assert schedule.execution_timezone == "Europe/London"
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_schedule_context(instance, resources={"settings": settings})
        assert len(schedule.evaluate_tick(context).run_requests or []) == 1


def test_the_wider_evaluation_is_a_job_of_its_own(definitions: dg.Definitions):
    keys = {
        name: {key.to_user_string() for key in definitions.resolve_job_def(name).asset_layer.executable_asset_keys}
        for name in ("refresh_monthly", "evaluate_models")
    }
    assert "models/impact" in keys["refresh_monthly"]
    assert "models/impact_grid" not in keys["refresh_monthly"]
    assert {"models/impact_grid", "marts/impact_grid"} <= keys["evaluate_models"]
    assert "models/evaluation" not in keys["refresh_monthly"]
    assert {"models/evaluation", "marts/model_scores", "marts/model_fairness"} <= keys["evaluate_models"]
    assert "models/explain" not in keys["evaluate_models"]


def test_the_steps_that_write_the_database_share_one_pool(definitions: dg.Definitions):
    known = definitions.get_repository_def().assets_defs_by_key.values()
    pools = {one.op.name: one.op.pool for one in known if one.is_executable and one.op.name.startswith("dbt_")}
    assert pools == {"dbt_before_models": "warehouse", "dbt_after_models": "warehouse"}


def test_automation_is_off_where_nobody_turned_it_on(definitions: dg.Definitions):
    repository = definitions.get_repository_def()
    assert {job.name for job in repository.get_all_jobs() if not job.name.startswith("__")} == {
        *("refresh_monthly", "evaluate_models", "land_sources", "draw_pictures", "run_scenarios", "gifs_from_folder"),
        *("download_sources", "check_publishers", "backfill_police_uk", "ask_what_if", "check_months", "prune_history"),
    }
    assert {(one.job_name, one.default_status) for one in repository.schedule_defs} == {
        (name, dg.DefaultScheduleStatus.STOPPED)
        for name in ("refresh_monthly", "check_publishers", "download_sources", "check_months", "prune_history")
    }
    assert [(one.name, one.job_name, one.default_status) for one in repository.sensor_defs] == [
        ("files_arrived", "refresh_monthly", dg.DefaultSensorStatus.STOPPED)
    ]


def test_steps_run_in_one_process(definitions: dg.Definitions):
    assert definitions.executor is one_process_executor


def test_every_step_that_learns_or_draws_keeps_a_record(definitions: dg.Definitions):
    # Steps that themselves find what is unchanged, or whose input is a user's folder.
    others = {("gallery", "published"), ("gifs", "from_folder"), ("models", "what_if")}
    unrecorded = [
        asset.key.to_user_string()
        for asset in definitions.assets or []
        if isinstance(asset, dg.AssetsDefinition)
        and len(asset.keys) == 1
        and asset.key.path[0] in ("models", "maps", "charts", "gifs", "gallery")
        and tuple(asset.key.path) not in others
        and not hasattr(getattr(asset.op.compute_fn, "decorated_fn", None), "__wrapped__")
    ]
    assert unrecorded == [], "put @recorded on it"


def test_jobs_that_build_from_models_run_the_whole_step(definitions: dg.Definitions):
    """Only some of its tables would leave no record, and nothing could be published until a complete run."""
    known = definitions.get_repository_def().assets_defs_by_key.values()
    after = {key for one in known if one.is_executable and one.op.name == "dbt_after_models" for key in one.keys}
    assert after
    for name in ("run_scenarios", "evaluate_models", "refresh_monthly"):
        layer = definitions.resolve_job_def(name).asset_layer
        assert after <= set(layer.executable_asset_keys), name
        graph = definitions.resolve_asset_graph()
        assert {key for key in graph.asset_check_keys if key.asset_key in after} <= set(
            layer.asset_graph.asset_check_keys
        )


def test_every_test_of_dbt_is_a_check_of_one_of_its_two_steps(definitions: dg.Definitions, settings: Settings):
    """Including tests of sources: as observations each would be a warning."""
    manifest = json.loads(settings.manifest.read_text(encoding="utf-8"))
    tests = {node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "test"}
    graph = definitions.resolve_asset_graph()
    assert tests <= {key.name for key in graph.asset_check_keys}
    landed = graph.get_check_spec(dg.AssetCheckKey(dg.AssetKey(["gla", "pubs"]), "gla_pubs_is_landed_as_catalogued"))
    assert not landed.blocking, "what waits for it is in the same run of dbt"
    steps = {node.name for node in definitions.resolve_job_def("refresh_monthly").nodes if node.name.startswith("dbt_")}
    assert steps == {"dbt_before_models", "dbt_after_models"}


@pytest.fixture(scope="module")
def checks(definitions: dg.Definitions) -> dict[str, dg.AssetCheckSpec]:
    graph = definitions.resolve_asset_graph()
    return {key.name: graph.get_check_spec(key) for key in graph.asset_check_keys}


def test_every_check_has_words(checks: dict[str, dg.AssetCheckSpec]):
    assert [name for name, check in checks.items() if not check.description] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("assert_no_crime_is_lost", "Crimes landed = crimes counted + crimes excluded"),
        ("lsoa_features_have_one_row_per_area", "Every lsoa_code is a lsoa_code of ref('lsoas')."),
        ("source_files_have_one_row_per_file", "no row lacks one of the columns. Here: publisher, thing, file."),
    ],
)
def test_a_check_says_what_it_claims(checks: dict[str, dg.AssetCheckSpec], name: str, words: str):
    assert words in str(checks[name].description)
