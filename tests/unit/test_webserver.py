"""The guard of Dagster's web server: requests from other sites start nothing."""

import pytest
from dagster_webserver.webserver import DagsterWebserver
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from crime_dagster.webserver import LOOPBACK, find_fault, guard

HERE = "http://127.0.0.1:3000"
MUTATION = "/graphql?query=mutation%7BlaunchRun%7D"


async def answer(_: Request) -> PlainTextResponse:
    return PlainTextResponse("answered")


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Starlette:
    """A server with the middleware that Dagster's gets."""
    monkeypatch.setattr(DagsterWebserver, "build_middleware", lambda _: [])
    guard([*LOOPBACK, "crime.example"])
    routes = [Route("/graphql", answer, methods=["GET", "POST"]), Route("/runs", answer)]
    return Starlette(routes=routes, middleware=DagsterWebserver.build_middleware(None))  # type: ignore[arg-type]  # it needs no server


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/runs", {}, 200),
        ("GET", "/runs", {"Sec-Fetch-Site": "cross-site"}, 200),  # a link to it
        ("GET", "/graphql", {}, 200),
        ("GET", MUTATION, {}, 403),
        ("HEAD", MUTATION, {}, 403),
        ("GET", MUTATION, {"Sec-Fetch-Site": "same-origin"}, 403),
        ("POST", "/graphql", {}, 200),  # no browser
        ("POST", "/graphql", {"Sec-Fetch-Site": "same-origin", "Origin": HERE}, 200),
        ("POST", "/graphql", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("POST", "/graphql", {"Sec-Fetch-Site": "same-site"}, 403),  # another port of this machine
        ("POST", "/graphql", {"Origin": "http://127.0.0.1:8000"}, 403),  # a browser without Sec-Fetch-Site
        ("POST", "/graphql", {"Origin": "null"}, 403),
        ("GET", "/runs", {"Host": "evil.example:3000"}, 400),  # a name that was made to resolve to this machine
        ("POST", "/graphql", {"Host": "evil.example:3000", "Origin": "http://evil.example:3000"}, 400),
        ("POST", "/graphql", {"Host": "crime.example", "Origin": "https://crime.example"}, 200),  # through a proxy
    ],
)
def test_who_may_ask_what(app: Starlette, method: str, path: str, headers: dict[str, str], status: int):
    assert TestClient(app, base_url=HERE).request(method, path, headers=headers).status_code == status


@pytest.mark.parametrize(("origin", "is_refused"), [(HERE, False), ("http://evil.example", True)])
def test_a_socket_opens_for_own_pages_alone(origin: str, is_refused: bool):
    headers = [(b"host", b"127.0.0.1:3000"), (b"origin", origin.encode())]
    scope = {"type": "websocket", "path": "/graphql", "query_string": b"", "headers": headers}
    assert (find_fault(scope) is not None) == is_refused
