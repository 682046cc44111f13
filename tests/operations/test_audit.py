"""The audit of the lock distinguishes vulnerabilities, none, and no answer."""

import importlib.util
from types import ModuleType

import httpx
import pytest

from tests.conftest import PROJECT

LOCK = "jinja2==2.4.1 \\\n    --hash=sha256:00\ncolorama==0.4.6 ; sys_platform == 'win32' \\\n    --hash=sha256:11\n"


@pytest.fixture
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", PROJECT / "deploy" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def lock(tmp_path):
    path = tmp_path / "requirements.lock"
    path.write_text(LOCK)
    return path


def answer(monkeypatch: pytest.MonkeyPatch, status: int, content: object) -> list[dict]:
    asked: list[dict] = []

    def post(url: str, *, json: dict, timeout: float) -> httpx.Response:
        asked.append(json)
        return httpx.Response(status, json=content, request=httpx.Request("POST", url))

    monkeypatch.setattr(httpx, "post", post)
    return asked


def test_a_known_fault_is_named(audit, lock, monkeypatch, capsys):
    asked = answer(monkeypatch, 200, {"results": [{}, {"vulns": [{"id": "GHSA-1"}]}]})
    assert audit.main([str(lock)]) == 1
    assert "jinja2==2.4.1: GHSA-1" in capsys.readouterr().out
    assert [one["package"]["name"] for one in asked[0]["queries"]] == ["colorama", "jinja2"]


def test_none_is_a_pass(audit, lock, monkeypatch):
    answer(monkeypatch, 200, {"results": [{}, {}]})
    assert audit.main([str(lock)]) == 0


@pytest.mark.parametrize("content", [{"results": [{}]}, {}])
def test_no_whole_answer_is_said_and_is_no_pass(audit, lock, monkeypatch, capsys, content):
    answer(monkeypatch, 200, content)
    assert audit.main([str(lock)]) == 2
    assert "NOT CHECKED" in capsys.readouterr().err


def test_no_network_is_said_and_is_no_pass(audit, lock, capsys):
    assert audit.main([str(lock), "--service", "http://127.0.0.1:9/none"]) == 2
    assert "NOT CHECKED" in capsys.readouterr().err


def test_the_projects_own_lock_is_read_whole(audit):
    text = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    assert len(audit.read_pins(text)) == sum(line[:1].isalnum() for line in text.splitlines())
