"""Security rules beyond those of the linter."""

import ast
import logging
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.alerts import send_message
from tests.conventions.test_house import MODULES, PACKAGE, PROJECT

# Modules that run code from data.
UNPICKLERS = {"pickle", "cPickle", "cloudpickle", "dill", "marshal", "shelve", "jsonpickle"}
RUNNERS = {"eval", "exec", "compile", "system", "popen", "read_pickle", "unsafe_load", "full_load", "load_all"}
ASK_SQL = {"execute", "executemany", "sql", "query", "filter", "aggregate"}
SECRET = "T0/B0/secret-part-of-the-address"  # noqa: S105 made up for this test
SAFE_LOADER = "yaml.CSafeLoader"


def read_calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func
            owner = called.value.id if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) else ""
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            yield f"{owner}.{name}".strip("."), node


def find_dangers(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names])
    }
    found = sorted(imported & UNPICKLERS)
    classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    safe = {SAFE_LOADER, *(one.name for one in classes if [ast.unparse(base) for base in one.bases] == [SAFE_LOADER])}
    for name, call in read_calls(path):
        given = {one.arg: one.value for one in call.keywords}
        is_safe_yaml = len(call.args) == 2 and ast.unparse(call.args[1]) in safe
        unsafe = (
            name == "joblib.load"
            or (name == "yaml.load" and not is_safe_yaml)
            or (name != "re.compile" and name.split(".")[-1] in RUNNERS)
        )
        switched_on = [getattr(given.get(key), "value", None) is True for key in ("shell", "allow_pickle")]
        if unsafe or any(switched_on):
            found.append(f"{name} in line {call.lineno}")
    return found


def test_nothing_runs_code_that_came_with_data():
    assert {path: found for path in MODULES if (found := find_dangers(path))} == {}


@pytest.mark.parametrize(
    "code",
    [
        "import pickle",
        "from joblib import load\nimport joblib\njoblib.load('x')",
        "import yaml\nyaml.load('x')",
        "eval('1')",
        "run('x', shell=True)",
        "import numpy as np\nnp.load('x', allow_pickle=True)",
        "import os\nos.system('x')",
    ],
)
def test_the_search_finds_what_it_looks_for(code: str, tmp_path: Path):
    path = tmp_path / "one.py"
    path.write_text(code)
    assert find_dangers(path)


def is_put_together(sql: ast.expr) -> bool:
    """Whether it is text composed of anything but literals and names of constants."""
    if isinstance(sql, ast.BinOp) and isinstance(sql.op, ast.Add | ast.Mod):
        return any(isinstance(side, ast.JoinedStr | ast.Constant) for side in (sql.left, sql.right))
    values = [one.value for one in ast.walk(sql) if isinstance(one, ast.FormattedValue)]
    return isinstance(sql, ast.JoinedStr) and not all(isinstance(one, ast.Name) and one.id.isupper() for one in values)


def test_sql_is_never_put_together_from_input():
    found = {
        f"{path.name}: {ast.unparse(call.args[0])}"
        for path in MODULES
        for name, call in read_calls(path)
        if name.split(".")[-1] in ASK_SQL and call.args and is_put_together(call.args[0])
    }
    # Columns named in the code, and tables named by the database, quoted.
    known = {"warehouse.py: f'{columns}, count(*) as rows'", "warehouse.py: f'count(*), sum(hash(\"{table}\"))'"}
    # DuckDB takes no parameters here: settings of the environment and names of the catalogue, quoted.
    known |= {
        "tables.py: f'set extension_directory = {_quote(str(lake.extensions))}'",
        "tables.py: f\"call crime.set_commit_message('crime-dagster', {_quote(f'release {release}')})\"",
        "tables.py: f\"create secret lake_store (type s3, url_style 'path', {words})\"",
        "tables.py: f\"attach {_quote(f'ducklake:{lake.catalogue}')} as {NAME} ({', '.join(options)})\"",
        "tables.py: f'drop schema {NAME}.\"{schema}\" cascade'",
    }
    assert found <= known, "pass values as parameters of the statement"


def test_templates_switch_no_escaping_off():
    templates = [path for path in PACKAGE.rglob("templates/**/*") if path.suffix in {".html", ".j2"}]
    assert templates
    switched = [path.name for path in templates if re.search(r"\|\s*safe\b|autoescape false", path.read_text("utf-8"))]
    assert switched == []


def test_the_linter_looks_for_dangers_and_each_exception_says_why():
    lint = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert "S" in lint["select"]
    assert "pickle" in lint["flake8-tidy-imports"]["banned-api"]
    switched_off = {rule for rule in lint["ignore"] if rule.startswith("S")}
    assert switched_off == {"S603"}


def test_the_webhook_is_in_no_log_and_no_representation(caplog: pytest.LogCaptureFixture, capsys, monkeypatch):
    answers = [httpx.Response(status) for status in (200, 500, 404)]
    transport = httpx.MockTransport(lambda _: answers.pop(0))

    def post(url: str, **more: object) -> httpx.Response:
        with httpx.Client(transport=transport) as client:
            return client.post(url, json=more["json"])

    monkeypatch.setattr(httpx, "post", post)
    for name in ("httpx", "httpcore"):
        monkeypatch.setattr(logging.getLogger(name), "level", logging.NOTSET)
    with caplog.at_level(logging.DEBUG):
        send_message(f"https://hooks.example/{SECRET}", "stopped")
        send_message(f"https://hooks.example/{SECRET}", "stopped")
        send_message(f"nonsense://{SECRET}", "stopped")
    said = capsys.readouterr()
    assert not answers
    assert "did not take the message" in said.out
    settings = Settings.from_environment({"CRIME_WEBHOOK_URL": f"https://hooks.example/{SECRET}"})
    assert settings.webhook_url
    assert SECRET not in caplog.text + said.out + said.err + repr(settings) + str(settings.child_environment())
