"""The service files match what the settings read, and contain no secret."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.core.variables import POSTGRES_NAMES
from tests.conftest import PROJECT

DEPLOY = PROJECT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
HARDENED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "CapabilityBoundingSet": "",
    "SystemCallFilter": "@system-service",
    "MemoryMax": "6G",
    "TasksMax": "512",
}
SECRET = "a made-up word @:/%"  # noqa: S105 of no database
OTHER_NAMES = {"CRIME_CODE_HOST", "DAGSTER_HOME", "PYTHONUNBUFFERED", "PATH"}


def list_names_of_settings() -> set[str]:
    core = PROJECT / "crime_dagster" / "core"
    text = "".join(path.read_text(encoding="utf-8") for path in (core / "settings.py", core / "lake" / "place.py"))
    return set(re.findall(r"CRIME_[A-Z]+(?:_[A-Z]+)?", text)) - {"CRIME_POSTGRES"} | set(POSTGRES_NAMES) | OTHER_NAMES


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def test_every_service_is_watched_started_again_and_waits_for_what_it_needs(compose: dict[str, Any]):
    services = compose["services"]
    assert set(services) == {"database", "code", "webserver", "daemon"}
    for name, service in services.items():
        assert service["healthcheck"]["test"], name
        assert service["restart"] == "unless-stopped", name
        for needed, how in service.get("depends_on", {}).items():
            assert needed in services
            assert how == {"condition": "service_healthy"}
    assert services["webserver"]["depends_on"].keys() == services["daemon"]["depends_on"].keys() == {"code"}


def test_what_is_kept_lies_in_volumes_that_are_declared(compose: dict[str, Any]):
    kept = {one.split(":")[0] for service in compose["services"].values() for one in service["volumes"]}
    named = {one for one in kept if not one.startswith("$")}
    assert named == set(compose["volumes"]) == {"warehouse", "database"}
    assert all(
        "warehouse:/warehouse" in compose["services"][name]["volumes"] for name in ("code", "webserver", "daemon")
    )


def test_only_this_machine_reaches_the_web_server_and_nobody_the_others(compose: dict[str, Any]):
    ports = {name: service.get("ports", []) for name, service in compose["services"].items()}
    assert ports.pop("webserver") == ["127.0.0.1:3000:3000"]
    assert not any(ports.values())
    assert "--host 127.0.0.1" in (DEPLOY / "systemd" / "crime-dagster-webserver.service").read_text(encoding="utf-8")
    assert "--host 127.0.0.1" in (DEPLOY / "systemd" / "crime-dagster-code.service").read_text(encoding="utf-8")


def test_every_name_is_one_that_the_project_reads(compose: dict[str, Any]):
    known = list_names_of_settings()
    for name, service in compose["services"].items():
        if name != "database":
            assert set(service["environment"]) <= known, name
    example = (DEPLOY / "environment.example").read_text(encoding="utf-8")
    assert {line.split("=")[0] for line in example.splitlines() if line and not line.startswith("#")} <= known
    storage = (DEPLOY / "storage.postgres.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"env: (\w+)", storage)) == set(POSTGRES_NAMES)


def test_no_file_holds_a_secret(compose: dict[str, Any]):
    for path in DEPLOY.rglob("*"):
        if path.is_file():
            said = re.findall(r"(?:PASSWORD|WEBHOOK_URL)\"?[=:][ ]*(\S+)", path.read_text(encoding="utf-8"))
            assert [value for value in said if not value.startswith("${")] == [], path


@pytest.fixture(scope="module")
def values() -> dict[str, Any]:
    """Values for Dagster's Helm chart."""
    return yaml.safe_load((DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8"))


def test_a_cluster_is_told_only_what_the_project_reads_and_no_secret(values: dict[str, Any]):
    told = {one["name"]: one["value"] for one in values["x-env"]}
    assert {name for name in told if name.startswith("CRIME_")} <= list_names_of_settings()
    assert not [name for name in told if re.search("PASSWORD|SECRET|KEY_ID", name)]
    settings = Settings.from_environment({**told, "CRIME_POSTGRES_PASSWORD": "made-up"})
    assert settings.lake is not None
    assert settings.lake.is_shared
    assert settings.broker


def test_kubernetes_takes_what_is_deployed(values: dict[str, Any]):
    models = pytest.importorskip("dagster_k8s.models", reason="the models of Kubernetes come with dagster-k8s")
    client = pytest.importorskip("kubernetes.client")
    kinds = {"Deployment": client.V1Deployment, "CronJob": client.V1CronJob}
    for one in values["extraManifests"]:
        # A key that Kubernetes does not know is refused.
        models.k8s_model_from_dict(kinds[one["kind"]], models.k8s_snake_case_dict(kinds[one["kind"]], one))


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_units_start_again_are_hardened_and_read_one_environment(path: Path):
    unit = configparser.ConfigParser(strict=True, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # names of systemd have capitals
    unit.read_string(path.read_text(encoding="utf-8"))
    service = unit["Service"]
    assert {name: service[name] for name in HARDENED} == HARDENED
    assert service["Restart"] == "always"
    assert service["EnvironmentFile"] == "/etc/crime-dagster/environment"
    assert service["User"] == "crime-dagster"
    assert unit["Install"]["WantedBy"] == unit["Unit"]["PartOf"] == "crime-dagster.target"
    assert path.name in (DEPLOY / "systemd" / "crime-dagster.target").read_text(encoding="utf-8")


def test_the_image_holds_what_its_recipe_copies_and_runs_as_nobody_special():
    recipe = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert "--require-hashes" in recipe
    assert recipe.index("\nUSER crime\n") > recipe.rindex("RUN")
    assert ".env" in (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8")


def test_storage_is_sqlite_unless_postgres_is_named_whole(tmp_path: Path):
    names = {"CRIME_WAREHOUSE_DIR": str(tmp_path / "w")}
    assert not Settings.from_environment(names).has_postgres
    whole = names | dict.fromkeys(POSTGRES_NAMES, "x") | {"CRIME_POSTGRES_PORT": "5432"}
    assert Settings.from_environment(whole).has_postgres
    with pytest.raises(InputError, match="CRIME_POSTGRES_PASSWORD not"):
        Settings.from_environment(whole | {"CRIME_POSTGRES_PASSWORD": ""})


def test_dagster_yaml_of_either_storage_is_yaml_with_one_meaning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("os.environ", {})
    wanted = yaml.safe_load((PROJECT / "deploy" / "dagster.yaml").read_text(encoding="utf-8"))
    for has_postgres in (False, True):
        settings = Settings(tmp_path, tmp_path / "warehouse", has_postgres=has_postgres)
        settings.prepare()
        said = yaml.safe_load((settings.dagster_home / "dagster.yaml").read_text(encoding="utf-8"))
        assert ("storage" in said) is has_postgres
        assert {name: value for name, value in said.items() if name != "storage"} == wanted


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CRIME_POSTGRES_HOST", "db.example.org:5432/x"),
        ("CRIME_POSTGRES_HOST", "someone@db.example.org"),
        ("CRIME_POSTGRES_PORT", "port"),
        ("CRIME_POSTGRES_DB", "dagster?options=x"),
    ],
)
def test_a_setting_of_postgres_that_would_end_its_address_early_is_refused_without_the_password(name: str, value: str):
    whole = dict.fromkeys(POSTGRES_NAMES, "x") | {"CRIME_POSTGRES_PORT": "5432", "CRIME_POSTGRES_PASSWORD": SECRET}
    with pytest.raises(InputError) as refused:
        Settings.from_environment(whole | {name: value})
    assert refused.value.column == name
    assert SECRET not in str(refused.value)


def test_systemd_takes_every_unit_and_finds_little_exposed(tmp_path: Path):
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed: apt-get install systemd")
    for path in (DEPLOY / "systemd").iterdir():
        # Whether the programs exist is checked where they are installed.
        text = re.sub(r"/opt/crime-dagster/\.venv/bin/[\w-]+", "/bin/true", path.read_text(encoding="utf-8"))
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    units = [str(tmp_path / path.name) for path in UNITS]
    verified = subprocess.run(
        [program, "verify", "--man=no", *units], capture_output=True, text=True, check=False, timeout=60
    )
    assert [line for line in verified.stderr.splitlines() if "crime-dagster" in line] == []
    for unit in units:
        # 10 is a service that may do everything; from 5 on systemd calls it exposed.
        judged = subprocess.run(
            [program, "security", "--offline=true", "--threshold=25", unit],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert judged.returncode == 0, judged.stdout[-600:] + judged.stderr
