"""Code server, web server and daemon as `deploy/` starts them, with Dagster's runs in Debian's PostgreSQL."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.operations.machines import Database, find_postgres, serve_postgres
from tests.operations.services import LAUNCH, Services, answers, ask, find_free_port, name_environment, wait_for

pytestmark = pytest.mark.slow
PASSWORD = "a made-up word '%"  # noqa: S105 of a database that lives as long as this test
WRONG = "another made-up word"


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    if importlib.util.find_spec("dagster_postgres") is None:
        pytest.skip("dagster-postgres is not installed: pip install 'crime-dagster[postgres]'")
    if not find_postgres():
        pytest.skip("no PostgreSQL; install it with: apt-get install -y postgresql")
    with serve_postgres("-A", "scram-sha-256", "--auth-local=trust", "-U", "postgres") as one:
        quoted = PASSWORD.replace("'", "''")
        one.tell("postgres", f"create role dagster login password '{quoted}'")
        one.tell("postgres", "create database dagster owner dagster")
        yield one


def test_a_run_goes_from_the_web_server_over_daemon_and_code_server_into_postgres(
    database: Database, sample_dir: Path, tmp_path: Path
):
    code, web = find_free_port(), find_free_port()
    workspace = tmp_path / "workspace.yaml"
    workspace.write_text((PROJECT / "deploy" / "workspace.yaml").read_text().replace("4000", str(code)))
    storage = {
        "CRIME_POSTGRES_HOST": "127.0.0.1",
        "CRIME_POSTGRES_PORT": str(database.port),
        "CRIME_POSTGRES_DB": "dagster",
        "CRIME_POSTGRES_USER": "dagster",
        "CRIME_POSTGRES_PASSWORD": PASSWORD,
    }
    environment = name_environment(
        sample_dir,
        tmp_path / "warehouse",
        CRIME_CODE_HOST="127.0.0.1",
        **storage,
        CRIME_WEBHOOK_URL="http://127.0.0.1:9/secret-part-of-the-address",
    )
    module = ("--module-name", "crime_dagster.definitions")
    with Services(environment, tmp_path / "logs") as services:
        prepared = services.run("python", "-m", "crime_dagster", "prepare")
        assert prepared.returncode == 0, prepared.stderr
        wrong = name_environment(sample_dir, tmp_path / "wrong", **{**storage, "CRIME_POSTGRES_PASSWORD": WRONG})
        refused = Services(wrong, tmp_path / "wrong_logs").run("python", "-m", "crime_dagster", "dbt")
        assert refused.returncode == 2
        assert "password authentication failed" in refused.stderr
        assert WRONG not in refused.stdout + refused.stderr
        services.start("code", "dagster", "code-server", "start", "--host", "127.0.0.1", "--port", str(code), *module)
        wait_for("code server", lambda: is_healthy(services, code), 90)
        services.start("web", "dagster-webserver", "-h", "127.0.0.1", "-p", str(web), "--workspace", str(workspace))
        services.start("daemon", "dagster-daemon", "run", "--workspace", str(workspace))
        wait_for("web server", lambda: answers(web), 60)
        launched = ask(web, LAUNCH, job="land_sources", location="crime_dagster", repository="__repository__")
        assert launched["launchRun"]["__typename"] == "LaunchRunSuccess", launched
        run_id = launched["launchRun"]["run"]["runId"]
        query = f"select status from runs where run_id = '{run_id}'"  # noqa: S608 an identifier that Dagster made
        wait_for("the run", lambda: database.tell("dagster", query, "dagster") in ("SUCCESS", "FAILURE"), 120)
        assert database.tell("dagster", query, "dagster") == "SUCCESS", services.read_logs()[-3000:]
        assert services.run("dagster-daemon", "liveness-check").returncode == 0
        said = services.read_logs()
    assert (tmp_path / "warehouse" / "landing" / "mps").is_dir()
    assert not list((tmp_path / "warehouse" / "dagster_home").rglob("*.db")), "runs are in PostgreSQL alone"
    assert "secret-part" not in said
    assert PASSWORD not in said


def is_healthy(services: Services, port: int) -> bool:
    return services.run("dagster", "api", "grpc-health-check", "--port", str(port)).returncode == 0
