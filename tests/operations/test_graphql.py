"""What Dagster's UI asks its server: launches with and without partitions and Config, and who may ask."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pandas as pd
import pytest

from tests.operations.conftest import find_answer
from tests.operations.services import ask, wait_for

pytestmark = pytest.mark.slow
LAUNCH = """
mutation ($selector: JobOrPipelineSelector!, $config: RunConfigData!, $tags: [ExecutionTag!]!) {
  launchRun(executionParams: {mode: "default", runConfigData: $config, selector: $selector,
    executionMetadata: {tags: $tags}}) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
    ... on RunConfigValidationInvalid { errors { message } }
  }
}
"""
ANSWER = """
query ($run: ID!) {
  runOrError(runId: $run) { ... on Run { status
    assetMaterializations { partition assetKey { path } metadataEntries { label
      ... on MarkdownMetadataEntry { mdStr } ... on TextMetadataEntry { text }
      ... on BoolMetadataEntry { boolValue } } }
    eventConnection { events {
      ... on MessageEvent { message } ... on ExecutionStepFailureEvent { error { message } } } }
  } }
}
"""
MONTHS = "query ($keys: [AssetKeyInput!]!) { assetNodes(assetKeys: $keys) { partitionStats { numMaterialized } } }"
BOROUGHS = {"assetSelection": [{"path": ["marts", "boroughs"]}]}
HOTSPOTS = {"assetSelection": [{"path": ["models", "hotspots"]}]}
BURGLARY, FORCE = ({"key": "dagster/partition", "value": "burglary"}, {"key": "crime_dagster/force", "value": "true"})
MUTATION = "mutation { reloadWorkspace { __typename } }"


def find_port(address: str) -> int:
    return int(address.rpartition(":")[2])


def launch(
    address: str,
    job: str,
    config: dict[str, Any],
    keys: dict[str, Any] | None = None,
    tags: Sequence[Any] = (),
    look: Callable[[dict[str, Any]], object] = bool,
) -> dict[str, Any]:
    """Run a job, or some assets, to its end as the launchpad does, without partition unless a tag names one.

    What is known of the run so far is given to `look`, again and again.
    """
    location = {"repositoryName": "__repository__", "repositoryLocationName": "crime_dagster.definitions"}
    selector = {"jobName": job, **location, **(keys or {})}
    port = find_port(address)
    run = ask(port, LAUNCH, selector=selector, config=config, tags=tags)["launchRun"]["run"]["runId"]

    def find_end() -> dict[str, Any] | None:
        found = ask(port, ANSWER, run=run)["runOrError"]
        look(found)
        return found if found["status"] in ("SUCCESS", "FAILURE") else None

    return wait_for("the run's end", find_end, 600)


def ask_what_if(address: str, **scenario: Any) -> dict[str, Any]:
    asked = {"scenarios": [{"feature": "pubs", "crime_types": ["burglary"], **scenario}]}
    return launch(address, "ask_what_if", {"ops": {"models__what_if": {"config": asked}}})


def read_facts(done: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the metadata of each materialisation of a run, by label."""
    kinds = ("mdStr", "text", "boolValue")
    return [
        {one["label"]: next((one[kind] for kind in kinds if kind in one), None) for one in event["metadataEntries"]}
        for event in done["assetMaterializations"]
    ]


def test_an_own_what_if_is_answered_beside_the_release(address: str, built: Path):
    before = (built / "published").resolve(), sorted((built / "build").rglob("*impact*"))
    # Like `fewer pubs` in the scenario file.
    done = ask_what_if(address, change="-20%", name="mine")
    assert done["status"] == "SUCCESS"
    (said,) = read_facts(done)
    assert "| mine" in said["table"]
    assert said["preview"].startswith("![")
    answer = find_answer(built)
    assert {path.stem.removesuffix("-narrow") for path in answer.glob("*.png")} == {"burglary_mine"}
    (_, mine), *_ = pd.read_csv(answer / "summary.csv").iterrows()
    with duckdb.connect(str(built / "published" / "crime.duckdb"), read_only=True) as connection:
        query = "from marts.impact_summary where crime_type = 'burglary' and scenario = 'fewer pubs'"
        published = connection.sql(query).df().iloc[0]
    for name in ("areas", "sum_change_pct", "lower_90", "upper_90", "is_clear"):
        assert mine[name] == pytest.approx(published[name]), name
    assert before == ((built / "published").resolve(), sorted((built / "build").rglob("*impact*")))


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        ({"boroughs": ["Anchorhalt"]}, "Anchorholt"),
        ({"feature": "pub"}, "pubs"),
        ({"percentile": "150"}, "from 0 (every area) to below 100"),
    ],
)
def test_a_what_if_that_no_data_answers_is_refused_with_what_may_be_meant(
    address: str, scenario: dict[str, Any], words: str
):
    done = ask_what_if(address, **scenario)
    assert done["status"] == "FAILURE"
    (said,) = [event["error"]["message"] for event in done["eventConnection"]["events"] if event.get("error")]
    assert words in said
    assert "the launchpad's Config" in said


@pytest.mark.parametrize("job", ["run_scenarios", "refresh_monthly", "draw_pictures", "backfill_police_uk"])
def test_a_plain_launch_is_over_all_crime_types_or_months(address: str, job: str):
    assert launch(address, job, {})["status"] == "SUCCESS"


def test_months_that_landed_are_the_partitions_that_are_there(address: str, built: Path):
    with duckdb.connect(str(built / "published" / "crime.duckdb"), read_only=True) as connection:
        row = connection.sql(
            "select date_diff('month', min(first_month), max(last_month)) + 1 from marts.source_files "
            "where publisher = 'mps' and thing = 'lsoa_crime'"
        ).fetchone()
    (node,) = ask(find_port(address), MONTHS, keys=[{"path": ["months", "mps_lsoa_crime"]}])["assetNodes"]
    assert row == (node["partitionStats"]["numMaterialized"],)


def test_one_type_of_one_asset_leaves_the_others_unchanged(address: str, built: Path):
    records = sorted((built / "records").glob("models__hotspots__*.json"))
    before = {path.name: path.read_bytes() for path in records}
    done = launch(address, "__ASSET_JOB", {}, HOTSPOTS, [BURGLARY, FORCE])
    assert [event["partition"] for event in done["assetMaterializations"]] == ["burglary"]
    assert [said["made_because"] for said in read_facts(done)] == ["it was asked for"]
    assert {path.name for path in records if path.read_bytes() != before[path.name]} == {
        "models__hotspots__burglary.json"
    }
    assert [said["unchanged"] for said in read_facts(launch(address, "__ASSET_JOB", {}, HOTSPOTS))] == [True]


def test_one_asset_is_made_again_where_its_config_says_so(address: str):
    config = {"ops": {"models__hotspots": {"config": {"force": True}}}}
    done = launch(address, "__ASSET_JOB", config, HOTSPOTS, [BURGLARY])
    assert [said["made_because"] for said in read_facts(done)] == ["it was asked for"]


def test_a_run_waits_until_a_reader_has_closed_the_working_database(address: str, built: Path):
    reader, seen = duckdb.connect(str(built / "crime.duckdb"), read_only=True), []

    def close(run: dict[str, Any]) -> None:
        said = [event["message"] for event in run["eventConnection"]["events"] if "message" in event]
        if waiting := [words for words in said if "Another program has" in words]:
            seen.extend(waiting)
            reader.close()

    assert launch(address, "__ASSET_JOB", {}, BOROUGHS, [FORCE], close)["status"] == "SUCCESS"
    assert seen


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {}, 403),
        ("POST", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("POST", {"Origin": "https://evil.example"}, 403),
        ("POST", {"Host": "evil.example"}, 400),
        ("POST", {"Sec-Fetch-Site": "same-origin"}, 200),
    ],
)
def test_no_other_site_starts_anything(address: str, method: str, headers: dict[str, str], status: int):
    sent: dict[str, Any] = {"params": {"query": MUTATION}} if method == "GET" else {"json": {"query": "{ version }"}}
    assert httpx.request(method, f"{address}/graphql", headers=headers, **sent).status_code == status
