"""Dagster's web server with a guard against requests by other sites open in the same browser.

`python -m crime_dagster.webserver` takes the options of `dagster-webserver`, `--read-only` among them.
"""

import argparse
from urllib.parse import parse_qs, urlsplit

from dagster_webserver import cli
from dagster_webserver.webserver import DagsterWebserver
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from crime_dagster.core.settings import list_web_hosts

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
# A page that the user opens, or one of this server; browsers state this in each request, and pages cannot change it.
OWN_SITES = ("same-origin", "none")
READING = ("GET", "HEAD", "OPTIONS")


class Guard:
    """Refuses requests sent by other sites: they may link here, but neither query nor change anything."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer why it is refused."""
        why = find_fault(scope) if scope["type"] in ("http", "websocket") else None
        if why is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": why})
        else:
            await PlainTextResponse(f"Refused: {why}\n", status_code=403)(scope, receive, send)


def find_fault(scope: Scope) -> str | None:
    """Return why a request is refused, or None."""
    request = HTTPConnection(scope)
    method = scope.get("method", "GET")
    if scope["type"] == "http" and method in READING:
        # Otherwise a mere address, such as an image's on any page, would run a query.
        if request.url.path.endswith("/graphql") and "query" in parse_qs(request.url.query):
            return "GraphQL is asked by POST"
        return None
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None and site not in OWN_SITES:
        return "another site sent this request"
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        return f"{origin} sent this request"
    return None


def guard(hosts: list[str]) -> None:
    """Make each web server of this process answer only to some host names of this machine, and to its own pages."""
    build = DagsterWebserver.build_middleware
    guards = [Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False), Middleware(Guard)]
    DagsterWebserver.build_middleware = lambda self: [*guards, *build(self)]  # type: ignore[method-assign]  # it has no setting for this


def main() -> None:
    """Serve the UI."""
    asked = argparse.ArgumentParser(add_help=False)
    asked.add_argument("--host", "-h", default=LOOPBACK[0])
    address = asked.parse_known_args()[0].host
    guard([*LOOPBACK, f"[{address}]" if ":" in address else address, *list_web_hosts()])
    cli.main()


if __name__ == "__main__":
    main()
