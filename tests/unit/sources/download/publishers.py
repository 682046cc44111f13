"""The publishers of London's crime as they answer today, with made-up figures and optional faults."""

import io
import json
import random
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from tests.unit.sources.download.misbehaving_server import Handler, Server

AREAS = ("E01000100", "E01000101")
MONTHS = [f"{year}-{month:02}" for year in range(2023, 2027) for month in range(1, 13)]
# Two releases of 4 months and what came before, each two months with a gap before its recent ones.
RELEASED = ("2026-09", "2026-08", "2026-07")
RECENT, EARLIEST = 4, 12
KINDS = {
    "LSOA": "LSOA Code,LSOA Name,Borough,Group,SubGroup",
    "Ward": "Group,SubGroup,WardName,WardCode,LookUp_BoroughName",
}
STREET = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context\n"
)
OUTCOMES = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Outcome type\n"
SEARCHES = (
    "Type,Date,Part of a policing operation,Policing operation,Latitude,Longitude,Gender,Age range,Self-defined "
    "ethnicity,Officer-defined ethnicity,Legislation,Object of search,Outcome,Outcome linked to object of search,"
    "Removal of more than just outer clothing\n"
)
ARCHIVE = "/store/2026-07.zip"


def list_span(release: str, *, historical: bool) -> list[str]:
    """Return the months of a release: the last four, or all earlier ones but one."""
    end = MONTHS.index(release)
    return MONTHS[end - RECENT - EARLIEST : end - RECENT - 1] if historical else MONTHS[end - RECENT : end]


def write_release(kind: str, months: list[str]) -> bytes:
    rows = [f"{KINDS[kind]},{','.join(month.replace('-', '') for month in months)}"]
    figures = ",".join("3" for _ in months)
    if kind == "LSOA":
        rows += [f"{area},Camden 001A,Camden,BURGLARY,RESIDENTIAL BURGLARY,{figures}" for area in AREAS]
    else:
        rows += [f"BURGLARY,RESIDENTIAL BURGLARY,Abbey,E05000128,Camden,{figures}"]
    return ("\r\n".join(rows) + "\r\n").encode()


def write_archive(months: list[str]) -> bytes:
    """Write all forces in one zip: London's two, and much of others."""
    packed = io.BytesIO()
    noise = random.Random(1)  # noqa: S311 bytes that do not shrink, no secret
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for month in months:
            for force, name in (
                ("metropolitan", "Metropolitan Police Service"),
                ("city-of-london", "City of London Police"),
            ):
                rows = [
                    f"{month}{n},{month},{name},{name},-0.1,51.5,On or near,{area},Camden 001A,Burglary,,"
                    for n, area in enumerate(AREAS)
                ]
                # A month in which a force delivered nothing: a header, and an empty line.
                street = [] if (month, force) == (MONTHS[-8], "city-of-london") else rows
                archive.writestr(f"{month}/{month}-{force}-street.csv", STREET + "\n".join(street) + "\n")
                archive.writestr(f"{month}/{month}-{force}-outcomes.csv", OUTCOMES)
                searches = f"Person search,{month}-05T10:00:00+00:00,,,51.5,-0.1,Male,18-24,,,,,,,\n"
                archive.writestr(f"{month}/{month}-{force}-stop-and-search.csv", SEARCHES + searches)
            archive.writestr(f"{month}/{month}-kent-street.csv", noise.randbytes(60_000))
    return packed.getvalue()


@dataclass
class Publishers:
    """The publishers' files and faults.

    Args:
        server: Where they answer.
        faults: Any of `no-v3`, `no-v2`, `no-export`, `no-ckan`, `no-ranges`, `no-head`, `null-dates`, `plain-titles`,
            `agent` and `oldest-first`.
    """

    server: Server
    faults: frozenset[str] = frozenset()
    releases: list[str] = field(default_factory=lambda: list(RELEASED))
    months: list[str] = field(default_factory=lambda: MONTHS[-9:-6])
    etag: str = '"a1"'
    sent: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.archive = write_archive(self.months)
        self.server.fallback = self.answer

    def revise_archive(self, months: list[str], etag: str) -> None:
        self.months, self.etag, self.archive = months, etag, write_archive(months)

    def answer(self, handler: Handler) -> None:
        path = handler.path
        if "agent" in self.faults and not re.search(r"[a-z]+/\d.*\(\+http", handler.headers.get("User-Agent", "")):
            return handler.reply(403, b"forbidden")
        if "no-head" in self.faults and handler.command == "HEAD":
            return handler.reply(405)
        if path.startswith("/api/"):
            return self._describe(handler, path)
        if path == "/data/archive/latest.zip":
            return handler.reply(302, Location=f"{self.server.url}{ARCHIVE}")
        if path == ARCHIVE:
            return self._send_archive(handler)
        if found := re.fullmatch(r"/download/exy3m/([^/]+)/.*", path):
            release, kind, historical = found[1].split("_")
            span = list_span(release, historical=historical == "1")
            body = write_release(kind, span)
            return self._reply(handler, 200, body, ETag=f'"{zlib.crc32(body)}"', Content_Type="text/csv")
        return handler.reply(404, b"<!doctype html>", Content_Type="text/html")

    def _describe(self, handler: Handler, path: str) -> None:
        ways = {
            "/api/v3/dataset/exy3m": ("no-v3", self._data_set(new=True)),
            "/api/v2/dataset/exy3m": ("no-v2", self._data_set(new=False)),
            "/api/v3/datasets/export.json": ("no-export", [{"id": "zzzzz"}, self._data_set(new=True)]),
            "/api/action/package_show?id=exy3m": (
                "no-ckan",
                {"success": True, "result": self._data_set(new=False, as_list=True)},
            ),
        }
        if path == "/api/dataset/exy3m":
            return handler.reply(307, Location="/api/v2/dataset/exy3m")
        fault, body = ways.get(path, ("", None))
        if body is None or fault in self.faults:
            return handler.reply(404, b'{"error": {"message": "Not found"}}', Content_Type="application/json")
        return handler.reply(200, json.dumps(body).encode(), Content_Type="application/json")

    def _data_set(self, *, new: bool, as_list: bool = False) -> dict[str, Any]:
        resources: dict[str, Any] = {}
        order = self.releases[::-1] if "oldest-first" in self.faults else self.releases
        for release in order:
            for kind in KINDS:
                for tail in ("most recent 24 months", "Historical"):
                    historical = tail == "Historical"
                    name = f"MPS {kind} Level Crime ({tail}).csv"
                    number = f"{release}_{kind}_{int(historical)}"
                    span = list_span(release, historical=historical)
                    first, last = (None, None) if "null-dates" in self.faults else (f"{span[0]}-01", f"{span[-1]}-28")
                    covered = {"timeframe": {"from": first, "to": last}} if new else {}
                    older = {} if new else {"temporal_coverage_from": first, "temporal_coverage_to": last}
                    resources[number] = {
                        "title": name.removesuffix(".csv") if "plain-titles" in self.faults else name,
                        "format": "csv",
                        "url": f"{self.server.url}/download/exy3m/{number}/{quote(name)}",
                        "check_timestamp": None if "null-dates" in self.faults else f"{release}-07T09:00:00Z",
                        **covered,
                        **older,
                    }
        return {"id": "exy3m", "title": "Crime", "resources": list(resources.values()) if as_list else resources}

    def _send_archive(self, handler: Handler) -> None:
        size = len(self.archive)
        found = re.fullmatch(r"bytes=(\d*)-(\d*)", handler.headers.get("Range", ""))
        if found is None or "no-ranges" in self.faults or handler.headers.get("If-Range", self.etag) != self.etag:
            return self._reply(handler, 200, self.archive, ETag=self.etag)
        start = int(found[1]) if found[1] else size - int(found[2])
        end = min(int(found[2]), size - 1) if found[1] and found[2] else size - 1
        span = f"bytes {start}-{end}/{size}"
        return self._reply(handler, 206, self.archive[start : end + 1], ETag=self.etag, Content_Range=span)

    def _reply(self, handler: Handler, code: int, body: bytes, **headers: Any) -> None:
        if handler.command == "GET":
            self.sent[handler.path] = self.sent.get(handler.path, 0) + len(body)
        handler.reply(code, body, **headers)
