"""A web server on 127.0.0.1 that misbehaves as instructed: cut, fail, lie, redirect, or never end."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers with the list for its path; the last answer is repeated."""

    protocol_version = "HTTP/1.1"
    # Head and body are sent together: otherwise each response waits for an acknowledgement.
    wbufsize = 1 << 16
    server: Server

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.query = dict(parse_qsl(urlsplit(self.path).query))
        self.server.queries += [urlsplit(self.path).query] if urlsplit(self.path).query else []
        self.server.seen.append((path, dict(self.headers)))
        self.server.methods.append((self.command, path))
        answers = self.server.answers.get(path, [self.server.fallback])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        answer(self)

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def reply(self, code: int, body: bytes = b"", length: int | None = None, **headers: Any) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def reply_part(self, body: bytes, **headers: Any) -> int:
        """Send the range that is asked for, or the whole body if none is; return the number of bytes."""
        found, size = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", "")), len(body)
        if found is None:
            self.reply(200, body, **headers)
            return size
        start = int(found[1]) if found[1] else max(0, size - int(found[2]))
        end = min(int(found[2]), size - 1) if found[1] and found[2] else size - 1
        self.reply(206, body[start : end + 1], Content_Range=f"bytes {start}-{end}/{size}", **headers)
        return end + 1 - start

    def cut(self) -> None:
        self.wfile.flush()
        self.close_connection = True
        self.connection.close()


@dataclass
class Published:
    """A file that is served properly: with ETag, date, ranges and conditions."""

    body: bytes
    etag: str | None = '"v1"'
    date: str | None = "Tue, 03 Mar 2026 09:00:00 GMT"
    kind: str = "text/csv"
    sent: int = 0  # bytes

    def __call__(self, handler: Handler) -> None:
        headers: dict[str, Any] = {"Content_Type": self.kind, **self.stamps}
        if self.etag and handler.headers.get("If-None-Match") == self.etag:
            handler.reply(304, **self.stamps)
        elif handler.headers.get("If-Range") not in (None, self.etag, self.date):
            handler.reply(200, self.body, **headers)
        else:
            self.sent += handler.reply_part(self.body, **headers)

    @property
    def stamps(self) -> dict[str, Any]:
        return {name: value for name, value in (("ETag", self.etag), ("Last_Modified", self.date)) if value}

    def cut_at(self, size: int) -> Answer:
        """The same file, but the connection stalls after some bytes."""

        def answer(handler: Handler) -> None:
            handler.reply(200, self.body[:size], len(self.body), Content_Type=self.kind, **self.stamps)
            handler.cut()

        return answer


class Server(ThreadingHTTPServer):
    """The server; `answers` by path, `fallback` for every other, `seen` and `methods` record the requests."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, list[Answer]] = {}
        self.fallback: Answer = status(404)
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.methods: list[tuple[str, str]] = []
        self.queries: list[str] = []
        self.stopped = threading.Event()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def server_close(self) -> None:
        """Answer no more, and give the port back."""
        self.shutdown()
        super().server_close()

    def handle_error(self, *_: Any) -> None:
        """Ignore clients that hang up, as some tests want."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def serve(self, path: str, *answers: Answer) -> str:
        self.answers[path] = list(answers)
        return self.url + path

    def asked(self, path: str) -> list[dict[str, str]]:
        return [headers for seen, headers in self.seen if seen == path]


def status(code: int, **headers: Any) -> Answer:
    return lambda handler: handler.reply(code, b"sorry", **headers)


def redirect(location: str, code: int = 302) -> Answer:
    return status(code, Location=location)


def send(body: bytes, length: int | None = None, **headers: Any) -> Answer:
    def answer(handler: Handler) -> None:
        handler.reply(200, body, length, **headers)
        if length is not None:
            handler.cut()

    return answer


def send_endlessly(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    line = b"a,b\r\n" * 10_000
    while True:
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
