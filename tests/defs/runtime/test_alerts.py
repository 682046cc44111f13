"""The message of a failed run, and its delivery to a webhook."""

import json
import socket
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import dagster as dg
import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.core.processes import run_each
from crime_dagster.defs.runtime import alerts
from crime_dagster.defs.runtime.alerts import describe_failures, send_message


class Webhook(BaseHTTPRequestHandler):
    """Collects messages; answers with the status in its path."""

    taken: ClassVar[list[dict]] = []

    def do_POST(self):
        self.taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(int(self.path.strip("/")))
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def webhook() -> Iterator[str]:
    Webhook.taken.clear()
    server = HTTPServer(("127.0.0.1", 0), Webhook)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def fail(error: Exception) -> str:
    @dg.asset
    def broken() -> None:
        raise error

    result = dg.materialize([broken], raise_on_error=False)
    return describe_failures("refresh_monthly", result.get_step_failure_events())


def break_one(key: str) -> None:
    if key == "drug":
        raise ValueError("no variance")


def test_a_model_that_fails_names_its_crime_type():
    tasks = {key: partial(break_one, key) for key in ("total", "drug")}
    for jobs in (1, 2):
        with pytest.raises(ValueError, match="no variance") as caught:
            run_each(tasks, jobs)
        words = fail(caught.value)
        assert words.endswith("no variance\nIt was about: drug"), words


def test_an_input_error_of_any_step_keeps_its_words():
    words = fail(InputError(file="a.csv", found="x", expected="y", remedy="z"))
    assert "refresh_monthly did not finish" in words
    assert "In broken:" in words
    for part in ("file a.csv", "found:    x", "expected: y", "to do:    z"):
        assert part in words
    assert "Traceback" not in words


def test_a_failure_that_was_meant_says_its_description():
    assert fail(dg.Failure(description="what to do")).endswith("what to do")


def test_the_message_reaches_the_webhook(webhook: str):
    send_message(f"{webhook}/200", "stopped")
    assert Webhook.taken == [{"text": "stopped"}]


@pytest.mark.parametrize("path", ["/500", "/404"])
def test_a_webhook_that_refuses_is_said_without_its_address(webhook: str, path: str, capsys: pytest.CaptureFixture):
    send_message(webhook + path, "stopped")
    said = capsys.readouterr().out
    assert "HTTPStatusError" in said
    assert webhook not in said


def test_a_webhook_that_is_not_there_stops_nothing(capsys: pytest.CaptureFixture):
    send_message("http://127.0.0.1:9/", "stopped")
    assert "did not take the message" in capsys.readouterr().out


def test_a_webhook_that_never_answers_stops_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture):
    monkeypatch.setattr(alerts, "TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        send_message(f"http://127.0.0.1:{silent.getsockname()[1]}/", "stopped")
    assert "ReadTimeout" in capsys.readouterr().out


@pytest.mark.parametrize("url", [f"http://{80 * 'a'}.example/", "http://a..b/", "http://\ud800/", "no address", ""])
def test_an_address_that_is_none_stops_nothing(url: str, capsys: pytest.CaptureFixture):
    send_message(url, "stopped")
    assert "did not take the message" in capsys.readouterr().out
